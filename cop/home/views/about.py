from django.http import HttpResponse
from django.views.decorators.http import require_safe

from cop.health import summary
from domain.pages import render_page
from members.http import MemberHttpRequest, in_domain
from members.position.rules import DEFAULT


@require_safe
@in_domain
def show(request: MemberHttpRequest) -> HttpResponse:
    return render_page(
        request,
        "home/about.html",
        {
            "rules": DEFAULT,
            "areas": request.domain.areas.order_by("place", "pk"),
            "summary": summary.shared(request.domain),
            "organizers": request.domain.memberships.organizers().order_by("name"),
        },
    )
