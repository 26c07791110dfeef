from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from domain.pages import render_page
from domain.questions import Given, question
from domain.refusal import Refused
from members.http import MemberHttpRequest, as_member, in_domain
from members.models import Membership
from members.names import more_than_a_name
from repertoire import contradicting, difference, legitimacy, tending, watching
from repertoire.forms import ContradictForm
from repertoire.http import EntryHttpRequest, OwnEntryHttpRequest, of_entry
from repertoire.models import Contradiction, Entry, Revision
from repertoire.tending import Concern, Matter, Why
from repertoire.text import Text
from repertoire.views.edit import because_path

#: What was doubted longer ago is in nobody's way.
DOUBTS_SHOWN = 20


@require_safe
@in_domain
def show(request: MemberHttpRequest) -> HttpResponse:
    """The desk, with what can be done about each matter in its row."""
    own, now = request.membership, timezone.now()
    matters = tending.desk(request.domain, at=now)
    may_tend = not legitimacy.refusal_to_tend(domain=request.domain, membership=own)
    return render_page(
        request,
        "repertoire/tending.html",
        {
            "matters": [
                (matter, _doable(matter, own) if may_tend else {}) for matter in matters
            ],
            "may_tend": may_tend,
            "is_member": own is not None,
            "now": now,
        },
        pieces=("desk",),
    )


@require_POST
@as_member
@of_entry
def look(request: OwnEntryHttpRequest, pk: int) -> HttpResponse:
    mend = _mend(request, pk)
    return done(request, lambda **by: watching.look(mend=mend, **by))


@require_POST
@as_member
@of_entry
def undo(request: OwnEntryHttpRequest, pk: int) -> HttpResponse:
    mend, words = _mend(request, pk), request.POST.get("words", "")
    return done(request, lambda **by: watching.undo(mend=mend, words=words, **by))


@require_POST
@as_member
@of_entry
def contradict(request: OwnEntryHttpRequest) -> HttpResponse:
    form = ContradictForm(request.POST, domain=request.domain)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.warning(request, " ".join(str(error) for error in errors))
        query = urlencode({"doubt": request.POST.get("words", "")[:600]})
        return redirect(f"{request.entry.get_absolute_url()}?{query}#doubt")
    return done(
        request,
        lambda **by: contradicting.contradict(
            entry=request.entry,
            words=form.cleaned_data["words"],
            because_path=because_path(request, form),
            **by,
        ),
    )


@require_POST
@as_member
@of_entry
def mended(request: OwnEntryHttpRequest, pk: int) -> HttpResponse:
    said = _contradiction(request, pk)
    return done(request, lambda **by: contradicting.mended(contradiction=said, **by))


@require_POST
@as_member
@of_entry
def uphold(request: OwnEntryHttpRequest, pk: int) -> HttpResponse:
    said, words = _contradiction(request, pk), request.POST.get("words", "")
    return done(
        request,
        lambda **by: contradicting.uphold(contradiction=said, words=words, **by),
    )


def doubts_about(request: EntryHttpRequest) -> dict[str, Any]:
    """What an entry's page says about whether it holds, and what overtook what."""
    entry, own = request.entry, request.membership
    doubts = _doubts.ask(entry=entry.pk)
    for said in doubts:
        said.entry = entry
    standing = [said for said in doubts if said.settled_at is None]
    reader = request.user.pk
    overtook = (
        _overtaken.ask(reader is not None, reader=reader, entry=entry.pk)
        if entry.current_id
        else []
    )
    for old in overtook:
        old.domain = request.domain
    task = request.GET.get("task", "")
    may_contradict = (
        entry.current_id is not None
        and not legitimacy.refusal_to_revise(entry=entry, membership=own)
        and own not in [said.said_by for said in standing]
    )
    return {
        "doubts": [
            (
                said,
                {
                    "answers": not legitimacy.refusal_to_answer(
                        contradiction=said, membership=own
                    ),
                    "upholds": not legitimacy.refusal_to_uphold(
                        contradiction=said, membership=own
                    ),
                    "changed": entry.changed_at > said.said_at,
                },
            )
            for said in standing
        ],
        "answered_doubts": [said for said in doubts if said.settled_at is not None],
        "overtook": overtook,
        "doubting": ContradictForm(
            initial={
                "words": request.GET.get("doubt", "")[:600],
                "task": task if task.isascii() and task.isdecimal() else "",
            },
            domain=request.domain,
        )
        if may_contradict
        else None,
        "is_doubting": bool(request.GET.get("doubt") or task),
    }


