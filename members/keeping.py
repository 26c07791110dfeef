"""Keeping: what the counted lines come to, so that a reading costs what is new.

Each Monday everybody's sums are kept as the whole ledger has them. From then on a
reading adds the lines nobody has counted yet, and keeps the sums of those they move in
the transaction that marks them counted: kept sums and counted lines always say the
same. Where the sums cannot tell, the whole ledger is read.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from psycopg import sql

from domain.bulk import insert_columns, update_columns
from domain.centrality import Zone
from domain.models import Domain
from members import ledger
from members.ledger import Pair, keys_of
from members.models import Kept, Participation, Reckoning
from members.position.evidence import Evidence, Kind
from members.position.heading import Heading
from members.position.pairs import Floats, Numbers
from members.position.run import Circumstances, Marks, Practice, Run
from members.position.sums import Sums
from members.position.tally import Tally, Turned
from members.practice import days, parties_in, rules_of, week_of

_WORK, _CARRIED = Participation.Channel.WORK, Participation.Channel.STEWARDSHIP

#: After somebody's sums come their marks of the last weekly run: zone, heading, runs
#: below, runs quiet, whether silent.
_MARKS: Final = 5
_UNMARKED: Final = (int(Zone.PERIPHERY), int(Heading.EDGE), 0, 0, 0)

_KEPT: Final = sql.SQL(
    "SELECT string_agg(int8send(membership_id) || sums, '')"
    " FROM members_kept WHERE domain_id = %s {which}"
)

#: What some members' positions depend on beside the ledger, or everybody's.
CircumstancesOf = Callable[[Collection[int] | None], Circumstances]


@dataclass(frozen=True, slots=True)
class New:
    """A line that nobody has counted yet."""

    pk: int
    kind: str
    channel: str
    giver: int | None
    receiver: int
    item: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """Where some members stand, by sums that were kept."""

    run: Run
    #: Of whom it tells; everybody, if None.
    who: frozenset[int] | None
    #: Whose sums the new lines moved, and what these have come to.
    moved: frozenset[int]
    #: Of whom there was something kept.
    kept: Numbers
    sums: Sums
    marks: Marks


def new_lines(domain: Domain, *, at: datetime) -> list[New]:
    """Return the lines up to a moment that nobody has counted yet."""
    lines = Participation.objects.evidence().uncounted().filter(domain=domain)
    fields = ("pk", "kind", "channel", "giver", "receiver", "item", "occurred_at")
    return [New(*row) for row in lines.filter(occurred_at__lte=at).values_list(*fields)]


def read(
    current: Reckoning,
    new: Sequence[New],
    *,
    everybody: bool,
    circumstances_of: CircumstancesOf,
    at: datetime,
) -> Reading | None:
    """Return where everybody stands, or those whom new lines move, by what was kept.

    None where kept sums cannot tell: there are none, F is another than theirs by now,
    or new lines say of old ones that they do not count.
    """
    if current.kept_full is None or _turn_back(current.domain, new):
        return None
    touched = _Touched.by(current, new, everybody=everybody)
    moved = frozenset(touched.sides)
    who = None if everybody else moved
    kept = _recalled(current, who)
    known = circumstances_of(who)
    evidence, is_counted = ledger.read_between(
        current.domain,
        touched.pairs,
        items=touched.items,
        # An agent gives and carries with its sponsor's standing, whatever its own.
        full=[one for one in current.kept_full if one not in touched.party],
        people={*kept.keys.tolist(), *moved, *current.full, *current.kept_full},
        areas=current.kept_areas,
        party=touched.party,
        at=at,
    )
    # An area that is new since, or is there no more, has no place in the sums.
    if len(evidence.areas) != len(current.kept_areas):
        return None
    week = week_of(current, evidence)
    evidence.enroll(known.people())
    rules, now = rules_of(current), days(at)
    sums, marks = kept.over(evidence, current)
    full = evidence.known(current.kept_full)
    nothing = Sums.nothing(
        landmark=sums.landmark, people=len(evidence.people), areas=len(evidence.areas)
    )
    counted = evidence.only(is_counted)
    before = Tally(counted, rules, base=nothing, full=full)
    before.take_in(counted.until(now))
    base = sums.without(before.sums(at=now))
    tally = Tally(evidence, rules, base=base, full=full)
    practice = Practice(evidence, rules=rules, circumstances=known, tally=tally)
    try:
        run = practice.stand(now, previous=marks, weekly=False, week=week)
    except Turned:
        return None
    # Of some it says nothing about how many are active.
    run = replace(run, is_held=current.is_held)
    return Reading(run, who, moved, kept.keys, tally.sums(at=now), marks)


@transaction.atomic
def keep_all(current: Reckoning, practice: Practice, run: Run, marks: Marks) -> None:
    """Keep what a reading of the whole ledger came to, in place of what was kept."""
    forget(current)
    if current.week_at is None:
        return
    evidence = practice.evidence
    tally = practice.tally(at=run.at, full=run.full)
    sums = tally.sums(at=run.at).as_of(days(current.week_at), rules=practice.rules)
    keys = keys_of(evidence)
    _insert(current, keys, _rows(sums, marks), np.flatnonzero(keys > 0))
    current.kept_full = sorted(key for key in keys[run.full].tolist() if key > 0)
    current.kept_areas = [
        -1 if area is None else int(str(area)) for area in evidence.areas.ids
    ]
    current.save(update_fields=["kept_full", "kept_areas"])


def keep(current: Reckoning, reading: Reading) -> None:
    """Keep what a reading by kept sums came to, of those whom new lines moved."""
    if not reading.moved:
        return
    keys = keys_of(reading.run.evidence)
    which = np.flatnonzero(np.isin(keys, list(reading.moved)))
    rows = _rows(reading.sums, reading.marks)
    is_kept = np.isin(keys[which], reading.kept)
    again = which[is_kept]
    update_columns(Kept, keys[again], {"sums": rows[again]})
    _insert(current, keys, rows, which[~is_kept])


def forget(current: Reckoning) -> None:
    """Keep nothing any more, until the whole ledger is read."""
    Kept.objects.filter(domain=current.domain_id).delete()
    current.kept_full = None
    current.save(update_fields=["kept_full"])


def _turn_back(domain: Domain, new: Sequence[New]) -> bool:
    """Whether lines take others back, or are about what was, or name no giver."""
    if any(line.kind == Kind.COUNTERED or line.giver is None for line in new):
        return True
    return bool(new) and ledger.is_about_what_was_taken_back(
        domain, [line.pk for line in new]
    )


@dataclass(slots=True)
class _Touched:
    """What new lines touch."""

    party: dict[Hashable, Hashable]
    #: The memberships on either side of a new line, and the stewards it credits.
    sides: set[int]
    pairs: set[Pair]
    #: What new lines recognise.
    items: set[str]

    @classmethod
    def by(
        cls, current: Reckoning, new: Sequence[New], *, everybody: bool
    ) -> "_Touched":
        touched = cls(parties_in(current.domain), set(), set(), set())
        voices = touched._voices()
        touched.items = {line.item for line in new if line.kind == Kind.RECOGNISED}
        credited = Participation.objects.filter(
            domain=current.domain_id, channel=_CARRIED, item__in=touched.items
        )
        sides = [(line.channel, line.giver, line.receiver) for line in new]
        for channel, giver, receiver in (
            *sides,
            *credited.values_list("channel", "giver", "receiver"),
        ):
            assert giver is not None and receiver is not None  # noqa: S101, PT018 - a constraint
            touched.sides |= {giver, receiver}
            # A pair's other side is whoever answers for them, with all their agents.
            givers, receivers = [giver], [receiver]
            if channel == _WORK:
                givers = voices(giver)
            else:
                receivers = voices(receiver)
            touched._add(channel, givers, receivers)
        for ring in current.rings:
            within = {key for one in ring["members"] for key in voices(one)}
            if everybody or not within.isdisjoint(touched.sides):
                for channel in (_WORK, _CARRIED):
                    touched._add(channel, within, within)
        return touched

    def _voices(self) -> Callable[[Hashable], list[int]]:
        """Return who speaks with each one's voice: they, their agents, their sponsor."""
        agents: dict[Hashable, list[int]] = defaultdict(list)
        for agent, answers in self.party.items():
            agents[answers].extend(_keys([agent]))

        def voices(one: Hashable) -> list[int]:
            answers = self.party.get(one, one)
            return [*_keys([answers]), *agents.get(answers, ())]

        return voices

    def _add(
        self, channel: str, givers: Iterable[int], receivers: Collection[int]
    ) -> None:
        self.pairs |= {
            Pair(channel, giver, receiver)
            for giver in givers
            for receiver in receivers
            if giver != receiver
        }


