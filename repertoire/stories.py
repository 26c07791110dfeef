"""Stories: who, when, what went wrong, what it taught, and what it touches.

Pure. A story is plain Markdown with one heading for each of these, so that it is
compared, merged, taken along and read elsewhere like any other entry. What stands under
other headings, or before the first, belongs to the telling.
"""

import re
from dataclasses import dataclass, fields

from django.utils.translation import gettext, gettext_noop

_HEADING = re.compile(r"##[ \t]+(.+?)[ \t]*#*[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")

#: In the order they are asked for, and written down.
HEADINGS = {
    "who": gettext_noop("Who was there"),
    "happened": gettext_noop("When it happened"),
    "told": gettext_noop("What happened"),
    "went_wrong": gettext_noop("What went wrong"),
    "taught": gettext_noop("What it taught"),
    "touches": gettext_noop("What it touches"),
}
#: Told beside a story, not in it.
FACTS = ("who", "happened", "touches")


@dataclass(frozen=True, slots=True)
class Story:
    who: str = ""
    happened: str = ""
    told: str = ""
    went_wrong: str = ""
    taught: str = ""
    touches: str = ""


def written(story: Story) -> str:
    """The story as Markdown; what nothing was said of is left out."""
    parts = [
        f"## {gettext(HEADINGS[field.name])}\n\n{said}"
        for field in fields(story)
        if (said := getattr(story, field.name).strip())
    ]
    return "\n\n".join(parts)


def told_apart(body: str) -> tuple[Story, str]:
    """What a story says under its headings, and the story without its facts."""
    names = {
        heading.casefold(): name
        for name, known in HEADINGS.items()
        for heading in (known, gettext(known))
    }
    said: dict[str, list[str]] = {name: [] for name in HEADINGS}
    telling: list[str] = []
    under, fence = "", ""
    for line in body.splitlines():
        fence = _fence_after(line, fence)
        heading = None if fence else _HEADING.fullmatch(line)
        if heading:
            under = names.get(heading[1].casefold(), "")
        elif under:
            said[under].append(line)
        if under not in FACTS:
            telling.append(line)
    found = {name: "\n".join(lines).strip() for name, lines in said.items()}
    return Story(**found), "\n".join(telling).strip()


def _fence_after(line: str, fence: str) -> str:
    """The fence of the code a line leaves us in; headings within it are code."""
    mark = _FENCE.match(line)
    if not mark:
        return fence
    if not fence:
        return mark[1]
    closes = mark[1].startswith(fence) and not line.strip().strip(fence[0])
    return "" if closes else fence
