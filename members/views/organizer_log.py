"""Everything organizers did here, newest first."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from domain.pages import render_page
from members.http import OwnHttpRequest, as_organizer
from members.models import OrganizerAct

PAGE = 50


@require_safe
@as_organizer
def show(request: OwnHttpRequest) -> HttpResponse:
    acts = (
        OrganizerAct.objects.filter(domain=request.domain)
        .select_related("organizer", "about")
        .order_by("-at", "-pk")
    )
    page = Paginator(acts, PAGE).get_page(request.GET.get("page"))
    return render_page(
        request, "members/organizer_log.html", {"section": "log", "page": page}
    )
