"""The desk: what one reader asks for again and again, and small things for one sitting."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from cop.demo.river_watch.living import DAY, HOUR, River, day_of
from cop.demo.river_watch.scenes import MINUTE, SHEETS, hand_in, kind
from cop.demo.river_watch.work import SITES, WORKS_WORDS, Work
from domain.centrality import Zone
from members.models import Membership
from tasks import claiming, narrating, reviewing
from tasks.models import Claim, Submission, Verdict

PHOTOGRAPHS = kind("Sort the")

#: The same thing, as one says it on three evenings.
BANK = (
    "Say which bank each sample came from. The two banks differ by 0.3 after rain.",
    "Say which bank the sample came from, because the banks differ by 0.3 after rain.",
    "Which bank? Say which of the two each sample came from: the banks differ after rain.",
)
CELLS = (
    "Give each of the two readings a cell, because the plot takes one figure a cell."
)


def play(river: River) -> None:
    asked: list[str] = []
    for weeks, site, point in zip((3.4, 2.2, 1.3), SITES, BANK, strict=False):
        river.calendar.plan(
            river.ago(weeks), partial(_amara_wants_the_bank, river, site, point, asked)
        )
    river.calendar.plan(river.now - 27 * HOUR, partial(_small_things, river))


def _amara_wants_the_bank(
    river: River, site: str, point: str, asked: list[str], at: datetime
) -> None:
    """She returns a sheet for its bank; the second to hear it asks another reader."""
    author = river.somebody_of(Zone.PERIPHERY, at=at, besides=asked, area=SHEETS.area)
    asked.append(author.name)
    claim = _begun(river, author, SHEETS, site=site, at=at)
    first = hand_in(claim, SHEETS, at=at + 5 * HOUR)
    plan = river.calendar.plan
    plan(
        at + 26 * HOUR,
        partial(_judge, river, first, "Amara Okoye", [point]),
    )
    if len(asked) == 2:  # noqa: PLR2004
        plan(at + 27 * HOUR, partial(_ask_another, first))
        plan(
            at + 2 * DAY,
            partial(_judge, river, first, "Ines Duarte", [CELLS]),
        )
    plan(at + 3 * DAY, partial(_answer, river, claim))


def _begun(
    river: River, author: Membership, work: Work, *, site: str, at: datetime
) -> Claim:
    task = river.propose_kind("Ines Duarte", work, site=site, day=day_of(at), at=at)
    claim = claiming.claim(task=task, membership=author, at=at + 20 * MINUTE)
    narrating.note(
        task=task, membership=author, body=work.notes[0], at=at + 40 * MINUTE
    )
    return claim


def _judge(
    river: River,
    submission: Submission,
    name: str,
    points: Sequence[str],
    at: datetime,
) -> None:
    submission.refresh_from_db()
    review = reviewing.take(
        submission=submission, reviewer=river.membership(name), at=at
    )
    reviewing.send(
        review=review,
        verdict=Verdict.RETURNED if points else Verdict.RECOGNISED,
        works=WORKS_WORDS[0],
        points=points,
        version=submission.version,
        at=at + 8 * MINUTE,
    )
    river.calendar.plan(river.later(at, 6), partial(river.read_it, submission))


def _ask_another(submission: Submission, at: datetime) -> None:
    submission.refresh_from_db()
    reviewing.ask_second_opinion(
        submission=submission, membership=submission.author, at=at
    )


def _answer(river: River, claim: Claim, at: datetime) -> None:
    claim.refresh_from_db()
    second = hand_in(claim, SHEETS, at=at)
    river.calendar.plan(
        at + 9 * HOUR,
        partial(_judge, river, second, "Amara Okoye", ()),
    )


def _small_things(river: River, at: datetime) -> None:
    """One evening, three small things of one author: they can be read in one sitting."""
    author = river.somebody_of(Zone.INBOUND, at=at, area=SHEETS.area)
    for number, (work, site) in enumerate(
        (
            (SHEETS, "Kingsmere Lock"),
            (PHOTOGRAPHS, "Alder Pool"),
            (SHEETS, "Tamsel Mead"),
        )
    ):
        begins = at + number * 2 * HOUR
        claim = _begun(river, author, work, site=site, at=begins)
        hand_in(claim, work, at=begins + HOUR)
