"""The work, for operators to look things up; every change has a page and a rule."""

from django.contrib import admin

from domain.admin import ReadOnlyAdmin
from tasks.models import (
    Ask,
    Attendance,
    CalendarAddress,
    Claim,
    Gathering,
    LogEntry,
    Observation,
    Part,
    Picture,
    Question,
    Rereading,
    Review,
    Skip,
    Stretch,
    Submission,
    Task,
)


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin[Task]):
    list_display = ("title", "domain", "centrality", "state", "raised_by", "raised_at")
    list_filter = ("domain", "state", "centrality", "is_practice")
    list_select_related = ("domain", "raised_by")
    search_fields = ("title", "use")
    ordering = ("-raised_at", "-pk")


@admin.register(Part)
class PartAdmin(ReadOnlyAdmin[Part]):
    list_display = ("title", "task", "seat", "area", "ready_under")
    list_filter = ("task__domain",)
    list_select_related = ("task", "area", "ready_under")
    search_fields = ("title", "task__title")
    ordering = ("-task", "seat")


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin[Claim]):
    list_display = ("task", "membership", "seat", "claimed_at", "due_at", "ending")
    list_filter = ("ending",)
    list_select_related = ("task", "membership")
    search_fields = ("task__title", "membership__name")
    # It names a visitor's browser, and would let its reader take the seat.
    exclude = ("hold_key",)
    ordering = ("-claimed_at", "-pk")


@admin.register(Ask)
class AskAdmin(ReadOnlyAdmin[Ask]):
    list_display = ("task", "asked_by", "asked_at", "answered_by", "answered_at")
    list_filter = ("task__domain",)
    list_select_related = ("task", "asked_by", "answered_by")
    search_fields = ("question", "answer", "task__title")
    ordering = ("-asked_at", "-pk")


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


@admin.register(Picture)
class PictureAdmin(ReadOnlyAdmin[Picture]):
    list_display = ("words", "log_entry__task", "log_entry__author", "name", "size")
    list_filter = ("media_type",)
    list_select_related = ("log_entry__task", "log_entry__author")
    search_fields = ("words", "name", "log_entry__task__title")
    ordering = ("-pk",)


@admin.register(Stretch)
class StretchAdmin(ReadOnlyAdmin[Stretch]):
    list_display = ("task", "first", "last", "why", "marked_by", "marked_at")
    list_select_related = ("task", "first", "last", "marked_by")
    search_fields = ("task__title", "why")
    ordering = ("-marked_at", "-pk")


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin[Question]):
    list_display = ("body", "task", "asker", "asked", "asked_at", "answered_at")
    list_select_related = ("task", "asker", "asked")
    search_fields = ("body", "answer", "task__title", "asker__name", "asked__name")
    ordering = ("-asked_at", "-pk")


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


@admin.register(Rereading)
class RereadingAdmin(ReadOnlyAdmin[Rereading]):
    list_display = ("pk", "chosen_at", "reader", "due_at", "verdict", "sent_at")
    list_filter = ("verdict",)
    list_select_related = ("reader",)
    search_fields = ("reader__name",)
    # Whoever looks things up may be a reader too, and is to read it blind.
    exclude = ("submission", "first")
    ordering = ("-chosen_at", "-pk")


@admin.register(Skip)
class SkipAdmin(ReadOnlyAdmin[Skip]):
    list_display = ("submission__task", "membership", "reason", "skipped_at")
    list_select_related = ("submission__task", "membership")
    search_fields = ("submission__task__title", "membership__name", "reason")
    ordering = ("-skipped_at", "-pk")


@admin.register(Gathering)
class GatheringAdmin(ReadOnlyAdmin[Gathering]):
    list_display = ("title", "domain", "starts_at", "called_by", "called_off_at")
    list_filter = ("domain",)
    list_select_related = ("domain", "called_by")
    search_fields = ("title", "what_for", "came_of_it")
    ordering = ("-starts_at", "-pk")


@admin.register(Attendance)
class AttendanceAdmin(ReadOnlyAdmin[Attendance]):
    list_display = ("gathering", "membership", "answer", "was_there")
    list_filter = ("answer", "was_there")
    list_select_related = ("gathering", "membership")
    search_fields = ("gathering__title", "membership__name")
    ordering = ("-gathering", "pk")


@admin.register(CalendarAddress)
class CalendarAddressAdmin(ReadOnlyAdmin[CalendarAddress]):
    list_display = ("membership", "made_at")
    list_select_related = ("membership",)
    search_fields = ("membership__name",)
    # It would open the calendar to its reader.
    exclude = ("key",)
    ordering = ("-made_at",)
