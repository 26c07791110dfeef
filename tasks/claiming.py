"""Claiming: taking real work into one's hands for a while, and letting it go."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from domain.refusal import Refusal, Refused
from members import notifying, participating
from members.models import Membership, Notification, OrganizerAct, Participation
from tasks import legitimacy, locks, observing, stating
from tasks.models import Claim, Task

#: A sweep that found more than this leaves the rest to the next, a minute later.
MOST_AT_ONCE = 500
#: A lease is mentioned two days before it ends, or half-way when it is a short one.
NOTICE = timedelta(days=2)


@transaction.atomic
def claim(
    *, task: Task, membership: Membership, at: datetime, seat: int | None = None
) -> Claim:
    """Put a seat of the task in the member's hands, or raise ``Refused``."""
    membership, task = locks.member_and_task(membership, task)
    return _claim(task, membership, seat, at=at)


def _claim(
    task: Task, membership: Membership, seat: int | None, *, at: datetime
) -> Claim:
    """Claim under the locks of both."""
    if _lapse_overdue(task, at=at):
        task = locks.alone(task, reader=membership)
    refusal = legitimacy.refusal_to_claim(task=task, membership=membership)
    if refusal:
        raise Refused(refusal)

    claim = _seated(task, seat, membership=membership, due_at=at + task.window, at=at)
    # Who takes a seat no longer watches from the side.
    observing.leave(task=task, membership=membership, at=at)
    stating.restate(task, at=at)
    _record(claim, Participation.Kind.CLAIMED, f"claim:{claim.pk}", at=at)
    observing.tell(
        task=task,
        key=f"claimed:{claim.pk}",
        sentence=_("%(name)s has taken a seat.") % {"name": membership.name},
        actor=membership,
        at=at,
    )
    return claim


@transaction.atomic
def hold(*, task: Task, hold_key: str, at: datetime) -> Claim:
    """Keep a seat for a visitor while they sign up; another one they held goes back."""
    earlier = Claim.objects.live().filter(hold_key=hold_key).first()
    # Both tasks at once and by key: two visitors changing their minds crosswise must
    # not wait for each other.
    wanted = {task.pk} | ({earlier.task_id} if earlier else set())
    tasks = {pk: locks.alone(pk) for pk in sorted(wanted)}
    task = tasks[task.pk]
    if _lapse_overdue(task, at=at):
        task = locks.alone(task)
    if earlier and earlier.task_id == task.pk:
        earlier.refresh_from_db()
        if earlier.is_live:
            return earlier
    refusal = legitimacy.refusal_to_hold(task=task)
    if refusal:
        raise Refused(refusal)

    if earlier:
        _end_hold(earlier, tasks[earlier.task_id], at=at)
    held = _seated(
        task, None, hold_key=hold_key, due_at=at + task.domain.hold_window, at=at
    )
    stating.restate(task, at=at)
    return held


def take_up(
    *, task: Task, hold_key: str, membership: Membership, at: datetime
) -> Claim:
    """Turn a visitor's hold into a claim of the member they have become.

    A hold that ran out is no loss while a seat is free. When the member may not claim,
    the seat goes back to the board and ``Refused`` says why.
    """
    taken_up = _take_up(task, hold_key, membership, at=at)
    if isinstance(taken_up, Refusal):
        raise Refused(taken_up)
    return taken_up


@transaction.atomic
def _take_up(
    task: Task, hold_key: str, membership: Membership, *, at: datetime
) -> Claim | Refusal:
    membership, task = locks.member_and_task(membership, task)
    already = task.claims.live().filter(membership=membership).first()
    if already:
        return already
    held = task.claims.live().filter(hold_key=hold_key).first() if hold_key else None
    if held:
        # Under the task's lock nobody slips in between giving back and taking.
        _end_hold(held, task, at=at)
        task = locks.alone(task, reader=membership)
    try:
        with transaction.atomic():
            return _claim(task, membership, None, at=at)
    except Refused as refused:
        # Answered, not raised: the seat given back stays given back.
        return refused.refusal


@transaction.atomic
def extend(*, claim: Claim, membership: Membership, at: datetime) -> Claim:
    """Give the holder a full window from now, or raise ``Refused``."""
    membership, task = locks.member_and_task(membership, claim.task_id)
    claim = _again(claim, task)
    refusal = legitimacy.refusal_to_extend(claim=claim, membership=membership)
    if refusal:
        raise Refused(refusal)

    if claim.membership_id == membership.pk:
        claim.extensions += 1
        claim.save(update_fields=["extensions"])
    else:
        claim.extensions = 0
        claim.save(update_fields=["extensions"])
        _tell_holder(
            claim,
            key=f"extended:{claim.pk}:{at:%Y%m%d%H%M}",
            kind=Notification.Kind.TASK,
            sentence=_("%(name)s gave you more time.") % {"name": membership.name},
            actor=membership,
            at=at,
        )
    return renew(claim=claim, task=task, at=at)


