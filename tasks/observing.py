"""Observing: watching more central work being done, from a seat of one's own."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain.refusal import Refused
from members import notifying, participating
from members.models import Member, Membership, Notification, Participation
from tasks import legitimacy, locks
from tasks.models import Change, Claim, Observation, Task


@transaction.atomic
def observe(*, task: Task, membership: Membership, at: datetime) -> Observation:
    """Give the member an observer seat, or raise ``Refused``."""
    membership, task = locks.member_and_task(membership, task)
    refusal = legitimacy.refusal_to_observe(task=task, membership=membership)
    if refusal:
        raise Refused(refusal)

    taken = set(task.observations.live().values_list("seat", flat=True))
    seat = min(set(range(1, task.observer_seats + 1)) - taken)
    try:
        with transaction.atomic():
            observation = Observation.objects.create(
                task=task, membership=membership, seat=seat, since_at=at
            )
    except IntegrityError:
        # Only a seat reduced or a row written past the lock comes here.
        raise Refused(legitimacy.no_observer_seat()) from None
    participating.record(
        domain=task.domain,
        kind=Participation.Kind.OBSERVED,
        key=f"observation:{observation.pk}",
        item=f"task:{task.pk}",
        giver=membership,
        title=task.title,
        path=task.get_absolute_url(),
        centrality=task.centrality,
        area=task.area,
        practice=task.is_practice,
        at=at,
    )
    return observation


#: As many as a task has when nobody says otherwise.
SEATS: Final = 3


@transaction.atomic
def open_seats(*, task: Task, membership: Membership, at: datetime) -> bool:
    """Let people watch a task nobody could watch; return whether that was news.

    Whoever holds it reads so in its history.
    """
    task = Task.objects.select_for_update(no_key=True).get(pk=task.pk)
    if task.observer_seats or not task.is_open:
        return False
    task.observer_seats = SEATS
    task.save(update_fields=["observer_seats"])
    Change.objects.create(
        task=task,
        changed_by=membership,
        changed_at=at,
        fields={"observer_seats": ["0", str(SEATS)]},
        reason=_("So that people can see such work done."),
    )
    return True


def leave(*, task: Task, membership: Membership, at: datetime) -> bool:
    """Give the observer seat back; return whether there was one."""
    return bool(
        Observation.objects.live()
        .filter(task=task, membership=membership)
        .update(ended_at=at)
    )


@transaction.atomic
def vouch(*, observation: Observation, by: Membership, at: datetime) -> Observation:
    """Put in a word for somebody who watched to the end; it opens such work to them."""
    observation = (
        Observation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("task__domain", "task__area", "membership__member")
        .get(pk=observation.pk)
    )
    refusal = legitimacy.refusal_to_vouch(observation=observation, membership=by)
    if refusal:
        raise Refused(refusal)
    if observation.vouched_by_id is None:
        observation.vouched_by, observation.vouched_at = by, at
        observation.save(update_fields=["vouched_by", "vouched_at"])
        task = observation.task
        notifying.notify(
            member=observation.membership.member,
            kind=Notification.Kind.OBSERVED,
            key=f"vouched:{observation.pk}",
            domain=task.domain,
            actor=by,
            title=task.title,
            sentence=_(
                "%(name)s vouches for you: you may take one such task in %(area)s."
            )
            % {"name": by.name, "area": task.area.name},
            path=task.get_absolute_url(),
            at=at,
        )
    return observation


def end_all(*, task: Task, to_the_end: bool, at: datetime) -> int:
    """End every observer seat with the task; return how many there were.

    Whoever sat down once the last work was handed in saw nothing of it being done.
    """
    seats = task.observations.live()
    handed_in_at = task.submissions.aggregate(last=Max("handed_in_at"))["last"]
    late = 0
    if handed_in_at:
        late = seats.filter(since_at__gt=handed_in_at).update(ended_at=at)
    return late + seats.update(ended_at=at, to_the_end=to_the_end)


def ask_for_a_word(*, task: Task, at: datetime) -> None:
    """Tell whoever did the task who watched it to the end from further out.

    A word of theirs opens such work to them, and nobody else thinks of it.
    """
    watched = [
        seat.membership.name
        for seat in task.observations.filter(to_the_end=True, vouched_by=None)
        .exclude(membership__kind=Member.Kind.AGENT)
        .filter(membership__zone__lt=task.centrality)
        .select_related("membership")
        .order_by("seat")
    ]
    if not watched or task.is_practice:
        return
    sentence = ngettext(
        "%(names)s watched this to its end. If you trust them with work like it, vouch"
        " for them.",
        "%(names)s watched this to its end. If you trust them with work like it, vouch"
        " for them.",
        len(watched),
    ) % {"names": get_text_list(watched, _("and"))}
    done = Claim.Ending.DONE
    for claim in task.claims.filter(ending=done).select_related("membership__member"):
        if claim.membership is None or claim.membership.is_agent:
            continue
        notifying.notify(
            member=claim.membership.member,
            kind=Notification.Kind.TASK,
            key=f"a_word:{task.pk}",
            domain=task.domain,
            title=task.title,
            sentence=sentence,
            path=f"{task.get_absolute_url()}#observing",
            at=at,
        )


def tell(
    *,
    task: Task,
    key: str,
    sentence: str,
    at: datetime,
    actor: Membership | None = None,
    quote: str = "",
) -> None:
    """Tell those who watch that the task moved. Moves, not notes: the log is there."""
    for seat in task.observations.live().select_related("membership__member"):
        if actor is not None and seat.membership_id == actor.pk:
            continue
        notifying.notify(
            member=seat.membership.member,
            kind=Notification.Kind.OBSERVED,
            key=key,
            domain=task.domain,
            actor=actor,
            title=task.title,
            quote=quote,
            sentence=sentence,
            path=task.get_absolute_url(),
            at=at,
        )
