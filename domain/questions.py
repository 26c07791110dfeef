"""Questions whose SQL Django puts together once a process.

Django works the SQL of a queryset out anew each time it is asked, which takes longer
than PostgreSQL needs for most answers. What every page asks is therefore written down
once, with the values that differ left open:

    @question
    def entries_of() -> QuerySet[Entry]:
        return Entry.objects.filter(written_by=Given("who")).order_by("pk")[:5]

    entries_of.ask(who=membership.pk)

Arguments of the function itself make another question of it, with SQL of its own: few
and small ones, such as whether a reader is signed in.
"""

from collections.abc import Callable, Hashable, Iterable
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

from django.db import connections
from django.db.models import BooleanField, Count, Expression, F, Func, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")

#: Forms of one question that are kept.
MOST_FORMS = 128


class Given(Expression):
    """A value the question is asked with, in the place of one in a queryset.

    Where a queryset would turn an object into its key, the key is to be given.
    """

    def __init__(self, name: str, output_field: Any = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        return "(%s)", [self]


def is_any_of(field: str, name: str) -> Func:
    """A field's value is in a list the question is asked with: instead of ``__in``."""
    return Func(
        F(field),
        Given(name),
        template="%(expressions)s",
        arg_joiner=" = ANY ",
        output_field=BooleanField(),
    )


def number_of(rows: QuerySet[Any, Any]) -> QuerySet[Any, int]:
    """One row with the number of rows there are."""
    counted = rows.order_by().values(_=Value(1)).annotate(number=Count("pk"))
    numbers: QuerySet[Any, int] = counted.values_list("number", flat=True)
    return numbers


@dataclass(frozen=True, slots=True)
class _Form:
    queryset: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]

    @classmethod
    def of(cls, queryset: QuerySet[Any, Any]) -> "_Form":
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, parameters = compiler.as_sql()
        return cls(queryset, compiler, sql, tuple(parameters))

    def ask(self, values: dict[str, object]) -> Iterable[Any]:
        asked: tuple[Any, ...] = tuple(
            values[one.name] if isinstance(one, Given) else one
            for one in self.parameters
        )
        # Copies, because connections belong to threads and forms to all of them.
        compiler, found = copy(self.compiler), self.queryset.all()
        compiler.connection = connections[found.db]
        compiler.as_sql = lambda *_, **__: (self.sql, asked)  # type: ignore[method-assign]
        found.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        return found


class Question(Generic[Row]):
    """What a page asks again and again, each time with other values."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self.build = build
        self._form = lru_cache(MOST_FORMS)(lambda *form: _Form.of(build(*form)))

    def ask(self, *form: Hashable, **values: object) -> list[Row]:
        """Return the rows there are, for every value that was left open."""
        return list(cast("Iterable[Row]", self._form(*form).ask(values)))

    def first(self, *form: Hashable, **values: object) -> Row | None:
        """Return the first of the rows; the question itself says how many it wants."""
        return next(iter(self.ask(*form, **values)), None)


def question(build: Callable[..., QuerySet[Any, Row]]) -> Question[Row]:
    return Question(build)
