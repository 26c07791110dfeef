"""What a position rests on: every line that carries it, whose word it is, its weight.

The engine says what each line weighs; the ledger's rows say what it was about. Weights
are told in plain works: one recognised task of the periphery, fresh, is one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from domain.models import Domain
from domain.questions import Given, is_any_of, question
from members import practice
from members.models import Membership, Participation
from members.names import more_than_a_name
from members.position.evidence import Channel, Kind, Line
from members.position.explanation import Carried, Explanation, Item
from members.position.rules import Rules

#: The heaviest of each kind; the rest is a link away.
MOST_OF_EACH = 3
#: Weights below this are said in words.
LEAST_TOLD = 0.005
#: In days: the last quarter and the last year, as people count them.
QUARTER, YEAR = 90, 365
#: A table of more people than this is not read.
MOST_PEOPLE = 50
#: Whoever else weighs more than this many is not told by name in a row.
MOST_NAMES = 3


class Ground(StrEnum):
    """What a position can rest on."""

    WORK = "work"
    CARRIED = "carried"
    WORDS = "words"
    NEWCOMERS = "newcomers"

    @property
    def label(self) -> str:
        return {
            Ground.WORK: _("Work that was recognised"),
            Ground.CARRIED: _("Others’ work reviewed and guided"),
            Ground.WORDS: _("Words and tools others took up"),
            Ground.NEWCOMERS: _("Newcomers walked in"),
        }[self]


_GROUNDS = {
    Kind.RECOGNISED: Ground.WORK,
    Kind.REVIEWED: Ground.CARRIED,
    Kind.GUIDED: Ground.CARRIED,
    Kind.TAKEN_IN: Ground.WORDS,
    Kind.USED: Ground.WORDS,
    Kind.TENDED: Ground.WORDS,
    Kind.MENTORED: Ground.NEWCOMERS,
}


@dataclass(slots=True)
class Row:
    """One piece of evidence: its lines, which may come from several people."""

    lines: list[Line]
    weight: float
    amount: float
    #: The ledger's own row of the heaviest line.
    told: Participation | None = None
    #: Everybody else on it; and what they are called, in words.
    others: Sequence[Membership] = ()
    names: str = ""

    @property
    def is_own(self) -> bool:
        """Whether others gave it, rather than being given to."""
        return self.lines[0].kind in (Kind.RECOGNISED, Kind.TAKEN_IN, Kind.USED)

    @property
    def weighs(self) -> str:
        """What it still weighs, in words, beside what it weighed."""
        return in_words(self.weight, self.amount)

    @property
    def in_short(self) -> str:
        """The same for a column whose head says that it is plain works, in one line."""
        return _("%(now)s\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}%(was)s") % {
            "now": _figure(self.weight),
            "was": _figure(self.amount),
        }


@dataclass(frozen=True, slots=True)
class Group:
    ground: Ground
    rows: list[Row]
    more: int


@dataclass(frozen=True, slots=True)
class Grounds:
    groups: list[Group]
    faded: list[Row]
    faded_more: int

    @property
    def is_nothing(self) -> bool:
        return not (self.groups or self.faded)


def in_words(weight: float, amount: float) -> str:
    """Say a weight and what it was when fresh, in plain works."""
    was = _figure(amount)
    if weight < LEAST_TOLD:
        return _("weighs almost nothing any more, and was %(was)s") % {"was": was}
    now = _figure(weight)
    if now == was:
        return _("weighs %(now)s of a plain work") % {"now": now}
    return _("still weighs %(now)s of a plain work, and was %(was)s") % {
        "now": now,
        "was": was,
    }


def of(
    explained: Explanation, *, domain: Domain, rules: Rules, at: datetime
) -> Grounds:
    """Return the heaviest of each kind, and what has faded to less than half."""
    rows = _rows(explained)
    old = practice.days(at) - rules.level_half_life
    fresh = [row for row in rows if row.lines[0].at > old]
    faded = sorted(
        (row for row in rows if row.lines[0].at <= old),
        key=lambda row: -row.amount,
    )
    groups = []
    for ground in Ground:
        found = [row for row in fresh if _GROUNDS[row.lines[0].kind] is ground]
        if found:
            more = len(found) - MOST_OF_EACH
            groups.append(Group(ground, found[:MOST_OF_EACH], max(0, more)))
    shown = [row for group in groups for row in group.rows]
    tell([*shown, *faded[:MOST_OF_EACH]], domain=domain)
    return Grounds(
        groups=groups,
        faded=faded[:MOST_OF_EACH],
        faded_more=max(0, len(faded) - MOST_OF_EACH),
    )


def each_line(explained: Explanation) -> list[Row]:
    """Return every line by itself, the heaviest first."""
    rows = [
        Row([item.line], item.weight, item.line.amount) for item in items(explained)
    ]
    return sorted(rows, key=lambda row: (-row.weight, row.lines[0].key))


def items(explained: Explanation) -> Iterable[Item]:
    for part in (explained.work, explained.stewardship):
        for pair in part.pairs:
            yield from pair.items


def by_person(
    explained: Explanation, *, domain: Domain
) -> list[tuple[str, bool, int, str, str]]:
    """Return whom most of it is with, each apart for their word and for their work.

    Names, whether it is their word, lines, the weight of these, what counts of it.
    """
    pairs: Sequence[Carried] = sorted(
        (*explained.work.pairs, *explained.stewardship.pairs),
        key=lambda pair: -pair.root,
    )[:MOST_PEOPLE]
    others = {one for pair in pairs for one in pair.others if isinstance(one, int)}
    names: dict[object, str] = dict(
        domain.memberships.filter(pk__in=others).values_list("pk", "name")
    )
    return [
        (
            _(" and ").join(
                names.get(one, _("Somebody")) for one in pair.others[:MOST_NAMES]
            ),
            pair.channel is Channel.WORK,
            len(pair.items),
            _figure(pair.weight),
            _figure(pair.root)
            if pair.is_credited
            else _("a third of %(root)s") % {"root": _figure(pair.root)},
        )
        for pair in pairs
    ]


def tell(rows: Sequence[Row], *, domain: Domain) -> None:
    """Put beside each row what the ledger says of it, in one question."""
    keys = [line.key for row in rows for line in row.lines]
    told = {line.key: line for line in _told.ask(domain=domain.pk, keys=keys)}
    for row in rows:
        lines = [told[line.key] for line in row.lines if line.key in told]
        if not lines:
            continue
        row.told = lines[0]
        others = dict.fromkeys(
            other for line in lines if (other := line.other) is not None
        )
        row.others = list(others)[:MOST_NAMES]
        # Nobody knows who let in what came from elsewhere.
        row.names = _(" and ").join(one.name for one in row.others) or domain.name


@question
def _told() -> QuerySet[Participation]:
    return (
        Participation.objects.filter(is_any_of("key", "keys"), domain=Given("domain"))
        .select_related("giver", "receiver")
        .defer(*more_than_a_name("giver", "receiver"))
    )


def figures(
    explained: Explanation, *, at: datetime
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return works and reviews of the last quarter, and of the last year."""
    seen = []
    for days in (QUARTER, YEAR):
        since = practice.days(at - timedelta(days=days))
        lines = [item.line for item in items(explained) if item.line.at > since]
        works = {line.item for line in lines if line.kind is Kind.RECOGNISED}
        read = {line.item for line in lines if line.kind is Kind.REVIEWED}
        seen.append((len(works), len(read)))
    quarter, year = seen
    return quarter, year


def _figure(value: float) -> str:
    """Two places, rounded: Django's own formatting cuts the rest off."""
    return formats.number_format(round(value, 2), 2)


def _rows(explained: Explanation) -> list[Row]:
    """Return the evidence by what it is about, the heaviest first."""
    rows: dict[tuple[Ground, object], Row] = {}
    for item in items(explained):
        line = item.line
        row = rows.setdefault(
            (_GROUNDS[line.kind], line.item), Row(lines=[], weight=0.0, amount=0.0)
        )
        row.lines.append(line)
        row.weight += item.weight
        row.amount += line.amount
    for row in rows.values():
        row.lines.sort(key=lambda line: (-line.amount, line.key))
    return sorted(rows.values(), key=lambda row: (-row.weight, row.lines[0].key))
