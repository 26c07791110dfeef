"""Webhooks: where one's own news and that of one's agents is posted."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cop.people import tokens
from cop.people.forms import HookForm
from cop.programs import hooking, posting
from cop.programs.models import Delivery, Hook, HookQuerySet
from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members.models import Member

#: As many messages of each are shown as tell whether it works.
SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Show them all; with an address, make one more and tell its secret this once."""
    if request.method != "POST":
        return _page(request, _form(request))
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        hook = hooking.add(
            member=form.member(), by=_reader(request), url=form.url(), at=timezone.now()
        )
    except Refused as refused:
        form.add_error("address", _in_words(refused.refusal))
        return _page(request, form, status=422)
    return tokens.kept_by_nobody(_page(request, _form(request), made=hook))


@require_POST
@login_required
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    hooking.try_out(hook=_hook(request, pk), by=_reader(request), at=timezone.now())
    messages.success(
        request,
        _("A test is on its way. What came of it stands here in a few seconds."),
    )
    return redirect("members:hooks")


@require_POST
@login_required
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    hooking.switch_on(hook=_hook(request, pk), by=_reader(request))
    messages.success(request, _("It is on again. News of the last days follows."))
    return redirect("members:hooks")


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    hook = _hook(request, pk)
    hooking.remove(hook=hook, by=_reader(request))
    messages.success(
        request, _("Nothing is sent to %(address)s any more.") % {"address": hook.url}
    )
    return redirect("members:hooks")


def _reader(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _theirs(reader: Member) -> HookQuerySet:
    return Hook.objects.filter(Q(member=reader) | Q(member__sponsor=reader))


def _hook(request: HttpRequest, pk: int) -> Hook:
    hooks = _theirs(_reader(request)).select_related("member")
    return get_object_or_404(hooks, pk=pk)


def _form(request: HttpRequest, data: object = None) -> HookForm:
    reader = _reader(request)
    agents = Member.objects.filter(sponsor=reader, agent__stopped_at=None)
    return HookForm(data, reader=reader, agents=list(agents.order_by("name", "pk")))


def _in_words(refusal: Refusal) -> str:
    return f"{refusal.sentence} {refusal.opens}".strip()


def _page(
    request: HttpRequest,
    form: HookForm,
    *,
    made: Hook | None = None,
    status: int = 200,
) -> HttpResponse:
    latest = Delivery.objects.select_related("notification").order_by("-at", "-pk")
    hooks = (
        _theirs(_reader(request))
        .latest_first()
        .select_related("member")
        .prefetch_related(Prefetch("deliveries", latest[:SHOWN], "latest"))
    )
    return render_page(
        request,
        "people/hooks.html",
        {
            "hooks": hooks,
            "form": form,
            "made": made,
            "what_came_of": posting.what_came_of,
        },
        status=status,
    )
