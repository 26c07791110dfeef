from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from domain.pages import render_page
from members.http import in_domain
from repertoire import difference, legitimacy, shelves
from repertoire.http import EntryHttpRequest, of_entry


@require_safe
@in_domain
@of_entry
def show(request: EntryHttpRequest, a: int, b: int) -> HttpResponse:
    entry = request.entry
    found = entry.revisions.living().filter(number__in={a, b}).select_related("author")
    numbered = {revision.number: revision for revision in found}
    if a not in numbered or b not in numbered or a > b:
        raise Http404
    old, new = numbered[a], numbered[b]
    return render_page(
        request,
        "repertoire/diff.html",
        {
            "entry": entry,
            "shelf_name": shelves.NAMES[entry.shelf],
            "old": old,
            "new": new,
            "is_inline": request.GET.get("view") == "inline",
            "title_rows": difference.compare(old.title, new.title)
            if old.title != new.title
            else (),
            "meaning_rows": difference.compare(old.meaning, new.meaning)
            if old.meaning != new.meaning
            else (),
            "rows": list(difference.folded(difference.compare(old.body, new.body))),
            "newest": entry.current.number if entry.current else b,
            "may_edit": not legitimacy.refusal_to_revise(
                entry=entry, membership=request.membership
            ),
        },
        pieces=("comparison",),
    )
