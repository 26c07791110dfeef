"""Growing: what the repertoire got out of the work, and whose words it was."""

from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cop.demo.river_watch import drawing, writing
from cop.demo.river_watch.living import DAY, HOUR, River
from cop.demo.river_watch.scenes import LABELS, MINUTE, SHEETS, hand_in
from cop.demo.river_watch.words import TAKEN_IN, Answer
from repertoire import stories
from repertoire.models import Entry
from repertoire.revising import Saved
from repertoire.stories import Story
from repertoire.text import Text
from tasks import claiming, growing, narrating, reviewing, sources
from tasks.models import Claim, LogEntry, Stretch, Submission, Verdict
from tasks.sources import Source

CLOCK = (
    "Say which clock the times are in, because the logger and the lock-keeper disagree."
)
#: How cloudy it was on that day, twice: by the logger's clock, and by the keeper's.
BY_LOGGER = (0.1, 0.12, 0.1, 0.15, 0.8, 0.55, 0.3, 0.2, 0.14, 0.12, 0.1, 0.1)
BY_KEEPER = (0.06, 0.06, 0.08, 0.06, 0.06, 0.1, 0.76, 0.51, 0.26, 0.16, 0.1, 0.08)


def play(river: River) -> None:
    plan = river.calendar.plan
    plan(river.ago(2.4), partial(_ravi_is_asked_for_the_clock, river))
    plan(river.now - 8 * DAY, partial(_jun_tells_of_mayas_bridge, river))
    plan(river.now - 9.5 * DAY, partial(_a_lesson_goes_into_the_transect, river))
    plan(river.now - 14 * HOUR, partial(_maya_tells_of_the_dirt, river))


def _ravi_is_asked_for_the_clock(river: River, at: datetime) -> None:
    """A remark on a newcomer's first sheet becomes a word everybody uses."""
    task = river.propose_kind(
        "Ines Duarte", SHEETS, site="Kingsmere Lock", day="12 October", at=at
    )
    ravi = river.membership("Ravi Vance")
    claim = claiming.claim(task=task, membership=ravi, at=at + HOUR)
    narrating.note(task=task, membership=ravi, body=SHEETS.notes[0], at=at + 2 * HOUR)
    first = hand_in(claim, SHEETS, at=at + 4 * HOUR)
    lena = river.membership("Lena Falk")
    review = reviewing.take(submission=first, reviewer=lena, at=at + 20 * HOUR)
    reviewing.send(
        review=review,
        verdict=Verdict.RETURNED,
        works="All six rows, and the smudge is left open. I could plot it now, if I knew when.",
        points=[CLOCK],
        version=first.version,
        at=at + 20 * HOUR + 6 * MINUTE,
    )
    river.calendar.plan(at + 26 * HOUR, partial(_ravi_shows_two_clocks, river, claim))
    river.calendar.plan(at + 3 * DAY, partial(_ravi_is_recognised, river, claim))


def _ravi_shows_two_clocks(river: River, claim: Claim, at: datetime) -> None:
    ravi, task = river.membership("Ravi Vance"), claim.task
    chart = drawing.two_lines(BY_LOGGER, BY_KEEPER)
    shown = narrating.note(
        task=task,
        membership=ravi,
        body="The same spike by the logger’s clock and by the keeper’s, an hour apart. The sheet is"
        " in the keeper’s.",
        pictures=[SimpleUploadedFile("two-clocks.png", chart, "image/png")],
        words="Two lines with one spike each, the second an hour after the first.",
        at=at,
    )
    point = claim.task.submissions.get().reviews.get().points.get()
    remark = _source("remark", point, river, by="Ravi Vance", at=at)
    entry = growing.write(
        source=remark,
        membership=ravi,
        kind=Entry.Kind.TERM,
        text=Text(
            "River clock",
            "The clock a series is written in, said in the head of its time column.",
            f"> {remark.words}\n\nTwo are in use on the Tamsel. The loggers write UTC all year; the"
            " lock-keeper, and whoever fills in a sheet by the watch, write summer time. One spike"
            f" in both looks like two.\n\n{_picture(river, shown)}\n\nWrite it into the head, even"
            " where it is clear today: *time, UTC*.",
        ),
        aliases=("which clock",),
        area=river.areas["Sampling"],
        at=at + HOUR,
    )
    said = Answer(
        "Amara Okoye", 19, "We have asked this for a year and never named it."
    )
    writing.answer(river, entry.revisions.proposed().get(), said, at=at + HOUR)


