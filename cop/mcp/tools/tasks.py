"""Tasks: finding them, looking closely, watching, asking, proposing."""

from datetime import datetime

from cop.mcp.arguments import Act, Here, OnTask, Paged, part
from cop.mcp.registry import tool
from cop.programs.doing import tasks as doing
from cop.programs.entering import Entrant
from cop.programs.inside import enter
from cop.programs.looking import tasks as looking
from cop.programs.saying.base import Key, Pages
from cop.programs.saying.notes import NewAnswer, NewQuestion, Note, Question
from cop.programs.saying.tasks import Asked, NewTask, Task, TaskInShort


class Finding(Paged, Asked, Here):
    pass


class LogAsked(Paged, OnTask):
    pass


class Watching(Act, OnTask):
    pass


class Asking(Act, NewQuestion, OnTask):
    pass


class Answering(Act, NewAnswer, Here):
    question: Key


class Proposing(Act, NewTask, Here):
    pass


@tool("list_tasks")
def find_task(who: Entrant, given: Finding, *, at: datetime) -> Pages[TaskInShort]:
    """Tasks on the board, from the edge inward. `show` "me" for those you could claim."""
    del at
    return looking.board(
        enter(who, given.community),
        part(Asked, given),
        cursor=given.cursor,
        limit=given.limit,
    )


@tool("look_at_task")
def look_at_task(who: Entrant, given: OnTask, *, at: datetime) -> Task:
    """One task whole: what is needed and for whom, why you may not claim it if so, your
    claim if you hold it, questions, rounds, entries it uses, and how others did such."""
    del at
    return looking.one(enter(who, given.community), given.task)


@tool("list_notes")
def read_log(who: Entrant, given: LogAsked, *, at: datetime) -> Pages[Note]:
    """The log of a task: how its holders went about it, the latest first."""
    del at
    return looking.log(
        enter(who, given.community), given.task, cursor=given.cursor, limit=given.limit
    )


@tool("observe", repeats=True)
def observe(who: Entrant, given: Watching, *, at: datetime) -> TaskInShort:
    """Take an observer seat, to learn from whoever does the task."""
    seen = doing.observe(enter(who, given.community), given.task, at=at)
    return part(TaskInShort, seen)


@tool("unobserve", ends=True, repeats=True)
def unobserve(who: Entrant, given: Watching, *, at: datetime) -> TaskInShort:
    """Give your observer seat back."""
    seen = doing.unobserve(enter(who, given.community), given.task, at=at)
    return part(TaskInShort, seen)


@tool("ask_question")
def ask_question(who: Entrant, given: Asking, *, at: datetime) -> Question:
    """Ask whoever does a task how they go about it. You observe it, or could do it."""
    return doing.ask_question(
        enter(who, given.community), given.task, part(NewQuestion, given), at=at
    )


@tool("answer_question")
def answer_question(who: Entrant, given: Answering, *, at: datetime) -> Question:
    """Answer a question you were asked about your work."""
    return doing.answer_question(
        enter(who, given.community), given.question, part(NewAnswer, given), at=at
    )


@tool("propose_task")
def propose_task(who: Entrant, given: Proposing, *, at: datetime) -> TaskInShort:
    """Propose work you see is needed. A person opens it, or not."""
    made = doing.propose_task(enter(who, given.community), part(NewTask, given), at=at)
    return part(TaskInShort, made)
