"""Many rows at once: copied in, and only those kept that are not there yet."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql


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


def update_rows(
    model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Give many rows new values in one statement; each begins with its primary key."""
    if not rows:
        return
    name = model._meta.db_table  # noqa: SLF001 - Django documents it
    columns = [_column(model, field) for field in ("pk", *fields)]
    types = [
        sql.SQL(str(_field(model, field).cast_db_type(connection)))
        for field in ("pk", *fields)
    ]
    statement = sql.SQL(
        "UPDATE {table} SET {sets} FROM unnest({arrays}) AS new ({names})"
        " WHERE {table}.{key} = new.{key}"
    ).format(
        table=sql.Identifier(name),
        sets=sql.SQL(", ").join(
            sql.SQL("{0} = new.{0}").format(column) for column in columns[1:]
        ),
        arrays=sql.SQL(", ").join(sql.SQL("%s::{}[]").format(type_) for type_ in types),
        names=sql.SQL(", ").join(columns),
        key=columns[0],
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def _column(model: type[models.Model], field: str) -> sql.Identifier:
    return sql.Identifier(str(_field(model, field).column))


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    if name == "pk":
        return model._meta.pk  # noqa: SLF001 - Django documents it
    field = model._meta.get_field(name)  # noqa: SLF001 - Django documents it
    assert isinstance(field, models.Field)  # noqa: S101 - others have no column
    return field
