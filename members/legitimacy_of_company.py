"""Who may walk a newcomer in, and answer for it: asked by every door and every deed.

Each question returns the ``Refusal`` that stands in the way, or ``None``.
"""

from django.utils.translation import gettext as _

from domain.centrality import Zone
from domain.refusal import Refusal
from members.models import Companion, Membership


def refusal_to_seek(*, membership: Membership) -> Refusal | None:
    """Whether somebody may ask to be walked in."""
    if membership.is_agent:
        return Refusal(
            "agents_have_sponsors",
            _("An agent is walked in by the person who answers for it."),
        )
    if not membership.is_present:
        return _elsewhere()
    if membership.threshold_at or membership.zone > Zone.PERIPHERY:
        return Refusal(
            "walked_in",
            _("You found your way in already."),
            _("You can walk somebody else in: say for how many you have room."),
        )
    if Companion.objects.near_peers().begun().filter(newcomer=membership).exists():
        return Refusal("walked_already", _("Somebody walks with you already."))
    return None


def refusal_to_answer(
    *, companion: Companion, membership: Membership
) -> Refusal | None:
    """Whether one of the two may say yes to an offer, or pass it on."""
    if refusal := _not_one_of_the_two(companion, membership):
        return refusal
    if companion.ending == Companion.Ending.ANOTHER:
        return another_was_faster()
    if not companion.is_open:
        return Refusal(
            "over",
            _("This was passed on in the meantime."),
            _("Nothing is asked of you any more."),
        )
    if companion.begun_at is not None:
        return Refusal("begun", _("You both said yes to this already."))
    return None


def refusal_to_part(*, companion: Companion, membership: Membership) -> Refusal | None:
    """Whether one of the two may end what has begun, or say a word within it."""
    if refusal := _not_one_of_the_two(companion, membership):
        return refusal
    if not companion.is_begun:
        return Refusal("over", _("You two do not walk together any more."))
    return None


def refusal_to_wish(*, companion: Companion, membership: Membership) -> Refusal | None:
    """Whether one of the two may wish for the longer bond."""
    if refusal := _not_one_of_the_two(companion, membership):
        return refusal
    walked = companion.begun_at is not None and (
        companion.is_open or companion.ending == Companion.Ending.COMPETENT
    )
    if companion.bond != Companion.Bond.COMPANION or not walked:
        return Refusal(
            "not_walked",
            _("A longer bond follows walking in."),
            _("Walk a newcomer in first, or let yourself be walked in."),
        )
    both = (companion.newcomer, companion.peer)
    if not all(one.is_present and one.member_id for one in both):
        return _elsewhere()
    bonds = Companion.objects.open().filter(bond=Companion.Bond.MENTOR)
    if bonds.filter(newcomer=companion.newcomer_id, peer=companion.peer_id).exists():
        return Refusal("wished_already", _("One of you has wished for that already."))
    return None


def another_was_faster() -> Refusal:
    return Refusal(
        "walked_already",
        _("Somebody else said yes a moment before, and walks with them now."),
        _("Nothing is asked of you any more."),
    )


def _not_one_of_the_two(companion: Companion, membership: Membership) -> Refusal | None:
    if membership.pk not in (companion.newcomer_id, companion.peer_id):
        return Refusal("not_yours", _("This is between two others."))
    if not membership.is_present:
        return _elsewhere()
    if membership.is_agent:
        return Refusal("agents_never_walk", _("Agents walk nobody in."))
    return None


def _elsewhere() -> Refusal:
    return Refusal(
        "elsewhere", _("One of you is not a member here."), _("Join again first.")
    )
