"""Company: who walks whom in, and who goes on walking with them."""

from datetime import datetime
from functools import partial

from cop.demo.river_watch.living import DAY, HOUR, WEEK, River
from cop.demo.river_watch.scenes import LABELS, LOGGER
from members import accompanying
from members.models import Companion
from tasks import claiming, highlighting, narrating, questioning
from tasks.models import Task


def play(river: River) -> None:
    joined = {name: river.ago(river.cast[name].weeks_ago) for name in river.cast}
    for name in ("Tomas Vrba", "Maya Lindt", "Mina Zeller"):
        river.calendar.plan(joined[name] + 3 * HOUR, partial(river.walk_together, name))
    river.calendar.plan(
        joined["Tomas Vrba"] + 8 * WEEK, partial(_goes_on, river, "Tomas Vrba")
    )
    river.calendar.plan(river.now - 6 * DAY, partial(_goes_on, river, "Maya Lindt"))
    river.calendar.plan(river.now - 9 * DAY, partial(_mina_falls_silent, river))
    river.calendar.plan(river.now - 22 * HOUR, partial(_lena_is_asked, river))


def _goes_on(river: River, name: str, at: datetime) -> None:
    """Whoever was walked in wishes to keep the company, and so does the other."""
    walked = Companion.objects.near_peers().filter(
        newcomer=river.members[name], ending=Companion.Ending.COMPETENT
    )
    for bond in walked.exclude(begun_at=None).select_related("peer")[:1]:
        wished = accompanying.wish(
            companion=bond, membership=river.membership(name), at=at
        )
        accompanying.accept(
            companion=wished,
            membership=river.membership(bond.peer.name),
            at=at + 20 * HOUR,
        )


def _mina_falls_silent(river: River, at: datetime) -> None:
    """She took a seat, wrote a line, and has not been seen since: her companion sees it."""
    task = river.propose_kind("Jun Sato", LABELS, site="Alder Pool", day="", at=at)
    mina = river.membership("Mina Zeller")
    claiming.claim(task=task, membership=mina, at=at + HOUR)
    narrating.note(
        task=task,
        membership=mina,
        body="Is the route card from before or after the stile was moved?",
        at=at + 2 * HOUR,
    )


def _lena_is_asked(river: River, at: datetime) -> None:
    """Those who watch her at the logger ask; she has answered the first of them."""
    lena, maya = river.membership("Lena Falk"), river.membership("Maya Lindt")
    # Loggers are recalibrated again and again; this is the time Maya watches.
    task = Task.objects.get(
        title=LOGGER.title.format(site="Dunford"),
        observations__in=maya.observations.live(),
    )
    asked = questioning.ask(
        task=task,
        membership=maya,
        asked=lena,
        body="Why do you read the standard before cleaning, if you will clean it anyway?",
        at=at,
    )
    questioning.answer(
        question=asked,
        membership=lena,
        body="Because the dirt is what was wrong with the old readings. Wipe it off and I know"
        " that they were wrong, but no longer by how much.",
        at=at + 3 * HOUR,
    )
    questioning.ask(
        task=task,
        membership=river.membership("Bea Lind"),
        asked=lena,
        body="How would I say “film, not the lamp” to somebody on the council?",
        at=at + 6 * HOUR,
    )
    first, last = task.log.filter(author=lena).order_by("written_at", "pk")[:2]
    highlighting.mark(
        task=task,
        membership=river.membership("Amara Okoye"),
        first=first,
        last=last,
        why="She measures the dirt before she takes it away. Nothing else saves old readings.",
        at=at + 4 * HOUR,
    )
