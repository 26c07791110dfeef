"""Synthetic ledgers: power-law communities of any size, always the same.

Works are spread over five years. A few authors do most of the work; readers are the
most active tenth, and a few of those read most of it. Every work is recognised and
reviewed by one reader, so that a work is two lines, as with the product itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import connection, models, transaction

from domain.models import Domain
from members.models import Membership, Participation
from members.position.pairs import Floats, Numbers

YEARS: Final = 5
AREAS: Final = 5
SEED: Final = 20261122
#: Works are drawn and copied so many at a time.
_BATCH: Final = 100_000
_COLUMNS: Final = (
    "domain_id",
    "key",
    "kind",
    "channel",
    "giver_id",
    "receiver_id",
    "amount",
    "item",
    "title",
    "path",
    "area_id",
    "rounds",
    "accommodated",
    "practice",
    "entries",
    "occurred_at",
    "recorded_at",
    "counted",
)


@dataclass(frozen=True, slots=True)
class Community:
    """A domain with members and nothing told of them yet."""

    domain: Domain
    members: Numbers
    areas: list[int]
    ends_at: datetime

    @property
    def begins_at(self) -> datetime:
        return self.ends_at - timedelta(days=365 * YEARS)


def settle(*, members: int, ends_at: datetime) -> Community:
    """Make a domain with so many members, three of them founders."""
    begins_at = ends_at - timedelta(days=365 * YEARS)
    domain = Domain.objects.create(
        name="Bench",
        slug="bench",
        concern=".",
        stakes=".",
        served=".",
        founded_at=begins_at,
    )
    areas = [
        domain.areas.create(name=f"Area {place}", slug=f"area-{place}", place=place).pk
        for place in range(AREAS)
    ]
    Membership.objects.bulk_create(
        (
            Membership(
                domain=domain,
                handle=f"m{number}",
                name=f"Member {number}",
                joined_at=begins_at,
                zone_since=begins_at,
            )
            for number in range(members)
        ),
        batch_size=5_000,
    )
    keys = np.sort(
        np.fromiter(domain.memberships.values_list("pk", flat=True), np.int64)
    )
    domain.memberships.filter(pk__in=keys[:3].tolist()).update(
        founder_until=begins_at + timedelta(days=180)
    )
    return Community(domain, keys, areas, ends_at)


def tell(community: Community, *, lines: int) -> None:
    """Write a whole ledger, its indexes afterwards: that is not what is measured."""
    span = timedelta(days=365 * YEARS).total_seconds()
    works = lines // 2
    drawn = np.random.default_rng(SEED)
    with transaction.atomic(), unindexed(Participation):
        for first in range(0, works, _BATCH):
            count = min(_BATCH, works - first)
            seconds = (first + np.sort(drawn.random(count)) * count) / works * span
            _copy(
                community, drawn, first, seconds, since=community.begins_at, told=True
            )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def tell_more(community: Community, *, lines: int, since: datetime, told: bool) -> None:
    """Write lines of the hour after a moment, as the product writes them."""
    drawn = np.random.default_rng(SEED + 1)
    seconds = np.sort(drawn.random(max(lines // 2, 1))) * 3_600
    first = Participation.objects.count()
    _copy(community, drawn, first, seconds, since=since, told=told)


def _copy(
    community: Community,
    drawn: np.random.Generator,
    first: int,
    seconds: Floats,
    *,
    since: datetime,
    told: bool,
) -> None:
    authors, readers = _sides(community, drawn, seconds.size)
    names = ", ".join(_COLUMNS)
    with connection.cursor() as cursor:
        table = Participation._meta.db_table  # noqa: SLF001 - Django documents it
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for number, (author, reader, after) in enumerate(
                zip(authors.tolist(), readers.tolist(), seconds.tolist(), strict=True),
                first,
            ):
                at = since + timedelta(seconds=after)
                for row in _lines(community, number, author, reader, at):
                    copy.write_row((*row, told))


def _sides(
    community: Community, drawn: np.random.Generator, count: int
) -> tuple[Numbers, Numbers]:
    members = community.members
    reading = max(members.size // 10, 3)
    authors = drawn.choice(members.size, count, p=_power(members.size, 0.9))
    readers = drawn.choice(reading, count, p=_power(reading, 0.7))
    readers = np.where(readers == authors, (readers + 1) % reading, readers)
    return members[authors], members[readers]


def _power(count: int, exponent: float) -> Floats:
    weights: Floats = np.arange(1, count + 1, dtype=np.float64) ** -exponent
    return weights / weights.sum()


def _lines(
    community: Community, number: int, author: int, reader: int, at: datetime
) -> Iterator[tuple[Any, ...]]:
    """Yield both lines of one work, as the product writes them."""
    areas = community.areas
    for kind, channel in (("recognised", "work"), ("reviewed", "stewardship")):
        yield (
            community.domain.pk,
            f"{kind}:{number}:{reader}",
            kind,
            channel,
            reader,
            author,
            1.0,
            f"submission:{number}",
            "A sheet of the autumn round",
            f"/c/bench/tasks/{number}/",
            areas[author % len(areas)],
            1,
            False,
            False,
            [],
            at,
            at,
        )


class unindexed:  # noqa: N801 - reads as what it does
    """Without some tables' indexes and foreign keys for a while; all come back."""

    def __init__(self, *models: type[models.Model]) -> None:
        self._tables = [one._meta.db_table for one in models]  # noqa: SLF001 - documented

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes"
                " WHERE tablename = ANY(%s)"
                " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
                [self._tables],
            )
            self._indexes = cursor.fetchall()
            cursor.execute(
                "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid)"
                " FROM pg_constraint WHERE contype IN ('f', 'u')"
                " AND conrelid = ANY(%s::regclass[])",
                [self._tables],
            )
            self._constraints = cursor.fetchall()
            for table, name, _definition in self._constraints:
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            for name, _definition in self._indexes:
                cursor.execute(f'DROP INDEX "{name}"')

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return
        with connection.cursor() as cursor:
            for _name, definition in self._indexes:
                cursor.execute(definition)
            for table, name, definition in self._constraints:
                cursor.execute(
                    f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'
                )
