"""Retelling: noting which stories others tell on, until newcomers should hear them.

A story is canonical once three members other than its author linked to it while working,
or work in two areas did. It stays so: what a community told its newcomers it has told.
Other entries that link to it count as told by whoever wrote their living text, and in
the area they belong to.
"""

from collections.abc import Collection
from datetime import datetime

from repertoire.models import Entry, EntryLink

TOLD_BY, TOLD_IN = 3, 2


def note(*, entries: Collection[int], at: datetime) -> None:
    """Mark those of some entries, just linked to, that have become canonical."""
    stories = Entry.objects.living().filter(
        pk__in=entries, kind=Entry.Kind.STORY, canonical_at=None
    )
    for story in stories:
        if _is_told_on(story):
            Entry.objects.filter(pk=story.pk).update(canonical_at=at)


def _is_told_on(story: Entry) -> bool:
    people, areas = set[int | None](), set[int | None]()
    cited = story.citations.filter(explicit=True)
    linked = EntryLink.objects.filter(
        target=story, explicit=True, source__retired_at=None
    )
    for who, area in (
        *cited.values_list("member", "task__area").distinct(),
        *linked.values_list("source__current__author", "source__area").distinct(),
    ):
        if who != story.written_by_id:
            people.add(who)
            areas.add(area)
    return len(people - {None}) >= TOLD_BY or len(areas - {None}) >= TOLD_IN
