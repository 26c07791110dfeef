"""Positioning: bringing everybody's position up to date with the ledger.

The ledger's uncounted lines are the mark that a domain's positions are stale. A
repositioning takes them in, lives through the weeks since the last weekly run, reads
where everybody stands now, and writes it. Where that is depends on the ledger and the
rulings alone: not on how often it was read, by whom, or what interrupted it.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from domain.bulk import insert_new
from domain.centrality import Zone
from domain.models import Domain
from members import mapping, notifying
from members.models import (
    Membership,
    Notification,
    Participation,
    TrajectoryPoint,
    WeeklyRun,
)
from members.position.evidence import Evidence
from members.position.heading import Heading
from members.position.pairs import Flags, Floats, Numbers
from members.position.run import Mark, Practice, Run
from members.practice import (
    HEADINGS,
    circumstances_of,
    days,
    evidence_in,
    lines_of,
    moment,
    parties_in,
)

#: Smaller moves are noise, not trajectory: a month's fading, or one act well inside.
NOTICEABLE: Final = 0.1

#: Positions that moved by less look the same on every page until the night's run.
VISIBLE: Final = 0.005

#: Told how many weeks are lived through, of how many.
Progress = Callable[[int, int], object]

_WRITTEN: Final = (
    "position",
    "momentum",
    "recognisers",
    "zone",
    "zone_since",
    "heading",
    "main_area_id",
    "runs_below",
    "runs_quiet",
    "is_silent",
    "is_provisional",
    "positioned_at",
)


def reposition_stale(*, at: datetime) -> int:
    """Take in what the ledger says and nobody counted yet; return the lines counted.

    Safe to run twice at once: the second waits, and finds nothing left.
    """
    stale = Participation.objects.evidence().uncounted()
    domains = Domain.objects.filter(pk__in=stale.order_by().values("domain").distinct())
    return sum(reposition(domain=domain, at=at) for domain in domains.order_by("pk"))


def reposition_all(*, at: datetime, from_scratch: bool = False) -> int:
    """Bring every domain up to date, moved by lines or only by time; return how many."""
    domains = Domain.objects.order_by("pk")
    for domain in domains:
        reposition(domain=domain, at=at, from_scratch=from_scratch, everybody=True)
    return len(domains)


def replay(
    *, domain: Domain, at: datetime, progress: Progress = lambda _done, _of: None
) -> int:
    """Live through a domain's whole history again; return the lines counted."""
    return reposition(
        domain=domain, at=at, from_scratch=True, everybody=True, progress=progress
    )


