"""Who walks with whom: companions offered, accepted and at work, from both sides."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import accompanying, legitimacy_of_company
from members.forms import WordForm
from members.http import OwnHttpRequest, as_member
from members.models import Companion
from tasks import stuck

#: Those walked in lately: with them a longer bond is still to be wished for.
MOST_PAST = 6


@require_safe
@as_member
def show(request: OwnHttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@as_member
def seek(request: OwnHttpRequest) -> HttpResponse:
    return _done(
        request,
        lambda: accompanying.seek(newcomer=request.membership, at=timezone.now()),
        _("Somebody is asked."),
    )


@require_POST
@as_member
def accept(request: OwnHttpRequest, pk: int) -> HttpResponse:
    bond = _bond(request, pk)
    return _done(
        request,
        lambda: accompanying.accept(
            companion=bond, membership=request.membership, at=timezone.now()
        ),
    )


@require_POST
@as_member
def pass_on(request: OwnHttpRequest, pk: int) -> HttpResponse:
    bond = _bond(request, pk)
    return _done(
        request,
        lambda: accompanying.pass_on(
            companion=bond, membership=request.membership, at=timezone.now()
        ),
        _("Passed on. Nobody is told why."),
    )


@require_POST
@as_member
def part(request: OwnHttpRequest, pk: int) -> HttpResponse:
    bond = _bond(request, pk)
    return _done(
        request,
        lambda: accompanying.part(
            companion=bond, membership=request.membership, at=timezone.now()
        ),
    )


@require_POST
@as_member
def wish(request: OwnHttpRequest, pk: int) -> HttpResponse:
    bond = _bond(request, pk)
    return _done(
        request,
        lambda: accompanying.wish(
            companion=bond, membership=request.membership, at=timezone.now()
        ),
    )


@require_POST
@as_member
def say(request: OwnHttpRequest, pk: int) -> HttpResponse:
    bond, form = _bond(request, pk), WordForm(request.POST)
    if not form.is_valid():
        return _page(request, word=form, word_to=bond.pk, status=422)
    name = bond.other_than(request.membership).first_name
    return _done(
        request,
        lambda: accompanying.say(
            companion=bond,
            membership=request.membership,
            words=form.cleaned_data["words"],
            at=timezone.now(),
        ),
        _("Sent to %(name)s.") % {"name": name},
    )


def _bond(request: OwnHttpRequest, pk: int) -> Companion:
    """One of the reader's own; what is between two others does not exist."""
    return get_object_or_404(
        Companion.objects.of(request.membership).select_related("newcomer", "peer"),
        pk=pk,
    )


def _done(
    request: OwnHttpRequest, act: Callable[[], object], said: str = ""
) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        return _page(request, refusal=refused.refusal, status=409)
    if said:
        messages.success(request, said)
    return redirect("members:companions", request.domain.slug)


def _page(
    request: OwnHttpRequest,
    *,
    refusal: Refusal | None = None,
    word: WordForm | None = None,
    word_to: int = 0,
    status: int = 200,
) -> HttpResponse:
    own = request.membership
    bonds = list(
        Companion.objects.of(own)
        .open()
        .select_related("newcomer__main_area", "peer__main_area")
        .order_by("offered_at", "pk")
    )
    begun = [bond for bond in bonds if bond.is_begun]
    offered = [bond for bond in bonds if not bond.is_begun]
    near = Companion.Bond.COMPANION
    walked = [b for b in begun if b.peer_id == own.pk and b.bond == near]
    places = stuck.of([bond.newcomer for bond in walked], reader=own, at=timezone.now())
    for bond in bonds:
        bond.newcomer.domain = bond.peer.domain = request.domain
    return render_page(
        request,
        "people/companions.html",
        {
            "asked": [bond for bond in offered if not bond.said_yes(own)],
            "unanswered": [bond for bond in offered if bond.said_yes(own)],
            "guides": [b for b in begun if b.newcomer_id == own.pk and b.bond == near],
            # Whoever is stuck comes first, and after them those who are getting on.
            "walked": sorted(
                zip(walked, places, strict=True), key=lambda pair: not pair[1].is_stuck
            ),
            "longer": [bond for bond in begun if bond.bond != near],
            "past": _past(request, bonds),
            "longer_with": {
                (b.newcomer_id, b.peer_id) for b in bonds if b.bond != near
            },
            "seek_refusal": legitimacy_of_company.refusal_to_seek(membership=own),
            "refusal": refusal,
            "word": word or WordForm(),
            "word_to": word_to,
        },
        status=status,
    )


def _past(request: OwnHttpRequest, bonds: list[Companion]) -> list[Companion]:
    """Those walked to the end, with whom no longer bond is wished for yet."""
    longer = [
        Q(newcomer=bond.newcomer_id, peer=bond.peer_id)
        for bond in bonds
        if bond.bond == Companion.Bond.MENTOR
    ]
    walked = (
        Companion.objects.of(request.membership)
        .near_peers()
        .filter(ending=Companion.Ending.COMPETENT, begun_at__isnull=False)
        .filter(newcomer__left_at=None, newcomer__member__isnull=False)
        .filter(peer__left_at=None, peer__member__isnull=False)
        .select_related("newcomer", "peer")
        .order_by("-ended_at", "-pk")
    )
    for one in longer:
        walked = walked.exclude(one)
    found = list(walked[:MOST_PAST])
    for bond in found:
        bond.newcomer.domain = bond.peer.domain = request.domain
    return found
