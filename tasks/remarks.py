"""Remarks that recur: what reviewers ask of one author after another.

Said three times in a month to different people, a change is no longer about one piece of
work: it is something the community knows and has not written down. Two remarks are taken
for the same when they share half their words (Jaccard's index), leaving out short ones
and endings; the words they share are shown, so that anybody can tell why.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from domain.questions import Given, question
from members.models import Membership
from repertoire.models import Revision
from tasks.models import Point

MONTH = timedelta(days=30)
TIMES = 3
#: Share of their words two remarks have in common to be the same remark.
ALIKE = 0.5
#: Shorter words are grammar.
SHORTEST_WORD = 4
#: Endings differ with number and tense; the stem tells.
STEM = 6
#: The latest of a month; comparing more would take longer than reading them.
MOST_COMPARED = 150
MOST_OFFERED = 3


@dataclass(slots=True)
class Remark:
    """One thing said again and again, with each time it was."""

    points: list[Point]
    words: frozenset[str] = field(default_factory=frozenset)
    shared: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.points[0].text

    def shared_words(self) -> list[str]:
        """The words all of them use, as the first says them."""
        said = re.findall(r"\w+", self.text)
        return list(
            dict.fromkeys(
                word.casefold() for word in said if set(words_of(word)) & {*self.shared}
            )
        )

    @property
    def authors(self) -> int:
        return len({point.review.submission.author_id for point in self.points})

    def new_entry_url(self) -> str:
        """The page for a new entry, filled in with the remark and where it was said."""
        submission = self.points[0].review.submission
        said = "\n".join(
            f"- “{point.text}” "
            f"([{point.review.submission.task.title}]"
            f"({point.review.submission.get_absolute_url()}))"
            for point in self.points
        )
        filled_in = {
            "kind": "approaches",
            "meaning": Truncator(self.text).chars(300),
            "body": "\n\n".join([self.text, _("Said in reviews:"), said]),
            "area": submission.task.area_id,
            "task": submission.task_id,
        }
        address = reverse("repertoire:new", args=[submission.task.domain.slug])
        return f"{address}?{urlencode(filled_in)}"


def recurring(membership: Membership, *, at: datetime) -> list[Remark]:
    """What the member and others asked of three authors or more within a month.

    Remarks that an entry already goes back to are left out.
    """
    points = _lately.ask(domain=membership.domain_id, since=at - MONTH)
    for point in points:
        point.review.submission.task.domain = membership.domain
    found = [
        remark
        for remark in alike(points)
        if remark.authors >= TIMES
        and any(p.review.reviewer_id == membership.pk for p in remark.points)
    ]
    found.sort(key=lambda remark: (-remark.authors, remark.points[0].pk))
    return [one for one in found if not _is_written_down(one)][:MOST_OFFERED]


def alike(points: Sequence[Point]) -> list[Remark]:
    """Gather points that say the same as the one that begins the pile."""
    piles: list[Remark] = []
    for point in points:
        words = frozenset(words_of(point.text))
        if not words:
            continue
        pile = next((one for one in piles if overlap(one.words, words) >= ALIKE), None)
        if pile is None:
            piles.append(Remark([point], words, sorted(words)))
        else:
            pile.points.append(point)
            pile.shared = [word for word in pile.shared if word in words]
    return piles


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / len(first | second)


def words_of(text: str) -> list[str]:
    """The stems of the words that say something, accents and case aside."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return [
        word[:STEM] for word in re.findall(r"\w+", plain) if len(word) >= SHORTEST_WORD
    ]


@question
def _lately() -> QuerySet[Point, Any]:
    return (
        Point.objects.filter(
            review__submission__task__domain=Given("domain"),
            review__sent_at__gt=Given("since"),
            review__released_at=None,
        )
        .select_related("review__submission__task")
        .only(
            "text",
            "review__reviewer",
            "review__submission__author",
            "review__submission__task__title",
            "review__submission__task__area",
            "review__submission__task__domain",
        )
        .order_by("-review__sent_at", "pk")[:MOST_COMPARED]
    )


def _is_written_down(remark: Remark) -> bool:
    said = Q()
    for point in remark.points:
        said |= Q(body__contains=f"({point.review.submission.get_absolute_url()})")
    domain = remark.points[0].review.submission.task.domain
    return Revision.objects.filter(said, entry__domain=domain).exists()
