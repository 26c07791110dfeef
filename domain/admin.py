from django.contrib import admin

from domain.models import Area, Domain


class AreaInline(admin.TabularInline[Area, Domain]):
    model = Area
    extra = 0


@admin.register(Domain)
class DomainAdmin(admin.ModelAdmin[Domain]):
    list_display = ("name", "slug", "visibility", "joining", "founded_at")
    search_fields = ("name", "slug")
    inlines = (AreaInline,)
