from typing import Any

from celery import shared_task
from django.utils import timezone

from tasks import claiming, halting, overhearing, rereading, reviewing, sending


@shared_task(name="tasks.release_overdue", ignore_result=True)
def release_overdue(**_: Any) -> int:
    """Put back what ran out, and mention what soon will."""
    now = timezone.now()
    released = claiming.release_overdue(at=now)
    claiming.remind(at=now)
    return released


@shared_task(name="tasks.halt_agents", ignore_result=True)
def halt_agents(**_: Any) -> int:
    """Pause agents that got stuck, and put back what paused ones hold."""
    return halting.halt_the_stuck(at=timezone.now())


@shared_task(name="tasks.send_finished_reviews", ignore_result=True)
def send_finished_reviews(**_: Any) -> int:
    """Send what can no longer be taken back."""
    return sending.send_finished(at=timezone.now())


@shared_task(name="tasks.release_overdue_reviews", ignore_result=True)
def release_overdue_reviews(**_: Any) -> int:
    """Put unfinished readings back on the desk, and make up for waits that slipped."""
    now = timezone.now()
    released = reviewing.release_overdue(at=now) + rereading.release_overdue(at=now)
    reviewing.make_up_for_waits(at=now)
    return released


@shared_task(name="tasks.overhear", ignore_result=True)
def overhear(**_: Any) -> int:
    return overhearing.overhear(at=timezone.now())