@transaction.atomic
def heartbeat(
    *, claim: Claim, membership: Membership, generation: int, at: datetime
) -> Claim:
    """Let a program say that it is still at work, or raise ``Refused``.

    As often as it likes, but no further than somebody gets who extends in silence as
    often as one may: it shows that something runs, not that anything is done.
    """
    membership, task = locks.member_and_task(membership, claim.task_id)
    claim = _again(claim, task)
    claim.task = task
    refusal = legitimacy.refusal_to_go_on(
        claim=claim, membership=membership, generation=generation
    )
    if refusal:
        raise Refused(refusal)
    due_at = min(at + task.window, silent_until(claim))
    if due_at > claim.due_at:
        claim.due_at, claim.reminded_at = due_at, None
        claim.save(update_fields=["due_at", "reminded_at"])
    return claim


def silent_until(claim: Claim) -> datetime:
    """How far heartbeats carry a lease since its holder last said something."""
    notes = claim.log.filter(about=None).order_by("-written_at")
    said_at = notes.values_list("written_at", flat=True).first() or claim.claimed_at
    return said_at + (1 + legitimacy.SILENT_EXTENSIONS) * claim.task.window


def renew(*, claim: Claim, task: Task, at: datetime) -> Claim:
    """Start the lease's window anew; the caller holds the task's lock."""
    claim.due_at = max(claim.due_at, at + task.window)
    claim.reminded_at = None
    claim.save(update_fields=["due_at", "reminded_at"])
    return claim


@transaction.atomic
def release(
    *, claim: Claim, membership: Membership, at: datetime, words: str = ""
) -> Claim:
    """Put the task back; the notes stay for whoever takes it next."""
    membership, task = locks.member_and_task(membership, claim.task_id)
    claim = _again(claim, task)
    refusal = legitimacy.refusal_to_release(claim=claim, membership=membership)
    if refusal:
        raise Refused(refusal)

    _end(claim, task, Claim.Ending.RELEASED, words=words, at=at)
    _record(claim, Participation.Kind.RELEASED, f"release:{claim.pk}", at=at)
    if claim.membership_id != membership.pk:
        OrganizerAct.objects.create(
            domain=task.domain,
            organizer=membership,
            about=claim.membership,
            what=_("Put “%(task)s” back on the board") % {"task": task.title},
            reason=words,
            at=at,
        )
        _tell_holder(
            claim,
            key=f"released:{claim.pk}",
            kind=Notification.Kind.CLAIM_ENDED,
            sentence=_("%(name)s put your seat back on the board.")
            % {"name": membership.name},
            quote=words,
            actor=membership,
            at=at,
        )
    observing.tell(
        task=task,
        key=f"released:{claim.pk}",
        sentence=_("It is back on the board, with its notes."),
        quote=words,
        actor=membership,
        at=at,
    )
    return claim


def release_overdue(*, at: datetime) -> int:
    """Put back every seat whose lease or hold ran out; return how many.

    One transaction a task: a crash half-way loses nothing, and running twice at once
    finds each seat once.
    """
    overdue = Claim.objects.overdue(at=at).order_by("task_id").values_list("task_id")
    tasks = [pk for (pk,) in overdue.distinct()[:MOST_AT_ONCE]]
    return sum(_lapse_overdue_of(pk, at=at) for pk in tasks)


def give_back(*, membership: Membership, at: datetime) -> int:
    """Put back what a paused agent holds and has not handed in; return how many.

    One transaction a task, as in the sweep, which finds what a crash leaves here.
    """
    held = Claim.objects.waiting_on_holder().filter(
        membership=membership, membership__paused_at__isnull=False
    )
    tasks = held.order_by("task_id").values_list("task_id", flat=True)
    return sum(_given_back(pk, membership, at=at) for pk in tasks)


def give_back_all(*, at: datetime) -> int:
    """Put back what agents held who were paused by something else than a person."""
    paused = Claim.objects.waiting_on_holder().filter(
        membership__paused_at__isnull=False
    )
    return sum(
        give_back(membership=membership, at=at)
        for membership in Membership.objects.filter(
            pk__in=paused.values("membership")
        ).order_by("pk")
    )


@transaction.atomic
def _given_back(pk: int, membership: Membership, *, at: datetime) -> bool:
    task = locks.alone(pk)
    # Read under the lock: it may have been handed in meanwhile.
    claim = Claim.objects.waiting_on_holder().filter(task=task, membership=membership)
    found = claim.select_related("membership__member").first()
    if found is None:
        return False
    found.task = task
    _end(found, task, Claim.Ending.RELEASED, at=at)
    _record(found, Participation.Kind.RELEASED, f"release:{found.pk}", at=at)
    observing.tell(
        task=task,
        key=f"released:{found.pk}",
        sentence=_("%(name)s was paused. It is back on the board, with its notes.")
        % {"name": membership.name},
        at=at,
    )
    return True


