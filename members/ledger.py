"""The ledger as the position engine takes it in: columns, without rows of Python.

Ten million lines must fit beside everything else a worker does, so PostgreSQL packs the
few numbers the engine needs of each line, and nothing else of it is ever fetched.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
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
from members.position.pairs import Flags, Numbers
from members.practice import evidence_in, lines_of, parties_in

#: What lines are about that counter lines take back: channel, giver, receiver, item.
_Subject: TypeAlias = tuple[str, int | None, int, str]

#: Lines fetched at once, by the span of their keys: they come as 36 bytes each.
_SPAN: Final = 1 << 19

_MICROSECONDS_A_DAY: Final = 86_400 * 10**6
#: PostgreSQL counts from the start of 2000, the engine from that of 1970.
_SINCE_1970: Final = 10_957 * _MICROSECONDS_A_DAY

#: Of each line, as PostgreSQL packs it: every part joined on costs as much as reading
#: it, so the last hold several numbers each. Two thousand million memberships are
#: enough.
_PACKED: Final = np.dtype(
    [
        ("at", ">i8"),
        ("amount", ">f8"),
        ("item", ">i8"),
        ("receiver", ">i4"),
        ("giver", ">i4"),
        #: The area; beneath it whether it is work, whether it is counted, and the kind.
        ("told", ">i4"),
    ]
)
_WORK: Final = 16
_COUNTED: Final = 8
_BITS: Final = 5

_TABLE: Final = sql.Identifier(Participation._meta.db_table)  # noqa: SLF001 - Django documents it
_KINDS: Final = [kind.value for kind in KINDS if kind is not Kind.COUNTERED]

#: Items are told apart by 64 bits of their name: among ten million, two are taken for
#: one with a chance of three in a million.
_LINES: Final = sql.SQL(
    """
    {own} SELECT string_agg({packed}, ''),
           array_agg(id) FILTER (WHERE NOT counted AND occurred_at <= %(at)s)
    FROM {lines} AS line
    WHERE {which} AND domain_id = %(domain)s AND channel <> '' AND NOT practice
      AND kind IN ({kinds}) {standing}
    """
)
_EACH: Final = sql.SQL(
    """
    timestamptz_send(occurred_at) || float8send(amount)
    || int8send(hashtextextended(item, 0))
    || int8send((receiver_id << 32) | (coalesce(giver_id, {commons}) & 4294967295))
    || int4send((coalesce(area_id, -1)::integer << {bits})
                | CASE channel WHEN 'work' THEN {work} ELSE 0 END
                | CASE WHEN counted THEN {counted} ELSE 0 END
                | CASE kind {kinds} END)
    """
).format(
    commons=sql.Literal(COMMONS),
    bits=sql.Literal(_BITS),
    work=sql.Literal(_WORK),
    counted=sql.Literal(_COUNTED),
    kinds=sql.SQL(" ").join(
        sql.SQL("WHEN {} THEN {}").format(sql.Literal(kind.value), sql.Literal(number))
        for number, kind in enumerate(KINDS)
    ),
)
_NOT_TAKEN_BACK: Final = sql.SQL(
    """
    AND NOT EXISTS (
        SELECT FROM unnest(%(channels)s::text[], %(givers)s::bigint[],
                           %(receivers)s::bigint[], %(taken_back)s::text[])
          AS taken_back (channel, giver, receiver, item)
        WHERE taken_back.item = line.item
          AND taken_back.giver IS NOT DISTINCT FROM line.giver_id
          AND taken_back.receiver = line.receiver_id
          AND taken_back.channel = line.channel)
    """
)


@dataclass(frozen=True, slots=True)
class _Which:
    """Which lines are read, and from where."""

    own: sql.Composable
    lines: sql.Composable
    where: sql.Composable


_IN_SPANS: Final = _Which(
    own=sql.SQL(""),
    lines=_TABLE,
    where=sql.SQL("id >= %(start)s AND id < %(end)s"),
)
#: Whatever passed between some pairs, by channel. And of the items they carried, or that
#: new lines recognise, all recognitions: they say what is credited, and what is first.
#: What full members carried, or had carried, is credited anyway.
_BETWEEN: Final = _Which(
    own=sql.SQL(
        """
        WITH own AS MATERIALIZED (
            SELECT {columns} FROM {ledger} AS line
            JOIN unnest(%(pair_channels)s::text[], %(pair_givers)s::bigint[],
                        %(pair_receivers)s::bigint[]) AS pair (of, "from", "to")
              ON line.giver_id = pair."from" AND line.receiver_id = pair."to"
             AND line.channel = pair.of
            WHERE line.domain_id = %(domain)s),
        asked AS (
            SELECT item FROM own WHERE channel = 'stewardship'
               AND giver_id <> ALL(%(full)s::bigint[])
               AND receiver_id <> ALL(%(full)s::bigint[])
            UNION SELECT unnest(%(items)s::text[])),
        touched AS (
            SELECT * FROM own UNION ALL
            SELECT {columns} FROM {ledger} AS line JOIN asked USING (item)
            WHERE domain_id = %(domain)s AND kind = 'recognised'
              AND NOT EXISTS (SELECT FROM own WHERE own.id = line.id))
        """
    ).format(
        ledger=_TABLE,
        columns=sql.SQL(
            "line.id, domain_id, channel, kind, giver_id, receiver_id, amount,"
            " line.item, area_id, practice, occurred_at, counted"
        ),
    ),
    lines=sql.SQL("touched"),
    where=sql.SQL("true"),
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A domain's evidence as of one reading."""

    evidence: Evidence
    #: Lines about what counter lines took back, all or in part, and these themselves.
    taken_back: int
    #: Those lines read, up to the moment of the reading, that were not marked counted.
    uncounted: list[int]

    def telling_of(self, at: float) -> tuple[int, int]:
        """Return what tells one reading's past up to a moment from another's.

        Lines are never changed or deleted: while both numbers stay, the past has too.
        """
        return self.evidence.until(at), self.taken_back


