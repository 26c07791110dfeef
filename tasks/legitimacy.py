"""Who may take part in which task: the rules, asked by every door and every deed.

Each question returns the ``Refusal`` that stands in the way, or ``None``. Pages ask
before the act, deeds ask again under the lock, programs get the code.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain.centrality import Centrality, Zone
from domain.models import Area, Domain
from domain.questions import Given, question
from domain.refusal import Refusal
from members import legitimacy_of_agents
from members.models import Companion, Membership
from members.position import map as position_map
from members.position.rules import DEFAULT as RULES
from tasks import budget
from tasks.models import (
    Claim,
    Observation,
    Part,
    Stretch,
    Submission,
    Task,
    Verdict,
)

#: Tasks waiting on their holder, by zone. One at the edge keeps the edge from being
#: bought up by one eager newcomer; five is what a core member can keep an eye on.
MOST_HELD = {Zone.PERIPHERY: 1, Zone.INBOUND: 2, Zone.ACTIVE: 3, Zone.CORE: 5}
#: Agents do not tire, and somebody has to read what they make.
MOST_HELD_BY_AGENTS = 1
MOST_HELD_BY_PROVEN_AGENTS = 2
PROVEN_AFTER = 10
#: Extensions a holder may take in silence; then a note or a reviewer.
SILENT_EXTENSIONS = 2
#: Further than this a number of tasks stops being a promise anyone can hold in mind.
MOST_TASKS_TO_NAME = 9


@dataclass(frozen=True, slots=True)
class Standing:
    """What about a member decides whether they may claim: asked for once a page."""

    membership: Membership
    #: Tasks held that wait on the member, not on a review.
    in_hand: int
    #: One of the tasks held lies one zone further in.
    is_stretching: bool
    #: Areas in which somebody vouches for the member, who watched a task of the next
    #: zone to its end: their names by key.
    vouched_in: Mapping[int, str] = field(default_factory=dict)
    recognitions: int = 0

    @property
    def most_in_hand(self) -> int:
        if self.membership.is_agent:
            proven = self.recognitions >= PROVEN_AFTER
            return MOST_HELD_BY_PROVEN_AGENTS if proven else MOST_HELD_BY_AGENTS
        return MOST_HELD[Zone(self.membership.zone)]

    @property
    def next_zone(self) -> Zone | None:
        zone = Zone(self.membership.zone)
        return None if zone == Zone.CORE else Zone(zone + 1)

    @property
    def is_near(self) -> bool:
        """Whether the position alone opens one task of the next zone, in any area."""
        who = self.membership
        return not who.is_agent and position_map.is_ready(
            who.position, who.zone, recognisers=who.recognisers
        )

    @property
    def is_ready(self) -> bool:
        """Whether one task of the next zone lies within reach, somewhere."""
        return self.is_near or (bool(self.vouched_in) and not self.membership.is_agent)

    @property
    def furthest_in(self) -> int:
        """The most central work the member may claim now, whatever its area."""
        if self.membership.is_agent:
            return min(self.membership.zone, self.membership.domain.agents_reach)
        return self.membership.zone + (self.is_near and not self.is_stretching)

    @property
    def further_in(self) -> list[int]:
        """Areas in which they may claim one task of the next zone, by others' word."""
        if self.is_stretching or self.membership.is_agent or self.is_near:
            return []
        return list(self.vouched_in)


def standing_of(membership: Membership) -> Standing:
    """Ask, in one question, for all that claiming hangs on besides the task."""
    facts = _facts.ask(
        membership.is_agent,
        who=membership.pk,
        zone=membership.zone,
        next_zone=membership.zone + 1,
    )[0]
    return Standing(
        membership=membership,
        in_hand=facts["in_hand"],
        is_stretching=facts["further_in"] > 0,
        vouched_in=dict(
            zip(facts["vouched_areas"], facts["vouched_names"], strict=True)
        ),
        recognitions=facts["recognitions"],
    )


