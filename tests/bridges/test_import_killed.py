"""Imports killed with SIGKILL and taken up again, on a real database."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Sum

from cop.bridges.models import Import, ImportedAct, RefusedLine
from domain.models import Domain
from members.models import Participation
from tests.bridges.histories import works, write
from tests.makers import make_domain

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
WORKS = 250
NONSENSE = 5
KILLS = 5
#: Acts in the third fifty lines, one of which is nonsense.
THIRD = 49

#: The command, in transactions small enough that many are killed in the middle.
COMMAND = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from cop.bridges import importing

importing.LINES_AT_ONCE, importing.WORKS_AT_ONCE = 50, 25
{tampering}
print("ready", flush=True)
call_command("import_history", sys.argv[1], "--domain", sys.argv[2])
"""

#: Killed at the end of the third chunk's transaction, before it is committed.
DIES_BEFORE_COMMIT = """
keep, chunks = importing._keep, []
def dying(run, chunk, known):
    chunks.append(chunk)
    with importing.transaction.atomic():
        keep(run, chunk, known)
        if len(chunks) == 3 and {dies}:
            os.kill(os.getpid(), signal.SIGKILL)
importing._keep = dying
"""

#: The same, by an importer that notes what is read in a transaction of its own.
CURSOR_OF_ITS_OWN = """
keep, chunks = importing._keep, []
def careless(run, chunk, known):
    importing.Import.objects.filter(pk=run.pk).update(lines=chunk[-1][0])
    chunks.append(chunk)
    with importing.transaction.atomic():
        keep(run, chunk, known)
        if len(chunks) == 3 and {dies}:
            os.kill(os.getpid(), signal.SIGKILL)
importing._keep = careless
"""


@pytest.fixture
def path(tmp_path):
    lines = works(WORKS)
    for number in range(NONSENSE):
        lines.insert(100 * number, b"nonsense\n")
    return write(tmp_path / "history.jsonl.gz", lines)


def start(path, domain, tampering=""):
    """Start the command on the tests' database; return it when it is about to begin."""
    name = connection.settings_dict["NAME"]
    before, question, after = os.environ["DATABASE_URL"].partition("?")
    url = f"{before.rpartition('/')[0]}/{name}{question}{after}"
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            COMMAND.format(tampering=tampering),
            str(path),
            domain.slug,
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "cop.settings",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"ready\n", process.stderr.read().decode()
    return process


def finish(process):
    _out, err = process.communicate(timeout=120)
    return process.returncode, err.decode()


def progress(domain):
    return list(
        Import.objects.filter(domain=domain)
        .order_by("pk")
        .values_list("lines", "ledger_lines")
    )


def outcome(domain):
    """All that an import leaves, in figures."""
    acts = ImportedAct.objects.filter(domain=domain)
    lines = Participation.objects.filter(domain=domain)
    runs = Import.objects.filter(domain=domain)
    return {
        "acts": acts.count(),
        "unwritten": acts.filter(written=False).count(),
        "people": domain.memberships.count(),
        "lines": lines.count(),
        "uncounted": lines.evidence().uncounted().count(),
        "amount": round(lines.aggregate(sum=Sum("amount"))["sum"], 6),
        "counted as taken in": sum(sum(run.taken_in.values()) for run in runs),
        "counted as written": sum(run.ledger_lines for run in runs),
        "zones": sorted(domain.memberships.values_list("zone", flat=True)),
    }


def test_killed_at_any_moment_nothing_is_missing_and_nothing_twice(path):
    undisturbed, domain = make_domain(areas=()), make_domain(areas=())
    assert finish(start(path, undisturbed))[0] == 0
    expected = outcome(undisturbed)
    chance = random.Random(20261116)
    kills = 0

    while kills < KILLS:
        process = start(path, domain)
        before = progress(domain)
        while process.poll() is None and progress(domain) == before:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        assert finish(process)[0] == -signal.SIGKILL
        kills += 1
    status, said = finish(start(path, domain))

    assert status == 0, said
    assert outcome(domain) == expected
    assert expected["acts"] == expected["counted as taken in"]
    assert expected["lines"] == expected["counted as written"]
    first = Import.objects.filter(domain=domain).earliest("pk")
    refused = RefusedLine.objects.filter(of=first).values_list("number", flat=True)
    assert sorted(refused) == [100 * number + 1 for number in range(NONSENSE)]


@pytest.mark.parametrize(
    ("importer", "missing"),
    [(DIES_BEFORE_COMMIT, 0), (CURSOR_OF_ITS_OWN, THIRD)],
    ids=["cursor in the transaction", "cursor of its own"],
)
def test_the_cursor_is_true_because_it_is_in_the_transaction(path, importer, missing):
    """The second importer shows what the first one's single transaction is for."""
    domain = make_domain(areas=())

    status, _said = finish(start(path, domain, importer.format(dies=True)))
    assert status == -signal.SIGKILL
    status, said = finish(start(path, domain, importer.format(dies=False)))

    assert status == 0, said
    assert outcome(domain)["acts"] == len(works(WORKS)) - missing


def test_two_imports_into_a_domain_do_not_run_at_once(path):
    domain = make_domain(areas=())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_lock(hashtext('cop.bridges'), %s)", [domain.pk]
        )

        impatient = "from cop.bridges.management import base; base.PATIENCE = 0.1"
        status, said = finish(start(path, domain, impatient))

        cursor.execute("SELECT pg_advisory_unlock_all()")
    assert status == 1
    assert "An import into this domain is running." in said
    assert not Import.objects.exists()
    assert Domain.objects.count() == 1
