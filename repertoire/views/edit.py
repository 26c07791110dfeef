import contextlib
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2s
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from markupsafe import Markup

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import drafting
from members.http import OwnHttpRequest, as_member, typed_into
from members.models import Draft
from repertoire import (
    illustrating,
    inserts,
    legitimacy,
    rendering,
    report,
    revising,
    sections,
    shelves,
)
from repertoire.forms import ContradictForm, EditForm, PictureForm, SectionForm
from repertoire.http import EntryHttpRequest, OwnEntryHttpRequest, of_entry
from repertoire.models import Entry, Picture, Revision
from repertoire.revising import Clash
from repertoire.text import Worded

_WINDOW = re.compile(r"[0-9a-f]{8}")
_LONGEST_ID = 19

#: As many windows as one browser remembers to have sent.
_WINDOWS_REMEMBERED = 10

#: What the form of a section asks for.
_OF_A_SECTION = ("section", "body", "why", "task", "base")


@require_http_methods(["GET", "HEAD", "POST"])
@typed_into
@as_member
def edit(request: OwnHttpRequest, shelf: str, slug: str) -> HttpResponse:
    entry = _meant(request, shelf, slug) if request.method == "POST" else None
    if entry is None:
        return _at_its_address(request, shelf, slug)
    about = cast("OwnEntryHttpRequest", request)
    entry.domain, about.entry = request.domain, entry
    return _edit(about)


def _meant(request: OwnHttpRequest, shelf: str, slug: str) -> Entry | None:
    """The entry a form was opened for, whatever it is called by now."""
    base = str(request.POST.get("base", ""))
    if not _is_key(base):
        return None
    return (
        Entry.objects.visible_to(request.user)
        .filter(Q(slug=slug) | Q(former_slugs__contains=[slug]))
        .filter(domain=request.domain, kind=Entry.SHELVES[shelf], revisions=int(base))
        .select_related("area", "current__author")
        .first()
    )


def _is_key(given: str) -> bool:
    return given.isascii() and given.isdecimal() and len(given) < _LONGEST_ID


def _edit(request: OwnEntryHttpRequest) -> HttpResponse:
    refusal = legitimacy.refusal_to_revise(
        entry=request.entry, membership=request.membership
    )
    if request.POST.get("act") == "forget":
        return _forgotten(request)
    if request.method == "POST":
        return _refused(request, refusal) if refusal else _save(request)
    if section := _take_up(request):
        return redirect(f"{request.path}?{urlencode({'section': section})}")
    if refusal and not _drafts(request):
        messages.warning(request, f"{refusal.sentence} {refusal.opens}".strip())
        return redirect(request.entry)
    return _show(request, refusal)


_at_its_address = of_entry(_edit)


def _show(request: OwnEntryHttpRequest, refusal: Refusal | None) -> HttpResponse:
    drafts = _drafts(request)
    version, asked = request.GET.get("from", ""), request.GET.get("draft")
    again = request.GET.get("again", "")
    draft = None
    if version.isascii() and version.isdecimal():
        initial = _restored(request, int(version))
    elif again.isascii() and again.isdecimal():
        initial = _proposed_again(request, int(again))
    elif drafts and "fresh" not in request.GET:
        draft = next((kept for kept in drafts if str(kept.pk) == asked), drafts[0])
        initial = draft.fields
    elif name := _section(request):
        found = _initial_section(request, name)
        if found is None:
            messages.info(
                request,
                _(
                    "That section has another name by now, or is gone. This is all of it."
                ),
            )
            return redirect(request.path)
        initial = found
    else:
        initial = _initial(request, request.entry.current)
    form = _form(request, initial=initial)
    return _page(
        request,
        form,
        draft=draft,
        recalled=draft,
        others=[kept for kept in drafts if kept != draft],
        refusal=refusal,
    )


def _form(
    request: OwnEntryHttpRequest,
    data: QueryDict | None = None,
    initial: Mapping[str, Any] | None = None,
) -> EditForm:
    """The form of the whole entry, or of the section that what is given is of."""
    given: Mapping[str, Any] = (initial or {}) if data is None else data
    name, base = str(given.get("section", "")), str(given.get("base", ""))
    if not name:
        return EditForm(data, initial=initial, domain=request.domain)
    if not _is_key(base):
        raise Http404
    of = get_object_or_404(request.entry.revisions.living(), pk=base)
    return SectionForm(
        data,
        initial=initial,
        domain=request.domain,
        section=sections.find(of.body, name) or sections.at_end(of.body, name),
        of=of,
    )


