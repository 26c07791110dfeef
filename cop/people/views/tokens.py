"""Making, replacing and revoking tokens: one's own, and those of one's agents.

Where ``handle`` names an agent, its page answers; else the page of one's own tokens.
"""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.people import sponsored, tokens
from cop.people.forms import TokenForm
from cop.people.tokens import Shown
from cop.people.views import agent as agent_page
from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import issuing, legitimacy_of_agents
from members.models import Member, Token


@require_safe
@login_required
def show(request: HttpRequest) -> HttpResponse:
    return _page(request, "")


@require_POST
@login_required
def make(request: HttpRequest, handle: str = "") -> HttpResponse:
    """Make one, and show in the answer what opens it: only its hash is kept."""
    owner = _owner(request, handle)
    form = tokens.form_for(owner, request.POST)
    if not form.is_valid():
        return _page(request, handle, form=form, status=422)
    try:
        token, secret = issuing.issue(
            member=owner, by=_reader(request), at=timezone.now(), **form.given()
        )
    except Refused as refused:
        return _page(request, handle, refusal=refused.refusal, status=409)
    return _page(request, handle, shown=tokens.shown(token, secret))


@require_POST
@login_required
def rotate(request: HttpRequest, pk: int, handle: str = "") -> HttpResponse:
    """Make its successor, and show that; the old one goes on for a day."""
    token = get_object_or_404(Token, pk=pk, member=_owner(request, handle))
    try:
        new, secret = issuing.rotate(
            token=token, by=_reader(request), at=timezone.now()
        )
    except Refused as refused:
        return _page(request, handle, refusal=refused.refusal, status=409)
    return _page(request, handle, shown=tokens.shown(new, secret))


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int, handle: str = "") -> HttpResponse:
    token = get_object_or_404(Token, pk=pk, member=_owner(request, handle))
    issuing.revoke(token=token, by=_reader(request), at=timezone.now())
    messages.success(
        request, _("“%(name)s” opens nothing any more.") % {"name": token.name}
    )
    if handle:
        return redirect("members:agent", handle)
    return redirect("members:tokens")


def _reader(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _owner(request: HttpRequest, handle: str) -> Member:
    if not handle:
        return _reader(request)
    return sponsored.agent_of(_reader(request), handle).member


def _page(
    request: HttpRequest,
    handle: str,
    *,
    form: TokenForm | None = None,
    shown: Shown | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    own = _reader(request)
    if handle:
        agent = sponsored.agent_of(own, handle)
        return agent_page.page(
            request, agent, issuing=form, shown=shown, refusal=refusal, status=status
        )
    at = timezone.now()
    response = render_page(
        request,
        "people/tokens.html",
        {
            "tokens": tokens.of(own, at=at),
            "issuing": form or tokens.form_for(own),
            "issue_refusal": legitimacy_of_agents.refusal_to_issue(
                member=own, by=own, scopes=["read"], at=at
            ),
            "shown": shown,
            "form": form,
            "refusal": refusal,
            "at": at,
        },
        status=status,
    )
    return tokens.kept_by_nobody(response) if shown else response
