"""Stating: the one word for where a task stands, worked out from what hangs on it."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from tasks import observing
from tasks.models import Claim, Task


def restate(task: Task, *, at: datetime) -> Task:
    """Say anew where the task stands; its last seat done, the task is done.

    The caller holds the task's lock and has already written what changed.
    """
    if task.closed_at or task.opened_at is None:
        return task

    claims = list(
        task.claims.filter(
            Q(ended_at=None) | Q(ending=Claim.Ending.DONE)
        ).with_review_pending()
    )
    done = {claim.seat for claim in claims if not claim.is_live}
    live = [claim for claim in claims if claim.is_live]

    if len(done) >= task.seats:
        return _done(task, at=at)
    if len(done) + len(live) < task.seats:
        task.state = Task.State.OPEN
    elif all(claim.in_review for claim in live):
        task.state = Task.State.IN_REVIEW
    else:
        task.state = Task.State.HELD
    task.save(update_fields=["state"])
    return task


def _done(task: Task, *, at: datetime) -> Task:
    task.state = Task.State.DONE
    task.ending = Task.Ending.DONE
    task.closed_at = at
    task.save(update_fields=["state", "ending", "closed_at"])
    observing.tell(
        task=task,
        key=f"done:{task.pk}",
        sentence=_("It is done. Whoever did it can vouch for those who watched."),
        at=at,
    )
    observing.end_all(task=task, to_the_end=True, at=at)
    observing.ask_for_a_word(task=task, at=at)
    return task
