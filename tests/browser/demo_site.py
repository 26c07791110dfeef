"""The demo, run as `make demo` runs it, in a folder of its own."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

from cop.demo import run

#: What this process was told for itself, and the demo is not to hear of.
OWN = ("DATABASE_URL", "REDIS_URL", "DJANGO_ALLOW_ASYNC_UNSAFE")


@contextmanager
def running() -> Iterator[str]:
    """Start its own servers and processes, let River Watch live, and give the address."""
    home = Path(tempfile.mkdtemp(prefix="cop-demo-"))
    # PostgreSQL will not run as root, and whom it runs as has to get in.
    home.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        stack.enter_context(mock.patch.object(run, "DATA", home))
        stack.enter_context(mock.patch.dict(os.environ))
        for name in OWN:
            os.environ.pop(name, None)
        port = _free_port()
        env = run.environment(port)
        run.prepare(env, kept=run.start_servers(env, stack), git=None)
        apps = run.Apps(env)
        stack.callback(apps.stop)
        apps.start(port)
        yield f"http://127.0.0.1:{port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
