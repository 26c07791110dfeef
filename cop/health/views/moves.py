"""Making a move: one button, one deed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cop.health import moving
from cop.health.access import for_organizers
from cop.health.models import Mode
from cop.health.moves.offer import Made
from domain.refusal import Refused
from members.http import OwnHttpRequest

#: Keys are shorter; so long a number is no key.
LONGEST_KEY = 19


@require_POST
@for_organizers
def make(request: OwnHttpRequest, pk: int) -> HttpResponse:
    """Make a move, or only what it is for one of the things it is about."""
    move = get_object_or_404(request.domain.moves, pk=pk)
    who, now = request.membership, timezone.now()
    only = request.POST.get("only", "")
    made = Made()
    try:
        if only.isdecimal() and len(only) < LONGEST_KEY:
            moving.make_one(move=move, about=int(only), membership=who, at=now)
        else:
            _move, made = moving.make(move=move, membership=who, at=now)
    except Refused as refused:
        said = f"{refused.refusal.sentence} {refused.refusal.opens}"
        messages.error(request, said.strip())
    else:
        messages.success(
            request,
            _("Done.")
            if only
            else _("Done. What came of it stands under Health in four weeks."),
        )
    for link in made.links:
        messages.info(
            request, _("Lets one person in, shown only now: %(link)s") % {"link": link}
        )
    if made.led_to and not made.links:
        return redirect(made.led_to)
    mode = request.POST.get("mode")
    if mode in Mode.values:
        return redirect("health:detector", request.domain.slug, mode)
    return redirect("health:health", request.domain.slug)
