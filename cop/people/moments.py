"""Moments others recognised: the few that moved somebody inward, and the latest.

Everything is told from the ledger; only a reviewer's words are looked up where they
were written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from members.models import Membership, Participation
from members.models.participation import ParticipationQuerySet
from tasks.models import Review

Kind = Participation.Kind

#: More than six numbered moments on a line would not be read.
MOST_NUMBERED = 6
#: Their words take this share of the line's width.
LEAST_APART = 0.12
LATEST = 5
LONGEST_QUOTE = 240


@dataclass(slots=True)
class Moment:
    """One line of the ledger as somebody's own page tells it."""

    line: Participation
    #: What it changed, in a few words: beside the line of the chart.
    change: str = ""
    number: int = 0
    quote: str = ""
    by: str = ""

    @property
    def at(self) -> datetime:
        return self.line.occurred_at

    @property
    def is_recognition(self) -> bool:
        return self.line.kind == Kind.RECOGNISED

    @property
    def verdict(self) -> str:
        """The verdict and how it came about, in the words every page uses for it."""
        if not self.is_recognition:
            return ""
        if self.line.accommodated:
            return _("In use, with help")
        return (
            _("Competent after changes")
            if self.line.rounds > 1
            else _("Competent as is")
        )


def of(who: Membership) -> list[Moment]:
    """The turning points, numbered in order of time, among the latest; newest first."""
    firsts = _turning_points(who)
    known = {moment.line.item for moment in firsts}
    moments = [
        *firsts,
        *(moment for moment in _latest(who) if moment.line.item not in known),
    ]
    _quote(moments, who)
    return sorted(moments, key=lambda moment: (moment.at, moment.line.pk), reverse=True)


def numbered(moments: Iterable[Moment]) -> list[Moment]:
    return sorted(
        (moment for moment in moments if moment.number),
        key=lambda moment: moment.number,
    )


def _standing(who: Membership) -> Q:
    """Lines that tell something good of somebody."""
    return Q(receiver=who, kind__in=(Kind.RECOGNISED, Kind.TAKEN_IN)) | Q(
        giver=who, kind__in=(Kind.REVIEWED, Kind.MENTORED)
    )


def _lines(who: Membership) -> ParticipationQuerySet:
    taken_back = Participation.objects.filter(
        kind=Kind.COUNTERED,
        item=OuterRef("item"),
        giver=OuterRef("giver"),
        receiver=OuterRef("receiver"),
    )
    return (
        Participation.objects.filter(_standing(who), practice=False)
        .exclude(Exists(taken_back))
        .select_related("giver", "receiver")
    )


def _turning_points(who: Membership) -> list[Moment]:
    """The first of each kind, and of each centrality: no more than fit on the line."""
    firsts = list(
        _lines(who)
        .order_by("kind", "centrality", "occurred_at", "pk")
        .distinct("kind", "centrality")
    )
    works = sorted(
        (line for line in firsts if line.kind == Kind.RECOGNISED),
        key=lambda line: (line.occurred_at, line.pk),
    )
    found: dict[str, Moment] = {}
    furthest = 0
    # In the order of what they tell: work comes first.
    for number, line in enumerate(works):
        if number == 0:
            found[line.item] = Moment(line, _("First task recognised"))
        elif (line.centrality or 0) > furthest:
            zone = who.domain.zone_name(line.centrality or 1)
            found[line.item] = Moment(line, _("First %(zone)s task") % {"zone": zone})
        furthest = max(furthest, line.centrality or 0)
    for kind, words in (
        (Kind.TAKEN_IN, _("First entry taken in")),
        (Kind.REVIEWED, _("First review given")),
        (Kind.MENTORED, _("First newcomer walked in")),
    ):
        earliest = min(
            (line for line in firsts if line.kind == kind),
            key=lambda line: (line.occurred_at, line.pk),
            default=None,
        )
        if earliest and earliest.item not in found:
            found[earliest.item] = Moment(earliest, words)
    moments = _apart(found.values(), who)
    for number, moment in enumerate(moments, start=1):
        moment.number = number
    return moments


def _apart(moments: Iterable[Moment], who: Membership) -> list[Moment]:
    """As many as can stand beside the line without their words running into another's."""
    kept: list[Moment] = []
    span = max((one.at for one in moments), default=who.joined_at) - who.joined_at
    for moment in moments:
        if len(kept) < MOST_NUMBERED and all(
            abs(moment.at - other.at) >= span * LEAST_APART for other in kept
        ):
            kept.append(moment)
    return sorted(kept, key=lambda one: (one.at, one.line.pk))


def _latest(who: Membership) -> list[Moment]:
    """What others recognised last, each once however many recognised it."""
    moments: dict[str, Moment] = {}
    gained = _lines(who).filter(receiver=who)
    for line in gained.latest_first()[: 3 * LATEST]:
        moments.setdefault(line.item, Moment(line))
    return list(moments.values())[:LATEST]


def _quote(moments: Iterable[Moment], who: Membership) -> None:
    """Put beside each moment what the reviewer wrote about it first."""
    about: dict[tuple[int, int | None], Moment] = {}
    for moment in moments:
        kind, _colon, key = moment.line.item.partition(":")
        if kind == "submission" and key.isdigit():
            about[int(key), moment.line.giver_id] = moment
    if not about:
        return
    reviews = Review.objects.sent().filter(
        submission__in={submission for submission, _giver in about}
    )
    for submission, reviewer, works in reviews.values_list(
        "submission", "reviewer", "works"
    ):
        moment_said = about.get((submission, reviewer))
        if moment_said is None:
            continue
        line = moment_said.line
        moment_said.quote = Truncator(works).chars(LONGEST_QUOTE)
        giver = line.giver.first_name if line.giver else ""
        moment_said.by = (
            _("%(giver)s to %(receiver)s")
            % {"giver": giver, "receiver": line.receiver.first_name}
            if line.receiver and line.giver_id == who.pk
            else giver
        )
