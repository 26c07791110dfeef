"""Many rows read at once, as columns of numbers.

PostgreSQL sends rows of numbers in its binary format, in which each takes as many bytes
as the next: they are taken in as one array, without an object of Python for each.
"""

from collections.abc import Mapping
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
    connection.ensure_connection()
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(query, parameters) as copy,
    ):
        sent = b"".join(bytes(part) for part in copy)
    return _unpacked(sent, {name: kind for name, (kind, _value) in columns.items()})


def _unpacked(sent: bytes, kinds: Mapping[str, str]) -> Columns:
    fields: list[tuple[str, str]] = [("_fields", ">i2")]
    for name, kind in kinds.items():
        fields += [(f"_{name}", ">i4"), (name, _TYPES[kind][1])]
    rows = np.frombuffer(sent[_HEAD:-_TAIL], dtype=np.dtype(fields))
    columns = np.empty(len(rows), dtype=[(name, kind) for name, kind in kinds.items()])
    for name in kinds:
        columns[name] = rows[name]
    return columns
