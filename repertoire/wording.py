"""Wording: noting which words a community uses, and settling what they are to be."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from domain.models import Domain
from domain.refusal import Refusal, Refused
from members.models import Membership
from repertoire import (
    coinages,
    confirming,
    legitimacy,
    rendering,
    revising,
    synonyms,
)
from repertoire.coinages import Said
from repertoire.models import Coinage, Entry, Likeness, NameUse
from repertoire.text import Text


def take_stock(
    *, domain: Domain, said: Callable[[], Iterable[Said]], at: datetime
) -> int:
    """Note what is said here and by which names; return how many words are proposed.

    ``said`` gives every text of the last year, sorted by member, each time it is asked.
    Nobody is locked out: what was answered meanwhile stays answered.
    """
    known, ids = rendering.everything_named(domain)
    answered = Coinage.objects.set_aside().filter(domain=domain)
    people = Membership.objects.filter(domain=domain).values_list("name", "handle")
    ear = coinages.Ear(
        said,
        known,
        domain.language,
        names={
            word
            for names in people.iterator()
            for name in names
            for word in name.casefold().replace("-", " ").split()
        },
        answered=frozenset(answered.values_list("key", flat=True)),
    )
    found = ear.coinages()
    names = synonyms.Ear(said, known, domain.language)
    names.listen(at=at)
    with transaction.atomic():
        _note_coinages(domain, found, at)
        _note_names(domain, names, ids, at)
        _note_pairs(domain, names.pairs(), ids, at)
    return len(found)


@transaction.atomic
def set_aside(*, coinage: Coinage, membership: Membership, at: datetime) -> Coinage:
    """Say that this is no word of the community's: nobody is asked about it again."""
    _refuse(coinage.domain, membership)
    coinage = Coinage.objects.select_for_update(no_key=True).get(pk=coinage.pk)
    if coinage.set_aside_at is None:
        coinage.set_aside_by, coinage.set_aside_at = membership, at
        coinage.save(update_fields=["set_aside_by", "set_aside_at"])
    return coinage


@transaction.atomic
def bring_back(*, coinage: Coinage, membership: Membership, at: datetime) -> Coinage:
    """Propose it again."""
    _refuse(coinage.domain, membership)
    coinage = Coinage.objects.select_for_update(no_key=True).get(pk=coinage.pk)
    coinage.set_aside_by, coinage.set_aside_at = None, None
    coinage.save(update_fields=["set_aside_by", "set_aside_at"])
    return coinage


@transaction.atomic
def entitle(*, use: NameUse, membership: Membership, at: datetime) -> Entry:
    """Call the entry what most people call it; its old title stays a name of it."""
    entry = use.entry
    _refuse(entry.domain, membership)
    if use.name not in entry.aliases:
        raise _changed(entry)
    aliases = [name for name in entry.aliases if name != use.name]
    return _revised(
        entry,
        membership,
        title=use.name,
        aliases=[entry.title, *aliases],
        why=_("Most people here say “%(name)s”.") % {"name": use.name},
        at=at,
    )


@transaction.atomic
def keep(*, use: NameUse, membership: Membership, at: datetime) -> NameUse:
    """Keep the title, though more people say this."""
    _refuse(use.entry.domain, membership)
    use.settled_by, use.settled_at = membership, at
    use.save(update_fields=["settled_by", "settled_at"])
    return use


@transaction.atomic
def tell_apart(*, likeness: Likeness, membership: Membership, at: datetime) -> Likeness:
    """Say that the two are two things."""
    _refuse(likeness.first.domain, membership)
    likeness.settled_by, likeness.settled_at = membership, at
    likeness.save(update_fields=["settled_by", "settled_at"])
    return likeness


