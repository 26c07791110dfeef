"""How central a task is, and which zone a member stands in: the same four names.

The numbers are ordinals, from the edge inward, so that ``zone >= centrality`` reads
as it is meant: work of that centrality lies within reach of that zone.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Zone(models.IntegerChoices):
    """Where a member stands in a practice."""

    PERIPHERY = 1, _("Periphery")
    INBOUND = 2, _("Inbound")
    ACTIVE = 3, _("Active")
    CORE = 4, _("Core")

    @property
    def is_full(self) -> bool:
        """Full members recognise others' work and carry newcomers in."""
        return self >= Zone.ACTIVE


class Centrality(models.IntegerChoices):
    """How close a task lies to what the practice cannot do without."""

    PERIPHERY = 1, _("Periphery")
    INBOUND = 2, _("Inbound")
    ACTIVE = 3, _("Active")
    CORE = 4, _("Core")


class Consequence(models.IntegerChoices):
    """What happens if the work is done badly."""

    PUT_RIGHT = 1, _("It is easily put right")
    DAY_LOST = 2, _("A day is lost")
    OTHERS_HELD_UP = 3, _("Others are held up")
    CANNOT_BE_UNDONE = 4, _("It cannot be undone")


class Reliance(models.IntegerChoices):
    """How many rely on the result."""

    ONE = 1, _("One or two people")
    SOME = 2, _("A handful of us")
    MANY = 3, _("Most of the community")
    PUBLIC = 4, _("People outside, in public")


#: Centrality by consequence (row) and reliance (column). What goes wrong weighs more
#: than how many would notice: a mistake nobody can undo is never work for the edge,
#: and one that is easily put right stays open to newcomers however many read it.
_DERIVED = {
    Consequence.PUT_RIGHT: (1, 1, 1, 2),
    Consequence.DAY_LOST: (1, 2, 2, 3),
    Consequence.OTHERS_HELD_UP: (2, 3, 3, 4),
    Consequence.CANNOT_BE_UNDONE: (3, 3, 4, 4),
}


def derive(*, consequence: Consequence, reliance: Reliance) -> Centrality:
    """Return how central a task is, from the two answers given when it is raised."""
    return Centrality(_DERIVED[Consequence(consequence)][reliance - 1])