def _picture(river: River, shown: LogEntry) -> str:
    picture = shown.pictures.get()
    at = [river.domain.slug, shown.task_id, picture.pk]
    return f"![{picture.words}]({reverse('tasks:picture', args=at)})"


def _ravi_is_recognised(river: River, claim: Claim, at: datetime) -> None:
    claim.refresh_from_db()
    second = hand_in(claim, SHEETS, at=at)
    lena = river.membership("Lena Falk")
    review = reviewing.take(submission=second, reviewer=lena, at=at + 8 * HOUR)
    reviewing.send(
        review=review,
        verdict=Verdict.RECOGNISED,
        works="Summer time, and it says so. Thank you for writing down what I only asked for.",
        version=second.version,
        at=at + 8 * HOUR + 4 * MINUTE,
    )


def _jun_tells_of_mayas_bridge(river: River, at: datetime) -> None:
    """Finished work becomes a story; whoever did it hears that it is told."""
    work = Submission.objects.get(
        author=river.members["Maya Lindt"],
        task__title=LABELS.title.format(site="Mill Bridge"),
    )
    source = _source("work", work, river, by="Jun Sato", at=at)
    told = Story(
        who="@maya-lindt, and Amara who read it",
        happened="This autumn, at Mill Bridge",
        told="Photograph 9 was labelled “downstream”, and had been for two years. Maya counted the"
        " arches: three, so it looks upstream. She had never been there.\n\n"
        f"> {source.words}",
        went_wrong="Two years of visitors walked the wrong way and thought they had misread the map.",
        taught="A label is a reading, and can be checked like one. Write down how you can tell.",
        touches=f"[[route cards]], #{work.task_id}",
    )
    entry = growing.write(
        source=source,
        membership=river.membership("Jun Sato"),
        kind=Entry.Kind.STORY,
        text=Text(
            "The bridge with three arches",
            "Somebody new saw what everybody had walked past.",
            stories.written(told),
        ),
        area=river.areas["Outreach"],
        at=at,
    )
    for waiting in entry.revisions.proposed():
        writing.answer(river, waiting, TAKEN_IN, at=at)


def _a_lesson_goes_into_the_transect(river: River, at: datetime) -> None:
    """What was worth watching at the riffle is added to what all walk by."""
    stretch = Stretch.objects.filter(task__domain=river.domain).earliest("marked_at")
    entry = writing.entry_called(river, "A day on the transect")
    assert entry.current is not None  # noqa: S101 - it was written long before
    by = "Yusuf Tekin"
    source = _source("stretch", stretch, river, by=by, at=at)
    saved = growing.add(
        source=source,
        membership=river.membership(by),
        entry=entry,
        base=entry.current,
        text=Text(
            entry.title,
            entry.meaning,
            f"{entry.current.body}\n\n## Where the bed is stones\n\nLook before you step in:\n\n"
            + "\n".join(f"> {line}" for line in source.words.splitlines()),
        ),
        why="Said at the riffle, and true at every ford.",
        at=at,
    )
    if isinstance(saved, Saved):
        writing.answer(river, saved.revision, TAKEN_IN, at=at)


def _maya_tells_of_the_dirt(river: River, at: datetime) -> None:
    """She watched Lena at the logger; her story waits for whoever visits."""
    stretch = Stretch.objects.filter(task__domain=river.domain).latest("marked_at")
    source = _source("stretch", stretch, river, by="Maya Lindt", at=at)
    quoted = source.words.replace("\n\n", "\n>\n> ")
    told = Story(
        who="@lena-falk at the logger, @bea-lind and I watching",
        happened="Yesterday, at Dunford",
        told=f"I had the cloth in my hand. She read the standard first.\n\n> {quoted}",
        went_wrong="Nothing, this time.",
        taught="Dirt is a reading, too: it says by how much the last weeks were off.",
        touches=f"[[drift check]], [[the week the sensor lied]], #{source.task.pk}",
    )
    growing.write(
        source=source,
        membership=river.membership("Maya Lindt"),
        kind=Entry.Kind.STORY,
        text=Text(
            "The dirt that was worth keeping",
            "Why somebody read the standard through a dirty lens.",
            stories.written(told),
        ),
        at=at,
    )


def _source(kind: str, said: Any, river: River, *, by: str, at: datetime) -> Source:
    task = said.task if hasattr(said, "task") else said.review.submission.task
    found = sources.find(kind, said.pk, task=task, reader=river.membership(by), at=at)
    assert found is not None  # noqa: S101 - whoever tells of it has read it
    return found
