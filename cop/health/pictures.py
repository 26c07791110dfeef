"""The charts of the health pages, drawn from their stored tables, each twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cop.health import charts
from cop.health.charts.table import FEWEST, Rows
from domain.centrality import Zone
from domain.charts import columns, flow, lines, pairs
from domain.charts.lines import Series
from domain.models import Domain


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart: what it finds, in words; its drawings; its numbers as a table."""

    #: Its name in addresses.
    chart: str
    #: Which of the drawings it is.
    kind: str
    title: str
    sub: str
    wide: Any
    narrow: Any
    heads: list[str]
    rows: list[list[Any]]
    #: From which column on they are numbers.
    numbers_from: int = 1
    is_wide: bool = False
    #: Words over the two sides of a flow.
    sides: tuple[str, str] = ("", "")


def pictures(
    domain: Domain,
    tables: Mapping[str, Rows],
    *,
    on: date,
    period: int = charts.USUAL,
) -> list[Picture]:
    """Return the charts of a day that have something to show, in their order.

    Those that look back do so over a period; cohorts, and what is open now, do not.
    """
    found = []
    for name, draw in _DRAWN.items():
        kept = charts.named(name, period)
        rows = charts.within(name, tables.get(kept, []), period)
        picture = draw(domain, rows, on) if rows else None
        if picture:
            found.append(replace(picture, chart=kept))
    return found


def _twice(draw: Callable[..., Any], *args: Any, **given: Any) -> tuple[Any, Any]:
    return draw(*args, **given), draw(*args, **given, narrow=True)


def _many(number: int) -> str:
    """A number as it begins a sentence: in words, where it is small."""
    return capfirst(str(apnumber(number)))


def _with_unit(
    marks: Sequence[tuple[float, str]], unit: str
) -> list[tuple[float, str]]:
    """Say of the last mark of an axis what it counts."""
    return [*marks[:-1], (marks[-1][0], f"{marks[-1][1]} {unit}")]


def _month(name: str) -> str:
    return date_format(date.fromisoformat(f"{name}-01"), "M")


def _movement(domain: Domain, rows: Rows, on: date) -> Picture | None:
    """Where people stood 90 days ago, and where they stand now."""
    inward = sum(n for start, end, n in rows if 0 < start < end)
    further = sum(n for start, end, n in rows if start == Zone.INBOUND < end)
    people = sum(n for *_ends, n in rows)
    zones = [
        flow.Stop(str(int(zone)), domain.zone_name(zone), int(zone))
        for zone in reversed(Zone)
    ]
    moves = {
        (str(start) if start else "came", str(end) if end else "left"): n
        for start, end, n in rows
        if start or end
    }
    wide, narrow = _twice(
        flow.draw,
        moves,
        before=[*zones, flow.Stop("came", _("Arrived"))],
        after=[*zones, flow.Stop("left", _("Left or quiet"))],
    )
    if wide is None:
        return None
    names = {int(zone): domain.zone_name(zone) for zone in Zone}
    return Picture(
        chart="movement",
        kind="flow",
        title=_moved_inward(inward, further, domain)
        if inward
        else _("Nobody moved inward"),
        sub=ngettext(
            "Where one person was then and is now.",
            "Where %(count)s people were then and where they are now. "
            "Line thickness is people.",
            people,
        )
        % {"count": people},
        wide=wide,
        narrow=narrow,
        heads=[_("From"), _("To"), _("People")],
        rows=[
            [names.get(start, _("Arrived")), names.get(end, _("Left or quiet")), n]
            for start, end, n in rows
        ],
        numbers_from=2,
        is_wide=True,
    )


def _moved_inward(inward: int, further: int, domain: Domain) -> str:
    """How many, and how many of them took the step that is the hardest."""
    names = {
        "inbound": domain.zone_name(Zone.INBOUND),
        "active": domain.zone_name(Zone.ACTIVE),
    }
    all_of_them = ngettext(
        "One person moved inward", "%(count)s people moved inward", inward
    ) % {"count": _many(inward)}
    step = (
        ngettext(
            "one from %(inbound)s to %(active)s",
            "%(count)s from %(inbound)s to %(active)s",
            further,
        )
        if further
        else _("nobody from %(inbound)s to %(active)s")
    ) % {"count": apnumber(further), **names}
    return f"{all_of_them}; {step}"


