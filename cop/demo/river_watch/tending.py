"""Tending: what keeps the repertoire true, and the words it listens for."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from cop.demo.river_watch import work
from cop.demo.river_watch.living import DAY, HOUR, River
from cop.demo.river_watch.writing import entry_called, steward
from repertoire import (
    confirming,
    contradicting,
    proposing,
    reading,
    revising,
    wording,
)
from repertoire.models import Coinage, Contradiction, Entry
from repertoire.text import Text
from tasks import overhearing

#: What was said to be true as it stands, by whom and how many weeks ago.
CONFIRMED = (
    ("Field blank", "Lena Falk", 12),
    ("Turbidity", "Amara Okoye", 10),
    ("Two-bank rule", "Lena Falk", 3),
    ("Dunford log", "Tomas Vrba", 3),
    ("Tamsel scale", "Ines Duarte", 25),
    ("Outlier, kept", "Amara Okoye", 18),
    ("Kit list", "Jun Sato", 6),
)

#: What nobody of its area has opened for long.
UNREAD = ("Secchi disk", "Tamsel scale")

#: What is on everybody's lips and needs no entry: where they go, and phrases all use.
BY_HEART = " ".join([*work.NARRATIONS, work.DONE_MEANS, *work.SITES]).casefold()
PLAIN_WORDS = (
    "cannot",
    "empty rucksack",
    "four words",
    "looks upstream",
    "photographs along",
    "plots wait",
    "sheets either side",
    "writing down both",
)


def play(river: River) -> None:
    plan = river.calendar.plan
    plan(river.ago(26), partial(_cloudiness_is_overtaken, river))
    for title, by, weeks in CONFIRMED:
        plan(river.ago(weeks), partial(_confirm, river, title, by))
    plan(river.ago(9), partial(_a_doubt_is_answered, river))
    plan(river.ago(4), partial(_a_doubt_is_mended, river))
    plan(river.now - 5 * DAY, partial(_quiet_hour_is_doubted, river))
    plan(river.now - 3 * DAY, partial(_people_read, river))
    plan(river.now - 2 * DAY, partial(_words_are_set_aside, river))
    for days in range(10):
        plan(river.now - days * DAY - HOUR, partial(_waits_are_made_up_for, river))
    plan(river.now, partial(_listen, river))


def _confirm(river: River, title: str, by: str, at: datetime) -> None:
    entry = entry_called(river, title)
    confirming.confirm(entry=entry, membership=steward(river, by), at=at)


def _cloudiness_is_overtaken(river: River, at: datetime) -> None:
    confirming.overtake(
        entry=entry_called(river, "Cloudiness"),
        by=entry_called(river, "Turbidity"),
        membership=steward(river, "Amara Okoye"),
        at=at,
    )


def _a_doubt_is_answered(river: River, at: datetime) -> None:
    said = contradicting.contradict(
        entry=entry_called(river, "Lock spike"),
        membership=river.membership("Ivo Petrov"),
        words="Mine lasted fifty minutes, and the gates were open for thirty.",
        at=at,
    )
    contradicting.uphold(
        contradiction=said,
        membership=steward(river, "Amara Okoye"),
        words="Two openings, at 06:20 and 06:45; the second is on the back of the page. Each"
        " lasted its twenty minutes.",
        at=at + 30 * HOUR,
    )


def _a_doubt_is_mended(river: River, at: datetime) -> None:
    said = contradicting.contradict(
        entry=entry_called(river, "Dunford log"),
        membership=river.membership("Elif Kaya"),
        words="“UTC+1 all year” was true of the old logger. The new one writes UTC.",
        at=at,
    )
    river.calendar.plan(at + 20 * HOUR, partial(_dunford_is_mended, river, said))


def _dunford_is_mended(river: River, said: Contradiction, at: datetime) -> None:
    lena, entry = river.membership("Lena Falk"), entry_called(river, "Dunford log")
    assert entry.current is not None  # noqa: S101 - it was written long before
    text = Text.of(entry.current)
    revising.revise(
        entry=entry,
        membership=lena,
        base=entry.current,
        text=replace(
            text,
            body=text.body.replace(
                "Clock in UTC+1 all year.",
                "Clock in UTC since the logger was changed in spring; before, in UTC+1.",
            ),
        ),
        why="Elif is right: nobody had told the page.",
        at=at,
    )
    contradicting.mended(contradiction=said, membership=lena, at=at + HOUR)


def _quiet_hour_is_doubted(river: River, at: datetime) -> None:
    contradicting.contradict(
        entry=entry_called(river, "Quiet hour"),
        membership=river.membership("Aiko Mori"),
        words="At Kingsmere Lock the gates are worked at half past four all harvest. The hour"
        " before sunrise is the loudest of the day there.",
        at=at,
    )


def _people_read(river: River, at: datetime) -> None:
    read = Entry.objects.filter(domain=river.domain).living().exclude(title__in=UNREAD)
    for entry in read.select_related("area").order_by("pk"):
        readers = (
            river.membership(person.name)
            for person in river.cast.values()
            if entry.area is None or entry.area.name in person.areas
        )
        reading.read(entry=entry, membership=next(readers), on=at.date())


def _words_are_set_aside(river: River, at: datetime) -> None:
    overhearing.overhear(at=at)
    proposed = Coinage.objects.waiting().filter(domain=river.domain)
    for coinage in proposed.select_related("domain").order_by("pk"):
        said = coinage.words.casefold()
        if said in BY_HEART or said in PLAIN_WORDS:
            amara = steward(river, "Amara Okoye")
            wording.set_aside(coinage=coinage, membership=amara, at=at)


def _waits_are_made_up_for(_river: River, at: datetime) -> None:
    proposing.make_up_for_waits(at=at)


def _listen(_river: River, at: datetime) -> None:
    overhearing.overhear(at=at)
