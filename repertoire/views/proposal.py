from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domain.pages import render_page
from domain.refusal import Refused
from members.http import as_member, in_domain
from repertoire import difference, legitimacy, rendering, revising
from repertoire.forms import AnswerForm, EditForm
from repertoire.http import EntryHttpRequest, OwnEntryHttpRequest, of_entry
from repertoire.models import Revision
from repertoire.revising import Clash
from repertoire.views.edit import context_of


@require_safe
@in_domain
@of_entry
def show(request: EntryHttpRequest, pk: int) -> HttpResponse:
    return _page(request, _proposal(request, pk))


@require_POST
@as_member
@of_entry
def take_in(request: OwnEntryHttpRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    form = (
        EditForm(request.POST, domain=request.domain)
        if "base" in request.POST
        else None
    )
    if form is not None and not form.is_valid():
        return _page(request, proposal, status=422)
    base = (
        get_object_or_404(
            request.entry.revisions.living(), pk=form.cleaned_data["base"]
        )
        if form
        else None
    )
    try:
        outcome = revising.take_in(
            proposal=proposal,
            membership=request.membership,
            words=request.POST.get("words", ""),
            text=form.text() if form else None,
            base=base,
            at=timezone.now(),
        )
    except Refused as refused:
        messages.warning(request, str(refused))
        return _page(request, proposal, status=409)
    if isinstance(outcome, Clash):
        return _conflict(request, proposal, outcome)
    messages.info(
        request,
        _("Taken in. %(name)s is told.") % {"name": proposal.author.name},
    )
    return redirect(outcome.revision.entry)


@require_POST
@as_member
@of_entry
def decline(request: OwnEntryHttpRequest, pk: int) -> HttpResponse:
    words = request.POST.get("words", "")
    return _answered(
        request, pk, lambda **given: revising.decline(words=words, **given)
    )


@require_POST
@as_member
@of_entry
def withdraw(request: OwnEntryHttpRequest, pk: int) -> HttpResponse:
    return _answered(request, pk, revising.withdraw)


def _answered(
    request: OwnEntryHttpRequest, pk: int, deed: Callable[..., Revision]
) -> HttpResponse:
    proposal = _proposal(request, pk)
    try:
        deed(proposal=proposal, membership=request.membership, at=timezone.now())
    except Refused as refused:
        form = AnswerForm(request.POST)
        form.add_error("words", str(refused))
        return _page(request, proposal, form=form, status=409)
    return redirect(request.path.rsplit("/", 2)[0] + "/")


def _proposal(request: EntryHttpRequest, pk: int) -> Revision:
    proposal = get_object_or_404(
        request.entry.revisions.exclude(
            base=None, number=1, state=Revision.State.LIVE
        ).select_related("author__member", "base", "settled_by"),
        pk=pk,
    )
    proposal.entry = request.entry
    return proposal


def _page(
    request: EntryHttpRequest,
    proposal: Revision,
    *,
    form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    own = request.membership
    before = proposal.base
    settling = legitimacy.refusal_to_settle(proposal=proposal, membership=own)
    return render_page(
        request,
        "repertoire/proposal.html",
        {
            **context_of(request),
            "proposal": proposal,
            "form": form or AnswerForm(),
            "before": before,
            "settling": settling,
            "may_withdraw": not legitimacy.refusal_to_withdraw(
                proposal=proposal, membership=own
            ),
            "html": rendering.reader_of(request.domain).markdown(proposal.body)
            if before is None
            else "",
            "title_rows": difference.compare(before.title, proposal.title)
            if before and before.title != proposal.title
            else (),
            "meaning_rows": difference.compare(before.meaning, proposal.meaning)
            if before and before.meaning != proposal.meaning
            else (),
            "rows": list(
                difference.folded(difference.compare(before.body, proposal.body))
            )
            if before
            else (),
        },
        status=status,
    )


def _conflict(
    request: EntryHttpRequest, proposal: Revision, clash: Clash
) -> HttpResponse:
    merged = clash.merged.text
    form = EditForm(
        initial={
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
            "form": form,
            "clash": clash,
            "proposal": proposal,
            "words": request.POST.get("words", ""),
            "action": request.path,
        },
        status=409,
    )
