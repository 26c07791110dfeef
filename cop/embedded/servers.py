"""The two servers' life, from an empty directory to a clean stop."""

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from cop.embedded import processes, programs

#: Longer paths do not fit into the address of a Unix socket.
LONGEST_RUN_PATH = 80
#: Crash recovery of a large database takes its time.
PATIENCE = 60.0


class Servers:
    """PostgreSQL and Valkey with all their data in one directory.

    ``durable=False`` is for tests: quick, and lost with the machine.
    """

    def __init__(self, base: Path, *, durable: bool = True) -> None:
        self.durable = durable
        self.user, self.base = place(base)
        self._own(self.base)
        self.run = self.base / "run"
        if len(str(self.run)) > LONGEST_RUN_PATH:
            self.run = (
                Path(tempfile.gettempdir())
                / f"cop-run-{os.geteuid()}-{_mark(self.base)}"
            )
        self._own(self.run)
        self._started: list[tuple[subprocess.Popen[bytes], signal.Signals]] = []

    def start_postgres(self) -> str:
        """Start PostgreSQL, on a new database if there is none; return its address."""
        program = programs.within_reach(
            programs.postgres() / "postgres", copies=self.base / "programs"
        )
        major = programs.version(program.parent)
        data = self.base / f"postgresql-{major}"
        if not data.exists():
            self._init(program.parent / "initdb", data, major)
        self.stop_leftovers()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.run).replace(",", r"\,"),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "shared_buffers": "64MB",
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= dict.fromkeys(
                ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"), "off"
            )
        options = [f"--{name}={value}" for name, value in settings.items()]
        url = f"postgresql://app@/postgres?host={quote(str(self.run), safe='')}"

        def ready() -> bool:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(url, connect_timeout=2).close()
                return True
            return False

        # SIGINT is PostgreSQL's "fast": it waits for nobody and writes all down.
        self._start("postgresql", [program, "-D", data, *options], signal.SIGINT, ready)
        return url

    def start_valkey(self) -> str:
        """Start Valkey; return its address."""
        program = programs.within_reach(
            programs.valkey(), copies=self.base / "programs"
        )
        data = self.base / "valkey"
        self._own(data)
        pid_file, address = data / "valkey.pid", self.run / "valkey.sock"
        settings: dict[str, str | Path] = {
            "port": "0",
            "unixsocket": address,
            "unixsocketperm": "700",
            "dir": data,
            "pidfile": pid_file,
            "maxmemory-policy": "noeviction",
            "appendonly": "yes" if self.durable else "no",
            "save": "",
        }
        options: list[str | Path] = []
        for name, value in settings.items():
            options += [f"--{name}", value]

        def ready() -> bool:
            with (
                contextlib.suppress(OSError),
                socket.socket(socket.AF_UNIX) as connection,
            ):
                connection.settimeout(1)
                connection.connect(str(address))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            return False

        self._start("valkey", [program, *options], signal.SIGTERM, ready)
        return f"unix://{address}"

    def stop(self) -> None:
        """Stop both, the last started first."""
        while self._started:
            process, sig = self._started.pop()
            processes.stop(process, sig, patience=PATIENCE)
        if self.run.parent != self.base:
            shutil.rmtree(self.run, ignore_errors=True)

    def stop_leftovers(self) -> None:
        """Stop what a killed parent left running, where the kernel did not."""
        for data in self.base.glob("postgresql-*"):
            processes.stop_leftover(
                data / "postmaster.pid",
                name="postgres",
                places=[data],
                sig=signal.SIGINT,
            )
        data = self.base / "valkey"
        processes.stop_leftover(
            data / "valkey.pid",
            name="valkey-server",
            places=[data, self.run],
            sig=signal.SIGTERM,
        )

    def _init(self, initdb: Path, data: Path, major: int) -> None:
        # Made beside and then renamed: a directory of that name is always whole.
        half = data.with_name(f"{data.name}.half")
        shutil.rmtree(half, ignore_errors=True)
        options = ["--username=app", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        if major >= 17:  # noqa: PLR2004 - the first to bring its own Unicode rules
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self.durable:
            options += ["--no-sync"]
        done = subprocess.run(
            [initdb, "-D", half, *options],
            capture_output=True,
            text=True,
            check=False,
            **self._as_user(),
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stderr}")
        half.rename(data)

    def _start(
        self,
        name: str,
        command: list[str | Path],
        stop_signal: signal.Signals,
        ready: Callable[[], bool],
    ) -> None:
        log = self.base / f"{name}.log"
        with log.open("wb") as output:
            # A session of its own: Ctrl-C in the terminal is for the parent, which
            # stops the servers after everything that uses them.
            process = subprocess.Popen(
                command,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=processes.dying_with_parent(stop_signal),  # noqa: PLW1509
                **self._as_user(),
            )
        self._started.append((process, stop_signal))
        end = time.monotonic() + PATIENCE
        while not ready():
            if process.poll() is not None or time.monotonic() > end:
                tail = log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{name} did not start. The end of {log}:\n{tail}")
            time.sleep(0.02)

    def _as_user(self) -> dict[str, Any]:
        """How the servers' processes are started: nothing of our environment counts."""
        how: dict[str, Any] = {
            "cwd": self.base,
            "env": {
                "PATH": os.defpath,
                "LC_ALL": "C",
                "TZ": "UTC",
                "HOME": str(self.base),
            },
            "stdin": subprocess.DEVNULL,
        }
        if self.user:
            how |= {
                "user": self.user.pw_uid,
                "group": self.user.pw_gid,
                "extra_groups": [],
            }
        return how

    def _own(self, directory: Path) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = directory.stat().st_uid
        if self.user and owner == 0:
            os.chown(directory, self.user.pw_uid, self.user.pw_gid)
        elif owner != (self.user.pw_uid if self.user else os.geteuid()):
            raise PermissionError(f"{directory} belongs to another user.")
        directory.chmod(0o700)


def place(base: Path) -> tuple[pwd.struct_passwd | None, Path]:
    """As whom the servers run (``None``: as we do), and where they keep their data.

    PostgreSQL refuses to run as root. It then runs as the one whose data it is, or,
    on new data, as nobody, who may not get as far as into the checkout.
    """
    base = base.resolve()
    if os.geteuid() != 0:
        return None, base
    if base.exists() and base.stat().st_uid != 0:
        return pwd.getpwuid(base.stat().st_uid), base
    there = next(parent for parent in base.parents if parent.exists())
    if not programs.open_to_all(there):
        base = Path("/var/tmp") / f"cop-{_mark(base)}"  # noqa: S108 - _own() checks whose it is
    return pwd.getpwnam("nobody"), base


def _mark(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]
