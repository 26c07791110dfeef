"""Prompts: what a person may have their agent begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mcp_types import (
    GetPromptResult,
    Prompt,
    PromptArgument,
    PromptMessage,
    TextContent,
)
from pydantic import Field

from cop.mcp import arguments
from cop.mcp.arguments import Here
from cop.mcp.words import FIRST_TASK, HAND_IN


class About(Here):
    #: Prompts are asked for in text alone.
    task: str = Field(pattern=r"^[0-9]{1,19}$", description="The task's number.")


@dataclass(frozen=True, slots=True)
class Kind:
    title: str
    words: str
    takes: type[Here]
    text: str


KINDS: Final[Mapping[str, Kind]] = {
    "take_your_first_task": Kind(
        "Take your first task",
        "Find a first task in a community, claim it, and narrate how you do it.",
        Here,
        FIRST_TASK,
    ),
    "hand_in": Kind(
        "Hand in",
        "Hand in what you made, and answer what is said of it.",
        About,
        HAND_IN,
    ),
}

PROMPTS: Final = [
    Prompt(
        name=name,
        title=kind.title,
        description=kind.words,
        arguments=[
            PromptArgument(name=one, description=field.description, required=True)
            for one, field in kind.takes.model_fields.items()
        ],
    )
    for name, kind in KINDS.items()
]


def get(name: str, given: Mapping[str, str] | None) -> GetPromptResult:
    """A prompt about what was named. It holds no word of a member."""
    kind = KINDS[name]
    read = arguments.read(kind.takes, given)
    text = kind.text.format(**read.model_dump())
    return GetPromptResult(
        description=kind.words,
        messages=[
            PromptMessage(role="user", content=TextContent(type="text", text=text))
        ],
    )
