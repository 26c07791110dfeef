"""What somebody was told, newest first, grouped by the thing it is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.humanize.templatetags.humanize import naturalday
from django.core.paginator import Paginator
from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from domain.pages import HtmxHttpRequest, render_page
from members import notifying
from members.models import Member, Notification
from members.names import more_than_a_name

PAGE = 50
#: How long after reading a thing it can be marked as unread again.
UNDO_FOR = timedelta(minutes=10)


class Only(TextChoices):
    """Which notifications are shown."""

    ALL = "", _("All")
    MINE = "mine", _("To me")
    REVIEWS = "reviews", _("Reviews")


KINDS = {
    Only.MINE: (
        Notification.Kind.REVIEWED,
        Notification.Kind.CLAIM_ENDS,
        Notification.Kind.CLAIM_ENDED,
        Notification.Kind.MOVED,
        Notification.Kind.REPERTOIRE,
    ),
    Only.REVIEWS: (Notification.Kind.REVIEW_WAITS, Notification.Kind.STALLED),
}


@dataclass(slots=True)
class Thing:
    """All one was told about one thing on one day, the newest first."""

    on: date
    told: list[Notification]
    was_read: bool = False

    @property
    def newest(self) -> Notification:
        return self.told[0]

    @property
    def is_unread(self) -> bool:
        return any(one.read_at is None for one in self.told)


@require_safe
@login_required
def show(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("only", "")
    only = Only(asked) if asked in Only.values else Only.ALL
    told = _told(request)
    if only in KINDS:
        told = told.filter(kind__in=KINDS[only])
    page = Paginator(told, PAGE).get_page(request.GET.get("page"))
    things = _by_thing(page.object_list)
    return render_page(
        request,
        "members/notifications.html",
        {
            "page": page,
            "days": _by_day(things),
            "only": only,
            "views": list(Only),
            "query": f"only={only.value}" if only else "",
            "until": max((one.pk for one in page.object_list), default=0),
        },
        pieces=("notifications",),
    )


@require_safe
@login_required
def open_(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what it is about; having gone there is having read it."""
    told = get_object_or_404(_told(request), pk=pk)
    notifying.read(member=told.member, about=told.path, at=timezone.now())
    return redirect(told.path)


@require_POST
@login_required
def read(request: HttpRequest) -> HttpResponse:
    """Mark one thing as read, or all that was on the page."""
    member, about = cast("Member", request.user), request.POST.get("about")
    until = request.POST.get("until", "")
    notifying.read(
        member=member,
        about=about,
        until=int(until) if until.isascii() and until.isdigit() else None,
        at=timezone.now(),
    )
    return _answer(request, about, was_read=True)


@require_POST
@login_required
def unread(request: HttpRequest) -> HttpResponse:
    about = request.POST.get("about", "")
    notifying.unread(
        member=cast("Member", request.user),
        about=about,
        since=timezone.now() - UNDO_FOR,
    )
    return _answer(request, about, was_read=False)


def _answer(request: HttpRequest, about: str | None, *, was_read: bool) -> HttpResponse:
    told = _told(request).filter(path=about)[:PAGE]
    if not cast("HtmxHttpRequest", request).htmx or not about or not told:
        return redirect("members:notifications")
    asked_of = request.POST.get("thing", "")
    things = [one for one in _by_thing(told) if str(one.newest.pk) == asked_of]
    if not things:
        return redirect("members:notifications")
    things[0].was_read = was_read
    return render_page(request, "members/notification.html", {"thing": things[0]})


def _told(request: HttpRequest) -> QuerySet[Notification]:
    return (
        Notification.objects.filter(member=cast("Member", request.user))
        .select_related("domain", "actor")
        .defer(*more_than_a_name("actor"))
        .latest_first()
    )


def _by_thing(told: Iterable[Notification]) -> list[Thing]:
    things: dict[tuple[date, str], Thing] = {}
    for one in told:
        on = _day(one.created_at)
        thing = things.setdefault((on, one.path), Thing(on=on, told=[]))
        thing.told.append(one)
    return list(things.values())


def _by_day(things: list[Thing]) -> list[tuple[str, list[Thing]]]:
    days: dict[date, list[Thing]] = {}
    for thing in things:
        days.setdefault(thing.on, []).append(thing)
    # "today" and "yesterday", then the date.
    return [
        (str(capfirst(naturalday(day, "j F Y"))), told) for day, told in days.items()
    ]


def _day(at: datetime) -> date:
    return timezone.localdate(at)
