"""Positioning: bringing everybody's position up to date with the ledger.

The ledger's uncounted lines are the mark that a domain's positions are stale. Each
Monday the weeks that are over are lived through; in between a position is read from
the last weekly run and the lines since. Where somebody stands depends on the ledger and
the rulings alone: not on how often it was read, by whom, or what interrupted it.
"""

import contextlib
import time
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from domain.bulk import update_rows
from domain.models import Domain
from members import ledger, mapping, noticing, notifying, reckoning
from members.models import (
    Membership,
    Notification,
    Participation,
    Reckoning,
    RulesVersion,
)
from members.position.evidence import Kind
from members.position.run import Run
from members.practice import HEADINGS, full_since, reading_of
from members.reckoning import Course, Overtaken, Progress

#: By day and night, positions that moved by less look the same on every page; each
#: Monday they are written to the last digit.
VISIBLE: Final = 0.005
EXACT: Final = 1e-12

#: With more new lines than this it is cheaper to read the whole ledger than the lines
#: of everybody they move.
MOST_APART: Final = 1_000

#: What a membership's row says beside the numbers.
_TOLD: Final = (
    "recognisers",
    "zone",
    "heading",
    "main_area",
    "runs_below",
    "runs_quiet",
    "is_silent",
    "is_provisional",
)


def reposition_stale(*, at: datetime) -> int:
    """Take in what the ledger says and nobody counted yet; return the lines counted.

    Safe to run twice at once: the second waits, and finds nothing left.
    """
    stale = Participation.objects.evidence().uncounted()
    domains = Domain.objects.filter(pk__in=stale.order_by().values("domain").distinct())
    return sum(reposition(domain=domain, at=at) for domain in domains.order_by("pk"))


def reposition_all(*, at: datetime) -> int:
    """Bring every domain up to date, moved by lines or only by time; return how many."""
    domains = Domain.objects.order_by("pk")
    for domain in domains:
        reposition(domain=domain, at=at, everybody=True)
    return len(domains)


