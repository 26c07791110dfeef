"""Rounds of work, and the desk of those who read them."""

from typing import Annotated, cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Form, Query, Router
from ninja.errors import ValidationError as Unfit
from ninja.files import UploadedFile
from pydantic import Field, ValidationError

from cop.api.operations import Turn, does, inside, match, reads
from cop.programs.doing import reviews
from cop.programs.doing import rounds as doing
from cop.programs.inside import NotThere
from cop.programs.looking import rounds as looking
from cop.programs.saying.base import NO_ZERO, Done, Key, Pages, Slug
from cop.programs.saying.rounds import (
    Desk,
    Draw,
    EditRound,
    FirstLook,
    HandIn,
    NewReview,
    Reading,
    Review,
    Room,
    Round,
    RoundInShort,
    Skip,
)

router = Router(tags=["Rounds and reviews"])

_HERE = "/communities/{community}"
_TASK = f"{_HERE}/tasks/{{int:task}}"
_ROUND = f"{_HERE}/rounds/{{int:round}}"
_DESK = f"{_HERE}/desk"

Minutes = Annotated[int, Field(ge=0, le=10_000)]


@does(router, "POST", f"{_TASK}/rounds", Round, name="hand_in", status=201)
def hand_in(request: HttpRequest, community: Slug, task: Key, given: HandIn) -> Round:
    """Under an older generation it is refused with `lease_lapsed`, and kept as a draft.
    Asked for twice, it is handed in once."""
    return doing.hand_in(inside(request, community), task, given, at=timezone.now())


@does(router, "POST", f"{_TASK}/rounds/files", Round, name="hand_in_files", status=201)
def hand_in_files(
    request: HttpRequest,
    community: Slug,
    task: Key,
    work: Form[Annotated[str, Field(max_length=100_000, pattern=NO_ZERO)]],
    files: File[list[UploadedFile]],
) -> Round:
    """The same as `multipart/form-data`: `work` is the JSON of a round handed in without
    files, `files` come beside it, five at most of 10 MB each."""
    try:
        given = HandIn.model_validate_json(work)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        raise Unfit(
            [{**one, "loc": ("form", "work", *one["loc"])} for one in errors]
        ) from None
    return doing.hand_in(
        inside(request, community), task, given, files=files, at=timezone.now()
    )


@reads(router, f"{_HERE}/rounds", Pages[RoundInShort], name="list_rounds")
def list_rounds(
    request: HttpRequest, community: Slug, turn: Query[Turn]
) -> Pages[RoundInShort]:
    """What I handed in here, the latest first."""
    return looking.mine(inside(request, community), **turn.model_dump())


@reads(router, _ROUND, Round, name="look_at_round")
def look_at_round(request: HttpRequest, community: Slug, round: Key) -> Round:  # noqa: A002
    """With what was said of it, as far as the reader may read that now."""
    return looking.one(inside(request, community), round, at=timezone.now())


@does(router, "PUT", _ROUND, Round, name="edit_round", is_edit=True)
def edit_round(
    request: HttpRequest,
    community: Slug,
    round: Key,  # noqa: A002
    given: EditRound,
) -> Round:
    """As long as nobody has judged it; whoever reads it is told by its new version."""
    return doing.edit_round(
        inside(request, community),
        round,
        given,
        match=match(request),
        at=timezone.now(),
    )


@does(router, "POST", f"{_ROUND}/withdraw", Round, name="withdraw_round")
def withdraw_round(request: HttpRequest, community: Slug, round: Key) -> Round:  # noqa: A002
    return doing.withdraw_round(inside(request, community), round, at=timezone.now())


@does(router, "POST", f"{_ROUND}/second-opinion", Round, name="ask_second_opinion")
def ask_second_opinion(request: HttpRequest, community: Slug, round: Key) -> Round:  # noqa: A002
    """Once for a round that was settled."""
    return doing.ask_second_opinion(
        inside(request, community), round, at=timezone.now()
    )


