"""All that carries one member's position, line by line, and what was taken back.

For the member, for whoever answers for them, and for organizers: the lines are other
people's words about somebody, and where one is wrong this is where it is said.
"""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop.people import grounds, reasons
from cop.people.views.profile import runs
from domain.pages import render_page
from members.http import OwnHttpRequest, as_member
from members.models import Membership, Participation, Voiding

PAGE = 50


@require_safe
@as_member
def show(request: OwnHttpRequest, handle: str) -> HttpResponse:
    reader, at = request.membership, timezone.now()
    who = get_object_or_404(
        Membership.objects.select_related("domain", "member"),
        domain=request.domain,
        handle=handle,
    )
    is_self = reader.pk == who.pk
    if not (is_self or reader.is_organizer or runs(reader, who)):
        raise Http404
    _rulings, _practised, _run, explained = reasons.read(who, at=at)
    rows = grounds.each_line(explained)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    grounds.tell(shown, domain=request.domain)
    return render_page(
        request,
        "people/reasons.html",
        {
            "who": who,
            "is_self": is_self,
            "page": page,
            "rows": shown,
            "people": grounds.by_person(explained, domain=request.domain)
            if page.number == 1
            else (),
            "voided": _voided(who) if page.number == 1 else (),
        },
    )


def _voided(who: Membership) -> list[Voiding]:
    """Lines about somebody that organizers took back, the latest first."""
    gained = Q(line__receiver=who, line__channel=Participation.Channel.WORK) | Q(
        line__giver=who, line__channel=Participation.Channel.STEWARDSHIP
    )
    return list(
        Voiding.objects.filter(gained)
        .select_related("line__giver", "line__receiver", "organizer")
        .order_by("-at", "-pk")[:PAGE]
    )
