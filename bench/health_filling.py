"""A community as large as one likes, for health to be read of: rows made by PostgreSQL.

Ten lines of the ledger are one piece of work: it is raised, claimed, told of, watched,
handed in, read, recognised, and leans on an entry. It has a task, a claim, a round, a
review and a use to it, as the product would have written them. Work is spread over five
years and over those who had come by then: a few do most of it, and every third piece is
a newcomer's. Everything is drawn by hashing its number, so that it is the same each
time, whatever PostgreSQL does in between.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from bench.ledgers import unindexed
from domain.models import Domain
from members.models import (
    Member,
    Membership,
    Participation,
    Reckoning,
    TrajectoryPoint,
)
from repertoire.models import Entry, Revision
from tasks.models import Citation, Claim, Review, Submission, Task

SLUG: Final = "bench"
YEARS: Final = 5
AREAS: Final = 5
LINES_OF_A_WORK: Final = 10

#: A number from 0 up to 1 for each number and purpose, always the same.
_CHANCE: Final = """
    CREATE FUNCTION pg_temp.chance(number bigint, purpose bigint) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT (hashint8extended($1, $2) & 2147483647)::float8 / 2147483648'
"""

_PEOPLE: Final = """
    INSERT INTO members_membership (id, domain_id, kind, handle, name, is_organizer,
        joined_at, left_at, hours, capacity, trajectory_sight, position, momentum,
        recognisers, zone, zone_since, heading, runs_below, runs_quiet, is_provisional,
        is_silent, review_minutes)
    SELECT n, %(domain)s, CASE WHEN n %% 20 = 0 THEN 'agent' ELSE 'human' END, 'm' || n,
        'Member ' || n, false, joined,
        CASE WHEN pg_temp.chance(n, 1) < 0.3
             THEN least(joined + interval '1 day' * 400 * pg_temp.chance(n, 2), %(at)s) END,
        '', '', 'members', 0, 0, 0,
        CASE WHEN pg_temp.chance(n, 3) < 0.01 THEN 4 WHEN pg_temp.chance(n, 3) < 0.05 THEN 3
             WHEN pg_temp.chance(n, 3) < 0.2 THEN 2 ELSE 1 END,
        joined, '', 0, 0, false, false, 0
    FROM (SELECT n, %(begins)s::timestamptz
                 + greatest(0.0, n::float8 / %(members)s - 0.05) / 0.95 * 0.999 * %(span)s AS joined
          FROM generate_series(1, %(members)s) AS n) AS person
"""

#: A point a month or so; the zone of the last, by the steps people take.
_POINTS: Final = """
    INSERT INTO members_trajectorypoint (membership_id, reckoning_id, at, position, momentum, zone)
    SELECT id, %(reckoning)s, date_trunc('week', at, 'UTC'), 0, 0,
        least(zone, CASE WHEN at < joined_at + interval '150 days' THEN 1
                         WHEN at < joined_at + interval '400 days' THEN 2 ELSE 4 END)
    FROM members_membership CROSS JOIN LATERAL
        generate_series(joined_at + interval '7 days', %(at)s, interval '42 days') AS at
    WHERE at < joined_at + interval '500 days' AND domain_id = %(domain)s
"""

#: The pieces of work, from which everything else is made.
_WORKS: Final = """
    CREATE TEMP TABLE work AS
    SELECT n, raised,
        1 + floor(CASE WHEN pg_temp.chance(n, 11) < 0.33
                  THEN here - 0.1 * here * pg_temp.chance(n, 12)
                  ELSE here * pg_temp.chance(n, 12) ^ 3 END)::bigint AS author,
        (2 + floor(0.02 * here * pg_temp.chance(n, 13) ^ 2)::bigint) AS reader,
        raised + interval '1 day' * (1 + 2 * pg_temp.chance(n, 14)) AS claimed,
        raised + interval '1 day' * (4 + 5 * pg_temp.chance(n, 15)) AS handed,
        raised + interval '1 day' * (4 + 5 * pg_temp.chance(n, 15))
            + interval '1 hour' * -40 * ln(1 - 0.999 * pg_temp.chance(n, 16)) AS settled,
        least(1 + floor(4 * pg_temp.chance(n, 17) ^ 2), 4)::smallint AS centrality,
        pg_temp.chance(n, 18) < 0.04 AS practice,
        pg_temp.chance(n, 19) < 0.1 AS mended,
        pg_temp.chance(n, 20) < 0.5 AS used,
        1 + floor(%(entries)s * pg_temp.chance(n, 21) ^ 2)::bigint AS entry
    FROM (
        SELECT n, %(begins)s::timestamptz + (n::float8 / %(works)s) * %(span)s AS raised,
            %(members)s * (0.05 + 0.94 * n::float8 / %(works)s) AS here
        FROM generate_series(1, %(works)s) AS n
    ) AS numbered
