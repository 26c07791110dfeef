"""Proposing: what waits beside the living text until somebody active takes it in.

Taken in whole or in part, with a word of thanks; what is left out goes back to its
author with the reason, and can be proposed again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from domain.refusal import Refusal, Refused
from members import notifying, turns
from members.models import Membership, Notification, Participation
from members.position import amounts
from repertoire import asking, crediting, difference, legitimacy, portions, revising
from repertoire import text as texts
from repertoire.models import Entry, Revision
from repertoire.models.entry import RevisionQuerySet
from repertoire.revising import Clash, Saved
from repertoire.text import Text

#: Longest a word to the author may be.
LONGEST_WORDS = 300

#: So many are made up for in one run; the rest in the next.
MOST_AT_ONCE = 200


@transaction.atomic
def take_in(
    *,
    proposal: Revision,
    membership: Membership,
    words: str,
    at: datetime,
    numbers: Collection[int] | None = None,
    reason: str = "",
    text: Text | None = None,
    base: Revision | None = None,
) -> Saved | Clash:
    """Make a proposal part of the living text, with a word of thanks to its author.

    ``numbers`` are the portions of it to take (see ``repertoire.portions``); without
    them, all. What is left out goes back to the author with the ``reason``.

    ``text`` is how it should stand instead, by whoever takes it in, who was reading
    ``base``. Their changes are a version of their own, so that nobody is said to have
    written what they did not. Where the living text moved on in the same lines, a
    ``Clash`` comes back, and the ``text`` that settles it is the proposal's version.
    """
    entry = revising.locked(proposal.entry)
    proposal = locked(proposal)
    proposal.entry = entry
    revising.refuse(
        legitimacy.refusal_to_settle(proposal=proposal, membership=membership)
    )
    if not words.strip():
        raise Refused(
            Refusal("no_thanks", _("Say a word to the author: it is their work."))
        )
    choice = _choice(proposal, numbers)
    if choice.is_part and not reason.strip():
        raise Refused(Refusal("no_reason", _("Say why the rest stays out.")))
    stands = _as_it_will_stand(entry, proposal, choice.text, text, base)
    if isinstance(stands, Clash):
        return stands

    start, before = proposal.base, entry.current
    full = Text.of(proposal)
    proposal.title, proposal.meaning = stands.theirs.title, stands.theirs.meaning
    proposal.body, proposal.base = stands.theirs.body, before
    _settle(proposal, membership, words, at)
    revising.publish(proposal, entry, at=at)
    saved = proposal
    if stands.edited is not None:
        saved = Revision(entry=entry, base=proposal, why=_("Edited on taking it in"))
        revising.fill(saved, stands.edited, membership, at)
        revising.publish(saved, entry, at=at)
        revising.record(saved, Participation.Kind.WROTE, giver=membership, at=at)
    rest = None
    if choice.is_part:
        rest = _given_back(
            proposal,
            start=start,
            chosen=choice.text,
            full=full,
            membership=membership,
            reason=reason,
            at=at,
        )
    _enter_in_the_ledger(proposal, membership, share=choice.share, at=at)
    crediting.credit_origin(revision=proposal, giver=membership, at=at)
    _tell_of_taking_in(proposal, rest, membership, at)
    if before is None or start is None or start.pk == before.pk:
        return Saved(saved)
    return Saved(
        saved, merged_with=before, taken=revising.taken_since(entry, start, before)
    )


@transaction.atomic
def decline(
    *, proposal: Revision, membership: Membership, words: str, at: datetime
) -> Revision:
    """Leave the living text as it is, and tell the author why."""
    proposal = locked(proposal)
    revising.refuse(
        legitimacy.refusal_to_settle(proposal=proposal, membership=membership)
    )
    if not words.strip():
        raise Refused(Refusal("no_reason", _("Say why, so that the author can learn.")))
    proposal.state = Revision.State.DECLINED
    _settle(proposal, membership, words, at)
    proposal.save()
    _tell_author(
        proposal,
        membership,
        _("%(name)s did not take in what you wrote, and says why."),
        path_of(proposal),
        at,
    )
    return proposal


@transaction.atomic
def withdraw(*, proposal: Revision, membership: Membership, at: datetime) -> Revision:
    """Take back what one proposed, or one's agent."""
    proposal = locked(proposal)
    revising.refuse(
        legitimacy.refusal_to_withdraw(proposal=proposal, membership=membership)
    )
    proposal.state = Revision.State.DECLINED
    _settle(proposal, proposal.author, "", at)
    proposal.save()
    return proposal


