"""Placing: writing where everybody stands onto their memberships."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

from domain.bulk import Chosen, update_columns
from domain.models import Domain
from members.models import Membership
from members.position.pairs import Flags, Floats, Numbers
from members.position.run import NEWCOMER, Run
from members.practice import HEADINGS

#: By day and night, what moved by less than a third of a pixel on the map is not
#: written; each Monday positions are written to the last digit.
VISIBLE: Final = 0.02
EXACT: Final = 1e-12

_HEADINGS: Final = [heading.value for heading in HEADINGS.values()]

#: Of each membership, as PostgreSQL packs it.
_PACKED: Final = np.dtype(
    [
        ("key", ">i8"),
        ("position", ">f8"),
        ("momentum", ">f8"),
        ("main_area", ">i8"),
        ("recognisers", ">i4"),
        ("zone", ">i2"),
        ("heading", ">i2"),
        ("runs_below", ">i4"),
        ("runs_quiet", ">i4"),
        ("is_silent", ">i2"),
        ("is_provisional", ">i2"),
    ]
)
_ROWS: Final = sql.SQL(
    """
    SELECT string_agg(
        int8send(id) || float8send(position) || float8send(momentum)
        || int8send(coalesce(main_area_id, -1)) || int4send(recognisers)
        || int2send(zone)
        || int2send((array_position({headings}, heading::text) - 1)::smallint)
        || int4send(runs_below) || int4send(runs_quiet)
        || int2send(is_silent::integer::smallint)
        || int2send(is_provisional::integer::smallint), '')
    FROM members_membership WHERE domain_id = %s {which}
    """
)


@dataclass(frozen=True, slots=True)
class Placed:
    """Whose membership was written, and who of them came a zone further in."""

    members: list[int]
    inward: list[int]


def place(
    domain: Domain,
    run: Run,
    *,
    who: Collection[int] | None,
    since: Mapping[int, datetime] | None,
    at: datetime,
) -> Placed:
    """Write where some members stand, or everybody, if it is not what is written.

    ``since`` says when those who changed zone in the weeks just lived through did; with
    it everybody is written, however little they moved. Called with the reckoning
    locked: nobody else writes these fields.
    """
    was = _Rows.written(domain, who)
    now = was.now(run)
    moved = np.maximum(
        abs(was.position - now.position), abs(was.momentum - now.momentum)
    )
    is_other = moved >= (VISIBLE if since is None else EXACT)
    for name in _TOLD:
        is_other |= getattr(was, name) != getattr(now, name)
    other = np.flatnonzero(is_other)
    keys = was.key[other]
    areas, main_area = np.unique(now.main_area[other], return_inverse=True)
    update_columns(
        Membership,
        keys,
        {
            **{name: getattr(now, name)[other] for name in _NUMBERS},
            "heading": Chosen(now.heading[other], _HEADINGS),
            "main_area": Chosen(
                main_area, [area if area > 0 else None for area in areas.tolist()]
            ),
            "positioned_at": np.full(other.size, _instant(at)),
        },
    )
    rezoned = was.zone[other] != now.zone[other]
    came_at = [_instant((since or {}).get(key, at)) for key in keys[rezoned].tolist()]
    update_columns(
        Membership,
        keys[rezoned],
        {"zone_since": np.array(came_at, "datetime64[us]")},
    )
    inward = keys[was.zone[other] < now.zone[other]]
    return Placed(keys.tolist(), np.sort(inward).tolist())


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """What memberships say of where their members stand."""

    key: Numbers
    position: Floats
    momentum: Floats
    main_area: Numbers
    recognisers: Numbers
    zone: Numbers
    heading: Numbers
    runs_below: Numbers
    runs_quiet: Numbers
    is_silent: Flags
    is_provisional: Flags

    @classmethod
    def written(cls, domain: Domain, who: Collection[int] | None) -> "_Rows":
        """Return what is written of some members, or of everybody."""
        which = sql.SQL("" if who is None else "AND id = ANY(%s)")
        given: list[Any] = [domain.pk] if who is None else [domain.pk, list(who)]
        with connection.cursor() as cursor:
            cursor.execute(
                _ROWS.format(headings=sql.Literal(_HEADINGS), which=which), given
            )
            (packed,) = cursor.fetchone()
        rows = np.frombuffer(packed or b"", _PACKED)
        columns: dict[str, Any] = {
            name: rows[name].astype(rows.dtype[name].newbyteorder("="))
            for name in rows.dtype.names or ()
        }
        return cls(**columns)

    def now(self, run: Run) -> "_Rows":
        """Return what is to be written of the same members after a run."""
        people, beyond = run.evidence.people, run.zone.size
        numbers = (people.get(key) for key in self.key.tolist())
        places = np.fromiter(
            (beyond if one is None else min(one, beyond) for one in numbers), np.int64
        )

        def of(values: npt.NDArray[Any], newcomers: float) -> npt.NDArray[Any]:
            return np.append(values, newcomers)[places]

        areas = np.array(
            [-1 if area is None else area for area in (*run.evidence.areas.ids, None)]
        )
        home = of(run.home, -1).astype(np.int64)
        return _Rows(
            key=self.key,
            position=of(run.level.position, NEWCOMER.position),
            momentum=of(run.momentum.position, NEWCOMER.momentum),
            # Whose evidence has faded from every area keeps the one it lay in.
            main_area=np.where(home < 0, self.main_area, areas[home]),
            recognisers=of(run.level.recognisers, NEWCOMER.recognisers),
            zone=of(run.zone, NEWCOMER.zone),
            heading=of(run.heading, NEWCOMER.heading),
            runs_below=of(run.runs_below, NEWCOMER.runs_below),
            runs_quiet=of(run.runs_quiet, NEWCOMER.runs_quiet),
            is_silent=of(run.silent, NEWCOMER.is_silent),
            is_provisional=np.full(self.key.size, run.is_provisional),
        )


_TOLD: Final = tuple(
    field.name
    for field in fields(_Rows)
    if field.name not in {"key", "position", "momentum"}
)
_NUMBERS: Final = tuple(
    field.name
    for field in fields(_Rows)
    if field.name not in {"key", "heading", "main_area"}
)


def _instant(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")
