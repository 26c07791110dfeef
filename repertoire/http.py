"""Which entry a request is about."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from domain.questions import Given, question
from members.http import MemberHttpRequest
from members.models import Membership
from members.names import more_than_a_name
from repertoire.models import Entry


class EntryHttpRequest(MemberHttpRequest):
    """A request about one entry of the community's repertoire."""

    entry: Entry


class OwnEntryHttpRequest(EntryHttpRequest):
    """The same, by a member."""

    membership: Membership


@question
def _entry_called(is_signed_in: bool, kind: Entry.Kind) -> QuerySet[Entry]:
    return (
        Entry.objects.visible_to(Given("reader") if is_signed_in else None)
        .filter(domain=Given("domain"), kind=kind, slug=Given("slug"))
        .select_related("area", "current__author", "confirmed_by")
        .defer(*more_than_a_name("current__author", "confirmed_by"))
    )


def of_entry(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Put the entry on the request; a reader of an old address is sent to the new one."""

    @wraps(view)
    def inside(
        request: MemberHttpRequest, shelf: str, slug: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        reader = request.user.pk
        entry = _entry_called.first(
            reader is not None,
            Entry.SHELVES[shelf],
            reader=reader,
            domain=request.domain.pk,
            slug=slug,
        )
        if entry is None:
            moved = (
                Entry.objects.visible_to(request.user)
                .filter(domain=request.domain, kind=Entry.SHELVES[shelf])
                .filter(former_slugs__contains=[slug])
                .first()
            )
            if moved is None or request.method not in ("GET", "HEAD"):
                raise Http404
            return redirect(moved)
        # The request's own domain, so that no page asks for it twice.
        entry.domain = request.domain
        about = cast("EntryHttpRequest", request)
        about.entry = entry
        return view(about, *args, **kwargs)

    return inside
