"""The repertoire, for operators to look things up; it is written on its own pages."""

from django.contrib import admin

from domain.admin import ReadOnlyAdmin
from repertoire.models import Entry, Revision


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin[Entry]):
    list_display = ("title", "kind", "domain", "written_by", "changed_at", "retired_at")
    list_filter = ("domain", "kind")
    list_select_related = ("domain", "written_by")
    search_fields = ("title", "meaning")
    ordering = ("-changed_at", "-pk")


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin[Revision]):
    list_display = ("title", "number", "author", "state", "written_at")
    list_filter = ("state", "is_mend")
    list_select_related = ("author",)
    search_fields = ("title",)
    ordering = ("-written_at", "-pk")
