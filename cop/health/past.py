"""The past: what health reads of a community, as columns of numbers.

Read from the ledger and the records, for as far back as any sign looks; each table
when it is first asked for, so that a page that explains one sign does not read what
others need. Every sign is then worked out from it as of a moment, so that a day long
gone is read by the same arithmetic as today, from nothing that happened after it. Times
are days since the start of 1970, in UTC; what has not happened lies at ``NEVER``; no
key is ``NOBODY``.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from psycopg import sql

from domain.columns import Columns, read_columns
from domain.models import Domain
from members.models import Membership, Participation, Reckoning, TrajectoryPoint
from members.practice import days
from repertoire.models import Entry, Revision
from tasks.models import (
    Attendance,
    Citation,
    Claim,
    Gathering,
    Review,
    Submission,
    Task,
)

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NEVER: Final = float("inf")
NOBODY: Final = -1

#: No sign looks further back: two years, and the two windows before them.
FURTHEST_BACK: Final = timedelta(days=2 * 365 + 2 * 90)

#: Of who was active, who read, and how long an answer took, nothing looks further back:
#: a chart's year, and the windows before its first month and before this one.
ACTS_BACK: Final = timedelta(days=365 + 31 + 2 * 90)

#: The window a sign is read of, unless it says otherwise.
WINDOW: Final = timedelta(days=90)

#: Kinds of lines, in the order of their numbers.
KINDS: Final = tuple(kind.value for kind in Participation.Kind)

_WHEN = "coalesce(date_part('epoch', {}) / 86400::float8, 'infinity')"
_KEY = "coalesce({}, -1)"

_NUMBER_OF_KIND = "array_position(ARRAY[{}]::text[], kind::text) - 1".format(
    ", ".join(f"'{kind}'" for kind in KINDS)
)
_NUMBER_OF_OUTCOME = (
    "CASE outcome WHEN '' THEN 0 WHEN 'recognised' THEN 1 WHEN 'accommodated' THEN 2"
    " ELSE 3 END"
)
#: A first look is advice; what work waits for is a verdict. Of work handed in before
#: anybody asks how long it waited, nobody looks it up.
_ANSWERED = """CASE WHEN handed_in_at > %(acts_since)s THEN (
    SELECT min(sent_at) FROM {review} AS review
    WHERE review.submission_id = handed.id AND NOT is_first_look AND released_at IS NULL
) END"""

#: What organizers or an import took back counts for no day.
_STANDING = """NOT EXISTS (
    SELECT FROM {participation} AS back
    WHERE back.domain_id = %(domain)s AND back.kind = 'countered'
      AND back.item = line.item AND back.channel = line.channel
      AND back.giver_id IS NOT DISTINCT FROM line.giver_id
      AND back.receiver_id = line.receiver_id
      AND back.amount <= 1e-9 - line.amount)"""

#: What was taken in from elsewhere: it tells of no task, entry or exercise here.
_IS_HERE = "key NOT LIKE 'work:%%'"

#: What was proposed is accepted when somebody takes it in; all else when it is written.
_ACCEPTED = "coalesce(version.settled_at, version.written_at)"

_TOOK_PLACE = """
    FROM {gathering} AS gathering
    WHERE gathering.domain_id = %(domain)s AND called_off_at IS NULL
      AND ends_at > %(since)s AND ends_at <= %(at)s
