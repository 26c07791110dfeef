"""Watching: looking at the mends newcomers made, which are live already."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from domain.refusal import Refusal, Refused
from members import notifying
from members.models import Membership, Notification, Participation
from repertoire import legitimacy, revising
from repertoire import text as texts
from repertoire.models import Entry, Revision
from repertoire.text import Text


@transaction.atomic
def look(*, mend: Revision, membership: Membership, at: datetime) -> Revision:
    """Say that a mend was looked at and stays; its author sees by whom."""
    revising.locked(mend.entry)
    mend = _locked(mend, membership)
    _looked(mend, membership, at)
    _tell(mend, membership, _("%(name)s looked at your mend. It stays."), "", at)
    return mend


@transaction.atomic
def undo(
    *, mend: Revision, membership: Membership, at: datetime, words: str = ""
) -> Revision:
    """Put the text back as it was before a mend, and keep what came after it."""
    entry = revising.locked(mend.entry)
    mend = _locked(mend, membership)
    back = _without(mend, entry)
    back_again = Revision(
        entry=entry,
        base=entry.current,
        why=_("Without the mend of version %(number)s") % {"number": mend.number},
    )
    revising.fill(back_again, back, membership, at)
    revising.publish(back_again, entry, at=at)
    mend.undone_by = back_again
    _looked(mend, membership, at)
    _tell(
        mend,
        membership,
        _(
            "%(name)s put the text back as it was before your mend. Yours is kept in the"
            " history; if you meant more by it, propose it and say why."
        ),
        words,
        at,
    )
    return back_again


def _without(mend: Revision, entry: Entry) -> Text:
    if mend.base is None or entry.current is None:
        raise Refused(Refusal("no_mend", _("There was nothing before it.")))
    merged = texts.merge(Text.of(mend), Text.of(mend.base), Text.of(entry.current))
    if not merged.is_clean:
        raise Refused(
            Refusal(
                "changed_since",
                _("The same lines were changed again since."),
                _("Edit the entry by hand."),
            )
        )
    return merged.text


def _locked(mend: Revision, membership: Membership) -> Revision:
    mend = (
        Revision.objects.select_for_update(no_key=True, of=("self",))
        .select_related("base", "entry__domain", "entry__area", "author__member")
        .get(pk=mend.pk)
    )
    revising.refuse(legitimacy.refusal_to_watch(mend=mend, membership=membership))
    return mend


def _looked(mend: Revision, membership: Membership, at: datetime) -> None:
    mend.looked_by, mend.looked_at = membership, at
    mend.save(update_fields=["looked_by", "looked_at", "undone_by"])
    revising.record(mend, Participation.Kind.TENDED, giver=membership, at=at)


def _tell(
    mend: Revision, membership: Membership, sentence: str, words: str, at: datetime
) -> None:
    notifying.notify(
        member=mend.author.member,
        kind=Notification.Kind.REPERTOIRE,
        key=f"looked:revision:{mend.pk}",
        title=mend.title,
        sentence=sentence % {"name": membership.name},
        quote=" ".join(words.split())[:300],
        path=mend.entry.get_absolute_url(),
        domain=mend.entry.domain,
        actor=membership,
        at=at,
    )
