"""Working together: a gathering that went by, and one that comes."""

from datetime import datetime
from functools import partial

from cop.demo.river_watch.living import DAY, HOUR, River
from members.models import Membership
from tasks import gathering
from tasks.models import Gathering, Task


def play(river: River) -> None:
    # Once its parts are in hand, and before they are written down.
    river.calendar.plan(
        river.now - 17 * DAY + 6 * HOUR, partial(_a_riffle_is_kicked, river)
    )
    river.calendar.plan(
        river.now - 7 * HOUR, partial(_the_flood_is_put_together, river)
    )


def _a_riffle_is_kicked(river: River, at: datetime) -> None:
    task = _task(river, "Count what lives")
    called = gathering.announce(
        membership=river.membership("Amara Okoye"),
        plan=gathering.Plan(
            title="A morning in the riffle",
            what_for="Three kick samples, sorted on the bank, so that everybody has seen"
            " every part once.",
            place="The stile at Otter Reach. Boots, and a flask.",
            starts_at=_at(at + 2 * DAY, hour=9),
            length=3 * HOUR,
            tasks=[task],
        ),
        at=at,
    )
    makers = [claim.membership for claim in task.claims.live() if claim.membership]
    there = [*makers, river.membership("Maya Lindt"), called.called_by]
    for one in there:
        _says_yes(called, one, at=at + 5 * HOUR)
    river.calendar.plan(called.ends_at + 5 * HOUR, partial(_is_told, called, there))


def _is_told(called: Gathering, there: list[Membership], at: datetime) -> None:
    gathering.tell(
        gathering=called,
        membership=called.called_by,
        there=there,
        came_of_it="All three samples, and the trays counted twice. Maya watched every"
        " part and asked why we kick for a minute. The page for the school stays to be"
        " written.",
        version=called.version,
        at=at,
    )


def _the_flood_is_put_together(river: River, at: datetime) -> None:
    called = gathering.announce(
        membership=river.membership("Ines Duarte"),
        plan=gathering.Plan(
            title="An evening for the flood",
            what_for="One height for the night of the flood, with its doubt: marks,"
            " photographs and what the neighbours saw, on one table.",
            place="The mill, upstairs, or https://meet.example.org/river-watch",
            starts_at=_at(at + 5 * DAY, hour=18),
            length=2 * HOUR,
            tasks=[_task(river, "Find how high"), _task(river, "Recalibrate")],
        ),
        at=at,
    )
    for name in ("Ravi Vance", "Wen Liu"):
        _says_yes(called, river.membership(name), at=at + 2 * HOUR)


def _says_yes(called: Gathering, membership: Membership, *, at: datetime) -> None:
    gathering.answer(gathering=called, membership=membership, coming=True, at=at)


def _task(river: River, title: str) -> Task:
    tasks = Task.objects.filter(domain=river.domain, title__startswith=title)
    return tasks.select_related("area").latest("raised_at")


def _at(day: datetime, *, hour: int) -> datetime:
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)
