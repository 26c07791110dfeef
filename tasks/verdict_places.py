"""How many verdicts settle a submission, and who may give each of them.

A submission has numbered places for verdicts. One settles work at the edge and work
others build on; the judgement calls take two, and where two differ a third reader's
place is added.
"""

from domain.centrality import Centrality, Zone

#: With fewer in the core than this, two of them for every piece of core work would
#: leave nobody to do any.
SMALL_CORE = 3

#: The place of the reader an author asks for after the verdict: it settles nothing.
SECOND_OPINION = 0

#: Two readers who differ are settled by a third.
THIRD_READER = 3


def needed(centrality: int) -> int:
    """Return how many verdicts settle work of this centrality."""
    return 2 if centrality >= Centrality.ACTIVE else 1


def zones(*, centrality: int, core: int, author_is_core: bool) -> tuple[Zone, ...]:
    """Return the zone each place asks of its reader, third reader included.

    ``core`` is how many core members the domain has, the author among them.
    """
    others = core - author_is_core
    if centrality <= Centrality.INBOUND or others < 1:
        # A place nobody could ever take would leave the work waiting for ever.
        return (Zone.ACTIVE,) * THIRD_READER
    both = centrality == Centrality.CORE and core >= SMALL_CORE
    return (
        Zone.CORE,
        Zone.CORE if both else Zone.ACTIVE,
        Zone.CORE if others >= THIRD_READER else Zone.ACTIVE,
    )


def is_far_enough_in(*, reader: int, author: int, core: int) -> bool:
    """Whether somebody of one zone may judge the work of somebody of another.

    At least as central as the author; but a core of one or two could never have its
    own work recognised, so there active members stand in.
    """
    return reader >= author or (core < SMALL_CORE and reader >= Zone.ACTIVE)


def judged_by(reader: int, *, core: int) -> list[int]:
    """Return the zones whose work somebody of this zone may judge."""
    return [
        int(zone)
        for zone in Zone
        if is_far_enough_in(reader=reader, author=zone, core=core)
    ]


def open_to(reader: int, *, core: int) -> list[tuple[int, int, int]]:
    """Return the places somebody of this zone may take.

    Each as its number, and the centrality of the work and the zone of the author it
    is open for.
    """
    return [
        (number, int(centrality), int(author))
        for centrality in Centrality
        for author in Zone
        for number, asked in enumerate(
            zones(centrality=centrality, core=core, author_is_core=author == Zone.CORE),
            start=1,
        )
        if reader >= asked
    ]
