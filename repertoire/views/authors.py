from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from domain.pages import render_page
from members.http import in_domain
from members.models import Membership
from members.names import more_than_a_name
from repertoire import shelves
from repertoire.authors import authorship_of
from repertoire.authorship import Paragraph
from repertoire.http import EntryHttpRequest, of_entry
from repertoire.models import Revision


@dataclass(frozen=True, slots=True)
class Stretch:
    """Paragraphs after each other that the same versions made what they are."""

    text: str
    written: Revision
    mended: list[Revision]


@require_safe
@in_domain
@of_entry
def show(request: EntryHttpRequest) -> HttpResponse:
    entry = request.entry
    versions = list(
        entry.revisions.living()
        .select_related("author")
        .defer("meaning", "body", *more_than_a_name("author"))
        .order_by("number")
    )
    if not versions:
        raise Http404
    found = authorship_of(entry, latest=versions[-1])
    people = {version.author_id: version.author for version in versions}
    return render_page(
        request,
        "repertoire/authors.html",
        {
            "entry": entry,
            "shelf_name": shelves.NAMES[entry.shelf],
            "meaning": _stretch([found.meaning], versions) if found.meaning else None,
            "stretches": [
                _stretch(list(same), versions)
                for _versions, same in groupby(
                    found.paragraphs, key=lambda p: (p.written, p.mended)
                )
            ],
            "shares": _shares(found.shares, people),
        },
    )


def _stretch(paragraphs: list[Paragraph], versions: list[Revision]) -> Stretch:
    first = paragraphs[0]
    return Stretch(
        "\n\n".join(paragraph.text for paragraph in paragraphs),
        versions[first.written],
        [versions[n] for n in first.mended],
    )


def _shares(
    shares: Mapping[int, float], people: dict[int, Membership]
) -> list[tuple[Membership, float]]:
    """Whoever has a word in the living text, with what share of it; the most first."""
    return [
        (people[author], share)
        for author, share in sorted(shares.items(), key=lambda of: (-of[1], of[0]))
    ]
