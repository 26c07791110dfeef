"""The last days: what a visitor to the demo finds going on, each at their own work."""

from datetime import datetime, timedelta
from functools import partial

from cop.demo.river_watch.living import HOUR, River
from cop.demo.river_watch.work import NARRATIONS, WORKS, Work
from domain.centrality import Zone
from members import ruling
from tasks import claiming, narrating, observing, reviewing, submitting
from tasks.models import Claim, Submission, Verdict

MINUTE = timedelta(minutes=1)


def kind(title: str) -> Work:
    return next(each for each in WORKS if each.title.startswith(title))


SHEETS = kind("Transcribe")
LABELS = kind("Check 12")
LOGGER = kind("Recalibrate")
OUTLIERS = kind("Check the {site} nitrate")


def play(river: River) -> None:
    """Put the last days in the calendar, and what an organizer decided long before."""
    now = river.now
    river.calendar.plan(river.ago(16), partial(_rafael_is_endorsed, river))
    river.calendar.plan(now - 9 * 24 * HOUR, partial(_mayas_first_task, river))
    river.calendar.plan(now - 60 * HOUR, partial(_wens_first_task, river))
    river.calendar.plan(now - 50 * HOUR, partial(_lena_recalibrates, river))
    river.calendar.plan(now - 30 * HOUR, partial(_mayas_sheets, river))
    river.calendar.plan(now - 28 * HOUR, partial(_pageturners_sheets, river))
    river.calendar.plan(now - 6 * 24 * HOUR, partial(_somebody_is_slow, river))


def _rafael_is_endorsed(river: River, at: datetime) -> None:
    ruling.endorse(
        membership=river.membership("Rafael Costa"),
        organizer=river.membership("Jun Sato"),
        zone=Zone.CORE,
        reason="His knee keeps him from the bank, and every landowner along the river"
        " still opens the gate for his sake. Without that there would be no gauges, and"
        " no ledger says so.",
        at=at,
    )


def _mayas_first_task(river: River, at: datetime) -> None:
    task = river.propose_kind("Jun Sato", LABELS, site="Mill Bridge", day="", at=at)
    maya = river.membership("Maya Lindt")
    claim = claiming.claim(task=task, membership=maya, at=at + HOUR)
    for number, note in enumerate(LABELS.notes, 2):
        narrating.note(task=task, membership=maya, body=note, at=at + number * HOUR)
    submission = hand_in(claim, LABELS, at=at + 5 * HOUR)
    amara = river.membership("Amara Okoye")
    review = reviewing.take(submission=submission, reviewer=amara, at=at + 20 * HOUR)
    reviewing.send(
        review=review,
        verdict=Verdict.RECOGNISED,
        works="You turned photograph 9 round because of the arches, and wrote that down."
        " The next person can check it without going there.",
        looked_at="The three you changed, then two you did not.",
        version=submission.version,
        at=at + 20 * HOUR + 9 * MINUTE,
    )


def _mayas_sheets(river: River, at: datetime) -> None:
    task = river.propose_kind(
        "Ines Duarte", SHEETS, site="Mill Bridge", day="3 October", at=at
    )
    maya = river.membership("Maya Lindt")
    claim = claiming.claim(task=task, membership=maya, at=at + HOUR)
    for hours, note in zip((22, 22.3, 22.5), SHEETS.notes, strict=True):
        narrating.note(task=task, membership=maya, body=note, at=at + hours * HOUR)
    hand_in(claim, SHEETS, at=at + 25 * HOUR)


def _wens_first_task(river: River, at: datetime) -> None:
    task = river.propose_kind("Jun Sato", LABELS, site="Weir Lane", day="", at=at)
    wen = river.membership("Wen Liu")
    claim = claiming.claim(task=task, membership=wen, at=at + HOUR)
    narrating.note(task=task, membership=wen, body=LABELS.notes[0], at=at + 2 * HOUR)
    hand_in(claim, LABELS, at=at + 8 * HOUR)


def _pageturners_sheets(river: River, at: datetime) -> None:
    task = river.propose_kind(
        "Ines Duarte", SHEETS, site="Sallow Ford", day="5 October", at=at
    )
    agent = river.membership("Pageturner")
    try_it = claiming.claim(task=task, membership=agent, at=at + HOUR)
    narrating.note(task=task, membership=agent, body=SHEETS.notes[1], at=at + 2 * HOUR)
    first = hand_in(try_it, SHEETS, at=at + 3 * HOUR)
    lena = river.membership("Lena Falk")
    review = reviewing.take(submission=first, reviewer=lena, at=at + 8 * HOUR)
    reviewing.send(
        review=review,
        verdict=Verdict.RETURNED,
        works="Every row is there, and the smudged one carries both readings as it should.",
        points=[
            "Say which bank the sheet is from. The two banks differ by 0.3 after rain."
        ],
        version=first.version,
        at=at + 8 * HOUR + 7 * MINUTE,
    )
    try_it.refresh_from_db()
    hand_in(try_it, SHEETS, at=at + 25 * HOUR)


def _lena_recalibrates(river: River, at: datetime) -> None:
    task = river.propose_kind("Amara Okoye", LOGGER, site="Dunford", day="", at=at)
    lena = river.membership("Lena Falk")
    claiming.claim(task=task, membership=lena, at=at + HOUR)
    for watcher in ("Maya Lindt", "Bea Lind"):
        observing.observe(
            task=task, membership=river.membership(watcher), at=at + 2 * HOUR
        )
    for hours, note in zip((20, 26, 44), LOGGER.notes, strict=True):
        narrating.note(task=task, membership=lena, body=note, at=at + hours * HOUR)


def _somebody_is_slow(river: River, at: datetime) -> None:
    task = river.propose_kind(
        "Amara Okoye", OUTLIERS, site="Tamsel Mead", day="September", at=at
    )
    holder = river.somebody_of(Zone.INBOUND, at=at, area=OUTLIERS.area)
    claiming.claim(task=task, membership=holder, at=at + HOUR)
    narrating.note(
        task=task, membership=holder, body=OUTLIERS.notes[0], at=at + 3 * HOUR
    )


def hand_in(claim: Claim, work: Work, *, at: datetime) -> Submission:
    author = claim.membership
    points = submitting.open_points(task=claim.task, author=author) if author else []
    return submitting.hand_in(
        claim=claim,
        generation=claim.generation,
        body=work.body,
        narration=NARRATIONS[0],
        unsure=work.unsure,
        answers={
            point.pk: "Done: left bank, written in the corner of the sheet."
            for point in points
        },
        at=at,
    )
