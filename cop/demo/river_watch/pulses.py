"""Pulses: the question of the last quarter, answered, and the one of this, open."""

from datetime import datetime, timedelta
from functools import partial
from itertools import chain, cycle, repeat

from cop.demo.river_watch.living import DAY, River
from members import asking, organizing, preferring
from members.models import Membership, PulseAsking

#: What those add who add something; the others answer and are silent.
WORDS = (
    "",
    "",
    "The river would be measured by nobody.",
    "",
    "",
    "Saturdays, yes. The paperwork, no.",
    "",
    "I did it before anybody asked, and alone I did it badly.",
    "",
    "Ask me again in winter.",
)
SAID = ("yes", "yes", "unsure", "yes", "no", "yes", "yes")

#: Who would have been asked by now and is shown the question still, as the demo opens.
UNANSWERED = ("Maya Lindt", "Amara Okoye", "Jun Sato")


def play(river: River) -> None:
    opens = river.now - 9 * DAY
    before = datetime.combine(
        asking.quarter_of(opens) - timedelta(days=80), opens.timetz()
    )
    river.calendar.plan(before, partial(_ask, river, "learned"))
    river.calendar.plan(before + 5 * DAY, partial(_answer, river, 3))
    river.calendar.plan(before + asking.OPEN_FOR, _go_on)
    river.calendar.plan(opens, partial(_ask, river, "unasked"))
    river.calendar.plan(opens + 2 * DAY, partial(_answer, river, 2))
    river.calendar.plan(opens + 3 * DAY, partial(_share, river))


def _ask(river: River, preset: str, at: datetime) -> None:
    jun = river.membership("Jun Sato")
    asking.plan(organizer=jun, preset=preset, own_words="", is_asked=True, at=at)
    asking.open_by_hand(organizer=jun, at=at)


def _answer(river: River, one_in: int, at: datetime) -> None:
    """All answer but one in so many, and those the demo is opened as."""
    pulse = river.domain.pulses.open().get()
    asked = PulseAsking.objects.filter(pulse=pulse).order_by("membership")
    told = zip(
        asked.select_related("membership"),
        cycle(SAID),
        # Each is said by one person.
        chain(WORDS, repeat("")),
    )
    for number, (one, said, words) in enumerate(told):
        if number % one_in == 0 or one.membership.name in UNANSWERED:
            continue
        asking.answer(
            membership=one.membership, pulse=pulse, said=said, words=words, at=at
        )


def _go_on(at: datetime) -> None:
    asking.go_on(at=at)


def _share(river: River, at: datetime) -> None:
    """The organizer shares the paragraph, and has the page mailed on Mondays."""
    jun: Membership = river.membership("Jun Sato")
    organizing.share(
        organizer=jun, summary_is_public=True, time_zone="Europe/Vienna", at=at
    )
    preferring.arrange(
        membership=jun,
        areas=jun.areas.all(),
        hours=jun.hours,
        trajectory_sight=jun.trajectory_sight,
        away_until=jun.away_until,
        room=jun.room,
        wants_report=True,
    )
