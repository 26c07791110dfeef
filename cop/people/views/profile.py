"""One member's own page in a community: where they stand, how they came there, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, QuerySet, When
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cop.looks import called_aloud
from cop.people import headings, moments, paths, reasons, vocabulary
from cop.people.moments import Moment
from cop.people.paths import Step
from domain.charts import bands
from domain.pages import render_page
from domain.questions import Given, question
from members.http import MemberHttpRequest, in_domain
from members.models import Membership
from repertoire.models import Entry
from tasks import legitimacy, readiness, rereading
from tasks.legitimacy import Standing
from tasks.models import Claim, Observation, Task
from tasks.models.task import is_open_to

MOST_WORDS = 6
MOST_PROSPECTS = 3
MOST_WATCHED = 5


@require_safe
@in_domain
def show(request: MemberHttpRequest, handle: str) -> HttpResponse:
    reader, at = request.membership, timezone.now()
    who = _with_handle.first(domain=request.domain.pk, handle=handle)
    if who is None:
        raise Http404
    who.domain = request.domain
    is_self = bool(reader and reader.pk == who.pk)
    shows_path = who.shows_path_to(reader)
    withheld = f"submission:{rereading.withheld_from(reader)}"
    told = [moment for moment in moments.of(who) if moment.line.item != withheld]
    standing = legitimacy.standing_of(who) if is_self else None
    # The whole reckoning is the member's own, or of whom they answer for; organizers
    # answer for it.
    in_full = is_self or bool(reader and (reader.is_organizer or runs(reader, who)))
    return render_page(
        request,
        "people/profile.html",
        {
            "who": who,
            "is_self": is_self,
            "is_away": who.is_present and who.is_away(at=at),
            "runs_it": bool(reader and who.is_agent and runs(reader, who)),
            **(_answered_for(who) if who.is_agent else {}),
            "heading": headings.said_of(who, to=reader, at=at),
            "moments": told,
            "shows_path": shows_path,
            **(_path(who, told, until=who.left_at or at) if shows_path else {}),
            "reasons": reasons.of(
                who,
                at=at,
                in_full=in_full,
                tasks=_next_tasks(who, standing) if standing else (),
            )
            if shows_path and who.is_present
            else None,
            "words": _words(request, who),
            "vocabulary": vocabulary.of(who, reader=reader.member if reader else None)
            if shows_path
            else None,
            "ways": readiness.ways_inward(standing) if standing else [],
            "working_on": _working_on(who),
            "watched": _watched(who),
        },
    )


@question
def _with_handle() -> QuerySet[Membership]:
    return Membership.objects.filter(
        domain=Given("domain"), handle=Given("handle")
    ).select_related("main_area", "member__sponsor", "member__agent")


def _answered_for(who: Membership) -> dict[str, Any]:
    """Who answers for an agent, one click away, and why it may not act, if it may not."""
    sponsor = who.member and who.member.sponsor
    return {
        "sponsor": Membership.objects.present()
        .filter(domain=who.domain_id, member=sponsor)
        .select_related("domain")
        .first()
        if sponsor
        else None,
        "pauses": who.pauses.open().order_by("began_at", "pk"),
    }


def runs(reader: Membership, who: Membership) -> bool:
    """Whether the reader answers for this agent."""
    return bool(who.member and who.member.sponsor_id == reader.member_id)


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
    ends = (_("Joined"), _("Today") if who.is_present else _("Left"))
    return {
        "wide": bands.draw(points, moments=marks, ends=ends),
        "narrow": bands.draw(points, moments=marks, narrow=True),
        "path_in_words": paths.in_words(
            steps, domain=who.domain, name=called_aloud(who, short=True)
        ),
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


def _next_tasks(who: Membership, standing: Standing) -> list[Task]:
    """The most central they could take, those of their own area first."""
    return _open_tasks.ask(
        who.zone,
        who.is_agent,
        domain=who.domain_id,
        who=who.pk,
        furthest_in=standing.furthest_in,
        further_in=standing.further_in,
        area=who.main_area_id or 0,
    )


@question
def _open_tasks(zone: int, is_agent: bool) -> QuerySet[Task]:
    open_to_them = is_open_to(
        zone=zone,
        is_agent=is_agent,
        furthest_in=Given("furthest_in"),
        further_in=Given("further_in"),
    )
    return (
        Task.objects.filter(domain=Given("domain"))
        .real()
        .with_seats_for(Given("who"), zone)
        .filter(open_to_them)
        .select_related("domain", "area")
        .order_by(
            "-centrality",
            Case(When(area=Given("area"), then=0), default=1),
            "-is_awaited",
            "opened_at",
            "pk",
        )[:MOST_PROSPECTS]
    )


def _words(request: MemberHttpRequest, who: Membership) -> list[Entry]:
    """The entries somebody works with, the most used first."""
    reader = request.user.pk
    return _most_used.ask(reader is not None, reader=reader, who=who.pk)


@question
def _most_used(is_signed_in: bool) -> QuerySet[Entry]:
    return (
        Entry.objects.visible_to(Given("reader") if is_signed_in else None)
        .living()
        .filter(citations__member=Given("who"))
        .annotate(times=Count("citations"))
        .select_related("domain")
        .only("title", "slug", "kind", "domain__slug")
        .order_by("-times", "pk")[:MOST_WORDS]
    )


def _working_on(who: Membership) -> list[Claim]:
    claims = _held_by.ask(who=who.pk)
    for claim in claims:
        claim.task.domain = who.domain
    return claims


def _watched(who: Membership) -> list[Observation]:
    """Work they watched being done to its end, the latest first."""
    watched = _watched_by.ask(who=who.pk)
    for seat in watched:
        seat.task.domain = who.domain
    return watched


@question
def _watched_by() -> QuerySet[Observation]:
    return (
        Observation.objects.filter(membership=Given("who"), to_the_end=True)
        .select_related("task", "vouched_by")
        .only("vouched_by__name", "task__title", "task__centrality", "task__domain")
        .order_by("-ended_at", "-pk")[:MOST_WATCHED]
    )


@question
def _held_by() -> QuerySet[Claim]:
    return (
        Claim.objects.live()
        .filter(membership=Given("who"))
        .select_related("task")
        .only("claimed_at", "due_at", "task__title", "task__centrality", "task__domain")
        .order_by("claimed_at", "pk")
    )
