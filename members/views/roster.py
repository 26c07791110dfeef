"""Who comes in and who carries duties: requests, invitations, organizers, founders."""

from collections.abc import Callable

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import founding, joining, organizing, ruling
from members.forms import InviteForm, ReasonForm, RulingForm
from members.http import OwnHttpRequest, as_organizer
from members.models import Invitation, JoinRequest, Membership, Ruling

PAGE = 50


@require_safe
@as_organizer
def show(request: OwnHttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@as_organizer
def answer(request: OwnHttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(JoinRequest, pk=pk, domain=request.domain)
    try:
        joining.answer(
            request=asked,
            organizer=request.membership,
            accepted=request.POST.get("answer") == "yes",
            reason=request.POST.get("reason", "")[:500],
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(request, refusal=refused.refusal, status=409)
    return redirect("members:roster", request.domain.slug)


@require_POST
@as_organizer
def invite(request: OwnHttpRequest) -> HttpResponse:
    """Make a link. It is shown once, in the answer: only its hash is kept."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    claims = None
    if handle := request.POST.get("claims"):
        claims = get_object_or_404(Membership, domain=request.domain, handle=handle)
    try:
        invitation, token = joining.invite(
            domain=request.domain,
            organizer=request.membership,
            email=form.cleaned_data["email"],
            claims=claims,
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(request, form=form, refusal=refused.refusal, status=409)
    address = reverse("members:join", args=[request.domain.slug])
    link = request.build_absolute_uri(f"{address}?invitation={token}")
    return _page(request, link=link, made=invitation)


@require_POST
@as_organizer
def withdraw(request: OwnHttpRequest, pk: int) -> HttpResponse:
    joining.withdraw_invitation(
        invitation=get_object_or_404(Invitation, pk=pk, domain=request.domain),
        organizer=request.membership,
        at=timezone.now(),
    )
    return redirect("members:roster", request.domain.slug)


@require_POST
@as_organizer
def change(request: OwnHttpRequest, handle: str) -> HttpResponse:
    """Give or take a duty, or put somebody out; always with a reason."""
    membership = get_object_or_404(
        Membership.objects.present(), domain=request.domain, handle=handle
    )
    rulings: dict[str, Callable[..., Ruling]] = {
        "endorse": ruling.endorse,
        "hold_back": ruling.hold_back,
    }
    if request.POST.get("what") in rulings:
        return _rule(request, membership, rulings[request.POST["what"]])
    form = ReasonForm(request.POST)
    deeds: dict[str, Callable[..., Membership]] = {
        "appoint": organizing.appoint,
        "dismiss": organizing.dismiss,
        "remove": organizing.remove,
        "founder": founding.name_founder,
    }
    deed = deeds.get(request.POST.get("what", ""))
    if deed is None or not form.is_valid():
        return _page(request, reason=form, about=membership, status=422)
    try:
        deed(
            organizer=request.membership,
            membership=membership,
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(
            request, reason=form, about=membership, refusal=refused.refusal, status=409
        )
    if membership == request.membership:
        return redirect(request.domain)
    return redirect("members:roster", request.domain.slug)


def _rule(
    request: OwnHttpRequest, membership: Membership, deed: Callable[..., Ruling]
) -> HttpResponse:
    """Endorse somebody or hold them back, for half a year."""
    form = RulingForm(request.POST, domain=request.domain, auto_id="ruling_%s")
    if not form.is_valid():
        return _page(request, placing=form, about=membership, status=422)
    try:
        deed(
            organizer=request.membership,
            membership=membership,
            zone=form.cleaned_data["zone"],
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(
            request, placing=form, about=membership, refusal=refused.refusal, status=409
        )
    return redirect(membership)


def _page(
    request: OwnHttpRequest,
    *,
    form: InviteForm | None = None,
    reason: ReasonForm | None = None,
    placing: RulingForm | None = None,
    about: Membership | None = None,
    link: str = "",
    made: Invitation | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    domain, at = request.domain, timezone.now()
    chosen = about or _chosen(request)
    found = Membership.objects.present().filter(domain=domain)
    sought = request.GET.get("q", "").strip()
    if sought:
        found = found.filter(Q(name__icontains=sought) | Q(handle__icontains=sought))
    else:
        found = found.filter(Q(is_organizer=True) | Q(founder_until__gt=at))
    errors: forms.BaseForm = form or reason or placing or InviteForm()
    return render_page(
        request,
        "members/roster.html",
        {
            "section": "members",
            "requests": JoinRequest.objects.filter(domain=domain, answered_at=None)
            .select_related("member__agent", "member__sponsor")
            .order_by("asked_at", "pk")[:PAGE],
            "invitations": Invitation.objects.filter(
                domain=domain, used_at=None, expires_at__gt=at
            )
            .select_related("invited_by", "claims")
            .order_by("-created_at", "-pk")[:PAGE],
            "people": Paginator(
                found.select_related("member__sponsor").core_first(), PAGE
            ).get_page(request.GET.get("page")),
            "sought": sought,
            "chosen": chosen,
            "reason": reason or ReasonForm(),
            "placing": placing or RulingForm(domain=domain, auto_id="ruling_%s"),
            "inviting": form or InviteForm(),
            "form": errors,
            "link": link,
            "made": made,
            "at": at,
            "refusal": refusal,
        },
        status=status,
    )


def _chosen(request: OwnHttpRequest) -> Membership | None:
    handle = request.GET.get("member", "")
    return (
        Membership.objects.present()
        .filter(domain=request.domain, handle=handle)
        .select_related("member__sponsor")
        .first()
        if handle
        else None
    )