def make_up_for_waits(*, at: datetime) -> int:
    """Ask more where an answer is late, and tell the author whom; return how many.

    Where that has not helped, organizers are told.
    """
    late = _longest_first(Revision.objects.late(at=at))
    for pk in late:
        _make_up_for_wait(pk, at=at)
    stalled = _longest_first(Revision.objects.stalled(at=at))
    for pk in stalled:
        _tell_organizers(pk, at=at)
    return len(late) + len(stalled)


def locked(proposal: Revision) -> Revision:
    """Whoever answers a proposal has its row until they are done."""
    return (
        Revision.objects.select_for_update(no_key=True, of=("self",))
        .select_related("base", "entry__domain", "author__member")
        .get(pk=proposal.pk)
    )


def path_of(proposal: Revision) -> str:
    entry = proposal.entry
    at = [entry.domain.slug, entry.shelf, entry.slug, proposal.pk]
    return reverse("repertoire:proposal", args=at)


@dataclass(frozen=True, slots=True)
class _Choice:
    """What of a proposal is taken: its text, and how much of the whole that is."""

    text: Text
    is_part: bool = False
    share: float = 1.0


def _choice(proposal: Revision, numbers: Collection[int] | None) -> _Choice:
    full = revising.checked(Text.of(proposal))
    if numbers is None or proposal.base is None:
        return _Choice(full)
    before = Text.of(proposal.base)
    text = portions.chosen(before, full, numbers)
    if text == full:
        return _Choice(full)
    if text == before:
        raise Refused(
            Refusal(
                "nothing_chosen",
                _("Choose what to take in."),
                _("If nothing, say why not."),
            )
        )
    share = _words_changed(before, text) / max(_words_changed(before, full), 1)
    return _Choice(revising.checked(text), is_part=True, share=min(share, 1.0))


