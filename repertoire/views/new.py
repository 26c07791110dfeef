from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from domain.refusal import Refused
from members.http import OwnHttpRequest, as_member
from repertoire import legitimacy, rendering, revising, shelves
from repertoire.forms import NewForm
from repertoire.models import Entry


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def new(request: OwnHttpRequest) -> HttpResponse:
    return _write(request) if request.method == "POST" else _show(request)


def _show(request: OwnHttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    initial = {
        "title": request.GET.get("title", "")[:120],
        # What is offered from elsewhere comes filled in, with where it was said.
        **{
            name: request.GET[name]
            for name in ("meaning", "body", "area", "task")
            if name in request.GET
        },
    }
    if kind in Entry.SHELVES:
        initial["kind"] = Entry.SHELVES[kind]
    return _page(request, NewForm(initial=initial, domain=request.domain))


def _write(request: OwnHttpRequest) -> HttpResponse:
    form = NewForm(request.POST, domain=request.domain)
    if request.POST.get("act") == "preview" and "body" not in form.errors:
        unfinished = NewForm(initial=request.POST.dict(), domain=request.domain)
        return _page(request, unfinished, preview=True)
    if not form.is_valid():
        return _page(request, form, status=422)
    number = form.cleaned_data["task"]
    try:
        entry = revising.write(
            domain=request.domain,
            membership=request.membership,
            kind=Entry.Kind(form.cleaned_data["kind"]),
            text=form.text(),
            aliases=form.aliases_given(),
            area=form.cleaned_data["area"],
            because_path=reverse("tasks:task", args=[request.domain.slug, number])
            if number
            else "",
            at=timezone.now(),
        )
    except Refused as refused:
        refusal = refused.refusal
        field = {"title_taken": "title", "no_text": "meaning", "too_long": "body"}
        sentence = f"{refusal.sentence} {refusal.opens}".strip()
        form.add_error(field.get(refusal.code), sentence)
        return _page(request, form, status=409)
    if entry.current is None:
        messages.info(
            request,
            _("Thank you. An active member takes it in; until then it waits here."),
        )
    return redirect(entry)


def _page(
    request: OwnHttpRequest, form: NewForm, *, preview: bool = False, status: int = 200
) -> HttpResponse:
    reader = rendering.reader_of(request.domain)
    body = request.POST.get("body", "")
    return render_page(
        request,
        "repertoire/new.html",
        {
            "form": form,
            "purposes": shelves.PURPOSES,
            "publishes": legitimacy.publishes(request.membership),
            "preview_html": reader.render(body, prefix="preview").html
            if preview
            else None,
            "preview_meaning": request.POST.get("meaning", ""),
        },
        pieces=("preview",),
        status=status,
    )
