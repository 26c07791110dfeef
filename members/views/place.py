"""How a member takes part in one community, who sees it, and leaving it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import leaving, legitimacy, preferring
from members.forms import PlaceForm
from members.http import OwnHttpRequest, as_member
from members.models import Membership


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def show(request: OwnHttpRequest) -> HttpResponse:
    own = request.membership
    if request.method != "POST":
        return _page(request, PlaceForm(instance=own))
    form = PlaceForm(
        request.POST,
        instance=Membership(
            pk=own.pk, domain=own.domain, is_organizer=own.is_organizer
        ),
    )
    if not form.is_valid():
        return _page(request, form, status=422)
    preferring.arrange(membership=own, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("members:place", request.domain.slug)


@require_POST
@as_member
def leave(request: OwnHttpRequest) -> HttpResponse:
    try:
        leaving.leave(membership=request.membership, at=timezone.now())
    except Refused as refused:
        form = PlaceForm(instance=request.membership)
        return _page(request, form, refusal=refused.refusal, status=409)
    messages.success(
        request,
        _("You left %(name)s. The way back stands open.")
        % {"name": request.domain.name},
    )
    return redirect("/")


def _page(
    request: OwnHttpRequest,
    form: PlaceForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    return render_page(
        request,
        "members/place.html",
        {
            "form": form,
            "refusal": refusal
            or legitimacy.refusal_to_leave(membership=request.membership),
        },
        status=status,
    )
