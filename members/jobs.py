from typing import Any

from celery import shared_task
from django.utils import timezone

from members import delivering


@shared_task(name="members.deliver", ignore_result=True)
def deliver(**_: Any) -> int:
    return delivering.deliver(at=timezone.now())
