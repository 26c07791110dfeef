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


def zones(*, centrality: int, core: int, core_authors: int) -> tuple[Zone, ...]:
    """Return the zone each place asks of its reader, third reader included.

    ``core`` is how many core members the domain has, ``core_authors`` of whom made this.
    """
    others = core - core_authors
    if centrality <= Centrality.INBOUND or others < 1:
        # A place nobody could ever take would leave the work waiting for ever.
        return (Zone.ACTIVE,) * THIRD_READER
    both = centrality == Centrality.CORE and core >= SMALL_CORE and others > 1
    return (
        Zone.CORE,
        Zone.CORE if both else Zone.ACTIVE,
        Zone.CORE if others >= THIRD_READER else Zone.ACTIVE,
    )


def is_far_enough_in(*, reader: int, core: int, core_authors: int) -> bool:
    """Whether a full member of this zone may judge what so many of the core made.

    At least as central as the most central of its authors; but where one or none of the
    core is left to read, its work would never be recognised, so active members stand in.
    """
    return (
        reader >= Zone.CORE or not core_authors or core - core_authors < SMALL_CORE - 1
    )


def judged_by(reader: int, *, core: int) -> list[int]:
    """Return of how many core authors a full member of this zone may judge the work."""
    return [
        core_authors
        for core_authors in range(core + 1)
        if is_far_enough_in(reader=reader, core=core, core_authors=core_authors)
    ]


def open_to(reader: int, *, core: int) -> list[tuple[int, int, int]]:
    """Return the places a full member of this zone may take.

    Each as its number, and the centrality of the work and the number of core authors it
    is open for.
    """
    return [
        (number, int(centrality), core_authors)
        for centrality in Centrality
        for core_authors in judged_by(reader, core=core)
        for number, asked in enumerate(
            zones(centrality=centrality, core=core, core_authors=core_authors),
            start=1,
        )
        if reader >= asked
    ]
