"""Starting a community."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import founding
from members.forms import FoundForm
from members.models import Member


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, FoundForm())
    form = FoundForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        founder = founding.found(
            member=cast("Member", request.user), at=timezone.now(), **form.cleaned_data
        )
    except Refused as refused:
        return _page(request, form, refusal=refused.refusal, status=409)
    return redirect("members:roster", founder.domain.slug)


def _page(
    request: HttpRequest,
    form: FoundForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    return render_page(
        request,
        "members/found.html",
        {"form": form, "refusal": refusal},
        status=status,
    )
