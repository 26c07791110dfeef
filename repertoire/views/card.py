from django.http import HttpResponse
from django.views.decorators.http import require_safe

from domain.pages import render_page
from members.http import MemberHttpRequest, in_domain
from repertoire import shelves, uses
from repertoire.http import EntryHttpRequest, of_entry
from repertoire.models import Entry


@require_safe
@in_domain
@of_entry
def show(request: EntryHttpRequest) -> HttpResponse:
    return page(request, request.entry)


def page(request: MemberHttpRequest, entry: Entry) -> HttpResponse:
    """What a term means, heard in practice: a page, and the card over its links."""
    return render_page(
        request,
        "repertoire/card.html",
        {
            "entry": entry,
            "shelf_name": shelves.NAMES[entry.shelf],
            "heard": uses.heard(entry, reader=request.membership, limit=1),
            "summary": uses.summary_of(entry),
        },
        pieces=("term_card",),
    )
