"""Who is who in a history: several names and addresses, one person. Pure."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Final

_BOT: Final = re.compile(
    r"\[bot\]|(?:^|[-_ .])bot$|^(?:dependabot|renovate|github-actions|web-flow|bors"
    r"|homu|mergify|greenkeeper|snyk|weblate)\b",
    re.IGNORECASE,
)
#: Who the large hosts say committed what somebody merged on their pages.
_HOSTS: Final = frozenset({"noreply@github.com", "noreply@gitlab.com"})


@dataclass(frozen=True, slots=True)
class Contact:
    """A name and an address as they stand in one place of a history."""

    name: str
    address: str

    @property
    def is_somebody(self) -> bool:
        """Whether this is a person, told well enough not to be mistaken for others."""
        address = self.address.casefold()
        if address in _HOSTS or _BOT.search(self.name):
            return False
        if _BOT.search(address.partition("@")[0]):
            return False
        return "@" in address or _is_full(self.name)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return what this contact shares with others of the same person."""
        name = " ".join(self.name.split())
        address = self.address.strip().casefold()
        keys = [f"address:{address}"] if "@" in address else []
        return (*keys, f"name:{name.casefold()}") if _is_full(name) else tuple(keys)


@dataclass(slots=True)
class People:
    """Contacts met, and which of them are one person.

    Two contacts are one person by the same address, or the same full name of two
    words or more; what a mailmap says was applied before.
    """

    #: Each key's elder key; a person's eldest key is an elder to itself.
    _elder: dict[str, str] = field(default_factory=dict)
    #: For each eldest key, when the person was first met and what they were called last.
    _first: dict[str, tuple[int, str]] = field(default_factory=dict)
    _last: dict[str, tuple[int, str]] = field(default_factory=dict)

    def meet(self, contact: Contact, *, at: int) -> None:
        """Take in that a contact was there at a time, in seconds."""
        keys = contact.keys
        if not contact.is_somebody or not keys:
            return
        for key in keys:
            self._elder.setdefault(key, key)
        eldest = [self._eldest(key) for key in keys]
        for other in eldest[1:]:
            self._join(eldest[0], other)
        first = (at, min(keys))
        self._first[eldest[0]] = min(self._first.get(eldest[0], first), first)
        last = (at, " ".join(contact.name.split()))
        self._last[eldest[0]] = max(self._last.get(eldest[0], last), last)

    def person(self, contact: Contact) -> str | None:
        """Return what a person is known by: the key they were first met under.

        As a history grows at its end only, that stays.
        """
        keys = contact.keys
        if not contact.is_somebody or not keys or keys[0] not in self._elder:
            return None
        return self._first[self._eldest(keys[0])][1]

    def name(self, contact: Contact) -> str:
        """Return the name the person went by last."""
        return self._last[self._eldest(contact.keys[0])][1]

    def _eldest(self, key: str) -> str:
        path = []
        while self._elder[key] != key:
            path.append(key)
            key = self._elder[key]
        for passed in path:
            self._elder[passed] = key
        return key

    def _join(self, one: str, other: str) -> None:
        if one == other:
            return
        self._elder[other] = one
        if other in self._first:
            first = self._first.pop(other)
            self._first[one] = min(self._first.get(one, first), first)
        if other in self._last:
            last = self._last.pop(other)
            self._last[one] = max(self._last.get(one, last), last)


def pseudonym(kind: str, known_by: str, *, key: bytes) -> str:
    """Return what to call something instead of what it is known by, always the same.

    Nobody without the key can work out which of the public names it stands for.
    """
    digest = hmac.new(key, f"{kind}:{known_by}".encode(), hashlib.sha256)
    return f"{kind}_{digest.hexdigest()[:12]}"


def _is_full(name: str) -> bool:
    """Whether a name tells one person from others: two words, neither an initial."""
    words = name.split()
    return len(words) >= 2 and sum(len(word) > 1 for word in words) >= 2  # noqa: PLR2004
