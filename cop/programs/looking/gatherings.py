"""Gatherings: those that come, those gone by, and one of them."""

from collections.abc import Sequence
from datetime import datetime

from cop.programs import paging
from cop.programs.inside import Inside, NotThere
from cop.programs.saying import gatherings
from cop.programs.saying.base import Pages
from cop.programs.saying.people import in_passing, maybe
from tasks import came_of, rereading
from tasks.models import Attendance, Gathering


def listed(
    inside: Inside,
    asked: gatherings.AskedGatherings,
    *,
    at: datetime,
    cursor: str = "",
    limit: int = paging.USUAL,
) -> Pages[gatherings.GatheringInShort]:
    here = Gathering.objects.filter(domain=inside.domain).select_related("called_by")
    to_come = asked.show == "coming"

    def say(rows: Sequence[Gathering]) -> list[gatherings.GatheringInShort]:
        said = Attendance.objects.answers_of(inside.membership, rows)
        return [
            gatherings.in_short(one, answer=said.get(one.pk, ""), domain=inside.domain)
            for one in rows
        ]

    return paging.page(
        here.coming(at=at) if to_come else here.gone_by(at=at),
        order=("starts_at", "pk") if to_come else ("-starts_at", "-pk"),
        cursor=cursor,
        limit=limit,
        say=say,
    )


def the_gathering(inside: Inside, pk: int) -> Gathering:
    found = (
        Gathering.objects.filter(domain=inside.domain, pk=pk)
        .select_related("called_by", "told_by")
        .first()
    )
    if found is None:
        raise NotThere
    found.domain = inside.domain
    return found


def one(inside: Inside, pk: int, *, at: datetime) -> gatherings.Gathering:
    found, own = the_gathering(inside, pk), inside.membership
    said = list(
        found.attendances.select_related("membership").order_by("answered_at", "pk")
    )
    present = [one for one in said if one.membership.is_present]
    came = (
        came_of.of([found], withheld=rereading.withheld_from(own))[found.pk]
        if found.has_begun(at=at)
        else None
    )
    mine = (a.answer for a in said if own and a.membership_id == own.pk)
    return gatherings.Gathering(
        **gatherings.facts(found, answer=next(mine, ""), domain=inside.domain),
        tasks=list(found.tasks.order_by("pk").values_list("pk", flat=True)),
        coming=[in_passing(a.membership) for a in present if a.answer == "coming"],
        cannot=[in_passing(a.membership) for a in present if a.answer == "cannot"],
        there=[in_passing(a.membership) for a in said if a.was_there],
        came_of_it=found.came_of_it,
        told_by=maybe(found.told_by),
        came_of=gatherings.came_of(came) if came is not None else None,
    )
