"""What planted communities came to: how often each failure is found, and called wrongly.

Under each diagnosis, by the name the definition gives it:

sensitivity
    For ``mild``, ``plain`` and ``severe``: the share of the lives with this failure, and
    no other, in which it was called within the weeks lived after the onset.
false_alarms
    The share of healthy lives in which it was called in any week.
weeks_to_call
    The median of weeks from the onset to the first call, plain and severe ones together.
cross_alarms
    The share, of the lives with another failure alone, in which this one was called;
    ``cross_alarms_by_kind`` says it of each kind.
together
    With another failure planted beside it, both plain: the share in which this one was
    called.
by_size
    Sensitivity to what is plain or severe, by how many are active.

``lives`` and ``intervals`` hold the same shape with numbers of lives (found, of how many)
and Wilson's 95 % intervals. ``small`` is of communities with fewer active members than
the definition asks for, by kind: those in trouble may be called, the others may not.
"""

from collections.abc import Callable, Iterable, Mapping
from statistics import median
from typing import Any, Final

from scipy import stats

from bench.planted_kinds import KINDS, SEVERITIES
from bench.planted_ways import BEFORE, FIRST_READ, TROUBLES

Life = dict[str, Any]

#: What is asked.
LEAST_FOUND: Final = 0.95
MOST_FALSE: Final = 0.02
ASKED_OF: Final = ("plain", "severe")

#: Active members, from and below.
BANDS: Final = {"under_24": (0, 24), "24_and_more": (24, 1_000)}

LEVEL: Final = 0.95


def figures(lives: Iterable[Life]) -> dict[str, Any]:
    lives = list(lives)
    told: dict[str, Any] = {failure: _of(failure, lives) for failure in TROUBLES}
    told["small"] = {
        name: _small([life for life in lives if life["kind"] == name])
        for name, kind in KINDS.items()
        if kind.stem == "small"
    }
    return told


def _small(lives: list[Life]) -> dict[str, Any]:
    return {
        "lives": len(lives),
        "called": sum(
            any(first_call(life, failure) is not None for failure in TROUBLES)
            for life in lives
        ),
        "too_early": _share(
            set("".join(life["states"].values())) == {"t"} for life in lives
        )[0],
    }


def first_call(life: Life, failure: str, *, since: int = -BEFORE) -> int | None:
    """Return the first week in which a failure is called, counted from the onset."""
    for place, state in enumerate(life["states"][failure]):
        week = FIRST_READ + place - BEFORE
        if state == "a" and week >= since:
            return week
    return None


def _of(failure: str, lives: list[Life]) -> dict[str, Any]:
    def is_called(life: Life) -> bool:
        return first_call(life, failure, since=1) is not None

    def found(chosen: Callable[[Life], bool]) -> list[bool]:
        return [is_called(life) for life in lives if chosen(life)]

    usual = [life for life in lives if KINDS[life["kind"]].stem == "usual"]
    alone = [life for life in usual if len(KINDS[life["kind"]].failures) == 1]
    theirs = [life for life in alone if failure in KINDS[life["kind"]].failures]
    others = [life for life in alone if failure not in KINDS[life["kind"]].failures]
    clear = [life for life in theirs if _severity(life) in ASKED_OF]
    weeks = [first_call(life, failure, since=1) for life in clear]
    counted: dict[str, Any] = {
        "sensitivity": {
            severity: found(
                lambda life, severity=severity: (
                    life in theirs and _severity(life) == severity
                )
            )
            for severity in SEVERITIES
        },
        "false_alarms": [
            first_call(life, failure) is not None
            for life in usual
            if not KINDS[life["kind"]].failures
        ],
        "cross_alarms": [is_called(life) for life in others],
        "cross_alarms_by_kind": {
            name: [is_called(life) for life in others if life["kind"] == name]
            for name in dict.fromkeys(life["kind"] for life in others)
        },
        "together": {
            name: [is_called(life) for life in usual if life["kind"] == name]
            for name, kind in KINDS.items()
            if kind.stem == "usual"
            and len(kind.failures) > 1
            and failure in kind.failures
        },
        "by_size": {
            band: [is_called(life) for life in clear if low <= life["size"] < high]
            for band, (low, high) in BANDS.items()
        },
    }
    known = [week for week in weeks if week is not None]
    return {
        **_each(counted, lambda found: _share(found)[0]),
        "weeks_to_call": median(known) if known else None,
        "lives": _each(counted, lambda found: {"found": sum(found), "of": len(found)}),
        "intervals": _each(counted, lambda found: _share(found)[1]),
    }


def _severity(life: Life) -> str:
    return next(iter(KINDS[life["kind"]].failures.values()))


def _each(
    counted: Mapping[str, Any], say: Callable[[list[bool]], Any]
) -> dict[str, Any]:
    return {
        name: _each(found, say) if isinstance(found, Mapping) else say(found)
        for name, found in counted.items()
    }


def _share(found: Iterable[bool]) -> tuple[float | None, list[float] | None]:
    """Return the share that is true, and its interval; nothing of nothing."""
    found = list(found)
    if not found:
        return None, None
    share = stats.binomtest(sum(found), len(found))
    span = share.proportion_ci(LEVEL, method="wilson")
    return round(share.statistic, 4), [round(span.low, 4), round(span.high, 4)]


def misses(told: Mapping[str, Any]) -> list[str]:
    """Return in words which figures miss what is asked; what was not lived is not."""
    lacking = []
    for failure in TROUBLES:
        for severity in ASKED_OF:
            share = told[failure]["sensitivity"][severity]
            if share is not None and share < LEAST_FOUND:
                lacking.append(f"{failure}: {severity} found in {share:.0%}")
        share = told[failure]["false_alarms"]
        if share is not None and share > MOST_FALSE:
            lacking.append(f"{failure}: called in {share:.0%} of healthy lives")
    small = told["small"]["small"]
    if small["called"] > MOST_FALSE * small["lives"]:
        lacking.append(f"called in {small['called']} healthy small communities")
    return lacking


def table(told: Mapping[str, Any]) -> str:
    """Return the figures as a table of Markdown."""
    heads = (
        *("failure", *SEVERITIES, "beside another", "false alarms"),
        *("with another failure", "weeks to call"),
    )
    rows = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for failure in TROUBLES:
        one = told[failure]
        lives, spans = one["lives"], one["intervals"]
        together = lives["together"].values()
        cells = [
            *(
                _cell(lives["sensitivity"][severity], spans["sensitivity"][severity])
                for severity in SEVERITIES
            ),
            f"{sum(n['found'] for n in together)} of {sum(n['of'] for n in together)}",
            _cell(lives["false_alarms"], spans["false_alarms"]),
            _cell(lives["cross_alarms"], spans["cross_alarms"]),
            "-" if one["weeks_to_call"] is None else f"{one['weeks_to_call']:g}",
        ]
        rows.append(f"| {failure} | {' | '.join(cells)} |")
    rows.append("")
    for name, one in told["small"].items():
        rows.append(f"{name}: {one['called']} of {one['lives']} called.")
    return "\n".join(rows)


def _cell(number: Mapping[str, int], span: list[float] | None) -> str:
    if span is None:
        return "-"
    low, high = span
    return f"{number['found']} of {number['of']} ({low:.0%} to {high:.0%})"
