"""A community's home: for a visitor the work and the way in, for members what moved."""

from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop.health import said, summary
from cop.home import coming, company
from domain.centrality import Centrality, Zone
from domain.models import Domain
from domain.pages import render_page
from domain.questions import Given, number_of, question
from members.http import MemberHttpRequest, enter, in_domain
from members.models import Membership, Participation
from members.names import more_than_a_name
from repertoire.models import Entry
from repertoire.models.entry import EntryQuerySet
from tasks import rereading
from tasks.board import TOLD_ON_ITS_PAGE
from tasks.models import Claim, Submission, Task, Verdict
from tasks.models.task import TaskQuerySet

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
    at, withheld = timezone.now(), rereading.withheld_from(own)
    return render_page(
        request,
        "home/community.html",
        {
            **_work(request.domain),
            **_people(request.domain, at=at),
            "made": _made(request.domain, withheld=withheld),
            "words": _words(request, at=at),
            "story": _story(request),
            "moved": _what_moved.ask(
                domain=request.domain.pk, withheld=f"submission:{withheld}"
            )
            if own
            else [],
            "waiting": _waiting(own) if own else [],
            "walking": company.of(own, at=at) if own else None,
            "summary": None if own else summary.shared(request.domain),
            "pulse": said.news(own, at=at) if own else None,
            **coming.to(request, at=at),
        },
    )


def _work(domain: Domain) -> dict[str, object]:
    first = _first_small.ask(domain=domain.pk)
    for task in first:
        task.domain = domain
    return {
        "small_tasks": first,
        "edge_count": _number_small.first(domain=domain.pk),
    }


def _small() -> TaskQuerySet:
    small = Task.objects.filter(domain=Given("domain"), centrality=Centrality.PERIPHERY)
    return small.open().real()


@question
def _first_small() -> QuerySet[Task]:
    return _small().defer(*TOLD_ON_ITS_PAGE).with_seats().peripheral_first()[:3]


@question
def _number_small() -> QuerySet[Task, int]:
    return number_of(_small())


def _people(domain: Domain, *, at: datetime) -> dict[str, object]:
    by_zone = dict(_by_zone.ask(domain=domain.pk))
    moved_inward = _number_moved_inward.first(domain=domain.pk, since=at - SEASON)
    return {
        "zones": [(zone, by_zone.get(zone, 0)) for zone in reversed(Zone)],
        "people_count": sum(by_zone.values()),
        "moved_inward": moved_inward,
    }


@question
def _by_zone() -> QuerySet[Membership, tuple[int, int]]:
    present = Membership.objects.present().filter(domain=Given("domain"))
    return present.values_list("zone").annotate(number=Count("pk")).order_by("zone")


@question
def _number_moved_inward() -> QuerySet[Membership, int]:
    present = Membership.objects.present().filter(domain=Given("domain"))
    return number_of(present.moved_inward_since(Given("since")))


def _made(domain: Domain, *, withheld: int) -> list[Submission]:
    """What came of the work lately: recognised, and where it went."""
    made = _lately_made.ask(domain=domain.pk, withheld=withheld)
    for submission in made:
        submission.task.domain = domain
    return made


@question
def _lately_made() -> QuerySet[Submission]:
    return (
        Submission.objects.filter(
            task__domain=Given("domain"),
            outcome__in=(Verdict.RECOGNISED, Verdict.ACCOMMODATED),
        )
        .exclude(pk=Given("withheld"))
        .select_related("task", "author")
        .only(
            "task__title",
            "task__used_in",
            "task__domain",
            "author__name",
            "author__kind",
        )
        .order_by("-settled_at")[:4]
    )


def _words(request: MemberHttpRequest, *, at: datetime) -> list[Entry]:
    """The words this season's work was done in."""
    reader = request.user.pk
    return _most_used.ask(
        reader is not None, reader=reader, domain=request.domain.pk, since=at - SEASON
    )


@question
def _most_used(is_signed_in: bool) -> QuerySet[Entry]:
    return (
        _entries(is_signed_in=is_signed_in)
        .filter(kind=Entry.Kind.TERM)
        .most_used(6, within=Given("domain"), since=Given("since"))
    )


def _story(request: MemberHttpRequest) -> Entry | None:
    reader = request.user.pk
    return _latest_story.first(
        reader is not None, reader=reader, domain=request.domain.pk
    )


@question
def _latest_story(is_signed_in: bool) -> QuerySet[Entry]:
    stories = _entries(is_signed_in=is_signed_in).filter(kind=Entry.Kind.STORY)
    return stories.lately_changed_first()[:1]


def _entries(*, is_signed_in: bool) -> EntryQuerySet:
    return (
        Entry.objects.visible_to(Given("reader") if is_signed_in else None)
        .filter(domain=Given("domain"))
        .living()
        .select_related("domain")
        .only("title", "slug", "kind", "domain__slug")
    )


@question
def _what_moved() -> QuerySet[Participation]:
    telling = (
        Participation.Kind.RECOGNISED,
        Participation.Kind.RAISED,
        Participation.Kind.JOINED,
        Participation.Kind.TAKEN_IN,
        Participation.Kind.WROTE,
    )
    return (
        Participation.objects.filter(domain=Given("domain"), kind__in=telling)
        .exclude(item=Given("withheld"))
        .select_related("giver", "receiver")
        .defer(*more_than_a_name("giver", "receiver"))
        .latest_first()[:8]
    )


def _waiting(own: Membership) -> list[Claim]:
    claims = _held_by.ask(who=own.pk)
    for claim in claims:
        claim.task.domain = own.domain
    return claims


@question
def _held_by() -> QuerySet[Claim]:
    return (
        Claim.objects.live()
        .filter(membership=Given("who"))
        .select_related("task")
        .only("due_at", "task__title", "task__centrality", "task__domain")
        .order_by("due_at")
    )
