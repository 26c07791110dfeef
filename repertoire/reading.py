"""Reading: knowing which entries nobody of their area has read for long.

One date an entry, written at most once a day: who reads what is nobody's business.
"""

from datetime import date

from django.db.models import Q

from members.models import Membership
from repertoire.models import Entry


def read(*, entry: Entry, membership: Membership | None, on: date) -> bool:
    """Note that somebody of the entry's area read it on this day; return whether new.

    An entry of no area is everybody's.
    """
    if membership is None or membership.is_agent or entry.read_on == on:
        return False
    if entry.area_id and not membership.areas.filter(pk=entry.area_id).exists():
        return False
    unread = Entry.objects.filter(Q(read_on=None) | Q(read_on__lt=on), pk=entry.pk)
    return bool(unread.update(read_on=on))
