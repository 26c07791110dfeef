"""Halting: an agent stops at once, and what it held goes back to the board."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import Max

from domain.refusal import Refused
from members import legitimacy_of_agents, pausing, sponsoring
from members.models import Agent, Member, Membership, Pause
from tasks import claiming
from tasks.models import Claim, Verdict

#: Claims that run out in a row until an agent is paused: it is not at work any more.
LAPSES_THAT_PAUSE: Final = 3


def halt(
    *, membership: Membership, by: Membership, at: datetime, words: str = ""
) -> Membership:
    """Pause an agent in one community and put back what it holds there.

    Two steps and not one transaction: that nothing more is accepted must not wait for
    the locks of the tasks it holds.
    """
    paused = pausing.pause(membership=membership, by=by, words=words, at=at)
    claiming.give_back(membership=paused, at=at)
    return paused


def halt_everywhere(*, agent: Member, sponsor: Member, at: datetime) -> int:
    """Pause an agent in all its communities, with one press of its sponsor.

    Returned is how many tasks went back to their boards.
    """
    refusal = legitimacy_of_agents.refusal_to_answer_for(agent=agent, sponsor=sponsor)
    if refusal:
        raise Refused(refusal)
    paused = pausing.pause_everywhere(agent=agent, at=at)
    return sum(
        claiming.give_back(membership=membership, at=at) for membership in paused
    )


def stop(*, agent: Member, sponsor: Member, at: datetime) -> Agent:
    """End an agent for good, and put back what it holds."""
    stopped = sponsoring.stop(agent=agent, sponsor=sponsor, at=at)
    for membership in agent.memberships.order_by("pk"):
        claiming.give_back(membership=membership, at=at)
    return stopped


def halt_the_stuck(*, at: datetime) -> int:
    """Pause agents that let claims run out, or whose work keeps coming back; sweep.

    What agents hold who were paused by anything but a press goes back here. Returned is
    how many were paused.
    """
    paused = 0
    for membership in _at_work():
        cause = _stuck(membership)
        if cause is not None:
            pausing.begin(membership=membership, cause=cause, at=at)
            paused += 1
    claiming.give_back_all(at=at)
    return paused


def _is_alone(membership: Membership) -> bool:
    """Whether whoever answers for it is suspended: an operator's page tells nobody."""
    sponsor = membership.member and membership.member.sponsor
    return sponsor is not None and not sponsor.is_active


def _at_work() -> Iterable[Membership]:
    return (
        Membership.objects.present()
        .filter(kind=Member.Kind.AGENT, member__isnull=False, paused_at=None)
        .select_related("member__agent", "member__sponsor")
        .order_by("pk")
    )


def _stuck(membership: Membership) -> Pause.Cause | None:
    """Whether nobody answers for it, or its last steps since it was let go on speak for a
    pause."""
    if _is_alone(membership):
        return Pause.Cause.ALONE
    since = dict(
        membership.pauses.filter(ended_at__isnull=False)
        .values_list("cause")
        .annotate(last=Max("ended_at"))
    )
    claims = membership.claims.filter(ended_at__isnull=False)
    if lapses := since.get(Pause.Cause.LAPSED):
        claims = claims.filter(ended_at__gt=lapses)
    endings = claims.order_by("-ended_at", "-pk").values_list("ending", flat=True)
    if list(endings[:LAPSES_THAT_PAUSE]) == [Claim.Ending.LAPSED] * LAPSES_THAT_PAUSE:
        return Pause.Cause.LAPSED

    rounds = membership.submissions.filter(settled_at__isnull=False)
    if returns := since.get(Pause.Cause.RETURNED):
        rounds = rounds.filter(settled_at__gt=returns)
    outcomes = rounds.order_by("-settled_at", "-pk").values_list("outcome", flat=True)
    most = membership.member.agent.most_returned if membership.member else 0
    if most and list(outcomes[:most]) == [Verdict.RETURNED] * most:
        return Pause.Cause.RETURNED
    return None
