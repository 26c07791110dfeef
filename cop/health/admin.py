"""Readings and diagnoses, for operators to look things up; only the nightly job writes."""

from django.contrib import admin

from cop.health.models import Baseline, Diagnosis, Finding, Reading
from domain.admin import ReadOnlyAdmin


@admin.register(Reading)
class ReadingAdmin(ReadOnlyAdmin[Reading]):
    list_display = ("domain", "area", "who", "sign", "on", "value", "measured_at")
    list_filter = ("domain", "who", "sign")
    list_select_related = ("domain", "area")
    ordering = ("-on", "domain", "sign")


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin[Finding]):
    list_display = ("domain", "area", "mode", "on", "state", "measured_at")
    list_filter = ("domain", "mode", "state")
    list_select_related = ("domain", "area")
    ordering = ("-on", "domain", "mode")


@admin.register(Diagnosis)
class DiagnosisAdmin(ReadOnlyAdmin[Diagnosis]):
    list_display = ("domain", "area", "mode", "opened_on", "state", "closed_on")
    list_filter = ("domain", "mode")
    list_select_related = ("domain", "area")
    ordering = ("-opened_on", "domain", "mode")


@admin.register(Baseline)
class BaselineAdmin(ReadOnlyAdmin[Baseline]):
    list_display = ("domain", "name", "brought_by", "brought_at")
    list_select_related = ("domain", "brought_by")
    ordering = ("domain",)
