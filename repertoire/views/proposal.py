from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from domain.pages import render_page
from domain.refusal import Refused
from members.http import as_member, in_domain, typed_into
from members.typed import Typed
from repertoire import (
    asking,
    difference,
    legitimacy,
    mends,
    portions,
    proposing,
    rendering,
    waits,
)
from repertoire import text as texts
from repertoire.forms import AnswerForm, EditForm
from repertoire.http import EntryHttpRequest, OwnEntryHttpRequest, of_entry
from repertoire.mends import Touches
from repertoire.models import Revision
from repertoire.revising import Clash
from repertoire.text import Text
from repertoire.views.edit import context_of

FIELDS = {
    "title": gettext_lazy("Name"),
    "meaning": gettext_lazy("Short meaning"),
    "body": "",
}

#: What is typed into an answer; the text where it is edited first.
TYPED = ("words", "reason", "title", "meaning", "body", "base")

#: Why a change waits instead of going live as a mend.
WAITS_BECAUSE = {
    Touches.NAME: gettext_lazy("It changes the name."),
    Touches.MEANING: gettext_lazy("It changes the short meaning."),
    Touches.SIZE: gettext_lazy("It is more than a few words."),
    Touches.PARAGRAPHS: gettext_lazy("A paragraph comes, goes or moves."),
    Touches.NUMBERS: gettext_lazy("It changes a number."),
    Touches.SENSE: gettext_lazy("It changes a word that may turn the sense."),
    Touches.CODE: gettext_lazy("It changes code."),
    Touches.ADDRESSES: gettext_lazy("It brings an address or a picture in."),
}


