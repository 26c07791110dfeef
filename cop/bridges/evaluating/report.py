"""The report: an evaluation's figures as tables for a terminal, and for the documentation."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Figures = Mapping[str, Any]

#: Wide enough for the longest name of a score.
NAME: Final = 34
FIGURE: Final = 18
UNKNOWN: Final = "-"


def report(told: Figures) -> Iterator[str]:
    """Yield the lines of a report."""
    yield from _history(told)
    for question, title in (
        ("standing", _("STANDING: who is core at the end")),
        ("promotion", _("PROMOTION: who enters the core within twelve months")),
    ):
        yield ""
        yield title
        yield from _answers(told, question, _("active in the last two years"))
        if question == "standing":
            again, often = "over_the_years", _("the same, on each 1 January before")
        else:
            again, often = "every_month", _("the same, every month instead of yearly")
        yield from _answers(_again(told, question, again), question, often)
        everybody = {
            **told["all"],
            "baselines": {
                name: figures["all"] for name, figures in told["baselines"].items()
            },
        }
        yield from _answers(everybody, question, _("everybody there ever was"))
    yield ""
    yield _("FROM WEEK TO WEEK, AND AHEAD OF THE LIST")
    yield from _courses(told)
    yield ""
    yield _("WITHOUT ONE KIND OF EVIDENCE (AUC / AP)")
    yield from _without(told)


def _history(told: Figures) -> Iterator[str]:
    history, core = told["history"], told["core"]
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in history["kinds"].items())
    yield _("%(acts)s acts by %(people)s people, %(first)s to %(last)s: %(kinds)s.") % {
        "acts": f"{history['acts']:,}",
        "people": f"{history['people']:,}",
        "first": history["first"],
        "last": history["last"],
        "kinds": kinds,
    }
    yield (
        _("Judged at the end of %(at)s. Integration is %(counted)s.")
        % {
            "at": told["at"],
            "counted": _("counted") if told["integrations"] else _("left out"),
        }
    )
    yield ngettext(
        "%(lines)s line of evidence; %(founders)d founders found.",
        "%(lines)s lines of evidence; %(founders)d founders found.",
        history["lines"],
    ) % {"lines": f"{history['lines']:,}", "founders": history["founders"]}
    yield _(
        "The list names %(listed)d as core; %(with_acts)d of them are in the history, "
        "%(active)d active in two years. Dated entries: %(entered)d."
    ) % {**core, "entered": core["entered_on_known_days"]}


def _answers(told: Figures, question: str, scope: str) -> Iterator[str]:
    """Yield one question's figures, for the engine and every baseline."""
    figures = told[question]
    yield ""
    yield _(
        "  %(scope)s: %(looks)d looks, %(people).0f people each, %(in)d in all in"
    ) % {**figures, "scope": scope}
    if "reason" in figures:
        yield f"    {figures['reason']}"
        return
    yield f"    {'':{NAME}}{'AUC':{FIGURE}}{'AP':{FIGURE}}{_('P at as many'):{FIGURE}}"
    name = (
        _("zone and position") if question == "standing" else _("momentum and years in")
    )
    yield _row(name, figures)
    for baseline, its in told["baselines"].items():
        yield _row(baseline.replace("_", " "), its[question])


def _again(told: Figures, question: str, again: str) -> Figures:
    """Return the figures of the same question asked at other moments."""
    return {
        question: told[question][again],
        "baselines": {
            name: {question: figures[question][again]}
            for name, figures in told["baselines"].items()
        },
    }


def _row(name: str, figures: Figures) -> str:
    cells = "".join(
        f"{_number(figures[key], figures.get(f'{key}_interval')):{FIGURE}}"
        for key in ("auc", "ap", "p_at_core")
    )
    return f"    {name:{NAME}}{cells}".rstrip()


def _courses(told: Figures) -> Iterator[str]:
    heads = (
        _("rank corr."),
        _("changes"),
        _("undone"),
        _("ahead of"),
        _("days ahead"),
    )
    yield f"    {'':{NAME}}" + "".join(f"{head:12}" for head in heads)
    courses = {_("zone and position"): told, **told["baselines"]}
    for name, its in courses.items():
        yield _course(name, its["stability"], its["lead_time"])
    momentum = told["lead_time"]["momentum"]
    yield _course(_("position, momentum"), {}, momentum)
    zones = {
        "circle_changes_a_member_and_year": told["stability"][
            "zone_changes_a_member_and_year"
        ],
        "circle_reversed_within_90_days": told["stability"][
            "zones_reversed_within_90_days"
        ],
    }
    yield _course(_("zones; active or core"), zones, told["lead_time"]["full"])
    yield _(
        "    Rank correlation from one week to the next. Changes a member and year, "
        "and the share\n    undone within 90 days, of being among as many of the highest "
        "as the core has.\n    Ahead of: the share of entries into the core that were there "
        "before, and for how long."
    )


def _course(name: str, stability: Figures, lead: Figures) -> str:
    days = lead["median_days"]
    cells = (
        _number(stability.get("rank_correlation"), digits=4),
        _number(stability.get("circle_changes_a_member_and_year")),
        _number(stability.get("circle_reversed_within_90_days")),
        _number(lead["seen_before"]),
        UNKNOWN if days is None else f"{days:.0f}",
    )
    return f"    {name.replace('_', ' '):{NAME}}" + "".join(
        f"{cell:12}" for cell in cells
    )


def _without(told: Figures) -> Iterator[str]:
    yield f"    {'':{NAME}}{_('standing'):{FIGURE}}{_('promotion'):{FIGURE}}"
    rows = {_("with everything"): told}
    for kind, figures in told["without"].items():
        rows[
            _("without %(kind)s (%(acts)s)")
            % {"kind": kind, "acts": f"{figures['acts']:,}"}
        ] = figures
    for name, figures in rows.items():
        cells = "".join(
            f"{_pair(figures[question]):{FIGURE}}"
            for question in ("standing", "promotion")
        )
        yield f"    {name:{NAME}}{cells}".rstrip()


def _pair(figures: Figures) -> str:
    return f"{_number(figures['auc'])} / {_number(figures['ap'])}"


def _number(
    figure: float | None, between: list[float] | None = None, *, digits: int = 3
) -> str:
    if figure is None:
        return UNKNOWN
    text = f"{figure:.{digits}f}"
    if between:
        text += f" ({between[0]:.2f}-{between[1]:.2f})"
    return text
