"""The one search, as its page runs it."""

from datetime import datetime

from django.db import OperationalError
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from cop.finding import matches, rows, scope, snippets
from cop.finding.asked import Asked
from cop.programs.entering import Entrant
from cop.programs.inside import Inside, enter, places_of
from cop.programs.saying.base import page
from cop.programs.saying.notices import Found, Searched
from domain.models import Findable
from domain.refusal import Refusal, Refused

#: More is not looked through.
MOST = 20


def search(
    who: Entrant, asked: Searched, *, community: str, at: datetime
) -> list[Found]:
    """The things found, best first; in one community, or wherever the token opens."""
    inside: Inside | None = enter(who, community) if community else None
    within = inside.domain if inside else None
    typed = Asked.of({"q": asked.q, "type": asked.type, "time": asked.time})
    if not typed.can_be_found:
        return []
    places = places_of(who)
    if within is None and who.domain_id is not None:
        within = places[0].domain if places else None
        if within is None:
            return []
    searched = scope.scope_of(places, within)
    area = (
        within.areas.filter(slug=asked.area).values_list("pk", flat=True).first()
        if within and asked.area
        else None
    )
    try:
        found = matches.find(typed, scope=searched, area_id=area, at=at)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        raise Refused(
            Refusal(
                "too_long_to_find",
                _("That takes too long to look for. Add a word, or be exact."),
            )
        ) from None
    shown = rows.rows(found.best[:MOST], asked=typed, scope=searched, member=who.member)
    return [_found(row) for row in shown]


def _found(row: rows.Row) -> Found:
    thing = row.thing
    is_note = row.kind == Findable.Kind.NOTE
    path = thing.task.url_of_note(thing.pk) if is_note else thing.get_absolute_url()
    return Found(
        kind=row.kind,
        id=thing.pk,
        community=row.domain.slug,
        title=_plain(row.title),
        excerpt=_plain(row.snippet),
        page=page(path),
    )


def _plain(marked: str) -> str:
    """Without the marks around the words that were found."""
    return marked.replace(snippets.BEGINS, "").replace(snippets.ENDS, "")
