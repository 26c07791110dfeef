"""Gather: calling people together on tasks that wait, so that newcomers find in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractHour
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from cop.health.moves.offer import Made, Offer, Way
from cop.health.past import Past
from cop.health.signs.reading import Thing
from domain.centrality import Zone
from domain.models import Domain
from members.models import Membership, Participation
from tasks import gathering
from tasks.models import Gathering, Task
from tasks.models.task import A_SEAT_IS_LEFT

#: More is not done in an evening.
MOST_TASKS: Final = 5
#: What was opened this week may yet be taken up.
WAITED: Final = timedelta(days=7)
LENGTH: Final = timedelta(minutes=90)
#: Whoever came longer ago and has no recognised work is not new any more.
NEW_FOR: Final = timedelta(days=180)
#: When nobody did anything yet: after most people's work.
EVENING: Final = 18
#: What members did in this time says at what hour they act.
LATELY: Final = timedelta(days=90)


def find(domain: Domain, at: datetime, _told: Past) -> Offer:
    """Open tasks that wait for hands, and newcomers without a recognised work.

    The most peripheral first, then those that wait longest. Nothing is offered while
    a gathering is coming.
    """
    if Gathering.objects.standing().filter(domain=domain).coming(at=at).exists():
        return Offer([], 0)
    about = list(_waiting(domain, at)[:MOST_TASKS])
    new = Membership.objects.present().of_people().with_account()
    newcomers = new.filter(
        domain=domain,
        zone=Zone.PERIPHERY,
        joined_at__gt=at - NEW_FOR,
        last_recognised_at=None,
        is_silent=False,
    )
    return Offer(about, newcomers.count() if about else 0)


def make(about: Sequence[int], membership: Membership, at: datetime) -> Made:
    domain = membership.domain
    tasks = {
        task.pk: task
        for task in Task.objects.filter(domain=domain, pk__in=about).real().open()
    }
    last = _last(domain)
    made = gathering.announce(
        membership=membership,
        plan=gathering.Plan(
            title=_("Working on what waits"),
            what_for=_(
                "Tasks that wait for hands get them, and newcomers do their first work "
                "beside people who know it."
            ),
            place=last.place if last else _("Where we meet is still to be said"),
            starts_at=starts_at(domain, at),
            length=last.length if last else LENGTH,
            tasks=[tasks[pk] for pk in about if pk in tasks],
        ),
        at=at,
    )
    return Made(led_to=made.get_absolute_url())


def starts_at(domain: Domain, at: datetime) -> datetime:
    """A week ahead, at the hour of the last gathering, or at which most members act."""
    last = _last(domain)
    day = timezone.localtime(at) + timedelta(days=7)
    if last is not None:
        then = timezone.localtime(last.starts_at)
        return day.replace(hour=then.hour, minute=then.minute, second=0, microsecond=0)
    hours = (
        Participation.objects.filter(
            domain=domain,
            occurred_at__gt=at - LATELY,
            occurred_at__lte=at,
            giver__kind="human",
        )
        .annotate(hour=ExtractHour("occurred_at"))
        .values_list("hour")
        .annotate(number=Count("pk"))
        .order_by("-number", "hour")
    )
    hour = next((hour for hour, _number in hours[:1]), EVENING)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def does(domain: Domain, at: datetime) -> str:
    # As it will be announced, without announcing it.
    start = starts_at(domain, at)
    last = _last(domain)
    length = last.length if last else LENGTH
    planned = Gathering(starts_at=start, ends_at=start + length)
    return _(
        "It announces a gathering on these tasks in your name, on %(when)s, and tells "
        "the members who hold one of them or are at home in their areas. You come to its "
        "page, where you can change time, place and everything else right away."
    ) % {"when": planned.when_in_words}


def _waiting(domain: Domain, at: datetime) -> QuerySet[Task, int]:
    tasks = Task.objects.real().open().with_seats()
    tasks = tasks.filter(A_SEAT_IS_LEFT, domain=domain, opened_at__lt=at - WAITED)
    return tasks.order_by("centrality", "opened_at", "pk").values_list("pk", flat=True)


def _last(domain: Domain) -> Gathering | None:
    """The one before, whose time and place people know."""
    held = Gathering.objects.standing().filter(Q(domain=domain))
    return held.order_by("-starts_at", "-pk").first()


WAY = Way(
    words=gettext_lazy("Announce a gathering on these tasks"),
    sentence=ngettext_lazy(
        "One task waits for hands. Newcomers without a recognised work: %(touches)d.",
        "%(about)d tasks wait for hands. Newcomers without a recognised work: "
        "%(touches)d.",
        "about",
    ),
    does=does,
    button=gettext_lazy("Announce a gathering"),
    of=Thing.TASK,
    signs=("second_work", "competence"),
    find=find,
    make=make,
    one_by_one=False,
)
