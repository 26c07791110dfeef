"""Members who mostly recognise each other, for organizers to know."""

from collections.abc import Collection
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain.models import Domain
from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import acknowledging, legitimacy
from members.forms import KnownCircleForm
from members.http import OwnHttpRequest, as_organizer
from members.models import KnownCircle, Membership, Reckoning


@require_safe
@as_organizer
def show(request: OwnHttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@as_organizer
def acknowledge(request: OwnHttpRequest) -> HttpResponse:
    """Say of a circle why it is one."""
    members = _keys(request.POST.get("members", ""))
    form = _form(members, request.POST)
    if not form.is_valid():
        return _page(request, said=(members, form), status=422)
    try:
        acknowledging.acknowledge(
            organizer=request.membership,
            members=members,
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(request, said=(members, form), refusal=refused.refusal, status=409)
    return redirect("members:circles", request.domain.slug)


@require_POST
@as_organizer
def forget(request: OwnHttpRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(KnownCircle, pk=pk, domain=request.domain)
    try:
        acknowledging.forget(
            circle=circle, organizer=request.membership, at=timezone.now()
        )
    except Refused as refused:
        return _page(request, refusal=refused.refusal, status=409)
    return redirect("members:circles", request.domain.slug)


def _page(
    request: OwnHttpRequest,
    *,
    said: tuple[tuple[int, ...], KnownCircleForm] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    reckoning = Reckoning.objects.current().filter(domain=request.domain).first()
    rings = reckoning.rings if reckoning else []
    known = {
        tuple(circle.members): circle
        for circle in KnownCircle.objects.in_force()
        .filter(domain=request.domain)
        .select_related("organizer")
        .order_by("-known_at", "-pk")
    }
    now = {tuple(sorted(ring["members"])): ring for ring in rings}
    people = _people(request.domain, {who for one in (*known, *now) for who in one})
    own = request.membership
    return render_page(
        request,
        "members/circles.html",
        {
            "section": "circles",
            "refusal": refusal,
            "circles": [
                {
                    **_circle(members, people),
                    "lines": ring["lines"],
                    "share": round(100 * ring["share"]),
                    "known": known.get(members),
                    "refusal": _own(members, own, people),
                    "form": said[1] if said and said[0] == members else _form(members),
                }
                for members, ring in now.items()
            ],
            "others": [
                {**_circle(members, people), "known": circle}
                for members, circle in known.items()
                if members not in now
            ],
        },
        status=status,
    )


def _own(
    members: Collection[int], organizer: Membership, people: dict[int, Membership]
) -> Refusal | None:
    """What keeps the organizer from speaking about a circle; asked of few."""
    circle = [people[who] for who in members if who in people]
    if any(
        one.pk == organizer.pk or one.is_in_same_hands_as(organizer) for one in circle
    ):
        return legitimacy.refusal_to_judge_circle(members=members, organizer=organizer)
    return None


def _people(domain: Domain, who: Collection[int]) -> dict[int, Membership]:
    people = (
        Membership.objects.filter(domain=domain).select_related("member").in_bulk(who)
    )
    for one in people.values():
        one.domain = domain
    return people


def _circle(members: tuple[int, ...], people: dict[int, Membership]) -> dict[str, Any]:
    return {
        "key": "-".join(map(str, members)),
        "members": sorted(
            (people[who] for who in members if who in people),
            key=lambda who: (who.name, who.pk),
        ),
    }


def _keys(told: str) -> tuple[int, ...]:
    """Read a circle as the page names it, by its memberships."""
    try:
        return tuple(sorted(int(key) for key in told.split("-")))
    except ValueError:
        raise Http404 from None


def _form(members: tuple[int, ...], data: Any = None) -> KnownCircleForm:
    """Each circle has a form of its own on the page, and so names of its own."""
    return KnownCircleForm(data, auto_id=f"circle_{members[0]}_{members[-1]}_%s")
