"""What somebody wrote while working becomes an entry, a story, or part of an entry."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from domain.refusal import Refused
from members.http import OwnHttpRequest, as_member, typed_into
from members.typed import Typed
from repertoire import legitimacy, rendering, stories
from repertoire.forms import EditForm, NewForm, StoryForm
from repertoire.models import Entry, Revision
from repertoire.models.entry import EntryQuerySet
from repertoire.revising import Clash
from repertoire.shelves import NAMES, PURPOSES
from repertoire.stories import Story
from tasks import growing, sources
from tasks.models import Task
from tasks.sources import Source

Form = NewForm | StoryForm | EditForm

FORMS: dict[str, type[Form]] = {
    "entry": NewForm,
    "story": StoryForm,
    "addition": EditForm,
}
#: More entries to choose from would not be read.
MOST_OFFERED = 8
#: What a refusal is about, as the forms call it.
FIELDS = {"title_taken": "title", "no_text": "meaning"}


@require_http_methods(["GET", "HEAD", "POST"])
@typed_into
@as_member
def grow(request: OwnHttpRequest, pk: int, kind: str, key: int) -> HttpResponse:
    task = get_object_or_404(
        Task.objects.visible_to(request.user)
        .filter(domain=request.domain)
        .select_related("area"),
        pk=pk,
    )
    task.domain = request.domain
    source = sources.find(
        kind, key, task=task, reader=request.membership, at=timezone.now()
    )
    becomes = request.GET.get("as", "entry")
    if source is None or becomes not in FORMS:
        raise Http404
    entry = _chosen(request) if becomes == "addition" else None
    if becomes == "addition" and entry is None:
        return _choice(request, source)
    made_of = f"{becomes}/{entry.pk}" if entry else becomes
    typed = Typed(request, f"grow:{kind}/{key}/{made_of}", FORMS[becomes].base_fields)
    if request.POST.get("act") == "forget":
        typed.forget()
        return redirect(request.get_full_path())
    if request.method == "POST":
        return _save(request, source, becomes, entry, typed)
    initial = _FILLED_IN[becomes](source, entry) | typed.recall()
    form = FORMS[becomes](initial=initial, domain=request.domain)
    return _page(request, source, becomes, form, entry=entry, typed=typed)


def _chosen(request: OwnHttpRequest) -> Entry | None:
    asked = request.GET.get("entry", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):  # noqa: PLR2004
        return None
    return get_object_or_404(_living(request).select_related("current"), pk=int(asked))


def _living(request: OwnHttpRequest) -> EntryQuerySet:
    return (
        Entry.objects.visible_to(request.user)
        .living()
        .filter(domain=request.domain)
        .select_related("domain")
    )


def _choice(request: OwnHttpRequest, source: Source) -> HttpResponse:
    """Which entry to add to: those it speaks of, and what a search finds."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:200]
    living = _living(request)
    if words:
        found = living.named(words, language=request.domain.language)
    else:
        met = rendering.reader_of(request.domain).entries_in(source.words)
        found = living.filter(pk__in=[pk for pk, _explicit in met])
    return render_page(
        request,
        "tasks/grow.html",
        {
            "source": source,
            "becomes": "addition",
            "words": words,
            "found": list(found.by_title()[:MOST_OFFERED]),
        },
    )


def _save(
    request: OwnHttpRequest,
    source: Source,
    becomes: str,
    entry: Entry | None,
    typed: Typed,
) -> HttpResponse:
    form = FORMS[becomes](request.POST, domain=request.domain)
    act = request.POST.get("act", "save")
    page = partial(_page, request, source, becomes, typed=typed, entry=entry)
    if act != "save":
        unfinished = FORMS[becomes](initial=typed.keep(), domain=request.domain)
        return page(unfinished, preview=act == "preview")
    if not form.is_valid():
        return page(form, status=422)
    try:
        if isinstance(form, EditForm) and entry is not None:
            return _added(request, source, form, entry, typed)
        return typed.arrived(_written(request, source, form))
    except Refused as refused:
        typed.keep()
        field = FIELDS.get(refused.refusal.code)
        form.add_error(field if field in form.fields else None, str(refused))
        return page(form, status=409)


