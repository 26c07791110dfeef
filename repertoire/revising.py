"""Revising: writing entries, and changing them without losing what anybody wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from itertools import pairwise
from typing import cast

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from domain.models import Area, Domain
from domain.refusal import Refusal, Refused
from members import participating
from members.models import Membership, Participation
from repertoire import (
    asking,
    difference,
    legitimacy,
    markup,
    mends,
    rendering,
    retelling,
)
from repertoire import text as texts
from repertoire.difference import Segment
from repertoire.models import Entry, EntryLink, Revision
from repertoire.text import Text
from repertoire.threeway import Conflict

LONGEST_ALIAS = 120


@dataclass(frozen=True, slots=True)
class Taken:
    """A version saved meanwhile, and what it changed: all of that was taken in."""

    version: Revision
    changes: texts.Changes


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written is kept: live, or as a proposal.

    ``merged_with`` is somebody else's version that came first and was merged with;
    ``taken`` are all that came since the one the writer had read, oldest first.
    """

    revision: Revision
    merged_with: Revision | None = None
    is_new: bool = True
    taken: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Lines two people changed differently, with the words marked that each changed."""

    conflict: Conflict
    mine: Sequence[tuple[Segment, ...]]
    theirs: Sequence[tuple[Segment, ...]]


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody changed the same lines meanwhile: nothing is saved, nothing is lost.

    ``aliases`` are the other words for it with both changes, ``their_aliases`` with
    those saved meanwhile.
    """

    base: Revision
    theirs: Revision
    mine: Text
    merged: texts.Merged
    aliases: Sequence[str] = ()
    their_aliases: Sequence[str] = ()

    @property
    def places(self) -> list[Place]:
        """Where in the body the two meet."""
        return [
            Place(
                conflict,
                difference.words_of(conflict.base, conflict.mine),
                difference.words_of(conflict.base, conflict.theirs),
            )
            for conflict in self.merged.body_conflicts
        ]


@transaction.atomic
def write(
    *,
    domain: Domain,
    membership: Membership,
    kind: Entry.Kind,
    text: Text,
    at: datetime,
    aliases: Sequence[str] = (),
    area: Area | None = None,
    why: str = "",
    because_path: str = "",
) -> Entry:
    """Write an entry nobody has written; live, or proposed by whoever may not publish."""
    refuse(legitimacy.refusal_to_write(domain=domain, membership=membership))
    text = checked(text)
    entry = _turned_down(domain, kind, text) or Entry(domain=domain, kind=kind)
    entry.title, entry.slug, entry.meaning = (
        text.title,
        slug_for(text.title),
        text.meaning,
    )
    entry.aliases, entry.area = _tidied_aliases(aliases, text.title), area
    entry.written_by, entry.written_at, entry.changed_at = membership, at, at
    _save(entry)
    revision = Revision(entry=entry, why=why, because_path=because_path)
    fill(revision, text, membership, at)
    if legitimacy.publishes(membership):
        publish(revision, entry, at=at)
    else:
        _propose(revision, at=at)
    record(revision, Participation.Kind.WROTE, giver=membership, at=at)
    return entry


@transaction.atomic
def revise(
    *,
    entry: Entry,
    membership: Membership,
    base: Revision,
    text: Text,
    at: datetime,
    aliases: Sequence[str] | None = None,
    aliases_from: Sequence[str] | None = None,
    why: str = "",
    because_path: str = "",
) -> Saved | Clash:
    """Change an entry, starting from the version ``base`` the member was reading, and
    from ``aliases_from``, the other words for it then (without: those of today).

    Whoever may publish, or only mends, changes the living text, together with what
    others changed meanwhile; where both changed the same lines, a ``Clash`` comes
    back instead. Anything more by anybody else is a proposal beside the living text.
    """
    entry = locked(entry)
    refuse(legitimacy.refusal_to_revise(entry=entry, membership=membership))
    # What is not live was refused.
    text, current = checked(text), cast("Revision", entry.current)
    publishes = legitimacy.publishes(membership)

    new_aliases = entry.aliases
    if aliases is not None and publishes:
        new_aliases = texts.merge_names(
            entry.aliases if aliases_from is None else aliases_from,
            _tidied_aliases(aliases, text.title),
            entry.aliases,
        )
    if text == Text.of(base) and new_aliases == entry.aliases:
        return Saved(current, is_new=False)

    mend = not membership.is_agent and mends.is_mend(Text.of(base), text)
    revision = Revision(entry=entry, why=why, because_path=because_path, base=base)
    if not (publishes or mend):
        fill(revision, text, membership, at)
        _propose(revision, at=at)
        record(revision, Participation.Kind.WROTE, giver=membership, at=at)
        return Saved(revision)

    merged = texts.merge(Text.of(base), text, Text.of(current))
    if not merged.is_clean:
        return Clash(base, current, text, merged, new_aliases, entry.aliases)
    if merged.text == Text.of(current) and new_aliases == entry.aliases:
        return Saved(current, is_new=False)
    fill(revision, merged.text, membership, at)
    revision.base, revision.is_mend = current, mend and not publishes
    entry.aliases = new_aliases
    publish(revision, entry, at=at)
    record(revision, Participation.Kind.WROTE, giver=membership, at=at)
    if current.pk == base.pk:
        return Saved(revision)
    return Saved(revision, merged_with=current, taken=taken_since(entry, base, current))


def slug_for(title: str) -> str:
    """The title in an address; a digest of it where no letter of it fits in one."""
    digest = blake2s(title.casefold().encode(), digest_size=4).hexdigest()
    return slugify(title)[:120].strip("-") or f"entry-{digest}"


def refuse(refusal: Refusal | None) -> None:
    if refusal:
        raise Refused(refusal)


