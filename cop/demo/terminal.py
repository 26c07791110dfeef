"""What the demo says while it sets up, and who hears Ctrl-C."""

import os
import signal
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager


def say(text: str = "") -> None:
    print(text, flush=True)


@contextmanager
def step(title: str, *, talks: bool = False) -> Generator[None]:
    """Tell what is being done and how long it took.

    ``talks`` is for what shows its own progress on lines of its own.
    """
    print(f"{title} … ", end="\n" if talks else "", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say()
        raise
    say(f"{'  ' if talks else ''}done {time.monotonic() - began:.1f} s")


@contextmanager
def alone_in_front() -> Generator[None]:
    """Hear Ctrl-C alone.

    ``make`` would hear it too, and end with an error when we end in good order. So
    we step out of its process group and take the terminal with us.
    """
    if (
        not sys.stdin.isatty()
        or os.tcgetpgrp(0) != os.getpgrp()
        or os.getpid() == os.getsid(0)
    ):
        yield
        return
    before = os.getpgrp()
    # Handing the terminal back is done from the background, which it would stop.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    # Stopped with Ctrl-Z, we would leave the terminal to a make that only waits.
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(0, before)
