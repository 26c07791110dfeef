"""Do newcomers become competent sooner here? And what they are held against."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cop.health import bringing
from cop.health.access import for_organizers
from cop.health.forms import BaselineForm
from cop.health.masterpiece import masterpiece
from cop.health.signs.reading import Who
from domain.pages import render_page
from members.http import MemberHttpRequest


@require_http_methods(["GET", "HEAD"])
@for_organizers
def show(request: MemberHttpRequest) -> HttpResponse:
    return _page(request, BaselineForm(), status=200)


@require_POST
@for_organizers
def bring(request: MemberHttpRequest) -> HttpResponse:
    """Take in the table of people who worked alone, in place of the one before."""
    form = BaselineForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    bringing.bring_baseline(
        domain=request.domain,
        membership=request.membership,
        name=form.cleaned_data["name"],
        rows=form.cleaned_data["table"],
        at=timezone.now(),
    )
    messages.success(request, _("The table is taken in."))
    return redirect("health:masterpiece", request.domain.slug)


@require_POST
@for_organizers
def forget(request: MemberHttpRequest) -> HttpResponse:
    bringing.forget_baseline(domain=request.domain)
    return redirect("health:masterpiece", request.domain.slug)


def _page(
    request: MemberHttpRequest, form: BaselineForm, *, status: int
) -> HttpResponse:
    # Agents wait for other reasons than people do: they are never told together.
    who = Who.AGENTS if request.GET.get("who") == Who.AGENTS else Who.PEOPLE
    return render_page(
        request,
        "health/masterpiece.html",
        {
            "told": masterpiece(request.domain, at=timezone.now(), who=who),
            "who": who,
            "form": form,
        },
        status=status,
    )
