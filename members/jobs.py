import time
from typing import Any

from celery import shared_task
from django.utils import timezone

from members import (
    accompanying,
    asking,
    delivering,
    granting,
    positioning,
    reckoning,
)


@shared_task(name="members.deliver", ignore_result=True)
def deliver(**_: Any) -> int:
    return delivering.deliver(at=timezone.now())


@shared_task(name="members.accompany", ignore_result=True)
def accompany(**_: Any) -> int:
    return accompanying.go_on(at=timezone.now())


@shared_task(name="members.ask", ignore_result=True)
def ask(**_: Any) -> int:
    return asking.go_on(at=timezone.now())


@shared_task(name="members.reposition_stale", ignore_result=True)
def reposition_stale(**_: Any) -> int:
    return positioning.reposition_stale(at=timezone.now())


@shared_task(name="members.reckon", ignore_result=True)
def reckon(**_: Any) -> None:
    """Go on with reckonings; what is left when the time is up, the next one takes up."""
    ends = time.monotonic() + reckoning.STRETCH.total_seconds()
    while time.monotonic() < ends and positioning.go_on(at=timezone.now()):
        pass


@shared_task(name="members.reposition_all", ignore_result=True)
def reposition_all(**_: Any) -> int:
    return positioning.reposition_all(at=timezone.now())


@shared_task(name="members.clear_grants", ignore_result=True)
def clear_grants(**_: Any) -> int:
    return granting.clear(at=timezone.now())
