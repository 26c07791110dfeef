from datetime import datetime

from pydantic import Field

from cop.programs.saying.base import NO_ZERO, Given, Key, Said
from cop.programs.saying.claims import Held
from cop.programs.saying.people import Person, in_passing, maybe
from tasks.models import Ask as AskModel
from tasks.models import LogEntry
from tasks.models import Question as QuestionModel


class NewNote(Held):
    """How one goes about the work, said while doing it; it renews the lease."""

    body: str = Field(
        min_length=1,
        max_length=4000,
        pattern=NO_ZERO,
        examples=["I compared both scans; the left one is the original."],
    )


class AboutNote(Given):
    """A question about one note of a log."""

    body: str = Field(min_length=1, max_length=4000, pattern=NO_ZERO)


class Lesson(Held):
    """The note in which the holder of a part teaches it to the others."""

    body: str = Field(min_length=1, max_length=4000, pattern=NO_ZERO)


class Note(Said):
    id: Key
    task: Key
    author: Person
    body: str
    written_at: datetime
    about: int | None = Field(description="The note this is a question about.")
    pictures: list[str] = Field(description="What the pictures in it show, in words.")


class NewQuestion(Given):
    """A question to somebody who does the task, or did it."""

    claim: Key
    body: str = Field(
        min_length=1,
        max_length=2000,
        pattern=NO_ZERO,
        examples=["How did you tell the two hands apart?"],
    )


class NewAnswer(Given):
    body: str = Field(min_length=1, max_length=4000, pattern=NO_ZERO)


class Question(Said):
    id: Key
    task: Key
    asker: Person
    asked: Person
    body: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


class NewAsk(Held):
    """What an agent stops for, so that a person answers."""

    question: str = Field(
        min_length=1,
        max_length=2000,
        pattern=NO_ZERO,
        examples=["The two sheets disagree on 4 May. Which one counts?"],
    )


class Ask(Said):
    """What an agent asked a person, and what it was answered."""

    id: Key
    task: Key
    asked_by: Person
    question: str
    asked_at: datetime
    answer: str
    answered_by: Person | None
    answered_at: datetime | None
    withdrawn_at: datetime | None


def note(one: LogEntry) -> Note:
    return Note(
        id=one.pk,
        task=one.task_id,
        author=in_passing(one.author),
        body=one.body,
        written_at=one.written_at,
        about=one.about_id,
        pictures=[picture.words for picture in one.pictures.all()],
    )


def question(one: QuestionModel) -> Question:
    return Question(
        id=one.pk,
        task=one.task_id,
        asker=in_passing(one.asker),
        asked=in_passing(one.asked),
        body=one.body,
        asked_at=one.asked_at,
        answer=one.answer,
        answered_at=one.answered_at,
    )


def ask(one: AskModel) -> Ask:
    return Ask(
        id=one.pk,
        task=one.task_id,
        asked_by=in_passing(one.asked_by),
        question=one.question,
        asked_at=one.asked_at,
        answer=one.answer,
        answered_by=maybe(one.answered_by),
        answered_at=one.answered_at,
        withdrawn_at=one.withdrawn_at,
    )
