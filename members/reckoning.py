"""Reckoning: living through a domain's weeks, so that nothing that stops it matters.

What is lived through is written a stretch of weeks at a time, with the marks the next
week starts from, in one transaction. Sums are worked out from the ledger whenever a
stretch begins, so two stretches and one come to the same, whoever lives through them,
in however many attempts.
"""

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
from django.db import transaction
from django.db.models import Q

from domain.bulk import insert_columns
from domain.centrality import Zone
from domain.models import Domain
from members.ledger import Ledger, keys_of
from members.models import Reckoning, RulesVersion, TrajectoryPoint
from members.position.pairs import Flags, Floats, Numbers
from members.position.run import Mark, Marks, Practice, Run
from members.position.weeks import next_week, this_week
from members.practice import circumstances_of, days, mark_of, moment, rules_of, week_of

#: Smaller moves are noise, not trajectory: a month's fading, or one act well inside.
NOTICEABLE: Final = 0.1

#: How long a stretch is lived through before it is written, and how much longer its
#: lease holds: whoever has died is taken over from soon, and nobody who has not.
STRETCH: Final = timedelta(seconds=30)
LEASE: Final = timedelta(minutes=5)

#: Leases in a row that came to nothing before an operator has to look.
MOST_ATTEMPTS: Final = 3

#: Told how many weeks are lived through, of how many.
Progress = Callable[[int, int], object]

_BESIDE: Final = (Reckoning.State.RUNNING, Reckoning.State.PARKED)


class Overtaken(Exception):
    """Somebody else has the lease by now; what was worked out under it is void."""


@transaction.atomic
def begin(
    *, domain: Domain, at: datetime, rules: RulesVersion | None = None
) -> Reckoning:
    """Begin to work out a domain's whole past anew, beside the one in force.

    One that is under way under the same rules goes on: whoever has its lease loses it,
    and the next finds that the past is not what it was. Called with the current
    reckoning locked, so that two never begin.
    """
    number = None if rules is None else rules.pk
    under_way = (
        domain.reckonings.filter(state__in=_BESIDE)
        .select_for_update(no_key=True)
        .first()
    )
    if under_way is None:
        return Reckoning.objects.create(
            domain=domain, rules=rules, state=Reckoning.State.RUNNING, begun_at=at
        )
    if under_way.rules_id != number:
        under_way.rules = rules
        _start_over(under_way)
    under_way.state = Reckoning.State.RUNNING
    under_way.generation += 1
    under_way.lease_until = None
    under_way.attempts = 0
    under_way.save()
    return under_way


def beside(domain: Domain) -> Reckoning | None:
    """Return the reckoning that is worked out beside the one in force, if any is."""
    return domain.reckonings.filter(state__in=_BESIDE).defer("marks").first()


@transaction.atomic
def lease(*, at: datetime, domain: Domain | None = None) -> Reckoning | None:
    """Take up a reckoning nobody is at; one that failed too often is parked instead."""
    due = Reckoning.objects.running().filter(
        Q(lease_until=None) | Q(lease_until__lt=at)
    )
    if domain is not None:
        due = due.filter(domain=domain)
    found = due.select_for_update(skip_locked=True, no_key=True).order_by("pk").first()
    if found is None:
        return None
    if found.attempts >= MOST_ATTEMPTS:
        found.state = Reckoning.State.PARKED
        found.save(update_fields=["state"])
        return None
    found.generation += 1
    found.attempts += 1
    found.lease_until = at + LEASE
    found.save(update_fields=["generation", "attempts", "lease_until"])
    return found


def hold(leased: Reckoning) -> None:
    """Lock a leased reckoning; raise ``Overtaken`` if the lease is another's by now."""
    row = Reckoning.objects.select_for_update(no_key=True).filter(pk=leased.pk).first()
    if (
        row is None
        or row.state != Reckoning.State.RUNNING
        or row.generation != leased.generation
    ):
        raise Overtaken


