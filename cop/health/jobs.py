from datetime import datetime
from typing import Any

from celery import shared_task
from django.utils import timezone

from cop.health import alarming, mailing, measuring, moving, past
from domain.models import Domain


@shared_task(name="health.mail_reports", ignore_result=True)
def mail_reports(**_: Any) -> int:
    return mailing.send(at=timezone.now())


@shared_task(name="health.measure", ignore_result=True)
def measure(**_: Any) -> int:
    at = timezone.now()
    domains = Domain.objects.order_by("pk")
    for domain in domains:
        night(domain, at=at)
    return len(domains)


def night(domain: Domain, *, at: datetime) -> None:
    """Take the signs, sound alarms, say what came of moves, and offer those of the week."""
    told = past.read(domain, at=at)
    measuring.measure(domain=domain, at=at, told=told)
    alarming.tell(domain, at=at)
    moving.measure(domain=domain, at=at)
    moving.offer(domain=domain, at=at, told=told)
