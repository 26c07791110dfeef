"""Neighbours: finished work of the same kind, how it was gone about, what was said of it."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, QuerySet, When

from domain.questions import Given, question
from members.models import Membership
from tasks import rereading
from tasks.models import LogEntry, Rereading, Review, Stretch, Task, Verdict

#: Two show that there is more than one way to do it well.
MOST_EXAMPLES = 2
#: Enough of a log to see how somebody goes about it; the rest is one link away.
MOST_LINES = 3


def of(task: Task, own: Membership | None) -> list[Review]:
    """Return an example or two for one task, as far as a reader may know of them.

    What somebody found worth watching comes first, then the same centrality, then the
    latest; each with a few lines of its log.
    """
    found = _examples.ask(
        task=task.pk,
        domain=task.domain_id,
        area=task.area_id,
        zone=task.centrality,
        reader=rereading.reads_blind(own),
    )
    for review in found:
        review.submission.task.domain = task.domain
    return found


@question
def _examples() -> QuerySet[Review]:
    watched = Stretch.objects.filter(task=OuterRef("submission__task"))
    in_stretch = Stretch.objects.filter(
        first__written_at__lte=OuterRef("written_at"),
        last__written_at__gte=OuterRef("written_at"),
        task=OuterRef("task"),
    )
    lines = (
        LogEntry.objects.filter(
            task=OuterRef("submission__task"),
            author=OuterRef("submission__author"),
            about=None,
        )
        .annotate(is_marked=Exists(in_stretch))
        .order_by("-is_marked", "written_at", "pk")
        .values("body")[:MOST_LINES]
    )
    read_blind = Rereading.objects.under_way().filter(
        submission=OuterRef("submission"), reader=Given("reader")
    )
    return (
        Review.objects.filter(
            verdict=Verdict.RECOGNISED,
            submission__outcome=Verdict.RECOGNISED,
            submission__task__domain=Given("domain"),
            submission__task__area=Given("area"),
            submission__task__is_practice=False,
            is_second_opinion=False,
        )
        .exclude(submission__task=Given("task"))
        .exclude(Exists(read_blind))
        .annotate(
            worth_watching=Exists(watched),
            is_like_it=Case(
                When(submission__task__centrality=Given("zone"), then=1), default=0
            ),
            lines=ArraySubquery(lines),
        )
        .select_related("submission__task", "submission__author", "reviewer")
        .only(
            "works",
            "looked_at",
            "sent_at",
            "reviewer__name",
            "reviewer__kind",
            "submission__narration",
            "submission__task__title",
            "submission__author__name",
            "submission__author__kind",
        )
        .order_by("-worth_watching", "-is_like_it", "-sent_at", "-pk")[:MOST_EXAMPLES]
    )
