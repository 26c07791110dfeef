"""Who carries the reviews: shares of verdicts, and how few give half of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cop.health.past import WINDOW
from domain.models import Area, Domain
from members.models import Membership
from tasks.models import Review
from tasks.room import Room, Rooms


@dataclass(frozen=True, slots=True)
class InArea:
    """The verdicts of one area, and the smallest group that gave half of them."""

    area: Area | None
    verdicts: int
    readers: int
    half: list[Membership]


@dataclass(frozen=True, slots=True)
class Reader:
    """One member's part, beside the room they gave."""

    membership: Membership
    verdicts: int
    share: float
    room: Room
    is_away: bool


@dataclass(frozen=True, slots=True)
class Load:
    areas: list[InArea]
    #: By name: what somebody gives is no contest.
    readers: list[Reader]


def load_of(domain: Domain, *, at: datetime) -> Load:
    """Count the decisive verdicts of 90 days, by person and area."""
    rows = list(
        Review.objects.standing()
        .sent()
        .filter(
            submission__task__domain=domain,
            place__gte=1,
            sent_at__gt=at - WINDOW,
            sent_at__lte=at,
        )
        .values_list("submission__task__area", "reviewer")
    )
    counted = Counter(reviewer for _area, reviewer in rows)
    able = Membership.objects.full().of_people().with_account().filter(domain=domain)
    found = Membership.objects.filter(domain=domain, pk__in=counted) | able
    people = {one.pk: one for one in found.select_related("domain")}
    rooms = Rooms(domain.pk, at=at)
    by_area = [
        _in_area(area, Counter(who for where, who in rows if where == area.pk), people)
        for area in domain.areas.order_by("place", "pk")
    ]
    return Load(
        areas=[_in_area(None, counted, people), *by_area],
        readers=[
            Reader(
                membership=one,
                verdicts=counted[one.pk],
                share=counted[one.pk] / len(rows) if rows else 0.0,
                room=rooms.of(one),
                is_away=one.is_away(at=at),
            )
            for one in sorted(people.values(), key=lambda p: (p.name.casefold(), p.pk))
        ],
    )


def smallest_half(counted: Mapping[int, int]) -> list[int]:
    """Return the fewest that together gave at least half."""
    group: list[int] = []
    given, all_of_them = 0, sum(counted.values())
    for who, number in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        if 2 * given >= all_of_them:
            break
        group.append(who)
        given += number
    return group


def _in_area(
    area: Area | None, counted: Counter[int], people: Mapping[int, Membership]
) -> InArea:
    half = [people[who] for who in smallest_half(counted)]
    return InArea(
        area=area,
        verdicts=counted.total(),
        readers=len(counted),
        half=sorted(half, key=lambda one: (one.name.casefold(), one.pk)),
    )
