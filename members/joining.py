"""Joining: coming into a community, by oneself, by asking, or by invitation."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from domain.models import Area, Domain
from domain.refusal import Refused
from members import (
    accompanying,
    legitimacy,
    legitimacy_of_agents,
    notifying,
    participating,
)
from members.models import (
    Invitation,
    JoinRequest,
    Member,
    Membership,
    Notification,
    OrganizerAct,
    Participation,
    Stake,
)

#: Long enough for somebody who reads their mail on the way back from a holiday.
INVITATION_WINDOW = timedelta(days=30)


@transaction.atomic
def join(
    *,
    domain: Domain,
    member: Member,
    at: datetime,
    why: str = "",
    areas: Iterable[Area] = (),
    hours: str = "",
) -> Membership:
    """Walk into an open community, or come back into any; return one's place there.

    Joining where one already is changes nothing and returns the place one has.
    """
    domain = _locked(domain)
    refusal = legitimacy.refusal_to_join(domain=domain, member=member)
    if refusal:
        raise Refused(refusal)
    return _let_in(domain, member, why=why, areas=areas, hours=hours, at=at)


@transaction.atomic
def ask(*, domain: Domain, member: Member, why: str, at: datetime) -> JoinRequest:
    """Ask to be let in and tell the organizers; asking again changes the words."""
    domain = _locked(domain)
    refusal = legitimacy.refusal_to_ask(domain=domain, member=member)
    if refusal:
        raise Refused(refusal)
    return _asked(domain, member, why, at=at)


@transaction.atomic
def ask_for_agent(
    *, sponsor: Membership, agent: Member, why: str, at: datetime
) -> JoinRequest:
    """Ask for an agent to be let in; asking again changes the words."""
    domain = _locked(sponsor.domain)
    refusal = legitimacy_of_agents.refusal_to_bring(sponsor=sponsor, agent=agent)
    if refusal:
        raise Refused(refusal)
    return _asked(domain, agent, why, at=at)


def _asked(domain: Domain, member: Member, why: str, *, at: datetime) -> JoinRequest:
    asked, is_new = JoinRequest.objects.update_or_create(
        domain=domain,
        member=member,
        answered_at=None,
        defaults={"why": why},
        create_defaults={"why": why, "asked_at": at},
    )
    if is_new:
        for organizer in domain.memberships.organizers().select_related("member"):
            notifying.notify(
                member=organizer.member,
                kind=Notification.Kind.JOINING,
                key=f"join_request:{asked.pk}",
                domain=domain,
                title=domain.name,
                quote=why,
                sentence=_("%(name)s, an agent run by %(sponsor)s, asks to join.")
                % {"name": member.name, "sponsor": member.sponsor}
                if member.is_agent
                else _("%(name)s asks to join.") % {"name": member.name},
                path=reverse("members:roster", args=[domain.slug]),
                at=at,
            )
    return asked


@transaction.atomic
def answer(
    *,
    request: JoinRequest,
    organizer: Membership,
    accepted: bool,
    at: datetime,
    reason: str = "",
) -> Membership | None:
    """Let in whoever asked, or say why not; return their place if they have one now."""
    domain = _locked(request.domain)
    request = JoinRequest.objects.select_for_update().get(pk=request.pk)
    refusal = legitimacy.refusal_to_answer(request=request, organizer=organizer)
    if refusal is None and accepted and request.member.is_agent:
        refusal = legitimacy_of_agents.refusal_of_room(
            domain=domain, agent=request.member
        )
    if refusal:
        raise Refused(refusal)

    request.answered_at, request.answered_by = at, organizer
    request.accepted, request.reason = accepted, reason
    request.save(update_fields=["answered_at", "answered_by", "accepted", "reason"])
    membership = (
        _let_in(domain, request.member, why=request.why, at=at) if accepted else None
    )
    OrganizerAct.objects.create(
        domain=domain,
        organizer=organizer,
        about=membership,
        what=_("Let somebody in") if accepted else _("Did not let somebody in"),
        reason=reason,
        at=at,
    )
    _tell_of_answer(request, organizer, at=at)
    return membership


def _tell_of_answer(
    request: JoinRequest, organizer: Membership, *, at: datetime
) -> None:
    """Tell whoever asked; for an agent, the person who answers for it."""
    if sponsor := request.member.sponsor:
        sentence = (
            _("%(name)s let %(agent)s in.")
            if request.accepted
            else _("%(name)s did not let %(agent)s in this time.")
        )
    else:
        sentence = (
            _("%(name)s let you in.")
            if request.accepted
            else _("%(name)s did not let you in this time.")
        )
    notifying.notify(
        member=sponsor or request.member,
        kind=Notification.Kind.JOINING,
        key=f"join_request_answered:{request.pk}",
        domain=request.domain,
        actor=organizer,
        title=request.domain.name,
        quote=request.reason,
        sentence=sentence % {"name": organizer.name, "agent": request.member.name},
        path=request.domain.get_absolute_url(),
        at=at,
    )


@transaction.atomic
def invite(
    *,
    domain: Domain,
    organizer: Membership,
    at: datetime,
    email: str = "",
    claims: Membership | None = None,
) -> tuple[Invitation, str]:
    """Write an invitation; return it and the token that opens it, told this once.

    With ``claims``, whoever accepts takes over that imported membership's past.
    """
    refusal = legitimacy.refusal_to_organize(
        domain=domain, membership=organizer
    ) or legitimacy.refusal_to_hand_over(claimed=claims)
    if refusal:
        raise Refused(refusal)

    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        domain=domain,
        token_hash=_hash(token),
        invited_by=organizer,
        claims=claims,
        email=email,
        created_at=at,
        expires_at=at + INVITATION_WINDOW,
    )
    OrganizerAct.objects.create(
        domain=domain,
        organizer=organizer,
        about=claims,
        what=_("Offered a past to the person behind it")
        if claims
        else _("Invited somebody"),
        at=at,
    )
    return invitation, token


@transaction.atomic
def withdraw_invitation(
    *, invitation: Invitation, organizer: Membership, at: datetime
) -> None:
    """Make a link that nobody has used stop working."""
    refusal = legitimacy.refusal_to_organize(
        domain=invitation.domain, membership=organizer
    )
    if refusal:
        raise Refused(refusal)
    ended = Invitation.objects.filter(
        pk=invitation.pk, used_at=None, expires_at__gt=at
    ).update(expires_at=at)
    if ended:
        OrganizerAct.objects.create(
            domain=invitation.domain,
            organizer=organizer,
            what=_("Withdrew an invitation"),
            at=at,
        )


def invitation_for(token: str) -> Invitation | None:
    """Return the invitation a link stands for."""
    return (
        Invitation.objects.filter(token_hash=_hash(token))
        .select_related("domain", "claims", "invited_by")
        .first()
    )


@transaction.atomic
def accept_invitation(
    *,
    token: str,
    member: Member,
    at: datetime,
    why: str = "",
    areas: Iterable[Area] = (),
    hours: str = "",
) -> Membership:
    """Come in through an invitation, into a new place or into one's own past."""
    found = invitation_for(token)
    if found:
        domain = _locked(found.domain)
        # Locked: two people with one link find one place.
        found = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("claims", "invited_by__member")
            .get(pk=found.pk)
        )
        found.domain = domain
    refusal = legitimacy.refusal_to_accept(invitation=found, member=member, at=at)
    if refusal:
        raise Refused(refusal)
    assert found is not None  # noqa: S101 - the rule refuses unknown invitations

    membership = (
        claim_membership(membership=found.claims, member=member, at=at)
        if found.claims
        else _let_in(domain, member, why=why, areas=areas, hours=hours, at=at)
    )
    found.used_at, found.used_by = at, member
    found.save(update_fields=["used_at", "used_by"])
    notifying.notify(
        member=found.invited_by.member,
        kind=Notification.Kind.JOINING,
        key=f"invitation_accepted:{found.pk}",
        domain=domain,
        actor=membership,
        title=domain.name,
        sentence=_("%(name)s accepted your invitation.") % {"name": member.name},
        path=membership.get_absolute_url(),
        at=at,
    )
    return membership


