"""The repertoire: the index, one entry, its history, its uses, and what is proposed."""

from datetime import datetime

from cop.programs import paging
from cop.programs.inside import Inside, NotThere
from cop.programs.saying import entries
from cop.programs.saying.base import Pages
from cop.programs.saying.people import maybe
from repertoire import uses
from repertoire.models import Contradiction, Entry, EntryLink, Revision
from repertoire.models.entry import EntryQuerySet
from repertoire.shelves import LATELY, UNUSED_FOR

#: What was doubted longer ago is in nobody's way.
MOST_DOUBTS = 20
MOST_WANTED = 50


def index(
    inside: Inside,
    asked: entries.AskedEntries,
    *,
    at: datetime,
    cursor: str = "",
    limit: int = paging.USUAL,
) -> Pages[entries.EntryInShort]:
    """The living entries a filter or a search asks for."""
    found = _seen(inside).living()
    if asked.shelf:
        found = found.filter(kind=Entry.SHELVES[asked.shelf])
    if words := " ".join(asked.q.split()):
        found = found.named(words, language=inside.domain.language)
    if asked.changed:
        found = found.filter(changed_at__gte=at - LATELY)
    if asked.unused:
        found = found.unused_since(at - UNUSED_FOR)
    order = ("-changed_at", "-pk") if asked.changed else ("title", "pk")

    return paging.page(
        found.select_related("area", "domain"),
        order=order,
        cursor=cursor,
        limit=limit,
        say=lambda rows: [entries.in_short(one) for one in rows],
    )


def wanted(inside: Inside) -> list[str]:
    """Names that entries link to and no entry has, the most wanted first."""
    links = EntryLink.objects.filter(
        source__domain=inside.domain, source__retired_at=None
    )
    return [name for name, _count in links.wanted_most(MOST_WANTED)]


def the_entry(inside: Inside, pk: int) -> Entry:
    found = (
        _seen(inside)
        .select_related(
            "area", "current__author", "confirmed_by", "written_by", "domain"
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotThere
    found.domain = inside.domain
    return found


def called(inside: Inside, shelf: str, slug: str) -> Entry:
    """The entry at an address of the pages."""
    kind = Entry.SHELVES.get(shelf)
    found = _seen(inside).filter(kind=kind, slug=slug).values_list("pk", flat=True)
    pk = found.first() if kind else None
    if pk is None:
        raise NotThere
    return the_entry(inside, pk)


def one(inside: Inside, pk: int) -> entries.Entry:
    return say(the_entry(inside, pk))


def say(entry: Entry) -> entries.Entry:
    proposals = (
        Revision.objects.proposed()
        .filter(entry=entry)
        .select_related("author")
        .order_by("written_at", "pk")
    )
    doubts = (
        Contradiction.objects.filter(entry=entry)
        .select_related("said_by")
        .order_by("-said_at", "-pk")[:MOST_DOUBTS]
    )
    return entries.whole(entry, proposals=list(proposals), doubts=list(doubts))


def history(
    inside: Inside, pk: int, *, cursor: str = "", limit: int = paging.USUAL
) -> Pages[entries.Version]:
    """The living versions of an entry, the newest first."""
    entry = the_entry(inside, pk)
    return paging.page(
        entry.revisions.living().select_related("author", "settled_by"),
        order=("-number", "-pk"),
        cursor=cursor,
        limit=limit,
        say=lambda rows: [entries.version(one) for one in rows],
    )


def used(
    inside: Inside, pk: int, *, cursor: str = "", limit: int = paging.USUAL
) -> Pages[entries.Use]:
    """Where an entry is used in the work, the latest first."""
    found = uses.latest(the_entry(inside, pk), reader=inside.membership)
    return paging.page(
        found.only(
            "cited_at",
            "task__title",
            "member__name",
            "member__handle",
            "member__kind",
            "member__zone",
            "submission",
            "log_entry",
            "review",
            "explicit",
        )
        .select_related(None)
        .select_related("task", "member"),
        order=("-cited_at", "-pk"),
        cursor=cursor,
        limit=limit,
        say=lambda rows: [
            entries.Use(
                at=one.cited_at,
                task=one.task_id,
                title=one.task.title,
                by=maybe(one.member),
                round=one.submission_id,
                note=one.log_entry_id,
                on_purpose=one.explicit,
            )
            for one in rows
        ],
    )


def proposals(
    inside: Inside, *, cursor: str = "", limit: int = paging.USUAL
) -> Pages[entries.Proposal]:
    """What waits for an answer, the longest waiting first."""
    return paging.page(
        Revision.objects.waiting()
        .filter(entry__in=_seen(inside))
        .select_related("author", "settled_by", "entry__area", "entry__domain"),
        order=("written_at", "pk"),
        cursor=cursor,
        limit=limit,
        say=lambda rows: [proposal(one) for one in rows],
    )


def the_proposal(inside: Inside, pk: int) -> Revision:
    found = (
        Revision.objects.filter(entry__in=_seen(inside), pk=pk)
        .exclude(base=None, number=1, state=Revision.State.LIVE)
        .select_related(
            "author__member", "base", "settled_by", "rest_of", "entry__area"
        )
        .first()
    )
    if found is None:
        raise NotThere
    found.entry.domain = inside.domain
    return found


def one_proposal(inside: Inside, pk: int) -> entries.Proposal:
    return proposal(the_proposal(inside, pk))


def proposal(found: Revision) -> entries.Proposal:
    return entries.Proposal(
        entry=entries.in_short(found.entry), version=entries.version(found)
    )


def _seen(inside: Inside) -> EntryQuerySet:
    return Entry.objects.visible_to(inside.member).filter(domain=inside.domain)
