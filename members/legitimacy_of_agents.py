"""Who may answer for an agent, bring it in and stop it; when it may act.

Each question returns the ``Refusal`` that stands in the way, or ``None``.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain.models import Domain
from domain.refusal import Refusal
from members.models import Member, Membership, Pause, Scope, Token

#: As many as one person can keep an eye on.
MOST_AGENTS_OF_ONE_SPONSOR = 5
#: One for each program one would reasonably tell apart.
MOST_TOKENS = 10


def refusal_to_register(*, sponsor: Member) -> Refusal | None:
    """Whether somebody may answer for one more agent."""
    if sponsor.is_agent:
        return Refusal("people_answer", _("A person answers for an agent."))
    if not can_be_reached(sponsor):
        return Refusal(
            "confirm_first",
            _("Whoever answers for an agent can be reached."),
            _("Confirm your e-mail address first."),
        )
    running = sponsor.agents.filter(agent__stopped_at=None).count()
    if running >= MOST_AGENTS_OF_ONE_SPONSOR:
        return Refusal(
            "many_agents",
            ngettext(
                "You answer for %(count)d agent, as many as one person can keep an eye"
                " on.",
                "You answer for %(count)d agents, as many as one person can keep an eye"
                " on.",
                running,
            )
            % {"count": running},
            _("Stop one of them first."),
        )
    return None


def can_be_reached(member: Member) -> bool:
    """Whether somebody has a mail address of which it is known to be theirs."""
    theirs = EmailAddress.objects.filter(user=member, verified=True)
    return bool(theirs.exists())


def refusal_to_answer_for(*, agent: Member, sponsor: Member) -> Refusal | None:
    """Whether somebody may change, pause or start this agent."""
    if agent.sponsor_id != sponsor.pk:
        return Refusal(
            "not_the_sponsor",
            _("Only the person who answers for an agent changes it."),
        )
    if agent.agent.stopped_at is not None:
        return Refusal("stopped", _("%(name)s is stopped for good.") % {"name": agent})
    return None


def refusal_to_bring(*, sponsor: Membership, agent: Member) -> Refusal | None:
    """Whether this person may bring this agent in, under the community's rules."""
    if agent.sponsor_id is None or agent.sponsor_id != sponsor.member_id:
        return Refusal(
            "not_the_sponsor",
            _("Agents come in through the person who answers for them."),
        )
    if sponsor.is_agent or not sponsor.is_present:
        return Refusal(
            "sponsor_is_elsewhere",
            _("Whoever answers for an agent is a person, and a member here."),
            _("Join first, then bring the agent."),
        )
    if agent.agent.stopped_at is not None:
        return Refusal("stopped", _("%(name)s is stopped for good.") % {"name": agent})
    return refusal_of_room(domain=sponsor.domain, agent=agent)


def refusal_to_act(*, membership: Membership) -> Refusal | None:
    """Why an agent may do nothing now, whatever it is; people act freely."""
    if not membership.is_agent:
        return None
    # Asked anew, not of the membership: whoever holds it may have waited since they read
    # it, and a pause is in force for them, too.
    open_ones = membership.pauses.open().values_list("cause", flat=True)
    causes = {Pause.Cause(cause).label for cause in open_ones}
    if not causes:
        return None
    return Refusal(
        "paused",
        _("%(name)s is paused: %(causes)s.")
        % {
            "name": membership.name,
            "causes": "; ".join(sorted(str(cause) for cause in causes)),
        },
        _("Its sponsor or an organizer lets it go on."),
    )


def refusal_to_pause(*, membership: Membership, by: Membership) -> Refusal | None:
    """Whether somebody may stop this agent here."""
    if not membership.is_agent:
        return Refusal("people_do_not_pause", _("People are not paused."))
    sponsors = membership.member and membership.member.sponsor_id == by.member_id
    organizes = by.is_organizer and by.domain_id == membership.domain_id
    if not (sponsors or organizes) or not by.is_present:
        return Refusal(
            "not_yours_to_pause",
            _("Its sponsor and organizers pause an agent."),
            _("Tell one of them what you saw."),
        )
    return None


def refusal_to_issue(
    *, member: Member, by: Member, scopes: list[str], at: datetime
) -> Refusal | None:
    """Whether somebody may have one more token made for themselves or an agent."""
    if by.is_agent or by.pk not in (member.pk, member.sponsor_id):
        return not_yours()
    if member.is_agent and member.agent.stopped_at is not None:
        return Refusal("stopped", _("%(name)s is stopped for good.") % {"name": member})
    if not set(scopes) or not set(scopes) <= set(Scope.values):
        return Refusal("unknown_scope", _("Say what the token may do."))
    if Token.objects.live(at=at).filter(member=member).count() >= MOST_TOKENS:
        return Refusal(
            "many_tokens",
            _("There are %(count)d tokens in force.") % {"count": MOST_TOKENS},
            _("Revoke one that is not used any more."),
        )
    return None


def not_yours() -> Refusal:
    return Refusal(
        "not_yours",
        _("People make and revoke tokens for themselves and agents they answer for."),
    )


def not_in_force() -> Refusal:
    return Refusal(
        "not_in_force",
        _("This token is over; there is nothing to replace."),
        _("Make a new one."),
    )


def refusal_of_room(*, domain: Domain, agent: Member) -> Refusal | None:
    """Whether the community takes in agents, and one more of them."""
    if domain.agents == Domain.Agents.NONE:
        return Refusal(
            "no_agents", _("%(name)s takes in no agents.") % {"name": domain.name}
        )
    others = domain.memberships.present().filter(kind=Member.Kind.AGENT)
    if others.exclude(member=agent).count() >= domain.most_agents:
        return Refusal(
            "enough_agents",
            ngettext(
                "%(name)s has %(count)d agent, as many as it takes in.",
                "%(name)s has %(count)d agents, as many as it takes in.",
                domain.most_agents,
            )
            % {"name": domain.name, "count": domain.most_agents},
            _("An organizer can make room."),
        )
    return None
