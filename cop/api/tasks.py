from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from cop.api.operations import Turn, does, inside, match, reads
from cop.programs.doing import tasks as doing
from cop.programs.looking import tasks as looking
from cop.programs.saying.base import Done, Key, Pages, Slug
from cop.programs.saying.notes import NewAnswer, NewQuestion, Question
from cop.programs.saying.tasks import (
    Asked,
    Ending,
    Need,
    NewTask,
    Override,
    Stretch,
    Stretched,
    Task,
    TaskInShort,
    Used,
)

router = Router(tags=["Tasks"])

_HERE = "/communities/{community}"
_ALL = f"{_HERE}/tasks"
_ONE = f"{_ALL}/{{int:task}}"


@reads(router, _ALL, Pages[TaskInShort], name="list_tasks")
def list_tasks(
    request: HttpRequest, community: Slug, asked: Query[Asked], turn: Query[Turn]
) -> Pages[TaskInShort]:
    """From the edge inward, the newest first in each zone."""
    return looking.board(inside(request, community), asked, **turn.model_dump())


@does(router, "POST", _ALL, Task, name="propose_task", status=201)
def propose_task(request: HttpRequest, community: Slug, given: NewTask) -> Task:
    """It opens at once where its member may open it; else it waits as a proposal."""
    return doing.propose_task(inside(request, community), given, at=timezone.now())


@reads(router, _ONE, Task, name="look_at_task")
def look_at_task(request: HttpRequest, community: Slug, task: Key) -> Task:
    """With who holds it, questions, rounds, and recognised work of the same kind."""
    return looking.one(inside(request, community), task)


@does(router, "PUT", _ONE, Task, name="edit_task", is_edit=True)
def edit_task(request: HttpRequest, community: Slug, task: Key, given: Need) -> Task:
    """Whoever holds or watches it is told, and gets time."""
    return doing.edit_task(
        inside(request, community),
        task,
        given,
        match=match(request),
        at=timezone.now(),
    )


@does(router, "POST", f"{_ONE}/open", Task, name="open_task")
def open_task(request: HttpRequest, community: Slug, task: Key) -> Task:
    return doing.open_task(inside(request, community), task, at=timezone.now())


@does(router, "POST", f"{_ONE}/place", Task, name="place_task")
def place_task(
    request: HttpRequest, community: Slug, task: Key, given: Override
) -> Task:
    return doing.place_task(inside(request, community), task, given, at=timezone.now())


@does(router, "POST", f"{_ONE}/withdraw", Task, name="withdraw_task")
def withdraw_task(
    request: HttpRequest, community: Slug, task: Key, given: Ending
) -> Task:
    """“Cannot be done” and “should be split” are honourable outcomes."""
    return doing.withdraw_task(
        inside(request, community), task, given, at=timezone.now()
    )


@does(router, "POST", f"{_ONE}/used", Task, name="mark_used")
def mark_used(request: HttpRequest, community: Slug, task: Key, given: Used) -> Task:
    return doing.mark_used(inside(request, community), task, given, at=timezone.now())


@does(router, "PUT", f"{_ONE}/observing", Task, name="observe")
def observe(request: HttpRequest, community: Slug, task: Key) -> Task:
    return doing.observe(inside(request, community), task, at=timezone.now())


@does(router, "DELETE", f"{_ONE}/observing", Task, name="unobserve")
def unobserve(request: HttpRequest, community: Slug, task: Key) -> Task:
    return doing.unobserve(inside(request, community), task, at=timezone.now())


@does(router, "POST", f"{_HERE}/watchers/{{int:watcher}}/vouch", Task, name="vouch")
def vouch(request: HttpRequest, community: Slug, watcher: Key) -> Task:
    return doing.vouch(inside(request, community), watcher, at=timezone.now())


@does(
    router,
    "POST",
    f"{_ONE}/questions",
    Question,
    name="ask_question",
    status=201,
)
def ask_question(
    request: HttpRequest, community: Slug, task: Key, given: NewQuestion
) -> Question:
    return doing.ask_question(
        inside(request, community), task, given, at=timezone.now()
    )


@does(
    router,
    "POST",
    f"{_HERE}/questions/{{int:question}}/answer",
    Question,
    name="answer_question",
)
def answer_question(
    request: HttpRequest, community: Slug, question: Key, given: NewAnswer
) -> Question:
    return doing.answer_question(
        inside(request, community), question, given, at=timezone.now()
    )


@does(
    router,
    "POST",
    f"{_ONE}/stretches",
    Stretched,
    name="mark_stretch",
    status=201,
)
def mark_stretch(
    request: HttpRequest, community: Slug, task: Key, given: Stretch
) -> Stretched:
    return doing.mark_stretch(
        inside(request, community), task, given, at=timezone.now()
    )


@does(
    router,
    "DELETE",
    f"{_HERE}/stretches/{{int:stretch}}",
    Done,
    name="unmark_stretch",
)
def unmark_stretch(request: HttpRequest, community: Slug, stretch: Key) -> Done:
    return doing.unmark_stretch(inside(request, community), stretch, at=timezone.now())