@question
def _doubts() -> QuerySet[Contradiction]:
    return (
        Contradiction.objects.filter(entry=Given("entry"))
        .select_related("said_by", "settled_by")
        .defer(*more_than_a_name("said_by", "settled_by"))
        .order_by("-said_at", "-pk")[:DOUBTS_SHOWN]
    )


@question
def _overtaken(is_signed_in: bool) -> QuerySet[Entry]:
    return (
        Entry.objects.visible_to(Given("reader") if is_signed_in else None)
        .filter(overtaken_by=Given("entry"))
        .only("title", "slug", "kind")
        .by_title()
    )


def done(request: OwnEntryHttpRequest, deed: Callable[..., Any]) -> HttpResponse:
    """Do it, and go back to where it was done: the desk, or the entry."""
    try:
        deed(membership=request.membership, at=timezone.now())
    except Refused as refused:
        messages.warning(request, str(refused))
    return back(request)


def back(request: EntryHttpRequest) -> HttpResponse:
    if came_from_desk(request):
        # htmx follows with what it came for, and gets the desk as it is now.
        return redirect("repertoire:tending", request.domain.slug)
    return redirect(request.entry)


def came_from_desk(request: HttpRequest) -> bool:
    return request.POST.get("from") == "desk"


def _doable(matter: Matter, own: Membership | None) -> dict[str, Any]:
    """What the reader can do about it, by the first concern that is not up to others."""
    for concern in matter.concerns:
        if doable := _doable_about(concern, own):
            return {**doable, "about": concern}
    return {}


def _doable_about(concern: Concern, own: Membership | None) -> dict[str, Any]:
    if concern.why == Why.MENDED:
        return _of_mend(concern, own)
    if concern.why == Why.CONTRADICTED:
        return _of_contradiction(concern, own)
    if concern.why == Why.PROPOSED and concern.revision is not None:
        refusal = legitimacy.refusal_to_settle(
            proposal=concern.revision, membership=own
        )
        return {} if refusal else {"act": "read"}
    if concern.why in (Why.NEVER_USED, Why.UNUSED, Why.ORPHANED):
        return {"act": "keep_or_retire"}
    return {"act": concern.why.value}


def _of_mend(concern: Concern, own: Membership | None) -> dict[str, Any]:
    mend = concern.revision
    if mend is None or legitimacy.refusal_to_watch(mend=mend, membership=own):
        return {}
    before = Text.of(mend.base) if mend.base else Text("", "", "")
    rows = [
        row
        for was, now in ((before.meaning, mend.meaning), (before.body, mend.body))
        if was != now
        for row in difference.folded(difference.compare(was, now), context=0)
    ]
    return {"act": "look", "rows": rows}


def _of_contradiction(concern: Concern, own: Membership | None) -> dict[str, Any]:
    said = concern.contradiction
    if said is None:
        return {}
    return {
        "act": "answer",
        "may_uphold": not legitimacy.refusal_to_uphold(
            contradiction=said, membership=own
        ),
        "is_changed": said.entry.changed_at > said.said_at,
    }


def _mend(request: OwnEntryHttpRequest, pk: int) -> Revision:
    mend = get_object_or_404(request.entry.revisions.living(), pk=pk)
    mend.entry = request.entry
    return mend


def _contradiction(request: OwnEntryHttpRequest, pk: int) -> Contradiction:
    said = get_object_or_404(request.entry.contradictions, pk=pk)
    said.entry = request.entry
    return said