@dataclass(frozen=True, slots=True)
class _Rows:
    """Kept rows of numbers, by membership."""

    keys: Numbers
    rows: Floats

    def over(self, evidence: Evidence, current: Reckoning) -> tuple[Sums, Marks]:
        """Return sums and marks of everybody the evidence knows."""
        assert current.week_at is not None  # noqa: S101 - nothing is kept before a week
        people, areas = len(evidence.people), len(current.kept_areas)
        landmark = days(current.week_at)
        sums = Sums.nothing(landmark=landmark, people=people, areas=areas).packed()
        marks = np.tile(np.array(_UNMARKED), (people, 1))
        # Whoever is full was marked so, whether or not the reading is of them.
        marks[evidence.known(current.full), 0] = int(Zone.ACTIVE)
        places = [evidence.people.number(key) for key in self.keys.tolist()]
        sums[places] = self.rows[:, :-_MARKS]
        marks[places] = self.rows[:, -_MARKS:]
        zone, heading, below, quiet, silent = np.ascontiguousarray(marks.T)
        # Areas lie in the evidence as they were kept: both are in the order of ids.
        return Sums.unpacked(sums, landmark=landmark), Marks(
            zone, heading, below, quiet, silent > 0
        )


def _recalled(current: Reckoning, who: Collection[int] | None) -> _Rows:
    """Return what is kept of some members, or of everybody."""
    which = sql.SQL("" if who is None else "AND membership_id = ANY(%s)")
    given: list[Any] = [current.domain_id]
    if who is not None:
        given.append(list(who))
    with connection.cursor() as cursor:
        cursor.execute(_KEPT.format(which=which), given)
        (packed,) = cursor.fetchone()
    width = _width(len(current.kept_areas))
    laid = np.frombuffer(packed or b"", [("key", ">i8"), ("row", "<f8", (width,))])
    return _Rows(laid["key"].astype(np.int64), laid["row"].astype(np.float64))


def _insert(
    current: Reckoning, keys: Numbers, rows: npt.NDArray[np.void], which: Numbers
) -> None:
    insert_columns(
        Kept,
        {
            "membership": keys[which],
            "domain": np.full(which.size, current.domain_id),
            "sums": rows[which],
        },
    )


def _rows(sums: Sums, marks: Marks) -> npt.NDArray[np.void]:
    """Return for everybody the bytes that are kept of them."""
    laid = np.concatenate(
        [
            sums.packed(),
            np.stack(
                [
                    marks.zone,
                    marks.heading,
                    marks.runs_below,
                    marks.runs_quiet,
                    marks.silent,
                ],
                axis=1,
            ),
        ],
        axis=1,
    ).astype("<f8")
    return laid.view(f"V{laid.shape[1] * laid.itemsize}")[:, 0]


def _width(areas: int) -> int:
    nothing = Sums.nothing(landmark=0.0, people=0, areas=areas)
    return int(nothing.packed().shape[1]) + _MARKS


def _keys(some: Iterable[Any]) -> list[int]:
    """Return those that are memberships: a sponsor from elsewhere is not."""
    return [one for one in some if isinstance(one, int) and one > 0]
