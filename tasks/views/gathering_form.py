"""Calling a gathering, changing it, and calling it off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members.http import MemberHttpRequest, OwnHttpRequest, as_member, typed_into
from members.typed import Typed
from tasks import gathering
from tasks import legitimacy_of_gatherings as legitimacy
from tasks.gathering_forms import CallOffForm, GatheringForm
from tasks.models import Gathering

#: What a refusal is about, as the form calls it.
FIELDS = {
    "gone_by": "day",
    "too_far_off": "day",
    "no_task": "tasks",
    "practice_task": "tasks",
    "not_in_the_works": "tasks",
}


@require_http_methods(["GET", "HEAD", "POST"])
@typed_into
@as_member
def new(request: OwnHttpRequest) -> HttpResponse:
    own = request.membership
    refusal = legitimacy.refusal_to_call(domain=request.domain, membership=own)
    typed = _typed(request, f"gathering:new:{request.domain.pk}")
    act = request.POST.get("act", "save")
    if act == "forget":
        typed.forget()
        return redirect(request.path)
    if refusal or request.method != "POST":
        asked = request.GET.get("task", "")
        filled_in = {"tasks": [asked]} if asked else {}
        recalled = typed.recall(is_filled_in=bool(filled_in))
        form = _form(request, initial={**filled_in, **recalled})
        return _page(request, form, typed, refusal=refusal)
    if act == "draft":
        return _page(request, _form(request, initial=typed.keep()), typed)
    form = GatheringForm(request.POST, domain=request.domain, membership=own)
    if not form.is_valid():
        return _page(request, form, typed, status=422)
    try:
        made = gathering.announce(membership=own, plan=form.plan(), at=timezone.now())
    except Refused as refused:
        return _refused(request, form, typed, refused.refusal)
    messages.success(request, _("Announced. Members whom its tasks touch are told."))
    return typed.arrived(redirect(made))


@require_http_methods(["GET", "HEAD", "POST"])
@typed_into
@as_member
def edit(request: OwnHttpRequest, pk: int) -> HttpResponse:
    asked = _seen(request, pk)
    refusal = legitimacy.refusal_to_change(
        gathering=asked, membership=request.membership, at=timezone.now()
    )
    typed = _typed(request, f"gathering:{asked.pk}")
    act = request.POST.get("act", "save")
    if act == "forget":
        typed.forget()
        return redirect(request.path)
    if refusal or request.method != "POST":
        # A draft of what it was is about what it was: saving it says so.
        initial = GatheringForm.about(asked) | typed.recall()
        form = _form(request, asked, initial=initial)
        return _page(request, form, typed, asked=asked, refusal=refusal)
    if act == "draft":
        form = _form(request, asked, initial=typed.keep())
        return _page(request, form, typed, asked=asked)
    form = GatheringForm(
        request.POST,
        domain=request.domain,
        membership=request.membership,
        gathering=asked,
    )
    if not form.is_valid():
        return _page(request, form, typed, asked=asked, status=422)
    try:
        gathering.change(
            gathering=asked,
            membership=request.membership,
            plan=form.plan(),
            version=form.cleaned_data["version"] or 0,
            at=timezone.now(),
        )
    except Refused as refused:
        return _refused(request, form, typed, refused.refusal, _seen(request, pk))
    return typed.arrived(redirect(asked))


@require_POST
@as_member
def call_off(request: OwnHttpRequest, pk: int) -> HttpResponse:
    asked, form = _seen(request, pk), CallOffForm(request.POST)
    changing = _form(request, asked, initial=GatheringForm.about(asked))
    typed = _typed(request, f"gathering:{asked.pk}")
    if not form.is_valid():
        return _page(request, changing, typed, asked=asked, ending=form, status=422)
    try:
        gathering.call_off(
            gathering=asked,
            membership=request.membership,
            because=form.cleaned_data["because"],
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(
            request,
            changing,
            typed,
            asked=asked,
            ending=form,
            refusal=refused.refusal,
            status=409,
        )
    return redirect(asked)


def _seen(request: MemberHttpRequest, pk: int) -> Gathering:
    found = get_object_or_404(
        Gathering.objects.filter(domain=request.domain).select_related("called_by"),
        pk=pk,
    )
    found.domain = request.domain
    return found


def _typed(request: OwnHttpRequest, key: str) -> Typed:
    return Typed(request, key, GatheringForm.base_fields, lists=frozenset({"tasks"}))


def _form(
    request: OwnHttpRequest,
    asked: Gathering | None = None,
    *,
    initial: dict[str, object],
) -> GatheringForm:
    return GatheringForm(
        initial=initial,
        domain=request.domain,
        membership=request.membership,
        gathering=asked,
    )


def _refused(
    request: OwnHttpRequest,
    form: GatheringForm,
    typed: Typed,
    refusal: Refusal,
    asked: Gathering | None = None,
) -> HttpResponse:
    """Say why not; nothing typed is lost."""
    typed.keep()
    if field := FIELDS.get(refusal.code):
        form.add_error(field, f"{refusal.sentence} {refusal.opens}".strip())
        return _page(request, form, typed, asked=asked, status=409)
    overtaken = refusal.code == "changed_meanwhile"
    if overtaken and asked is not None:
        form.about_the(asked)
    return _page(
        request,
        form,
        typed,
        asked=asked,
        refusal=refusal,
        overtaken=overtaken,
        status=409,
    )


def _page(
    request: OwnHttpRequest,
    form: GatheringForm,
    typed: Typed,
    *,
    asked: Gathering | None = None,
    ending: CallOffForm | None = None,
    refusal: Refusal | None = None,
    overtaken: bool = False,
    status: int = 200,
) -> HttpResponse:
    return render_page(
        request,
        "tasks/gathering_form.html",
        {
            "form": form,
            "typed": typed,
            "gathering": asked,
            "ending": ending or CallOffForm(),
            "refusal": refusal,
            "overtaken": overtaken,
            "may": refusal is None or overtaken,
        },
        pieces=("draft_state",),
        status=status,
    )
