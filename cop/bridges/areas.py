"""Areas of practice out of a history's folders. Pure: names in, names out."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from django.utils.text import slugify
from django.utils.translation import gettext as _

#: A map with more sectors than this says nothing about any.
MOST_AREAS: Final = 10
LONGEST_NAME: Final = 60

#: What sources call files that lie in no folder, and acts about no file.
_AT_THE_TOP: Final = frozenset({"(root)", ".", "/"})
_NOWHERE: Final = frozenset({"", "(none)"})


def readable(area: str) -> str:
    """Return the name people read for a folder, or "" where there is none to read."""
    if area in _NOWHERE:
        return ""
    if area in _AT_THE_TOP:
        return _("Top level")
    parts = [part.strip("._- ") for part in area.split("/")]
    words = " / ".join(part for part in parts if part)
    words = words.replace("_", " ").replace("-", " ")
    return (words[:1].upper() + words[1:])[:LONGEST_NAME].strip()


def slug(name: str) -> str:
    return slugify(name)[:LONGEST_NAME]


def chosen(
    acts: Mapping[str, int], *, present: Collection[str], most: int = MOST_AREAS
) -> list[str]:
    """Return the names of areas to make, those with most acts first.

    ``acts`` counts them by folder as the source calls it; ``present`` are the slugs of
    areas there are. Where there are more than a map can show, the smallest share one.
    """
    named: Counter[str] = Counter()
    for area, count in acts.items():
        name = readable(area)
        named[name if slug(name) else ""] += count
    wanted = sorted(
        (name for name in named if name and slug(name) not in present),
        key=lambda name: (-named[name], name),
    )
    # Two folders may read the same; the first names the area of both.
    wanted = list({slug(name): name for name in reversed(wanted)}.values())[::-1]
    room = most - len(present)
    kept = wanted if len(wanted) <= room else wanted[: max(room - 1, 0)]
    rest = other()
    if slug(rest) not in present and (named[""] or len(kept) < len(wanted)):
        kept.append(rest)
    return kept


def other() -> str:
    return _("Other")
