"""Who may do what with the repertoire: the rules, asked by every door and every deed.

Each question returns the ``Refusal`` that stands in the way, or ``None``.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from domain.models import Domain
from domain.refusal import Refusal
from members import legitimacy_of_agents
from members.models import Membership
from repertoire.models import Contradiction, Entry, Picture, Revision

#: More than one person draws and describes.
MOST_PICTURES_A_DAY = 50


def refusal_to_write(
    *, domain: Domain, membership: Membership | None
) -> Refusal | None:
    """Whether somebody may write here at all, be it a proposal."""
    if membership is None or membership.domain_id != domain.pk:
        return Refusal(
            "elsewhere",
            _("The repertoire of %(name)s is written by its members.")
            % {"name": domain.name},
            _("Join, and you can write from the first day."),
        )
    if not membership.is_present:
        return Refusal("gone", _("You have left %(name)s.") % {"name": domain.name})
    return legitimacy_of_agents.refusal_to_act(membership=membership)


def refusal_to_illustrate(
    *, domain: Domain, membership: Membership | None, at: datetime
) -> Refusal | None:
    """Whether somebody may add a picture for the texts of the community."""
    if refusal := refusal_to_write(domain=domain, membership=membership):
        return refusal
    today = Picture.objects.filter(
        added_by=membership, added_at__gt=at - timedelta(days=1)
    )
    if today.count() >= MOST_PICTURES_A_DAY:
        return Refusal(
            "many_pictures",
            _("You have added %(most)d pictures since yesterday.")
            % {"most": MOST_PICTURES_A_DAY},
            _("Add the next one tomorrow."),
        )
    return None


def refusal_to_revise(*, entry: Entry, membership: Membership | None) -> Refusal | None:
    if refusal := refusal_to_write(domain=entry.domain, membership=membership):
        return refusal
    if entry.retired_at is not None:
        return Refusal(
            "retired",
            _("“%(title)s” is out of use.") % {"title": entry.title},
            _("Bring it back first."),
        )
    if entry.current_id is None:
        return Refusal(
            "not_taken_in",
            _("“%(title)s” is proposed and waits for an active member.")
            % {"title": entry.title},
            _("It can be edited as soon as it is taken in."),
        )
    return None


def publishes(membership: Membership) -> bool:
    """Whether what the member writes is live at once; others' is proposed first.

    An agent's writing goes live only by the hand of a person.
    """
    return membership.is_full and not membership.is_agent


def refusal_to_tend(*, domain: Domain, membership: Membership | None) -> Refusal | None:
    """Whether somebody may confirm, retire and settle here."""
    refusal = refusal_to_write(domain=domain, membership=membership)
    if refusal or membership is None:
        return refusal
    if membership.is_agent:
        return Refusal("agents_propose", _("Agents propose; a person decides."))
    if not membership.is_full:
        return Refusal(
            "for_full_members",
            _("Active and core members keep the repertoire true."),
            _("Opens when others trust you with Active work."),
        )
    return None


def refusal_to_settle(
    *, proposal: Revision, membership: Membership | None
) -> Refusal | None:
    """Whether somebody may take a proposal in, or turn it down."""
    entry = proposal.entry
    refusal = refusal_to_tend(domain=entry.domain, membership=membership)
    if refusal or membership is None:
        return refusal
    if proposal.state != Revision.State.PROPOSED:
        return Refusal("settled", _("Somebody has answered this proposal already."))
    if _is_own(proposal.author, membership):
        return Refusal(
            "own_work",
            _("Somebody else takes in what you wrote.")
            if proposal.author_id == membership.pk
            else _("It is your agent’s. Somebody else takes it in."),
        )
    return None


def refusal_to_withdraw(
    *, proposal: Revision, membership: Membership | None
) -> Refusal | None:
    """Whether somebody may take a proposal back: their own, or one of their agents."""
    if membership is None or not _is_own(proposal.author, membership):
        return Refusal("not_yours", _("Only its author takes a proposal back."))
    if proposal.state != Revision.State.PROPOSED:
        return Refusal("settled", _("Somebody has answered this proposal already."))
    return None


def refusal_to_watch(
    *, mend: Revision, membership: Membership | None
) -> Refusal | None:
    """Whether somebody may look at a newcomer's mend for all, or undo it."""
    refusal = refusal_to_tend(domain=mend.entry.domain, membership=membership)
    if refusal or membership is None:
        return refusal
    if not mend.is_mend or mend.state != Revision.State.LIVE:
        return Refusal("no_mend", _("That is not a mend that is watched."))
    if mend.looked_at is not None:
        return Refusal("settled", _("Somebody has looked at this mend already."))
    if _is_own(mend.author, membership):
        return Refusal("own_work", _("Somebody else looks at what you mended."))
    return None


def refusal_to_confirm(
    *, entry: Entry, membership: Membership | None
) -> Refusal | None:
    """Whether somebody may say that the entry, as it stands, is true."""
    if refusal := refusal_to_tend(domain=entry.domain, membership=membership):
        return refusal
    if entry.contradictions.standing().exists():
        return Refusal(
            "contradicted",
            _("Somebody says that “%(title)s” does not hold.") % {"title": entry.title},
            _("Answer them first."),
        )
    return None


def refusal_to_contradict(
    *, entry: Entry, membership: Membership | None
) -> Refusal | None:
    """Whether somebody may say that the entry does not hold: any member may."""
    refusal = refusal_to_revise(entry=entry, membership=membership)
    if refusal or membership is None:
        return refusal
    if entry.contradictions.standing().filter(said_by=membership).exists():
        return Refusal("said_already", _("You have said so, and it stands."))
    return None


def refusal_to_answer(
    *, contradiction: Contradiction, membership: Membership | None
) -> Refusal | None:
    """Whether somebody may say that the entry was mended, or that it holds.

    Whoever said it may take it back; whose words are doubted leave it to somebody else.
    """
    entry = contradiction.entry
    refusal = refusal_to_write(domain=entry.domain, membership=membership)
    if refusal or membership is None:
        return refusal
    if contradiction.settled_at is not None:
        return Refusal("settled", _("Somebody has answered this already."))
    if contradiction.said_by_id == membership.pk:
        return None
    return refusal_to_tend(domain=entry.domain, membership=membership)


def refusal_to_uphold(
    *, contradiction: Contradiction, membership: Membership | None
) -> Refusal | None:
    """Whether somebody may say that the entry holds as it stands."""
    refusal = refusal_to_answer(contradiction=contradiction, membership=membership)
    if refusal or membership is None or contradiction.said_by_id == membership.pk:
        return refusal
    current = contradiction.entry.current
    if current is not None and _is_own(current.author, membership):
        return Refusal(
            "own_work",
            _("You wrote what is doubted."),
            _("Mend it, or let somebody else say that it holds."),
        )
    return None


def _is_own(author: Membership, reader: Membership) -> bool:
    """One sponsor and all their agents are one person."""
    if author.pk == reader.pk:
        return True
    return (
        author.member is not None
        and author.member.sponsor_id is not None
        and author.member.sponsor_id == reader.member_id
    )