def _words_changed(before: Text, after: Text) -> int:
    return sum(
        difference.words_changed(getattr(before, name), getattr(after, name))
        for name in ("title", "meaning", "body")
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """The proposal's own version, and one after it if it was edited on taking it in."""

    theirs: Text
    edited: Text | None = None


def _as_it_will_stand(
    entry: Entry,
    proposal: Revision,
    chosen: Text,
    text: Text | None,
    base: Revision | None,
) -> _Standing | Clash:
    if entry.current is None:
        return _edited(chosen, text)
    current, start = Text.of(entry.current), proposal.base or entry.current
    merged = texts.merge(Text.of(start), chosen, current)
    if text is None:
        if not merged.is_clean:
            return Clash(start, entry.current, chosen, merged)
        return _Standing(merged.text)
    read = base or entry.current
    settled = texts.merge(Text.of(read), revising.checked(text), current)
    if not settled.is_clean:
        return Clash(read, entry.current, text, settled)
    return (
        _edited(merged.text, settled.text)
        if merged.is_clean
        else _Standing(settled.text)
    )


def _edited(theirs: Text, text: Text | None) -> _Standing:
    edited = revising.checked(text) if text else theirs
    return _Standing(theirs, edited if edited != theirs else None)


def _given_back(
    taken: Revision,
    *,
    start: Revision | None,
    chosen: Text,
    full: Text,
    membership: Membership,
    reason: str,
    at: datetime,
) -> Revision:
    """Keep what was left out, as a change of the text that took in the others."""
    merged = texts.merge(chosen, full, Text.of(taken))
    rest = Revision(
        entry=taken.entry,
        state=Revision.State.DECLINED,
        base=taken if merged.is_clean else start,
        rest_of=taken,
        why=taken.why,
        because_path=taken.because_path,
    )
    text = merged.text if merged.is_clean else full
    revising.fill(rest, text, taken.author, taken.written_at)
    _settle(rest, membership, reason, at)
    rest.save()
    return rest


def _settle(
    proposal: Revision, membership: Membership, words: str, at: datetime
) -> None:
    proposal.settled_by, proposal.settled_at = membership, at
    proposal.settled_words = " ".join(words.split())[:LONGEST_WORDS]


def _enter_in_the_ledger(
    proposal: Revision, membership: Membership, *, share: float, at: datetime
) -> None:
    """The author's work counts by the share of it taken in; reading it counts whole."""
    revising.record(
        proposal,
        Participation.Kind.TAKEN_IN,
        channel=Participation.Channel.WORK,
        giver=membership,
        receiver=proposal.author,
        amount=amounts.entry() * share,
        at=at,
    )
    revising.record(
        proposal,
        Participation.Kind.TENDED,
        channel=Participation.Channel.STEWARDSHIP,
        giver=membership,
        receiver=proposal.author,
        amount=amounts.tending(),
        at=at,
    )


def _tell_of_taking_in(
    proposal: Revision, rest: Revision | None, membership: Membership, at: datetime
) -> None:
    if rest is None:
        sentence, path = (
            _("%(name)s took in what you wrote."),
            proposal.entry.get_absolute_url(),
        )
    else:
        sentence, path = (
            _("%(name)s took in part of what you wrote. The rest is yours again."),
            path_of(rest),
        )
    _tell_author(proposal, membership, sentence, path, at)


def _tell_author(
    proposal: Revision, settler: Membership, sentence: str, path: str, at: datetime
) -> None:
    notifying.notify(
        member=proposal.author.member,
        kind=Notification.Kind.REPERTOIRE,
        key=f"settled:revision:{proposal.pk}",
        title=proposal.title,
        sentence=sentence % {"name": settler.name},
        quote=proposal.settled_words,
        path=path,
        domain=proposal.entry.domain,
        actor=settler,
        at=at,
    )


def _longest_first(waiting: RevisionQuerySet) -> list[int]:
    found = waiting.order_by("written_at", "pk").values_list("pk", flat=True)
    return list(found[:MOST_AT_ONCE])


@transaction.atomic
def _make_up_for_wait(pk: int, *, at: datetime) -> None:
    proposal = locked(Revision(pk=pk))
    if proposal.slipped_at is not None or proposal.state != Revision.State.PROPOSED:
        return
    proposal.slipped_at = at
    proposal.save(update_fields=["slipped_at"])
    now = asking.ask(proposal=proposal, at=at, most=turns.ASKED_WHEN_LATE)
    names = ", ".join(one.name for one in now)
    notifying.notify(
        member=proposal.author.member,
        kind=Notification.Kind.REPERTOIRE,
        key=f"slipped:revision:{pk}",
        title=proposal.title,
        sentence=_("Your proposal has waited two days. We asked %(names)s too.")
        % {"names": names}
        if names
        else _("Your proposal has waited two days. There was nobody more to ask."),
        path=path_of(proposal),
        domain=proposal.entry.domain,
        at=at,
    )


@transaction.atomic
def _tell_organizers(pk: int, *, at: datetime) -> None:
    proposal = locked(Revision(pk=pk))
    if proposal.stalled_at is not None or proposal.state != Revision.State.PROPOSED:
        return
    proposal.stalled_at = at
    proposal.save(update_fields=["stalled_at"])
    domain = proposal.entry.domain
    organizers = Membership.objects.organizers().filter(domain=domain)
    names = ", ".join(one.name for one in asking.asked(proposal))
    waited = _("%(name)s has waited four days for an answer to a proposal.") % {
        "name": proposal.author.name
    }
    asked = (
        _("We asked %(names)s.") % {"names": names}
        if names
        else _("There was nobody to ask.")
    )
    notifying.notify_all(
        members=[one.member for one in organizers.select_related("member")],
        kind=Notification.Kind.STALLED,
        key=f"stalled:revision:{pk}",
        title=proposal.title,
        sentence=f"{waited} {asked}",
        path=path_of(proposal),
        domain=domain,
        actor=proposal.author,
        at=at,
    )
