"""The servers from wheels: their life, and what may befall it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from cop.embedded import Servers, pytest_plugin

OWNER = """
import sys, time
from pathlib import Path
from cop.embedded import Servers
servers = Servers(Path(sys.argv[1]))
print(servers.start_postgres(), flush=True)
print(servers.start_valkey(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def base(tmp_path):
    # As root the servers run as nobody, who does not get into pytest's closed folder.
    for place in [tmp_path, *tmp_path.parents][:4]:
        if place.stat().st_uid == os.geteuid() and "pytest" in str(place):
            place.chmod(0o755)
    return tmp_path / "a place with spaces" / "servers"


def written(url):
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('kept')")


def kept(url):
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM kept")]


def pids(base):
    files = [*base.glob("postgresql-*/postmaster.pid"), base / "valkey/valkey.pid"]
    return [int(file.read_text().split()[0]) for file in files]


def runs(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_what_is_written_is_there_after_a_stop(base):
    servers = Servers(base)
    written(servers.start_postgres())
    servers.start_valkey()
    servers.stop()

    again = Servers(base)
    try:
        assert kept(again.start_postgres()) == ["kept"]
    finally:
        again.stop()


def test_two_copies_run_beside_each_other(base):
    one, other = Servers(base / "one"), Servers(base / "other")
    try:
        written(one.start_postgres())
        written(other.start_postgres())

        assert one.start_valkey() != other.start_valkey()
    finally:
        one.stop()
        other.stop()


def test_a_path_too_long_for_a_socket_is_no_hindrance(base):
    servers = Servers(base / ("deep" * 12) / ("deeper" * 12))
    try:
        written(servers.start_postgres())
        servers.start_valkey()
    finally:
        servers.stop()

    assert not servers.run.exists()


@pytest.mark.skipif(
    sys.platform != "linux", reason="Only Linux tells children of a death."
)
def test_a_killed_owner_leaves_no_process_and_loses_nothing(base):
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, base], stdout=subprocess.PIPE, text=True
    )
    url = owner.stdout.readline().strip()
    owner.stdout.readline()
    left = pids(base)
    written(url)
    owner.kill()
    owner.wait()
    owner.stdout.close()

    end = time.monotonic() + 20
    while any(runs(pid) for pid in left) and time.monotonic() < end:
        time.sleep(0.05)
    assert [pid for pid in left if runs(pid)] == []
    again = Servers(base)
    try:
        assert kept(again.start_postgres()) == ["kept"]
    finally:
        again.stop()


def test_killed_servers_come_back_with_all_they_confirmed(base):
    servers = Servers(base)
    written(servers.start_postgres())
    servers.start_valkey()
    for pid in pids(base):
        os.kill(pid, signal.SIGKILL)
    servers.stop()

    again = Servers(base)
    try:
        assert kept(again.start_postgres()) == ["kept"]
        again.start_valkey()
    finally:
        again.stop()


def test_a_server_left_running_is_stopped_and_taken_over(base):
    left = Servers(base, durable=False)
    left.start_postgres()
    left.start_valkey()
    before = pids(base)

    again = Servers(base, durable=False)
    try:
        written(again.start_postgres())
        again.start_valkey()

        assert set(pids(base)).isdisjoint(before)
    finally:
        again.stop()
        left.stop()


def test_a_process_that_only_has_the_number_is_left_alone(base):
    servers = Servers(base, durable=False)
    servers.start_postgres()
    servers.start_valkey()
    servers.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    data = next(base.glob("postgresql-*"))
    (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n")
    (base / "valkey/valkey.pid").write_text(f"{stranger.pid}\n")
    try:
        again = Servers(base, durable=False)
        written(again.start_postgres())
        again.start_valkey()
        again.stop()

        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_the_next_run_of_tests_clears_away_what_a_killed_one_left(base, monkeypatch):
    base.mkdir(parents=True)
    monkeypatch.setattr(pytest_plugin.tempfile, "gettempdir", lambda: str(base))
    killed = base / f"{pytest_plugin.PREFIX}killed"
    killed.mkdir()
    (killed / "lock").touch()
    strange = base / "somebody-elses"
    strange.mkdir()

    pytest_plugin.clear_away_killed_runs()

    assert list(base.iterdir()) == [strange]
