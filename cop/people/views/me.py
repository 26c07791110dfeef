"""Across communities: what one holds, what waits for one's reading, what to answer."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from domain.pages import render_page
from members.http import memberships_of
from members.models import Member
from tasks.models import Claim, Review, Submission, Verdict
from tasks.models.submission import number_reviewable_by

#: A bench of more than this is not looked over, it is searched.
MOST_SHOWN = 50


@require_safe
@login_required
def show(request: HttpRequest) -> HttpResponse:
    member = cast("Member", request.user)
    memberships = memberships_of(request)
    holding = list(
        Claim.objects.live()
        .with_review_pending()
        .filter(membership__member=member)
        .select_related("task__domain", "task__area")
        .order_by("due_at", "pk")[:MOST_SHOWN]
    )
    to_mend = _to_mend(holding)
    return render_page(
        request,
        "people/me.html",
        {
            "memberships": memberships,
            "to_mend": [
                (claim, to_mend[claim.pk]) for claim in holding if claim.pk in to_mend
            ],
            "holding": [claim for claim in holding if claim.pk not in to_mend],
            "reading": list(
                Review.objects.in_hand()
                .filter(reviewer__member=member)
                .select_related("submission__task__domain", "submission__author")
                .order_by("due_at", "pk")[:MOST_SHOWN]
            ),
            "waiting": [
                (own, number_reviewable_by(own)) for own in memberships if own.is_full
            ],
        },
    )


def _to_mend(holding: list[Claim]) -> dict[int, Submission]:
    """For each claim whose last round came back and was not answered yet: that round."""
    rounds = (
        Submission.objects.filter(
            claim__in=[claim.pk for claim in holding], withdrawn_at=None
        )
        .order_by("claim_id", "-round")
        .distinct("claim_id")
        .select_related("task__domain")
    )
    return {last.claim_id: last for last in rounds if last.outcome == Verdict.RETURNED}
