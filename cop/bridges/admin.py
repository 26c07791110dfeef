"""Imports and the lines they refused, for operators to look up."""

from django.contrib import admin

from cop.bridges.models import Import, RefusedLine
from domain.admin import ReadOnlyAdmin


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin[Import]):
    list_display = (
        "source",
        "domain",
        "lines",
        "known",
        "refused",
        "people_new",
        "ledger_lines",
        "started_at",
        "finished_at",
    )
    list_filter = ("domain",)
    list_select_related = ("domain",)
    ordering = ("-started_at", "-pk")


@admin.register(RefusedLine)
class RefusedLineAdmin(ReadOnlyAdmin[RefusedLine]):
    list_display = ("of", "number", "code", "sentence")
    list_filter = ("of__domain", "code")
    list_select_related = ("of",)
    ordering = ("-of", "number")