@require_safe
@in_domain
@of_entry
def show(request: EntryHttpRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    if request.membership is None or legitimacy.refusal_to_settle(
        proposal=proposal, membership=request.membership
    ):
        return _page(request, proposal)
    answer = _answer_to(request, proposal)
    kept = answer.recall()
    editing = (
        EditForm(initial=kept, domain=request.domain) if kept.get("base") else None
    )
    form = AnswerForm(initial=kept)
    return _page(request, proposal, form=form, editing=editing, answer=answer)


@require_POST
@typed_into(page="repertoire:proposal")
@as_member
@of_entry
def take_in(request: OwnEntryHttpRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    answer = _answer_to(request, proposal)
    if unfinished := _UNFINISHED.get(request.POST.get("act", "")):
        return unfinished(request, proposal, answer)
    form = (
        EditForm(request.POST, domain=request.domain)
        if "base" in request.POST
        else None
    )
    if form is not None and not form.is_valid():
        return _page(request, proposal, editing=form, status=422)
    base = (
        get_object_or_404(
            request.entry.revisions.living(), pk=form.cleaned_data["base"]
        )
        if form
        else None
    )
    try:
        outcome = proposing.take_in(
            proposal=proposal,
            membership=request.membership,
            words=request.POST.get("words", ""),
            reason=request.POST.get("reason", ""),
            numbers=_numbers(request),
            text=form.text() if form else None,
            base=base,
            at=timezone.now(),
        )
    except Refused as refused:
        return _refused(request, proposal, refused, editing=form)
    if isinstance(outcome, Clash):
        return _conflict(request, proposal, outcome)
    messages.info(
        request,
        _("Taken in. %(name)s is told.") % {"name": proposal.author.name},
    )
    return answer.arrived(redirect(outcome.revision.entry))


def _kept(
    request: OwnEntryHttpRequest, proposal: Revision, answer: Typed
) -> HttpResponse:
    answer.keep()
    return _page(request, proposal, answer=answer)


def _forgotten(
    request: OwnEntryHttpRequest, proposal: Revision, answer: Typed
) -> HttpResponse:
    answer.forget()
    return redirect(_page_of(proposal))


def _edited_first(
    request: OwnEntryHttpRequest, proposal: Revision, answer: Typed
) -> HttpResponse:
    editing = _to_edit(request, proposal)
    return _page(request, proposal, editing=editing, answer=answer)


#: What may be asked of an answer besides taking in what it is to.
_UNFINISHED = {"draft": _kept, "forget": _forgotten, "edit": _edited_first}


@require_POST
@typed_into(page="repertoire:proposal")
@as_member
@of_entry
def decline(request: OwnEntryHttpRequest, pk: int) -> HttpResponse:
    words = request.POST.get("reason", "")
    response = _answered(
        request, pk, lambda **given: proposing.decline(words=words, **given)
    )
    if response.status_code != HTTPStatus.FOUND:
        return response
    return _answer_to(request, _proposal(request, pk)).arrived(response)


@require_POST
@as_member
@of_entry
def withdraw(request: OwnEntryHttpRequest, pk: int) -> HttpResponse:
    return _answered(request, pk, proposing.withdraw)


def _answered(
    request: OwnEntryHttpRequest, pk: int, deed: Callable[..., Revision]
) -> HttpResponse:
    proposal = _proposal(request, pk)
    try:
        deed(proposal=proposal, membership=request.membership, at=timezone.now())
    except Refused as refused:
        return _refused(request, proposal, refused)
    return redirect(_page_of(proposal))


def _page_of(proposal: Revision) -> str:
    entry = proposal.entry
    at = [entry.domain.slug, entry.shelf, entry.slug, proposal.pk]
    return reverse("repertoire:proposal", args=at)


def _answer_to(request: EntryHttpRequest, proposal: Revision) -> Typed:
    return Typed(request, f"answer:{proposal.pk}", TYPED)


def _refused(
    request: OwnEntryHttpRequest,
    proposal: Revision,
    refused: Refused,
    *,
    editing: EditForm | None = None,
) -> HttpResponse:
    """Said at the field it is about, with everything typed and chosen still there.

    Somebody may have answered meanwhile: then the page says what they said.
    """
    proposal = _proposal(request, proposal.pk)
    if proposal.state != Revision.State.PROPOSED:
        messages.warning(request, str(refused))
    field = {"no_thanks": "words", "no_reason": "reason"}.get(refused.refusal.code)
    form = AnswerForm(request.POST)
    form.add_error(field, str(refused))
    return _page(request, proposal, form=form, editing=editing, status=409)


def _proposal(request: EntryHttpRequest, pk: int) -> Revision:
    proposal = get_object_or_404(
        request.entry.revisions.exclude(
            base=None, number=1, state=Revision.State.LIVE
        ).select_related("author__member", "base", "settled_by", "rest_of"),
        pk=pk,
    )
    proposal.entry = request.entry
    return proposal


def _numbers(request: EntryHttpRequest) -> set[int] | None:
    """The portions that are ticked; None where there was nothing to choose from."""
    if "portioned" not in request.POST:
        return None
    ticked = request.POST.getlist("portion")
    return {int(one) for one in ticked if one.isascii() and one.isdecimal()}


def _to_edit(request: OwnEntryHttpRequest, proposal: Revision) -> EditForm:
    """What is ticked, put together with the living text, to be edited first."""
    current, numbers = request.entry.current, _numbers(request)
    text = Text.of(proposal)
    if proposal.base is not None and numbers is not None:
        text = portions.chosen(Text.of(proposal.base), text, numbers)
    if current is not None and proposal.base is not None:
        text = texts.merge(Text.of(proposal.base), text, Text.of(current)).text
    return _edit_form(request, text, current)


def _edit_form(
    request: OwnEntryHttpRequest, text: Text, base: Revision | None
) -> EditForm:
    initial = {"title": text.title, "meaning": text.meaning, "body": text.body}
    if base is not None:
        initial["base"] = str(base.pk)
    return EditForm(initial=initial, domain=request.domain)


def _page(
    request: EntryHttpRequest,
    proposal: Revision,
    *,
    form: AnswerForm | None = None,
    editing: EditForm | None = None,
    answer: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    own, before, now = request.membership, proposal.base, timezone.now()
    is_waiting = proposal.state == Revision.State.PROPOSED
    return render_page(
        request,
        "repertoire/proposal.html",
        {
            **context_of(request),
            "proposal": proposal,
            "typed": answer or _answer_to(request, proposal),
            "form": form or AnswerForm(request.POST or None),
            "editing": editing,
            "before": before,
            "portions": _portions(request, proposal) if before else (),
            "settling": legitimacy.refusal_to_settle(proposal=proposal, membership=own),
            "may_withdraw": not legitimacy.refusal_to_withdraw(
                proposal=proposal, membership=own
            ),
            "is_own": own is not None and own.pk == proposal.author_id,
            "rest": proposal.rests.first(),
            "because": _waits_because(proposal) if is_waiting else "",
            "html": rendering.reader_of(request.domain).markdown(proposal.body)
            if before is None
            else "",
            **(_wait(request, proposal, at=now) if is_waiting else {}),
        },
        pieces=("draft_state",),
        status=status,
    )


def _portions(request: EntryHttpRequest, proposal: Revision) -> list[dict[str, Any]]:
    """Each choice with its difference, and whether it is ticked."""
    if proposal.base is None:
        return []
    ticked = _numbers(request)
    return [
        {
            "number": number,
            "name": FIELDS[portion.field],
            "rows": list(
                difference.folded(difference.compare(portion.was, portion.now))
            ),
            "text": portion.now if portion.was == portion.now else "",
            "is_ticked": ticked is None or number in ticked,
        }
        for number, portion in enumerate(
            portions.portions(Text.of(proposal.base), Text.of(proposal))
        )
    ]


def _wait(
    request: EntryHttpRequest, proposal: Revision, *, at: datetime
) -> dict[str, Any]:
    waited = at - proposal.written_at
    return {
        "waited": waited,
        "asked": asking.asked(proposal) if request.membership else (),
        "wait": waits.expected(request.domain, at=at, after=waited),
    }


def _waits_because(proposal: Revision) -> str:
    if proposal.base is None or proposal.author.is_agent:
        return ""
    touched = mends.more_than_a_mend(Text.of(proposal.base), Text.of(proposal))
    return str(WAITS_BECAUSE[touched]) if touched else ""


def _conflict(
    request: OwnEntryHttpRequest, proposal: Revision, clash: Clash
) -> HttpResponse:
    return render_page(
        request,
        "repertoire/conflict.html",
        {
            **context_of(request),
            "form": _edit_form(request, clash.merged.text, clash.theirs),
            "clash": clash,
            "proposal": proposal,
            "kept": {
                "words": request.POST.get("words", ""),
                "reason": request.POST.get("reason", ""),
            },
            "ticked": sorted(_numbers(request) or ()),
            "is_portioned": "portioned" in request.POST,
            "action": request.path,
        },
        status=409,
    )