"""


def number_of(kind: Participation.Kind) -> int:
    return KINDS.index(kind.value)


class Past:
    """A community's past, in tables; each row is told by its key (``pk``)."""

    #: pk, joined, left, is_agent.
    people: Columns
    #: Zones people came to stand in at a weekly run: who, at, zone; by person and time.
    zones: Columns
    #: All that was done, for as far back as anybody asks who was active; earliest
    #: first: pk, kind, at, giver, receiver, area, is_practice, is_work, is_here (and
    #: not taken in from elsewhere).
    lines: Columns
    #: Work recognised, earliest first: pk, at, giver, receiver, item (a number for it),
    #: area, centrality, rounds, is_accommodated, is_work, is_here.
    recognitions: Columns
    #: Who walked whom in, earliest first: at, giver, receiver.
    walks: Columns
    #: Which entries recognised work used: line, entry.
    leanings: Columns
    #: pk, task, author, area, round, handed_in, answered, settled, withdrawn, outcome
    #: (0 none yet, 1 recognised, 2 accommodated, 3 other), is_practice, is_first (of
    #: its author here).
    submissions: Columns
    #: Who made other parts of what one of them handed in: submission, who.
    sharers: Columns
    #: The words of what agents and people told of recognised work, in communities that
    #: have agents; earliest first: work, who, at, word (a number for it), times.
    words: Columns
    #: pk, area, centrality, raised, opened, closed, used, is_practice, is_done,
    #: by_organizer, seats, raised_by, effort (in minutes).
    tasks: Columns
    #: task, who, claimed, ended.
    claims: Columns
    #: pk, area, writer, written, retired.
    entries: Columns
    #: pk, entry, author, zone (then), accepted, area.
    edits: Columns
    #: entry, who, at.
    uses: Columns
    #: Those that took place: pk, started, ended.
    gatherings: Columns
    #: On which tasks: gathering, task.
    gathered_on: Columns
    #: Who was there, where anybody noted it: gathering, who.
    there: Columns

    def __init__(
        self, *, founded: float, since: float, table: Callable[[str], Columns]
    ) -> None:
        self.founded = founded
        #: How far back the tables go that do not hold everything.
        self.since = since
        self._table = table

    def __getattr__(self, name: str) -> Columns:
        """Read a table that nobody has asked for yet."""
        if name not in TABLES:
            raise AttributeError(name)
        table = self._table(name)
        setattr(self, name, table)
        return table

    def lines_between(self, after: float, until: float) -> Columns:
        """Return what was done after one moment and up to another."""
        return between(self.lines, after, until)

    def zone_of(self, who: Numbers, at: float | Floats) -> Numbers:
        """Return the zones people stood in at a moment, or each at one of their own.

        As of the last weekly run before; who was not there yet stands at the edge.
        """
        zones = self.zones
        if not zones.size:
            return np.ones(len(who), dtype=np.int64)
        # By person and time, so that one search finds the last change before. Weekly
        # runs are at the start of a day: whole days tell them apart.
        keys = (zones["who"] << _BITS_OF_A_DAY) + zones["at"].astype(np.int64)
        day = np.floor(at).astype(np.int64)
        place = np.searchsorted(keys, (who << _BITS_OF_A_DAY) + day, side="right") - 1
        found = np.maximum(place, 0)
        theirs = (place >= 0) & (zones["who"][found] == who)
        return np.where(theirs, zones["zone"][found], 1)

    def looked_back_from(self, at: datetime) -> "Past":
        """The same for a moment further back, as it would have been read then."""
        since = days(at - FURTHEST_BACK)

        def table(name: str) -> Columns:
            rows: Columns = getattr(self, name)
            if name in _FROM_FURTHEST_BACK:
                return between(rows, since, days(at))
            return rows

        return Past(founded=self.founded, since=since, table=table)


#: Room for the days of seven hundred years.
_BITS_OF_A_DAY: Final = 18

#: Tables in order of time from which everything is taken that they hold.
_FROM_FURTHEST_BACK: Final = frozenset({"recognitions", "walks"})

#: Of what was told of one work, so many letters are read.
_LETTERS_READ: Final = 4000


def between(rows: Columns, after: float, until: float) -> Columns:
    """Return the rows of a time span, of a table whose earliest row comes first."""
    times = rows["at"]
    return rows[bisect_right(times, after) : bisect_right(times, until)]


