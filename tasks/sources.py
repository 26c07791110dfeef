"""Sources: what was written in the work that an entry of the repertoire can grow out of.

A note of the log, a stretch of it, a change a review asked for, what a review said of
the work, or the finished work itself: each as far as the reader may read it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from members.models import Membership
from tasks import rereading, said
from tasks.models import LogEntry, Origin, Point, Review, Stretch, Submission, Task


@dataclass(frozen=True, slots=True)
class Source:
    task: Task
    author: Membership
    words: str
    at: datetime
    log_entry: LogEntry | None = None
    point: Point | None = None
    review: Review | None = None
    submission: Submission | None = None

    @property
    def doing(self) -> str:
        return self.origin().doing

    @property
    def path(self) -> str:
        return self.origin().get_absolute_url()

    def origin(self) -> Origin:
        return Origin(
            task=self.task,
            log_entry=self.log_entry,
            point=self.point,
            review=self.review,
            submission=self.submission,
            words=self.words,
            author=self.author,
        )


def find(
    kind: str, key: int, *, task: Task, reader: Membership, at: datetime
) -> Source | None:
    """The source of this kind and key on a task the reader may read, if they may."""
    return _KINDS[kind](key, task, reader, at)


def _note(key: int, task: Task, _reader: Membership, _at: datetime) -> Source | None:
    note = (
        LogEntry.objects.filter(pk=key, task=task).select_related("author__member")
    ).first()
    return _of_notes(note, task, note.body) if note else None


def _stretch(key: int, task: Task, _reader: Membership, _at: datetime) -> Source | None:
    stretch = (
        Stretch.objects.filter(pk=key, task=task)
        .select_related("first__author__member", "last")
        .first()
    )
    if stretch is None:
        return None
    first, last = stretch.first, stretch.last
    notes = LogEntry.objects.filter(
        task=task,
        author=first.author,
        about=None,
        written_at__gte=first.written_at,
        written_at__lte=last.written_at,
    ).order_by("written_at", "pk")
    words = "\n\n".join(notes.values_list("body", flat=True))
    return _of_notes(first, task, words)


def _of_notes(note: LogEntry, task: Task, words: str) -> Source:
    return Source(
        task=task,
        author=note.author,
        words=words,
        at=note.written_at,
        log_entry=note,
    )


def _remark(key: int, task: Task, reader: Membership, at: datetime) -> Source | None:
    point = Point.objects.filter(pk=key).select_related("review").first()
    review = point and _readable(point.review_id, task, reader, at)
    if not (point and review):
        return None
    return _of_review(review, task, point.text, point=point)


def _review(key: int, task: Task, reader: Membership, at: datetime) -> Source | None:
    review = _readable(key, task, reader, at)
    if review is None:
        return None
    words = "\n\n".join(filter(None, (review.works, review.looked_at)))
    return _of_review(review, task, words, review=review)


def _readable(key: int, task: Task, reader: Membership, at: datetime) -> Review | None:
    reading = rereading.own(reader, at=at)
    if reading is not None and reading.submission.task_id == task.pk:
        # Whoever reads it blind sees what was said when theirs is sent.
        return None
    review = (
        Review.objects.sent()
        .standing()
        .filter(pk=key, submission__task=task, submission__withdrawn_at=None)
        .select_related("submission", "reviewer__member")
        .first()
    )
    if review is None or not said.readable([review], review.submission, reader):
        return None
    return review


def _of_review(
    said_in: Review,
    task: Task,
    words: str,
    *,
    point: Point | None = None,
    review: Review | None = None,
) -> Source:
    return Source(
        task=task,
        author=said_in.reviewer,
        words=words,
        at=said_in.sent_at or said_in.claimed_at,
        point=point,
        review=review,
    )


def _work(key: int, task: Task, _reader: Membership, _at: datetime) -> Source | None:
    work = (
        Submission.objects.filter(pk=key, task=task, outcome__in=said.IN_USE)
        .select_related("author__member")
        .first()
    )
    if work is None:
        return None
    return Source(
        task=task,
        author=work.author,
        words=work.narration or work.body,
        at=work.handed_in_at,
        submission=work,
    )


_KINDS: dict[str, Callable[[int, Task, Membership, datetime], Source | None]] = {
    "note": _note,
    "stretch": _stretch,
    "remark": _remark,
    "review": _review,
    "work": _work,
}
KINDS = tuple(_KINDS)