@reads(router, f"{_ROUND}/files/{{int:file}}", None, name="get_file")
def get_file(
    request: HttpRequest,
    community: Slug,
    round: Key,  # noqa: A002
    file: Key,
) -> HttpResponse:
    """Its bytes, as they were handed in."""
    kept = looking.file(inside(request, community), round, file)
    try:
        content = kept.file.open("rb")
    except FileNotFoundError:
        raise NotThere from None
    response = FileResponse(
        content,
        as_attachment=True,
        filename=kept.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    # Django streams files through a class of its own, which is as good a response.
    return cast("HttpResponse", response)


@does(
    router,
    "POST",
    f"{_ROUND}/first-look",
    Review,
    name="give_first_look",
    status=201,
)
def give_first_look(
    request: HttpRequest,
    community: Slug,
    round: Key,  # noqa: A002
    given: FirstLook,
) -> Review:
    """Advice without a verdict; an agent's is marked as one."""
    return reviews.give_first_look(
        inside(request, community), round, given, at=timezone.now()
    )


@reads(router, _DESK, Desk, name="look_at_desk")
def look_at_desk(
    request: HttpRequest,
    community: Slug,
    minutes: Minutes = 0,
    area: Annotated[str, Field(max_length=60, pattern=NO_ZERO)] = "",
) -> Desk:
    return looking.desk(
        inside(request, community), minutes=minutes, area=area, at=timezone.now()
    )


@does(router, "PUT", f"{_DESK}/room", Done, name="make_room")
def make_room(request: HttpRequest, community: Slug, given: Room) -> Done:
    return reviews.make_room(inside(request, community), given, at=timezone.now())


@does(router, "POST", f"{_DESK}/draw", Reading, name="draw_review")
def draw_review(
    request: HttpRequest,
    community: Slug,
    given: Draw = Draw(),  # noqa: B008
) -> Reading:
    """Which newcomer's first work one reads is drawn, so that nobody picks."""
    return reviews.draw_review(inside(request, community), given, at=timezone.now())


@reads(router, f"{_ROUND}/review", Reading, name="my_reading")
def my_reading(request: HttpRequest, community: Slug, round: Key) -> Reading:  # noqa: A002
    return looking.my_reading(inside(request, community), round)


@does(router, "POST", f"{_ROUND}/review", Reading, name="take_review", status=201)
def take_review(request: HttpRequest, community: Slug, round: Key) -> Reading:  # noqa: A002
    """A review is a claim with a due time, too."""
    return reviews.take_review(inside(request, community), round, at=timezone.now())


@does(router, "DELETE", f"{_ROUND}/review", Done, name="put_review_back")
def put_review_back(request: HttpRequest, community: Slug, round: Key) -> Done:  # noqa: A002
    return reviews.put_review_back(inside(request, community), round, at=timezone.now())


@does(router, "POST", f"{_ROUND}/review/keep", Reading, name="keep_review")
def keep_review(request: HttpRequest, community: Slug, round: Key) -> Reading:  # noqa: A002
    return reviews.keep_review(inside(request, community), round, at=timezone.now())


@does(router, "POST", f"{_ROUND}/review/skip", Done, name="skip_review")
def skip_review(
    request: HttpRequest,
    community: Slug,
    round: Key,  # noqa: A002
    given: Skip,
) -> Done:
    return reviews.skip_review(
        inside(request, community), round, given, at=timezone.now()
    )


@does(router, "POST", f"{_ROUND}/review/verdict", Reading, name="send_review")
def send_review(
    request: HttpRequest,
    community: Slug,
    round: Key,  # noqa: A002
    given: NewReview,
) -> Reading:
    """It goes a minute later, and can be taken back until then."""
    return reviews.send_review(
        inside(request, community), round, given, at=timezone.now()
    )


@does(router, "DELETE", f"{_ROUND}/review/verdict", Done, name="take_review_back")
def take_review_back(request: HttpRequest, community: Slug, round: Key) -> Done:  # noqa: A002
    return reviews.take_review_back(
        inside(request, community), round, at=timezone.now()
    )
