"""Many rows read at once, as columns of numbers.

PostgreSQL sends rows of numbers in its binary format, in which each takes as many bytes
as the next: they are taken in as one array, without an object of Python for each.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

#: How a number lies in an array, and what PostgreSQL calls its type.
_TYPES: Final = {
    "i8": ("bigint", ">i8"),
    "i4": ("integer", ">i4"),
    "i2": ("smallint", ">i2"),
    "f8": ("double precision", ">f8"),
    "?": ("boolean", ">i1"),
}
#: What comes before the first row (a signature, flags, an extension's length), and
#: what ends the last.
_HEAD, _TAIL = 19, 2
#: So many bytes are unpacked at a time.
_AT_ONCE: Final = 1 << 22

Columns = npt.NDArray[Any]


def read_columns(
    columns: Mapping[str, tuple[str, sql.Composable]],
    source: sql.Composable,
    parameters: Mapping[str, Any],
) -> Columns:
    """Return the rows of ``source`` as one structured array.

    ``columns`` says of each field its type (``i8``, ``i4``, ``i2``, ``f8`` or ``?``)
    and the SQL of its value, which is never null. ``source`` is all that follows
    ``SELECT …``, from FROM on; it and the values may name ``parameters``.
    """
    chosen = sql.SQL(", ").join(
        sql.SQL("({value})::{type}").format(
            value=value,
            type=sql.SQL(_TYPES[kind][0]),
        )
        for kind, value in columns.values()
    )
    query = sql.SQL("COPY (SELECT {chosen} {source}) TO STDOUT (FORMAT BINARY)").format(
        chosen=chosen, source=source
    )
    kinds = {name: kind for name, (kind, _value) in columns.items()}
    connection.ensure_connection()
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(query, parameters) as copy,
    ):
        return np.concatenate(list(_unpacked(copy, kinds)))


def _unpacked(
    copy: Iterable[bytes | bytearray | memoryview], kinds: Mapping[str, str]
) -> Iterator[Columns]:
    """Unpack as it comes, so that what was sent and what it says never lie side by side."""
    fields: list[tuple[str, str]] = [("_fields", ">i2")]
    for name, kind in kinds.items():
        fields += [(f"_{name}", ">i4"), (name, _TYPES[kind][1])]
    sent = np.dtype(fields)
    kept = np.dtype([(name, kind) for name, kind in kinds.items()])
    held, begun = bytearray(), False
    for part in copy:
        held += part
        if not begun and len(held) >= _HEAD:
            del held[:_HEAD]
            begun = True
        if len(held) >= _AT_ONCE:
            yield _taken(held, sent, kept)
    yield _taken(held, sent, kept)
    if len(held) != _TAIL:
        raise ValueError("What was sent does not end with a row.")


def _taken(held: bytearray, sent: np.dtype[Any], kept: np.dtype[Any]) -> Columns:
    """Take the whole rows out of what is held; the rest waits for more."""
    count = len(held) // sent.itemsize
    rows = np.frombuffer(bytes(held[: count * sent.itemsize]), dtype=sent)
    del held[: count * sent.itemsize]
    columns = np.empty(count, dtype=kept)
    for name in kept.names or ():
        columns[name] = rows[name]
    return columns
