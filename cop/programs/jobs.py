from typing import Any

from celery import shared_task
from django.utils import timezone

from cop.programs import answering, calling, posting


@shared_task(name="programs.forget", ignore_result=True)
def forget(**_: Any) -> int:
    """Let go of kept answers, and of calls and messages nobody looks at any more."""
    now = timezone.now()
    return answering.forget(at=now) + calling.forget(at=now) + posting.forget(at=now)


@shared_task(name="programs.deliver", ignore_result=True)
def deliver(**_: Any) -> int:
    return posting.deliver(at=timezone.now())
