"""Work in parts: one that was finished together, and one that lacks somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from cop.demo.river_watch.living import DAY, HOUR, River, day_of
from cop.demo.river_watch.scenes import MINUTE, hand_in
from cop.demo.river_watch.work import Share, Work
from cop.demo.river_watch.work_in_parts import (
    FLOOD,
    FLOOD_SHARES,
    RIFFLE,
    RIFFLE_SHARES,
)
from domain.centrality import Zone
from members.models import Membership
from tasks import (
    claiming,
    highlighting,
    narrating,
    observing,
    piecing,
    proposing,
    questioning,
    reviewing,
)
from tasks.models import Claim, LogEntry, Submission, Task, Verdict


@dataclass(frozen=True, slots=True)
class Held:
    """A part in somebody's hands, with what its holder brings to it."""

    claim: Claim
    share: Share

    @property
    def holder(self) -> Membership:
        assert self.claim.membership  # noqa: S101 - a claim in the story has one
        return self.claim.membership


def play(river: River) -> None:
    river.calendar.plan(river.now - 17 * DAY, partial(_a_riffle_is_counted, river))
    river.calendar.plan(river.now - 44 * HOUR, partial(_a_flood_needs_a_third, river))


def _a_riffle_is_counted(river: River, at: datetime) -> None:
    task = _raised(river, RIFFLE, RIFFLE_SHARES, site="Otter Reach", at=at)
    held: list[Held] = []
    for seat, share in enumerate(RIFFLE_SHARES, start=1):
        holder = river.somebody_of(
            Zone.INBOUND,
            at=at,
            besides=[one.holder.name for one in held],
            area=share.area,
        )
        claim = claiming.claim(
            task=task, membership=holder, seat=seat, at=at + seat * HOUR
        )
        held.append(Held(claim, share))
    observing.observe(
        task=task, membership=river.membership("Maya Lindt"), at=at + 5 * HOUR
    )
    for days, one in enumerate(held, start=1):
        river.calendar.plan(at + days * DAY, partial(_narrate, one))
    river.calendar.plan(at + 4 * DAY, partial(_maya_asks, river, held[0]))
    river.calendar.plan(at + 5 * DAY, partial(_the_whole_goes_in, river, held))


def _raised(
    river: River, kind: Work, shares: Sequence[Share], *, site: str, at: datetime
) -> Task:
    return river.propose_kind(
        "Amara Okoye",
        kind,
        site=site,
        day=day_of(at),
        pieces=[
            proposing.Piece(share.title, river.areas[share.area]) for share in shares
        ],
        at=at,
    )


def _narrate(one: Held, at: datetime) -> LogEntry:
    task, holder = one.claim.task, one.holder
    narrating.note(task=task, membership=holder, body=one.share.note, at=at)
    return piecing.teach(
        task=task, membership=holder, body=one.share.lesson, at=at + 3 * HOUR
    )


def _maya_asks(river: River, one: Held, at: datetime) -> None:
    task = one.claim.task
    asked = questioning.ask(
        task=task,
        membership=river.membership("Maya Lindt"),
        asked=one.holder,
        body="Why a minute by the watch, and not until the net is full?",
        at=at,
    )
    questioning.answer(
        question=asked,
        membership=one.holder,
        body="Because a full net tells how long I stood there. A minute in each place is"
        " what makes the three places, and the years, comparable.",
        at=at + 4 * HOUR,
    )
    first, last = task.log.filter(author=one.holder).order_by("written_at", "pk")[:2]
    highlighting.mark(
        task=task,
        membership=river.membership("Amara Okoye"),
        first=first,
        last=last,
        why="Watch the order: whoever looks before stepping in sees the riffle as it is.",
        at=at + 9 * HOUR,
    )


def _the_whole_goes_in(river: River, held: list[Held], at: datetime) -> None:
    task = held[0].claim.task
    for number, one in enumerate(held):
        piecing.mark_ready(task=task, membership=one.holder, at=at + number * HOUR)
    submission = hand_in(held[1].claim, RIFFLE, at=at + 6 * HOUR)
    river.calendar.plan(at + 2 * DAY, partial(_it_is_read, river, held, submission))


def _it_is_read(
    river: River, held: list[Held], submission: Submission, at: datetime
) -> None:
    review = river.taken_up(submission, at)
    if review is None:
        river.calendar.plan(
            at + 5 * HOUR, partial(_it_is_read, river, held, submission)
        )
        return
    reviewing.send(
        review=review,
        verdict=Verdict.RECOGNISED,
        works="Three people wrote this and it reads as one: every count leads back to its"
        " kick, and the school’s page says nothing the trays do not.",
        looked_at="One count from the school’s page back to its tray, then the totals.",
        version=submission.version,
        at=at + 14 * MINUTE,
    )
    maya = river.membership("Maya Lindt")
    for seen in maya.observations.filter(task=submission.task, to_the_end=True):
        observing.vouch(observation=seen, by=held[0].holder, at=at + 20 * HOUR)
    river.calendar.plan(at + 2 * HOUR, partial(river.read_it, submission))
    river.calendar.plan(at + 3 * DAY, partial(river.put_to_use, submission.task))


def _a_flood_needs_a_third(river: River, at: datetime) -> None:
    """Two who joined with Maya hold a part each; the one she would like is free."""
    task = _raised(river, FLOOD, FLOOD_SHARES, site="Sallow Ford", at=at)
    held = []
    for seat, name in enumerate(("Ravi Vance", "Wen Liu"), start=1):
        claim = claiming.claim(
            task=task,
            membership=river.membership(name),
            seat=seat,
            at=at + seat * 3 * HOUR,
        )
        held.append(Held(claim, FLOOD_SHARES[seat - 1]))
    marks, photographs = held
    _narrate(marks, at + 20 * HOUR)
    piecing.mark_ready(task=task, membership=marks.holder, at=at + 26 * HOUR)
    narrating.note(
        task=task,
        membership=photographs.holder,
        body=photographs.share.note,
        at=at + 30 * HOUR,
    )