def _save(request: OwnEntryHttpRequest) -> HttpResponse:
    form = _form(request, request.POST)
    act = request.POST.get("act", "save")
    if act == "picture":
        return _illustrated(request)
    if act != "save":
        return _kept(request, form, preview=act == "preview")
    if not form.is_valid():
        return _page(request, form, status=422)
    base = get_object_or_404(
        request.entry.revisions.living(), pk=form.cleaned_data["base"]
    )
    try:
        outcome = revising.revise(
            entry=request.entry,
            membership=request.membership,
            base=base,
            text=form.text(),
            aliases=form.aliases_given(),
            aliases_from=form.aliases_when_opened(),
            why=form.cleaned_data["why"],
            because_path=because_path(request, form),
            at=timezone.now(),
        )
    except Refused as refused:
        # Somebody may have taken it out of use since the page was asked for.
        _keep(request)
        form.add_error(None, str(refused))
        return _page(request, form, status=409)
    if isinstance(outcome, Clash):
        _keep_whole(request, form)
        return _conflict(request, form, outcome)
    drafting.let_go(member=request.user, key=_draft_key(request))
    _let_go_recalled(request)
    return _window_remembered(request, _arrived(request, outcome))


def _refused(request: OwnEntryHttpRequest, refusal: Refusal) -> HttpResponse:
    """The entry may not be changed any more: what was typed stays in the form."""
    form = _form(request, request.POST)
    draft = _keep(request)
    return _page(request, form, draft=draft, refusal=refusal, status=409)


def _forgotten(request: OwnEntryHttpRequest) -> HttpResponse:
    _let_go_recalled(request)
    return redirect(request.get_full_path())


def _kept(
    request: OwnEntryHttpRequest, form: EditForm, *, preview: bool
) -> HttpResponse:
    """What is typed so far, kept and, if asked for, shown as it will look."""
    draft = _keep(request)
    if "body" in form.errors:
        return _page(request, form, draft=draft, status=422)
    unfinished = _form(request, initial=_typed(request.POST))
    return _page(request, unfinished, draft=draft, preview=preview)


def _illustrated(request: OwnEntryHttpRequest) -> HttpResponse:
    """A picture was added. With script it goes where the cursor is, without below."""
    pictures, added = inserts.added(request)
    typed = _typed(request.POST)
    if added and not request.htmx:
        typed["body"] = illustrating.below(typed["body"], added)
    return _page(
        request,
        _form(request, initial=typed),
        draft=_keep(request, typed),
        pictures=pictures,
        added=added,
        status=200 if added else 422,
    )


def _arrived(request: OwnEntryHttpRequest, saved: revising.Saved) -> HttpResponse:
    revision = saved.revision
    if revision.state == Revision.State.PROPOSED:
        return redirect(
            "repertoire:proposal",
            request.domain.slug,
            request.entry.shelf,
            request.entry.slug,
            revision.pk,
        )
    if not saved.is_new:
        messages.info(request, _("Nothing was different, so nothing was saved."))
    elif saved.taken:
        messages.info(request, _("Saved, together with what was changed meanwhile."))
        for taken in saved.taken:
            messages.info(request, report.told(taken))
    # Not the entry on the request: its name, and so its address, may be new.
    return redirect(revision.entry)


def _conflict(
    request: OwnEntryHttpRequest, form: EditForm, clash: Clash
) -> HttpResponse:
    merged = clash.merged.text
    resolved = EditForm(
        initial={
            **form.cleaned_data,
            "title": merged.title,
            "meaning": merged.meaning,
            "body": merged.body,
            "aliases": ", ".join(clash.aliases),
            "aliases_from": ", ".join(clash.their_aliases),
            "base": clash.theirs.pk,
        },
        domain=request.domain,
    )
    return render_page(
        request,
        "repertoire/conflict.html",
        {
            **context_of(request),
            "form": resolved,
            "clash": clash,
            "action": request.path,
            "window": _window(request) or _new_window(),
        },
        status=409,
    )


