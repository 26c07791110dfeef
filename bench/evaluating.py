"""How little of what positions tell hangs on any one constant.

    python -m bench.evaluating EVENTS CORE [EVENTS CORE ...]

Every constant a replayed history can hang on is halved and doubled, one at a time. With
two communities or more, each constant is also set to what does best in the others, and
judged in the one left out: what choosing by communities at hand would have brought.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings as django_settings

from cop.bridges import history
from cop.bridges.evaluating import evaluation, listed
from cop.bridges.evaluating.evaluation import Settings
from cop.bridges.history import ToldAct
from members.position.rules import DEFAULT, Cut, Rules

#: Constants histories from elsewhere do not reach: pages, headings, the map, and acts
#: that only a site knows of.
_NAMES = (
    "level_half_life",
    "momentum_half_life",
    "outsider_factor",
    "outsider_cap",
    "stewardship_factor",
    "recogniser_threshold",
    "unrecognised_from",
    "unrecognised_factor",
    "recognisers_share",
    "recognisers_most",
    "active",
    "runs_below",
    "silent_after",
    "term",
    "fewest_founders",
    "fewest_active",
    "active_within",
    "ring_window",
    "ring_size",
    "ring_share",
    "ring_lines",
    "review",
    "decisive_reviews",
    "later_review",
    "guidance",
    "usage",
)
_TIMES = (0.5, 2.0)
#: A factor between nothing and all cannot be doubled beyond all.
_SHARES = {"unrecognised_factor", "ring_share", "outsider_factor"}


@dataclass(frozen=True, slots=True)
class Figures:
    """The four that are looked at: average precision, at the end and over the years."""

    standing: float
    over_the_years: float
    promotion: float
    every_month: float

    def cells(self, beside: "Figures | None" = None) -> str:
        return " ".join(
            f"{getattr(self, name):8.3f}"
            if beside is None
            else f"{getattr(self, name) - getattr(beside, name):+8.3f}"
            for name in self.__slots__
        )

    def mean(self) -> float:
        """Return the two that rest on most: both over the years."""
        return (self.over_the_years + self.every_month) / 2.0


class Community:
    """One history with its list, read once."""

    def __init__(self, events: Path, core: Path) -> None:
        self.name = core.parent.name or core.stem
        self.listed = listed.read(core)
        end = listed.end_of(self.listed.as_of)
        self._acts, self._questions = evaluation.asked(_acts(events), self.listed, end)
        self._end = end

    def figures(self, rules: Rules) -> Figures:
        told = evaluation.scores(
            self._acts, self._questions, Settings(end=self._end, rules=rules)
        )
        return Figures(
            standing=told["standing"]["ap"],
            over_the_years=told["standing"]["over_the_years"]["ap"],
            promotion=told["promotion"]["ap"],
            every_month=told["promotion"]["every_month"]["ap"],
        )


def main() -> None:
    communities = [Community(*pair) for pair in _pairs()]
    head = " ".join(f"{name:>8}" for name in ("now", "years", "enters", "monthly"))
    print(f"{'average precision':28}" + "".join(f"| {head} " for _ in communities))
    print(f"{'':28}" + "".join(f"| {one.name:35} " for one in communities))
    started = time.process_time()
    as_is = [one.figures(DEFAULT) for one in communities]
    tell("as is", [figures.cells() for figures in as_is])
    found: dict[tuple[str, float], list[Figures]] = {}
    for name, times, rules in changed():
        found[name, times] = [one.figures(rules) for one in communities]
        tell(
            f"{name} x {times:g}",
            [
                figures.cells(before)
                for figures, before in zip(found[name, times], as_is, strict=True)
            ],
        )
    largest(found, as_is, communities)
    left_out(found, as_is, communities)
    print(f"{time.process_time() - started:.0f} s of work")


def changed() -> Iterator[tuple[str, float, Rules]]:
    """Yield rules in which one constant is halved or doubled."""
    for name in _NAMES:
        value = getattr(DEFAULT, name)
        for times in _TIMES:
            new = _times(name, value, times)
            if new != value:
                yield name, times, replace(DEFAULT, **{name: new})


def _times(name: str, value: float | Cut, times: float) -> float | Cut:
    if isinstance(value, Cut):
        return Cut(enter=value.enter * times, leave=value.leave * times)
    if isinstance(value, int):
        return max(1, round(value * times))
    return min(value * times, 1.0) if name in _SHARES else value * times


def largest(
    found: dict[tuple[str, float], list[Figures]],
    as_is: list[Figures],
    communities: list[Community],
) -> None:
    """Tell the most that halving or doubling any one constant changes."""
    print()
    for place, community in enumerate(communities):
        before = as_is[place]
        for name in Figures.__slots__:
            moves = {
                key: getattr(figures[place], name) - getattr(before, name)
                for key, figures in found.items()
            }
            least, most = (
                min(moves, key=moves.__getitem__),
                max(moves, key=moves.__getitem__),
            )
            print(
                f"{community.name:12} {name:16} from {moves[least]:+.3f} "
                f"({least[0]} x {least[1]:g}) to {moves[most]:+.3f} "
                f"({most[0]} x {most[1]:g})"
            )


def left_out(
    found: dict[tuple[str, float], list[Figures]],
    as_is: list[Figures],
    communities: list[Community],
) -> None:
    """Tell what choosing each constant by the other communities would have brought."""
    if len(communities) == 1:
        return
    print()
    names = {name for name, _ in found}
    for place, community in enumerate(communities):

        def elsewhere(figures: list[Figures], place: int = place) -> float:
            return sum(one.mean() for at, one in enumerate(figures) if at != place)

        chosen = DEFAULT
        for name in sorted(names):
            tried = {
                times: figures for (one, times), figures in found.items() if one == name
            }
            best = max(tried, key=lambda times: elsewhere(tried[times]))
            if elsewhere(tried[best]) > elsewhere(as_is):
                value = _times(name, getattr(DEFAULT, name), best)
                chosen = replace(chosen, **{name: value})
        tell(
            f"chosen without {community.name}",
            [community.figures(chosen).cells(as_is[place])],
        )


def tell(title: str, cells: list[str]) -> None:
    print(f"{title:28}" + "".join(f"| {one} " for one in cells), flush=True)


def _acts(path: Path) -> list[ToldAct]:
    with history.opened(path) as (stream, _file):
        lines = history.read(stream, at=datetime(9000, 1, 1, tzinfo=UTC))
        return [line for _, line in lines if isinstance(line, ToldAct)]


def _pairs() -> list[tuple[Path, Path]]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="EVENTS CORE")
    files = parser.parse_args().files
    if len(files) % 2:
        parser.error("Each history needs its list: EVENTS CORE, in pairs.")
    return list(zip(files[::2], files[1::2], strict=True))


if __name__ == "__main__":
    django_settings.configure(USE_I18N=False, USE_TZ=True)
    main()
