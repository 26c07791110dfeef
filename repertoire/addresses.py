"""Addresses: where an entry is found by an address it had before.

An address leads for ever to the entry that had it last. One that another entry has taken
anew is that entry's, from when it was proposed; were it turned down, the address leads
on as before. An entry that changed shelves is found from the shelf it stood on.
"""

from datetime import datetime

from repertoire.models import Entry
from repertoire.models.entry import EntryQuerySet
from repertoire.revising import slug_for


def moved_from(
    entries: EntryQuerySet,
    kind: Entry.Kind,
    slug: str,
    *,
    instead_of: Entry | None = None,
) -> Entry | None:
    """Return the entry that was found at an address and is elsewhere now.

    ``instead_of`` is what is found there and was never taken in.
    """
    if instead_of and instead_of.revisions.proposed().exists():
        return None
    written = entries.filter(current__isnull=False)
    were_here = list(written.filter(kind=kind, former_slugs__contains=[slug]))
    if were_here:
        return max(were_here, key=lambda entry: (_last_called(entry, slug), entry.pk))
    shelved_anew = written.exclude(kind=kind)
    same_slug = list(shelved_anew.filter(slug=slug)[:2])
    same_slug = same_slug or list(
        shelved_anew.filter(former_slugs__contains=[slug])[:2]
    )
    # Several entries of one name: nobody can say which of them was meant.
    return same_slug[0] if len(same_slug) == 1 else None


def _last_called(entry: Entry, slug: str) -> datetime:
    """When an entry last said something under the name of that address."""
    versions = entry.revisions.living().newest_first()
    versions = versions.only("entry", "title", "written_at")
    named = (one for one in versions if slug_for(one.title) == slug)
    return max((one.written_at for one in named), default=entry.written_at)
