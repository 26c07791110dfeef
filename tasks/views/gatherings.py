"""A community's gatherings: those that come, and what came of those gone by."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain.models import Domain
from domain.pages import render_page
from domain.questions import Given, question
from members.http import MemberHttpRequest, OwnHttpRequest, as_member, in_domain
from members.models import Membership
from tasks import calendar_addresses, came_of, rereading, subscribing
from tasks import legitimacy_of_gatherings as legitimacy
from tasks.models import Attendance, CalendarAddress, Gathering, Task

PER_PAGE = 20
#: A task's page is about the task.
MOST_ON_A_TASK = 3


@require_safe
@in_domain
def show(request: MemberHttpRequest) -> HttpResponse:
    own, now = request.membership, timezone.now()
    here = Gathering.objects.filter(domain=request.domain).with_numbers()
    here = here.select_related("called_by")
    coming = list(here.coming(at=now)[:PER_PAGE])
    page = Paginator(
        Gathering.objects.filter(domain=request.domain).gone_by(at=now), PER_PAGE
    ).get_page(request.GET.get("page"))
    gone_by = list(
        here.filter(pk__in=[one.pk for one in page.object_list]).gone_by(at=now)
    )
    for gathering in (*coming, *gone_by):
        gathering.domain = request.domain
    return render_page(
        request,
        "tasks/gatherings.html",
        {
            "coming": coming,
            "gone_by": gone_by,
            "page": page,
            "answers": Attendance.objects.answers_of(own, coming),
            "came_of": came_of.of(gone_by, withheld=rereading.withheld_from(own)),
            "refusal": legitimacy.refusal_to_call(domain=request.domain, membership=own)
            if own
            else None,
            "feed": _address(request, own),
            "feed_is_private": request.domain.visibility == Domain.Visibility.MEMBERS,
        },
    )


@require_POST
@as_member
def subscribe(request: OwnHttpRequest) -> HttpResponse:
    """Make an address for one's calendar, another one, or let go of it."""
    if request.POST.get("act") == "forget":
        subscribing.let_go(membership=request.membership)
    else:
        subscribing.make_address(membership=request.membership, at=timezone.now())
    return redirect("tasks:gatherings", request.domain.slug)


def on_task(request: MemberHttpRequest, task: Task) -> list[Gathering]:
    """The gatherings at which a task is worked on, or was, the latest few."""
    found = _on_task.ask(task=task.pk)
    for gathering in found:
        gathering.domain = request.domain
    return found


@question
def _on_task() -> QuerySet[Gathering]:
    named = Gathering.objects.standing().filter(tasks=Given("task"))
    return named.order_by("-starts_at", "-pk")[:MOST_ON_A_TASK]


def _address(request: MemberHttpRequest, own: Membership | None) -> str:
    address = (
        CalendarAddress.objects.filter(membership=own).first()
        if own and request.domain.visibility == Domain.Visibility.MEMBERS
        else None
    )
    path = calendar_addresses.path_for(request.domain, address)
    return request.build_absolute_uri(path) if path else ""
