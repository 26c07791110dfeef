from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from domain.pages import render_page
from members.http import MemberHttpRequest, in_domain
from repertoire import rendering, shelves
from repertoire.models import Entry


@require_safe
@in_domain
def show(request: MemberHttpRequest) -> HttpResponse:
    """A name several entries go by: what each of them means by it."""
    name = " ".join(request.GET.get("name", "").replace("\x00", "").split())[:120]
    named = rendering.lexicon_of(request.domain).named(name)
    living = Entry.objects.visible_to(request.user).living()
    entries = sorted(
        living.filter(domain=request.domain, pk__in=named),
        key=lambda entry: named.index(entry.pk),
    )
    if not entries:
        raise Http404
    if len(entries) == 1:
        # Settled since the page with the mark was made.
        return redirect(entries[0])
    for entry in entries:
        entry.domain = request.domain
    return render_page(
        request,
        "repertoire/choice.html",
        {"name": name, "entries": entries, "shelf_names": shelves.NAMES},
        pieces=("term_card",),
    )
