"""Where organizers find what members dispute: open ones first, then what was answered."""

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from domain.pages import render_page
from members.http import OwnHttpRequest, as_organizer
from members.models import Dispute

PAGE = 50


@require_safe
@as_organizer
def show(request: OwnHttpRequest) -> HttpResponse:
    disputes = (
        Dispute.objects.filter(line__domain=request.domain)
        .select_related("line__giver", "line__receiver", "membership", "answered_by")
        .order_by(F("answered_at").desc(nulls_first=True), "raised_at", "pk")
    )
    page = Paginator(disputes, PAGE).get_page(request.GET.get("page"))
    return render_page(
        request, "people/disputes.html", {"section": "disputes", "page": page}
    )
