"""What a move is: whom it touches, what it is about, and the deed that does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from cop.health.past import Past
from cop.health.signs.reading import Thing
from domain.models import Domain
from members.models import Membership

#: Nobody goes through more in a week.
MOST_ABOUT = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """A move one could make now: what it is about, by key, and how many it touches."""

    about: Sequence[int]
    touches: int


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of move."""

    words: str | Promise
    #: What it does and whom it touches; with ``%(about)d`` and ``%(touches)d``.
    sentence: str | Promise
    button: str | Promise
    #: The signs it should move, by name.
    signs: tuple[str, ...]
    #: What the keys it is about are keys of.
    of: Thing
    #: What it would be about now; the past is the domain's, up to the moment.
    find: Callable[[Domain, datetime, Past], Offer]
    make: Callable[[Sequence[int], Membership, datetime], None]
