from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from domain.pages import render_page
from members.http import in_domain
from repertoire import shelves, uses
from repertoire.http import EntryHttpRequest, of_entry
from repertoire.models import EntryLink

A_PAGE = 30


@require_safe
@in_domain
@of_entry
def show(request: EntryHttpRequest) -> HttpResponse:
    entry = request.entry
    page = Paginator(uses.latest(entry, reader=request.membership), A_PAGE).get_page(
        request.GET.get("page")
    )
    for citation in page.object_list:
        citation.task.domain = request.domain
    return render_page(
        request,
        "repertoire/uses.html",
        {
            "entry": entry,
            "shelf_name": shelves.NAMES[entry.shelf],
            "summary": uses.summary_of(entry),
            "page": page,
            "entries": _entries(request),
        },
    )


def _entries(request: EntryHttpRequest) -> list[EntryLink]:
    links = list(uses.entries_using(request.entry, limit=A_PAGE))
    for link in links:
        link.source.domain = request.domain
    return links
