"""Aside: what asks the database runs in threads of this door's own, off the event loop."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections

Value = TypeVar("Value")

#: Calls a process works on at once; others wait their turn. They are mostly Python, of
#: which a process does one thing at a time: more would not be done sooner, and would stand
#: in the way of its pages and take their connections.
MOST_AT_ONCE: Final = 2

_threads = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="mcp")


async def aside(ask: Callable[..., Value], /, *given: Any, **more: Any) -> Value:
    """Ask in a thread, and give its connection back at once."""
    return await sync_to_async(_and_let_go, thread_sensitive=False, executor=_threads)(
        partial(ask, *given, **more)
    )


def _and_let_go(ask: Callable[[], Value]) -> Value:
    try:
        return ask()
    finally:
        # No signal of a request's end fires here that would do it.
        connections.close_all()
