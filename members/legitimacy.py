"""Who may come in, go, and organize: the rules, asked by every door and every deed.

Each question returns the ``Refusal`` that stands in the way, or ``None``.
"""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from domain.models import Domain
from domain.refusal import Refusal
from members.models import (
    Dispute,
    Invitation,
    JoinRequest,
    Member,
    Membership,
    Participation,
    Reckoning,
    Voiding,
)


def refusal_to_join(*, domain: Domain, member: Member) -> Refusal | None:
    """Whether somebody may walk in by themselves."""
    if member.is_agent:
        return Refusal(
            "agents_are_registered",
            _("Agents come in through the person who answers for them."),
        )
    if _came_before(domain, member):
        return None
    if domain.joining == Domain.Joining.REQUEST:
        return Refusal(
            "ask_first",
            _("%(name)s lets people in one by one.") % {"name": domain.name},
            _("Say why you care, and an organizer answers."),
        )
    if domain.joining == Domain.Joining.INVITATION:
        return Refusal(
            "invitation_only",
            _("%(name)s is by invitation only.") % {"name": domain.name},
            _("Any organizer there can send you a link."),
        )
    return None


def refusal_to_ask(*, domain: Domain, member: Member) -> Refusal | None:
    """Whether somebody may ask to be let in."""
    if member.is_agent:
        return refusal_to_join(domain=domain, member=member)
    if _is_in(domain, member):
        return _already_in(domain)
    if domain.joining == Domain.Joining.INVITATION:
        return refusal_to_join(domain=domain, member=member)
    return None


def refusal_to_answer(*, request: JoinRequest, organizer: Membership) -> Refusal | None:
    if refusal := refusal_to_organize(domain=request.domain, membership=organizer):
        return refusal
    if request.answered_at is not None:
        return Refusal("answered", _("Somebody has answered this request already."))
    return None


def refusal_to_organize(*, domain: Domain, membership: Membership) -> Refusal | None:
    """Whether a membership carries the duties of an organizer here and now."""
    if (
        membership.domain_id != domain.pk
        or not membership.is_organizer
        or not membership.is_present
    ):
        return Refusal("organizers_only", _("That is for organizers."))
    return None


def refusal_to_hand_over(*, claimed: Membership | None) -> Refusal | None:
    """Whether an imported membership may be offered to the person behind it."""
    if claimed is None:
        return None
    if claimed.member_id is not None:
        return Refusal(
            "has_an_account", _("%(name)s has an account.") % {"name": claimed.name}
        )
    if not claimed.is_present:
        return Refusal(
            "gone", _("%(name)s is no longer here.") % {"name": claimed.name}
        )
    return None


def refusal_to_accept(
    *, invitation: Invitation | None, member: Member, at: datetime
) -> Refusal | None:
    """Whether an invitation lets this person in."""
    if refusal := refusal_to_open(invitation=invitation, at=at):
        return refusal
    assert invitation is not None  # noqa: S101 - an unknown one was refused above
    domain = invitation.domain
    if member.is_agent:
        return refusal_to_join(domain=domain, member=member)
    if invitation.claims is None:
        return _already_in(domain) if _is_in(domain, member) else None
    if _came_before(domain, member):
        # Two pasts cannot be made one: the ledger's lines are never changed.
        return Refusal(
            "has_a_place",
            _("You already have a place in %(name)s.") % {"name": domain.name},
            _("Only an account new to the community can take over a past."),
        )
    return refusal_to_hand_over(claimed=invitation.claims)


def refusal_to_open(*, invitation: Invitation | None, at: datetime) -> Refusal | None:
    """Whether an invitation still lets anybody in."""
    if invitation is None:
        return Refusal(
            "unknown_invitation",
            _("This invitation is not one of ours."),
            _("Ask whoever sent it for a new link."),
        )
    if invitation.used_at is not None:
        return Refusal(
            "used_invitation",
            _("This invitation has been used."),
            _("It lets one person in. Ask for a link of your own."),
        )
    if invitation.expires_at <= at:
        return Refusal(
            "late_invitation",
            _("This invitation has run out."),
            _("Ask whoever sent it for a new link."),
        )
    return None


def refusal_to_leave(*, membership: Membership) -> Refusal | None:
    """Whether somebody may go; an organizer may not leave others without one."""
    if not membership.is_organizer:
        return None
    others = Membership.objects.filter(domain=membership.domain_id).exclude(
        pk=membership.pk
    )
    if others.present().with_account().exists() and not others.organizers().exists():
        return Refusal(
            "last_organizer",
            _("You are the only organizer of %(name)s.")
            % {"name": membership.domain.name},
            _("Make somebody else an organizer first."),
        )
    return None


def refusal_to_close(*, member: Member) -> Refusal | None:
    """Whether an account may be closed; the reason is always a community left alone."""
    for membership in member.memberships.present().select_related("domain"):
        if refusal := refusal_to_leave(membership=membership):
            return refusal
    return None