def _zones(domain: Domain, rows: Rows, on: date) -> Picture | None:
    wide, narrow = _twice(
        columns.draw, [(_month(month), amounts) for month, *amounts in rows]
    )
    if wide is None:
        return None
    then, now = (sum(row[1:]) for row in (rows[0], rows[-1]))
    return Picture(
        chart="zones",
        kind="columns",
        title=ngettext(
            "One person is active; in %(month)s it was %(then)s",
            "%(now)s people are active; in %(month)s it was %(then)s",
            now,
        )
        % {
            "now": _many(now),
            "then": apnumber(then),
            "month": date_format(date.fromisoformat(f"{rows[0][0]}-01"), "F"),
        },
        sub=_("People active within 90 days at the end of each month, by zone."),
        wide=wide,
        narrow=narrow,
        heads=[_("Month"), *(domain.zone_name(zone) for zone in Zone)],
        rows=rows,
    )


def _first_recognition(domain: Domain, rows: Rows, on: date) -> Picture | None:
    """Who has had no task recognised yet, by quarter."""
    return _of_cohorts(
        rows,
        chart="first-recognition",
        title=_(
            "Of those who joined in %(cohort)s, %(share)d%% have had work recognised "
            "after %(days)d days"
        ),
        sub=_(
            "Per cent with no recognised work yet, by days since joining; those still "
            "waiting count. The band about the latest quarter holds nine tenths; below, "
            "how many of it still wait."
        ),
    )


def _competence(domain: Domain, rows: Rows, on: date) -> Picture | None:
    return competence(rows)


def competence(rows: Rows, alone: Rows | None = None) -> Picture | None:
    """Who is not competent yet, by quarter; beside people who worked alone, if given."""
    return _of_cohorts(
        [*([_("Alone"), *row] for row in alone or ()), *rows],
        chart="competence",
        title=_(
            "Of those who joined in %(cohort)s, %(share)d%% are competent after %(days)d "
            "days"
        ),
        sub=_(
            "Per cent not yet recognised for clean real work by a full member, by days "
            "since joining. The band about the latest quarter holds nine tenths; below, "
            "how many of it still wait."
        ),
    )


def _of_cohorts(rows: Rows, *, chart: str, title: str, sub: str) -> Picture | None:
    """Curves of those who wait, by quarter. The title is of the latest."""
    groups = [
        (name, [row[1:] for row in group])
        for name, group in groupby(rows, key=lambda row: row[0])
    ]
    series = [
        Series(
            name,
            [(day, 100 * share) for day, share, *_more in own],
            [(100 * low, 100 * high) for _day, _share, low, high, _risk in own],
            [risk for *_told, risk in own],
        )
        for name, own in groups
    ]
    longest = max((row[1] for row in rows), default=0)
    marks = [(day, str(day)) for day in _DAYS if day <= max(longest, 30)]
    wide, narrow = _twice(
        lines.draw,
        # Of the earlier ones the band would hide the last.
        [Series(one.name, one.points) for one in series[:-1]] + series[-1:],
        marks=_with_unit(marks, _("days")),
        highest=100,
        in_steps=True,
    )
    if wide is None:
        return None
    # Of fewer a title would say what one person did.
    told = [row for row in rows if row[1] and row[-1] >= FEWEST] or rows
    cohort, days, waiting, *_more = told[-1]
    return Picture(
        chart=chart,
        kind="lines",
        title=title
        % {"share": round(100 * (1 - waiting)), "cohort": cohort, "days": days},
        sub=sub,
        wide=wide,
        narrow=narrow,
        heads=[
            _("Joined"),
            _("Days"),
            _("Not yet"),
            _("Low"),
            _("High"),
            _("At risk"),
        ],
        rows=[[name, day, *_percents(shares), n] for name, day, *shares, n in rows],
    )


_DAYS: Final = (0, 30, 60, 90, 120, 180, 270, 365)
_HOURS: Final = (0, 48, 96, 168, 240, 336)


def _percents(shares: list[float]) -> list[str]:
    return [f"{share:.0%}" for share in shares]