@dataclass(eq=False)
class Course:
    """A reckoning under way: everybody as their last point has them."""

    reckoning: Reckoning
    practice: Practice
    ledger: Ledger
    #: The last weekly run's marks, then that run itself.
    last: dict[Hashable, Mark] | Run
    position: Floats
    zone: Numbers
    #: When everybody came into the zone they are in, as far as it was lived through.
    since: Floats
    #: The primary keys of everybody's membership.
    keys: Numbers
    #: Points not written yet.
    points: list["Points"] = field(default_factory=list)

    @classmethod
    def of(cls, reckoning: Reckoning, ledger: Ledger) -> "Course":
        """Take up a reckoning where it was left."""
        rules = rules_of(reckoning)
        members = reckoning.domain.memberships.all()
        practice = Practice(
            ledger.evidence,
            rules=rules,
            circumstances=circumstances_of(members, rules=rules),
        )
        count = len(ledger.evidence.people)
        return cls(
            reckoning=reckoning,
            practice=practice,
            ledger=ledger,
            last={int(who): mark_of(kept) for who, kept in reckoning.marks.items()},
            position=np.zeros(count),
            zone=np.full(count, int(Zone.PERIPHERY)),
            since=np.full(count, np.nan),
            keys=keys_of(ledger.evidence),
        )

    def live(
        self,
        *,
        until: datetime,
        patience: timedelta = timedelta.max,
        progress: Progress = lambda _done, _of: None,
    ) -> bool:
        """Live through weekly runs; return whether there are none left to ``until``."""
        reckoning, ends = self.reckoning, days(until)
        began = time.monotonic()
        start = None
        if reckoning.week_at is not None:
            start = days(reckoning.week_at)
            self._recall()
        previous = self.last if isinstance(self.last, dict) else self.last.marks()
        for run in self.practice.replay(start=start, end=ends, previous=previous):
            self._keep(run)
            self.last = run
            reckoning.weeks_done += 1
            reckoning.weeks = reckoning.weeks_done + _weeks(run.at, ends)
            progress(reckoning.weeks_done, reckoning.weeks)
            if time.monotonic() - began > patience.total_seconds():
                return run.at + 7 > ends
        return True

    def write(self) -> None:
        """Write the points of the weeks lived through, and where the next starts."""
        insert_points(self.reckoning, self.points)
        self.points = []
        run, reckoning = self.last, self.reckoning
        if isinstance(run, Run):
            ids = run.evidence.people.ids
            reckoning.week_at = moment(run.at)
            reckoning.lines, reckoning.taken_back = self.ledger.telling_of(run.at)
            reckoning.marks = {
                str(who): [
                    int(mark.zone),
                    int(mark.heading),
                    mark.runs_below,
                    mark.runs_quiet,
                    int(mark.is_silent),
                ]
                for who, mark in run.marks().items()
                if isinstance(who, int)
            }
            reckoning.full = [
                who
                for number in np.flatnonzero(run.zone >= Zone.ACTIVE)
                if isinstance(who := ids[number], int)
            ]
            reckoning.rings = [
                {
                    "members": [ids[one] for one in ring.members],
                    "lines": ring.lines,
                    "share": ring.share,
                }
                for ring in run.rings
            ]
            reckoning.is_held = run.is_held
            # Points of those who passed by since the last run stay as they are.
            reckoning.passing = []
            reckoning.own_work, reckoning.work_abroad = run.week.own, run.week.abroad
        reckoning.lease_until = None
        reckoning.attempts = 0
        reckoning.save()

    def now(self, *, at: datetime) -> Run:
        """Return where everybody stands between the last weekly run and the next."""
        week = week_of(self.reckoning, self.ledger.evidence)
        return self.practice.stand(
            days(at), previous=self.last, weekly=False, week=week
        )

    def marks(self) -> Marks:
        """Return the last weekly run's marks of everybody."""
        return Marks.of(self.last, self.practice.evidence)

    def entered(self) -> dict[int, datetime]:
        """Return when those came into their zone who did in the weeks lived through."""
        return {
            who: moment(float(self.since[number]))
            for number, who in enumerate(self.ledger.evidence.people.ids)
            if isinstance(who, int) and not np.isnan(self.since[number])
        }

    def _recall(self) -> None:
        """Read everybody's last point."""
        people = self.ledger.evidence.people
        points = self.reckoning.points.filter(at__lte=self.reckoning.week_at)
        for membership, position, zone in (
            points.order_by("membership", "-at")
            .distinct("membership")
            .values_list("membership", "position", "zone")
        ):
            number = people.get(membership)
            if number is not None:
                self.position[number], self.zone[number] = position, zone

    def _keep(self, run: Run) -> None:
        moved: Flags = abs(run.level.position - self.position) >= NOTICEABLE
        rezoned = run.zone != self.zone
        numbers = np.flatnonzero(moved | rezoned)
        self.points.append(Points.of(run, numbers, keys=self.keys))
        self.position = np.where(moved | rezoned, run.level.position, self.position)
        self.since = np.where(rezoned, run.at, self.since)
        self.zone = run.zone


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Where some members stood in one run, as columns of their trajectories."""

    membership: Numbers
    at: npt.NDArray[np.datetime64]
    position: Floats
    momentum: Floats
    zone: Numbers

    @classmethod
    def of(cls, run: Run, numbers: Numbers, *, keys: Numbers) -> "Points":
        """Return the points of those of some people who are members, by their keys."""
        keys = keys[numbers]
        numbers, keys = numbers[keys > 0], keys[keys > 0]
        at = np.datetime64(moment(run.at).replace(tzinfo=None), "us")
        return cls(
            membership=keys,
            at=np.full(keys.size, at),
            position=run.level.position[numbers],
            momentum=run.momentum.position[numbers],
            zone=run.zone[numbers],
        )


def insert_points(reckoning: Reckoning, points: Sequence[Points]) -> None:
    if not points:
        return
    columns = {
        field.name: np.concatenate([getattr(some, field.name) for some in points])
        for field in fields(Points)
    }
    # Each member's together, as they are read and as the index has them.
    order = np.argsort(columns["membership"], kind="stable")
    columns = {name: column[order] for name, column in columns.items()}
    columns["reckoning"] = np.full(order.size, reckoning.pk)
    insert_columns(TrajectoryPoint, columns)


def start_over_if_changed(reckoning: Reckoning, ledger: Ledger) -> None:
    """Let a reckoning beside the one in force begin anew if its past has changed.

    The one in force goes on as it was until that takes its place.
    """
    if reckoning.week_at is not None and ledger.telling_of(days(reckoning.week_at)) != (
        reckoning.lines,
        reckoning.taken_back,
    ):
        _start_over(reckoning)


def is_due(reckoning: Reckoning, *, at: datetime) -> bool:
    """Whether a week is over that was not lived through yet."""
    if reckoning.week_at is None:
        return True
    return this_week(days(at)) > days(reckoning.week_at)


def patience(reading: timedelta) -> timedelta:
    """Return how long a stretch is lived through, whose ledger took so long to read.

    Of a large ledger longer: it would mostly be read again and again.
    """
    return max(STRETCH, reading)


def _weeks(after: float, until: float) -> int:
    """Return how many weekly runs lie after a moment, up to another."""
    return max(0, int((until - next_week(after)) // 7) + 1)


def _start_over(reckoning: Reckoning) -> None:
    reckoning.points.all().delete()
    reckoning.week_at = None
    reckoning.weeks = reckoning.weeks_done = 0
    reckoning.lines = reckoning.taken_back = 0
    reckoning.marks, reckoning.full, reckoning.rings = {}, [], []
