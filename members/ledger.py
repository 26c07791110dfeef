"""The ledger as the position engine takes it in whole: columns, without rows of Python.

Ten million lines must fit beside everything else a worker does, so PostgreSQL packs the
few numbers the engine needs of each line, and nothing else of it is ever fetched.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Max, Min
from psycopg import sql

from domain.models import Domain
from members.models import Participation
from members.position.evidence import (
    COMMONS,
    KINDS,
    Channel,
    Evidence,
    Kind,
    Line,
    Told,
    standing,
)
from members.practice import evidence_in, lines_of, parties_in

#: What lines are about that counter lines take back: channel, giver, receiver, item.
_Subject: TypeAlias = tuple[str, int | None, int, str]

#: Lines fetched at once, by the span of their keys.
_SPAN: Final = 1 << 17

_MICROSECONDS_A_DAY: Final = 86_400 * 10**6

#: Of each line, as PostgreSQL packs it; work is told by a number added to its kind's.
#: Two thousand million memberships are enough: PostgreSQL says so if they are not.
_PACKED: Final = np.dtype(
    [
        ("at", ">i8"),
        ("amount", ">f8"),
        ("item", ">i8"),
        ("giver", ">i4"),
        ("receiver", ">i4"),
        ("area", ">i4"),
        ("kind", ">i2"),
    ]
)
_WORK: Final = 256

_TABLE: Final = sql.Identifier(Participation._meta.db_table)  # noqa: SLF001 - Django documents it

#: Items are told apart by 64 bits of their name: among ten million, two are taken for
#: one with a chance of three in a million.
_LINES: Final = sql.SQL(
    """
    {own} SELECT string_agg(
        int8send((date_part('epoch', occurred_at) * 1e6)::bigint)
        || float8send(amount)
        || int8send(hashtextextended(item, 0))
        || int4send(coalesce(giver_id, %(commons)s)::integer)
        || int4send(receiver_id::integer)
        || int4send(coalesce(area_id, -1)::integer)
        || int2send((array_position(%(kinds)s, kind::text) - 1
                     + CASE channel WHEN 'work' THEN %(work)s ELSE 0 END)::smallint),
        '')
    FROM {ledger} AS line
    WHERE {which} AND domain_id = %(domain)s AND channel <> '' AND NOT practice
      AND kind = ANY(%(kinds)s) AND kind <> 'countered'
      AND NOT EXISTS (
        SELECT FROM unnest(%(channels)s::text[], %(givers)s::bigint[],
                           %(receivers)s::bigint[], %(items)s::text[])
          AS taken_back (channel, giver, receiver, item)
        WHERE taken_back.item = line.item
          AND taken_back.giver IS NOT DISTINCT FROM line.giver_id
          AND taken_back.receiver = line.receiver_id
          AND taken_back.channel = line.channel)
    """
)
_IN_SPANS: Final = _LINES.format(
    own=sql.SQL(""),
    ledger=_TABLE,
    which=sql.SQL("id >= %(start)s AND id < %(end)s"),
)
#: Of some members: their own lines, and those by which the same items were recognised,
#: which credit what they carried. What full members carried is credited anyway.
_OF_SOME: Final = _LINES.format(
    own=sql.SQL(
        """
        WITH own AS MATERIALIZED (
            SELECT id, NULL AS item FROM {ledger}
            WHERE receiver_id = ANY(%(who)s) AND domain_id = %(domain)s
              AND channel = 'work'
            UNION ALL
            SELECT id, CASE WHEN giver_id <> ALL(%(full)s) THEN item END FROM {ledger}
            WHERE giver_id = ANY(%(who)s) AND domain_id = %(domain)s
              AND channel = 'stewardship')
        """
    ).format(ledger=_TABLE),
    ledger=_TABLE,
    which=sql.SQL(
        """id IN (
            SELECT id FROM own UNION
            SELECT about.id FROM {ledger} AS about JOIN own USING (item)
            WHERE about.domain_id = %(domain)s AND about.kind = 'recognised')"""
    ).format(ledger=_TABLE),
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A domain's evidence as of one reading."""

    evidence: Evidence
    #: Lines about what counter lines took back, all or in part, and these themselves.
    taken_back: int

    def telling_of(self, at: float) -> tuple[int, int]:
        """Return what tells one reading's past up to a moment from another's.

        Lines are never changed or deleted: while both numbers stay, the past has too.
        """
        return self.evidence.until(at), self.taken_back


