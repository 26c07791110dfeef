"""Reckonings killed with SIGKILL and gone on with by others, on a real database."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from domain.centrality import Zone
from members import positioning, reckoning
from members.models import Reckoning, Ruling
from tests.makers import NOON, make_domain, make_membership
from tests.members.test_positioning import START, busy, points, standings

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
KILLS = 5

#: A worker that lives through a week at a time, each in a transaction of its own.
WORKER = """
import sys
from datetime import datetime, timedelta
import django
django.setup()
from members import positioning, reckoning

reckoning.patience = lambda _reading: timedelta(0)
at = datetime.fromisoformat(sys.argv[1])
print("ready", flush=True)
while positioning.go_on(at=at):
    print("stretch", flush=True)
"""


@pytest.fixture
def lived():
    domain = make_domain()
    founders = [make_membership(domain=domain) for _ in range(3)]
    for founder in founders:
        Ruling.objects.create(
            membership=founder,
            at_least=Zone.ACTIVE,
            begins_at=START,
            ends_at=START + timedelta(days=1000),
        )
    busy(make_membership(domain=domain), founders=founders, works=18)
    positioning.reposition(domain=domain, at=NOON, everybody=True)
    return domain


def worker(at):
    name = connection.settings_dict["NAME"]
    before, question, after = os.environ["DATABASE_URL"].partition("?")
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, at.isoformat()],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": f"{before.rpartition('/')[0]}/{name}{question}{after}",
            "DJANGO_SETTINGS_MODULE": "cop.settings",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"ready\n", process.stderr.read().decode()
    return process


def test_killed_at_any_moment_it_comes_to_the_same(lived):
    chance = random.Random(20261122)
    at = NOON
    reckoning.begin(domain=lived, at=at)
    for _ in range(KILLS):
        process = worker(at)
        process.stdout.readline()
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        # A quick one was through before it was killed, and told of that moment.
        if not Reckoning.objects.running().exists():
            break
        # The dead one's lease is waited for, not broken.
        at += reckoning.LEASE + timedelta(seconds=1)
    while positioning.go_on(at=at):
        pass
    disturbed, path = standings(lived), points(lived)

    positioning.replay(domain=lived, at=at)

    assert disturbed == standings(lived)
    assert path == points(lived)
    assert Reckoning.objects.get(domain=lived).state == "current"


def test_two_workers_at_once_live_through_it_once(lived):
    before, path = standings(lived), points(lived)
    reckoning.begin(domain=lived, at=NOON)

    for process in [worker(NOON), worker(NOON)]:
        _out, error = process.communicate(timeout=120)
        assert process.returncode == 0, error.decode()
    while positioning.go_on(at=NOON):
        pass

    assert Reckoning.objects.get(domain=lived).state == "current"
    assert standings(lived) == before
    assert points(lived) == path
