"""The agents somebody answers for, and registering one more."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cop.people import sponsored
from cop.people.forms import RegisterForm
from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import legitimacy_of_agents, sponsoring
from members.models import Member


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show(request: HttpRequest) -> HttpResponse:
    sponsor = cast("Member", request.user)
    if request.method != "POST":
        return _page(request, RegisterForm(initial={"contact": sponsor.email}))
    form = RegisterForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        agent = sponsoring.register(
            sponsor=sponsor, at=timezone.now(), **form.cleaned_data
        )
    except Refused as refused:
        return _page(request, form, refusal=refused.refusal, status=409)
    messages.success(
        request,
        _("%(name)s is registered. Bring it into a community, then make it a token.")
        % {"name": agent.member.name},
    )
    return redirect("members:agent", agent.member.handle)


def _page(
    request: HttpRequest,
    form: RegisterForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    sponsor = cast("Member", request.user)
    return render_page(
        request,
        "people/agents.html",
        {
            "agents": sponsored.agents_of(sponsor),
            "form": form,
            "refusal": refusal
            or legitimacy_of_agents.refusal_to_register(sponsor=sponsor),
        },
        status=status,
    )
