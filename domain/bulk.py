"""Many rows at once: copied in, and only those kept that are not there yet."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from django.db import connection, models, transaction
from psycopg import sql

#: How columns lie in PostgreSQL's binary format, by the type they are cast to.
_BINARY: Final = {
    "bigint": ">i8",
    "integer": ">i4",
    "smallint": ">i2",
    "double precision": ">f8",
    "boolean": ">i1",
    "timestamp with time zone": ">i8",
}
#: What the binary format begins and ends with.
_BEGINS: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_ENDS: Final = b"\xff\xff"
#: PostgreSQL counts microseconds from here.
_YEAR_2000: Final = np.datetime64("2000-01-01", "us")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A column of few values, words or none at all: places in a list of them."""

    places: npt.NDArray[Any]
    among: Sequence[Any]


Column: TypeAlias = npt.NDArray[Any] | Chosen


@transaction.atomic
def insert_new(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    counted_by: str,
) -> Counter[Any]:
    """Insert rows, and leave those alone that a constraint says are there already.

    ``fields`` names the columns in the order of each row; all others take the value
    the database gives them. Return how many rows were new, by ``counted_by``.
    """
    name = model._meta.db_table  # noqa: SLF001 - Django documents it
    table, incoming = sql.Identifier(name), sql.Identifier(f"incoming_{name}")
    columns = [_column(model, name) for name in fields]
    names = sql.SQL(", ").join(columns)
    # Drawn first: what makes the rows may ask the database, which hears nothing else
    # while it is copied to.
    rows = list(rows)
    with connection.cursor() as cursor:
        # Of no constraints, so that a row already there fails nothing.
        cursor.execute(
            sql.SQL(
                "CREATE TEMPORARY TABLE {incoming} ON COMMIT DROP AS"
                " SELECT {names} FROM {table} WITH NO DATA"
            ).format(incoming=incoming, names=names, table=table)
        )
        copy_in = sql.SQL("COPY {incoming} ({names}) FROM STDIN").format(
            incoming=incoming, names=names
        )
        with cursor.copy(copy_in) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            sql.SQL(
                "WITH new AS (INSERT INTO {table} ({names})"
                " SELECT {names} FROM {incoming}"
                " ON CONFLICT DO NOTHING RETURNING {counted_by})"
                " SELECT {counted_by}, count(*) FROM new GROUP BY 1"
            ).format(
                table=table,
                names=names,
                incoming=incoming,
                counted_by=_column(model, counted_by),
            )
        )
        new = Counter(dict(cursor.fetchall()))
        cursor.execute(sql.SQL("DROP TABLE {incoming}").format(incoming=incoming))
    return new


def insert_columns(model: type[models.Model], columns: Mapping[str, Column]) -> None:
    """Insert rows given column by column, without a row of Python.

    All other fields take the value the database gives them. Moments are
    ``datetime64[us]`` in UTC; bytes are arrays of a fixed length (``V24``).
    """
    table = sql.Identifier(model._meta.db_table)  # noqa: SLF001 - Django documents it
    _copy(table, [_column(model, name) for name in columns], _packed(model, columns))


def update_columns(
    model: type[models.Model],
    keys: npt.NDArray[Any],
    columns: Mapping[str, Column],
) -> None:
    """Give many rows new values in one statement, column by column."""
    if not keys.size:
        return
    name = model._meta.db_table  # noqa: SLF001 - Django documents it
    table, incoming = sql.Identifier(name), sql.Identifier(f"incoming_{name}")
    given: dict[str, Column] = {"pk": keys, **columns}
    names = {name: _column(model, name) for name in given}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(
                incoming,
                sql.SQL(", ").join(
                    sql.SQL("{} {}").format(
                        names[name], sql.SQL(_type(model, name, column))
                    )
                    for name, column in given.items()
                ),
            )
        )
        _copy(incoming, list(names.values()), _packed(model, given))
        # In the order of their keys, like everybody who locks more than one.
        cursor.execute(
            sql.SQL(
                "SELECT count(*) FROM (SELECT FROM {table} JOIN {incoming} AS new"
                " ON {table}.{key} = new.{key} ORDER BY {table}.{key}"
                " FOR NO KEY UPDATE OF {table}) AS locked"
            ).format(table=table, incoming=incoming, key=names["pk"])
        )
        cursor.execute(
            sql.SQL(
                "UPDATE {table} SET {sets} FROM {incoming} AS new"
                " WHERE {table}.{key} = new.{key}"
            ).format(
                table=table,
                incoming=incoming,
                key=names["pk"],
                sets=sql.SQL(", ").join(
                    sql.SQL("{} = {}").format(names[name], _given(model, name, column))
                    for name, column in columns.items()
                ),
            )
        )
        cursor.execute(sql.SQL("DROP TABLE {}").format(incoming))


def _given(model: type[models.Model], name: str, column: Column) -> sql.Composable:
    new = sql.SQL("new.{}").format(_column(model, name))
    if not isinstance(column, Chosen):
        return new
    of_type = sql.SQL(str(_field(model, name).cast_db_type(connection)))
    return sql.SQL("({}::{}[])[1 + {}]").format(
        sql.Literal(list(column.among)), of_type, new
    )


def _packed(model: type[models.Model], columns: Mapping[str, Column]) -> bytes:
    """Return rows in PostgreSQL's binary format; all are of one length."""
    values = {
        name: column.places if isinstance(column, Chosen) else column
        for name, column in columns.items()
    }
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for name, column in columns.items():
        is_raw = values[name].dtype.kind == "V"
        kind = values[name].dtype.str if is_raw else _BINARY[_type(model, name, column)]
        layout += [(f"length of {name}", ">i4"), (name, kind)]
    rows = np.empty(values[next(iter(values))].size, layout)
    rows["fields"] = len(columns)
    for name, column in values.items():
        rows[f"length of {name}"] = rows.dtype[name].itemsize
        is_moment = column.dtype.kind == "M"
        rows[name] = (column - _YEAR_2000).astype(np.int64) if is_moment else column
    return rows.tobytes()


def _copy(
    table: sql.Identifier, columns: Sequence[sql.Identifier], packed: bytes
) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(
            sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
                table, sql.SQL(", ").join(columns)
            )
        ) as copy,
    ):
        copy.write(_BEGINS + packed + _ENDS)


def _type(model: type[models.Model], name: str, column: Column) -> str:
    if isinstance(column, Chosen):
        return "integer"
    return str(_field(model, name).cast_db_type(connection))


def _column(model: type[models.Model], field: str) -> sql.Identifier:
    return sql.Identifier(str(_field(model, field).column))


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    if name == "pk":
        return model._meta.pk  # noqa: SLF001 - Django documents it
    field = model._meta.get_field(name)  # noqa: SLF001 - Django documents it
    assert isinstance(field, models.Field)  # noqa: S101 - others have no column
    return field
