"""Growing: entries of the repertoire out of what somebody wrote while working."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from domain.models import Area
from members.models import Membership
from repertoire import crediting, revising
from repertoire.models import Entry, Revision
from repertoire.revising import Clash, Saved
from repertoire.text import Text
from tasks.sources import Source


@transaction.atomic
def write(
    *,
    source: Source,
    membership: Membership,
    kind: Entry.Kind,
    text: Text,
    at: datetime,
    aliases: Sequence[str] = (),
    area: Area | None = None,
) -> Entry:
    """Make what was said an entry of its own, or propose it."""
    entry = revising.write(
        domain=source.task.domain,
        membership=membership,
        kind=kind,
        text=text,
        aliases=aliases,
        area=area,
        because_path=source.task.get_absolute_url(),
        at=at,
    )
    revision = entry.current or entry.revisions.proposed().latest("pk")
    _keep(source, revision, membership, at=at)
    return entry


@transaction.atomic
def add(
    *,
    source: Source,
    membership: Membership,
    entry: Entry,
    base: Revision,
    text: Text,
    at: datetime,
    why: str = "",
) -> Saved | Clash:
    """Add what was said to an entry, or propose it."""
    outcome = revising.revise(
        entry=entry,
        membership=membership,
        base=base,
        text=text,
        why=why,
        because_path=source.task.get_absolute_url(),
        at=at,
    )
    if isinstance(outcome, Saved) and outcome.is_new:
        _keep(source, outcome.revision, membership, at=at)
    return outcome


def _keep(
    source: Source, revision: Revision, membership: Membership, *, at: datetime
) -> None:
    origin = source.origin()
    origin.revision = revision
    origin.save(force_insert=True)
    if revision.state == Revision.State.LIVE and not revision.is_mend:
        crediting.credit_origin(revision=revision, giver=membership, at=at)