"""

_TASKS: Final = """
    INSERT INTO tasks_task (id, domain_id, area_id, title, brief, beneficiary, use,
        done_means, if_wrong, consequence, reliance, centrality, override_reason, seats,
        observer_seats, for_newcomers, agents_welcome, is_practice, is_awaited,
        outside_url, raised_at, opened_at, opened_by_id, raised_by_id, state, ending,
        ending_reason, closed_at, used_in, used_at, generation, by_organizer,
        effort_minutes)
    SELECT n, %(domain)s, %(area)s + author %% %(areas)s, 'Sheet ' || n, '.', 'Readers', '.', '.', '.',
        1, 1, centrality, '', 1, 0, false, true, practice, false, '', raised, raised,
        reader, reader, CASE WHEN settled < %(at)s THEN 'done' ELSE 'held' END, '', '',
        CASE WHEN settled < %(at)s THEN settled END, '',
        CASE WHEN used AND settled + interval '20 days' < %(at)s
             THEN settled + interval '20 days' END, 1, pg_temp.chance(n, 22) < 0.3, 60
    FROM work
"""

_OPEN_TASKS: Final = """
    INSERT INTO tasks_task (id, domain_id, area_id, title, brief, beneficiary, use,
        done_means, if_wrong, consequence, reliance, centrality, override_reason, seats,
        observer_seats, for_newcomers, agents_welcome, is_practice, is_awaited,
        outside_url, raised_at, opened_at, opened_by_id, raised_by_id, state, ending,
        ending_reason, used_in, generation, by_organizer, effort_minutes)
    SELECT %(works)s + n, %(domain)s, %(area)s + n %% %(areas)s, 'Sheet ' || n, '.',
        'Readers', '.', '.', '.', 1, 1, 1 + n %% 4, '', 1, 0, false, true, false, false, '',
        %(at)s::timestamptz - interval '1 day' * (n %% 60), %(at)s::timestamptz - interval '1 day' * (n %% 60),
        1, 1, 'open', '', '', '', 0, false, 60
    FROM generate_series(1, %(open)s) AS n
"""

_CLAIMS: Final = """
    INSERT INTO tasks_claim (id, task_id, membership_id, hold_key, seat, generation,
        claimed_at, due_at, extensions, ended_at, ending, ending_words)
    SELECT n, n, author, '', 1, 1, claimed, claimed + interval '7 days', 0,
        CASE WHEN settled < %(at)s THEN settled END,
        CASE WHEN settled < %(at)s THEN 'done' ELSE '' END, ''
    FROM work
"""

_SUBMISSIONS: Final = """
    INSERT INTO tasks_submission (id, task_id, claim_id, author_id, round, body, links,
        narration, unsure, handed_in_at, version, is_first, outcome, settled_at,
        is_threshold, places)
    SELECT n, n, n, author, 1, '.', '{}', '.', '', handed, 1, false,
        CASE WHEN settled >= %(at)s THEN '' WHEN mended THEN 'accommodated' ELSE 'recognised' END,
        CASE WHEN settled < %(at)s THEN settled END, false, 1
    FROM work WHERE handed <= %(at)s
"""

_REVIEWS: Final = """
    INSERT INTO tasks_review (id, submission_id, reviewer_id, place, is_first_look,
        is_second_opinion, claimed_at, due_at, verdict, works, reason, looked_at, sent_at)
    SELECT n, n, reader, 1, false, false, handed, handed + interval '2 days',
        CASE WHEN mended THEN 'accommodated' ELSE 'recognised' END, '.', '', '', settled
    FROM work WHERE settled <= %(at)s
"""

_USES: Final = """
    INSERT INTO tasks_citation (domain_id, entry_id, task_id, submission_id, member_id,
        explicit, cited_at)
    SELECT %(domain)s, entry, n, n, author, true, handed FROM work WHERE handed <= %(at)s
"""

_ENTRIES: Final = """
    INSERT INTO repertoire_entry (id, domain_id, area_id, kind, title, slug, aliases,
        former_slugs, meaning, written_at, changed_at, written_by_id)
    SELECT n, %(domain)s, %(area)s + n %% %(areas)s, 'term', 'Entry ' || n, 'entry-' || n,
        '{}', '{}', '.', at, at, 1 + n %% %(members)s
    FROM (SELECT n, %(begins)s::timestamptz + n::float8 / %(entries)s * %(span)s AS at
          FROM generate_series(1, %(entries)s) AS n) AS numbered
