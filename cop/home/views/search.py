"""One search over tasks, the repertoire and people: what the reader may see, no more."""

from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from domain.models import Domain
from domain.pages import render_page
from members.http import enter, memberships_of
from members.models import Member, Membership
from repertoire.models import Entry
from tasks.models import Task

#: As many of each kind as are read before the question is asked again.
SHOWN = 20
LONGEST = 200


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST]
    within = _within(request)
    kind = request.GET.get("type", "")
    member = request.user if isinstance(request.user, Member) else None
    found = _found(words, member=member, within=within) if words else {}
    kinds = [
        ("", _("All"), sum(len(rows) for rows in found.values())),
        ("repertoire", _("Repertoire"), len(found.get("repertoire", ()))),
        ("tasks", _("Tasks"), len(found.get("tasks", ()))),
        ("people", _("People"), len(found.get("people", ()))),
    ]
    if kind in found:
        found = {kind: found[kind]}
    return render_page(
        request,
        "home/search.html",
        {
            "words": words,
            "within": within,
            "kind": kind,
            "found": found,
            "kinds": kinds,
            "shown": SHOWN,
        },
        pieces=("results",),
    )


def _within(request: HttpRequest) -> Domain | None:
    slug = request.GET.get("in", "")
    if not slug:
        return None
    readable = Domain.objects.exclude(visibility=Domain.Visibility.MEMBERS) | (
        Domain.objects.filter(pk__in=[own.domain_id for own in memberships_of(request)])
    )
    return enter(request, get_object_or_404(readable, slug=slug).slug).domain


def _found(
    words: str, *, member: Member | None, within: Domain | None
) -> dict[str, list[Any]]:
    query = SearchQuery(words, config="english", search_type="websearch")
    here = Q(domain=within) if within else Q()
    entries = _ranked(
        Entry.objects.visible_to(member).living().filter(here),
        query,
        # Whoever types a word of the practice wants that word first.
        else_named=Q(title__icontains=words) | Q(aliases__contains=[words]),
    ).annotate(snippet=_snippet("current__body", query))
    tasks = _ranked(
        Task.objects.visible_to(member).filter(here),
        query,
        else_named=Q(title__icontains=words),
    ).annotate(snippet=_snippet("brief", query))
    public = Q(domain__visibility=Domain.Visibility.PUBLIC)
    own = Membership.objects.present().filter(member=member).values("domain")
    people = (
        Membership.objects.present()
        .filter(here, name__icontains=words)
        .filter(public | Q(domain__in=own) if member else public)
        .select_related("domain")
        .order_by("name", "pk")
    )
    return {
        "repertoire": list(entries.select_related("domain")[:SHOWN]),
        "tasks": list(tasks.select_related("domain", "area")[:SHOWN]),
        "people": list(people[:SHOWN]),
    }


def _ranked(rows: QuerySet[Any], query: SearchQuery, *, else_named: Q) -> QuerySet[Any]:
    found = rows.filter(Q(search=query) | else_named)
    ranked: QuerySet[Any] = found.annotate(rank=SearchRank(F("search"), query))
    return ranked.order_by("-rank", "title", "pk")


def _snippet(field: str, query: SearchQuery) -> SearchHeadline:
    # Marked with characters no text holds, so that the page can escape what is
    # between them and put its own marks in.
    return SearchHeadline(
        field,
        query,
        config="english",
        start_sel="\ue000",
        stop_sel="\ue001",
        max_words=24,
        min_words=12,
        max_fragments=1,
    )
