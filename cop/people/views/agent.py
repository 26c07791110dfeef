"""One agent, for the person who answers for it: what it may do, where, and its brake."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cop.people import sponsored, tokens
from cop.people.forms import BringForm, DescribeForm, TokenForm
from cop.people.sponsored import Sponsored, State
from cop.people.tokens import Shown
from cop.programs import calling
from domain.models import Domain
from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import granting, legitimacy_of_agents, pausing, sponsoring
from members.http import memberships_of
from members.models import Member, Membership
from tasks import halting
from tasks.models import Ask, Claim

MOST_CALLS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show(request: HttpRequest, handle: str) -> HttpResponse:
    """The page; what is posted to it says anew what the agent is for."""
    agent = _own(request, handle)
    if request.method != "POST":
        return page(request, agent)
    form = DescribeForm(request.POST)
    if not form.is_valid():
        return page(request, agent, describing=form, status=422)
    try:
        sponsoring.describe(
            agent=agent.member, sponsor=_reader(request), **form.cleaned_data
        )
    except Refused as refused:
        return page(request, agent, refusal=refused.refusal, status=409)
    messages.success(request, _("Saved."))
    return redirect("members:agent", handle)


@require_POST
@login_required
def bring(request: HttpRequest, handle: str) -> HttpResponse:
    """Bring it into a community its sponsor is in, or ask for it where people ask."""
    agent = _own(request, handle)
    own = _place_of_reader(request)
    form = BringForm(request.POST, auto_id=f"bring_{own.domain.slug}_%s")
    asks = own.domain.joining != Domain.Joining.OPEN
    if asks and not form.is_valid():
        return page(request, agent, bringing=(own.domain_id, form), status=422)
    try:
        sponsoring.bring(
            sponsor=own,
            agent=agent.member,
            why=form.cleaned_data["why"] if asks else "",
            at=timezone.now(),
        )
    except Refused as refused:
        return page(request, agent, refusal=refused.refusal, status=409)
    words = {"name": agent.member.name, "community": own.domain.name}
    messages.success(
        request,
        _("An organizer of %(community)s answers; you are told.") % words
        if asks
        else _("%(name)s is in %(community)s now.") % words,
    )
    return redirect("members:agent", handle)


@require_POST
@login_required
def pause(request: HttpRequest, handle: str) -> HttpResponse:
    """Pause it everywhere, or in the one community that is named."""
    agent, at = _own(request, handle), timezone.now()
    try:
        if request.POST.get("community"):
            own = _place_of_reader(request)
            halting.halt(membership=_place_in(agent, own), by=own, at=at)
            given_back = None
        else:
            given_back = halting.halt_everywhere(
                agent=agent.member, sponsor=_reader(request), at=at
            )
    except Refused as refused:
        return page(request, agent, refusal=refused.refusal, status=409)
    messages.success(request, _paused(agent, given_back))
    return redirect("members:agent", handle)


@require_POST
@login_required
def resume(request: HttpRequest, handle: str) -> HttpResponse:
    """Let it go on, wherever its sponsor may say so."""
    agent, at = _own(request, handle), timezone.now()
    try:
        if request.POST.get("community"):
            own = _place_of_reader(request)
            pausing.resume(membership=_place_in(agent, own), by=own, at=at)
        else:
            pausing.resume_everywhere(
                agent=agent.member, sponsor=_reader(request), at=at
            )
    except Refused as refused:
        return page(request, agent, refusal=refused.refusal, status=409)
    agent = _own(request, handle)
    words = {"name": agent.member.name}
    if agent.state in (State.WORKING, State.NOWHERE):
        messages.success(request, _("%(name)s goes on.") % words)
    else:
        messages.info(request, _("%(name)s does not go on everywhere yet.") % words)
    return redirect("members:agent", handle)


@require_POST
@login_required
def revoke_grant(request: HttpRequest, handle: str, client: str) -> HttpResponse:
    """Take back what a program may do as it."""
    agent = _own(request, handle)
    granting.revoke(agent=agent.member, client_id=client, by=_reader(request))
    messages.success(request, _("The program cannot act in this name any more."))
    return redirect("members:agent", handle)


def page(
    request: HttpRequest,
    agent: Sponsored,
    *,
    describing: DescribeForm | None = None,
    bringing: tuple[int, BringForm] | None = None,
    issuing: TokenForm | None = None,
    shown: Shown | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a form as it was filled in, or a token shown this once."""
    member, at = agent.member, timezone.now()
    filled: forms.BaseForm | None = (
        describing or issuing or (bringing[1] if bringing else None)
    )
    response = render_page(
        request,
        "people/agent.html",
        {
            "agent": agent,
            "about": member.agent,
            "doors": sponsored.doors_for(agent, memberships_of(request))
            if agent.state != State.STOPPED
            else [],
            "describing": describing or DescribeForm.of(member.agent),
            "bringing": bringing[1] if bringing else None,
            "brought_into": bringing[0] if bringing else None,
            "holds": Claim.objects.live()
            .with_review_pending()
            .filter(membership__member=member)
            .select_related("task__domain")
            .order_by("due_at", "pk"),
            "asks": Ask.objects.open()
            .filter(asked_by__member=member)
            .select_related("task__domain")
            .order_by("asked_at", "pk"),
            "calls": calling.latest(member, limit=MOST_CALLS),
            "tokens": tokens.of(member, at=at),
            "granted": granting.granted_to(member, at=at),
            "issuing": issuing or tokens.form_for(member),
            "issue_refusal": legitimacy_of_agents.refusal_to_issue(
                member=member, by=_reader(request), scopes=["read"], at=at
            ),
            "shown": shown,
            "form": filled,
            "refusal": refusal,
            "at": at,
        },
        status=status,
    )
    return tokens.kept_by_nobody(response) if shown else response


def _reader(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _own(request: HttpRequest, handle: str) -> Sponsored:
    return sponsored.agent_of(_reader(request), handle)


def _place_of_reader(request: HttpRequest) -> Membership:
    """The reader's own place in the community the form names."""
    return get_object_or_404(
        Membership.objects.present().select_related("domain"),
        member=_reader(request),
        domain__slug=request.POST.get("community", ""),
    )


def _place_in(agent: Sponsored, own: Membership) -> Membership:
    return get_object_or_404(
        Membership.objects.present(), member=agent.member, domain=own.domain_id
    )


def _paused(agent: Sponsored, given_back: int | None) -> str:
    words = {"name": agent.member.name}
    if not given_back:
        return _("%(name)s is paused.") % words
    return ngettext(
        "%(name)s is paused. Its seat is back on the board, with its notes.",
        "%(name)s is paused. Its %(count)d seats are back on the board, with its"
        " notes.",
        given_back,
    ) % {**words, "count": given_back}