"""

_REVISIONS: Final = """
    INSERT INTO repertoire_revision (entry_id, number, author_id, author_zone, title,
        meaning, body, why, because_path, state, is_mend, settled_words, written_at)
    SELECT entry.id, number, 1 + (entry.id * 7 + number) %% %(members)s, 1 + number %% 4,
        entry.title, '.', '.', '', '', 'live', false, '',
        entry.written_at + (number - 1) * (%(at)s - entry.written_at) / 4
    FROM repertoire_entry AS entry CROSS JOIN generate_series(1, 4) AS number
    WHERE entry.domain_id = %(domain)s
"""

_JOINED: Final = """
    INSERT INTO members_participation (domain_id, key, kind, channel, giver_id, amount,
        item, title, path, rounds, accommodated, practice, entries, occurred_at,
        recorded_at, counted)
    SELECT %(domain)s, 'joined:' || id, 'joined', '', id, 0, 'membership:' || id, '', '',
        1, false, false, '{}', joined_at, joined_at, true
    FROM members_membership WHERE domain_id = %(domain)s
"""

_LINES: Final = """
    INSERT INTO members_participation (domain_id, key, kind, channel, giver_id,
        receiver_id, amount, item, title, path, centrality, area_id, rounds, accommodated,
        practice, entries, occurred_at, recorded_at, counted)
    SELECT %(domain)s, kind || ':' || n || ':' || place, kind, channel,
        CASE side WHEN 'author' THEN author ELSE reader END,
        CASE WHEN channel <> '' THEN CASE side WHEN 'author' THEN reader ELSE author END END,
        CASE WHEN channel <> '' THEN 1 ELSE 0 END,
        'submission:' || n, 'A sheet of the autumn round', '/c/bench/tasks/' || n || '/',
        centrality, %(area)s + author %% %(areas)s, 1, mended AND channel = 'work', practice,
        CASE WHEN channel = 'work' THEN ARRAY[entry] ELSE '{}' END, occurred, occurred, true
    FROM work CROSS JOIN LATERAL (VALUES
        (1, 'raised', '', 'reader', raised),
        (2, 'claimed', '', 'author', claimed),
        (3, 'narrated', '', 'author', claimed + interval '1 hour'),
        (4, 'narrated', '', 'author', claimed + interval '1 day'),
        (5, 'narrated', '', 'author', claimed + interval '30 hours'),
        (6, 'observed', '', 'author', claimed + interval '2 hours'),
        (7, 'handed_in', '', 'author', handed),
        (8, 'looked', '', 'reader', handed + interval '1 hour'),
        (9, 'reviewed', 'stewardship', 'reader', settled),
        (10, 'recognised', 'work', 'reader', settled)
    ) AS line (place, kind, channel, side, occurred)
    WHERE occurred <= %(at)s AND author <> reader
"""


def fill(*, members: int, lines: int, at: datetime) -> Domain:
    """Fill an empty database with one community; return it."""
    begins = at - timedelta(days=365 * YEARS)
    domain = Domain.objects.create(
        name="Bench",
        slug=SLUG,
        concern=".",
        stakes=".",
        served=".",
        founded_at=begins,
    )
    areas = [
        domain.areas.create(name=f"Area {place}", slug=f"area-{place}", place=place).pk
        for place in range(AREAS)
    ]
    reckoning = Reckoning.objects.create(
        domain=domain,
        state=Reckoning.State.CURRENT,
        begun_at=at,
        marks={},
        rings={},
    )
    given = {
        "domain": domain.pk,
        "area": areas[0],
        "areas": AREAS,
        "reckoning": reckoning.pk,
        "members": members,
        "works": max(lines // LINES_OF_A_WORK, 1),
        "entries": max(members // 20, 20),
        "open": max(members // 200, 40),
        "begins": begins,
        "span": at - begins,
        "at": at,
    }
    filled = (
        Membership,
        TrajectoryPoint,
        Task,
        Claim,
        Submission,
        Review,
        Citation,
        Entry,
        Revision,
        Participation,
    )
    with transaction.atomic(), connection.cursor() as cursor, unindexed(*filled):
        # What triggers keep for searching is not read here.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_CHANCE)
        for statement in (
            _PEOPLE,
            _POINTS,
            _ENTRIES,
            _REVISIONS,
            _WORKS,
            _TASKS,
            _OPEN_TASKS,
            _CLAIMS,
            _SUBMISSIONS,
            _REVIEWS,
            _USES,
            _JOINED,
            _LINES,
        ):
            cursor.execute(statement, given)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return domain


def organizer_of(domain: Domain) -> Member:
    """Give the community an organizer with an account, to look at its pages as."""
    member = Member.objects.create(handle="amara-okoye", name="Amara Okoye")
    Membership.objects.filter(domain=domain, pk=1).update(
        member=member, is_organizer=True, left_at=None, zone=4, kind="human"
    )
    return member