def _written(
    request: OwnHttpRequest, source: Source, form: NewForm | StoryForm | EditForm
) -> HttpResponse:
    given = form.cleaned_data
    entry = growing.write(
        source=source,
        membership=request.membership,
        kind=Entry.Kind(given.get("kind", Entry.Kind.STORY)),
        text=form.text(),
        aliases=form.aliases_given() if isinstance(form, NewForm) else (),
        area=given["area"],
        at=timezone.now(),
    )
    if entry.current is None:
        messages.info(
            request,
            _("Thank you. An active member takes it in; until then it waits here."),
        )
    return redirect(entry)


def _added(
    request: OwnHttpRequest,
    source: Source,
    form: EditForm,
    entry: Entry,
    typed: Typed,
) -> HttpResponse:
    outcome = growing.add(
        source=source,
        membership=request.membership,
        entry=entry,
        base=get_object_or_404(entry.revisions.living(), pk=form.cleaned_data["base"]),
        text=form.text(),
        why=form.cleaned_data["why"],
        at=timezone.now(),
    )
    if isinstance(outcome, Clash):
        typed.keep()
        return _conflict(request, form, outcome, entry, typed)
    if outcome.revision.state == Revision.State.PROPOSED:
        at = [request.domain.slug, entry.shelf, entry.slug, outcome.revision.pk]
        return typed.arrived(redirect("repertoire:proposal", *at))
    return typed.arrived(redirect(outcome.revision.entry))


def _conflict(
    request: OwnHttpRequest,
    form: EditForm,
    clash: Clash,
    entry: Entry,
    typed: Typed,
) -> HttpResponse:
    merged = clash.merged.text
    resolved = EditForm(
        initial={
            **form.cleaned_data,
            "title": merged.title,
            "meaning": merged.meaning,
            "body": merged.body,
            "base": clash.theirs.pk,
        },
        domain=request.domain,
    )
    return render_page(
        request,
        "repertoire/conflict.html",
        {
            "entry": entry,
            "shelf_name": NAMES[entry.shelf],
            "publishes": legitimacy.publishes(request.membership),
            "form": resolved,
            "clash": clash,
            "action": request.get_full_path(),
            "form_key": typed.key,
            "window": typed.window,
        },
        status=409,
    )


def _page(
    request: OwnHttpRequest,
    source: Source,
    becomes: str,
    form: Form,
    *,
    typed: Typed,
    entry: Entry | None = None,
    preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    given = request.POST
    body = (
        stories.written(
            Story(**{name: given.get(name, "") for name in stories.HEADINGS})
        )
        if becomes == "story"
        else given.get("body", "")
    )
    reader = rendering.reader_of(request.domain)
    return render_page(
        request,
        "tasks/grow.html",
        {
            "source": source,
            "becomes": becomes,
            "entry": entry,
            "form": form,
            "typed": typed,
            "own_url": request.get_full_path(),
            "purposes": PURPOSES,
            "publishes": legitimacy.publishes(request.membership),
            "preview_html": reader.markdown(body, prefix="preview")
            if preview
            else None,
            "preview_meaning": given.get("meaning", ""),
        },
        pieces=("preview", "draft_state"),
        status=status,
    )


def _entry_from(source: Source, _entry: Entry | None) -> dict[str, Any]:
    return {
        "kind": Entry.Kind.TERM,
        "body": _quoted(source),
        "area": source.task.area_id,
    }


def _story_from(source: Source, _entry: Entry | None) -> dict[str, Any]:
    return {
        "who": f"@{source.author.handle}",
        "happened": formats.date_format(source.at, "j F Y"),
        "told": source.words,
        "touches": f"#{source.task.pk}",
        "area": source.task.area_id,
    }


def _addition_from(source: Source, entry: Entry | None) -> dict[str, Any]:
    current = entry and entry.current
    if not current:
        raise Http404
    return {
        "title": current.title,
        "meaning": current.meaning,
        "body": f"{current.body.rstrip()}\n\n{_quoted(source)}".lstrip(),
        "base": current.pk,
    }


_FILLED_IN = {
    "entry": _entry_from,
    "story": _story_from,
    "addition": _addition_from,
}


def _quoted(source: Source) -> str:
    """The words as a quotation, with whose they are and where they were said."""
    lines = (f"> {line}".rstrip() for line in source.words.splitlines())
    doing = source.doing.replace("[", "(").replace("]", ")")
    return "\n".join(lines) + f"\n\n@{source.author.handle}, [{doing}]({source.path})"
