from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from domain.pages import render_page
from members.http import MemberHttpRequest, in_domain
from repertoire import legitimacy, shelves
from repertoire.models import Entry, EntryLink, Revision
from repertoire.models.entry import EntryQuerySet
from repertoire.shelves import LATELY, UNUSED_FOR

FILTERS = ("kind", "q", "changed", "unused")

SHOWN, A_PAGE = 6, 30

SAID_OF_A_REVISION = (
    "number",
    "author_zone",
    "title",
    "why",
    "is_mend",
    "written_at",
    "author__name",
    "author__kind",
    "entry__title",
    "entry__slug",
    "entry__kind",
    "entry__domain__slug",
)


@require_safe
@in_domain
def show(request: MemberHttpRequest) -> HttpResponse:
    at = timezone.now()
    entries = Entry.objects.visible_to(request.user).filter(domain=request.domain)
    asked = request.GET.dict()
    context = (
        _found(entries, asked, language=request.domain.language, at=at)
        if any(asked.get(name) for name in FILTERS)
        else _overview(entries, request, at=at)
    )
    return render_page(
        request,
        "repertoire/index.html",
        {
            **context,
            "shelves": _shelves(entries),
            "words": _words(asked),
            "kind": asked.get("kind", ""),
            "may_write": request.membership is not None,
        },
        pieces=("shelf",),
    )


def _words(asked: dict[str, str]) -> str:
    return " ".join(asked.get("q", "").replace("\x00", "").split())[:200]


def _shelves(entries: EntryQuerySet) -> list[tuple[str, Any, int]]:
    counted = entries.living().order_by().values_list("kind").annotate(n=Count("pk"))
    counts = dict(counted)
    return [
        (shelf, name, counts.get(Entry.SHELVES[shelf], 0))
        for shelf, name in shelves.NAMES.items()
    ]


def _found(
    entries: EntryQuerySet, asked: dict[str, str], *, language: str, at: datetime
) -> dict[str, Any]:
    """The entries a filter or a search asks for."""
    found = entries.living()
    if kind := Entry.SHELVES.get(asked.get("kind", "")):
        found = found.filter(kind=kind)
    if words := _words(asked):
        found = found.named(words, language=language)
    if asked.get("changed"):
        found = found.filter(changed_at__gte=at - LATELY)
    if asked.get("unused"):
        found = found.unused_since(at - UNUSED_FOR)
    found = found.with_uses(since=at - LATELY)
    ordered = found.lately_changed_first() if asked.get("changed") else found.by_title()
    page = Paginator(
        ordered.select_related("domain", "current__author"), A_PAGE
    ).get_page(asked.get("page"))
    kept = {name: asked[name] for name in FILTERS if asked.get(name)}
    return {
        "page": page,
        "query": urlencode(kept),
        "changed": bool(asked.get("changed")),
        "unused": bool(asked.get("unused")),
    }


def _overview(
    entries: EntryQuerySet, request: MemberHttpRequest, *, at: datetime
) -> dict[str, Any]:
    living = entries.living()
    of_entries = (
        Revision.objects.filter(entry__domain=request.domain)
        .select_related("entry__domain", "author")
        .only(*SAID_OF_A_REVISION)
    )
    by_newcomers = (
        of_entries.living().by_newcomers().filter(written_at__gte=at - LATELY)
    )
    proposals = (
        of_entries.proposed()
        .filter(entry__retired_at=None)
        .order_by("written_at", "pk")[:SHOWN]
    )
    links = EntryLink.objects.filter(
        source__domain=request.domain, source__retired_at=None
    )
    own = request.membership
    proposed = {revision.title.casefold() for revision in proposals}
    return {
        "used": living.most_used(SHOWN, within=request.domain.pk, since=at - LATELY)
        .select_related("domain")
        .only("title", "slug", "kind", "meaning", "domain__slug"),
        "by_newcomers": by_newcomers.latest_first()[:SHOWN],
        "proposals": proposals,
        "settles": own is not None and legitimacy.publishes(own),
        "wanted": [
            wish
            for wish in links.wanted_most(SHOWN)
            if wish[0].casefold() not in proposed
        ],
        "unused_count": living.unused_since(at - UNUSED_FOR).count(),
    }
