from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from domain.refusal import Refused
from members.http import OwnHttpRequest, as_member, typed_into
from members.typed import Typed
from repertoire import illustrating, inserts, legitimacy, rendering, revising, shelves
from repertoire.forms import NewForm, PictureForm
from repertoire.models import Entry, Picture

#: What may come filled in from elsewhere, with where it was said.
FILLED_IN = ("title", "meaning", "body", "area", "task", "kind")


@require_http_methods(["GET", "HEAD", "POST"])
@typed_into
@as_member
def new(request: OwnHttpRequest) -> HttpResponse:
    typed = Typed(request, f"new:{request.domain.pk}", NewForm.base_fields)
    if request.POST.get("act") == "forget":
        typed.forget()
        return redirect(request.path)
    if request.method == "POST":
        return _write(request, typed)
    return _show(request, typed)


def _show(request: OwnHttpRequest, typed: Typed) -> HttpResponse:
    kind = request.GET.get("kind", "")
    initial = {
        "title": request.GET.get("title", "")[:120],
        **{
            name: request.GET[name]
            for name in ("meaning", "body", "area", "task")
            if name in request.GET
        },
    }
    if kind in Entry.SHELVES:
        initial["kind"] = Entry.SHELVES[kind]
    is_filled_in = any(name in request.GET for name in FILLED_IN)
    initial |= typed.recall(is_filled_in=is_filled_in)
    return _page(request, typed, NewForm(initial=initial, domain=request.domain))


def _write(request: OwnHttpRequest, typed: Typed) -> HttpResponse:
    form = NewForm(request.POST, domain=request.domain)
    act = request.POST.get("act", "save")
    if act == "picture":
        return _illustrated(request, typed)
    if act != "save":
        unfinished = NewForm(initial=typed.keep(), domain=request.domain)
        if "body" in form.errors:
            return _page(request, typed, form, status=422)
        return _page(request, typed, unfinished, preview=act == "preview")
    if not form.is_valid():
        return _page(request, typed, form, status=422)
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
        return _page(request, typed, form, status=409)
    if entry.current is None:
        messages.info(
            request,
            _("Thank you. An active member takes it in; until then it waits here."),
        )
    return typed.arrived(redirect(entry))


def _illustrated(request: OwnHttpRequest, typed: Typed) -> HttpResponse:
    """A picture was added. With script it goes where the cursor is, without below."""
    pictures, added = inserts.added(request)
    initial = typed.keep()
    if added and not request.htmx:
        initial["body"] = illustrating.below(initial["body"], added)
    return _page(
        request,
        typed,
        NewForm(initial=initial, domain=request.domain),
        pictures=pictures,
        added=added,
        status=200 if added else 422,
    )


def _page(
    request: OwnHttpRequest,
    typed: Typed,
    form: NewForm,
    *,
    preview: bool = False,
    pictures: PictureForm | None = None,
    added: Picture | None = None,
    status: int = 200,
) -> HttpResponse:
    reader = rendering.reader_of(request.domain)
    body = request.POST.get("body", "")
    return render_page(
        request,
        "repertoire/new.html",
        {
            "form": form,
            "typed": typed,
            "purposes": shelves.PURPOSES,
            "publishes": legitimacy.publishes(request.membership),
            "preview_html": reader.render(body, prefix="preview").html
            if preview
            else None,
            "preview_meaning": request.POST.get("meaning", ""),
            "pictures": pictures or PictureForm(),
            "added": illustrating.markdown_of(added) if added else "",
        },
        pieces=("preview", "picture", "draft_state"),
        status=status,
    )
