"""The charts of the health page, drawn from their stored tables, each twice."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain.centrality import Zone
from domain.charts import columns, flow, intervals
from domain.models import Domain


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart: what it finds, in words; its drawings; its numbers as a table."""

    title: str
    sub: str
    wide: Any
    narrow: Any
    heads: list[str]
    rows: list[list[Any]]


Rows = list[list[Any]]


def movement(domain: Domain, rows: Rows) -> Picture | None:
    """Where people stood 90 days ago, and where they stand now."""
    inward = sum(n for start, end, n in rows if 0 < start < end)
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
    before = [*zones, flow.Stop("came", _("Arrived"))]
    after = [*zones, flow.Stop("left", _("Left or away"))]
    drawn = flow.draw(moves, before=before, after=after)
    if drawn is None:
        return None
    names = {int(zone): domain.zone_name(zone) for zone in Zone}
    return Picture(
        title=ngettext(
            "One person moved inward", "%(count)s people moved inward", inward
        )
        % {"count": inward}
        if inward
        else _("Nobody moved inward"),
        sub=ngettext(
            "Where one person was 90 days ago and is now.",
            "Where %(count)s people were 90 days ago and where they are now. "
            "Line thickness is people.",
            people,
        )
        % {"count": people},
        wide=drawn,
        narrow=flow.draw(moves, before=before, after=after, narrow=True),
        heads=[_("From"), _("To"), _("People")],
        rows=[
            [names.get(start, _("Arrived")), names.get(end, _("Left or away")), n]
            for start, end, n in rows
        ],
    )


def first_recognition(rows: Rows) -> Picture | None:
    """How long newcomers take to their first recognised task, by cohort."""
    groups = [
        intervals.Row(name, low, median, high)
        for name, _people, _reached, low, median, high in rows
    ]
    drawn = intervals.draw(groups)
    if drawn is None:
        return None
    told = [group for group in groups if group.median is not None]
    return Picture(
        title=_("A first recognised task takes %(days)d days")
        % {"days": round(told[-1].median or 0)}
        if told
        else _("Fewer than half have had a task recognised so far"),
        sub=_(
            "Days from joining, by the quarter people joined in. Circle is the median, "
            "bar is the middle half; those still waiting count."
        ),
        wide=drawn,
        narrow=intervals.draw(groups, narrow=True),
        heads=[
            _("Joined"),
            _("People"),
            _("Recognised"),
            _("Quarter"),
            _("Median"),
            _("Three-quarters"),
        ],
        rows=rows,
    )


def repertoire_changes(domain: Domain, rows: Rows) -> Picture | None:
    """Who shapes the repertoire, by month."""
    drawn = columns.draw([(month[5:], amounts) for month, *amounts in rows])
    if drawn is None:
        return None
    newer = sum(row[1] + row[2] for row in rows)
    everyone = sum(sum(row[1:]) for row in rows)
    return Picture(
        title=_("Newer members make most repertoire changes")
        if newer * 2 > everyone
        else _("Longer-standing members make most repertoire changes"),
        sub=_("Accepted changes a month, by the zone of whoever made them, then."),
        wide=drawn,
        narrow=columns.draw(
            [(month[5:], amounts) for month, *amounts in rows], narrow=True
        ),
        heads=[_("Month"), *(domain.zone_name(zone) for zone in Zone)],
        rows=rows,
    )
