"""Stopping an agent for good: what happens then, and one button."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cop.people import sponsored
from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import legitimacy_of_agents
from members.models import Member
from tasks import halting


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show(request: HttpRequest, handle: str) -> HttpResponse:
    sponsor = cast("Member", request.user)
    agent = sponsored.agent_of(sponsor, handle)
    if request.method != "POST":
        refusal = legitimacy_of_agents.refusal_to_answer_for(
            agent=agent.member, sponsor=sponsor
        )
        return _page(request, agent, refusal)
    try:
        halting.stop(agent=agent.member, sponsor=sponsor, at=timezone.now())
    except Refused as refused:
        return _page(request, agent, refused.refusal, status=409)
    messages.success(
        request,
        _("%(name)s is stopped for good. What it did stays.")
        % {"name": agent.member.name},
    )
    return redirect("members:agent", handle)


def _page(
    request: HttpRequest,
    agent: sponsored.Sponsored,
    refusal: Refusal | None,
    *,
    status: int = 200,
) -> HttpResponse:
    return render_page(
        request,
        "people/agent_stop.html",
        {"agent": agent, "refusal": refusal},
        status=status,
    )
