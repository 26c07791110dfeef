"""Children that do not outlive their parent, and what to do when one did."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


def dying_with_parent(sig: signal.Signals) -> Callable[[], None] | None:
    """What a new child must call so that the kernel signals it when we are killed.

    Only Linux can. The signal comes when the *thread* that started the child ends,
    so children are started from the main thread.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def arm() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(sig))
        if os.getppid() != parent:
            os.kill(os.getpid(), sig)

    return arm


def stop(
    process: "subprocess.Popen[bytes]", sig: signal.Signals, *, patience: float
) -> bool:
    """Ask a child to stop, then make it; say whether asking was enough."""
    if process.poll() is None:
        process.send_signal(sig)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def stop_leftover(
    pid_file: Path, *, name: str, places: list[Path], sig: signal.Signals
) -> None:
    """Stop the server a killed parent left behind, and forget its pid file.

    After a restart of the machine the number in the file may be anybody's: only a
    process running this program at one of these places is the server.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return
    if _is_ours(pid, name, places):
        _stop_stranger(pid, sig)
    pid_file.unlink(missing_ok=True)


def _is_ours(pid: int, name: str, places: list[Path]) -> bool:
    proc = Path(f"/proc/{pid}")
    if proc.exists():
        try:
            # A virtual environment made anew leaves " (deleted)" behind the name.
            program = Path(str((proc / "exe").readlink()).removesuffix(" (deleted)"))
            at = (proc / "cwd").readlink()
        except OSError:
            return False  # another user's, or gone meanwhile
        return program.name == name and any(
            at.is_relative_to(place) for place in places
        )
    command = subprocess.run(
        ["/bin/ps", "-p", str(pid), "-o", "command="],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return name in command and any(str(place) in command for place in places)


def _stop_stranger(pid: int, sig: signal.Signals, *, patience: float = 20) -> None:
    os.kill(pid, sig)
    end = time.monotonic() + patience
    while _runs(pid):
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            end += patience
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return sys.platform != "linux"
    return state != "Z"  # dead, and not yet buried by a slow init
