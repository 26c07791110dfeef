"""The baseline: how long people took who worked alone, as an organizer brought it in.

A table with a line a person: when they started, whether they got there, and when they
did or were last seen. Pure.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from cop.health.survival import Waits

COLUMNS: Final = ("start", "reached", "when")
YES: Final = frozenset({"yes", "y", "true", "1"})
NO: Final = frozenset({"no", "n", "false", "0", ""})

#: A table of more people is no baseline of one community.
MOST: Final = 100_000
#: More than this nobody mends in one go.
MOST_TOLD: Final = 10


class Unreadable(ValueError):
    """What is wrong with the table, line by line."""

    def __init__(self, troubles: list[str]) -> None:
        super().__init__("\n".join(troubles))
        self.troubles = troubles


@dataclass(frozen=True, slots=True)
class Row:
    days: int
    is_over: bool


def read(text: str) -> list[Row]:
    """Return how long each person of the table waited, and whether they got there.

    Raises ``Unreadable`` with every line that cannot be read, up to ten.
    """
    written = text.lstrip("\ufeff").splitlines()
    # Programs of countries that write 1,5 part columns by semicolons.
    head = written[0] if written else ""
    lines = csv.DictReader(written, delimiter=";" if ";" in head else ",")
    try:
        return _read(lines)
    except csv.Error:
        raise Unreadable(
            [_("Line %(number)d: this is no CSV.") % {"number": lines.line_num + 1}]
        ) from None


def _read(lines: "csv.DictReader[str]") -> list[Row]:
    heads = [head.strip().casefold() for head in lines.fieldnames or ()]
    if any(name not in heads for name in COLUMNS):
        raise Unreadable(
            [_("The first line has to name the columns: start, reached, when.")]
        )
    rows: list[Row] = []
    troubles: list[str] = []
    for line in _plain(lines):
        try:
            rows.append(_row(line))
        except ValueError as wrong:
            troubles.append(
                _("Line %(number)d: %(what)s")
                % {"number": lines.line_num, "what": wrong}
            )
        if len(troubles) >= MOST_TOLD or len(rows) > MOST:
            break
    if len(rows) > MOST:
        troubles = [_("More than %(most)s people.") % {"most": f"{MOST:,}"}]
    if not (rows or troubles):
        troubles = [_("There is nobody in it.")]
    if troubles:
        raise Unreadable(troubles)
    return rows


def waits(rows: list[tuple[float, bool]]) -> Waits:
    return Waits(
        np.array([days for days, _over in rows], dtype=float),
        np.array([over for _days, over in rows], dtype=bool),
    )


def _plain(lines: "csv.DictReader[str]") -> Iterator[dict[str, str]]:
    for line in lines:
        yield {
            (head or "").strip().casefold(): (value or "").strip()
            for head, value in line.items()
            if head is not None and (isinstance(value, str) or value is None)
        }


def _row(line: dict[str, str]) -> Row:
    started, ended = _day(line["start"]), _day(line["when"])
    said = line["reached"].casefold()
    if said not in YES | NO:
        raise ValueError(
            _("“%(said)s” is neither yes nor no.") % {"said": line["reached"][:20]}
        )
    if ended < started:
        raise ValueError(_("it ends before it starts."))
    return Row((ended - started).days, said in YES)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(
            _("“%(text)s” is no day; write it as 2026-03-31.") % {"text": text[:20]}
        ) from None
