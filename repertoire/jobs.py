from typing import Any

from celery import shared_task
from django.utils import timezone

from repertoire import proposing


@shared_task(name="repertoire.make_up_for_waits", ignore_result=True)
def make_up_for_waits(**_: Any) -> int:
    """Ask more where a proposal waits too long, and tell organizers where that is no help."""
    return proposing.make_up_for_waits(at=timezone.now())
