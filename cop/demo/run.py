"""The demo: one process that starts everything, watches over it and stops it.

    python -m cop.demo.run --port 8123 [--git PATH]

It starts PostgreSQL and Valkey (unless DATABASE_URL and REDIS_URL name others),
brings the database up to date, fills it, and then runs web, worker and beat.
"""

import argparse
import fcntl
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from cop.demo.terminal import alone_in_front, say, step
from cop.embedded import Servers, processes
from cop.embedded.servers import place

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / ".data"
HIGHEST_PORT = 65535
#: Seconds a process may take to finish what it is at, before it is killed.
PATIENCE = 15.0


class Sorry(Exception):
    """The demo cannot go on; the message says why and what to do."""


class Asked(BaseException):
    """Somebody asked us to stop: Ctrl-C, a closed terminal, a polite kill."""


def main() -> int:
    asked = _arguments()
    try:
        if asked.reset:
            reset()
        else:
            run(port_number(asked.port), repository(asked.git))
    except Asked:
        say("Everything is stopped.")
    except (Sorry, OSError, RuntimeError) as trouble:
        say(f"{trouble}")
        return 1
    return 0


def run(port: int, git: Path | None) -> None:
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, _stop_asked)
    with alone_in_front(), only_one(port), ExitStack() as running:
        _refuse_busy(port)
        env = environment(port)
        kept = start_servers(env, running)
        prepare(env, kept=kept, git=git)
        apps = Apps(env)
        running.callback(apps.stop)
        with step("Starting web, worker and beat"):
            apps.start(port)
        say(
            f"\n  Open     http://127.0.0.1:{port}/\n"
            f"  Sign in  http://127.0.0.1:{port}/demo/ and press a button\n"
            f"  Agents   http://127.0.0.1:{port}/mcp with a token from an agent's page\n"
            "  Stop     Ctrl-C; everything is kept for the next time\n"
        )
        apps.watch()


def reset() -> None:
    """Forget everything the demo keeps."""
    with only_one(None):
        _, servers = place(DATA / "servers")
        for directory in (servers, DATA):
            if directory.exists():
                shutil.rmtree(directory)
    say("Forgotten. `make demo` starts afresh.")


def port_number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= HIGHEST_PORT:
        raise Sorry(f"PORT must be a number from 1 to {HIGHEST_PORT}, not {text!r}.")
    return int(text)


def repository(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text).expanduser().resolve()
    git = ["git", "-C", str(path), "rev-parse", "--git-dir"]
    if not shutil.which("git"):
        raise Sorry("GIT needs the program git, which is not installed.")
    if (
        not path.is_dir()
        or subprocess.run(git, capture_output=True, check=False).returncode
    ):
        raise Sorry(f"GIT must be the folder of a git repository, and {path} is none.")
    return path