def refusal_to_appoint(*, membership: Membership) -> Refusal | None:
    """Whether somebody may carry an organizer's duties."""
    if membership.member_id is None or not membership.is_present:
        return Refusal(
            "no_account",
            _("%(name)s has no account here.") % {"name": membership.name},
        )
    if membership.is_agent:
        return Refusal("agents_do_not", _("Agents do not organize."))
    return None


def refusal_to_name_founder(*, membership: Membership) -> Refusal | None:
    """Whether somebody may be counted among the founders."""
    if not membership.is_present:
        return Refusal(
            "gone", _("%(name)s is no longer here.") % {"name": membership.name}
        )
    if membership.is_agent:
        return Refusal(
            "agents_do_not", _("An agent's work is recognised like anyone's.")
        )
    return None


def speaks_for_a_side(*, line: Participation, membership: Membership) -> bool:
    """Whether a line is about a member, or about an agent they answer for."""
    if membership.pk in (line.giver_id, line.receiver_id):
        return True
    return membership.member_id is not None and any(
        side is not None
        and side.member is not None
        and side.member.sponsor_id == membership.member_id
        for side in (line.giver, line.receiver)
    )


def refusal_to_dispute(
    *, line: Participation, membership: Membership
) -> Refusal | None:
    """Whether somebody may say that a line is wrong."""
    if not membership.is_present or not speaks_for_a_side(
        line=line, membership=membership
    ):
        return Refusal(
            "another_s_line", _("Only those whom a line is about can dispute it.")
        )
    if refusal := _refusal_of_line(line):
        return refusal
    if line.disputes.open().filter(membership=membership).exists():
        return Refusal(
            "disputed",
            _("You have disputed this line already."),
            _("An organizer answers; you are told when they have."),
        )
    return None


def refusal_to_void(*, line: Participation, organizer: Membership) -> Refusal | None:
    """Whether an organizer may take a line back: never one about themselves."""
    return refusal_to_judge_line(line=line, organizer=organizer) or _refusal_of_line(
        line
    )


def refusal_to_answer_dispute(
    *, dispute: Dispute, organizer: Membership
) -> Refusal | None:
    if refusal := refusal_to_judge_line(line=dispute.line, organizer=organizer):
        return refusal
    if dispute.answered_at is not None:
        return Refusal("answered", _("Somebody has answered this dispute already."))
    return None


def refusal_to_judge_line(
    *, line: Participation, organizer: Membership
) -> Refusal | None:
    """Whether a line is one this organizer may decide about."""
    if refusal := refusal_to_organize(domain=line.domain, membership=organizer):
        return refusal
    if not speaks_for_a_side(line=line, membership=organizer):
        return None
    others = Membership.objects.organizers().with_account().filter(domain=line.domain)
    return Refusal(
        "own_line",
        _("This line is about you, so another organizer decides."),
        _("Ask one of them.")
        if others.exclude(pk=organizer.pk).exists()
        else _("You are the only organizer here: make somebody else one first."),
    )


def refusal_to_acknowledge(
    *, members: Collection[int], organizer: Membership
) -> Refusal | None:
    """Whether an organizer may say that these members are a circle known to them."""
    if refusal := refusal_to_organize(domain=organizer.domain, membership=organizer):
        return refusal
    current = Reckoning.objects.current().filter(domain=organizer.domain_id).first()
    rings = current.rings if current else []
    if not any(set(ring["members"]) == set(members) for ring in rings):
        return Refusal(
            "no_circle", _("These members no longer mostly recognise each other.")
        )
    return refusal_to_judge_circle(members=members, organizer=organizer)


def refusal_to_judge_circle(
    *, members: Collection[int], organizer: Membership
) -> Refusal | None:
    """Whether a circle is one this organizer may speak about: never their own."""
    circle = Membership.objects.filter(pk__in=members).select_related("member")
    if not any(
        one.pk == organizer.pk or one.is_in_same_hands_as(organizer) for one in circle
    ):
        return None
    others = Membership.objects.organizers().with_account()
    others = others.filter(domain=organizer.domain_id)
    return Refusal(
        "own_circle",
        _("This circle is your own, so another organizer speaks about it."),
        _("Ask one of them.")
        if others.exclude(pk__in=[organizer.pk, *members]).exists()
        else _("There is no organizer outside it: make somebody else one first."),
    )


def _refusal_of_line(line: Participation) -> Refusal | None:
    if not line.channel or line.kind == Participation.Kind.COUNTERED:
        return Refusal("no_evidence", _("This line moves nobody."))
    if Voiding.objects.filter(line=line).exists():
        return Refusal("voided", _("This line has been voided already."))
    return None


def _is_in(domain: Domain, member: Member) -> bool:
    return Membership.objects.present().filter(domain=domain, member=member).exists()


def _came_before(domain: Domain, member: Member) -> bool:
    return Membership.objects.filter(domain=domain, member=member).exists()


def _already_in(domain: Domain) -> Refusal:
    return Refusal(
        "already_in", _("You are a member of %(name)s.") % {"name": domain.name}
    )
