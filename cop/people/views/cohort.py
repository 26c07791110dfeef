"""Those who came in the same month: where each is on the way, and what they work on."""

from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import formats, timezone
from django.views.decorators.http import require_safe

from cop.people import headings
from domain.pages import render_page
from domain.questions import Given, is_any_of, question
from members.http import OwnHttpRequest, as_member
from members.models import Membership
from tasks.models import Claim, Part, Task

PAGE = 50
MOST_JIGSAWS = 6


@require_safe
@as_member
def show(request: OwnHttpRequest, month: str) -> HttpResponse:
    begins, ends = _bounds(month)
    at = timezone.now()
    came = Membership.objects.present().filter(
        domain=request.domain, joined_at__gte=begins, joined_at__lt=ends
    )
    # By name: who came together is not told apart by how far they got.
    page = Paginator(
        came.select_related("main_area")
        .prefetch_related("areas")
        .order_by("name", "pk"),
        PAGE,
    ).get_page(request.GET.get("page"))
    people = list(page.object_list)
    for who in people:
        who.domain = request.domain
    work = _work_of(people)
    return render_page(
        request,
        "people/cohort.html",
        {
            "page": page,
            "month": formats.date_format(begins, "F Y"),
            "is_own": month == request.membership.cohort,
            "people": [
                (
                    who,
                    headings.said_of(who, to=request.membership, at=at),
                    work.get(who.pk, []),
                )
                for who in people
            ],
            "jigsaws": _jigsaws(request, people),
            "later": _cohort_of(request, after=ends),
            "earlier": _cohort_of(request, before=begins),
        },
    )


def _bounds(month: str) -> tuple[datetime, datetime]:
    """The first moments of a month and of the next, in the site's time."""
    try:
        first = datetime.strptime(month, "%Y-%m")  # noqa: DTZ007 - made aware below
        following = (
            first.replace(year=first.year + 1, month=1)
            if first.month == 12  # noqa: PLR2004 - December
            else first.replace(month=first.month + 1)
        )
        return timezone.make_aware(first), timezone.make_aware(following)
    except (ValueError, OverflowError):
        raise Http404 from None


def _cohort_of(
    request: OwnHttpRequest,
    *,
    before: datetime | None = None,
    after: datetime | None = None,
) -> str:
    """The nearest month before or after in which anybody came."""
    others = Membership.objects.present().filter(domain=request.domain)
    nearest = (
        others.filter(joined_at__lt=before).order_by("-joined_at")
        if before
        else others.filter(joined_at__gte=after).order_by("joined_at")
    ).first()
    return nearest.cohort if nearest else ""


def _work_of(people: list[Membership]) -> dict[int, list[Task]]:
    work: dict[int, list[Task]] = {}
    for claim in _held.ask(people=[who.pk for who in people]):
        work.setdefault(claim.membership_id or 0, []).append(claim.task)
    return work


@question
def _held() -> QuerySet[Claim]:
    return (
        Claim.objects.live()
        .filter(is_any_of("membership", "people"))
        .select_related("task__domain")
        .only("membership", "task__title", "task__centrality", "task__domain__slug")
        .order_by("claimed_at", "pk")
    )


def _jigsaws(
    request: OwnHttpRequest, people: list[Membership]
) -> list[tuple[Task, list[str], list[str]]]:
    """Tasks in parts with one free, and who of these people holds another part.

    Those somebody of the cohort is on come first: that is whom one would join.
    """
    own = request.membership
    parts: dict[Task, list[Part]] = {}
    for part in _parts.ask(domain=request.domain.pk):
        parts.setdefault(part.task, []).append(part)
    seats = {
        task.pk: {*task.taken_seats, *task.kept_seats}
        for task in Task.objects.filter(pk__in=[task.pk for task in parts]).with_seats(
            own
        )
    }
    names = {who.pk: who.first_name for who in people}
    on_them: dict[int, list[str]] = {}
    for claim in Claim.objects.live().filter(
        task__in=parts, membership__in=list(names)
    ):
        on_them.setdefault(claim.task_id, []).append(names[claim.membership_id or 0])
    found = []
    for task, pieces in parts.items():
        task.domain = request.domain
        free = [one.area.name for one in pieces if one.seat not in seats[task.pk]]
        if free:
            found.append((task, free, on_them.get(task.pk, [])))
    found.sort(key=lambda one: (not one[2], one[0].centrality, one[0].pk))
    return found[:MOST_JIGSAWS]


@question
def _parts() -> QuerySet[Part]:
    return (
        Part.objects.filter(task__domain=Given("domain"), task__state=Task.State.OPEN)
        .select_related("task", "area")
        .order_by("task", "seat")
    )
