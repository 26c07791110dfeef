"""Calling members together, changing that, coming, and telling what came of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from cop.programs.inside import Inside
from cop.programs.looking import gatherings as looking
from cop.programs.saying import gatherings
from domain.refusal import Refusal, Refused
from members.models import Membership
from tasks import gathering
from tasks.gathering import Plan
from tasks.models import Task


def call_gathering(
    inside: Inside, given: gatherings.Plan, *, at: datetime
) -> gatherings.Gathering:
    own = inside.own
    made = gathering.announce(membership=own, plan=_plan(inside, given), at=at)
    return looking.one(inside, made.pk, at=at)


def change_gathering(
    inside: Inside, pk: int, given: gatherings.Change, *, at: datetime
) -> gatherings.Gathering:
    own = inside.own
    gathering.change(
        gathering=looking.the_gathering(inside, pk),
        membership=own,
        plan=_plan(inside, given),
        version=given.version,
        at=at,
    )
    return looking.one(inside, pk, at=at)


def call_off_gathering(
    inside: Inside, pk: int, given: gatherings.CallOff, *, at: datetime
) -> gatherings.Gathering:
    own = inside.own
    gathering.call_off(
        gathering=looking.the_gathering(inside, pk),
        membership=own,
        because=given.because,
        at=at,
    )
    return looking.one(inside, pk, at=at)


def answer_gathering(
    inside: Inside, pk: int, given: gatherings.Coming, *, at: datetime
) -> gatherings.Gathering:
    own = inside.own
    gathering.answer(
        gathering=looking.the_gathering(inside, pk),
        membership=own,
        coming=given.coming,
        at=at,
    )
    return looking.one(inside, pk, at=at)


def tell_gathering(
    inside: Inside, pk: int, given: gatherings.Told, *, at: datetime
) -> gatherings.Gathering:
    own = inside.own
    gathering.tell(
        gathering=looking.the_gathering(inside, pk),
        membership=own,
        there=_people(inside, given.there),
        came_of_it=given.came_of_it,
        version=given.version,
        at=at,
    )
    return looking.one(inside, pk, at=at)


def _plan(inside: Inside, given: gatherings.Plan) -> Plan:
    wanted = list(dict.fromkeys(given.tasks))
    found = Task.objects.filter(domain=inside.domain).in_bulk(wanted)
    if missing := [pk for pk in wanted if pk not in found]:
        raise Refused(
            Refusal(
                "no_such_task",
                _("No task in the works here has the number %(number)s.")
                % {"number": missing[0]},
                _("Name tasks of the board."),
            )
        )
    return Plan(
        title=given.title,
        what_for=given.what_for,
        place=given.place,
        starts_at=given.starts_at,
        length=timedelta(minutes=given.minutes),
        tasks=[found[pk] for pk in wanted],
    )


def _people(inside: Inside, handles: Sequence[str]) -> list[Membership]:
    found = {
        one.handle: one
        for one in Membership.objects.filter(domain=inside.domain, handle__in=handles)
    }
    if missing := [name for name in handles if name not in found]:
        raise Refused(
            Refusal(
                "nobody_called_so",
                _("Nobody here goes by “%(name)s”.") % {"name": missing[0]},
                _("Give handles of members, as they are told."),
            )
        )
    return list(found.values())
