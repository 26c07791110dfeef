"""Accompanying: finding the near peer who walks a newcomer in, and walking together.

Everything here happens under the domain's lock and then the newcomer's, before either
side's answer is read: of two who say yes at one moment, one walks the newcomer in.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from domain.centrality import Zone
from domain.models import Domain
from domain.refusal import Refusal, Refused
from members import legitimacy_of_company, notifying
from members.models import Companion, Membership, Notification, Participation

#: Whoever did nothing here for so long is not asked for something today.
ACTED_WITHIN = timedelta(days=30)
#: An offer its peer has not answered gets another one beside it.
ANOTHER_AFTER = timedelta(days=2)
#: After this nobody is held to an offer any more.
LAPSES_AFTER = timedelta(days=7)
#: So many offers may stand beside each other.
MOST_OFFERS = 3
#: Whoever still has no companion after a quarter found a way of their own.
OFFERED_WITHIN = timedelta(days=90)
#: A sweep that found more than this leaves the rest to the next.
MOST_AT_ONCE = 200


def offer(*, newcomer: Membership, at: datetime) -> Companion | None:
    """Ask the member who is best placed to walk the newcomer in; None if nobody is.

    The caller holds the domain's lock.
    """
    if legitimacy_of_company.refusal_to_seek(membership=newcomer):
        return None
    peer = _best_placed(newcomer, at=at)
    if peer is None:
        return None
    offered = Companion.objects.create(newcomer=newcomer, peer=peer, offered_at=at)
    _tell(
        offered,
        peer,
        key="offered",
        title=newcomer.name,
        quote=_why(newcomer),
        sentence=_("%(name)s is new here. Would you walk them in?")
        % {"name": newcomer.name},
        at=at,
    )
    _tell(
        offered,
        newcomer,
        key="offered",
        title=peer.name,
        sentence=_("%(name)s came in not long ago, and could walk with you.")
        % {"name": peer.name},
        at=at,
    )
    return offered


@transaction.atomic
def seek(*, newcomer: Membership, at: datetime) -> Companion:
    """Ask for a companion oneself, or raise ``Refused`` when nobody has room."""
    _lock(newcomer.domain_id, newcomer.pk)
    newcomer.refresh_from_db()
    refusal = legitimacy_of_company.refusal_to_seek(membership=newcomer)
    if refusal:
        raise Refused(refusal)
    standing = Companion.objects.near_peers().offered().filter(newcomer=newcomer)
    offered = standing.first() or offer(newcomer=newcomer, at=at)
    if offered is None:
        raise Refused(
            Refusal(
                "nobody_has_room",
                _("Nobody further in has room just now."),
                _("Whoever has room next is asked, without your asking again."),
            )
        )
    return offered


@transaction.atomic
def accept(*, companion: Companion, membership: Membership, at: datetime) -> Companion:
    """Say yes for one of the two; with the second yes they walk together."""
    companion = _locked(companion)
    refusal = legitimacy_of_company.refusal_to_answer(
        companion=companion, membership=membership
    )
    if refusal:
        raise Refused(refusal)
    if companion.said_yes(membership):
        return companion

    if membership.pk == companion.newcomer_id:
        companion.newcomer_said_at = at
    else:
        companion.peer_said_at = at
    if companion.newcomer_said_at and companion.peer_said_at:
        companion.begun_at = at
    try:
        with transaction.atomic():
            companion.save(
                update_fields=["newcomer_said_at", "peer_said_at", "begun_at"]
            )
    except IntegrityError:
        # Only what was written past the locks comes here.
        raise Refused(legitimacy_of_company.another_was_faster()) from None
    if companion.begun_at is None:
        _tell_of_one_yes(companion, membership, at=at)
    else:
        _begin(companion, membership, at=at)
    return companion


@transaction.atomic
def pass_on(
    *, companion: Companion, membership: Membership, at: datetime
) -> Companion | None:
    """Say no for one of the two, without a reason; return who is asked next, if any."""
    companion = _locked(companion)
    refusal = legitimacy_of_company.refusal_to_answer(
        companion=companion, membership=membership
    )
    if refusal:
        raise Refused(refusal)

    _end(companion, Companion.Ending.PASSED, by=membership, at=at)
    if companion.bond == Companion.Bond.MENTOR:
        return None
    # A newcomer who passed as often as three may stand beside each other goes alone,
    # until they ask.
    newcomer = companion.newcomer
    passed = Companion.objects.near_peers().filter(
        newcomer=newcomer, ended_by=newcomer, ending=Companion.Ending.PASSED
    )
    return None if passed.count() >= MOST_OFFERS else offer(newcomer=newcomer, at=at)


@transaction.atomic
def part(*, companion: Companion, membership: Membership, at: datetime) -> Companion:
    """End what has begun, for either of the two; the other is told."""
    companion = _locked(companion)
    refusal = legitimacy_of_company.refusal_to_part(
        companion=companion, membership=membership
    )
    if refusal:
        raise Refused(refusal)
    _end(companion, Companion.Ending.PARTED, by=membership, at=at)
    _tell(
        companion,
        companion.other_than(membership),
        key="parted",
        title=membership.name,
        actor=membership,
        sentence=_("%(name)s goes on without company. That is all it means.")
        % {"name": membership.name},
        at=at,
    )
    return companion


@transaction.atomic
def wish(*, companion: Companion, membership: Membership, at: datetime) -> Companion:
    """Wish for the longer bond that can follow; it begins when the other says yes."""
    companion = _locked(companion)
    refusal = legitimacy_of_company.refusal_to_wish(
        companion=companion, membership=membership
    )
    if refusal:
        raise Refused(refusal)
    is_newcomer = membership.pk == companion.newcomer_id
    wished = Companion.objects.create(
        newcomer=companion.newcomer,
        peer=companion.peer,
        bond=Companion.Bond.MENTOR,
        offered_at=at,
        newcomer_said_at=at if is_newcomer else None,
        peer_said_at=None if is_newcomer else at,
    )
    _tell(
        wished,
        companion.other_than(membership),
        key="wished",
        title=membership.name,
        actor=membership,
        sentence=_("%(name)s wishes to go on walking with you, for longer.")
        % {"name": membership.name},
        at=at,
    )
    return wished


@transaction.atomic
def say(
    *, companion: Companion, membership: Membership, words: str, at: datetime
) -> Notification | None:
    """Send a word to the other of the two; it reaches them as news, in their words."""
    companion = _locked(companion)
    refusal = legitimacy_of_company.refusal_to_part(
        companion=companion, membership=membership
    )
    if refusal is None and not words.strip():
        refusal = Refusal("empty", _("Write a line first."))
    if refusal:
        raise Refused(refusal)
    return _tell(
        companion,
        companion.other_than(membership),
        key=f"said:{at:%Y%m%d%H%M%S%f}",
        title=membership.name,
        actor=membership,
        quote=words.strip(),
        sentence=_("%(name)s sends you a word.") % {"name": membership.name},
        at=at,
    )


def end_with_threshold(*, newcomer: Membership, at: datetime) -> None:
    """The newcomer is in: whoever walked with them has done it.

    The caller holds the newcomer's lock.
    """
    walking = Companion.objects.near_peers().open().filter(newcomer=newcomer)
    for companion in walking.select_related("peer__member", "newcomer__domain"):
        was_begun = companion.begun_at is not None
        _end(companion, Companion.Ending.COMPETENT, at=at)
        if was_begun:
            _tell(
                companion,
                companion.peer,
                key="competent",
                title=newcomer.name,
                actor=newcomer,
                sentence=_(
                    "%(name)s is in: their work was recognised as competent. You walked"
                    " them here. If you both wish, you go on together for longer."
                )
                % {"name": newcomer.name},
                at=at,
            )


def end_with_leaving(*, membership: Membership, at: datetime) -> None:
    """Whoever goes walks with nobody; newcomers left alone are offered another.

    The caller holds the domain's lock and the member's.
    """
    walking = Companion.objects.open().of(membership)
    for companion in walking.select_related("newcomer__domain").order_by("pk"):
        _end(companion, Companion.Ending.LEFT, by=membership, at=at)
        is_near_peer = companion.bond == Companion.Bond.COMPANION
        if is_near_peer and companion.peer_id == membership.pk:
            offer(newcomer=companion.newcomer, at=at)


def go_on(*, at: datetime) -> int:
    """Ask another where nobody answered or nobody had room; return how many were asked.

    One transaction a newcomer: a crash half-way loses nothing, and running twice at
    once asks each once.
    """
    return sum(_go_on_with(pk, at=at) for pk in _waiting(at=at))


def _waiting(*, at: datetime) -> list[int]:
    """Newcomers for whom there is something to do: an offer to end, or one to make.

    Where nobody has room, nobody is asked about each of them: in a crowd of newcomers
    that would be every sweep's whole work, for nothing.
    """
    bonds = Companion.objects.near_peers().filter(newcomer=OuterRef("pk"))
    alone = bonds.filter(ending=Companion.Ending.PASSED, ended_by=OuterRef("pk"))
    late = bonds.offered().filter(offered_at__lte=at - LAPSES_AFTER)
    newcomers = list(
        Membership.objects.present()
        .with_account()
        .of_people()
        .filter(zone=Zone.PERIPHERY, threshold_at=None)
        .filter(joined_at__gt=at - OFFERED_WITHIN)
        .filter(
            ~Exists(bonds.begun()),
            ~Exists(bonds.filter(offered_at__gt=at - ANOTHER_AFTER)),
            # They were offered enough and prefer to go alone, until they ask.
            ~Exists(alone.order_by()[MOST_OFFERS - 1 : MOST_OFFERS]),
        )
        .order_by("joined_at", "pk")
        .values_list("pk", "domain", Exists(late))
    )
    peers = defaultdict[int, set[int]](set)
    for peer, domain in _with_room(at=at).values_list("pk", "domain"):
        peers[domain].add(peer)
    asked = defaultdict[int, set[int]](set)
    of_them = _asked().filter(newcomer__in=[pk for pk, *_ in newcomers])
    for newcomer, peer in of_them.values_list("newcomer", "peer"):
        asked[newcomer].add(peer)
    return [
        pk
        for pk, domain, is_late in newcomers
        if is_late or not peers[domain] <= asked[pk]
    ][:MOST_AT_ONCE]


@transaction.atomic
def _go_on_with(pk: int, *, at: datetime) -> int:
    newcomer = Membership.objects.select_related("domain").get(pk=pk)
    _lock(newcomer.domain_id, pk)
    newcomer.refresh_from_db()
    bonds = Companion.objects.near_peers().filter(newcomer=newcomer)
    late = bonds.offered().filter(offered_at__lte=at - LAPSES_AFTER)
    late.update(ended_at=at, ending=Companion.Ending.LAPSED)
    # Read again under the lock: another sweep may have been here.
    if bonds.filter(offered_at__gt=at - ANOTHER_AFTER).exists():
        return 0
    if bonds.offered().count() >= MOST_OFFERS:
        return 0
    return int(offer(newcomer=newcomer, at=at) is not None)


def _best_placed(newcomer: Membership, *, at: datetime) -> Membership | None:
    """Whoever further in has room, is there, and was not asked for this newcomer yet.

    Somebody exactly one zone in comes first: they remember the way. Then those who
    share the newcomer's areas, then those who walk the fewest, then whoever was asked
    the longest ago.
    """
    areas = list(newcomer.areas.values_list("pk", flat=True))
    return (
        _with_room(at=at)
        .filter(domain=newcomer.domain_id, zone__gt=newcomer.zone)
        .filter(~Exists(_asked().filter(newcomer=newcomer, peer=OuterRef("pk"))))
        .exclude(pk__in=Membership.objects.of_one_party_with(newcomer).values("pk"))
        .annotate(
            shared=Count("areas", filter=Q(areas__in=areas), distinct=True),
            asked_at=Max("newcomers__offered_at"),
        )
        .select_related("member")
        .order_by(
            "zone", "-shared", F("walks"), F("asked_at").asc(nulls_first=True), "pk"
        )
        .first()
    )


def _with_room(*, at: datetime) -> QuerySet[Membership]:
    """Whoever is there and walks fewer than they have room for; ``walks`` says how many."""
    acted = Participation.objects.filter(
        giver=OuterRef("pk"), occurred_at__gt=at - ACTED_WITHIN
    )
    walking = Q(
        newcomers__ended_at=None,
        newcomers__bond=Companion.Bond.COMPANION,
        newcomers__isnull=False,
    )
    return (
        Membership.objects.present()
        .with_account()
        .of_people()
        .filter(zone__gt=Zone.PERIPHERY, is_silent=False)
        .filter(Q(away_until=None) | Q(away_until__lt=at.date()))
        .filter(Exists(acted))
        .annotate(walks=Count("newcomers", filter=walking, distinct=True))
        .filter(walks__lt=F("room"))
    )


def _asked() -> QuerySet[Companion]:
    """Who was asked for whom; whoever left and came back may be asked again."""
    return Companion.objects.near_peers().exclude(ending=Companion.Ending.LEFT)


def _begin(companion: Companion, second: Membership, *, at: datetime) -> None:
    first = companion.other_than(second)
    if companion.bond == Companion.Bond.COMPANION:
        others = Companion.objects.near_peers().offered()
        others.filter(newcomer=companion.newcomer_id).update(
            ended_at=at, ending=Companion.Ending.ANOTHER
        )
    for one, other in ((first, second), (second, first)):
        walks = one.pk == companion.peer_id
        _tell(
            companion,
            one,
            key="begun",
            title=other.name,
            actor=other,
            sentence=(
                _("You walk %(name)s in. Here you see where they are stuck.")
                if walks
                else _(
                    "%(name)s walks with you. Ask whatever you would ask a neighbour."
                )
            )
            % {"name": other.name},
            at=at,
        )


def _tell_of_one_yes(
    companion: Companion, membership: Membership, *, at: datetime
) -> None:
    other = companion.other_than(membership)
    _tell(
        companion,
        other,
        key=f"yes:{membership.pk}",
        title=membership.name,
        actor=membership,
        sentence=_("%(name)s said yes. Now it is up to you.")
        % {"name": membership.name},
        at=at,
    )


def _end(
    companion: Companion,
    ending: Companion.Ending,
    *,
    at: datetime,
    by: Membership | None = None,
) -> None:
    companion.ended_at, companion.ending, companion.ended_by = at, ending, by
    companion.save(update_fields=["ended_at", "ending", "ended_by"])


def _lock(domain_id: int, newcomer_id: int) -> None:
    """The domain before the membership, as joining and leaving take them."""
    Domain.objects.select_for_update(no_key=True).get(pk=domain_id)
    Membership.objects.select_for_update(no_key=True).only("pk").get(pk=newcomer_id)


def _locked(companion: Companion) -> Companion:
    """Read it again, under the locks everything here happens under."""
    domain_id = Membership.objects.values_list("domain_id", flat=True).get(
        pk=companion.newcomer_id
    )
    _lock(domain_id, companion.newcomer_id)
    return Companion.objects.select_related(
        "newcomer__domain", "newcomer__member", "peer__domain", "peer__member"
    ).get(pk=companion.pk)


def _why(newcomer: Membership) -> str:
    """The newcomer's own sentence, if they left one."""
    said = newcomer.stakes.order_by("-said_at", "-pk").first()
    return said.sentence if said else ""


def _tell(
    companion: Companion,
    who: Membership,
    *,
    key: str,
    title: str,
    sentence: str,
    at: datetime,
    actor: Membership | None = None,
    quote: str = "",
) -> Notification | None:
    domain = companion.newcomer.domain
    return notifying.notify(
        member=who.member,
        kind=Notification.Kind.COMPANION,
        key=f"companion:{companion.pk}:{key}",
        domain=domain,
        actor=actor or companion.other_than(who),
        title=title,
        quote=quote,
        sentence=sentence,
        path=f"{reverse('members:companions', args=[domain.slug])}#bond_{companion.pk}",
        at=at,
    )
