"""Feeds: what changed in the repertoire, for whoever reads by a feed reader.

A feed reader has no session: a community that only members can read has feeds for who
is signed in in a browser, and for nobody else. There are no addresses with a secret in
them, which would be read by whoever they are passed on to.
"""

from collections.abc import Iterable
from hashlib import blake2s

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed, get_tag_uri
from django.utils.html import format_html
from django.utils.http import http_date
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from domain.models import Domain
from members.http import MemberHttpRequest, in_domain
from members.names import more_than_a_name
from repertoire import shelves
from repertoire.models import Entry, Revision
from repertoire.models.entry import came_at

#: What a reader that asks once a day can miss only in a community of hundreds.
MOST = 50


@require_safe
@in_domain
def changes(request: MemberHttpRequest, shelf: str | None = None) -> HttpResponse:
    """The latest versions of living entries, of one shelf or of all."""
    entries = Entry.objects.visible_to(request.user).filter(domain=request.domain)
    if shelf:
        entries = entries.filter(kind=Entry.SHELVES[shelf])
    # Whatever is among the latest versions is of an entry among the latest changed.
    latest = entries.living().lately_changed_first()[:MOST]
    versions = _latest_versions(latest)
    changed_at = versions[0].live_at if versions else request.domain.founded_at
    etag = _etag(request, versions)
    response = get_conditional_response(
        request, etag=etag, last_modified=int(changed_at.timestamp())
    ) or HttpResponse(
        _atom(request, shelf, versions), content_type=Atom1Feed.content_type
    )
    response["ETag"], response["Last-Modified"] = (
        etag,
        http_date(changed_at.timestamp()),
    )
    is_private = request.domain.visibility == Domain.Visibility.MEMBERS
    patch_cache_control(
        response, **{"private": True} if is_private else {"max_age": 300}
    )
    return response


def _latest_versions(entries: Iterable[Entry]) -> list[Revision]:
    by_pk = {entry.pk: entry for entry in entries}
    versions = (
        Revision.objects.living()
        .filter(entry__in=by_pk)
        .annotate(came_at=came_at())
        .select_related("author")
        .defer("body", *more_than_a_name("author"))
        .order_by("-came_at", "-pk")
    )
    if len(by_pk) == MOST:
        # As many are later than this at least: older ones need not be looked at.
        since = min(entry.changed_at for entry in by_pk.values())
        versions = versions.filter(came_at__gte=since)
    found = list(versions[:MOST])
    for version in found:
        version.entry = by_pk[version.entry_id]
    return found


def _etag(request: MemberHttpRequest, versions: Iterable[Revision]) -> str:
    """Names as they are now, too: an entry that moved is linked to where it is."""
    said = [request.domain.name, request.build_absolute_uri()]
    said += [f"{one.pk} {one.entry.kind} {one.entry.slug}" for one in versions]
    return f'"{blake2s("/".join(said).encode(), digest_size=16).hexdigest()}"'


def _atom(
    request: MemberHttpRequest, shelf: str | None, versions: Iterable[Revision]
) -> str:
    domain = request.domain
    index = reverse("repertoire:index", args=[domain.slug])
    here = request.build_absolute_uri(request.path)
    words = {"name": domain.name, "shelf": shelves.NAMES[shelf] if shelf else ""}
    feed = Atom1Feed(
        title=_("%(shelf)s of %(name)s: what changed") % words
        if shelf
        else _("The repertoire of %(name)s: what changed") % words,
        link=request.build_absolute_uri(f"{index}?kind={shelf}" if shelf else index),
        description="",
        subtitle=domain.concern,
        language=get_language(),
        feed_url=here,
        feed_guid=get_tag_uri(f"{settings.SITE_URL}{request.path}", domain.founded_at),
    )
    for version in versions:
        path = _path_of(version, domain)
        feed.add_item(
            title=version.title,
            link=request.build_absolute_uri(path),
            description=_summary(version),
            author_name=version.author.name,
            pubdate=version.live_at,
            updateddate=version.live_at,
            unique_id=_tag_of(version, domain),
            categories=[str(shelves.NAMES[version.entry.shelf])],
        )
    return str(feed.writeString("utf-8"))


def _path_of(version: Revision, domain: Domain) -> str:
    """Where a version is to be read: what it changed, or what it was the first to say."""
    number, entry = version.number or 0, version.entry
    at = [domain.slug, entry.shelf, entry.slug]
    if number > 1:
        return reverse("repertoire:diff", args=[*at, number - 1, number])
    return reverse("repertoire:entry", args=at)


def _tag_of(version: Revision, domain: Domain) -> str:
    """A name no other version has, and that stays when the entry goes by another."""
    index = reverse("repertoire:index", args=[domain.slug])
    return get_tag_uri(f"{settings.SITE_URL}{index}{version.pk}", version.written_at)


def _summary(version: Revision) -> SafeString:
    """Why, and what it says in short: as HTML, in which nothing typed is markup."""
    number = version.number or 0
    what = _("Version %(number)d") % {"number": number} if number > 1 else _("New")
    why = f"{what}: {version.why}" if version.why else what
    return format_html("<p>{}</p><p>{}</p>", why, version.meaning)
