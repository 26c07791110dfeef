"""All somebody's narration here: how they went about their work, as they wrote it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from domain.pages import render_page
from members.http import MemberHttpRequest, in_domain
from members.models import Membership
from repertoire import rendering
from tasks.models import LogEntry

PAGE = 50


@require_safe
@in_domain
def show(request: MemberHttpRequest, handle: str) -> HttpResponse:
    who = get_object_or_404(Membership, domain=request.domain, handle=handle)
    notes = (
        LogEntry.objects.filter(author=who)
        .select_related("task", "about__author")
        .order_by("-written_at", "-pk")
    )
    page = Paginator(notes, PAGE).get_page(request.GET.get("page"))
    reader = rendering.reader_of(request.domain)
    return render_page(
        request,
        "people/log.html",
        {
            "who": who,
            "page": page,
            "notes": [
                (note, reader.markdown(note.body, prefix=f"note-{note.pk}"))
                for note in page
            ],
        },
    )
