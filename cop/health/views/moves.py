"""Making a move: one button, one deed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cop.health import moving
from cop.health.access import for_organizers
from domain.refusal import Refused
from members.http import OwnHttpRequest


@require_POST
@for_organizers
def make(request: OwnHttpRequest, pk: int) -> HttpResponse:
    move = get_object_or_404(request.domain.moves, pk=pk)
    try:
        moving.make(move=move, membership=request.membership, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.refusal.sentence)
    else:
        messages.success(request, _("Done. What came of it stands here in four weeks."))
    return redirect("health:health", request.domain.slug)
