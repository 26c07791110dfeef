"""Throw-away servers for a run of the tests, unless it is given others."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from cop.embedded import Servers

PREFIX = "cop-test-"
#: Tells the workers of pytest-xdist that the servers are throw-away ones. Each has a
#: database of its own in PostgreSQL, and starts a Valkey of its own.
OURS = "COP_TEST_SERVERS"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    # A wrapper, because pytest-django reads settings in this very hook.
    os.environ |= {"DEBUG": "true", "DEMO": "false"}
    given = os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")
    asked_only = (
        early_config.known_args_namespace.help
        or early_config.known_args_namespace.version
    )
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    if is_worker and OURS in os.environ:
        # Its address is inherited, and what one test empties another counts on.
        os.environ["REDIS_URL"] = _servers(early_config).start_valkey()
    elif not given and not asked_only and not is_worker:
        clear_away_killed_runs()
        servers = _servers(early_config)
        os.environ[OURS] = "yes"
        os.environ["DATABASE_URL"] = servers.start_postgres()
        os.environ["REDIS_URL"] = servers.start_valkey()
    return (yield)


def _servers(config: pytest.Config) -> Servers:
    home = Path(tempfile.mkdtemp(prefix=PREFIX))
    home.chmod(0o755)
    lock = (home / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    servers = Servers(home / "s", durable=False)

    def stop() -> None:
        servers.stop()
        shutil.rmtree(home, ignore_errors=True)
        lock.close()

    config.add_cleanup(stop)
    return servers


def clear_away_killed_runs() -> None:
    """Remove what runs left behind that were killed: their locks are free."""
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            with (home / "lock").open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                servers = Servers(home / "s", durable=False)
                servers.stop_leftovers()
                servers.stop()
                shutil.rmtree(home, ignore_errors=True)
        except OSError:
            continue  # in use, or somebody else's