@dataclass(frozen=True, slots=True)
class Pair:
    """Whatever passes in one channel from one membership to another."""

    channel: str
    giver: int
    receiver: int


def read(domain: Domain, *, at: datetime) -> Ledger:
    """Read a domain's evidence; people and areas go by their primary keys."""
    taken_back = _TakenBack.of(domain)
    uncounted = taken_back.uncounted(at=at)
    columns = _Columns()
    columns.add(_told(standing(taken_back.lines)))
    for span in _spans(domain):
        told, _is_counted, new = _fetched(_IN_SPANS, domain, taken_back, span, at=at)
        columns.add(told)
        uncounted.extend(new)
    evidence = Evidence.of(columns.joined(), party=parties_in(domain))
    return Ledger(evidence, taken_back=len(taken_back.lines), uncounted=uncounted)


def read_between(
    domain: Domain,
    pairs: Collection[Pair],
    *,
    items: Collection[str],
    full: Collection[int],
    people: Collection[int],
    areas: Collection[int],
    party: Mapping[Hashable, Hashable],
    at: datetime,
) -> tuple[Evidence, Flags]:
    """Read what passed between some pairs; return also which lines are counted.

    ``items`` are those that new lines recognise, ``full`` who is F. Of other pairs
    there are only such lines as say what is credited, and what is first.
    """
    told, is_counted, _uncounted = _fetched(
        _BETWEEN,
        domain,
        _TakenBack.of(domain),
        {
            "pair_channels": [pair.channel for pair in pairs],
            "pair_givers": [pair.giver for pair in pairs],
            "pair_receivers": [pair.receiver for pair in pairs],
            "items": list(items),
            "full": list(full),
        },
        at=at,
    )
    order = np.argsort(told.at, kind="stable")
    told = Told(*(getattr(told, field.name)[order] for field in fields(Told)))
    evidence = Evidence.of(told, party=party, people=people, areas=areas)
    return evidence, is_counted[order]


