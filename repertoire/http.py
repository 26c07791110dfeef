"""Which entry a request is about."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from domain.questions import Given, question
from members.http import MemberHttpRequest
from members.models import Membership
from members.names import more_than_a_name
from repertoire import addresses
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
        if entry is None or entry.current is None:
            moved = addresses.moved_from(
                Entry.objects.visible_to(request.user).filter(domain=request.domain),
                Entry.SHELVES[shelf],
                slug,
                instead_of=entry,
            )
            if moved is not None and request.method in ("GET", "HEAD"):
                return _sent_on(request, moved, kwargs)
            if entry is None:
                raise Http404
        # The request's own domain, so that no page asks for it twice.
        entry.domain = request.domain
        about = cast("EntryHttpRequest", request)
        about.entry = entry
        return view(about, *args, **kwargs)

    return inside


def _sent_on(
    request: MemberHttpRequest, to: Entry, more: dict[str, Any]
) -> HttpResponse:
    """The same page of the entry, under its address of today; for good.

    Browsers keep that for an hour and not for ever: a name may be given anew.
    """
    match, to.domain = request.resolver_match, request.domain
    name = match.view_name if match else "repertoire:entry"
    at = {"community": to.domain.slug, "shelf": to.shelf, "slug": to.slug, **more}
    query = request.META.get("QUERY_STRING", "")
    address = reverse(name, kwargs=at) + (f"?{query}" if query else "")
    response = HttpResponsePermanentRedirect(address)
    patch_cache_control(response, private=True, max_age=3600)
    return response
