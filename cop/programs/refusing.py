"""Refusing: what both doors of programs say when it is not the deed that refuses."""

from typing import Final

from django.utils.translation import gettext as _

from domain.refusal import Refusal

#: By code, where another status than 409 says better what kind of "no" it is. The door
#: of tools has no statuses; the list of calls, which is of both doors, has.
STATUSES: Final = {
    "token": 401,
    "scope": 403,
    "elsewhere": 403,
    "not_there": 404,
    "too_large": 413,
    "cursor": 422,
    "key_taken": 422,
    "no_such_area": 422,
    "no_such_task": 422,
    "not_an_address": 422,
    "unfit": 422,
    "pace": 429,
    "fault": 500,
    "unavailable": 503,
}


def status_of(refusal: Refusal) -> int:
    return STATUSES.get(refusal.code, 409)


def not_there() -> Refusal:
    return Refusal("not_there", _("There is nothing of this name here for this token."))


def key_taken() -> Refusal:
    return Refusal(
        "key_taken",
        _("This key stands for something else you asked for."),
        _("Give every act a key of its own."),
    )


def unfit() -> Refusal:
    return Refusal("unfit", _("Something given does not fit."))


def too_large() -> Refusal:
    return Refusal("too_large", _("That is more than is taken in at once."))


def unavailable() -> Refusal:
    return Refusal(
        "unavailable",
        _("The database cannot be reached."),
        _("Try again in a moment."),
    )


def fault() -> Refusal:
    return Refusal("fault", _("Something broke on our side. Nothing was done."))


def out_of_pace(seconds: int) -> Refusal:
    return Refusal(
        "pace",
        _("You make more calls a minute than you may."),
        _("Go on in %(count)d seconds.") % {"count": seconds},
    )
