"""The register of tools: each a function over the doors' shared ones, with its act."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel

from cop.mcp import arguments, marks
from cop.programs.acts import BY_NAME, READS
from cop.programs.saying.base import Given
from members.models import Scope

Function = TypeVar("Function", bound=Callable[..., BaseModel])


@dataclass(frozen=True)
class Tool:
    """One thing a program may ask for by name."""

    name: str
    #: Of the one table: what it does, or what it reads.
    act: str
    #: What it is for, as a model reads it.
    words: str
    takes: type[Given]
    says: type[BaseModel]
    do: Callable[..., BaseModel]
    #: Takes back something that was there.
    ends: bool = False
    #: Asked for again it changes nothing more.
    repeats: bool = False

    @property
    def is_act(self) -> bool:
        return self.act in BY_NAME

    @property
    def scope(self) -> Scope:
        return BY_NAME[self.act].scope if self.is_act else Scope.READ

    @property
    def title(self) -> str:
        return self.name.replace("_", " ").capitalize()

    @cached_property
    def input_schema(self) -> dict[str, Any]:
        return arguments.schema(self.takes)

    @cached_property
    def output_schema(self) -> dict[str, Any]:
        return marks.schema(self.says)


TOOLS: dict[str, Tool] = {}


def tool(
    act: str, *, ends: bool = False, repeats: bool = False
) -> Callable[[Function], Function]:
    """Register a function as the tool of its name; its docstring is what models read."""
    assert act in BY_NAME or act in READS, act  # noqa: S101 - of the one table

    def register(function: Function) -> Function:
        hints = get_type_hints(function)
        name = function.__name__
        TOOLS[name] = Tool(
            name=name,
            act=act,
            words=" ".join(inspect.cleandoc(function.__doc__ or "").split()),
            takes=hints["given"],
            says=hints["return"],
            do=function,
            ends=ends,
            repeats=repeats or act in READS,
        )
        return function

    return register