@question
def _facts(is_agent: bool) -> QuerySet[Membership, Any]:
    held = Q(claims__ended_at=None)
    waiting = Submission.objects.waiting()
    # What waits for a reader, or with one's part ready for others, waits not on them.
    on_the_member = (
        held
        & ~Q(Exists(waiting.filter(claim=OuterRef("claims"))))
        & ~Q(Exists(waiting.filter(shared_with=OuterRef("claims"))))
        & ~Q(Exists(Part.objects.filter(ready_under=OuterRef("claims"))))
    )
    vouched = (
        Observation.objects.vouched(Given("who"), centrality=Given("next_zone"))
        .order_by("task__area")
        .distinct("task__area")
    )
    return (
        Membership.objects.filter(pk=Given("who"))
        .annotate(
            in_hand=Count("claims", filter=on_the_member, distinct=True),
            further_in=Count(
                "claims",
                filter=held & Q(claims__task__centrality__gt=Given("zone")),
                distinct=True,
            ),
            vouched_areas=ArraySubquery(vouched.values("task__area")),
            vouched_names=ArraySubquery(vouched.values("task__area__name")),
            recognitions=Count(
                "claims",
                filter=Q(claims__submissions__outcome=Verdict.RECOGNISED),
                distinct=True,
            )
            if is_agent
            else Value(0),
        )
        .values(
            "in_hand", "further_in", "vouched_areas", "vouched_names", "recognitions"
        )
    )


def tasks_until_ready(standing: Standing) -> int:
    """About how many more recognised tasks open one task of the next zone.

    Each is taken as one plain work recognised by a member who has recognised none of
    the member's before: ``P = ln(1 + W)`` grows by ``W + 1``. Whoever also reviews
    needs fewer.
    """
    if standing.next_zone is None:
        return 0
    near = RULES.cut(standing.next_zone).enter - RULES.ready_within
    return max(math.ceil(math.exp(near) - math.exp(standing.membership.position)), 1)


def areas_vouched_in(standing: Standing) -> str:
    return get_text_list(list(standing.vouched_in.values()), _("and"))


def what_opens_the_next_zone(standing: Standing) -> str:
    """The sentence on the gate before the next zone's tasks."""
    if standing.membership.is_agent:
        return _("Agents work within their zone. Observe any of these today.")
    if standing.is_stretching:
        return _(
            "You hold one of these. The next opens once that one is reviewed;"
            " observe any of them meanwhile."
        )
    if standing.is_near:
        return _("You may take one of these at a time, and observe any of them.")
    if standing.vouched_in:
        return _(
            "You may take one of these in %(areas)s, where you watched one to its end"
            " and somebody vouches for you."
        ) % {"areas": areas_vouched_in(standing)}
    count = tasks_until_ready(standing)
    if count > MOST_TASKS_TO_NAME:
        return _(
            "Observe any of these today; one opens as more of your work is recognised and"
            " others come to rely on your reviews, or once you watched one to the end and"
            " whoever did it, or your companion, vouches for you."
        )
    return ngettext(
        "Observe any of these today; one opens once about %(count)d more of your tasks is"
        " recognised, or once you watched one to the end and whoever did it, or your"
        " companion, vouches for you.",
        "Observe any of these today; one opens once about %(count)d more of your tasks are"
        " recognised, each by someone else, or once you watched one to the end and whoever"
        " did it, or your companion, vouches for you.",
        count,
    ) % {"count": count}


def where_one_stands(standing: Standing) -> str:
    """The sentence beside "You are here": what comes next, in few words."""
    if standing.next_zone is None:
        return _("Everything on this board is yours to take.")
    zone = standing.membership.domain.zone_name(standing.next_zone)
    if standing.membership.is_agent:
        return _("Agents take work up to here.")
    if standing.is_ready:
        return _("You are ready for your first %(zone)s work.") % {"zone": zone}
    count = tasks_until_ready(standing)
    if count > MOST_TASKS_TO_NAME:
        return _(
            "%(zone)s work opens as others come to rely on your work and reviews."
        ) % {"zone": zone}
    return ngettext(
        "About %(count)d more recognised task opens %(zone)s work.",
        "About %(count)d more recognised tasks open %(zone)s work.",
        count,
    ) % {"count": count, "zone": zone}


