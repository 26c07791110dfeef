from repertoire.models.contradiction import Contradiction
from repertoire.models.entry import Entry, EntryLink, Revision
from repertoire.models.origin import Doing, ToldOrigin
from repertoire.models.picture import Picture
from repertoire.models.words import Coinage, Likeness, NameUse

__all__ = [
    "Coinage",
    "Contradiction",
    "Doing",
    "Entry",
    "EntryLink",
    "Likeness",
    "NameUse",
    "Picture",
    "Revision",
    "ToldOrigin",
]
