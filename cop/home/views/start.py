"""Your next step: what a member at the edge or on the way in comes back to."""

import re
from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop.health import said
from cop.home import coming, company, told
from domain.pages import render_page
from members.http import OwnHttpRequest, as_member
from members.models import Membership
from members.names import more_than_a_name
from tasks import legitimacy, readiness, stepping
from tasks.models import Claim, Review, Submission, Task, Verdict

SAID_OF_A_TASK = ("task__title", "task__use", "task__centrality", "task__domain__slug")

#: Which of the few tasks stands in front.
ELSE = re.compile("[0-9]")
#: A log that moved this lately is worth watching now.
LATELY = timedelta(days=14)


@require_safe
@as_member
def show(request: OwnHttpRequest) -> HttpResponse:
    own = request.membership
    standing, now = legitimacy.standing_of(own), timezone.now()
    asked = request.GET.get("else", "")
    return render_page(
        request,
        "home/start.html",
        {
            "returned": _returned(own),
            "claims": _in_hand(own),
            "with_readers": _with_readers(own),
            "said": _said(own),
            "walking": company.of(own, at=timezone.now()),
            "pulse": said.news(own, at=now),
            "steps": stepping.next_steps(
                own,
                at=now,
                first=int(asked) if ELSE.fullmatch(asked) else 0,
                standing=standing,
            ),
            "watchable": _watchable(own, since=now - LATELY),
            "stands": legitimacy.where_one_stands(standing),
            "next_zone": standing.next_zone,
            "ways": readiness.ways_inward(standing),
            "story": told.to(own, at=now),
            **coming.to(request, at=now),
        },
        pieces=("next_step",),
    )


def _returned(own: Membership) -> list[Submission]:
    """Work whose last round came back with changes asked for."""
    rounds = (
        Submission.objects.filter(author=own, claim__ended_at=None, withdrawn_at=None)
        .select_related("task__domain", "claim")
        .only("outcome", "round", "claim__due_at", *SAID_OF_A_TASK)
        .order_by("claim", "-round")
        .distinct("claim")
    )
    return [last for last in rounds if last.outcome == Verdict.RETURNED]


def _in_hand(own: Membership) -> list[Claim]:
    return list(
        Claim.objects.filter(membership=own)
        .waiting_on_holder()
        .select_related("task__domain")
        .only("due_at", *SAID_OF_A_TASK)
        .order_by("due_at", "pk")
    )


def _with_readers(own: Membership) -> list[Submission]:
    return list(
        Submission.objects.waiting()
        .filter(author=own)
        .select_related("task__domain")
        .only("round", "handed_in_at", "places", *SAID_OF_A_TASK)
        .order_by("handed_in_at", "pk")
    )


def _said(own: Membership) -> Review | None:
    return (
        Review.objects.sent()
        .filter(submission__author=own)
        .select_related("reviewer", "submission__task__domain")
        .defer(*more_than_a_name("reviewer"))
        .order_by("-sent_at")
        .first()
    )


def _watchable(own: Membership, *, since: datetime) -> list[Task]:
    """More central work going on now, with a seat to watch it and a log that moves."""
    return list(
        Task.objects.filter(
            domain=own.domain_id,
            state=Task.State.HELD,
            centrality__gt=own.zone,
            log__written_at__gt=since,
        )
        .with_seats(own)
        .with_an_observer_seat()
        .filter(Q(is_mine=False, is_watched=False))
        .annotate(last_note_at=Max("log__written_at"))
        .select_related("domain")
        .order_by("-last_note_at", "pk")[:2]
    )
