"""Which way somebody moves, in words, and who may be told so."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from members.models import Membership

#: For so long somebody has just arrived, whatever they have done yet.
NEW_FOR = timedelta(days=30)


def said_of(
    who: Membership, *, to: Membership | None, at: datetime
) -> tuple[str, str] | None:
    """Return a heading and its words for one reader, or None.

    Nobody is shown to others as heading out: it is said to themselves, and to the
    organizers who can do something about it.
    """
    if not who.shows_path_to(to):
        return None
    itself = to is not None and to.pk == who.pk
    if who.heading == Membership.Heading.OUT:
        if itself:
            return who.heading, _("Quieter than your year")
        if to is None or not to.is_organizer:
            return None
        return who.heading, _("Quieter than their year")
    if who.heading == Membership.Heading.EDGE and who.joined_at > at - NEW_FOR:
        return who.heading, _("Just arrived")
    return who.heading, str(Membership.Heading(who.heading).label)