def is_about_what_was_taken_back(domain: Domain, pks: Collection[int]) -> bool:
    """Whether some lines take others back, or are about what others took back."""
    subjects = set(_TakenBack.of(domain).subjects)
    if not subjects:
        return False
    about = Participation.objects.filter(pk__in=pks).values_list(
        "channel", "giver", "receiver", "item"
    )
    return not subjects.isdisjoint(about)


def keys_of(evidence: Evidence) -> Numbers:
    """Return the primary key of everybody's membership, -1 for who has none here."""
    keys = (one if isinstance(one, int) else -1 for one in evidence.people.ids)
    return np.fromiter(keys, np.int64, len(evidence.people))


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


@dataclass(frozen=True, slots=True)
class _TakenBack:
    """What counter lines are about, with these lines themselves: there is little of it.

    It is left out as the engine leaves it out, line by line.
    """

    domain: Domain
    subjects: list[_Subject]
    lines: list[Line]

    @classmethod
    def of(cls, domain: Domain) -> "_TakenBack":
        counters = evidence_in(domain).filter(kind=Kind.COUNTERED).order_by()
        sides = ("channel", "giver", "receiver", "item")
        subjects: list[_Subject] = [*counters.values_list(*sides).distinct()]
        return cls(domain, subjects, _about(domain, subjects))

    def uncounted(self, *, at: datetime) -> list[int]:
        if not self.subjects:
            return []
        about = evidence_in(self.domain).filter(
            item__in={item for *_, item in self.subjects},
            counted=False,
            occurred_at__lte=at,
        )
        return list(about.values_list("pk", flat=True))


def _fetched(
    which: _Which,
    domain: Domain,
    taken_back: _TakenBack,
    parameters: Mapping[str, Any],
    *,
    at: datetime,
) -> tuple[Told, Flags, list[int]]:
    """Return lines, which of them are counted, and the keys of the others."""
    subjects = taken_back.subjects
    query = _LINES.format(
        own=which.own,
        packed=_EACH,
        lines=which.lines,
        which=which.where,
        kinds=sql.SQL(", ").join(map(sql.Literal, _KINDS)),
        standing=_NOT_TAKEN_BACK if subjects else sql.SQL(""),
    )
    with transaction.atomic(), connection.cursor() as cursor:
        # Compiling the query anew for each span takes longer than it saves.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(
            query,
            {
                **parameters,
                "domain": domain.pk,
                "at": at,
                "channels": [channel for channel, *_ in subjects],
                "givers": [giver for _, giver, *_ in subjects],
                "receivers": [receiver for *_, receiver, _ in subjects],
                "taken_back": [item for *_, item in subjects],
            },
        )
        packed, uncounted = cursor.fetchone()
    told, is_counted = _unpacked(packed or b"")
    return told, is_counted, uncounted or []


def _spans(domain: Domain) -> Iterator[dict[str, Any]]:
    """Yield spans of keys that hold all of a domain's lines."""
    ends = evidence_in(domain).aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is not None:
        for start in range(ends["first"], ends["last"] + 1, _SPAN):
            yield {"start": start, "end": start + _SPAN}


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


def _unpacked(packed: bytes) -> tuple[Told, Flags]:
    """Return lines as PostgreSQL packed them, and which of them are counted."""
    rows = np.frombuffer(packed, _PACKED)
    told = rows["told"].astype(np.int32)
    lines = Told(
        # One division of whole numbers, as days() does it, or a line of this very
        # moment could lie a hair after it.
        at=(rows["at"].astype(np.int64) + _SINCE_1970) / _MICROSECONDS_A_DAY,
        amount=rows["amount"].astype(np.float64),
        giver=rows["giver"].astype(np.int32),
        receiver=rows["receiver"].astype(np.int32),
        item=rows["item"].astype(np.int64),
        area=told >> _BITS,
        kind=(told & (_COUNTED - 1)).astype(np.int8),
        is_work=(told & _WORK) > 0,
    )
    return lines, (told & _COUNTED) > 0
