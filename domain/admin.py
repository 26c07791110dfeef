from typing import TypeVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from domain.models import Area, Domain

Row = TypeVar("Row", bound=models.Model)


class ReadOnlyAdmin(admin.ModelAdmin[Row]):
    """For looking, not for touching: what has rules is changed through its own page."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Row | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Row | None = None
    ) -> bool:
        return False


class AreaInline(admin.TabularInline[Area, Domain]):
    model = Area
    extra = 0


@admin.register(Domain)
class DomainAdmin(admin.ModelAdmin[Domain]):
    list_display = ("name", "slug", "visibility", "joining", "founded_at")
    search_fields = ("name", "slug")
    inlines = (AreaInline,)