def _review_waits(domain: Domain, rows: Rows, on: date) -> Picture | None:
    longest = max((row[0] for row in rows), default=0)
    wide, narrow = _twice(
        lines.draw,
        [
            Series(
                "",
                [(hours, 100 * share) for hours, share, *_more in rows],
                [(100 * low, 100 * high) for _h, _s, low, high, _risk in rows],
                [risk for *_told, risk in rows],
            )
        ],
        marks=_with_unit(
            [(hours, str(hours)) for hours in _HOURS if hours <= max(longest, 48)],
            _("hours"),
        ),
        highest=100,
        in_steps=True,
    )
    if wide is None:
        return None
    by_then = [share for hours, share, *_more in rows if hours <= _PROMISED]
    return Picture(
        chart="review-waits",
        kind="lines",
        title=_("%(share)d%% had a first verdict within two days")
        % {"share": round(100 * (1 - by_then[-1]))},
        sub=_(
            "Per cent of what was handed in that still waits for its first "
            "verdict, by hours; what waits now is counted. The band holds nine "
            "tenths; below, how many still wait."
        ),
        wide=wide,
        narrow=narrow,
        heads=[_("Hours"), _("Waiting"), _("Low"), _("High"), _("At risk")],
        rows=[[hours, *_percents(shares), n] for hours, *shares, n in rows],
    )


#: The promise the pages make, in hours.
_PROMISED: Final = 48


def _ladder(domain: Domain, rows: Rows, on: date) -> Picture | None:
    """Open tasks beside people, zone by zone and area by area."""
    areas = dict(domain.areas.values_list("pk", "name"))
    told = [row for row in rows if row[0] is None or row[0] in areas]
    wide, narrow = _twice(
        pairs.draw,
        [
            (
                areas.get(area, _("All areas")),
                [
                    pairs.Row(domain.zone_name(zone), tasks, people, zone)
                    for _area, zone, tasks, people in own
                ],
            )
            for area, own in groupby(told, key=lambda row: row[0])
        ],
    )
    if wide is None:
        return None
    empty = [zone for area, zone, tasks, _people in rows if area is None and not tasks]
    return Picture(
        chart="ladder",
        kind="pairs",
        title=_("No task is open for %(zones)s")
        % {"zones": ", ".join(str(domain.zone_name(zone)) for zone in empty)}
        if empty
        else _("There is something to take up in every zone"),
        sub=_("Open tasks with a free seat, beside the people who stand in that zone."),
        wide=wide,
        narrow=narrow,
        heads=[_("Area"), _("Zone"), _("Open tasks"), _("People")],
        rows=[
            [areas.get(area, _("All areas")), domain.zone_name(zone), tasks, people]
            for area, zone, tasks, people in told
        ],
        numbers_from=2,
        is_wide=True,
        sides=(_("Open tasks"), _("People")),
    )


def _readers(domain: Domain, rows: Rows, on: date) -> Picture | None:
    if not any(row[1] for row in rows):
        return None
    marks = [(float(n), _month(row[0])) for n, row in enumerate(rows)]
    wide, narrow = _twice(
        lines.draw,
        [
            Series(_("Readers"), [(float(n), row[2]) for n, row in enumerate(rows)]),
            Series(_("Gave half"), [(float(n), row[3]) for n, row in enumerate(rows)]),
        ],
        marks=marks,
    )
    few = next(row[3] for row in reversed(rows) if row[3])
    return Picture(
        chart="readers",
        kind="lines",
        title=ngettext(
            "One person gives half of the verdicts",
            "%(count)s people give half of the verdicts",
            few,
        )
        % {"count": _many(few)},
        sub=_("How many gave verdicts each month, and how few of them gave half."),
        wide=wide,
        narrow=narrow,
        heads=[_("Month"), _("Verdicts"), _("Readers"), _("Gave half")],
        rows=rows,
    )


def _repertoire_changes(domain: Domain, rows: Rows, on: date) -> Picture | None:
    """Who shapes the repertoire, by month."""
    wide, narrow = _twice(
        columns.draw, [(_month(month), amounts) for month, *amounts in rows]
    )
    if wide is None:
        return None
    newer = sum(row[1] + row[2] for row in rows)
    everyone = sum(sum(row[1:]) for row in rows)
    return Picture(
        chart="repertoire-changes",
        kind="columns",
        title=_("Newer members make most repertoire changes")
        if newer * 2 > everyone
        else _("Longer-standing members make most repertoire changes"),
        sub=_("Accepted changes a month, by the zone of whoever made them, then."),
        wide=wide,
        narrow=narrow,
        heads=[_("Month"), *(domain.zone_name(zone) for zone in Zone)],
        rows=rows,
    )


