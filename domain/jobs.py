from typing import Any

from celery import shared_task

from domain import rewording


@shared_task(name="domain.reword_stale", ignore_result=True)
def reword_stale(**_: Any) -> int:
    return rewording.reword_stale()