@transaction.atomic
def reposition(
    *,
    domain: Domain,
    at: datetime,
    everybody: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> int:
    """Bring one domain's positions up to date; return how many lines were counted.

    Without ``everybody`` those are read anew whom new lines move, unless a week is over;
    who only faded a little is left for the night.
    """
    current = _locked(domain, at=at)
    uncounted = Participation.objects.evidence().uncounted().filter(domain=domain)
    fresh = list(uncounted.values_list("pk", flat=True))
    if _changes_the_past(current, fresh):
        reckoning.begin(domain=domain, at=at, rules=current.rules)
    if reckoning.is_due(current, at=at):
        course = Course.of(current, ledger.read(domain))
        course.live(until=at, progress=progress)
        course.write()
        _arrive(course.reckoning, course.now(at=at), since=course.entered(), at=at)
    elif everybody or len(fresh) > MOST_APART:
        course = Course.of(current, ledger.read(domain))
        _arrive(current, course.now(at=at), at=at)
    elif fresh:
        who = _moved_by(domain, fresh)
        full = who & full_since(current, domain)
        evidence = ledger.read(domain, who=who, full=full).evidence
        _practice, run = reading_of(
            who, evidence, domain=domain, reckoning=current, at=at
        )
        _arrive(current, run, who=who, at=at)
    Participation.objects.filter(pk__in=fresh).update(counted=True)
    return len(fresh)


def replay(
    *,
    domain: Domain,
    at: datetime,
    rules: RulesVersion | None = None,
    progress: Progress = lambda _done, _of: None,
) -> int:
    """Live through a domain's whole history again; return the lines counted.

    What there was stays in force until the new reckoning takes its place at once.
    """
    with transaction.atomic():
        current = _locked(domain, at=at)
        reckoning.begin(domain=domain, at=at, rules=rules or current.rules)
    while go_on(domain=domain, at=at, progress=progress):
        pass
    return reposition(domain=domain, at=at)


def go_on(
    *,
    at: datetime,
    domain: Domain | None = None,
    progress: Progress = lambda _done, _of: None,
) -> bool:
    """Live through one stretch of a reckoning that is under way; False if there is none.

    The stretch is worked out under a lease and written in one transaction; when it was
    the last, the reckoning takes the place of the one in force.
    """
    leased = reckoning.lease(at=at, domain=domain)
    if leased is None:
        return False
    began = time.monotonic()
    course = Course.of(leased, ledger.read(leased.domain))
    patience = reckoning.patience(timedelta(seconds=time.monotonic() - began))
    has_caught_up = course.live(until=at, patience=patience, progress=progress)
    with contextlib.suppress(Overtaken), transaction.atomic():
        current = _locked(leased.domain, at=at)
        reckoning.hold(leased)
        course.write()
        if has_caught_up:
            _take_the_place(current, leased)
            _arrive(
                leased, course.now(at=at), since=course.entered(), at=at, is_told=False
            )
    return True


def _locked(domain: Domain, *, at: datetime) -> Reckoning:
    """Lock the reckoning in force: one repositioning of a domain at a time.

    The ledger takes no lock: a line that enters meanwhile stays uncounted, for the next.
    """
    domain.reckonings.get_or_create(
        state=Reckoning.State.CURRENT, defaults={"begun_at": at}
    )
    return (
        domain.reckonings.current()
        .select_related("rules")
        .select_for_update(of=("self",), no_key=True)
        .get()
    )


def _changes_the_past(current: Reckoning, fresh: list[int]) -> bool:
    """Whether a line is about what was lived through already, or takes one back."""
    if current.week_at is None:
        return False
    late = Q(occurred_at__lte=current.week_at) | Q(kind=Kind.COUNTERED)
    return Participation.objects.evidence().filter(late, pk__in=fresh).exists()


def _moved_by(domain: Domain, fresh: list[int]) -> set[int]:
    """Return whom lines move: both sides, and whoever carried what they recognise."""
    lines = Participation.objects.evidence()
    new = lines.filter(pk__in=fresh)
    sides = new.values_list("giver", "receiver")
    recognised = new.filter(kind__in=(Kind.RECOGNISED, Kind.COUNTERED))
    stewards = lines.filter(
        domain=domain,
        channel=Participation.Channel.STEWARDSHIP,
        item__in=recognised.values("item"),
    ).values_list("giver", flat=True)
    moved = {side for both in sides for side in both if side is not None}
    return moved | set(stewards)


def _take_the_place(current: Reckoning, caught_up: Reckoning) -> None:
    """Let a reckoning that has caught up be the one in force, and keep the other.

    Under the same rules the other says nothing any more that this one does not.
    """
    if current.rules_id == caught_up.rules_id:
        current.points.all().delete()
        current.delete()
    else:
        current.state = Reckoning.State.PAST
        current.save(update_fields=["state"])
    caught_up.state = Reckoning.State.CURRENT
    caught_up.save(update_fields=["state"])


def _arrive(
    current: Reckoning,
    run: Run,
    *,
    at: datetime,
    who: Collection[int] | None = None,
    since: Mapping[int, datetime] | None = None,
    is_told: bool = True,
) -> None:
    """Write where some members stand now, or everybody, and all that follows from it.

    ``since`` says when those who changed zone in the weeks just lived through did; with
    it everybody is written, however little they moved.
    """
    domain = current.domain
    _pass_by(current, run, who)
    _write_run(current, run, at=at)
    inward = _write_memberships(domain, run, who=who, since=since, at=at)
    # By day the map is drawn again only for those who crossed a ring inward; everybody
    # else's small steps wait for the night.
    if who is None or inward:
        mapping.lay_out(domain=domain)
    if is_told and not run.is_provisional:
        for pk in inward:
            _tell(pk, domain, at=at)
        rings = [ring["members"] for ring in current.rings]
        noticing.notice_rings(domain=domain, rings=rings, at=at)


def _pass_by(current: Reckoning, run: Run, who: Collection[int] | None) -> None:
    """Keep a point for whoever is in another zone than in the last weekly run.

    Such points hold until the next, and the first moment of each is kept.
    """
    points = current.points.filter(at__gt=current.week_at or current.begun_at)
    if current.week_at is None:
        points = current.points.all()
    if who is not None:
        points = points.filter(membership__in=who)
    passed = {
        membership: (seen_at, zone)
        for membership, seen_at, zone in points.values_list("membership", "at", "zone")
    }
    points.delete()
    found = []
    for pk, member, now, position, momentum, zone in reckoning.points_of(
        current, run, np.flatnonzero(run.zone != run.before)
    ):
        if who is None or member in who:
            seen_at, seen = passed.get(member, (now, zone))
            seen_at = seen_at if seen == zone else now
            found.append((pk, member, seen_at, position, momentum, zone))
    reckoning.insert_points(found)


def _write_run(current: Reckoning, run: Run, *, at: datetime) -> None:
    current.positioned_at = at
    current.full_members = int(np.count_nonzero(run.full))
    current.recognisers_needed = run.recognisers_needed
    current.is_provisional = run.is_provisional
    current.save(
        update_fields=[
            "positioned_at",
            "full_members",
            "recognisers_needed",
            "is_provisional",
        ]
    )


def _write_memberships(
    domain: Domain,
    run: Run,
    *,
    who: Collection[int] | None,
    since: Mapping[int, datetime] | None,
    at: datetime,
) -> list[int]:
    """Write where members stand; return those who came a zone further in."""
    members = domain.memberships.order_by("pk")
    if who is not None:
        members = members.filter(pk__in=who)
    rows, inward = [], []
    for pk, position, momentum, *told, zone_since in members.values_list(
        "pk", "position", "momentum", *_TOLD, "zone_since"
    ):
        standing = run.standing(pk)
        area = told[_TOLD.index("main_area")]
        now = (
            standing.recognisers,
            int(standing.zone),
            HEADINGS[standing.heading].value,
            area if standing.home is None else standing.home,
            standing.runs_below,
            standing.runs_quiet,
            standing.is_silent,
            run.is_provisional,
        )
        moved = max(
            abs(position - standing.position), abs(momentum - standing.momentum)
        )
        if tuple(told) == now and moved < (VISIBLE if since is None else EXACT):
            continue
        before = told[_TOLD.index("zone")]
        if before < standing.zone:
            inward.append(pk)
        came_at = zone_since
        if before != standing.zone:
            came_at = (since or {}).get(pk, at)
        rows.append((pk, standing.position, standing.momentum, *now, came_at, at))
    # Locked in the order of their keys, like everybody's locks on memberships. Since
    # they were read nobody else wrote these fields: the reckoning is locked.
    touched = [row[0] for row in rows]
    list(members.filter(pk__in=touched).select_for_update(no_key=True).values("pk"))
    fields = ("position", "momentum", *_TOLD, "zone_since", "positioned_at")
    update_rows(Membership, fields, rows)
    return inward


def _tell(pk: int, domain: Domain, *, at: datetime) -> None:
    membership = Membership.objects.select_related("member", "domain").get(pk=pk)
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