def refusal_to_take_part(domain_id: int, membership: Membership) -> Refusal | None:
    """Why the member may do nothing at all there: gone, elsewhere, or paused."""
    if domain_id != membership.domain_id or not membership.is_present:
        return _elsewhere()
    return legitimacy_of_agents.refusal_to_act(membership=membership)


def refusal_to_claim(
    *,
    task: Task,
    membership: Membership,
    standing: Standing | None = None,
) -> Refusal | None:
    """Why the member may not take a seat now. ``task`` comes from ``with_seats``."""
    return (
        _not_here(task, membership)
        or _not_open(task)
        or _no_seat_for(task)
        or _kept_from(task, membership)
        or _out_of_reach(task, standing := standing or standing_of(membership))
        or _hands_full(standing)
        or budget.refusal_to_take_more(membership=membership)
    )


def refusal_to_hold(*, task: Task) -> Refusal | None:
    """Why a visitor may not have the seat kept through sign-up."""
    if task.domain.joining != Domain.Joining.OPEN:
        return Refusal(
            "ask_to_join",
            _("Tasks here are for members."),
            _("Ask to join; an organizer answers."),
        )
    refusal = _not_open(task) or _no_seat_for(task)
    if refusal is None and task.centrality > Centrality.PERIPHERY:
        return Refusal(
            "out_of_reach",
            _("This task is nearer the core than a first task is."),
            _("Take a first task from the edge, or join and observe this one."),
        )
    return refusal


def refusal_to_observe(*, task: Task, membership: Membership) -> Refusal | None:
    """Why the member may not watch. ``task`` comes from ``with_seats``."""
    refusal = _not_here(task, membership)
    if refusal or task.state == Task.State.DRAFT or not task.is_open:
        return refusal or _not_open(task)
    if task.is_mine:
        return Refusal("yours_already", _("You are doing this one."))
    if task.is_watched:
        return Refusal("observing_already", _("You are observing this one."))
    if task.watching >= task.observer_seats:
        return no_observer_seat()
    return None


def refusal_to_propose(*, domain: Domain, membership: Membership) -> Refusal | None:
    return refusal_to_take_part(domain.pk, membership)


def refusal_to_open(
    *, domain: Domain, area: Area, membership: Membership
) -> Refusal | None:
    """Why the member may not put a task of this area on the board."""
    if refusal := refusal_to_take_part(domain.pk, membership):
        return refusal
    if membership.is_agent:
        return Refusal(
            "agents_propose",
            _("An agent proposes; a person opens."),
            _("A member who knows the area can open it."),
        )
    if membership.is_full or membership.is_organizer:
        return None
    if membership.zone < Zone.INBOUND:
        return Refusal(
            "not_yours_to_open",
            _("Tasks are opened by members further in."),
            _("Propose it; an Active member or an organizer opens it."),
        )
    if not _knows(area, membership):
        return Refusal(
            "not_your_area",
            _("From Inbound you open tasks in your own areas."),
            _("Propose it; a member of that area opens it."),
        )
    return None


def refusal_to_edit(*, task: Task, membership: Membership) -> Refusal | None:
    refusal = _not_here(task, membership) or _ended(task)
    if refusal or task.raised_by_id == membership.pk:
        return refusal
    return _not_its_keeper(task, membership)


def refusal_to_regauge(
    *, task: Task, area: Area, membership: Membership
) -> Refusal | None:
    """Why the member may not answer the two questions anew once the task is open."""
    if task.state == Task.State.DRAFT:
        return None
    refusal = refusal_to_open(domain=task.domain, area=area, membership=membership)
    if refusal is None:
        return None
    return Refusal(
        "not_yours_to_regauge",
        _("How central an open task is, is for those who may open it to say."),
        refusal.opens or _("Leave the two answers as they are, or ask an organizer."),
    )


def refusal_to_mark_practice(*, task: Task, membership: Membership) -> Refusal | None:
    """Why the member may not say that a task is practice, or real after all.

    Whoever raised one that was marked may take that back, wherever they stand.
    """
    if refusal := _not_here(task, membership):
        return refusal
    if task.state == Task.State.WITHDRAWN:
        return Refusal("withdrawn", _("This task was closed unfinished."))
    if task.is_practice and task.raised_by_id == membership.pk:
        return None
    if membership.is_agent or not (membership.is_full or membership.is_organizer):
        return Refusal(
            "not_yours_to_judge",
            _("Active and core members and organizers say what is practice."),
            _("Tell one of them who needs the result, and for what."),
        )
    return None


