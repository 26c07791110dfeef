"""Who carries the reviews, whether they agree, and how long work waits for them."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop.health.access import for_organizers
from cop.health.load import load_of
from domain.pages import render_page
from members.http import MemberHttpRequest
from tasks import agreement, waits
from tasks.models import Rereading, Skip

#: Older ones have been talked about.
MOST_SKIPS = 10


@require_safe
@for_organizers
def show(request: MemberHttpRequest) -> HttpResponse:
    domain, now = request.domain, timezone.now()
    waited = waits.waits_of(domain, at=now)
    return render_page(
        request,
        "health/reviews.html",
        {
            "load": load_of(domain, at=now),
            "agreement": agreement.of_pairs(agreement.pairs_of(domain, at=now)),
            "fewest_pairs": agreement.FEWEST_PAIRS,
            "again": Rereading.objects.filter(submission__task__domain=domain)
            .unsent()
            .count(),
            "wait": waited.expected(),
            "skips": list(
                Skip.objects.filter(submission__task__domain=domain)
                .select_related("membership__domain", "submission__task__domain")
                .order_by("-skipped_at", "-pk")[:MOST_SKIPS]
            ),
        },
    )