@transaction.atomic
def reposition(
    *,
    domain: Domain,
    at: datetime,
    from_scratch: bool = False,
    everybody: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> int:
    """Bring one domain's positions up to date; return how many lines were counted.

    Without ``everybody`` those who only faded a little are left for the night.
    """
    WeeklyRun.objects.get_or_create(domain=domain)
    # One repositioning of a domain at a time. The ledger takes no lock: a line that
    # enters meanwhile stays uncounted, for the next.
    last = WeeklyRun.objects.select_for_update(no_key=True).get(domain=domain)
    uncounted = Participation.objects.evidence().uncounted().filter(domain=domain)
    fresh = list(uncounted.values_list("pk", flat=True))
    evidence = Evidence(party=parties_in(domain))
    lines = evidence_in(domain)
    evidence.take_in(lines_of(lines.exclude(pk__in=fresh)))
    changed_from = evidence.take_in(lines_of(lines.filter(pk__in=fresh)))
    practice = Practice(
        evidence, circumstances=circumstances_of(domain.memberships.all())
    )

    # What belongs before the last weekly run may have changed who was full then.
    is_late = last.week_at is not None and (
        changed_from is not None and changed_from <= days(last.week_at)
    )
    course = _Course.of(domain, last, evidence, afresh=from_scratch or is_late)
    course.live(practice, until=at, progress=progress)
    run = practice.stand(days(at), previous=course.marks, weekly=False)
    course.arrive(run)

    course.write(domain, last)
    _write_run(last, run, course, at=at)
    inward = _write_memberships(domain, run, course, everybody=everybody, at=at)
    # By day the map is drawn again only for those who crossed a ring inward; everybody
    # else's small steps wait for the night.
    if everybody or inward:
        mapping.lay_out(domain=domain)
    if not (from_scratch or run.is_provisional):
        for membership in inward:
            _tell(membership, domain, at=at)
    Participation.objects.filter(pk__in=fresh).update(counted=True)
    return len(fresh)


@dataclass(eq=False)
class _Course:
    """What is lived through from the last weekly run to now."""

    evidence: Evidence
    is_afresh: bool
    #: The last weekly run's time, in days, and its marks.
    week: float | None
    marks: dict[Hashable, Mark]
    #: Everybody as the last point of their trajectory has them.
    position: Floats
    zone: Numbers
    #: When everybody came into the zone they are in, as far as it was lived through.
    since: Floats
    points: list[tuple[Any, ...]] = field(default_factory=list)
    #: Points since the last weekly run, which hold until the next: when, and the zone.
    passing: dict[Hashable, tuple[datetime, int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, domain: Domain, last: WeeklyRun, evidence: Evidence, *, afresh: bool
    ) -> "_Course":
        count = len(evidence.people)
        afresh = afresh or last.week_at is None
        course = cls(
            evidence=evidence,
            is_afresh=afresh,
            week=None if afresh or last.week_at is None else days(last.week_at),
            marks={} if afresh else _marks(last),
            position=np.zeros(count),
            zone=np.full(count, int(Zone.PERIPHERY)),
            since=np.full(count, np.nan),
        )
        if not afresh:
            points = TrajectoryPoint.objects.filter(membership__domain=domain)
            for membership, position, zone in (
                points.filter(at__lte=last.week_at)
                .order_by("membership", "-at")
                .distinct("membership")
                .values_list("membership", "position", "zone")
            ):
                number = evidence.people.get(membership)
                if number is not None:
                    course.position[number], course.zone[number] = position, zone
            course.passing = {
                membership: (at, zone)
                for membership, at, zone in points.filter(
                    at__gt=last.week_at
                ).values_list("membership", "at", "zone")
            }
        return course

    def live(self, practice: Practice, *, until: datetime, progress: Progress) -> None:
        """Live through the weekly runs that are due."""
        runs = practice.replay(start=self.week, end=days(until), previous=self.marks)
        first: float | None = None
        for run in runs:
            first = run.at if first is None else first
            self.week, self.marks = run.at, run.marks()
            self._keep(run, abs(run.level.position - self.position) >= NOTICEABLE)
            progress(
                round((run.at - first) / 7) + 1, int((days(until) - first) // 7) + 1
            )

    def arrive(self, run: Run) -> None:
        """Come to the present, between two weeks: only a new zone is worth a point."""
        self._keep(run, np.zeros(self.zone.size, np.bool_), passing=self.passing)

    def _keep(
        self,
        run: Run,
        moved: Flags,
        *,
        passing: Mapping[Hashable, tuple[datetime, int]] = MappingProxyType({}),
    ) -> None:
        rezoned = run.zone != self.zone
        people = self.evidence.people.ids
        for number in np.flatnonzero(moved | rezoned):
            who, zone = people[number], int(run.zone[number])
            if not isinstance(who, int):
                continue
            seen_at, seen = passing.get(who, (moment(run.at), zone))
            self.points.append(
                (
                    who,
                    seen_at if seen == zone else moment(run.at),
                    float(run.level.position[number]),
                    float(run.momentum.position[number]),
                    zone,
                )
            )
        self.position = np.where(moved | rezoned, run.level.position, self.position)
        self.since = np.where(rezoned, run.at, self.since)
        self.zone = run.zone

    def write(self, domain: Domain, last: WeeklyRun) -> None:
        """Write the points of the weeks lived through, in place of any there were."""
        outdated = TrajectoryPoint.objects.filter(membership__domain=domain)
        if not self.is_afresh:
            outdated = outdated.filter(at__gt=last.week_at)
        outdated.delete()
        fields = ("membership", "at", "position", "momentum", "zone")
        insert_new(TrajectoryPoint, fields, self.points, counted_by="membership")


def _write_run(last: WeeklyRun, run: Run, course: _Course, *, at: datetime) -> None:
    people = run.evidence.people.ids
    last.week_at = None if course.week is None else moment(course.week)
    last.marks = {
        str(who): [
            int(mark.zone),
            int(mark.heading),
            mark.runs_below,
            mark.runs_quiet,
            int(mark.is_silent),
        ]
        for who, mark in course.marks.items()
        if isinstance(who, int)
    }
    last.positioned_at = at
    last.full_members = int(np.count_nonzero(run.zone >= Zone.ACTIVE))
    last.recognisers_needed = run.recognisers_needed
    last.is_provisional = run.is_provisional
    last.is_held = run.is_held
    last.rings = [
        {
            "members": [people[one] for one in ring.members],
            "lines": ring.lines,
            "share": ring.share,
        }
        for ring in run.rings
    ]
    last.save()


def _marks(last: WeeklyRun) -> dict[Hashable, Mark]:
    return {
        int(who): Mark(Zone(zone), Heading(heading), below, quiet, bool(silent))
        for who, (zone, heading, below, quiet, silent) in last.marks.items()
    }


def _write_memberships(
    domain: Domain,
    run: Run,
    course: _Course,
    *,
    everybody: bool,
    at: datetime,
) -> list[Membership]:
    """Write where members stand; return those who came a zone further in."""
    moved = [
        membership.pk
        for membership in domain.memberships.order_by("pk")
        if _place(membership, run, course, at=at, everybody=everybody)
    ]
    # Locked in the order of their keys, like everybody's locks on memberships. Between
    # the reading above and the lock nobody else writes these fields.
    locked = list(
        domain.memberships.select_for_update(of=("self",), no_key=True)
        .select_related("member")
        .filter(pk__in=moved)
        .order_by("pk")
    )
    inward = []
    for membership in locked:
        before = membership.zone
        _place(membership, run, course, at=at, everybody=everybody)
        if membership.zone > before:
            inward.append(membership)
    Membership.objects.bulk_update(
        locked, [name.removesuffix("_id") for name in _WRITTEN], batch_size=500
    )
    return inward


def _place(
    membership: Membership,
    run: Run,
    course: _Course,
    *,
    at: datetime,
    everybody: bool,
) -> bool:
    """Put a membership where the run has it; return whether that is worth writing."""
    standing = run.standing(membership.pk)
    number = run.evidence.people.get(membership.pk)
    area = membership.main_area_id
    if number is not None and run.home[number] >= 0:
        area = run.evidence.areas.ids[run.home[number]]
    told = {
        "recognisers": standing.recognisers,
        "zone": int(standing.zone),
        "heading": HEADINGS[standing.heading].value,
        "main_area_id": area,
        "runs_below": standing.runs_below,
        "runs_quiet": standing.runs_quiet,
        "is_silent": standing.is_silent,
        "is_provisional": run.is_provisional,
    }
    moves = any(getattr(membership, name) != value for name, value in told.items())
    far = abs(membership.position - standing.position)
    if told["zone"] != membership.zone:
        since = np.nan if number is None else course.since[number]
        membership.zone_since = at if np.isnan(since) else moment(float(since))
    for name, value in told.items():
        setattr(membership, name, value)
    membership.position = standing.position
    membership.momentum = standing.momentum
    membership.positioned_at = at
    return everybody or moves or far >= VISIBLE


def _tell(membership: Membership, domain: Domain, *, at: datetime) -> None:
    zone = domain.zone_name(membership.zone)
    notifying.notify(
        member=membership.member,
        domain=domain,
        kind=Notification.Kind.MOVED,
        key=f"moved:{membership.pk}:{membership.zone}:{at:%G-%V}",
        title=_("You moved inward: %(zone)s") % {"zone": zone},
        sentence=domain.zone_promises[membership.zone - 1],
        path=membership.get_absolute_url(),
        at=at,
    )
