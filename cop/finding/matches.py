"""What is found, and which of it first.

    weight = text * fresh * used

``text``, from 0 to 1, is PostgreSQL's ``ts_rank_cd``: how close together the words
stand, where (in the name 1, in the one sentence that says what it is or what it is for
0.4, in the rest 0.2), over the logarithm of the length.
``fresh``, from 1/2 to 1, halves its second half each year for entries and tasks and
each half-year for notes; people do not age.
``used``, from 1 to 2, is 1 for all but entries: 1 + n / (n + 10) with n the uses of the
last year, each counting half as much per 90 days that passed since.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from django.db import connection, transaction

from cop.finding.asked import KINDS, TIMES, Asked
from cop.finding.scope import Scope
from domain.languages import Language
from domain.models import Findable

#: Of each kind as many are weighed, the latest: of a word that is everywhere others are
#: worth no look. Those whose name holds the words are weighed besides.
MOST_WEIGHED = 500
#: As many can be paged through; who has not found it by then needs another word.
MOST_SHOWN = 200

#: What a word weighs by where it stands, from the last class (D, of no use here) to A.
WEIGHTS = [0.1, 0.2, 0.4, 1.0]
#: For ts_rank_cd: over 1 + the logarithm of the length (1), then brought under 1 (32).
BY_LENGTH_UNDER_ONE = 1 | 32

FRESH_HALF_LIFE_DAYS = {
    Findable.Kind.ENTRY: 365,
    Findable.Kind.TASK: 365,
    Findable.Kind.NOTE: 180,
}
USE_HALF_LIFE_DAYS = 90
#: Uses at which half of what use can add is added.
HALF_USED = 10
#: The latest of an entry's uses that are read, none older than a year.
MOST_USES = 50

#: A search that takes longer is given up, and says so.
PATIENCE = "2s"

#: How much of a mistyped name's letters, three at a time, another must have to be looked
#: at; and how alike two words are then to be taken for each other.
ALIKE, SAME_WORD = 0.3, 0.7
MOST_LOOKED_AT, MOST_ALIKE = 50, 5


@dataclass(frozen=True, slots=True)
class Match:
    kind: str
    key: int
    weight: float


@dataclass(frozen=True, slots=True)
class Matches:
    """The best first, and how many there are of each kind, up to what is weighed."""

    best: list[Match]
    numbers: dict[str, int]

    @property
    def number(self) -> int:
        return sum(self.numbers.values())


def find(
    asked: Asked, *, scope: Scope, area_id: int | None = None, at: datetime
) -> Matches:
    """Everything that holds the words, as far as the scope may see it."""
    if not (asked.can_be_found and scope.domains):
        return Matches([], {})
    with _patiently(asked, scope, area_id=area_id, at=at) as (cursor, given):
        cursor.execute(statement(asked, scope, area_id=area_id), given)
        numbers, best = map(json.loads, cursor.fetchone())
    return Matches([Match(*match) for match in best], numbers)


def explain(asked: Asked, *, scope: Scope, at: datetime) -> str:
    """How PostgreSQL goes about finding this, and what each step of it took."""
    with _patiently(asked, scope, area_id=None, at=at) as (cursor, given):
        question = statement(asked, scope, area_id=None)
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {question}", given)
        return "\n".join(line for (line,) in cursor.fetchall())


def alike(
    asked: Asked, *, scope: Scope, area_id: int | None = None, at: datetime
) -> list[Match]:
    """What is called nearly so: for words that are mistyped. The likest first."""
    if asked.has_operators or not (asked.can_be_found and scope.domains):
        return []
    where = _where(asked, scope, area_id=area_id)
    with _patiently(asked, scope, area_id=area_id, at=at) as (cursor, given):
        cursor.execute(
            f"""
            SELECT kind, key, word_similarity(%(spelled)s, spelled) AS likeness, spelled
            FROM domain_findable
            WHERE %(spelled)s <%% spelled AND spelled <> '' AND {where}
            AND kind = ANY (%(chosen)s)
            ORDER BY likeness DESC, at DESC, id DESC LIMIT {MOST_LOOKED_AT}
            """,  # noqa: S608 - made of words of this module alone
            given,
        )
        near = [
            Match(kind, key, likeness)
            for kind, key, likeness, spelled in cursor.fetchall()
            if _could_be(given["spelled"], spelled)
        ]
    return near[:MOST_ALIKE]


def statement(asked: Asked, scope: Scope, *, area_id: int | None) -> str:
    """The one question a search asks, with places for what it is asked with."""
    where = _where(asked, scope, area_id=area_id)
    latest = " UNION ".join(
        _latest(kind, language, query, where)
        for kind in Findable.Kind
        for language, queries in _queries(asked, scope)
        for query in queries
        # Others have no name apart from their text, or nothing but their name.
        if query == queries[0] or kind in (Findable.Kind.ENTRY, Findable.Kind.TASK)
    )
    in_language = " ".join(
        f"WHEN '{language}' THEN {queries[0]}"
        for language, queries in _queries(asked, scope)
    )
    half_lives = " ".join(
        f"WHEN '{kind.value}' THEN {days}"
        for kind, days in FRESH_HALF_LIFE_DAYS.items()
    )
    return f"""
    WITH found AS ({latest}),
    numbers AS (SELECT kind, count(*) AS number FROM found GROUP BY kind),
    weighed AS (
        SELECT f.kind, f.key, f.at, ts_rank_cd(
            %(weights)s::real[], f.search, CASE f.language {in_language} END,
            {BY_LENGTH_UNDER_ONE}
        ) * coalesce(
            0.5 + 0.5 * {_half("f.at", f"CASE f.kind {half_lives} END")}, 1
        ) AS weight
        FROM found JOIN domain_findable f USING (id)
        WHERE f.kind = ANY (%(chosen)s)
        ORDER BY weight DESC, f.at DESC, f.id DESC LIMIT {MOST_SHOWN}
    ),
    used AS (
        SELECT kind, key, at, weight * (1 + uses / (uses + {HALF_USED})) AS weight
        FROM weighed, LATERAL (
            SELECT coalesce(sum({_half("cited_at", str(USE_HALF_LIFE_DAYS))}), 0) AS uses
            FROM (
                SELECT cited_at FROM tasks_citation
                WHERE kind = 'entry' AND entry_id = key
                AND cited_at > %(at)s - interval '1 year'
                ORDER BY cited_at DESC LIMIT {MOST_USES}
            ) lately
        ) lately
    )
    SELECT
        (SELECT coalesce(json_object_agg(kind, number), '{{}}') FROM numbers)::text,
        (SELECT coalesce(
            json_agg(
                json_build_array(kind, key, weight) ORDER BY weight DESC, at DESC, key
            ), '[]'
        ) FROM used)::text
    """  # noqa: S608 - made of words of this module alone


def _latest(kind: str, language: str, query: str, where: str) -> str:
    return f"""(
        SELECT id, kind FROM domain_findable
        WHERE kind = '{kind}' AND language = '{language}' AND search @@ {query}
        AND {where}
        ORDER BY at DESC LIMIT {MOST_WEIGHED}
    )"""  # noqa: S608 - made of words of this module alone


def _queries(asked: Asked, scope: Scope) -> list[tuple[str, list[str]]]:
    """For each language what is looked for: anywhere, then in names alone."""
    return [
        (
            language.value,
            [query_in(f"'{language.value}'", asked), *_in_names(language, asked)],
        )
        for language in map(Language, scope.languages)
    ]


def query_in(language: str, asked: Asked) -> str:
    """The words in all their forms in a language, given in SQL; and as written."""
    if asked.has_operators:
        return f"websearch_to_tsquery({language}, %(words)s)"
    return f"(to_tsquery({language}, %(query)s) || to_tsquery('simple', %(bare)s))"


def _in_names(language: Language, asked: Asked) -> list[str]:
    if asked.has_operators:
        return []
    in_forms = f"to_tsquery('{language.value}', %(names)s)"
    return [f"({in_forms} || to_tsquery('simple', %(bare_names)s))"]


def _where(asked: Asked, scope: Scope, *, area_id: int | None) -> str:
    """What the reader may see, and wants to."""
    if len(scope.domains) == 1:
        # Said so, the latest of one community can be read in order.
        where = "domain_id = %(domain)s"
    else:
        where = "domain_id = ANY (%(domains)s::bigint[])"
    where += " AND (NOT members_only OR domain_id = ANY (%(own)s::bigint[]))"
    if area_id is not None:
        where += " AND area_id = %(area)s"
    if asked.time:
        where += " AND at >= %(since)s"
    return where


def _half(since: str, days: str) -> str:
    """What is left of one, halving every so many days."""
    age = f"greatest(0, extract(epoch FROM %(at)s - {since}) / 86400)"
    return f"power(0.5::float, {age}::float / ({days}))"


@contextmanager
def _patiently(
    asked: Asked, scope: Scope, *, area_id: int | None, at: datetime
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A cursor that gives up early, and all that statements are asked with."""
    query, names = asked.as_query(), asked.as_query(only_names=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT unaccent(%s), unaccent(%s), lower(unaccent(%s)),
                set_config('statement_timeout', %s, true),
                set_config('pg_trgm.word_similarity_threshold', %s, true),
                -- How often a word occurs decides how it is best looked for.
                set_config('plan_cache_mode', 'force_custom_plan', true),
                set_config('jit', 'off', true)
            """,
            [query, names, asked.words, PATIENCE, str(ALIKE)],
        )
        bare, bare_names, spelled, *_ = cursor.fetchone()
        yield (
            cursor,
            {
                "words": asked.words,
                "query": query,
                "names": names,
                "bare": bare,
                "bare_names": bare_names,
                "spelled": spelled,
                "domain": scope.domains[0],
                "domains": list(scope.domains),
                "own": list(scope.own),
                "area": area_id,
                "since": at - TIMES[asked.time] if asked.time else at,
                "at": at,
                "chosen": [KINDS[asked.kind].value]
                if asked.kind
                else Findable.Kind.values,
                "weights": WEIGHTS,
            },
        )
        # Nothing was written; and whoever asks within a transaction of their own goes on
        # with the limits they had.
        transaction.set_rollback(True)


def _could_be(typed: str, name: str) -> bool:
    """Whether each word somebody typed may be one of a name's, mistyped."""
    words = name.replace(",", " ").replace("-", " ").split()
    return all(
        get_close_matches(word, words, 1, SAME_WORD)
        for word in typed.replace("-", " ").split()
    )