@transaction.atomic
def claim_membership(
    *, membership: Membership, member: Member, at: datetime
) -> Membership:
    """Take over a membership that an imported history knows and nobody has yet."""
    membership = Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    refusal = legitimacy.refusal_to_hand_over(claimed=membership)
    if refusal:
        raise Refused(refusal)

    membership.member, membership.kind = member, member.kind
    membership.name = member.name
    membership.save(update_fields=["member", "kind", "name"])
    _record_joining(membership, at=at)
    return membership


@transaction.atomic
def bring_agent(
    *,
    sponsor: Membership,
    agent: Member,
    at: datetime,
    areas: Iterable[Area] = (),
) -> Membership:
    """Let an agent in beside the person who answers for it."""
    domain = _locked(sponsor.domain)
    refusal = legitimacy_of_agents.refusal_to_bring(sponsor=sponsor, agent=agent)
    if refusal:
        raise Refused(refusal)
    return _let_in(domain, agent, areas=areas, at=at)


def _locked(domain: Domain) -> Domain:
    """One joining at a time in a domain: handles and places are given out under it."""
    return Domain.objects.select_for_update(no_key=True).get(pk=domain.pk)


def _let_in(
    domain: Domain,
    member: Member,
    *,
    at: datetime,
    why: str = "",
    areas: Iterable[Area] = (),
    hours: str = "",
) -> Membership:
    membership = Membership.objects.filter(domain=domain, member=member).first()
    if membership is None:
        membership = Membership.objects.create(
            domain=domain,
            member=member,
            kind=member.kind,
            handle=_free_handle(domain, member.handle),
            name=member.name,
            hours=hours,
            joined_at=at,
            zone_since=at,
        )
        _record_joining(membership, at=at)
    elif membership.left_at is not None:
        if membership.left_at < at:
            membership.absences.create(began_at=membership.left_at, ended_at=at)
        membership.left_at, membership.hours = None, hours or membership.hours
        membership.save(update_fields=["left_at", "hours"])
        _record_joining(membership, at=at)
    else:
        return membership
    if chosen := [area for area in areas if area.domain_id == domain.pk]:
        membership.areas.set(chosen)
    if why:
        Stake.objects.create(membership=membership, sentence=why, said_at=at)
    # Now that it is known what they like doing, and why they came.
    accompanying.offer(newcomer=membership, at=at)
    return membership


def _record_joining(membership: Membership, *, at: datetime) -> None:
    participating.record(
        domain=membership.domain,
        kind=Participation.Kind.JOINED,
        key=f"joined:{membership.pk}:{at:%Y-%m-%d}",
        item=f"membership:{membership.pk}",
        giver=membership,
        at=at,
    )


def _free_handle(domain: Domain, wanted: str) -> str:
    """The member's own handle, unless an imported member goes by it here."""
    taken = set(
        domain.memberships.filter(handle__startswith=wanted).values_list(
            "handle", flat=True
        )
    )
    handle, number = wanted, 1
    while handle in taken:
        number += 1
        handle = f"{wanted[:36]}-{number}"
    return handle


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
