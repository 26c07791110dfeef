"""Alarming: telling organizers when agents' words move away from people's."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from cop.health.models import Reading, WhoseDoing
from cop.health.signs import agents_drift
from cop.health.signs.reading import is_past
from domain.models import Domain
from members import notifying
from members.models import Notification


def drift(domain: Domain) -> Reading | None:
    """Return the last reading of agents' drift, where there is some for sure."""
    readings = Reading.objects.of(domain, who=WhoseDoing.AGENTS)
    last = readings.filter(sign=agents_drift.SIGN.name).latest_first().first()
    return last if last is not None and is_past(last.past_threshold) else None


def tell(domain: Domain, *, at: datetime) -> None:
    """Tell a domain's organizers that its agents drift, once a month while they do."""
    if drift(domain) is None:
        return
    organizers = domain.memberships.organizers().select_related("member")
    notifying.notify_all(
        members=[one.member for one in organizers.order_by("pk")],
        kind=Notification.Kind.DRIFT,
        key=f"drift:{domain.pk}:{at:%Y-%m}",
        title=domain.name,
        sentence=_("Agents’ words move away from people’s."),
        path=reverse("health:sign", args=[domain.slug, agents_drift.SIGN.name]),
        at=at,
        domain=domain,
    )
