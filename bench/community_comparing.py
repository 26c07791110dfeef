"""What each mechanism is worth, told from lives in which a few were taken out at a time.

Every figure of a life is read as what its community comes to with everything, and what
each mechanism taken out adds to that: a least-squares fit over all lives, with a term
for each community (seed) and one for each mechanism. An effect is what a figure is
*without* the mechanism less what it is with it. Its interval is Student's, with the
lives left over after the terms as degrees of freedom.

Two lives of one seed begin alike and part at the first act that differs, so most of a
difference is chance. Taking out several at a time, dealt by lot, tells as much of each
mechanism as taking them out singly would in as many lives as there are mechanisms.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import stats

from bench.mechanisms import MECHANISMS


@dataclass(frozen=True, slots=True)
class Outcome:
    """One figure of a life, and which way is better."""

    name: str
    path: tuple[str, ...]
    less_is_better: bool
    digits: int = 2


OUTCOMES: Final = (
    Outcome("first rec., d", ("first_recognition_days", "median"), True, 1),
    Outcome("unrec. of 90 d", ("first_recognition_days", "within_90"), True, 1),
    Outcome("inbound", ("reached_inbound",), False),
    Outcome("active", ("reached_active",), False),
    Outcome("wait, d", ("review_wait_days", "median"), True),
    Outcome("wait p90, d", ("review_wait_days", "p90"), True, 1),
    Outcome("never done", ("never_done",), True),
    Outcome("top 3", ("reviewer_top3_share",), True),
)
#: What is shown, and what it takes to be called a difference: a table of a hundred and
#: more cells has several beyond the first by chance alone.
SHOWN, CALLED = 0.95, 0.995
#: Fewer lives left over than this say nothing about chance.
FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Effect:
    """What taking out a mechanism adds to a figure."""

    outcome: Outcome
    size: float
    error: float
    left_over: int

    def interval(self, share: float) -> tuple[float, float]:
        reach = self.error * float(stats.t.ppf((1 + share) / 2, self.left_over))
        return self.size - reach, self.size + reach

    @property
    def verdict(self) -> int:
        """1 where the figure is better with the mechanism, -1 where without, else 0."""
        low, high = self.interval(CALLED)
        if low <= 0 <= high:
            return 0
        return 1 if (low > 0) == self.outcome.less_is_better else -1

    def __str__(self) -> str:
        digits = self.outcome.digits
        low, high = self.interval(SHOWN)
        mark = {1: " **+**", -1: " **-**", 0: ""}[self.verdict]
        return f"{self.size:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}]{mark}"


def effects(
    lives: Sequence[Mapping[str, Any]], outcome: Outcome
) -> dict[str, Effect | None]:
    """Return what taking out each mechanism adds to a figure; None where nothing says.

    Lives in which the figure has no value are left out.
    """
    told = [
        (one, value) for one in lives if (value := _at(one, outcome.path)) is not None
    ]
    seeds = sorted({one["seed"] for one, _ in told})
    names = [name for name in MECHANISMS if any(name in o["without"] for o, _ in told)]
    terms = np.array(
        [
            [one["seed"] == seed for seed in seeds]
            + [name in one["without"] for name in names]
            for one, _ in told
        ],
        dtype=float,
    )
    left_over = len(told) - terms.shape[-1]
    if left_over < FEWEST or np.linalg.matrix_rank(terms) < terms.shape[-1]:
        return dict.fromkeys(MECHANISMS)
    values = np.array([value for _, value in told])
    sizes, *_ = np.linalg.lstsq(terms, values)
    variance = ((values - terms @ sizes) ** 2).sum() / left_over
    errors = np.sqrt(variance * np.diag(np.linalg.inv(terms.T @ terms)))
    there = {
        name: Effect(outcome, float(size), float(error), left_over)
        for name, size, error in zip(
            names, sizes[len(seeds) :], errors[len(seeds) :], strict=True
        )
    }
    return {name: there.get(name) for name in MECHANISMS}


def said_of(found: Iterable[Effect | None]) -> str:
    """Say whether a mechanism earned its place in these lives."""
    verdicts = {one.verdict for one in found if one is not None}
    match (1 in verdicts, -1 in verdicts):
        case (True, False):
            return "earns its place"
        case (True, True):
            return "gives and takes"
        case (False, True):
            return "costs"
    return "cannot be told"


def table(lives: Sequence[Mapping[str, Any]]) -> str:
    """Return the figures with everything, and what changes without each mechanism."""
    base = [one for one in lives if not one["without"]]
    found = [effects(lives, outcome) for outcome in OUTCOMES]
    rows = [
        ["without", *(outcome.name for outcome in OUTCOMES), "lives", ""],
        ["---"] * (len(OUTCOMES) + 3),
        ["*nothing*", *(_mean(base, one) for one in OUTCOMES), str(len(base)), ""],
    ]
    for name in MECHANISMS:
        without = sum(name in one["without"] for one in lives)
        if without:
            of_it = [one[name] for one in found]
            told = ["-" if one is None else str(one) for one in of_it]
            rows.append([name, *told, str(without), said_of(of_it)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _mean(lives: Iterable[Mapping[str, Any]], outcome: Outcome) -> str:
    values = [found for one in lives if (found := _at(one, outcome.path)) is not None]
    return f"{np.mean(values):.{outcome.digits}f}" if values else "-"


def _at(life: Mapping[str, Any], path: Sequence[str]) -> float | None:
    found: Any = life
    for step in path:
        found = found[step]
    return None if found is None else float(found)


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name in sys.argv[1:]:
        sys.stdout.write(table(json.loads(Path(name).read_text())) + "\n")
