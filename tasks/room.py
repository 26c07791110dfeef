"""Room: how many more reviews a member may be asked for this week."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from members.models import Membership, Notification
from tasks.models import Review, Submission

#: What was asked longer ago has had its turn.
WEEK = timedelta(days=7)

#: Reviews a week that go with each capacity.
A_WEEK = {
    Membership.Capacity.NONE: 0,
    Membership.Capacity.HALF: 3,
    Membership.Capacity.USUAL: 6,
    Membership.Capacity.DOUBLE: 12,
}


@dataclass(frozen=True, slots=True)
class Room:
    """What one member gave, and what of it this week has taken."""

    given: int
    taken: int

    @property
    def left(self) -> int:
        return max(0, self.given - self.taken)


class Rooms:
    """The room of a domain's members: verdicts they sent, and requests still open.

    A request somebody else answered takes nothing.
    """

    def __init__(self, domain_id: int, *, at: datetime) -> None:
        sent = Review.objects.sent().filter(
            submission__task__domain=domain_id,
            sent_at__gt=at - WEEK,
            is_first_look=False,
        )
        answered = set(sent.values_list("reviewer__member", "submission"))
        asked = Notification.objects.filter(
            domain=domain_id,
            kind=Notification.Kind.REVIEW_WAITS,
            created_at__gt=at - WEEK,
        ).values_list("member", "key")
        waiting = set(
            Submission.objects.waiting()
            .filter(task__domain=domain_id)
            .values_list("pk", flat=True)
        )
        self._taken: Counter[int | None] = Counter(
            member for member, _submission in answered
        )
        for member, key in asked:
            kind, _colon, number = key.partition(":")
            submission = int(number)
            is_open = kind != "review_waits" or submission in waiting
            if is_open and (member, submission) not in answered:
                self._taken[member] += 1

    def of(self, membership: Membership) -> Room:
        return Room(
            given=A_WEEK[Membership.Capacity(membership.capacity)],
            taken=self._taken[membership.member_id],
        )
