"""A community's gatherings for calendars (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2s
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from domain.models import Domain
from members.http import MemberHttpRequest, enter
from tasks import calendar_addresses
from tasks.models import Gathering

if TYPE_CHECKING:
    from icalendar import Event

#: What is longer ago than a season no calendar needs to be told again.
TOLD_FOR: Final = timedelta(days=90)
MOST: Final = 200


@require_safe
def show(request: HttpRequest, community: str) -> HttpResponse:
    """All gatherings that come, and those of the last season."""
    entered = enter(request, community)
    is_private = entered.domain.visibility == Domain.Visibility.MEMBERS
    if is_private and not _may_read(entered):
        raise Http404
    found = _told(entered.domain)
    changed_at = max(
        (one.changed_at for one in found), default=entered.domain.founded_at
    )
    etag = _etag(entered, found)
    response = get_conditional_response(
        request, etag=etag, last_modified=int(changed_at.timestamp())
    ) or HttpResponse(
        _calendar(entered, found), content_type="text/calendar; charset=utf-8"
    )
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed_at.timestamp())
    patch_cache_control(
        response, **{"private": True} if is_private else {"max_age": 300}
    )
    return response


def _may_read(request: MemberHttpRequest) -> bool:
    """A member in a browser, or a calendar that has a member's address."""
    if request.membership is not None:
        return True
    token = request.GET.get("key", "")
    return calendar_addresses.membership_of(request.domain, token) is not None


def _told(domain: Domain) -> list[Gathering]:
    since = timezone.now() - TOLD_FOR
    gatherings = Gathering.objects.filter(domain=domain, ends_at__gt=since)
    return list(
        gatherings.select_related("called_by")
        .prefetch_related("tasks")
        .order_by("-starts_at", "-pk")[:MOST]
    )


def _etag(request: MemberHttpRequest, found: Iterable[Gathering]) -> str:
    said = [request.domain.name, request.build_absolute_uri()]
    for one in found:
        said += [f"{one.pk} {one.version}", *(task.title for task in one.tasks.all())]
    return f'"{blake2s("/".join(said).encode(), digest_size=16).hexdigest()}"'


def _calendar(request: MemberHttpRequest, found: Iterable[Gathering]) -> bytes:
    # Imported when somebody asks: it takes longer than starting all else.
    from icalendar import Calendar  # noqa: PLC0415

    domain = request.domain
    name = _("Gatherings of %(name)s") % {"name": domain.name}
    calendar = Calendar()
    calendar.add("prodid", "-//cop//gatherings//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    # What most calendars look for instead.
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=6), {"VALUE": "DURATION"})
    for gathering in found:
        gathering.domain = domain
        calendar.add_component(_event(request, gathering))
    return bytes(calendar.to_ical())


def _event(request: MemberHttpRequest, gathering: Gathering) -> "Event":
    from icalendar import Event, vUri  # noqa: PLC0415

    here = request.build_absolute_uri(gathering.get_absolute_url())
    tasks = "\n".join(f"· {task.title}" for task in gathering.tasks.all())
    said = [gathering.what_for, _("We work on:"), tasks, here]
    if gathering.is_called_off:
        said = [_("Called off: %s") % gathering.called_off_because, here]
    host = urlsplit(settings.SITE_URL).hostname
    event = Event()
    event.add("uid", f"gathering-{gathering.pk}@{host}")
    event.add("sequence", gathering.version - 1)
    event.add("dtstamp", _whole(gathering.changed_at))
    event.add("last-modified", _whole(gathering.changed_at))
    event.add("dtstart", _whole(gathering.starts_at))
    event.add("dtend", _whole(gathering.ends_at))
    event.add("summary", gathering.title)
    event.add("location", gathering.place)
    event.add("description", "\n".join(said))
    event.add("url", vUri(here))
    event.add("status", "CANCELLED" if gathering.is_called_off else "CONFIRMED")
    return event


def _whole(moment: datetime) -> datetime:
    """In whole seconds of UTC, as calendars write it."""
    return moment.astimezone(UTC).replace(microsecond=0)
