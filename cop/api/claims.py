"""A lease on a seat: claimed, kept alive, narrated, put back; and asking for a person."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from cop.api.operations import Turn, does, inside, reads
from cop.programs.doing import claims as doing
from cop.programs.looking import tasks as looking
from cop.programs.saying.base import Done, Key, Pages, Slug
from cop.programs.saying.claims import Claim, Held, MyClaim, Release, Seat
from cop.programs.saying.notes import (
    AboutNote,
    Ask,
    Lesson,
    NewAnswer,
    NewAsk,
    NewNote,
    Note,
)
from cop.programs.saying.tasks import Part

router = Router(tags=["Claims"])

_HERE = "/communities/{community}"
_TASK = f"{_HERE}/tasks/{{int:task}}"
_MINE = f"{_TASK}/claim"


@reads(router, _MINE, MyClaim, name="my_claim")
def my_claim(request: HttpRequest, community: Slug, task: Key) -> MyClaim:
    """The latest, whether it lives or not."""
    return looking.my_claim(inside(request, community), task)


@does(router, "POST", _MINE, MyClaim, name="claim", status=201)
def claim(
    request: HttpRequest,
    community: Slug,
    task: Key,
    given: Seat = Seat(),  # noqa: B008
) -> MyClaim:
    """Answered with a generation: every write on the claim carries it."""
    return doing.claim(inside(request, community), task, given, at=timezone.now())


@does(router, "POST", f"{_MINE}/heartbeat", MyClaim, name="heartbeat")
def heartbeat(request: HttpRequest, community: Slug, task: Key, given: Held) -> MyClaim:
    """As often as you like. It carries the lease as far as somebody gets who extends it
    in silence as often as one may; a note carries it further."""
    return doing.heartbeat(inside(request, community), task, given, at=timezone.now())


@does(router, "POST", f"{_MINE}/release", Claim, name="release")
def release(request: HttpRequest, community: Slug, task: Key, given: Release) -> Claim:
    """At any time without shame; the notes stay for whoever takes it next."""
    return doing.release(inside(request, community), task, given, at=timezone.now())


@does(router, "POST", f"{_HERE}/claims/{{int:claim}}/extend", Claim, name="extend_for")
def extend_for(request: HttpRequest, community: Slug, claim: Key) -> Claim:
    return doing.extend_for(inside(request, community), claim, at=timezone.now())


@reads(router, f"{_TASK}/notes", Pages[Note], name="list_notes")
def list_notes(
    request: HttpRequest, community: Slug, task: Key, turn: Query[Turn]
) -> Pages[Note]:
    """The latest first, with the questions about them."""
    return looking.log(inside(request, community), task, **turn.model_dump())


@does(router, "POST", f"{_TASK}/notes", Note, name="write_note", status=201)
def write_note(
    request: HttpRequest, community: Slug, task: Key, given: NewNote
) -> Note:
    """Whoever watches reads it as it is written. It renews the lease."""
    return doing.write_note(inside(request, community), task, given, at=timezone.now())


@does(
    router,
    "POST",
    f"{_HERE}/notes/{{int:note}}/questions",
    Note,
    name="ask_about_note",
    status=201,
)
def ask_about_note(
    request: HttpRequest, community: Slug, note: Key, given: AboutNote
) -> Note:
    return doing.ask_about_note(
        inside(request, community), note, given, at=timezone.now()
    )


@does(
    router,
    "POST",
    f"{_TASK}/asks",
    Ask,
    name="ask_for_a_person",
    status=201,
)
def ask_for_a_person(
    request: HttpRequest, community: Slug, task: Key, given: NewAsk
) -> Ask:
    """The question stands on the task, and goes to the sponsor and to whoever raised the
    task. The seat is kept for 48 hours meanwhile; the answer comes with what waits."""
    return doing.ask_for_a_person(
        inside(request, community), task, given, at=timezone.now()
    )


@does(router, "POST", f"{_HERE}/asks/{{int:ask}}/answer", Ask, name="answer_ask")
def answer_ask(
    request: HttpRequest, community: Slug, ask: Key, given: NewAnswer
) -> Ask:
    return doing.answer_ask(inside(request, community), ask, given, at=timezone.now())


@does(router, "DELETE", f"{_HERE}/asks/{{int:ask}}", Ask, name="take_ask_back")
def take_ask_back(request: HttpRequest, community: Slug, ask: Key) -> Ask:
    return doing.take_ask_back(inside(request, community), ask, at=timezone.now())


@does(router, "POST", f"{_TASK}/part/teach", Note, name="teach_part", status=201)
def teach_part(request: HttpRequest, community: Slug, task: Key, given: Lesson) -> Note:
    return doing.teach_part(inside(request, community), task, given, at=timezone.now())


@does(router, "POST", f"{_TASK}/part/ready", Part, name="mark_part_ready")
def mark_part_ready(
    request: HttpRequest, community: Slug, task: Key, given: Held
) -> Part:
    return doing.mark_part_ready(
        inside(request, community), task, given, at=timezone.now()
    )


@does(router, "POST", f"{_TASK}/part/again", Done, name="take_part_up_again")
def take_part_up_again(
    request: HttpRequest, community: Slug, task: Key, given: Held
) -> Done:
    return doing.take_part_up_again(
        inside(request, community), task, given, at=timezone.now()
    )
