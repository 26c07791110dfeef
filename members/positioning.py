"""Positioning: bringing everybody's position up to date with the ledger.

The ledger's uncounted lines are the mark that a domain's positions are stale. Each
Monday the weeks that are over are lived through; in between a position is read from
the last weekly run and the lines since. Where somebody stands depends on the ledger and
the rulings alone: not on how often it was read, by whom, or what interrupted it.
"""

import contextlib
import time
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from domain.models import Domain
from members import (
    keeping,
    ledger,
    mapping,
    noticing,
    notifying,
    placing,
    reckoning,
)
from members.keeping import New
from members.ledger import keys_of
from members.models import (
    Membership,
    Notification,
    Participation,
    Reckoning,
    RulesVersion,
)
from members.position.evidence import Kind
from members.position.run import Run
from members.practice import circumstances_about
from members.reckoning import Course, Overtaken, Points, Progress

#: With more new lines than this share of the ledger it is cheaper to read it whole than
#: to find what they touch.
MOST_APART: Final = 0.05


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
    new = keeping.new_lines(domain, at=at)
    if _changes_the_past(current, new):
        reckoning.begin(domain=domain, at=at, rules=current.rules)
    is_due = reckoning.is_due(current, at=at)
    counted = {line.pk for line in new}
    reading = None
    if not (everybody or is_due or new):
        return 0
    if not is_due and len(new) <= MOST_APART * current.lines:
        reading = keeping.read(
            current,
            new,
            everybody=everybody,
            circumstances_of=partial(circumstances_about, domain, reckoning=current),
            at=at,
        )
    if reading is not None:
        keeping.keep(current, reading)
        _arrive(current, reading.run, who=reading.who, at=at)
    else:
        course = Course.of(current, ledger.read(domain, at=at))
        counted.update(course.ledger.uncounted)
        since = None
        if is_due:
            course.live(until=at, progress=progress)
            course.write()
            since = course.entered()
        run = course.now(at=at)
        keeping.keep_all(current, course.practice, run, course.marks())
        _arrive(current, run, since=since, at=at)
    _count(counted)
    return len(counted)


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
    new = len(keeping.new_lines(domain, at=at))
    while go_on(domain=domain, at=at, progress=progress):
        pass
    reposition(domain=domain, at=at)
    return new


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
    in_force = Reckoning.objects.current().filter(domain=leased.domain)
    positioned_at = in_force.values_list("positioned_at", flat=True).first()
    told = ledger.read(leased.domain, at=at)
    reckoning.start_over_if_changed(leased, told)
    course = Course.of(leased, told)
    patience = reckoning.patience(timedelta(seconds=time.monotonic() - began))
    has_caught_up = course.live(until=at, patience=patience, progress=progress)
    with contextlib.suppress(Overtaken), transaction.atomic():
        current = _locked(leased.domain, at=at)
        reckoning.hold(leased)
        course.write()
        if has_caught_up:
            _take_the_place(current, leased)
            run = course.now(at=at)
            _arrive(leased, run, since=course.entered(), at=at, is_told=False)
            if current.positioned_at == positioned_at:
                keeping.keep_all(leased, course.practice, run, course.marks())
                _count(course.ledger.uncounted)
            else:
                # Lines may have been counted since that this reading knows nothing of.
                keeping.forget(leased)
    return True


def _locked(domain: Domain, *, at: datetime) -> Reckoning:
    """Lock the reckoning in force: one repositioning of a domain at a time.

    The ledger takes no lock: a line that enters meanwhile stays uncounted, for the next.
    """
    current = domain.reckonings.current()
    if not current.exists():
        domain.reckonings.get_or_create(
            state=Reckoning.State.CURRENT, defaults={"begun_at": at}
        )
    return (
        current.select_related("rules")
        .defer("marks")
        .select_for_update(of=("self",), no_key=True)
        .get()
    )


def _changes_the_past(current: Reckoning, new: Iterable[New]) -> bool:
    """Whether a line is about what was lived through already, or takes one back."""
    week_at = current.week_at
    return week_at is not None and any(
        line.occurred_at <= week_at or line.kind == Kind.COUNTERED for line in new
    )


def _count(lines: Collection[int]) -> None:
    """Mark lines as counted, in the transaction that keeps what they come to."""
    Participation.objects.filter(pk__in=lines).update(counted=True)


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
    placed = placing.place(domain, run, who=who, since=since, at=at)
    # By day the map is drawn again only for those who crossed a ring inward; everybody
    # else's small steps wait for the night.
    if who is None or placed.inward:
        mapping.lay_out(domain=domain, moved=placed.members)
    if is_told and not run.is_provisional:
        for pk in placed.inward:
            _tell(pk, domain, at=at)
        rings = [ring["members"] for ring in current.rings]
        noticing.notice_rings(domain=domain, rings=rings, at=at)


def _pass_by(current: Reckoning, run: Run, who: Collection[int] | None) -> None:
    """Keep a point for whoever is in another zone than in the last weekly run.

    Such points hold until the next, and the first moment of each is kept.
    """
    passing = [one for one in current.passing if who is None or one in who]
    points = current.points.filter(membership__in=passing)
    if current.week_at is not None:
        points = points.filter(at__gt=current.week_at)
    passed = {
        membership: (seen_at, zone)
        for membership, seen_at, zone in points.values_list("membership", "at", "zone")
    }
    keys = keys_of(run.evidence)
    rezoned = np.flatnonzero(run.zone != run.before)
    if who is not None:
        rezoned = rezoned[np.isin(keys[rezoned], list(who))]
    found = Points.of(run, rezoned, keys=keys)
    for place, (member, zone) in enumerate(
        zip(found.membership.tolist(), found.zone.tolist(), strict=True)
    ):
        seen_at, seen = passed.get(member, (None, None))
        if seen_at is not None and seen == zone:
            found.at[place] = seen_at.astimezone(UTC).replace(tzinfo=None)
    if passing or found.membership.size:
        points.delete()
        reckoning.insert_points(current, [found])
        still = set(current.passing) - set(passing)
        current.passing = sorted(still.union(found.membership.tolist()))


def _write_run(current: Reckoning, run: Run, *, at: datetime) -> None:
    current.positioned_at = at
    current.full_members = int(np.count_nonzero(run.full))
    current.recognisers_needed = run.recognisers_needed
    current.is_provisional = run.is_provisional
    current.save(
        update_fields=[
            "passing",
            "positioned_at",
            "full_members",
            "recognisers_needed",
            "is_provisional",
        ]
    )


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
