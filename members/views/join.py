"""Coming into a community: by oneself, by asking, or with an invitation."""

from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from domain.models import Domain
from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import joining, legitimacy
from members.forms import AskForm, JoinForm
from members.http import MemberHttpRequest, enter
from members.models import Invitation, JoinRequest


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, community: str) -> HttpResponse:
    entered = enter(request, community)
    if not request.user.is_authenticated:
        return _sign_up_first(entered)
    if entered.membership and "invitation" not in entered.GET:
        return redirect(_onward(entered))
    if entered.method == "POST":
        return _come_in(entered)
    return _page(entered)


def _come_in(request: MemberHttpRequest) -> HttpResponse:
    invitation = _invitation(request)
    asks = invitation is None and request.domain.joining == Domain.Joining.REQUEST
    form = (
        AskForm(request.POST) if asks else JoinForm(request.POST, domain=request.domain)
    )
    if not form.is_valid():
        return _page(request, form=form, status=422)
    said = form.cleaned_data
    try:
        if asks:
            joining.ask(
                domain=request.domain,
                member=request.user,
                why=said["why"],
                at=timezone.now(),
            )
            return redirect("members:join", request.domain.slug)
        if "invitation" in request.GET:
            joining.accept_invitation(
                token=request.GET["invitation"],
                member=request.user,
                at=timezone.now(),
                **said,
            )
        else:
            joining.join(
                domain=request.domain, member=request.user, at=timezone.now(), **said
            )
    except Refused as refused:
        return _page(request, form=form, refusal=refused.refusal, status=409)
    return redirect(_onward(request))


def _page(
    request: MemberHttpRequest,
    *,
    form: forms.Form | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    domain = request.domain
    invitation = _invitation(request)
    asked = None
    if "invitation" in request.GET:
        refusal = refusal or legitimacy.refusal_to_accept(
            invitation=invitation, member=request.user, at=timezone.now()
        )
    elif domain.joining == Domain.Joining.REQUEST:
        refusal = refusal or legitimacy.refusal_to_ask(
            domain=domain, member=request.user
        )
        asked = JoinRequest.objects.filter(
            domain=domain, member=request.user, answered_at=None
        ).first()
        form = form or AskForm(initial={"why": asked.why if asked else ""})
    else:
        refusal = refusal or legitimacy.refusal_to_join(
            domain=domain, member=request.user
        )
    return render_page(
        request,
        "members/join.html",
        {
            "form": form or JoinForm(domain=domain),
            "refusal": refusal,
            "invitation": invitation,
            "asked": asked,
            "taking": request.session.get("taking_title", ""),
        },
        status=status,
    )


def _invitation(request: MemberHttpRequest) -> Invitation | None:
    """The invitation in the address, if it is to this community."""
    found = joining.invitation_for(request.GET.get("invitation", ""))
    return found if found and found.domain_id == request.domain.pk else None


def _sign_up_first(request: MemberHttpRequest) -> HttpResponse:
    onward = (
        request.get_full_path()
        if "invitation" in request.GET or request.domain.joining != Domain.Joining.OPEN
        else _onward(request)
    )
    query = urlencode({"c": request.domain.slug, "next": onward})
    if "invitation" in request.GET:
        query = urlencode({"next": onward})
    return redirect(f"{reverse('account_signup')}?{query}")


def _onward(request: MemberHttpRequest) -> str:
    asked = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return asked
    return reverse("domain:start", args=[request.domain.slug])