def refusal_to_override(*, task: Task, membership: Membership) -> Refusal | None:
    refusal = _not_here(task, membership) or _ended(task)
    if refusal:
        return refusal
    if membership.is_agent or not (membership.is_full or membership.is_organizer):
        return Refusal(
            "not_yours_to_override",
            _(
                "Active and core members may place a task elsewhere than its answers do."
            ),
            _("Ask one of them, and say why it belongs elsewhere."),
        )
    return None


def refusal_to_withdraw(
    *, task: Task, membership: Membership, ending: str
) -> Refusal | None:
    """Why the task may not end this way. ``task`` comes from ``with_seats``."""
    refusal = _not_here(task, membership) or _ended(task)
    if refusal:
        return refusal
    if Submission.objects.waiting().filter(task=task).exists():
        return Refusal(
            "waits_for_review",
            _("Something handed in waits for a reviewer."),
            _("Once it has its verdict the task can be closed."),
        )
    if task.state == Task.State.DRAFT and task.raised_by_id == membership.pk:
        return None
    alone = task.is_mine and task.taken == 1
    if alone and ending in (Task.Ending.IMPOSSIBLE, Task.Ending.SPLIT):
        # Whoever had it in their hands knows best that it cannot be done.
        return None
    return _not_its_keeper(task, membership)


def refusal_to_mark_used(*, task: Task, membership: Membership) -> Refusal | None:
    refusal = _not_here(task, membership)
    if refusal:
        return refusal
    if task.state != Task.State.DONE:
        return Refusal("not_done", _("A result can be used once the task is done."))
    knows = membership.is_full or membership.is_organizer
    if membership.is_agent or not (knows or task.raised_by_id == membership.pk):
        return Refusal(
            "not_yours_to_tell",
            _("Whoever asked for it, or an Active member, says where it went."),
        )
    return None


def refusal_to_release(*, claim: Claim, membership: Membership) -> Refusal | None:
    refusal = _not_live(claim)
    if refusal:
        return refusal
    if claim.membership_id != membership.pk and not (
        membership.is_organizer and membership.domain_id == claim.task.domain_id
    ):
        return Refusal("not_yours", _("This seat is someone else’s."))
    handed_in = Submission.objects.waiting().filter(
        Q(claim=claim) | Q(shared_with=claim)
    )
    if handed_in.exists():
        return Refusal(
            "handed_in",
            _("What you handed in waits for a reviewer, and the seat with it."),
            _("Put it back once the review has come, if changes are asked for."),
        )
    return None


def refusal_to_extend(*, claim: Claim, membership: Membership) -> Refusal | None:
    refusal = _not_live(claim) or legitimacy_of_agents.refusal_to_act(
        membership=membership
    )
    if refusal:
        return refusal
    if claim.membership_id == membership.pk:
        if claim.extensions < SILENT_EXTENSIONS:
            return None
        return Refusal(
            "needs_a_note",
            _("You have extended twice without a note."),
            _("A line in the log renews your seat; a reviewer can extend it too."),
        )
    if (
        membership.domain_id == claim.task.domain_id
        and membership.is_full
        and not membership.is_agent
        and membership.zone >= claim.task.centrality
    ):
        return None
    return Refusal("not_yours", _("This seat is someone else’s."))


def refusal_to_go_on(
    *, claim: Claim, membership: Membership, generation: int
) -> Refusal | None:
    """Why a program may do nothing more under a claim: it is another's, or over."""
    if claim.membership_id != membership.pk:
        return Refusal("not_yours", _("This seat is someone else’s."))
    if claim.ended_at is not None or generation != claim.generation:
        return lease_lapsed()
    return refusal_to_take_part(claim.task.domain_id, membership)


