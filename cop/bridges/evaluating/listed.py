"""Who a community itself lists as its core, and since when: the file CORE.json."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from cop.bridges.evidence import days
from domain.refusal import Refusal, Refused

#: While a list is new it is being filled in: who is on it by the end of its first half
#: year came in at a date nobody knows. Only where the file does not say who they are.
FILLING_IN: Final = 182.0

#: More than this is no list of people.
LARGEST: Final = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class Change:
    """Who came into the core and who left it on one day, in days since 1970."""

    on: float
    entered: frozenset[str]
    left: frozenset[str]


@dataclass(frozen=True, slots=True)
class Listed:
    """The core as its community lists it, on every day since there is a list."""

    #: Changes in order of time.
    changes: tuple[Change, ...]
    #: When each came in for the first time.
    entered: Mapping[str, float]
    #: Whose first day is not known, because the list began with them.
    undated: frozenset[str]
    as_of: date

    @property
    def begins(self) -> float:
        return self.changes[0].on

    def core_at(self, moment: float) -> frozenset[str]:
        """Return the core of a moment, in days since 1970."""
        core: frozenset[str] = frozenset()
        for change in self.changes:
            if change.on <= moment:
                core = (core | change.entered) - change.left
        return core


def read(path: Path) -> Listed:
    """Read a list of core people; refuse a file that is not one, and say why."""
    fields = _fields(path)
    core = _names(fields, "core")
    if not core:
        raise _refused("empty_core", _("%(path)s lists nobody as core."), path)
    as_of = _day(fields.get("as_of"), "as_of", path)
    entered = _days(fields, "became", path)
    left = _days(fields, "left", path)
    changes = _changes(fields, path) or _changes_told_by(core, entered, left, as_of)
    # A list may have been corrected without a dated change: it has the last word.
    last = Listed(changes, {}, frozenset(), as_of).core_at(_number(as_of))
    if last != core:
        changes = (*changes, Change(_number(as_of), core - last, last - core))
    undated = _names(fields, "became_censored")
    if "became_censored" not in fields:
        until = changes[0].on + FILLING_IN
        undated = frozenset(one for one, on in entered.items() if on < until)
    return Listed(changes, entered, undated, as_of)


def _fields(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise _refused("too_large", _("%(path)s is too large for a list."), path)
        fields = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(
            Refusal(
                "unreadable",
                _("%(path)s cannot be read: %(reason)s.")
                % {"path": path, "reason": error.strerror},
            )
        ) from None
    except (ValueError, RecursionError):
        raise _refused("bad_json", _("%(path)s is not JSON in UTF-8."), path) from None
    if not isinstance(fields, dict):
        raise _refused("not_an_object", _("%(path)s is JSON, but not an object."), path)
    return fields


def _changes(fields: dict[str, Any], path: Path) -> tuple[Change, ...]:
    told = fields.get("history") or []
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise _wrong(path, "history", _("a list of objects"))
    changes = [
        Change(
            on=_number(_day(one.get("date"), "history.date", path)),
            entered=_names(one, "in"),
            left=_names(one, "out"),
        )
        for one in told
    ]
    return tuple(sorted(changes, key=lambda change: change.on))


def _changes_told_by(
    core: frozenset[str],
    entered: Mapping[str, float],
    left: Mapping[str, float],
    as_of: date,
) -> tuple[Change, ...]:
    """Return the changes as far as first and last days tell them, without a history."""
    unknown = core - entered.keys()
    first = min((*entered.values(), *left.values()), default=_number(as_of))
    days_of_change = {first, *entered.values(), *left.values()}
    return tuple(
        Change(
            on=on,
            entered=frozenset(one for one, since in entered.items() if since == on)
            | (unknown if on == first else frozenset()),
            left=frozenset(one for one, since in left.items() if since == on),
        )
        for on in sorted(days_of_change)
    )


def _names(fields: Mapping[str, Any], name: str) -> frozenset[str]:
    told = fields.get(name)
    if told is None:
        return frozenset()
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise Refused(
            Refusal(
                "wrong_type",
                _("“%(field)s” must be a list of texts.") % {"field": name},
            )
        )
    return frozenset(told)


def _days(fields: Mapping[str, Any], name: str, path: Path) -> dict[str, float]:
    told = fields.get(name) or {}
    if not isinstance(told, dict):
        raise _wrong(path, name, _("an object of days by person"))
    return {one: _number(_day(text, name, path)) for one, text in told.items()}


def _day(text: Any, name: str, path: Path) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise _wrong(path, name, _("a day as 2026-01-31")) from None


def _number(day: date) -> float:
    """Return a day's first moment in days since 1970."""
    return days(datetime(day.year, day.month, day.day, tzinfo=UTC))


def end_of(day: date) -> float:
    """Return the moment a day ends at, in days since 1970."""
    return _number(day) + 1.0


def firsts_of_month(begin: float, end: float) -> Iterable[tuple[int, float]]:
    """Yield the first of every month between two moments, with the month's number."""
    epoch = date(1970, 1, 1)
    year = (epoch + timedelta(days=max(begin, 0.0))).year
    while True:
        for month in range(1, 13):
            at = _number(date(year, month, 1))
            if at > end:
                return
            if at >= begin:
                yield month, at
        year += 1


def _refused(code: str, sentence: str, path: Path) -> Refused:
    return Refused(Refusal(code, sentence % {"path": path}))


def _wrong(path: Path, name: str, wanted: str) -> Refused:
    return Refused(
        Refusal(
            "wrong_type",
            _("“%(field)s” in %(path)s must be %(wanted)s.")
            % {"field": name, "path": path, "wanted": wanted},
        )
    )
