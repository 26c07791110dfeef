"""Crediting: whose words an entry grew out of, when it becomes part of the living text."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from members import notifying, participating
from members.models import Membership, Notification, Participation
from members.position import amounts
from repertoire.models import Revision

if TYPE_CHECKING:
    from tasks.models import Origin


def credit_origin(*, revision: Revision, giver: Membership, at: datetime) -> None:
    """Credit whoever wrote the words a version grew out of, once for each source.

    ``giver`` made it the living text. Half of what writing it is worth, on top of that:
    whoever saw that the words are worth keeping loses nothing by saying whose they are.
    """
    origin: Origin | None = getattr(revision, "origin", None)
    if origin is None:
        return
    author, entry = origin.author, revision.entry
    for other in (giver, revision.author):
        if author.pk == other.pk or author.is_in_same_hands_as(other):
            return
    participating.record(
        domain=entry.domain,
        kind=Participation.Kind.TAKEN_IN,
        channel=Participation.Channel.NONE
        if origin.task.is_practice
        else Participation.Channel.WORK,
        key=f"grew:{origin.source_key}",
        item=f"grew:{revision.pk}",
        giver=giver,
        receiver=author,
        amount=0.0 if origin.task.is_practice else amounts.entry() / 2,
        title=entry.title,
        path=entry.get_absolute_url(),
        area=entry.area,
        practice=origin.task.is_practice,
        at=at,
    )
    if author.member is not None:
        notifying.notify(
            member=author.member,
            kind=Notification.Kind.REPERTOIRE,
            key=f"grew:{revision.pk}",
            domain=entry.domain,
            actor=revision.author,
            title=entry.title,
            quote=origin.words[:300],
            sentence=_("What you said while working is in the repertoire now."),
            path=entry.get_absolute_url(),
            at=at,
        )