def refusal_to_note(
    *,
    task: Task,
    membership: Membership,
    claim: Claim | None,
    is_question: bool,
) -> Refusal | None:
    """Why the member may not write in the log; ``claim`` is their live seat, if any."""
    refusal = _not_here(task, membership)
    if refusal or claim is not None:
        return refusal
    if not is_question:
        return Refusal(
            "no_seat",
            _("The log is written by whoever is doing the task."),
            _("Take a seat, or observe and ask about a note."),
        )
    watches = Observation.objects.live().filter(task=task, membership=membership)
    if membership.is_full or watches.exists():
        return None
    return Refusal(
        "not_observing",
        _("Questions come from those who watch."),
        _("Take an observer seat, then ask."),
    )


def refusal_to_vouch(
    *,
    observation: Observation,
    membership: Membership,
    may_speak: bool | None = None,
) -> Refusal | None:
    """Why the member may not put in a word for somebody who watched.

    ``may_speak``: whether they did the task or walk with the observer, where a page
    knows it already.
    """
    refusal = _not_here(observation.task, membership)
    if refusal or not observation.to_the_end:
        return refusal or Refusal(
            "not_to_the_end", _("They did not watch it to its end.")
        )
    if may_speak is None:
        may_speak = _did(observation.task_id, membership) or _walks_with(
            observation.membership_id, membership
        )
    if not may_speak:
        return Refusal(
            "did_not_do_it",
            _("Whoever did the task vouches for those who watched, or a companion."),
        )
    return _no_voice_of_their_own(observation.membership, membership)


def refusal_to_mark(
    *, task: Task, membership: Membership, stretch: Stretch | None = None
) -> Refusal | None:
    """Why the member may not call a stretch of the log worth watching, or take it back."""
    refusal = _not_here(task, membership)
    if refusal:
        return refusal
    if membership.is_agent or not membership.is_full:
        return Refusal(
            "not_yours_to_mark",
            _("Active and core members say what of a log is worth watching."),
        )
    if (
        stretch
        and stretch.marked_by_id != membership.pk
        and not membership.is_organizer
    ):
        return Refusal(
            "marked_already",
            _("%(name)s marked it from here.") % {"name": stretch.marked_by.name},
            _("Mark from another note."),
        )
    return None


def seat_taken() -> Refusal:
    return Refusal(
        "seat_taken",
        _("Every seat on this task is taken."),
        _("A seat that is put back shows here at once."),
    )


def too_many_holds() -> Refusal:
    return Refusal(
        "too_many_holds",
        _("Many seats were kept for visitors from your network just now."),
        _("Create an account first, then claim."),
    )


def no_claim() -> Refusal:
    return Refusal(
        "no_seat",
        _("You have no seat on this task."),
        _("Claim one, if one is free."),
    )


def lease_lapsed() -> Refusal:
    return Refusal(
        "lease_lapsed",
        _("Your seat went back to the board before this arrived."),
        _("Your text is kept. If the seat is free, take it back and hand in."),
    )


def no_observer_seat() -> Refusal:
    return Refusal(
        "no_observer_seat",
        _("Every observer seat is taken."),
        _("A seat comes free when an observer leaves; the log stays open to read."),
    )


def _elsewhere() -> Refusal:
    return Refusal(
        "elsewhere",
        _("This belongs to a community you have not joined."),
        _("Join it first."),
    )


def _not_here(task: Task, membership: Membership) -> Refusal | None:
    return refusal_to_take_part(task.domain_id, membership)


def _ended(task: Task) -> Refusal | None:
    if task.closed_at is None:
        return None
    return Refusal("closed", _("This task is closed."))


def _not_open(task: Task) -> Refusal | None:
    if task.state == Task.State.DRAFT:
        return Refusal(
            "proposed",
            _("This task is proposed and not open yet."),
            _("A member who knows the area opens it."),
        )
    return _ended(task)


def _no_seat_for(task: Task) -> Refusal | None:
    if task.is_mine:
        return Refusal("yours_already", _("You have a seat on this task."))
    if task.taken >= task.seats:
        return seat_taken()
    if task.taken + len(task.kept_seats) >= task.seats:
        return Refusal(
            "returned_work",
            _("Changes were asked for here, and the work waits for its author."),
            _("Someone one zone further in than its author may take it up."),
        )
    return None


