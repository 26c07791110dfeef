from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from cop.api.operations import Turn, does, inside, reads
from cop.programs.doing import gatherings as doing
from cop.programs.looking import gatherings as looking
from cop.programs.saying.base import Key, Pages, Slug
from cop.programs.saying.gatherings import (
    AskedGatherings,
    CallOff,
    Change,
    Coming,
    Gathering,
    GatheringInShort,
    Plan,
    Told,
)

router = Router(tags=["Gatherings"])

_ALL = "/communities/{community}/gatherings"
_ONE = f"{_ALL}/{{int:gathering}}"


@reads(router, _ALL, Pages[GatheringInShort], name="list_gatherings")
def list_gatherings(
    request: HttpRequest,
    community: Slug,
    asked: Query[AskedGatherings],
    turn: Query[Turn],
) -> Pages[GatheringInShort]:
    return looking.listed(
        inside(request, community), asked, at=timezone.now(), **turn.model_dump()
    )


@does(router, "POST", _ALL, Gathering, name="call_gathering", status=201)
def call_gathering(request: HttpRequest, community: Slug, given: Plan) -> Gathering:
    """Members whom its tasks touch are told."""
    return doing.call_gathering(inside(request, community), given, at=timezone.now())


@reads(router, _ONE, Gathering, name="look_at_gathering")
def look_at_gathering(
    request: HttpRequest, community: Slug, gathering: Key
) -> Gathering:
    return looking.one(inside(request, community), gathering, at=timezone.now())


@does(router, "PUT", _ONE, Gathering, name="change_gathering")
def change_gathering(
    request: HttpRequest, community: Slug, gathering: Key, given: Change
) -> Gathering:
    """Those who said they come are told. It starts from the version you have read, which
    answers of others leave as it is."""
    return doing.change_gathering(
        inside(request, community), gathering, given, at=timezone.now()
    )


@does(router, "POST", f"{_ONE}/call-off", Gathering, name="call_off_gathering")
def call_off_gathering(
    request: HttpRequest, community: Slug, gathering: Key, given: CallOff
) -> Gathering:
    """Those who said they come are told, and why."""
    return doing.call_off_gathering(
        inside(request, community), gathering, given, at=timezone.now()
    )


@does(router, "PUT", f"{_ONE}/answer", Gathering, name="answer_gathering")
def answer_gathering(
    request: HttpRequest, community: Slug, gathering: Key, given: Coming
) -> Gathering:
    return doing.answer_gathering(
        inside(request, community), gathering, given, at=timezone.now()
    )


@does(router, "PUT", f"{_ONE}/told", Gathering, name="tell_gathering")
def tell_gathering(
    request: HttpRequest, community: Slug, gathering: Key, given: Told
) -> Gathering:
    return doing.tell_gathering(
        inside(request, community), gathering, given, at=timezone.now()
    )
