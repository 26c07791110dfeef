"""The work, for operators to look things up; every change has a page and a rule."""

from django.contrib import admin

from domain.admin import ReadOnlyAdmin
from tasks.models import Claim, LogEntry, Observation, Review, Submission, Task


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin[Task]):
    list_display = ("title", "domain", "centrality", "state", "raised_by", "raised_at")
    list_filter = ("domain", "state", "centrality", "is_practice")
    list_select_related = ("domain", "raised_by")
    search_fields = ("title", "use")
    ordering = ("-raised_at", "-pk")


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin[Claim]):
    list_display = ("task", "membership", "seat", "claimed_at", "due_at", "ending")
    list_filter = ("ending",)
    list_select_related = ("task", "membership")
    search_fields = ("task__title", "membership__name")
    # It names a visitor's browser, and would let its reader take the seat.
    exclude = ("hold_key",)
    ordering = ("-claimed_at", "-pk")


@admin.register(Observation)
class ObservationAdmin(ReadOnlyAdmin[Observation]):
    list_display = ("task", "membership", "since_at", "ended_at", "to_the_end")
    list_select_related = ("task", "membership")
    ordering = ("-since_at", "-pk")


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin[LogEntry]):
    list_display = ("task", "author", "written_at")
    list_select_related = ("task", "author")
    search_fields = ("body", "task__title")
    ordering = ("-written_at", "-pk")


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin[Submission]):
    list_display = (
        "task",
        "author",
        "round",
        "handed_in_at",
        "outcome",
        "settled_at",
        "is_threshold",
    )
    list_filter = ("outcome", "is_first", "is_threshold")
    list_select_related = ("task", "author")
    search_fields = ("task__title", "author__name")
    ordering = ("-handed_in_at", "-pk")


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin[Review]):
    list_display = ("submission", "reviewer", "place", "verdict", "due_at", "sent_at")
    list_filter = ("verdict", "is_first_look", "is_second_opinion")
    list_select_related = ("submission", "reviewer")
    search_fields = ("submission__task__title", "reviewer__name")
    ordering = ("-claimed_at", "-pk")
