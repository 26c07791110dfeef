"""Moments others recognised: the few that moved somebody inward, and the latest.

Everything is told from the ledger; only a reviewer's words are looked up where they
were written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from domain.questions import Given, is_any_of, question
from members.models import Membership, Participation
from members.names import more_than_a_name
from tasks.models import Review

Kind = Participation.Kind

#: More than six numbered moments on a line would not be read.
MOST_NUMBERED = 6
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
    lines = _lines(who)
    firsts = _turning_points(lines, who)
    known = {moment.line.item for moment in firsts}
    latest = _latest(line for line in lines if line.receiver_id == who.pk)
    moments = [*firsts, *(one for one in latest if one.line.item not in known)]
    _quote(moments, who)
    return sorted(moments, key=lambda moment: (moment.at, moment.line.pk), reverse=True)


def numbered(moments: Iterable[Moment]) -> list[Moment]:
    return sorted(
        (moment for moment in moments if moment.number),
        key=lambda moment: moment.number,
    )


def _lines(who: Membership) -> list[Participation]:
    """The first of each kind and centrality, and the latest gained, in one question."""
    found = _first_and_latest.ask(
        bool(who.threshold_at), who=who.pk, threshold_at=who.threshold_at
    )
    return sorted(found, key=lambda line: (line.occurred_at, line.pk))


@question
def _first_and_latest(is_past_threshold: bool) -> QuerySet[Participation]:
    who = Given("who")
    good = Q(receiver=who, kind__in=(Kind.RECOGNISED, Kind.TAKEN_IN)) | Q(
        giver=who, kind__in=(Kind.REVIEWED, Kind.MENTORED)
    )
    lines = (
        Participation.objects.filter(good, practice=False)
        .standing()
        .select_related("giver", "receiver")
        .defer(*more_than_a_name("giver", "receiver"))
    )
    firsts = lines.order_by("kind", "centrality", "occurred_at", "pk").distinct(
        "kind", "centrality"
    )
    gained = lines.filter(receiver=who)
    wanted = [gained.latest_first()[: 3 * LATEST]]
    if is_past_threshold:
        threshold = gained.filter(
            kind=Kind.RECOGNISED, occurred_at=Given("threshold_at")
        )
        wanted.append(threshold[:1])
    return firsts.union(*wanted)


def _turning_points(lines: Sequence[Participation], who: Membership) -> list[Moment]:
    """The first of each kind, and of each centrality."""
    earliest: dict[tuple[str, int | None], Participation] = {}
    for line in lines:
        earliest.setdefault((line.kind, line.centrality), line)
    firsts = list(earliest.values())
    works = [line for line in firsts if line.kind == Kind.RECOGNISED]
    found: dict[str, Moment] = {}
    for line in works[:1]:
        found[line.item] = Moment(line, _("First task recognised"))
    for line in lines:
        if line.kind == Kind.RECOGNISED and line.occurred_at == who.threshold_at:
            found[line.item] = Moment(line, _("First competent as is"))
    for kind, words in (
        (Kind.MENTORED, _("First newcomer walked in")),
        (Kind.REVIEWED, _("First review given")),
    ):
        for line in [line for line in firsts if line.kind == kind][:1]:
            found.setdefault(line.item, Moment(line, words))
    furthest = works[0].centrality or 0 if works else 0
    for line in works[1:]:
        if (line.centrality or 0) > furthest:
            furthest = line.centrality or 0
            words = _("First %(zone)s task") % {"zone": who.domain.zone_name(furthest)}
            found.setdefault(line.item, Moment(line, words))
    for line in [line for line in firsts if line.kind == Kind.TAKEN_IN][:1]:
        found.setdefault(line.item, Moment(line, _("First entry taken in")))
    # Told in the order of what matters most; numbered as they happened.
    moments = sorted(
        list(found.values())[:MOST_NUMBERED], key=lambda one: (one.at, one.line.pk)
    )
    for number, moment in enumerate(moments, start=1):
        moment.number = number
    return moments


def _latest(gained: Iterable[Participation]) -> list[Moment]:
    """What others recognised last, each once however many recognised it."""
    moments: dict[str, Moment] = {}
    for line in sorted(gained, key=lambda one: (one.occurred_at, one.pk), reverse=True):
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
    submissions = list({submission for submission, _giver in about})
    for submission, reviewer, works in _said_of.ask(submissions=submissions):
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


@question
def _said_of() -> QuerySet[Review, tuple[int, int, str]]:
    return (
        Review.objects.sent()
        .filter(is_any_of("submission", "submissions"))
        .values_list("submission", "reviewer", "works")
    )
