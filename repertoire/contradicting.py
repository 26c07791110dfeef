"""Contradicting: saying that an entry does not hold, and answering whoever says so."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from domain.refusal import Refusal, Refused
from members import notifying, participating
from members.models import Member, Membership, Notification, Participation
from repertoire import legitimacy, revising
from repertoire.models import Contradiction, Entry

#: Characters; longer doubts are a task.
LONGEST = 600


@transaction.atomic
def contradict(
    *,
    entry: Entry,
    membership: Membership,
    words: str,
    at: datetime,
    because_path: str = "",
) -> Contradiction:
    """Say that the entry does not hold, and which work shows it, if any."""
    entry = revising.locked(entry)
    revising.refuse(
        legitimacy.refusal_to_contradict(entry=entry, membership=membership)
    )
    words = _said(words, Refusal("no_words", _("Say what does not hold.")))
    said = Contradiction.objects.create(
        entry=entry,
        said_by=membership,
        words=words,
        because_path=because_path,
        said_at=at,
    )
    _record(said, membership, "contradicted", at)
    _tell(
        said,
        _authors(said),
        actor=membership,
        sentence=_("%(name)s says that this does not hold."),
        quote=words,
        at=at,
    )
    return said


@transaction.atomic
def mended(
    *, contradiction: Contradiction, membership: Membership, at: datetime
) -> Contradiction:
    """Say that the entry was changed since, and holds now."""
    contradiction = _locked(contradiction)
    revising.refuse(
        legitimacy.refusal_to_answer(contradiction=contradiction, membership=membership)
    )
    if contradiction.entry.changed_at <= contradiction.said_at:
        raise Refused(
            Refusal("not_mended", _("Nothing was changed since."), _("Mend it first."))
        )
    contradiction.outcome = Contradiction.Outcome.MENDED
    return _settled(
        contradiction,
        membership,
        "",
        _("%(name)s says that it was mended and holds now."),
        at,
    )


@transaction.atomic
def uphold(
    *, contradiction: Contradiction, membership: Membership, words: str, at: datetime
) -> Contradiction:
    """Say why the entry holds as it stands; by whoever doubted it, to take that back."""
    contradiction = _locked(contradiction)
    revising.refuse(
        legitimacy.refusal_to_uphold(contradiction=contradiction, membership=membership)
    )
    words = _said(words, Refusal("no_reason", _("Say why it holds.")))
    contradiction.outcome = Contradiction.Outcome.HOLDS
    return _settled(
        contradiction, membership, words, _("%(name)s says why this holds."), at
    )


def _said(words: str, refusal: Refusal) -> str:
    words = " ".join(words.split())[:LONGEST]
    revising.refuse(None if words else refusal)
    return words


def _locked(contradiction: Contradiction) -> Contradiction:
    revising.locked(contradiction.entry)
    return (
        Contradiction.objects.select_for_update(no_key=True, of=("self",))
        .select_related(
            "entry__domain",
            "entry__area",
            "entry__current__author__member",
            "entry__written_by__member",
            "said_by__member",
        )
        .get(pk=contradiction.pk)
    )


def _settled(
    contradiction: Contradiction,
    membership: Membership,
    words: str,
    sentence: str,
    at: datetime,
) -> Contradiction:
    contradiction.settled_by, contradiction.settled_at = membership, at
    contradiction.settled_words = words
    contradiction.save()
    _record(contradiction, membership, "answered", at)
    both_sides = [contradiction.said_by.member, *_authors(contradiction)]
    _tell(
        contradiction,
        both_sides,
        actor=membership,
        sentence=sentence,
        quote=words,
        at=at,
    )
    return contradiction


def _authors(contradiction: Contradiction) -> list[Member | None]:
    """Whoever wrote the entry first, and whoever wrote it as it stands."""
    entry = contradiction.entry
    writers = [entry.written_by, *([entry.current.author] if entry.current else [])]
    return [writer.member for writer in writers]


def _tell(
    contradiction: Contradiction,
    members: Iterable[Member | None],
    *,
    actor: Membership,
    sentence: str,
    quote: str,
    at: datetime,
) -> None:
    entry = contradiction.entry
    state = contradiction.outcome or "said"
    told = {one.pk: one for one in members if one and one.pk != actor.member_id}
    notifying.notify_all(
        members=told.values(),
        kind=Notification.Kind.REPERTOIRE,
        key=f"contradiction:{contradiction.pk}:{state}",
        title=entry.title,
        sentence=sentence % {"name": actor.name},
        quote=quote,
        path=entry.get_absolute_url(),
        domain=entry.domain,
        actor=actor,
        at=at,
    )


def _record(
    contradiction: Contradiction, membership: Membership, act: str, at: datetime
) -> None:
    entry = contradiction.entry
    participating.record(
        domain=entry.domain,
        kind=Participation.Kind.TENDED,
        key=f"{act}:contradiction:{contradiction.pk}",
        item=f"entry:{entry.pk}",
        giver=membership,
        title=entry.title,
        path=entry.get_absolute_url(),
        area=entry.area,
        at=at,
    )
