"""Members who mostly recognise each other, for organizers to know."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from domain.models import Domain
from domain.pages import render_page
from members.http import OwnHttpRequest, as_organizer
from members.models import Membership, Reckoning


@require_safe
@as_organizer
def show(request: OwnHttpRequest) -> HttpResponse:
    return render_page(
        request,
        "members/circles.html",
        {"section": "circles", "circles": _circles(request.domain)},
    )


def _circles(domain: Domain) -> list[dict[str, Any]]:
    """The rings of the positions in force, with their members by name."""
    reckoning = Reckoning.objects.current().filter(domain=domain).first()
    rings = reckoning.rings if reckoning else []
    met = {who for ring in rings for who in ring["members"]}
    people = Membership.objects.filter(domain=domain).in_bulk(met)
    for who in people.values():
        who.domain = domain
    return [
        {
            "members": sorted(
                (people[who] for who in ring["members"] if who in people),
                key=lambda who: (who.name, who.pk),
            ),
            "lines": ring["lines"],
            "share": round(100 * ring["share"]),
        }
        for ring in rings
    ]
