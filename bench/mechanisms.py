"""The mechanisms a community can be lived without, each taken out at one place.

A mechanism is taken out either of the product, by putting something inert in the place
of the one function or setting that is the mechanism, or of the members, who then act as
if nobody had built it. The product knows nothing of this.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

from domain.centrality import Zone


@dataclass(frozen=True, slots=True)
class Mechanism:
    """What the product does for people, and what there is without it."""

    name: str
    without: str
    #: What to put in which place; nothing where members merely act otherwise.
    patches: tuple[tuple[str, Any], ...] = ()


def _nothing(*_: object, **__: object) -> int:
    return 0


def _nobody(*_: object, **__: object) -> list[object]:
    return []


def _no_one(*_: object, **__: object) -> None:
    return None


def _none(rows: Any, **_: object) -> Any:
    return rows.none()


MECHANISMS: Final = {
    one.name: one
    for one in (
        Mechanism("next_step", "a task at random among those one may claim"),
        Mechanism(
            "newcomers_first",
            "the desk by age alone",
            (
                (
                    "tasks.models.submission.SubmissionQuerySet.newcomers_first",
                    lambda rows: rows.order_by("handed_in_at", "pk"),
                ),
            ),
        ),
        Mechanism("drawn", "readers pick from the desk what they like"),
        Mechanism("first_look", "nobody looks before the verdict"),
        Mechanism("second_opinion", "nobody asks for another reader"),
        Mechanism(
            "companions",
            "nobody is walked in",
            (("members.accompanying._best_placed", _no_one),),
        ),
        Mechanism("observing", "nobody watches, so nobody is vouched for"),
        Mechanism(
            "readiness",
            "nobody is let in early by position",
            (("tasks.legitimacy.Standing.is_near", property(lambda _: False)),),
        ),
        Mechanism("kept_for_newcomers", "no task is kept for newcomers"),
        Mechanism(
            "kept_for_author",
            "work sent back and let go is anybody's",
            (
                (
                    "tasks.models.task.KEPT_SEATS",
                    "(SELECT '{}'::smallint[] FROM (VALUES (%s, %s, %s, %s)) AS unused)",
                ),
            ),
        ),
        Mechanism(
            "leases",
            "seats never go back by themselves",
            (("tasks.models.task.ClaimQuerySet.overdue", _none),),
        ),
        Mechanism(
            "reminders",
            "nobody is reminded that a seat ends",
            (("tasks.claiming.remind", _nothing),),
        ),
        Mechanism(
            "hands",
            "as many tasks at once as one likes",
            (("tasks.legitimacy.MOST_HELD", dict.fromkeys(Zone, 99)),),
        ),
        Mechanism(
            "review_leases",
            "readings never go back to the desk by themselves",
            (("tasks.models.submission.ReviewQuerySet.overdue", _none),),
        ),
        Mechanism(
            "asking",
            "nobody is asked to review",
            (("tasks.asking.ask", _nobody),),
        ),
        Mechanism(
            "capacity",
            "people are asked to review beyond the room they gave",
            (("tasks.room.Room.left", property(lambda _: 1)),),
        ),
        Mechanism(
            "widening",
            "nobody further is asked when a verdict is late",
            (("tasks.reviewing.make_up_for_waits", _nothing),),
        ),
    )
}


@contextmanager
def taken_out(names: Sequence[str]) -> Iterator[None]:
    """Live without some mechanisms; before the product is first asked anything."""
    with ExitStack() as stack:
        # Nobody here writes to the repertoire, so no text can lean on it.
        stack.enter_context(patch("tasks.citing.cite", _nobody))
        for name in names:
            for place, instead in MECHANISMS[name].patches:
                stack.enter_context(patch(place, instead))
        yield