def read(
    domain: Domain,
    *,
    at: datetime,
    since: datetime | None = None,
    acts: timedelta = ACTS_BACK,
) -> Past:
    """Tell a domain's past up to ``at``, from ``since`` on or as far as signs look.

    ``acts`` is how far before the first moment it is read for anybody asks who was
    active.
    """
    since = since or at - FURTHEST_BACK
    given = {
        "domain": domain.pk,
        "since": since,
        "acts_since": since + FURTHEST_BACK - acts,
        "words_since": since + FURTHEST_BACK - 2 * WINDOW,
        "language": domain.language,
        "at": at,
    }
    return Past(
        founded=days(domain.founded_at),
        since=days(since),
        table=lambda name: _read(TABLES[name], given),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    fields: Mapping[str, tuple[str, str]]
    source: str
    #: Where PostgreSQL would spill what is sorted, it is sorted here.
    order: tuple[str, ...] = ()


def _read(table: _Table, given: Mapping[str, Any]) -> Columns:
    names = {
        str(model._meta.model_name): sql.Identifier(model._meta.db_table)  # noqa: SLF001
        for model in (
            Membership,
            Participation,
            TrajectoryPoint,
            Reckoning,
            Submission,
            Review,
            Task,
            Claim,
            Entry,
            Revision,
            Citation,
            Submission.shared_with.through,
            Gathering,
            Gathering.tasks.through,
            Attendance,
        )
    }
    rows = read_columns(
        {
            name: (kind, sql.SQL(value).format(**names))
            for name, (kind, value) in table.fields.items()
        },
        sql.SQL(table.source).format(**names),
        given,
    )
    if not table.order:
        return rows
    return rows[np.lexsort([rows[name] for name in reversed(table.order)])]


def _when(column: str) -> tuple[str, str]:
    return "f8", _WHEN.format(column)


def _key(column: str) -> tuple[str, str]:
    return "i8", _KEY.format(column)


TABLES: Final = {
    "people": _Table(
        {
            "pk": _key("id"),
            "joined": _when("joined_at"),
            "left": _when("left_at"),
            "is_agent": ("?", "kind = 'agent'"),
        },
        """
        FROM {membership} WHERE domain_id = %(domain)s AND joined_at <= %(at)s ORDER BY id
        """,
    ),
    # Points between two weekly runs pass; those of the runs are kept. Of each, only
    # where the zone is another than before.
    "zones": _Table(
        {"who": _key("membership_id"), "at": _when("at"), "zone": ("i2", "zone")},
        """
        FROM (
            SELECT point.membership_id, point.at, point.zone,
                   lag(point.zone, 1, 0::smallint) OVER (
                       PARTITION BY point.membership_id ORDER BY point.at) AS before
            FROM {trajectorypoint} AS point
            JOIN {reckoning} AS reckoning ON reckoning.id = point.reckoning_id
            WHERE reckoning.domain_id = %(domain)s AND reckoning.state = 'current'
              AND point.at <= %(at)s
              AND point.at = date_trunc('week', point.at, 'UTC')
        ) AS point
        WHERE zone <> before ORDER BY membership_id, at
        """,
    ),
    "lines": _Table(
        {
            "pk": _key("id"),
            "kind": ("i2", _NUMBER_OF_KIND),
            "at": _when("occurred_at"),
            "giver": _key("giver_id"),
            "receiver": _key("receiver_id"),
            "area": _key("area_id"),
            "is_practice": ("?", "practice"),
            "is_work": ("?", "channel = 'work'"),
            "is_here": ("?", _IS_HERE),
        },
        f"""
        FROM {{participation}} AS line
        WHERE domain_id = %(domain)s AND kind NOT IN ('countered', 'joined')
          AND occurred_at > %(acts_since)s AND occurred_at <= %(at)s AND {_STANDING}
        """,
        order=("at", "pk"),
    ),
    "recognitions": _Table(
        {
            "pk": _key("id"),
            "at": _when("occurred_at"),
            "giver": _key("giver_id"),
            "receiver": _key("receiver_id"),
            "item": ("i8", "hashtextextended(item, 0)"),
            "area": _key("area_id"),
            "centrality": ("i2", "coalesce(centrality, 0)"),
            "rounds": ("i2", "rounds"),
            "is_accommodated": ("?", "accommodated"),
            "is_work": ("?", "channel = 'work'"),
            "is_here": ("?", _IS_HERE),
        },
        f"""
        FROM {{participation}} AS line
        WHERE domain_id = %(domain)s AND kind = 'recognised'
          AND occurred_at > %(since)s AND occurred_at <= %(at)s AND {_STANDING}
        """,
        order=("at", "pk"),
    ),
    "walks": _Table(
        {
            "pk": _key("id"),
            "at": _when("occurred_at"),
            "giver": _key("giver_id"),
            "receiver": _key("receiver_id"),
        },
        f"""
        FROM {{participation}} AS line
        WHERE domain_id = %(domain)s AND kind = 'mentored'
          AND occurred_at > %(since)s AND occurred_at <= %(at)s AND {_STANDING}
        """,
        order=("at", "pk"),
    ),
    "leanings": _Table(
        {"line": _key("line.id"), "entry": ("i8", "entry")},
        """
        FROM {participation} AS line, unnest(line.entries) AS entry
        WHERE domain_id = %(domain)s AND kind = 'recognised'
          AND occurred_at > %(acts_since)s AND occurred_at <= %(at)s
        """,
        order=("line",),
    ),
    "submissions": _Table(
        {
            "pk": _key("handed.id"),
            "task": _key("handed.task_id"),
            "author": _key("handed.author_id"),
            "area": _key("task.area_id"),
            "round": ("i2", "handed.round"),
            "handed_in": _when("handed.handed_in_at"),
            "answered": _when(_ANSWERED),
            "settled": _when("handed.settled_at"),
            "withdrawn": _when("handed.withdrawn_at"),
            "outcome": ("i2", _NUMBER_OF_OUTCOME),
            "is_practice": ("?", "task.is_practice"),
            "is_first": ("?", "handed.is_first"),
        },
        """
        FROM {submission} AS handed JOIN {task} AS task ON task.id = handed.task_id
        WHERE task.domain_id = %(domain)s
          AND handed_in_at > %(since)s AND handed_in_at <= %(at)s
        ORDER BY handed.id
        """,
    ),
    # As a search reads them: without endings, and without those of no meaning.
    "words": _Table(
        {
            "work": _key("handed.id"),
            "who": _key("handed.author_id"),
            "at": _when("handed.settled_at"),
            "word": ("i8", "hashtextextended(told.lexeme, 0)"),
            "times": ("i2", "cardinality(told.positions)"),
        },
        f"""
        FROM {{submission}} AS handed
        JOIN {{task}} AS task ON task.id = handed.task_id
        CROSS JOIN LATERAL unnest(to_tsvector(
            %(language)s::regconfig, left(handed.narration, {_LETTERS_READ})
        )) AS told
        WHERE task.domain_id = %(domain)s AND NOT task.is_practice
          AND handed.outcome IN ('recognised', 'accommodated')
          AND handed.settled_at > %(words_since)s AND handed.settled_at <= %(at)s
          AND EXISTS (
              SELECT FROM {{membership}} WHERE domain_id = %(domain)s AND kind = 'agent')
        """,
        order=("at", "work", "word"),
    ),
    "sharers": _Table(
        {"submission": _key("handed.id"), "who": _key("claim.membership_id")},
        """
        FROM {submission_shared_with} AS shared
        JOIN {submission} AS handed ON handed.id = shared.submission_id
        JOIN {task} AS task ON task.id = handed.task_id
        JOIN {claim} AS claim ON claim.id = shared.claim_id
        WHERE task.domain_id = %(domain)s
          AND handed_in_at > %(since)s AND handed_in_at <= %(at)s
        ORDER BY handed.id, claim.id
        """,
    ),
    "tasks": _Table(
        {
            "pk": _key("id"),
            "area": _key("area_id"),
            "centrality": ("i2", "centrality"),
            "raised": _when("raised_at"),
            "opened": _when("opened_at"),
            "closed": _when("closed_at"),
            "used": _when("used_at"),
            "is_practice": ("?", "is_practice"),
            "is_done": ("?", "state = 'done'"),
            "raised_by": _key("raised_by_id"),
            "by_organizer": ("?", "by_organizer"),
            "seats": ("i2", "seats"),
            "effort": ("i4", "effort_minutes"),
        },
        """
        FROM {task} WHERE domain_id = %(domain)s AND raised_at <= %(at)s
          AND coalesce(closed_at, 'infinity') > %(since)s
        ORDER BY id
        """,
    ),
    "claims": _Table(
        {
            "task": _key("claim.task_id"),
            "who": _key("membership_id"),
            "claimed": _when("claimed_at"),
            "ended": _when("ended_at"),
        },
        """
        FROM {claim} AS claim JOIN {task} AS task ON task.id = claim.task_id
        WHERE task.domain_id = %(domain)s AND claimed_at <= %(at)s
          AND coalesce(ended_at, 'infinity') > %(since)s
        ORDER BY claim.task_id, claim.id
        """,
    ),
    "entries": _Table(
        {
            "pk": _key("entry.id"),
            "area": _key("entry.area_id"),
            "writer": _key("written_by_id"),
            "written": _when("first.at"),
            "retired": _when("retired_at"),
        },
        """
        FROM {entry} AS entry JOIN (
            SELECT entry_id, min(coalesce(settled_at, written_at)) AS at
            FROM {revision} WHERE state = 'live' GROUP BY entry_id
        ) AS first ON first.entry_id = entry.id
        WHERE domain_id = %(domain)s AND first.at <= %(at)s
        ORDER BY entry.id
        """,
    ),
    "edits": _Table(
        {
            "pk": _key("version.id"),
            "entry": _key("entry_id"),
            "author": _key("author_id"),
            "zone": ("i2", "author_zone"),
            "accepted": _when(_ACCEPTED),
            "area": _key("entry.area_id"),
        },
        """
        FROM {revision} AS version JOIN {entry} AS entry ON entry.id = version.entry_id
        WHERE entry.domain_id = %(domain)s AND version.state = 'live'
          AND coalesce(version.settled_at, version.written_at) > %(since)s
          AND coalesce(version.settled_at, version.written_at) <= %(at)s
        ORDER BY version.id
        """,
    ),
    "uses": _Table(
        {"entry": _key("entry_id"), "who": _key("member_id"), "at": _when("cited_at")},
        """
        FROM {citation} WHERE domain_id = %(domain)s
          AND cited_at > %(since)s AND cited_at <= %(at)s
        ORDER BY id
        """,
    ),
    "gatherings": _Table(
        {
            "pk": _key("gathering.id"),
            "started": _when("starts_at"),
            "ended": _when("ends_at"),
        },
        f"{_TOOK_PLACE} ORDER BY gathering.id",
    ),
    "gathered_on": _Table(
        {"gathering": _key("gathering_id"), "task": _key("task_id")},
        f"""
        FROM {{gathering_tasks}} WHERE gathering_id IN (
            SELECT gathering.id {_TOOK_PLACE})
        ORDER BY gathering_id, task_id
        """,
    ),
    "there": _Table(
        {"gathering": _key("gathering_id"), "who": _key("membership_id")},
        f"""
        FROM {{attendance}} WHERE was_there AND gathering_id IN (
            SELECT gathering.id {_TOOK_PLACE})
        ORDER BY gathering_id, membership_id
        """,
    ),
}
