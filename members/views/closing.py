"""Closing an account: what goes, what stays, and one button."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import leaving, legitimacy
from members.models import Member


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show(request: HttpRequest) -> HttpResponse:
    member = cast("Member", request.user)
    if request.method != "POST":
        return _page(request, legitimacy.refusal_to_close(member=member))
    try:
        leaving.close_account(member=member, at=timezone.now())
    except Refused as refused:
        return _page(request, refused.refusal, status=409)
    logout(request)
    messages.success(request, _("Your account is closed. Thank you for what you did."))
    return redirect("/")


def _page(
    request: HttpRequest, refusal: Refusal | None, *, status: int = 200
) -> HttpResponse:
    member = cast("Member", request.user)
    return render_page(
        request,
        "members/closing.html",
        {"refusal": refusal, "agents": member.agents.count()},
        status=status,
    )
