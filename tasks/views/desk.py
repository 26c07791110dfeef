"""The review desk: what waits, in the order it should be read, and what fits."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain.centrality import Zone
from domain.pages import render_page
from domain.refusal import Refused
from members.http import OwnHttpRequest, as_member
from members.models import Membership
from tasks import (
    agreement,
    drawing,
    remarks,
    rereading,
    review_queue,
    reviewing,
    waits,
)
from tasks.review_forms import RoomForm
from tasks.room import Rooms


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


@require_POST
@as_member
def draw(request: OwnHttpRequest) -> HttpResponse:
    """Be handed one first work to read, of those that fit the time there is."""
    area = request.domain.areas.filter(slug=request.POST.get("area", "")).first()
    try:
        review = drawing.draw(
            membership=request.membership,
            minutes=_minutes(request.POST, request.membership),
            area_id=area.pk if area else None,
            at=timezone.now(),
        )
    except Refused as refused:
        messages.info(request, f"{refused.refusal.sentence} {refused.refusal.opens}")
        return redirect("tasks:desk", request.domain.slug)
    return redirect("tasks:review", request.domain.slug, review.submission_id)


def _page(
    request: OwnHttpRequest, form: RoomForm, *, status: int = 200
) -> HttpResponse:
    membership, now = request.membership, timezone.now()
    minutes = _minutes(request.GET, membership)
    areas = list(request.domain.areas.order_by("place", "pk"))
    area = next((a for a in areas if a.slug == request.GET.get("area")), None)
    mine = "mine" in request.GET
    area_id = area.pk if area else None
    times = review_queue.reading_times(request.domain, at=now)
    own = review_queue.own_reviews(membership)
    gives_verdicts = membership.is_full and not membership.is_agent
    desk = review_queue.desk_of(
        membership, minutes=minutes, times=times, area_id=area_id, mine=mine
    )
    looks = review_queue.to_look_at(
        membership, minutes=minutes, times=times, area_id=area_id
    )
    return render_page(
        request,
        "tasks/desk.html",
        {
            "desk": desk if gives_verdicts else looks,
            "together": desk.together(),
            "looks": [*looks.fitting, *looks.longer] if gives_verdicts else [],
            "minutes": minutes,
            "times": review_queue.TIMES,
            "areas": areas,
            "area": area,
            "area_names": {one.pk: one.name for one in areas},
            "mine": mine,
            "gives_verdicts": gives_verdicts,
            "gives_first_looks": membership.zone >= Zone.INBOUND,
            "now": now,
            "form": form,
            "reading": own.reading,
            "on_their_way": own.on_their_way,
            "others_reading": review_queue.read_by_others(membership),
            "opinions": review_queue.for_another_opinion(membership, times=times)
            if gives_verdicts
            else [],
            **(_of_reviewers(request, area_id) if gives_verdicts else {}),
            "on_authors": review_queue.waiting_on_authors(membership),
            "unread": own.unread,
            # The desk has just counted what its tab would ask for again.
            **(
                {}
                if area or mine or not gives_verdicts
                else {"review_count": len(desk)}
            ),
        },
        status=status,
    )


def _of_reviewers(request: OwnHttpRequest, area_id: int | None) -> dict[str, object]:
    """What only those who give verdicts are shown."""
    membership, now = request.membership, timezone.now()
    return {
        "rereading": rereading.own(membership, at=now),
        "rereads": rereading.waits_for(membership, at=now),
        "wait": waits.waits_of(request.domain, at=now).expected(area_id=area_id),
        "room": Rooms(request.domain.pk, at=now).of(membership),
        "remarks": remarks.recurring(membership, at=now),
        "agreement": agreement.of_pairs(
            agreement.pairs_of(request.domain, at=now, membership=membership)
        ),
    }


def _minutes(given: QueryDict, membership: Membership) -> int:
    """The time the reader says they have, else what they mostly have."""
    said = given.get("fits", "")
    if said.isascii() and said.isdecimal() and int(said) in review_queue.TIMES:
        return int(said)
    return membership.review_minutes
