"""Sponsoring: answering for an agent: what it is for, where it goes, that it ends."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from domain.models import Area, Domain
from domain.refusal import Refused
from members import (
    accounts,
    granting,
    joining,
    leaving,
    legitimacy_of_agents,
    pausing,
)
from members.models import Agent, JoinRequest, Member, Membership, Pause, Token


@transaction.atomic
def register(
    *,
    sponsor: Member,
    name: str,
    purpose: str,
    runs_on: str,
    contact: str,
    at: datetime,
) -> Agent:
    """Give an agent an account of its own, answered for by ``sponsor``."""
    # Locked: two at once must not come to more than one person answers for.
    sponsor = Member.objects.select_for_update(no_key=True).get(pk=sponsor.pk)
    refusal = legitimacy_of_agents.refusal_to_register(sponsor=sponsor)
    if refusal:
        raise Refused(refusal)

    member = Member(
        kind=Member.Kind.AGENT,
        sponsor=sponsor,
        name=name,
        handle=accounts.free_handle(name),
        mail=Member.Mail.OFF,
        created_at=at,
    )
    # It comes in by tokens alone.
    member.set_unusable_password()
    member.save()
    return Agent.objects.create(
        member=member,
        purpose=purpose,
        runs_on=runs_on,
        contact=contact,
        registered_at=at,
    )


@transaction.atomic
def describe(
    *,
    agent: Member,
    sponsor: Member,
    name: str,
    purpose: str,
    runs_on: str,
    contact: str,
    seats: int,
    calls_a_minute: int,
    most_returned: int,
) -> Agent:
    """Say anew what an agent is for and how far it may go."""
    agent = _locked(agent)
    refusal = legitimacy_of_agents.refusal_to_answer_for(agent=agent, sponsor=sponsor)
    if refusal:
        raise Refused(refusal)

    if agent.name != name:
        agent.name = name
        agent.save(update_fields=["name"])
        agent.memberships.update(name=name)
    about = agent.agent
    about.purpose, about.runs_on, about.contact = purpose, runs_on, contact
    about.seats, about.calls_a_minute = seats, calls_a_minute
    about.most_returned = most_returned
    about.save()
    return about


@transaction.atomic
def bring(
    *,
    sponsor: Membership,
    agent: Member,
    at: datetime,
    why: str = "",
    areas: Iterable[Area] = (),
) -> Membership | JoinRequest:
    """Bring an agent into a community as its rules have it: at once, or by asking."""
    if sponsor.domain.joining == Domain.Joining.OPEN:
        return joining.bring_agent(sponsor=sponsor, agent=agent, areas=areas, at=at)
    return joining.ask_for_agent(sponsor=sponsor, agent=agent, why=why, at=at)


@transaction.atomic
def stop(*, agent: Member, sponsor: Member, at: datetime) -> Agent:
    """End an agent for good: nothing opens to it any more; its work stays."""
    leaving.lock_domains(*agent.memberships.values_list("domain_id", flat=True))
    agent = _locked(agent)
    refusal = legitimacy_of_agents.refusal_to_answer_for(agent=agent, sponsor=sponsor)
    if refusal:
        raise Refused(refusal)

    Token.objects.filter(member=agent, revoked_at=None).update(revoked_at=at)
    granting.end_all(agent=agent)
    for membership in agent.memberships.present().select_related("domain"):
        # Paused as well as gone: what it held goes back, and it comes in nowhere again.
        pausing.begin(membership=membership, cause=Pause.Cause.SPONSOR, at=at)
        leaving.leave(membership=membership, at=at)
    JoinRequest.objects.filter(member=agent, answered_at=None).delete()
    agent.agent.stopped_at = at
    agent.agent.save(update_fields=["stopped_at"])
    return agent.agent


def _locked(agent: Member) -> Member:
    return (
        Member.objects.select_for_update(of=("self",), no_key=True)
        .select_related("agent")
        .get(pk=agent.pk)
    )
