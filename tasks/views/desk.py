"""The review desk: what waits, in the order it should be read, and what fits."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain.centrality import Zone
from domain.pages import render_page
from members.http import OwnHttpRequest, as_member
from tasks import review_queue, reviewing
from tasks.review_forms import RoomForm


@require_safe
@as_member
def show(request: OwnHttpRequest) -> HttpResponse:
    return _page(request, RoomForm(instance=request.membership))


@require_POST
@as_member
def make_room(request: OwnHttpRequest) -> HttpResponse:
    """Say how much one reviews here, and how long one mostly has."""
    form = RoomForm(request.POST, instance=request.membership)
    if not form.is_valid():
        return _page(request, form, status=422)
    reviewing.make_room(
        membership=request.membership,
        capacity=form.cleaned_data["capacity"],
        minutes=form.cleaned_data["review_minutes"],
    )
    return redirect("tasks:desk", request.domain.slug)


def _page(
    request: OwnHttpRequest, form: RoomForm, *, status: int = 200
) -> HttpResponse:
    membership, now = request.membership, timezone.now()
    minutes = _minutes(request)
    areas = list(request.domain.areas.order_by("place", "pk"))
    area = next((a for a in areas if a.slug == request.GET.get("area")), None)
    mine = "mine" in request.GET
    area_id = area.pk if area else None
    usual = review_queue.estimates(request.domain, at=now)
    reading, unread = review_queue.own_reviews(membership)
    gives_verdicts = membership.is_full and not membership.is_agent
    if gives_verdicts:
        desk = review_queue.desk_of(
            membership, minutes=minutes, usual=usual, area_id=area_id, mine=mine
        )
    elif membership.zone >= Zone.INBOUND:
        desk = review_queue.to_look_at(
            membership, minutes=minutes, usual=usual, area_id=area_id
        )
    else:
        desk = review_queue.Desk([], [], 0)
    return render_page(
        request,
        "tasks/desk.html",
        {
            "desk": desk,
            "minutes": minutes,
            "times": review_queue.TIMES,
            "areas": areas,
            "area": area,
            "mine": mine,
            "gives_verdicts": gives_verdicts,
            "gives_first_looks": membership.zone >= Zone.INBOUND,
            "now": now,
            "form": form,
            "reading": reading,
            "others_reading": review_queue.read_by_others(membership),
            "opinions": review_queue.for_another_opinion(membership, usual=usual)
            if gives_verdicts
            else [],
            "on_authors": review_queue.waiting_on_authors(membership),
            "unread": unread,
            # The desk has just counted what its tab would ask for again.
            **(
                {}
                if area or mine or not gives_verdicts
                else {"review_count": len(desk)}
            ),
        },
        status=status,
    )


def _minutes(request: OwnHttpRequest) -> int:
    """The time the reader says they have, else what they mostly have."""
    given = request.GET.get("fits", "")
    if given.isascii() and given.isdecimal() and int(given) in review_queue.TIMES:
        return int(given)
    return request.membership.review_minutes