def remind(*, at: datetime) -> int:
    """Tell holders, once for each lease, that it ends soon; return how many."""
    ending = (
        Claim.objects.waiting_on_holder()
        .filter(
            membership__isnull=False,
            reminded_at=None,
            due_at__gte=at,
            due_at__lte=at + NOTICE,
        )
        .select_related("task__domain", "membership__member")
        .order_by("due_at", "pk")[:MOST_AT_ONCE]
    )
    return sum(_reminded(claim, at=at) for claim in ending)


@transaction.atomic
def _reminded(claim: Claim, *, at: datetime) -> bool:
    if claim.due_at - at > claim.task.window / 2:
        return False
    # The mark is taken before the word is given: two sweeps remind once.
    marked = (
        Claim.objects.live()
        .filter(pk=claim.pk, reminded_at=None, due_at=claim.due_at)
        .update(reminded_at=at)
    )
    if marked:
        _tell_holder(
            claim,
            key=f"ends:{claim.pk}:{claim.due_at:%Y%m%d%H%M}",
            kind=Notification.Kind.CLAIM_ENDS,
            sentence=_(
                "Still on this one? A line in the log keeps your seat."
                " Or put it back; that helps too."
            ),
            at=at,
        )
    return bool(marked)


@transaction.atomic
def _lapse_overdue_of(pk: int, *, at: datetime) -> int:
    return _lapse_overdue(locks.alone(pk), at=at)


def _lapse_overdue(task: Task, *, at: datetime) -> int:
    """End what ran out on a task; the caller holds its lock."""
    if not task.taken_seats:
        return 0
    overdue = list(task.claims.overdue(at=at).select_related("membership__member"))
    for claim in overdue:
        _end(claim, task, Claim.Ending.LAPSED, at=at)
        if claim.is_hold:
            continue
        _record(claim, Participation.Kind.RELEASED, f"lapse:{claim.pk}", at=at)
        _tell_holder(
            claim,
            key=f"lapsed:{claim.pk}",
            kind=Notification.Kind.CLAIM_ENDED,
            sentence=_(
                "Put back after a quiet week. It is yours again if you want it."
            ),
            at=at,
        )
        observing.tell(
            task=task,
            key=f"lapsed:{claim.pk}",
            sentence=_("It is back on the board, with its notes."),
            at=at,
        )
    return len(overdue)


def _seated(
    task: Task,
    seat: int | None,
    *,
    due_at: datetime,
    at: datetime,
    membership: Membership | None = None,
    hold_key: str = "",
) -> Claim:
    """Write the claim to the seat asked for, or to the first one free."""
    gone = {*task.taken_seats, *task.kept_seats}
    free = set(range(1, task.seats + 1)) - gone
    if not free or (seat is not None and seat not in free):
        raise Refused(legitimacy.seat_taken())
    task.generation += 1
    task.save(update_fields=["generation"])
    try:
        with transaction.atomic():
            return Claim.objects.create(
                task=task,
                membership=membership,
                hold_key=hold_key,
                seat=seat or min(free),
                generation=task.generation,
                claimed_at=at,
                due_at=due_at,
            )
    except IntegrityError:
        # The lock is for good answers; this constraint is what keeps a seat from having
        # two holders. Whoever writes past the lock still gets an answer and no fault.
        raise Refused(legitimacy.seat_taken()) from None


def _end_hold(held: Claim, task: Task, *, at: datetime) -> None:
    held.refresh_from_db()
    if held.is_live:
        _end(held, task, Claim.Ending.RELEASED, at=at)


def _end(
    claim: Claim, task: Task, ending: Claim.Ending, *, at: datetime, words: str = ""
) -> None:
    claim.ended_at = at
    claim.ending = ending
    claim.ending_words = words
    claim.save(update_fields=["ended_at", "ending", "ending_words"])
    if task.seats > 1:
        # Whoever takes the part next finds it as it is, and says anew when it is ready.
        task.parts.filter(ready_under=claim).update(ready_under=None)
    stating.restate(task, at=at)


def _again(claim: Claim, task: Task) -> Claim:
    """Read the claim again under its task's lock."""
    return task.claims.select_related("membership__member").get(pk=claim.pk)


def _record(claim: Claim, kind: Participation.Kind, key: str, *, at: datetime) -> None:
    task = claim.task
    participating.record(
        domain=task.domain,
        kind=kind,
        key=key,
        item=f"task:{task.pk}",
        giver=claim.membership,
        title=task.title,
        path=task.get_absolute_url(),
        centrality=task.centrality,
        area=task.area,
        practice=task.is_practice,
        at=at,
    )


def _tell_holder(
    claim: Claim,
    *,
    kind: Notification.Kind,
    key: str,
    sentence: str,
    at: datetime,
    actor: Membership | None = None,
    quote: str = "",
) -> None:
    if claim.membership is None:
        return
    notifying.notify(
        member=claim.membership.member,
        kind=kind,
        key=key,
        domain=claim.task.domain,
        actor=actor,
        title=claim.task.title,
        quote=quote,
        sentence=sentence,
        path=claim.task.get_absolute_url(),
        at=at,
    )