def _kept_from(task: Task, membership: Membership) -> Refusal | None:
    newcomer = membership.zone == Zone.PERIPHERY and not membership.is_agent
    if task.for_newcomers and not newcomer:
        return Refusal(
            "kept_for_newcomers",
            _("This task is kept for someone new."),
            _("Observe it, or point a newcomer to it."),
        )
    return _not_for_agents(task) if membership.is_agent else None


def _not_for_agents(task: Task) -> Refusal | None:
    if not task.agents_welcome:
        return Refusal("people_only", _("This task is for people."))
    if not task.area.agents_welcome:
        return Refusal(
            "people_only",
            _("Work on %(area)s is for people here.") % {"area": task.area.name},
        )
    reach = task.domain.agents_reach
    if reach == 0:
        return Refusal(
            "agents_observe",
            _("Agents observe here, and take no tasks."),
            _("Observe it, or propose an entry to the repertoire."),
        )
    if task.centrality > reach:
        return Refusal(
            "beyond_agents",
            _("Agents take work here up to %(zone)s.")
            % {"zone": task.domain.zone_name(reach)},
            _("Observe it: whoever does it narrates as they go."),
        )
    return None


def _out_of_reach(task: Task, standing: Standing) -> Refusal | None:
    zone = standing.membership.zone
    if task.centrality <= zone:
        return None
    name = task.domain.zone_name(task.centrality)
    if standing.membership.is_agent or task.centrality > zone + 1:
        return Refusal(
            "out_of_reach",
            _("This is %(zone)s work, nearer the core than you are yet.")
            % {"zone": name},
            _("Observe it: whoever does it narrates as they go."),
        )
    if standing.is_stretching:
        return Refusal(
            "one_further_in",
            _("You already hold one task of the next zone."),
            _("Once that one is reviewed, the next may be yours."),
        )
    if standing.is_near or task.area_id in standing.vouched_in:
        return None
    return Refusal(
        "not_ready",
        _("This is %(zone)s work; it opens soon.") % {"zone": name},
        what_opens_the_next_zone(standing),
    )


def _hands_full(standing: Standing) -> Refusal | None:
    if standing.in_hand < standing.most_in_hand:
        return None
    return Refusal(
        "hands_full",
        ngettext(
            "You hold %(count)d task that waits on you, as many as your place carries.",
            "You hold %(count)d tasks that wait on you, as many as your place carries.",
            standing.in_hand,
        )
        % {"count": standing.in_hand},
        _("Hand it in or put it back, then claim this one."),
    )


def _not_live(claim: Claim) -> Refusal | None:
    if claim.is_live:
        return None
    if claim.ending == Claim.Ending.LAPSED:
        return Refusal(
            "lapsed",
            _("The seat went back to the board after a quiet week."),
            _("It is yours again if you want it and nobody took it since."),
        )
    return Refusal("ended", _("This claim has ended."))


def _not_its_keeper(task: Task, membership: Membership) -> Refusal | None:
    return refusal_to_open(domain=task.domain, area=task.area, membership=membership)


def _no_voice_of_their_own(about: Membership, membership: Membership) -> Refusal | None:
    """Whether a word about somebody would be a program's, or their own."""
    if membership.is_agent:
        return Refusal(
            "agents_do_not_vouch",
            _("A person’s word opens work to somebody; an agent’s does not."),
        )
    if about.pk == membership.pk or about.is_in_same_hands_as(membership):
        return Refusal(
            "same_hands", _("The word comes from somebody with a voice of their own.")
        )
    return None


def _did(task_id: int, membership: Membership) -> bool:
    done = Claim.objects.filter(task=task_id, ending=Claim.Ending.DONE)
    return done.filter(membership=membership).exists()


def _walks_with(newcomer_id: int, membership: Membership) -> bool:
    begun = Companion.objects.begun()
    return begun.filter(newcomer=newcomer_id, peer=membership).exists()


def _knows(area: Area, membership: Membership) -> bool:
    return membership.areas.filter(pk=area.pk).exists()
