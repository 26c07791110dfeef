"""Origins: what in the work an entry grew out of, as far as a reader may know.

Where versions came from is written down by the work itself, which lies above the
repertoire; it is reached here through the versions. Of versions brought in from
elsewhere it is what their file told.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import Truncator

from domain.questions import Given, question
from members.models import Membership
from members.names import more_than_a_name
from repertoire.models import Doing, Entry, Revision
from repertoire.plain import plain

if TYPE_CHECKING:
    from tasks.models import Origin

MOST_SHOWN = 5
LONGEST_SHOWN = 400
_READ_BLIND = "origin__task__submissions__rereading"


@dataclass(frozen=True, slots=True)
class Grown:
    """Whose words a version grew out of; the words themselves for who may read them.

    Without a ``path`` it was said elsewhere.
    """

    author: Membership
    doing: str
    words: str
    path: str
    at: datetime

    @property
    def in_short(self) -> str:
        """What the words say, without the signs of Markdown."""
        return Truncator(plain(self.words)).chars(LONGEST_SHOWN)


def of(entry: Entry, *, reader: Membership | None) -> list[Grown]:
    """What the living text grew out of; before there is one, the text proposed."""
    versions = _grown.ask(
        entry.current_id is not None, entry=entry.pk, reader=reader.pk if reader else 0
    )
    return [_told(version, entry, reader) for version in versions]


def _told(version: Any, entry: Entry, reader: Membership | None) -> Grown:
    if not hasattr(version, "origin"):
        told = version.told_origin
        doing = Doing(told.doing).label % {"task": told.task}
        return Grown(told.author, doing, told.words, "", version.written_at)
    origin: Origin = version.origin
    origin.task.domain = entry.domain
    hidden = version.is_read_blind if origin.is_said_in_review else False
    shown = not hidden and (reader is not None or origin.is_open)
    return Grown(
        author=origin.author,
        doing=origin.doing,
        words=origin.words if shown else "",
        path=origin.get_absolute_url() if shown else origin.task.get_absolute_url(),
        at=version.written_at,
    )


@question
def _grown(is_living: bool) -> QuerySet[Revision, Any]:
    state = Revision.State.LIVE if is_living else Revision.State.PROPOSED
    reading = Revision.objects.filter(
        **{f"{_READ_BLIND}__reader": Given("reader"), f"{_READ_BLIND}__sent_at": None},
        pk=OuterRef("pk"),
    )
    return (
        Revision.objects.filter(entry=Given("entry"), state=state)
        .filter(Q(origin__isnull=False) | Q(told_origin__isnull=False))
        .annotate(is_read_blind=Exists(reading))
        .select_related(
            "origin__author",
            "origin__task",
            "origin__review",
            "origin__point__review",
            "origin__submission",
            "told_origin__author",
        )
        .defer(*more_than_a_name("origin__author", "told_origin__author"))
        # The index of an entry's versions leads to the latest; their keys do not.
        .order_by("-number", "-pk")[:MOST_SHOWN]
    )
