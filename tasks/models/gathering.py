from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.models import Domain
from domain.questions import Given
from members.models import Membership
from tasks.models.task import Task


class GatheringQuerySet(models.QuerySet["Gathering"]):
    def standing(self) -> "GatheringQuerySet":
        return self.filter(called_off_at=None)

    def coming(self, *, at: datetime | Given) -> "GatheringQuerySet":
        """Those that are not over yet, the next one first."""
        return self.filter(ends_at__gt=at).order_by("starts_at", "pk")

    def gone_by(self, *, at: datetime | Given) -> "GatheringQuerySet":
        return self.filter(ends_at__lte=at).order_by("-starts_at", "-pk")

    def with_numbers(self) -> "GatheringQuerySet":
        """How many tasks are named, how many said they come, and how many were there."""
        coming = Q(
            attendances__answer=Attendance.Answer.COMING,
            attendances__membership__left_at=None,
        )
        added = {
            "named": Count("tasks", distinct=True),
            "expected": Count("attendances", filter=coming, distinct=True),
            "there": Count(
                "attendances", filter=Q(attendances__was_there=True), distinct=True
            ),
        }
        return self.annotate(**added)


class Gathering(models.Model):
    """A session in which members work together on tasks that are named."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="gatherings")
    title = models.CharField(max_length=80)
    what_for = models.CharField(max_length=300)
    #: A place or a link, as whoever calls it says it.
    place = models.CharField(max_length=300)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    tasks = models.ManyToManyField(Task, related_name="gatherings")
    called_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="gatherings_called"
    )
    called_at = models.DateTimeField()
    #: Goes up with each change: who changes an older one is told, and calendars are.
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True)
    called_off_because = models.CharField(max_length=300, blank=True)
    #: What came of it, in the words of somebody who was there or called it.
    came_of_it = models.TextField(max_length=600, blank=True)
    told_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    told_at = models.DateTimeField(null=True)

    objects = GatheringQuerySet.as_manager()

    if TYPE_CHECKING:
        # What ``with_numbers`` adds.
        named: int
        expected: int
        there: int

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="gathering_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(place="") & ~Q(what_for=""),
                name="gathering_has_a_place_and_a_purpose",
            ),
        ]
        indexes = [
            models.Index(fields=["domain", "-starts_at"], name="gathering_in_time")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tasks:gathering", args=[self.domain.slug, self.pk])

    @property
    def is_called_off(self) -> bool:
        return self.called_off_at is not None

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def minutes(self) -> int:
        return int(self.length.total_seconds() // 60)

    def has_begun(self, *, at: datetime) -> bool:
        return self.starts_at <= at

    def is_over(self, *, at: datetime) -> bool:
        return self.ends_at <= at

    @property
    def when_in_words(self) -> str:
        """The day and both times: "Monday 30 November 2026, 18:00 to 19:30 UTC"."""
        start, end = (
            timezone.localtime(self.starts_at),
            timezone.localtime(self.ends_at),
        )
        said = {
            "day": formats.date_format(start, "l j F Y"),
            "start": formats.date_format(start, "H:i"),
            "end": formats.date_format(end, "H:i e"),
            "end_day": formats.date_format(end, "j F"),
        }
        if start.date() == end.date():
            return _("%(day)s, %(start)s to %(end)s") % said
        return _("%(day)s, %(start)s to %(end_day)s, %(end)s") % said


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def coming(self) -> "AttendanceQuerySet":
        return self.filter(answer=Attendance.Answer.COMING)

    def there(self) -> "AttendanceQuerySet":
        return self.filter(was_there=True)

    def answers_of(
        self, membership: Membership | None, gatherings: Collection[Gathering]
    ) -> dict[int, str]:
        """What a member said of coming to each, where they said anything."""
        if membership is None or not gatherings:
            return {}
        said = self.filter(membership=membership, gathering__in=gatherings)
        return dict(said.exclude(answer="").values_list("gathering", "answer"))


class Attendance(models.Model):
    """What somebody said of coming to a gathering, and whether they were there.

    It is shown and counts for nobody's position: work that comes of it does.
    """

    class Answer(models.TextChoices):
        COMING = "coming", gettext_lazy("I am coming")
        CANNOT = "cannot", gettext_lazy("I cannot")

    gathering = models.ForeignKey(
        Gathering, models.CASCADE, related_name="attendances", db_index=False
    )
    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="attendances"
    )
    answer = models.CharField(max_length=6, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True)
    was_there = models.BooleanField(default=False)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gathering", "membership"], name="attendance_once_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} at {self.gathering_id}"


class CalendarAddress(models.Model):
    """What makes one member's address of a members' calendar work; gone, it does not."""

    membership = models.OneToOneField(
        Membership, models.CASCADE, related_name="calendar_address", primary_key=True
    )
    #: Signed into the address; another one makes the old address stop working.
    key = models.CharField(max_length=24)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Calendar of {self.membership_id}"
