"""What of a community's health goes further than its organizers, and when it is mailed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cop.health import summary
from cop.health.forms import SharingForm
from domain.pages import render_page
from domain.refusal import Refused
from members import organizing
from members.http import OwnHttpRequest, as_organizer


@require_http_methods(["GET", "HEAD", "POST"])
@as_organizer
def show(request: OwnHttpRequest) -> HttpResponse:
    domain = request.domain
    if request.method != "POST":
        return _page(request, SharingForm.of(domain))
    form = SharingForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        organizing.share(
            organizer=request.membership, at=timezone.now(), **form.cleaned_data
        )
    except Refused as refused:
        messages.error(request, refused.refusal.sentence)
    else:
        messages.success(request, _("Saved."))
    return redirect("health:sharing", domain.slug)


def _page(
    request: OwnHttpRequest, form: SharingForm, *, status: int = 200
) -> HttpResponse:
    return render_page(
        request,
        "health/sharing.html",
        {
            "section": "sharing",
            "form": form,
            "summary": summary.summary(request.domain),
        },
        status=status,
    )
