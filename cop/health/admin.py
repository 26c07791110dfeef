"""Readings and diagnoses, for operators to look things up; only the nightly job writes."""

from django.contrib import admin

from cop.health.models import Diagnosis, Reading
from domain.admin import ReadOnlyAdmin


@admin.register(Reading)
class ReadingAdmin(ReadOnlyAdmin[Reading]):
    list_display = ("domain", "sign", "on", "value", "low", "high", "measured_at")
    list_filter = ("domain", "sign")
    list_select_related = ("domain",)
    ordering = ("-on", "domain", "sign")


@admin.register(Diagnosis)
class DiagnosisAdmin(ReadOnlyAdmin[Diagnosis]):
    list_display = ("domain", "mode", "on", "state", "measured_at")
    list_filter = ("domain", "mode", "state")
    list_select_related = ("domain",)
    ordering = ("-on", "domain", "mode")