def _page(
    request: OwnEntryHttpRequest,
    form: EditForm,
    *,
    draft: Draft | None = None,
    recalled: Draft | None = None,
    others: Sequence[Draft] = (),
    refusal: Refusal | None = None,
    preview: bool = False,
    pictures: PictureForm | None = None,
    added: Picture | None = None,
    status: int = 200,
) -> HttpResponse:
    name = _section(request)
    return render_page(
        request,
        "repertoire/edit.html",
        {
            **context_of(request),
            "form": form,
            "form_key": _form_key(request),
            "section": form.section,
            "query": f"{urlencode({'section': name})}&" if name else "",
            "sections": [] if name else _drafts_of_sections(request),
            "draft": draft,
            "recalled": recalled,
            "recalled_key": _name_of(recalled)
            if recalled
            else request.POST.get("recalled", ""),
            "others": [(kept, _name_of(kept)) for kept in others],
            "window": _window(request) or _new_window(),
            "refusal": refusal,
            "may_bring_back": request.entry.retired_at is not None
            and not legitimacy.refusal_to_tend(
                domain=request.domain, membership=request.membership
            ),
            "preview_html": _preview(request, form) if preview else None,
            "preview_meaning": request.POST.get("meaning", ""),
            "pictures": pictures or PictureForm(),
            "added": illustrating.markdown_of(added) if added else "",
        },
        pieces=("preview", "picture", "draft_state"),
        status=status,
    )


def _preview(request: OwnEntryHttpRequest, form: EditForm) -> Markup:
    """What is typed as it will look; of a section, as it will look in the whole."""
    body, only = request.POST.get("body", ""), None
    if form.section:
        body, only = form.section.put_back(body), form.section.place_of(body)
    name = f"{request.entry.shelf}/{request.entry.slug}"
    reader = rendering.reader_of(request.domain)
    return reader.render(body, prefix="preview", known=[name], only=only).html


def context_of(request: EntryHttpRequest) -> dict[str, Any]:
    """What every page with an entry's form says around it."""
    own = request.membership
    return {
        "entry": request.entry,
        "shelf_name": shelves.NAMES[request.entry.shelf],
        "publishes": own is not None and legitimacy.publishes(own),
    }


def because_path(request: OwnEntryHttpRequest, form: EditForm | ContradictForm) -> str:
    number = form.cleaned_data.get("task")
    return reverse("tasks:task", args=[request.domain.slug, number]) if number else ""


def _keep(
    request: OwnEntryHttpRequest, typed: dict[str, str] | None = None
) -> Draft | None:
    draft = drafting.keep(
        member=request.user,
        key=_draft_key(request),
        fields=typed or _typed(request.POST),
        at=timezone.now(),
    )
    # It was continued here; the one it was continued from is part of it.
    _let_go_recalled(request)
    return draft


def _keep_whole(request: OwnEntryHttpRequest, form: EditForm) -> None:
    """Keep what clashes: it is settled over the whole text, be it of one section."""
    if form.section is None:
        _keep(request)
        return
    whole, window = form.text(), _window(request)
    drafting.keep(
        member=request.user,
        key=_in_window(_key_of(request.entry), window),
        fields={
            **_initial(request, None),
            **_worded(whole),
            **{name: request.POST.get(name, "") for name in ("why", "task", "base")},
        },
        at=timezone.now(),
    )
    drafting.let_go(member=request.user, key=_draft_key(request))
    _let_go_recalled(request)


def _typed(fields: Mapping[str, str]) -> dict[str, str]:
    names = _OF_A_SECTION if fields.get("section") else EditForm.base_fields
    return {name: fields.get(name, "") for name in names}


def _take_up(request: OwnEntryHttpRequest) -> str:
    """Make a draft of what was sent while its writer was signed out.

    Return the section that it is of, or nothing where it is of the whole entry.
    """
    typed = drafting.take_up(session=request.session, path=request.path)
    if typed is None:
        return ""
    section = typed.get("section", "")
    drafting.keep(
        member=request.user,
        key=_in_window(_key_of(request.entry, section), _new_window()),
        fields=_typed(typed),
        at=timezone.now(),
    )
    return section


def _drafts(request: OwnEntryHttpRequest) -> list[Draft]:
    drafts = Draft.objects.filter(member=request.user)
    return list(drafts.of_form(_form_key(request)))


