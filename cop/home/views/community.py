"""A community's home: for a visitor the work and the way in, for members what moved."""

from datetime import datetime, timedelta

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from domain.centrality import Centrality, Zone
from domain.models import Domain
from domain.pages import render_page
from members.http import MemberHttpRequest, enter, in_domain
from members.models import Membership, Participation
from members.names import more_than_a_name
from repertoire.models import Entry
from tasks.models import Claim, Submission, Task, Verdict

#: What "this season" means: a quarter, as everywhere on the health page.
SEASON = timedelta(days=90)


@require_safe
def show(request: MemberHttpRequest, community: str) -> HttpResponse:
    entered = enter(request, community)
    own = entered.membership
    if own is None and entered.domain.visibility == Domain.Visibility.MEMBERS:
        # The door can be seen from outside, so that people can knock; nothing else.
        return render_page(entered, "home/closed.html", {})
    return _show(request, community)


@in_domain
def _show(request: MemberHttpRequest) -> HttpResponse:
    own = request.membership
    if own is not None and not own.is_full and "front" not in request.GET:
        return redirect("domain:start", request.domain.slug)
    at = timezone.now()
    return render_page(
        request,
        "home/community.html",
        {
            **_work(request.domain),
            **_people(request.domain, at=at),
            "made": _made(request.domain),
            "words": _words(request, at=at),
            "story": _story(request),
            "moved": _what_moved(request.domain) if own else [],
            "waiting": _waiting(own) if own else [],
        },
    )


def _work(domain: Domain) -> dict[str, object]:
    small = Task.objects.filter(domain=domain, centrality=Centrality.PERIPHERY)
    small = small.open().real()
    first = list(small.with_seats().peripheral_first()[:3])
    for task in first:
        task.domain = domain
    return {"small_tasks": first, "edge_count": small.count()}


def _people(domain: Domain, *, at: datetime) -> dict[str, object]:
    present = Membership.objects.present().filter(domain=domain)
    by_zone = dict(
        present.values_list("zone").annotate(number=Count("pk")).order_by("zone")
    )
    moved_inward = present.moved_inward_since(at - SEASON).count()
    return {
        "zones": [(zone, by_zone.get(zone, 0)) for zone in reversed(Zone)],
        "people_count": sum(by_zone.values()),
        "moved_inward": moved_inward,
    }


def _made(domain: Domain) -> list[Submission]:
    """What came of the work lately: recognised, and where it went."""
    made = list(
        Submission.objects.filter(
            task__domain=domain,
            outcome__in=(Verdict.RECOGNISED, Verdict.ACCOMMODATED),
        )
        .select_related("task", "author")
        .only("task__title", "task__used_in", "task__domain", "author__name")
        .order_by("-settled_at")[:4]
    )
    for submission in made:
        submission.task.domain = domain
    return made


def _words(request: MemberHttpRequest, *, at: datetime) -> list[Entry]:
    """The words this season's work was done in."""
    return list(
        Entry.objects.visible_to(request.user)
        .filter(domain=request.domain, kind=Entry.Kind.TERM)
        .living()
        .with_uses(since=at - SEASON)
        .select_related("domain")
        .only("title", "slug", "kind", "domain__slug")
        .most_used_first()[:6]
    )


def _story(request: MemberHttpRequest) -> Entry | None:
    entries = Entry.objects.visible_to(request.user).filter(domain=request.domain)
    stories = entries.filter(kind=Entry.Kind.STORY).living()
    stories = stories.select_related("domain")
    return (
        stories.only("title", "slug", "kind", "domain__slug")
        .lately_changed_first()
        .first()
    )


def _what_moved(domain: Domain) -> list[Participation]:
    telling = (
        Participation.Kind.RECOGNISED,
        Participation.Kind.RAISED,
        Participation.Kind.JOINED,
        Participation.Kind.TAKEN_IN,
        Participation.Kind.WROTE,
    )
    return list(
        Participation.objects.filter(domain=domain, kind__in=telling)
        .select_related("giver", "receiver")
        .defer(*more_than_a_name("giver", "receiver"))
        .latest_first()[:8]
    )


def _waiting(own: Membership) -> list[Claim]:
    claims = list(
        Claim.objects.live()
        .filter(membership=own)
        .select_related("task")
        .only("due_at", "task__title", "task__centrality", "task__domain")
        .order_by("due_at")
    )
    for claim in claims:
        claim.task.domain = own.domain
    return claims
