"""What a page of results shows: the things themselves, as their reader may see them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cop.finding import snippets
from cop.finding.asked import Asked
from cop.finding.matches import Match
from cop.finding.scope import Scope
from domain.models import Domain, Findable
from members.models import Member, Membership
from members.names import more_than_a_name
from repertoire.models import Entry
from tasks.board import TOLD_ON_ITS_PAGE
from tasks.models import LogEntry, Task

#: More entries than this that share a name are a list, not an answer.
MOST_CALLED_SO = 3


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    thing: Any
    domain: Domain
    title: str
    snippet: str


def rows(
    found: Sequence[Match], *, asked: Asked, scope: Scope, member: Member | None
) -> list[Row]:
    """The things found, in order. Each kind is asked for once, through what the reader
    may see: the search cannot show what a page would not.
    """
    keys: dict[str, list[int]] = {kind: [] for kind in Findable.Kind}
    for match in found:
        keys[match.kind].append(match.key)
    things = {
        (kind, thing.pk): thing
        for kind, fetch in _FETCHED.items()
        # Asked for nothing, too: a page asks the same whatever there is on it.
        for thing in fetch(member).filter(pk__in=keys[kind] or [0])
        if _domain(kind, thing).pk in scope.domains
    }
    shown = [
        (match.kind, things[match.kind, match.key])
        for match in found
        if (match.kind, match.key) in things
    ]
    said = [(_domain(kind, thing), *_said(kind, thing)) for kind, thing in shown]
    marked = snippets.marked(
        [(domain.language, title, text) for domain, title, text in said], asked=asked
    )
    return [
        Row(kind, thing, domain, title, snippet)
        for (kind, thing), (domain, _, _), (title, snippet) in zip(
            shown, said, marked, strict=True
        )
    ]


def called(asked: Asked, *, scope: Scope, member: Member | None) -> list[Entry]:
    """The entries whose name, or one of whose names, the words are."""
    if not asked.can_be_found or (asked.kind and asked.kind != "repertoire"):
        return []
    named = Findable.objects.filter(
        kind=Findable.Kind.ENTRY,
        names__contains=[asked.words.strip('"').lower()],
        domain__in=scope.domains,
    )
    return list(
        _entries(member)
        .filter(pk__in=named.values("key"))
        .order_by("-changed_at", "-pk")[:MOST_CALLED_SO]
    )


def _entries(member: Member | None) -> QuerySet[Entry]:
    found = Entry.objects.visible_to(member).living()
    return found.select_related("domain", "area", "current")


def _tasks(member: Member | None) -> QuerySet[Task]:
    kept = [name for name in TOLD_ON_ITS_PAGE if name != "brief"]
    found = Task.objects.visible_to(member).select_related("domain", "area")
    return found.defer(*kept)


def _notes(member: Member | None) -> QuerySet[LogEntry]:
    return (
        LogEntry.objects.filter(task__in=Task.objects.visible_to(member))
        .select_related("task__domain", "author")
        .defer(*more_than_a_name("author"))
    )


def _people(_member: Member | None) -> QuerySet[Membership]:
    return Membership.objects.present().select_related("domain", "main_area")


_FETCHED: dict[str, Callable[[Member | None], QuerySet[Any]]] = {
    Findable.Kind.ENTRY: _entries,
    Findable.Kind.TASK: _tasks,
    Findable.Kind.NOTE: _notes,
    Findable.Kind.MEMBER: _people,
}


def _domain(kind: str, thing: Any) -> Domain:
    found: Domain = thing.task.domain if kind == Findable.Kind.NOTE else thing.domain
    return found


def _said(kind: str, thing: Any) -> tuple[str, str]:
    """What it is called, and a text the words may stand in."""
    if kind == Findable.Kind.ENTRY:
        return thing.title, f"{thing.meaning}\n\n{thing.current.body}"
    if kind == Findable.Kind.TASK:
        return thing.title, f"{thing.use}.\n\n{thing.brief}"
    if kind == Findable.Kind.NOTE:
        return thing.task.title, thing.body
    return thing.name, ""
