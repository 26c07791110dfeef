"""Lives with and without a mechanism, compared by seed.

A difference is what a figure is *without* the mechanism less what it is with everything,
in the same community. Its interval comes from drawing seeds with replacement. One seed's
two lives begin alike and part at the first act that differs, so most of a difference is
chance, and a single one says nothing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

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
DRAWS: Final = 10_000
#: What is shown, and what it takes to be called a difference: a table of a hundred and
#: more cells has several beyond the first by chance alone.
SHOWN, CALLED = 0.95, 0.995
FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """What a figure loses or gains without a mechanism, over the seeds there are."""

    outcome: Outcome
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        return float(np.mean(self.values))

    def interval(self, share: float) -> tuple[float, float]:
        # The same draws for every cell: a table reads the same each time it is made.
        draws = np.random.default_rng(4).integers(
            len(self.values), size=(DRAWS, len(self.values))
        )
        means = np.array(self.values)[draws].mean(axis=1)
        low, high = np.quantile(means, [(1 - share) / 2, (1 + share) / 2])
        return float(low), float(high)

    @property
    def verdict(self) -> int:
        """1 where the figure is better with the mechanism, -1 where without, else 0."""
        if len(self.values) < FEWEST:
            return 0
        low, high = self.interval(CALLED)
        if low <= 0 <= high:
            return 0
        return 1 if (low > 0) == self.outcome.less_is_better else -1

    def __str__(self) -> str:
        if not self.values:
            return "-"
        digits = self.outcome.digits
        low, high = self.interval(SHOWN)
        mark = {1: " **+**", -1: " **-**", 0: ""}[self.verdict]
        return f"{self.mean:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}]{mark}"


def differences(lives: Sequence[Mapping[str, Any]], mechanism: str) -> list[Difference]:
    """Return what each figure is without a mechanism, less what it is with it."""
    with_all = {one["seed"]: one for one in lives if not one["without"]}
    without = {one["seed"]: one for one in lives if one["without"] == [mechanism]}
    return [
        Difference(
            outcome,
            tuple(
                there - here
                for seed in sorted(with_all.keys() & without.keys())
                if (there := _at(without[seed], outcome.path)) is not None
                and (here := _at(with_all[seed], outcome.path)) is not None
            ),
        )
        for outcome in OUTCOMES
    ]


def said_of(found: Iterable[Difference]) -> str:
    """Say whether a mechanism earned its place in these lives."""
    verdicts = {one.verdict for one in found}
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
    rows = [
        ["without", *(outcome.name for outcome in OUTCOMES), "seeds", ""],
        ["---"] * (len(OUTCOMES) + 3),
        ["*nothing*", *(_mean(base, one) for one in OUTCOMES), str(len(base)), ""],
    ]
    for name in MECHANISMS:
        found = differences(lives, name)
        seeds = max(len(one.values) for one in found)
        if seeds:
            rows.append([name, *map(str, found), str(seeds), said_of(found)])
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
