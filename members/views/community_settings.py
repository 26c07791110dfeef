"""What organizers set: the community's words, its zones, how long seats are kept."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from domain.models import Domain
from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import organizing
from members.forms import DomainForm, SeatsForm, ZonesForm
from members.http import OwnHttpRequest, as_organizer
from members.models import Membership


class _Section:
    """One section: its form, empty or filled in, and the deed that keeps it."""

    def __init__(
        self,
        empty: Callable[[Domain], forms.BaseForm],
        filled: Callable[[Domain, Any], forms.BaseForm],
        keep: Callable[[Any, Membership, datetime], object],
    ) -> None:
        self.empty, self.filled, self.keep = empty, filled, keep


SECTIONS = {
    "domain": _Section(
        lambda domain: DomainForm(instance=domain),
        # A copy: what does not hold must not stand in the header of the page.
        lambda domain, data: DomainForm(data, instance=Domain(pk=domain.pk)),
        lambda form, organizer, at: organizing.describe(
            organizer=organizer, at=at, **form.cleaned_data
        ),
    ),
    "zones": _Section(
        lambda domain: ZonesForm(domain=domain),
        lambda domain, data: ZonesForm(data, domain=domain),
        lambda form, organizer, at: organizing.name_zones(
            organizer=organizer, names=form.names(), promises=form.promises(), at=at
        ),
    ),
    "seats": _Section(
        SeatsForm.of,
        lambda _domain, data: SeatsForm(data),
        lambda form, organizer, at: organizing.set_windows(
            organizer=organizer, at=at, **form.windows()
        ),
    ),
}


@require_safe
@as_organizer
def first(request: OwnHttpRequest) -> HttpResponse:
    return redirect("members:community_settings", request.domain.slug, "domain")


@require_http_methods(["GET", "HEAD", "POST"])
@as_organizer
def show(request: OwnHttpRequest, section: str) -> HttpResponse:
    if section not in SECTIONS:
        raise Http404
    chosen = SECTIONS[section]
    if request.method != "POST":
        return _page(request, section, chosen.empty(request.domain))
    form = chosen.filled(request.domain, request.POST)
    if not form.is_valid():
        return _page(request, section, form, status=422)
    try:
        chosen.keep(form, request.membership, timezone.now())
    except Refused as refused:
        return _page(request, section, form, refusal=refused.refusal, status=409)
    messages.success(request, _("Saved."))
    return redirect("members:community_settings", request.domain.slug, section)


def _page(
    request: OwnHttpRequest,
    section: str,
    form: forms.BaseForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    return render_page(
        request,
        "members/community_settings.html",
        {"section": section, "form": form, "refusal": refusal},
        status=status,
    )