@transaction.atomic
def unite(
    *, likeness: Likeness, stays: Entry, membership: Membership, at: datetime
) -> Entry:
    """Make one of two entries another name of the other, and send its readers there."""
    first, second = likeness.first, likeness.second
    goes = second if stays.pk == first.pk else first
    _refuse(stays.domain, membership)
    # In the order in which overtaking locks them.
    pair = Entry.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")
    if any(one.retired_at for one in pair.select_for_update(no_key=True)):
        raise _changed(stays)
    # Revised before the other goes: the vocabulary that reading the text keeps must
    # not know what may be rolled back yet.
    entry = _revised(
        stays,
        membership,
        title=stays.title,
        aliases=[*stays.aliases, goes.title, *goes.aliases],
        why=_("Another name of it is “%(name)s”.") % {"name": goes.title},
        at=at,
    )
    confirming.overtake(entry=goes, by=stays, membership=membership, at=at)
    likeness.settled_by, likeness.settled_at = membership, at
    likeness.save(update_fields=["settled_by", "settled_at"])
    return entry


def _revised(
    entry: Entry,
    membership: Membership,
    *,
    title: str,
    aliases: list[str],
    why: str,
    at: datetime,
) -> Entry:
    if entry.current is None:
        raise _changed(entry)
    saved = revising.revise(
        entry=entry,
        membership=membership,
        base=entry.current,
        text=Text(title, entry.current.meaning, entry.current.body),
        aliases=list(dict.fromkeys(aliases)),
        why=why,
        at=at,
    )
    if isinstance(saved, revising.Clash):
        raise _changed(entry)
    return saved.revision.entry


def _refuse(domain: Domain, membership: Membership) -> None:
    refusal = legitimacy.refusal_to_tend(domain=domain, membership=membership)
    if refusal:
        raise Refused(refusal)


def _changed(entry: Entry) -> Refused:
    return Refused(
        Refusal(
            "changed_meanwhile",
            _("Somebody has changed “%(title)s” meanwhile.") % {"title": entry.title},
            _("Look at it again."),
        )
    )


def _note_coinages(domain: Domain, found: list[coinages.Coinage], at: datetime) -> None:
    Coinage.objects.bulk_create(
        [
            Coinage(
                domain=domain,
                key=one.key[:160],
                words=one.words,
                said=one.said,
                people=one.people,
                texts=one.texts,
                elsewhere=one.elsewhere,
                weight=one.weight,
                places=[place._asdict() for place in one.places],
                heard_at=at,
            )
            for one in found
        ],
        update_conflicts=True,
        unique_fields=["domain", "key"],
        update_fields=[
            *("words", "said", "people", "texts", "elsewhere", "weight"),
            *("places", "heard_at"),
        ],
    )
    Coinage.objects.waiting().filter(domain=domain, heard_at__lt=at).delete()


def _note_names(
    domain: Domain, names: synonyms.Ear, ids: dict[str, int], at: datetime
) -> None:
    NameUse.objects.bulk_create(
        [
            NameUse(
                entry_id=ids[use.slug],
                name=use.name,
                said=use.said,
                people=use.people,
                texts=use.texts,
                lately=use.lately,
                before=use.before,
                speakers=use.speakers,
                counted_at=at,
            )
            for use in names.uses.values()
        ],
        update_conflicts=True,
        unique_fields=["entry", "name"],
        update_fields=[
            *("said", "people", "texts", "lately", "before", "speakers"),
            "counted_at",
        ],
    )
    NameUse.objects.filter(entry__domain=domain, counted_at__lt=at).delete()


def _note_pairs(
    domain: Domain, pairs: list[synonyms.Pair], ids: dict[str, int], at: datetime
) -> None:
    rows = []
    for pair in pairs:
        first, second = sorted((ids[pair.first], ids[pair.second]))
        rows.append(
            Likeness(
                first_id=first,
                second_id=second,
                near=pair.near,
                company=pair.company,
                shared=[word[:60] for word in pair.shared],
                around=[word[:60] for word in pair.around],
                found_at=at,
            )
        )
    Likeness.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["near", "company", "shared", "around", "found_at"],
    )
    Likeness.objects.filter(
        first__domain=domain, settled_at=None, found_at__lt=at
    ).delete()
