"""Agents, as whoever answers for them sees them: where each is and whether it may act."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import F, Prefetch
from django.shortcuts import get_object_or_404

from domain.models import Domain
from domain.refusal import Refusal
from members import legitimacy_of_agents
from members.models import JoinRequest, Member, Membership, Pause


class State(StrEnum):
    """Whether an agent may act, over all the communities it is in."""

    STOPPED = "stopped"
    PAUSED = "paused"
    PARTLY = "partly"
    NOWHERE = "nowhere"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Place:
    """An agent in one community, and why it may not act there, if it may not."""

    membership: Membership
    pauses: Sequence[Pause]

    @property
    def is_held_by_others(self) -> bool:
        """Whether an organizer paused it, so that an organizer lets it go on."""
        return any(pause.cause == Pause.Cause.ORGANIZER for pause in self.pauses)


@dataclass(frozen=True, slots=True)
class Sponsored:
    """One of somebody's agents, with its places."""

    member: Member
    places: Sequence[Place]

    @property
    def state(self) -> State:
        if self.member.agent.stopped_at is not None:
            return State.STOPPED
        if not self.places:
            return State.NOWHERE
        paused = sum(place.membership.paused_at is not None for place in self.places)
        if paused == len(self.places):
            return State.PAUSED
        return State.PARTLY if paused else State.WORKING


@dataclass(frozen=True, slots=True)
class Door:
    """A community its sponsor could bring an agent into, or why not."""

    own: Membership
    refusal: Refusal | None
    asked: JoinRequest | None

    @property
    def asks(self) -> bool:
        """Whether an organizer answers first."""
        return self.own.domain.joining != Domain.Joining.OPEN


def agents_of(sponsor: Member) -> list[Sponsored]:
    """Return all somebody answers for, those that are stopped last."""
    agents = (
        Member.objects.filter(sponsor=sponsor)
        .select_related("agent")
        .prefetch_related(_with_places())
        .order_by(F("agent__stopped_at").desc(nulls_first=True), "name", "pk")
    )
    return [_sponsored(agent) for agent in agents]


def agent_of(sponsor: Member, handle: str) -> Sponsored:
    """Return one agent; for everybody but its sponsor it does not exist here."""
    agents = Member.objects.select_related("agent").prefetch_related(_with_places())
    return _sponsored(get_object_or_404(agents, sponsor=sponsor, handle=handle))


def doors_for(agent: Sponsored, memberships: Sequence[Membership]) -> list[Door]:
    """Return the communities of its sponsor that the agent is not in."""
    within = {place.membership.domain_id for place in agent.places}
    asked = {
        request.domain_id: request
        for request in agent.member.join_requests.filter(answered_at=None)
    }
    return [
        Door(
            own,
            legitimacy_of_agents.refusal_to_bring(sponsor=own, agent=agent.member),
            asked.get(own.domain_id),
        )
        for own in memberships
        if own.domain_id not in within
    ]


def _with_places() -> Prefetch[str]:
    pauses = Prefetch(
        "pauses", Pause.objects.open().order_by("began_at", "pk"), "open_pauses"
    )
    present = (
        Membership.objects.present()
        .select_related("domain")
        .prefetch_related(pauses)
        .order_by("domain__name", "pk")
    )
    return Prefetch("memberships", present, "places")


def _sponsored(agent: Member) -> Sponsored:
    memberships: list[Membership] = agent.places  # type: ignore[attr-defined]
    return Sponsored(
        agent,
        [
            Place(membership, membership.open_pauses)  # type: ignore[attr-defined]
            for membership in memberships
        ],
    )