def _uptake(domain: Domain, rows: Rows, on: date) -> Picture | None:
    works, using = (sum(row[n] for row in rows) for n in (1, 2))
    if not works:
        return None
    marks = [(float(n), _month(row[0])) for n, row in enumerate(rows)]
    wide, narrow = _twice(
        lines.draw,
        [
            Series(_("Works"), [(float(n), row[1]) for n, row in enumerate(rows)]),
            Series(_("Use them"), [(float(n), row[2]) for n, row in enumerate(rows)]),
        ],
        marks=marks,
    )
    return Picture(
        chart="uptake",
        kind="lines",
        title=_("%(share)d%% of recognised work uses what others wrote down")
        % {"share": round(100 * using / works)},
        sub=_("Recognised works a month, and those that use entries by others."),
        wide=wide,
        narrow=narrow,
        heads=[_("Month"), _("Works"), _("Use others’ entries")],
        rows=rows,
    )


def _reproduction(domain: Domain, rows: Rows, on: date) -> Picture | None:
    if not rows:
        return None
    wide, narrow = _twice(
        pairs.draw,
        [
            (
                _("Generation"),
                [pairs.Row(str(number), people, on) for number, people, on in rows],
            )
        ],
    )
    people, carried = (sum(row[n] for row in rows) for n in (1, 2))
    return Picture(
        chart="reproduction",
        kind="pairs",
        title=ngettext(
            "One of %(people)s who were walked in has walked somebody in since",
            "%(count)s of %(people)s who were walked in have walked somebody in since",
            carried,
        )
        % {"count": _many(carried), "people": apnumber(people)},
        sub=_(
            "The first generation was walked in by people nobody walked in; each next "
            "one by the one before."
        ),
        wide=wide,
        narrow=narrow,
        heads=[_("Generation"), _("Were walked in"), _("Walked somebody in")],
        rows=rows,
        sides=(_("Were walked in"), _("Walked somebody in")),
    )


def _gatherings(domain: Domain, rows: Rows, on: date) -> Picture | None:
    """What was handed in on their tasks by those who were there, and recognised."""
    held, there, came, done = (sum(row[n] for row in rows) for n in (1, 2, 3, 5))
    if not held:
        return None
    wide, narrow = _twice(
        lines.draw,
        [
            Series(words, [(float(n), row[column]) for n, row in enumerate(rows)])
            for words, column in ((_("Handed in"), 3), (_("Recognised"), 5))
        ],
        marks=[(float(n), _month(row[0])) for n, row in enumerate(rows)],
    )
    gathered = ngettext(
        "One gathering in a year", "%(count)s gatherings in a year", held
    )
    found = (
        ngettext("one work on their tasks", "%(count)s works on their tasks", came)
        if came
        else _("no work on their tasks yet")
        if there
        else _("nobody noted who was there")
    )
    # Of nothing there is nothing to draw.
    is_drawn = bool(came or done)
    return Picture(
        chart="gatherings",
        kind="lines" if is_drawn else "table",
        title=f"{gathered % {'count': held}}: {found % {'count': came}}",
        sub=_(
            "Works on their tasks, by people who were there, until two weeks later; by "
            "the month of the gathering. They came after it, which is not to say because "
            "of it."
        ),
        wide=wide if is_drawn else None,
        narrow=narrow if is_drawn else None,
        heads=[
            _("Month"),
            _("Gatherings"),
            _("Were there"),
            _("Handed in"),
            _("First works"),
            _("Recognised"),
        ],
        rows=rows,
    )


_DRAWN: Final[Mapping[str, Callable[[Domain, Rows, date], Picture | None]]] = {
    "movement": _movement,
    "ladder": _ladder,
    "zones": _zones,
    "first-recognition": _first_recognition,
    "competence": _competence,
    "review-waits": _review_waits,
    "readers": _readers,
    "repertoire-changes": _repertoire_changes,
    "uptake": _uptake,
    "reproduction": _reproduction,
    "gatherings": _gatherings,
}
