"""Where in the work an entry of the repertoire grew."""

from django.db import models
from django.db.models import F, Func, IntegerField
from django.db.models.lookups import Exact
from django.urls import reverse

from members.models import Membership
from repertoire.models import Doing, Revision
from tasks.models.submission import Point, Review, Submission, Verdict
from tasks.models.task import LogEntry, Task

_SOURCES = ("log_entry", "point", "review", "submission")


class OriginQuerySet(models.QuerySet["Origin"]):
    def shown(self) -> "OriginQuerySet":
        """Of what is in the repertoire, or waits beside it."""
        states = (Revision.State.LIVE, Revision.State.PROPOSED)
        return self.filter(revision__state__in=states, revision__entry__retired_at=None)


class Origin(models.Model):
    """A version of an entry grew out of what somebody wrote while working.

    Who wrote the version, and when, is the version's own to tell.
    """

    revision = models.OneToOneField(
        Revision, models.CASCADE, related_name="origin", primary_key=True
    )
    task = models.ForeignKey(Task, models.CASCADE, related_name="origins")
    #: One of these: a note, or the first of a stretch; a change asked for; what a review
    #: says of the work; the work itself.
    log_entry = models.ForeignKey(
        LogEntry, models.CASCADE, null=True, related_name="origins"
    )
    point = models.ForeignKey(Point, models.CASCADE, null=True, related_name="origins")
    review = models.ForeignKey(
        Review, models.CASCADE, null=True, related_name="origins"
    )
    submission = models.ForeignKey(
        Submission, models.CASCADE, null=True, related_name="origins"
    )
    #: The words as they stood, and whose they are.
    words = models.TextField(blank=True)
    author = models.ForeignKey(Membership, models.PROTECT, related_name="origins")

    objects = OriginQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Exact(
                    Func(
                        *map(F, _SOURCES),
                        function="num_nonnulls",
                        output_field=IntegerField(),
                    ),
                    1,
                ),
                name="origin_has_one_source",
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} out of {self.task_id}"

    def get_absolute_url(self) -> str:
        if self.log_entry_id:
            return self.task.url_of_note(self.log_entry_id)
        review = self.said_in
        at = review.submission_id if review else self.submission_id
        address = reverse(
            "tasks:submission", args=[self.task.domain.slug, self.task_id, at]
        )
        return f"{address}#review_{review.pk}" if review else address

    @property
    def source_key(self) -> str:
        """The source by a name of its own, as the ledger keeps it."""
        name = next(name for name in _SOURCES if getattr(self, f"{name}_id"))
        return f"{name}:{getattr(self, f'{name}_id')}"

    @property
    def is_said_in_review(self) -> bool:
        return bool(self.point_id or self.review_id)

    @property
    def said_in(self) -> Review | None:
        return self.point.review if self.point else self.review

    @property
    def is_open(self) -> bool:
        """Whether the world may read it where it was said: of reviews, what is in use."""
        review = self.said_in
        return review is None or review.verdict in (
            Verdict.RECOGNISED,
            Verdict.ACCOMMODATED,
        )

    @property
    def doing(self) -> str:
        """What its author was at when they said it, in words."""
        return self.was_at.label % {"task": self.task.title}

    @property
    def was_at(self) -> Doing:
        if self.is_said_in_review:
            return Doing.REVIEWING
        return Doing.HANDING_IN if self.submission_id else Doing.WORKING
