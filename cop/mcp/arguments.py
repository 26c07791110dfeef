"""Arguments: what a tool takes, and a clear sentence for each that does not fit."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from pydantic import BaseModel, Field, ValidationError

from cop.mcp.marks import plain
from cop.programs.paging import LONGEST_CURSOR
from cop.programs.saying.base import NO_ZERO, Given, Key, Slug

Args = TypeVar("Args", bound=Given)
Model = TypeVar("Model", bound=BaseModel)

#: A model reads all that it is answered: pages are short.
USUAL: Final = 10
MOST: Final = 25
#: Of what does not fit; a caller with more to put right begins with these.
MOST_TOLD: Final = 10
LONGEST_NAME: Final = 60


class Nothing(Given):
    """No arguments."""


class Here(Given):
    community: Slug = Field(description="The community's slug.")


class OnTask(Here):
    task: Key = Field(description="The task's number.")


class OnRound(Here):
    round: Key = Field(description="The round's number.")


class OnEntry(Here):
    entry: Key = Field(description="The entry's number.")


class Paged(Given):
    cursor: str = Field(
        default="",
        max_length=LONGEST_CURSOR,
        pattern=r"^[-_a-zA-Z0-9]*$",
        description="`next` of the last answer, for what comes after it.",
    )
    limit: int = Field(default=USUAL, ge=1, le=MOST)


class Act(Given):
    """What changes something: done once for a key."""

    key: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        pattern=r"^[ -~]*$",
        description="Your own name for this act: under it, it is done once.",
    )


class Misfit(Exception):
    """Some arguments do not fit; ``told`` has a sentence for each."""

    def __init__(self, told: dict[str, str]) -> None:
        super().__init__("; ".join(told.values()))
        self.told = told


def read(takes: type[Args], given: Mapping[str, Any] | None) -> Args:
    """Return what was given as a tool takes it, or raise ``Misfit``."""
    try:
        return takes.model_validate(dict(given or {}), strict=True)
    except ValidationError as error:
        told: dict[str, str] = {}
        for one in error.errors(include_url=False, include_input=False)[:MOST_TOLD]:
            where = _place(one["loc"])
            told.setdefault(where, _sentence(where, one, takes))
        raise Misfit(told) from None


def part(kind: type[Model], given: BaseModel) -> Model:
    """What the doors' shared functions take of all that was given, checked already; or
    what is told of all they say."""
    return kind.model_construct(
        **{name: getattr(given, name) for name in kind.model_fields}
    )


def schema(takes: type[Given]) -> dict[str, Any]:
    """The JSON schema of a tool's arguments, without what a model need not read."""
    return {"type": "object", **_lean(takes.model_json_schema())}


def _lean(part: Any) -> Any:
    if isinstance(part, list):
        return [_lean(one) for one in part]
    if not isinstance(part, dict):
        return part
    if "properties" in part:
        # Of a model: its name and what it is for in the code say nothing to a caller.
        inner = {name: _lean(one) for name, one in part["properties"].items()}
        rest = {k: _lean(v) for k, v in part.items() if k not in _OF_THE_CODE}
        return {**rest, "properties": inner}
    return {
        key: _lean(one)
        for key, one in part.items()
        # No text holds a zero byte, and none is tempted to.
        if key not in {"title", "examples"} and (key, one) != ("pattern", NO_ZERO)
    }


_OF_THE_CODE: Final = {"title", "description", "properties"}


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(plain(str(part))[:LONGEST_NAME] for part in loc)


def _sentence(where: str, error: Any, takes: type[Given]) -> str:
    told = {
        "name": where,
        "known": ", ".join(takes.model_fields) or _("none"),
        **error.get("ctx", {}),
    }
    return str(_SENTENCES.get(error["type"], _ANY)) % told


_TEXT: Final = _lazy("“%(name)s” is to be text.")
_NUMBER: Final = _lazy("“%(name)s” is to be a whole number.")
_ANY: Final = _lazy("“%(name)s” does not fit.")
#: By what pydantic calls it.
_SENTENCES: Final = {
    "missing": _lazy("“%(name)s” is missing."),
    "extra_forbidden": _lazy("There is no argument “%(name)s”. There are: %(known)s."),
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "int_type": _NUMBER,
    "int_from_float": _NUMBER,
    "bool_type": _lazy("“%(name)s” is to be true or false."),
    "list_type": _lazy("“%(name)s” is to be a list."),
    "model_type": _lazy("“%(name)s” is to be an object."),
    "literal_error": _lazy("“%(name)s” is to be one of %(expected)s."),
    "greater_than_equal": _lazy("“%(name)s” is to be at least %(ge)s."),
    "less_than_equal": _lazy("“%(name)s” is to be at most %(le)s."),
    "string_too_short": _lazy("“%(name)s” is to have at least %(min_length)s letters."),
    "string_too_long": _lazy("“%(name)s” is to have at most %(max_length)s letters."),
    "too_short": _lazy("“%(name)s” is to have at least %(min_length)s items."),
    "too_long": _lazy("“%(name)s” is to have at most %(max_length)s items."),
    "string_pattern_mismatch": _lazy(
        "“%(name)s” has letters in it that it may not have."
    ),
}
