"""One member's own page in a community: where they stand, how they came there, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cop.people import headings, moments, paths, reasons
from cop.people.moments import Moment
from cop.people.paths import Step
from domain.charts import bands
from domain.pages import render_page
from members.http import MemberHttpRequest, in_domain
from members.models import Membership
from repertoire.models import Entry
from tasks.models import Citation, Claim, Task

MOST_WORDS = 6
MOST_PROSPECTS = 3


@require_safe
@in_domain
def show(request: MemberHttpRequest, handle: str) -> HttpResponse:
    reader, at = request.membership, timezone.now()
    who = get_object_or_404(
        Membership.objects.select_related(
            "domain", "main_area", "member__sponsor"
        ).prefetch_related("areas"),
        domain=request.domain,
        handle=handle,
    )
    is_self = bool(reader and reader.pk == who.pk)
    shows_path = who.shows_path_to(reader)
    told = moments.of(who)
    return render_page(
        request,
        "people/profile.html",
        {
            "who": who,
            "is_self": is_self,
            "is_away": who.is_present and who.is_away(at=at),
            "heading": headings.said_of(who, to=reader, at=at),
            "moments": told,
            "shows_path": shows_path,
            **(_path(who, told, until=who.left_at or at) if shows_path else {}),
            "reasons": _reasons(who, is_self=is_self, at=at)
            if shows_path and who.is_present
            else None,
            # The whole reckoning is the member's own; organizers answer for it.
            "shows_reckoning": is_self or bool(reader and reader.is_organizer),
            "words": _words(request, who),
            "working_on": _working_on(who),
        },
    )


def _path(
    who: Membership, told: Sequence[Moment], *, until: datetime
) -> dict[str, Any]:
    steps = paths.of(who, until=until)
    if not paths.has_begun(steps):
        return {}
    points = [(step.at, step.height) for step in steps]
    marks = [
        bands.Moment(moment.at, moment.change) for moment in moments.numbered(told)
    ]
    return {
        "wide": bands.draw(points, moments=marks),
        "narrow": bands.draw(points, moments=marks, narrow=True),
        "path_in_words": paths.in_words(steps, domain=who.domain, name=who.first_name),
        "went_inward": paths.moved_inward(steps),
        "months": _months(who, steps, told),
    }


def _months(
    who: Membership, steps: Sequence[Step], told: Sequence[Moment]
) -> list[tuple[str, str, str]]:
    """The path as a table: month, zone, and what changed in it."""
    changed: dict[str, list[str]] = {}
    for moment in moments.numbered(told):
        changed.setdefault(Step(moment.at, 1, 0.0).month, []).append(moment.change)
    joined = Step(who.joined_at, 1, 0.0).month
    changed[joined] = [_("Joined"), *changed.get(joined, [])]
    zones = {step.month: step.zone for step in steps}
    return [
        (month, who.domain.zone_name(zone), ", ".join(changed.get(month, [])))
        for month, zone in zones.items()
    ]


def _reasons(who: Membership, *, is_self: bool, at: datetime) -> reasons.Reasons:
    tasks: list[Task] = []
    if is_self:
        tasks = list(
            Task.objects.filter(domain=who.domain)
            .real()
            .with_seats(who)
            .open_to(who, furthest_in=who.zone)
            .select_related("domain")
            .order_by("-centrality", "-is_awaited", "opened_at", "pk")[:MOST_PROSPECTS]
        )
    return reasons.of(who, at=at, tasks=tasks)


def _words(request: MemberHttpRequest, who: Membership) -> list[Entry]:
    """The entries somebody works with, the most used first."""
    used = dict(
        Citation.objects.filter(member=who)
        .values_list("entry")
        .annotate(times=Count("pk"))
        .order_by("-times", "entry")[:MOST_WORDS]
    )
    entries = (
        Entry.objects.visible_to(request.user)
        .filter(pk__in=used)
        .living()
        .select_related("domain")
    )
    return sorted(entries, key=lambda entry: -used[entry.pk])


def _working_on(who: Membership) -> list[Claim]:
    return list(
        Claim.objects.live()
        .filter(membership=who)
        .select_related("task__domain")
        .order_by("claimed_at", "pk")
    )
