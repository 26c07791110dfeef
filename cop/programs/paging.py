"""Paging: some of many at a time, after a place that what comes between does not move.

A place is the order's values of the last row that was given, so that nothing is given
twice or left out when rows come in before it.
"""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from pydantic import BaseModel

from cop.programs.saying.base import LARGEST_KEY, Pages
from domain.refusal import Refusal, Refused

Row = TypeVar("Row", bound=Model)
Thing = TypeVar("Thing", bound=BaseModel)

USUAL: Final = 25
MOST: Final = 100
LONGEST_CURSOR: Final = 600


def page(
    rows: QuerySet[Row],
    *,
    order: Sequence[str],
    cursor: str,
    limit: int,
    say: Callable[[Sequence[Row]], Sequence[Thing]],
) -> Pages[Thing]:
    """Return the rows after a place, in an order that ends in what is unique."""
    if cursor:
        place = _place(cursor, order)
        try:
            rows = rows.filter(_after(order, place))
        except (ValueError, TypeError, ValidationError):
            # A place in a list of another kind.
            raise Refused(no_such_place()) from None
    # One more than is given says that there are more.
    found = list(rows.order_by(*order)[: limit + 1])
    given = found[:limit]
    more = len(found) > limit
    return Pages[Any](
        items=list(say(given)), next=_cursor(given[-1], order) if more else None
    )


def sealed(values: Sequence[Any]) -> str:
    """Values as a cursor: nothing for a program to read, and nothing to hide."""
    typed = json.dumps(values, separators=(",", ":"))
    return base64.urlsafe_b64encode(typed.encode()).decode().rstrip("=")


def opened(cursor: str) -> list[Any]:
    """The values of a cursor; ``ValueError`` where it is none of ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except RecursionError:
        raise ValueError from None
    return values if isinstance(values, list) else []


def _cursor(row: Model, order: Sequence[str]) -> str:
    return sealed([_value(row, name.lstrip("-")) for name in order])


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row.isoformat() if isinstance(row, datetime | date) else row


def _place(cursor: str, order: Sequence[str]) -> list[Any]:
    try:
        values = [_typed(value) for value in opened(cursor)]
    except ValueError:
        raise Refused(no_such_place()) from None
    if len(values) != len(order):
        raise Refused(no_such_place())
    return values


def _typed(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= LARGEST_KEY:
        return value
    if isinstance(value, str) and "\x00" not in value:
        value.encode()
        return _moment(value) or value
    raise ValueError


def _moment(value: str) -> datetime | None:
    """A moment as a cursor has it, and no word that only resembles one."""
    moment = parse_datetime(value) if "T" in value else None
    return moment if moment is not None and moment.tzinfo is not None else None


def no_such_place() -> Refusal:
    return Refusal(
        "cursor",
        _("This cursor says no place in this list."),
        _("Begin again without one."),
    )


def _after(order: Sequence[str], place: Sequence[Any]) -> Q:
    """Rows that come later: further on in one value, with all before it the same."""
    later, same = Q(pk__in=[]), Q()
    for name, value in zip(order, place, strict=True):
        field, further = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        later |= same & Q(**{f"{field}__{further}": value})
        same &= Q(**{field: value})
    return later
