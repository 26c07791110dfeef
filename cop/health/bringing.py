"""Bringing in what a community's newcomers are held against."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cop.health.baseline import Row
from cop.health.models import Baseline
from domain.models import Domain
from members.models import Membership


@transaction.atomic
def bring_baseline(
    *,
    domain: Domain,
    membership: Membership | None,
    name: str,
    rows: Sequence[Row],
    at: datetime,
) -> Baseline:
    """Keep how long people took who worked alone; one table takes another's place."""
    kept, _is_new = Baseline.objects.update_or_create(
        domain=domain,
        defaults={
            "name": " ".join(name.split()),
            "rows": [[row.days, row.is_over] for row in rows],
            "brought_by": membership,
            "brought_at": at,
        },
    )
    return kept


def forget_baseline(*, domain: Domain) -> None:
    Baseline.objects.filter(domain=domain).delete()