def read(
    domain: Domain,
    *,
    who: Collection[int] | None = None,
    full: Collection[int] = (),
) -> Ledger:
    """Read a domain's evidence, or what some members' positions are made of.

    ``full`` are those of them who are known to be full at the moment it is read for.

    People and areas go by their primary keys. What was taken back is left out as the
    engine leaves it out, line by line: there is little of it.
    """
    subjects = _taken_back(domain)
    about = _about(domain, subjects)
    columns = _Columns()
    columns.add(_told(standing(about)))
    parameters: dict[str, Any] = {
        "domain": domain.pk,
        "kinds": [kind.value for kind in KINDS],
        "work": _WORK,
        "commons": COMMONS,
        "channels": [channel for channel, *_ in subjects],
        "givers": [giver for _, giver, *_ in subjects],
        "receivers": [receiver for *_, receiver, _ in subjects],
        "items": [item for *_, item in subjects],
    }
    if who is None:
        wanted = ((_IN_SPANS, span) for span in _spans(domain))
    else:
        wanted = ((_OF_SOME, {"who": list(who), "full": list(full)}) for _ in range(1))
    with connection.cursor() as cursor:
        for lines, which in wanted:
            cursor.execute(lines, {**parameters, **which})
            (packed,) = cursor.fetchone()
            if packed is not None:
                columns.add(_unpacked(packed))
    evidence = Evidence.of(columns.joined(), party=parties_in(domain))
    return Ledger(evidence, taken_back=len(about))


class _Columns:
    """Columns as they come in, each let go of as soon as it is joined."""

    def __init__(self) -> None:
        self._parts: dict[str, list[npt.NDArray[Any]]] = {
            field.name: [] for field in fields(Told)
        }

    def add(self, told: Told) -> None:
        for name, parts in self._parts.items():
            parts.append(getattr(told, name))

    def joined(self) -> Told:
        return Told(
            **{name: np.concatenate(self._parts.pop(name)) for name in [*self._parts]}
        )


def _spans(domain: Domain) -> Iterator[dict[str, Any]]:
    """Yield spans of keys that hold all of a domain's lines."""
    ends = evidence_in(domain).aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is not None:
        for start in range(ends["first"], ends["last"] + 1, _SPAN):
            yield {"start": start, "end": start + _SPAN}


def _taken_back(domain: Domain) -> list[_Subject]:
    counters = evidence_in(domain).filter(kind=Kind.COUNTERED).order_by()
    subjects = counters.values_list("channel", "giver", "receiver", "item").distinct()
    return list(subjects)


def _about(domain: Domain, subjects: list[_Subject]) -> list[Line]:
    """Return all lines about some subjects; their items go by the number of the name."""
    if not subjects:
        return []
    names = sorted({item for *_, item in subjects})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item, hashtextextended(item, 0) FROM unnest(%s::text[]) AS item",
            [names],
        )
        numbers = dict(cursor.fetchall())
    wanted = set(subjects)
    return [
        Line(
            key=line.key,
            channel=line.channel,
            kind=line.kind,
            giver=line.giver,
            receiver=line.receiver,
            amount=line.amount,
            item=numbers[line.item],
            at=line.at,
            area=line.area,
        )
        for line in lines_of(evidence_in(domain).filter(item__in=names))
        if (line.channel.value, _side(line.giver), line.receiver, line.item) in wanted
    ]


def _side(giver: Hashable) -> Hashable:
    return None if giver == COMMONS else giver


def _told(lines: Iterable[Line]) -> Told:
    rows: list[tuple[Any, ...]] = [
        (
            line.at,
            line.amount,
            line.giver,
            line.receiver,
            line.item,
            -1 if line.area is None else line.area,
            KINDS.index(line.kind),
            line.channel is Channel.WORK,
        )
        for line in lines
    ]
    types = (float, float, np.int32, np.int32, np.int64, np.int32, np.int8, np.bool_)
    columns = zip(*rows, strict=True) if rows else ((),) * len(types)
    return Told(
        *(np.asarray(part, type_) for part, type_ in zip(columns, types, strict=True))
    )


def _unpacked(packed: bytes) -> Told:
    rows = np.frombuffer(packed, _PACKED)
    kind = rows["kind"].astype(np.int16)
    return Told(
        # One division of whole numbers, as days() does it, or a line of this very
        # moment could lie a hair after it.
        at=rows["at"].astype(np.int64) / _MICROSECONDS_A_DAY,
        amount=rows["amount"].astype(np.float64),
        giver=rows["giver"].astype(np.int32),
        receiver=rows["receiver"].astype(np.int32),
        item=rows["item"].astype(np.int64),
        area=rows["area"].astype(np.int32),
        kind=(kind % _WORK).astype(np.int8),
        is_work=kind >= _WORK,
    )
