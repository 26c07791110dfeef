import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Window
from django.db.models.functions import Lower, RowNumber
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe
from markupsafe import Markup

from domain.pages import render_page
from members.http import MemberHttpRequest, in_domain
from members.names import more_than_a_name
from repertoire import rendering, shelves
from repertoire.models import Entry
from repertoire.models.entry import EntryQuerySet

#: More in one piece is neither read nor printed; a part has as many.
A_PART = 50
#: Characters of Markdown a part may render: some seconds' work.
MOST_CHARACTERS = 400_000

_OWN_LINK = re.compile(r'href="([^"#?]+)"')


@dataclass(frozen=True, slots=True)
class Chapter:
    """An entry in the book; without its text where the part would be too long."""

    entry: Entry
    anchor: str
    html: Markup | None


@require_safe
@in_domain
def show(request: MemberHttpRequest, shelf: str | None = None) -> HttpResponse:
    """The whole repertoire to read through or to print, or where its parts are."""
    living = Entry.objects.visible_to(request.user).filter(domain=request.domain)
    living = living.living().order_by(Lower("title"), "pk")
    counts = _counts(living)
    context: dict[str, Any] = {"counts": counts, "shelf": shelf}
    total = sum(count for _shelf, _name, count in counts)
    if shelf is None and total > A_PART:
        return _page(request, {**context, "parts": _parts(living, total)})
    if shelf is None:
        page, entries = None, list(_to_read(living))
    else:
        page = _part(request, living.filter(kind=Entry.SHELVES[shelf]))
        entries = list(page.object_list)
    chapters = _chapters(request, entries)
    on_shelves = [
        (one, name, [chapter for chapter in chapters if chapter.entry.shelf == one])
        for one, name, _count in counts
    ]
    on_shelves = [one for one in on_shelves if one[2]]
    return _page(request, {**context, "page": page, "shelves": on_shelves})


def _page(request: MemberHttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render_page(request, "repertoire/book.html", context)


def _counts(living: EntryQuerySet) -> list[tuple[str, Any, int]]:
    counted = living.order_by().values_list("kind").annotate(number=Count("pk"))
    numbers = dict(counted)
    return [
        (shelf, name, numbers.get(Entry.SHELVES[shelf], 0))
        for shelf, name in shelves.NAMES.items()
    ]


def _parts(living: EntryQuerySet, total: int) -> dict[str, list[tuple[int, str]]]:
    """By shelf, each part's number and the entry it begins with."""
    place = Window(
        RowNumber(), partition_by="kind", order_by=[Lower("title").asc(), F("pk").asc()]
    )
    firsts = living.annotate(place=place).filter(place__in=range(1, total + 1, A_PART))
    parts: dict[str, list[tuple[int, str]]] = {}
    for entry in firsts.only("kind", "title").order_by("place"):
        known = parts.setdefault(entry.shelf, [])
        known.append((len(known) + 1, entry.title))
    return parts


def _part(request: MemberHttpRequest, living: EntryQuerySet) -> Page[Entry]:
    paginator = Paginator(_to_read(living), A_PART)
    if not paginator.count:
        raise Http404
    return paginator.get_page(request.GET.get("page"))


def _to_read(living: EntryQuerySet) -> EntryQuerySet:
    return living.select_related("area", "current__author").defer(
        *more_than_a_name("current__author")
    )


def _chapters(request: MemberHttpRequest, entries: Sequence[Entry]) -> list[Chapter]:
    reader = rendering.reader_of(request.domain)
    texts = {entry.pk: entry.current.body for entry in entries if entry.current}
    reader.look_up(*texts.values())
    anchors: dict[str, str] = {}
    for entry in entries:
        entry.domain = request.domain
        anchors[entry.get_absolute_url()] = f"{entry.shelf}-{entry.slug}"
    chapters, left = [], MOST_CHARACTERS
    for entry in entries:
        anchor = anchors[entry.get_absolute_url()]
        text, html = texts[entry.pk], None
        left -= len(text)
        if left >= 0:
            html = reader.render(
                text,
                prefix=f"entry{entry.pk}",
                known=[f"{entry.shelf}/{entry.slug}"],
                below_heading=3,
            ).html
            html = _within(html, anchors)
        chapters.append(Chapter(entry, anchor, html))
    return chapters


def _within(html: Markup, anchors: dict[str, str]) -> Markup:
    """Let links to what stands in the same part lead there, on paper as on screen."""
    return Markup(  # noqa: S704 - only addresses of ours are put in place of others
        _OWN_LINK.sub(
            lambda link: (
                f'href="#{anchors[link[1]]}"' if link[1] in anchors else link[0]
            ),
            str(html),
        )
    )
