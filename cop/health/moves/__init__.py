"""The moves an organizer can make, one module each."""

from typing import Final

from cop.health.moves import (
    ask,
    entries,
    gather,
    invite,
    links,
    practice,
    seats,
    steps,
    uses,
)
from cop.health.moves.offer import Way

WAYS: Final[dict[str, Way]] = {
    "seats": seats.WAY,
    "ask": ask.WAY,
    "uses": uses.WAY,
    "steps": steps.WAY,
    "entries": entries.WAY,
    "gather": gather.WAY,
    "invite": invite.WAY,
    "links": links.WAY,
    "practice": practice.WAY,
}
