"""Vocabulary: how the words somebody works with grew, month by month.

A word is met when somebody first uses it in what they write here. They use it by
themselves when the task did not say it to them first, and it is theirs when work that
uses it was recognised.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format

from domain.questions import Given, question
from members.models import Member, Membership
from repertoire.models import Entry
from tasks.models import Citation, Verdict

#: More words, or months, would not be looked through.
MOST_WORDS, MOST_MONTHS = 300, 12


@dataclass(slots=True)
class Month:
    name: str
    met: list[Any] = field(default_factory=list)
    by_themselves: list[Any] = field(default_factory=list)
    recognised: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grown:
    """Counts of words, and the latest months in which anything was new."""

    met: int
    by_themselves: int
    recognised: int
    first_here: int
    months: list[Month]


def of(who: Membership, *, reader: Member | None) -> Grown:
    words = _words.ask(
        reader is not None, reader=reader.pk if reader else None, who=who.pk
    )
    months: dict[tuple[int, int], Month] = {}
    for word in words:
        word.domain = who.domain
        word.is_first_here = word.others_at is None or word.others_at > word.met_at
        for kind, at in (
            ("met", word.met_at),
            ("by_themselves", word.alone_at),
            ("recognised", word.recognised_at),
        ):
            if at is not None:
                getattr(_month(months, at), kind).append(word)
    latest = sorted(months, reverse=True)[:MOST_MONTHS]
    return Grown(
        met=len(words),
        by_themselves=sum(word.alone_at is not None for word in words),
        recognised=sum(word.recognised_at is not None for word in words),
        first_here=sum(word.is_first_here for word in words),
        months=[months[month] for month in latest],
    )


def _month(months: dict[tuple[int, int], Month], at: datetime) -> Month:
    local = timezone.localtime(at)
    name = date_format(local, "F Y")
    return months.setdefault((local.year, local.month), Month(name))


@question
def _words(is_signed_in: bool) -> QuerySet[Entry, Any]:
    who = Given("who")
    in_the_task = Citation.objects.filter(
        entry=OuterRef("pk"),
        task=OuterRef("citations__task"),
        log_entry=None,
        submission=None,
        review=None,
    )
    by_others = (
        Citation.objects.filter(entry=OuterRef("pk"))
        .exclude(member=who)
        .order_by("cited_at")
    )
    recognised = Q(
        citations__submission__outcome=Verdict.RECOGNISED,
        citations__task__is_practice=False,
    )
    return (
        Entry.objects.visible_to(Given("reader") if is_signed_in else None)
        .living()
        .filter(citations__member=who)
        .annotate(
            met_at=Min("citations__cited_at"),
            alone_at=Min("citations__cited_at", filter=~Exists(in_the_task)),
            recognised_at=Min("citations__submission__settled_at", filter=recognised),
            others_at=Subquery(by_others.values("cited_at")[:1]),
        )
        .only("title", "slug", "kind", "domain")
        .order_by("-met_at", "pk")[:MOST_WORDS]
    )
