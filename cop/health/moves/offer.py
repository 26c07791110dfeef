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
class Made:
    """What a move left behind for whoever made it."""

    #: Where it led: the page of what was made.
    led_to: str = ""
    #: Addresses that are shown to them now, and never again.
    links: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of move."""

    words: str | Promise
    #: What there is to do and whom it touches; with ``%(about)d`` and ``%(touches)d``.
    sentence: str | Promise
    #: What the button will do, exactly, said before it is pressed; by the moment it is.
    does: str | Promise | Callable[[Domain, datetime], str]
    button: str | Promise
    #: What the keys it is about are of.
    of: Thing
    #: The signs it should move, by name.
    signs: tuple[str, ...]
    #: What it would be about now; the past is the domain's, up to the moment.
    find: Callable[[Domain, datetime, Past], Offer]
    make: Callable[[Sequence[int], Membership, datetime], Made | None]
    #: Whether it can be made for one of the things it is about, and the others stay.
    one_by_one: bool = True

    def said(self, domain: Domain, at: datetime) -> str:
        """What the button will do."""
        return self.does(domain, at) if callable(self.does) else str(self.does)
