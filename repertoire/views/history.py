from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from domain.pages import render_page
from members.http import in_domain
from repertoire import shelves
from repertoire.http import EntryHttpRequest, of_entry

A_PAGE = 50


@require_safe
@in_domain
@of_entry
def show(request: EntryHttpRequest) -> HttpResponse:
    entry = request.entry
    picked = [request.GET.get(name, "") for name in ("a", "b")]
    if all(number.isascii() and number.isdecimal() for number in picked):
        a, b = sorted(int(number) for number in picked)
        return redirect(
            "repertoire:diff", request.domain.slug, entry.shelf, entry.slug, a, b
        )
    versions = entry.revisions.living().select_related("author", "settled_by")
    proposals = entry.revisions.proposed().select_related("author")
    return render_page(
        request,
        "repertoire/history.html",
        {
            "entry": entry,
            "shelf_name": shelves.NAMES[entry.shelf],
            "page": Paginator(versions.newest_first(), A_PAGE).get_page(
                request.GET.get("page")
            ),
            "proposals": proposals.order_by("written_at", "pk"),
        },
    )
