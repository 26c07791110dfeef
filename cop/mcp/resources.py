"""Resources: entries, tasks and the path of a community, to be read by their names.

What they say is what the tools say, marked the same way.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mcp_types import (
    ListResourcesResult,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)
from pydantic import BaseModel

from cop.mcp import calls, marks
from cop.mcp.calls import Caller
from cop.mcp.words import NOTE
from cop.programs import paging
from cop.programs.entering import Entrant
from cop.programs.inside import Inside, NotThere, enter, places_of
from cop.programs.looking import communities, entries, tasks
from cop.programs.saying.entries import AskedEntries
from domain.refusal import Refused
from members.models import Scope

#: As many entries are listed at once.
LISTED: Final = 50
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing a name may stand for."""

    template: str
    name: str
    words: str
    say: Callable[[Inside, int], BaseModel]

    @property
    def pattern(self) -> re.Pattern[str]:
        named = self.template.replace("{community}", r"([-a-zA-Z0-9_]{1,120})")
        return re.compile(re.sub(r"\{\w+\}", r"([0-9]{1,19})", named))


KINDS: Final = (
    Kind(
        "cop://{community}/path",
        "path",
        "What a community is about, its areas, and its path from the edge to the core.",
        lambda inside, _number: communities.one(inside),
    ),
    Kind(
        "cop://{community}/entries/{entry}",
        "entry",
        "One entry of the repertoire, whole.",
        entries.one,
    ),
    Kind(
        "cop://{community}/tasks/{task}",
        "task",
        "One task, whole.",
        tasks.one,
    ),
)

TEMPLATES: Final = [
    ResourceTemplate(
        uri_template=kind.template,
        name=kind.name,
        description=kind.words,
        mime_type=JSON,
    )
    for kind in KINDS
]


def listed(caller: Caller, cursor: str, *, at: datetime) -> ListResourcesResult:
    """Paths and living entries of one's communities, one community after the other."""
    calls.check(caller, Scope.READ, acts=False, at=at)
    slugs = [place.domain.slug for place in places_of(caller.who)]
    if not slugs:
        return ListResourcesResult(resources=[])
    slug, inner = _place(cursor) if cursor else (slugs[0], "")
    if slug not in slugs:
        raise Refused(paging.no_such_place())
    inside = enter(caller.who, slug)
    found = entries.index(inside, AskedEntries(), cursor=inner, limit=LISTED, at=at)
    # Titles and meanings are members': a list has no place to mark them in.
    resources = [
        *([] if inner else [_named(f"cop://{slug}/path", f"{slug}/path")]),
        *(
            _named(f"cop://{slug}/entries/{one.id}", f"{one.shelf}/{one.slug}")
            for one in found.items
        ),
    ]
    onward = slugs[slugs.index(slug) + 1 :]
    following = [slug, found.next] if found.next else [onward[0], ""] if onward else []
    return ListResourcesResult(
        resources=resources,
        next_cursor=paging.sealed(following) if following else None,
    )


def read(caller: Caller, uri: str, *, at: datetime) -> ReadResourceResult:
    """What a name stands for, or ``NotThere``."""
    calls.check(caller, Scope.READ, acts=False, at=at)
    text = json.dumps(
        {"note": NOTE, **marks.marked(_said(caller.who, uri))}, ensure_ascii=False
    )
    return ReadResourceResult(
        contents=[TextResourceContents(uri=uri, mime_type=JSON, text=text)]
    )


def _said(who: Entrant, uri: str) -> BaseModel:
    for kind in KINDS:
        if match := kind.pattern.fullmatch(uri):
            slug, *numbers = match.groups()
            return kind.say(enter(who, slug), int(numbers[0]) if numbers else 0)
    raise NotThere


def _named(uri: str, name: str) -> Resource:
    return Resource(uri=uri, name=name, mime_type=JSON)


def _place(cursor: str) -> tuple[str, str]:
    try:
        slug, inner = paging.opened(cursor)
    except (ValueError, TypeError):
        raise Refused(paging.no_such_place()) from None
    if not isinstance(slug, str) or not isinstance(inner, str):
        raise Refused(paging.no_such_place())
    return slug, inner