def checked(text: Text) -> Text:
    """Return the text tidied; refused where an entry cannot say so."""
    text = text.tidied()
    if not text.title:
        raise Refused(Refusal("no_title", _("Give it a name.")))
    if not (text.meaning or text.body):
        raise Refused(Refusal("no_text", _("Say what it is, be it in one sentence.")))
    if len(text.body) > markup.LONGEST:
        raise Refused(Refusal("too_long", str(markup.TooLong(len(text.body)))))
    return text


def taken_since(entry: Entry, base: Revision, current: Revision) -> tuple[Taken, ...]:
    """Return the versions after ``base``, up to ``current``, and what each changed."""
    since = entry.revisions.living().filter(
        number__gt=base.number, number__lte=current.number
    )
    versions = [base, *since.select_related("author").order_by("number")]
    return tuple(
        Taken(after, texts.changes(Text.of(before), Text.of(after)))
        for before, after in pairwise(versions)
    )


def _tidied_aliases(aliases: Sequence[str], title: str) -> list[str]:
    tidied = {" ".join(alias.split())[:LONGEST_ALIAS]: None for alias in aliases}
    return [a for a in tidied if a and a.casefold() != title.casefold()]


def _turned_down(domain: Domain, kind: Entry.Kind, text: Text) -> Entry | None:
    """An entry of this name that was proposed and not taken in: it may be tried again."""
    return (
        Entry.objects.select_for_update(no_key=True)
        .filter(domain=domain, kind=kind, slug=slug_for(text.title), current=None)
        .exclude(revisions__state=Revision.State.PROPOSED)
        .first()
    )


def locked(entry: Entry) -> Entry:
    """Whoever changes an entry has its row until they are done."""
    # Locked alone, and read then: the version somebody saved while this waited is not
    # there for a join that began before.
    Entry.objects.select_for_update(no_key=True).values_list("pk").get(pk=entry.pk)
    return Entry.objects.select_related("domain", "current__author", "area").get(
        pk=entry.pk
    )


def fill(revision: Revision, text: Text, author: Membership, at: datetime) -> None:
    revision.title, revision.meaning, revision.body = (
        text.title,
        text.meaning,
        text.body,
    )
    revision.author, revision.author_zone = author, author.zone
    revision.written_at = at


def _propose(revision: Revision, *, at: datetime) -> None:
    revision.state = Revision.State.PROPOSED
    revision.save()
    asking.ask(proposal=revision, at=at)


def publish(revision: Revision, entry: Entry, *, at: datetime) -> None:
    """Make the revision the living text. The entry's row is locked or new."""
    # What is kept of the vocabulary must not know what may be rolled back yet.
    reader = rendering.reader_of(entry.domain)
    living = Entry.objects.living().filter(pk=entry.pk)
    said_before = living.values_list(*rendering.SAID).first()
    last = entry.revisions.aggregate(last=Max("number"))["last"] or 0
    revision.number, revision.state = last + 1, Revision.State.LIVE
    revision.save()
    slug = slug_for(revision.title)
    if slug != entry.slug:
        former = [s for s in entry.former_slugs if s != slug]
        entry.former_slugs, entry.slug = [*former, entry.slug], slug
    entry.title, entry.meaning = revision.title, revision.meaning
    entry.current, entry.changed_at = revision, at
    _save(entry)
    said = tuple(getattr(entry, name) for name in rendering.SAID)
    is_said_anew = said != said_before
    if is_said_anew:
        reader = rendering.reader_of_now(entry.domain)
    _relink(entry, reader.used_in(revision.body), at=at)
    if is_said_anew:
        # Every process builds its vocabulary anew; the row is locked last, and shortly.
        Domain.objects.filter(pk=entry.domain_id).update(
            vocabulary_version=F("vocabulary_version") + 1
        )


def _save(entry: Entry) -> None:
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        if "entry_slug_once_per_shelf" not in str(error):
            raise
        raise Refused(
            Refusal(
                "title_taken",
                _("There is an entry with this name, or one is proposed."),
                _("Add to that one, or choose another name."),
            )
        ) from None


def _relink(entry: Entry, used: rendering.Used, *, at: datetime) -> None:
    """Note what the entry uses, and give those who wanted it what they wanted."""
    entry.links_out.all().delete()
    EntryLink.objects.bulk_create(links_of(entry, used))
    for name in (entry.title, entry.slug, *entry.aliases):
        EntryLink.objects.filter(
            source__domain=entry.domain_id, target=None, wanted__iexact=name
        ).update(target=entry, wanted="")
    retelling.note(entries=[pk for pk, explicit in used.entries if explicit], at=at)


def links_of(entry: Entry, used: rendering.Used) -> list[EntryLink]:
    """What an entry uses of the others, and what it wants of those not written yet."""
    return [
        *(
            EntryLink(source=entry, target_id=pk, explicit=explicit)
            for pk, explicit in used.entries
            if pk != entry.pk
        ),
        *(EntryLink(source=entry, wanted=name[:120]) for name in used.wanted),
    ]


def record(
    revision: Revision,
    kind: Participation.Kind,
    *,
    giver: Membership,
    at: datetime,
    channel: Participation.Channel = Participation.Channel.NONE,
    receiver: Membership | None = None,
    amount: float = 0.0,
) -> None:
    """Enter in the ledger what somebody did with a version."""
    entry = revision.entry
    participating.record(
        domain=entry.domain,
        kind=kind,
        channel=channel,
        key=f"{kind}:revision:{revision.pk}",
        item=f"revision:{revision.pk}",
        giver=giver,
        receiver=receiver,
        amount=amount,
        title=entry.title,
        path=entry.get_absolute_url(),
        area=entry.area,
        at=at,
    )