def _drafts_of_sections(request: OwnEntryHttpRequest) -> list[tuple[Draft, str]]:
    """What was typed into sections of the entry, and which draft of which moment."""
    drafts = Draft.objects.filter(
        member=request.user, key__startswith=f"section:{request.entry.pk}/"
    )
    return [(kept, _name_of(kept)) for kept in drafts.order_by("-saved_at", "-pk")]


def _section(request: OwnEntryHttpRequest) -> str:
    """The section that is edited on its own; none where the whole entry is."""
    fields = request.POST if request.method == "POST" else request.GET
    return fields.get("section", "")


def _form_key(request: OwnEntryHttpRequest) -> str:
    return _key_of(request.entry, _section(request))


def _key_of(entry: Entry, section: str = "") -> str:
    if not section:
        return f"entry:{entry.pk}"
    # Names of sections may be long, and have colons.
    return f"section:{entry.pk}/{blake2s(section.encode(), digest_size=8).hexdigest()}"


def _draft_key(request: OwnEntryHttpRequest) -> str:
    return _in_window(_form_key(request), _window(request))


def _in_window(key: str, window: str) -> str:
    """One draft a window: two of one member do not write over each other's."""
    return f"{key}:{window}" if window else key


def _window(request: OwnEntryHttpRequest) -> str:
    """What this window calls itself, from when the form was first opened in it."""
    named = request.POST.get("window", "")
    return named if _WINDOW.fullmatch(named) else ""


def _new_window() -> str:
    return secrets.token_hex(4)


def _name_of(draft: Draft) -> str:
    """A draft as it stood at one moment."""
    return f"{draft.key}@{draft.saved_at.isoformat()}"


def _let_go_recalled(request: OwnEntryHttpRequest) -> None:
    key, _at, moment = request.POST.get("recalled", "").partition("@")
    if key.split(":")[:2] != _form_key(request).split(":"):
        return
    with contextlib.suppress(ValueError):
        drafting.let_go(
            member=request.user, key=key, saved_at=datetime.fromisoformat(moment)
        )


def _window_remembered(
    request: OwnEntryHttpRequest, response: HttpResponse
) -> HttpResponse:
    """Tell the browser that what it keeps of this window has arrived."""
    window = _window(request)
    if not window:
        return response
    before = [w for w in request.COOKIES.get("sent", "").split(".") if w]
    sent = [*before, window][-_WINDOWS_REMEMBERED:]
    path = reverse("domain:home", args=[request.domain.slug])
    response.set_cookie(
        "sent", ".".join(sent), path=path, max_age=timedelta(days=30), samesite="Lax"
    )
    return response


def _restored(request: OwnEntryHttpRequest, number: int) -> dict[str, Any]:
    """An old version's text, as a change of the living one."""
    old = get_object_or_404(request.entry.revisions.living(), number=number)
    why = _("Back to version %(number)s") % {"number": number}
    return {
        **_initial(request, request.entry.current),
        **_worded(old),
        "why": why,
    }


def _proposed_again(request: OwnEntryHttpRequest, pk: int) -> dict[str, Any]:
    """What the member proposed and was not taken in, as a change of what it was of."""
    proposal = get_object_or_404(
        request.entry.revisions.filter(
            state=Revision.State.DECLINED, author=request.membership
        ).select_related("base"),
        pk=pk,
    )
    of = proposal.base if proposal.base and proposal.base.number else None
    return {
        **_initial(request, of or request.entry.current),
        **_worded(proposal),
        "why": proposal.why,
    }


def _initial(request: OwnEntryHttpRequest, revision: Revision | None) -> dict[str, Any]:
    return {
        **(_worded(revision) if revision else {}),
        "aliases": ", ".join(request.entry.aliases),
        "aliases_from": ", ".join(request.entry.aliases),
        "base": revision.pk if revision else None,
    }


def _initial_section(request: OwnEntryHttpRequest, name: str) -> dict[str, Any] | None:
    """The section of that name as it stands in the living text."""
    current = request.entry.current
    section = sections.find(current.body, name) if current else None
    if current is None or section is None:
        return None
    return {"section": name, "body": section.text, "base": current.pk}


def _worded(words: Worded) -> dict[str, str]:
    return {"title": words.title, "meaning": words.meaning, "body": words.body}
