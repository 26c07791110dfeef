from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domain.pages import render_page
from domain.questions import Given, question
from domain.refusal import Refused
from members.http import as_member, in_domain
from members.names import more_than_a_name
from repertoire import (
    confirming,
    legitimacy,
    origins,
    reading,
    rendering,
    shelves,
    stories,
    uses,
)
from repertoire.forms import OvertakeForm
from repertoire.http import EntryHttpRequest, OwnEntryHttpRequest, of_entry
from repertoire.models import Entry, Revision
from repertoire.views import card, tending

#: Fewer headings can be seen at a glance.
FEWEST_TO_LIST = 3
#: More would not be looked through.
MOST_LINKED = 12


@require_safe
@in_domain
@of_entry
def show(request: EntryHttpRequest) -> HttpResponse:
    if request.htmx and request.htmx.target == "term_card":
        # A term's link leads here; pointing at it asks the same address for its card.
        return card.page(request, request.entry)
    if request.entry.overtaken_by_id and "stay" not in request.GET:
        return _sent_on(request)
    reading.read(
        entry=request.entry,
        membership=request.membership,
        on=timezone.localdate(),
    )
    return _page(request)


def _sent_on(request: EntryHttpRequest) -> HttpResponse:
    """To the entry that overtook this one; not for good, for it may be brought back."""
    by = request.entry.overtaken_by
    assert by is not None  # noqa: S101 - its key was there
    by.domain = request.domain
    messages.info(
        request,
        _("“%(old)s” was overtaken by this entry.") % {"old": request.entry.title},
    )
    return redirect(by)


@require_POST
@as_member
@of_entry
def confirm(request: EntryHttpRequest) -> HttpResponse:
    return _tended(request, confirming.confirm)


@require_POST
@as_member
@of_entry
def retire(request: EntryHttpRequest) -> HttpResponse:
    return _tended(request, confirming.retire)


@require_POST
@as_member
@of_entry
def bring_back(request: EntryHttpRequest) -> HttpResponse:
    return _tended(request, confirming.bring_back)


@require_POST
@as_member
@of_entry
def overtake(request: OwnEntryHttpRequest) -> HttpResponse:
    form = OvertakeForm(request.POST, entry=request.entry)
    if not form.is_valid():
        return _page(request, overtaking=form, status=422)
    by = form.cleaned_data["by"]
    return tending.done(
        request,
        lambda **given: confirming.overtake(entry=request.entry, by=by, **given),
    )


def _tended(request: EntryHttpRequest, deed: Callable[..., Entry]) -> HttpResponse:
    try:
        entry = deed(
            entry=request.entry, membership=request.membership, at=timezone.now()
        )
    except Refused as refused:
        messages.warning(request, str(refused))
        if tending.came_from_desk(request):
            return tending.back(request)
        return _page(request, status=409)
    if tending.came_from_desk(request) or not request.htmx:
        return tending.back(request)
    return _page(request, changed=entry, at=timezone.now())


def _page(
    request: EntryHttpRequest,
    *,
    changed: Entry | None = None,
    overtaking: OvertakeForm | None = None,
    at: datetime | None = None,
    status: int = 200,
) -> HttpResponse:
    entry, own = request.entry, request.membership
    may_edit = not legitimacy.refusal_to_revise(entry=entry, membership=own)
    if entry.overtaken_by:
        entry.overtaken_by.domain = request.domain
    if changed is not None:
        entry.confirmed_at, entry.confirmed_by = changed.confirmed_at, own
        entry.retired_at = changed.retired_at
        entry.overtaken_by = changed.overtaken_by
    return render_page(
        request,
        "repertoire/entry.html",
        {
            "entry": entry,
            "shelf_name": shelves.NAMES[entry.shelf],
            "just_now": at,
            "may_edit": may_edit,
            "may_tend": not legitimacy.refusal_to_tend(
                domain=request.domain, membership=own
            ),
            **_use(request, at=at or timezone.now()),
            **_text(request, may_edit=may_edit),
            **_around(request),
            **tending.doubts_about(request),
            "overtaking": overtaking or OvertakeForm(entry=entry),
        },
        pieces=("standing",),
        status=status,
    )


def _text(request: EntryHttpRequest, *, may_edit: bool) -> dict[str, Any]:
    """The living text; before there is one, the text that is proposed."""
    entry = request.entry
    proposals = _proposed.ask(entry=entry.pk)
    for proposal in proposals:
        proposal.entry = entry
    revision: Revision | None = entry.current or (proposals[0] if proposals else None)
    reader = rendering.reader_of(request.domain)
    body, facts = revision.body if revision else "", []
    if entry.kind == Entry.Kind.STORY:
        story, body = stories.told_apart(body)
        facts = [
            (_(stories.HEADINGS[name]), reader.markdown(said, prefix=name))
            for name in stories.FACTS
            if (said := getattr(story, name))
        ]
    rendered = reader.render(
        body,
        known=[f"{entry.shelf}/{entry.slug}"],
        edit_url=_edit_url(entry) if may_edit else None,
    )
    return {
        "facts": facts,
        "revision": revision,
        "proposals": proposals,
        "html": rendered.html,
        "headings": rendered.headings
        if len(rendered.headings) >= FEWEST_TO_LIST
        else (),
        "is_waiting": entry.current is None and bool(proposals),
        "kind_word": _("Proposed") if entry.current is None else "",
    }


def _edit_url(entry: Entry) -> Callable[[str], str]:
    """Where each section is edited on its own, by its name."""
    address = reverse(
        "repertoire:edit", args=[entry.domain.slug, entry.shelf, entry.slug]
    )
    return lambda section: f"{address}?{urlencode({'section': section})}"


@question
def _proposed() -> QuerySet[Revision]:
    return (
        Revision.objects.proposed()
        .filter(entry=Given("entry"))
        .select_related("author")
        .defer(*more_than_a_name("author"))
        .order_by("written_at", "pk")
    )


def _use(request: EntryHttpRequest, *, at: datetime) -> dict[str, Any]:
    """Where in the work it grew, and what has used it since."""
    entry, summary = request.entry, uses.summary_of(request.entry)
    return {
        "summary": summary,
        "is_in_use": summary.is_in_use(at=at),
        "works": uses.recognised_works(entry) if summary.tasks else [],
        "grown": origins.of(entry, reader=request.membership),
    }


def _around(request: EntryHttpRequest) -> dict[str, Any]:
    """What this entry is heard in, and which others it points to."""
    entry = request.entry
    reader = request.user.pk
    return {
        "heard": uses.heard(entry, reader=request.membership)
        if entry.kind == Entry.Kind.TERM
        else [],
        "see_also": _linked.ask(reader is not None, reader=reader, entry=entry.pk),
    }


@question
def _linked(is_signed_in: bool) -> QuerySet[Entry]:
    return (
        Entry.objects.visible_to(Given("reader") if is_signed_in else None)
        .living()
        .filter(links_in__source=Given("entry"), links_in__explicit=True)
        .select_related("domain")
        .only("title", "slug", "kind", "domain__slug")
        .distinct()
        .by_title()[:MOST_LINKED]
    )
