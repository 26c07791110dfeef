from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from domain.refusal import Refused
from members import drafting
from members.http import as_member
from members.models import Draft
from repertoire import legitimacy, rendering, revising, shelves
from repertoire.forms import EditForm
from repertoire.http import EntryHttpRequest, OwnEntryHttpRequest, of_entry
from repertoire.models import Revision
from repertoire.revising import Clash


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
@of_entry
def edit(request: OwnEntryHttpRequest) -> HttpResponse:
    if refusal := legitimacy.refusal_to_revise(
        entry=request.entry, membership=request.membership
    ):
        messages.warning(request, f"{refusal.sentence} {refusal.opens}".strip())
        return redirect(request.entry)
    return _save(request) if request.method == "POST" else _show(request)


def _show(request: OwnEntryHttpRequest) -> HttpResponse:
    draft = Draft.objects.filter(member=request.user, key=_draft_key(request)).first()
    version = request.GET.get("from", "")
    if version.isascii() and version.isdecimal():
        initial = _restored(request, int(version))
        draft = None
    elif draft is not None and "fresh" not in request.GET:
        initial = draft.fields
    else:
        initial, draft = _initial(request, request.entry.current), None
    form = EditForm(initial=initial, domain=request.domain)
    return _page(request, form, draft=draft, is_recalled=draft is not None)


def _save(request: OwnEntryHttpRequest) -> HttpResponse:
    form = EditForm(request.POST, domain=request.domain)
    act = request.POST.get("act", "save")
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
            why=form.cleaned_data["why"],
            because_path=because_path(request, form),
            at=timezone.now(),
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, form, status=409)
    if isinstance(outcome, Clash):
        _keep(request)
        return _conflict(request, form, outcome)
    drafting.let_go(member=request.user, key=_draft_key(request))
    return _arrived(request, outcome)


def _kept(
    request: OwnEntryHttpRequest, form: EditForm, *, preview: bool
) -> HttpResponse:
    """What is typed so far, kept and, if asked for, shown as it will look."""
    draft = _keep(request)
    if "body" in form.errors:
        return _page(request, form, draft=draft, status=422)
    unfinished = EditForm(initial=draft.fields if draft else {}, domain=request.domain)
    return _page(request, unfinished, draft=draft, preview=preview)


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
    elif saved.merged_with is not None:
        messages.info(
            request,
            _(
                "Saved together with what %(name)s changed meanwhile (version %(number)s)."
            )
            % {
                "name": saved.merged_with.author.name,
                "number": saved.merged_with.number,
            },
        )
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
        },
        status=409,
    )


def _page(
    request: OwnEntryHttpRequest,
    form: EditForm,
    *,
    draft: Draft | None = None,
    is_recalled: bool = False,
    preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    html = None
    if preview:
        reader = rendering.reader_of(request.domain)
        name = f"{request.entry.shelf}/{request.entry.slug}"
        html = reader.render(
            request.POST.get("body", ""), prefix="preview", known=[name]
        ).html
    return render_page(
        request,
        "repertoire/edit.html",
        {
            **context_of(request),
            "form": form,
            "draft": draft,
            "is_recalled": is_recalled,
            "preview_html": html,
            "preview_meaning": request.POST.get("meaning", ""),
        },
        pieces=("preview", "draft_state"),
        status=status,
    )


def context_of(request: EntryHttpRequest) -> dict[str, Any]:
    """What every page with an entry's form says around it."""
    own = request.membership
    return {
        "entry": request.entry,
        "shelf_name": shelves.NAMES[request.entry.shelf],
        "publishes": own is not None and legitimacy.publishes(own),
    }


def because_path(request: OwnEntryHttpRequest, form: EditForm) -> str:
    number = form.cleaned_data.get("task")
    return reverse("tasks:task", args=[request.domain.slug, number]) if number else ""


def _keep(request: OwnEntryHttpRequest) -> Draft | None:
    names = EditForm.base_fields
    fields = {name: request.POST.get(name, "") for name in names}
    return drafting.keep(
        member=request.user,
        key=_draft_key(request),
        fields=fields,
        at=timezone.now(),
    )


def _draft_key(request: OwnEntryHttpRequest) -> str:
    return f"entry:{request.entry.pk}"


def _restored(request: OwnEntryHttpRequest, number: int) -> dict[str, Any]:
    """An old version's text, as a change of the living one."""
    old = get_object_or_404(request.entry.revisions.living(), number=number)
    why = _("Back to version %(number)s") % {"number": number}
    return {
        **_initial(request, request.entry.current),
        **_worded(old),
        "why": why,
    }


def _initial(request: OwnEntryHttpRequest, revision: Revision | None) -> dict[str, Any]:
    return {
        **(_worded(revision) if revision else {}),
        "aliases": ", ".join(request.entry.aliases),
        "base": revision.pk if revision else None,
    }


def _worded(revision: Revision) -> dict[str, str]:
    return {
        "title": revision.title,
        "meaning": revision.meaning,
        "body": revision.body,
    }