@contextmanager
def only_one(port: int | None) -> Generator[None]:
    """Hold this folder's data alone. The lock falls with us, however we end."""
    DATA.mkdir(exist_ok=True)
    with (DATA / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Sorry(
                f"Another demo runs from this folder ({lock.read() or 'just starting'}). "
                "Stop it first, or use a copy of the folder."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}" + (f", port {port}" if port else ""))
        lock.flush()
        yield


def environment(port: int) -> dict[str, str]:
    """The environment of all that we start."""
    env = {
        **os.environ,
        "DEMO": "true",
        "DEBUG": "false",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "STATIC_ROOT": str(DATA / "static"),
        "MEDIA_ROOT": str(DATA / "media"),
        "PYTHONUNBUFFERED": "1",
        # Celery's advice not to run as root, which root on a machine of its own may.
        "PYTHONWARNINGS": "ignore::UserWarning:celery.platforms",
    }
    key = DATA / "secret-key"
    if "SECRET_KEY" not in env:
        if not key.exists():
            key.touch(mode=0o600)
            key.write_text(secrets.token_urlsafe(50))
        env["SECRET_KEY"] = key.read_text()
    return env


def start_servers(env: dict[str, str], running: ExitStack) -> bool:
    """Put the servers' addresses into ``env``; say whether the servers are ours."""
    if env.get("DATABASE_URL") and env.get("REDIS_URL"):
        return False
    servers = Servers(DATA / "servers")
    running.callback(servers.stop)
    with step("Starting PostgreSQL"):
        env["DATABASE_URL"] = servers.start_postgres()
    with step("Starting Valkey"):
        env["REDIS_URL"] = servers.start_valkey()
    return True


def prepare(env: dict[str, str], *, kept: bool, git: Path | None) -> None:
    with step("Bringing the database up to date"):
        manage(env, "migrate", "--verbosity=0")
    with step("Collecting static files"):
        manage(env, "collectstatic", "--noinput", "--verbosity=0")
    # Only of our own server do we know that what was put there is still there.
    seeded = DATA / "seeded"
    if not (kept and seeded.exists()):
        with step("Letting River Watch live through its history", talks=True):
            manage(env, "seed_demo", talks=True)
        if kept:
            seeded.touch()
    if git:
        slug = re.sub(r"[^a-z0-9]+", "-", git.name.lower()).strip("-") or "repository"
        with step(f"Reading the history of {git}", talks=True):
            manage(
                env, "import_git", str(git), "--domain", slug, "--create", talks=True
            )


def manage(env: dict[str, str], *command: str, talks: bool = False) -> None:
    """Run a management command, which stops with us."""
    process = _spawn(
        [sys.executable, "manage.py", *command],
        env,
        output=None if talks else subprocess.PIPE,
    )
    try:
        output, _ = process.communicate()
    finally:
        processes.stop(process, signal.SIGTERM, patience=PATIENCE)
    if process.returncode:
        if output:
            say("\n" + output.decode(errors="replace"))
        raise Sorry(f"`manage.py {' '.join(command)}` failed.")


class Apps:
    """Web, worker and beat."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def start(self, port: int) -> None:
        uvicorn = "uvicorn cop.asgi:application --host 127.0.0.1 --log-level warning"
        celery = "celery --quiet -A cop"
        commands = {
            "web": f"{uvicorn} --port {port} --timeout-graceful-shutdown 3",
            "worker": f"{celery} worker -l warning -c 2 --without-mingle --without-gossip",
            "beat": f"{celery} beat -l warning --pidfile=",
        }
        for name, command in commands.items():
            argv = [sys.executable, "-m", *command.split()]
            if name == "beat":
                argv += ["--schedule", str(DATA / "beat-schedule")]
            process = _spawn(argv, self.env, output=subprocess.PIPE)
            self.processes[name] = process
            threading.Thread(
                target=self._pass_on, args=(name, process), daemon=True
            ).start()
        while not _answers(port):
            self._refuse_dead()
            time.sleep(0.1)

    def watch(self) -> None:
        while True:
            self._refuse_dead()
            time.sleep(0.5)

    def stop(self) -> None:
        self.stopping = True
        say("\nStopping …")
        for process in self.processes.values():
            process.terminate()
        end = time.monotonic() + PATIENCE
        for process in self.processes.values():
            left = max(0.1, end - time.monotonic())
            if not processes.stop(process, signal.SIGTERM, patience=left):
                os.killpg(process.pid, signal.SIGKILL)

    def _pass_on(self, name: str, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout  # noqa: S101 - for the type checker: it is a pipe
        with process.stdout as lines:
            for line in lines:
                if not self.stopping:  # farewells are of no interest
                    say(f"{name:6} | {line.decode(errors='replace').rstrip()}")

    def _refuse_dead(self) -> None:
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise Sorry(f"{name} ended by itself; what it said last is above.")


def _spawn(
    command: list[str], env: dict[str, str], *, output: int | None
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
        preexec_fn=processes.dying_with_parent(signal.SIGTERM),  # noqa: PLW1509
    )


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except OSError:
        return False


def _refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Sorry(
                f"Only root may use port {port}. Choose one above 1023."
            ) from None
        except OSError:
            raise Sorry(
                f"Port {port} is in use. Choose another: make demo PORT=…"
            ) from None


def _stop_asked(signum: int, frame: FrameType | None) -> None:
    # Once: stopping in good order is not to be disturbed by impatience.
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, signal.SIG_IGN)
    raise Asked


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run the demo on this machine.")
    parser.add_argument("--port", default="8123")
    parser.add_argument("--git", default="", help="a repository to make a community of")
    parser.add_argument(
        "--reset", action="store_true", help="forget what the demo keeps"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
