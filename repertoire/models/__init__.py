from repertoire.models.contradiction import Contradiction
from repertoire.models.entry import Entry, EntryLink, Revision
from repertoire.models.words import Coinage, Likeness, NameUse

__all__ = [
    "Coinage",
    "Contradiction",
    "Entry",
    "EntryLink",
    "Likeness",
    "NameUse",
    "Revision",
]
