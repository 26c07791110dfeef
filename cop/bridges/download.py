"""Downloading: the folder of a repertoire, packed while it is sent."""

import zipfile
from collections.abc import AsyncIterator, Iterator
from io import RawIOBase
from typing import cast

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cop.bridges.repertoire import folder, pages
from domain.models import Domain
from members.http import MemberHttpRequest, in_domain
from repertoire.models import Entry

#: A reader waits minutes for more, and an operator has a command for it.
MOST_ENTRIES = 20_000
#: Bytes packed before they are sent on.
A_PIECE = 64 * 1024
#: Every file says the same day: the same repertoire packs into the same bytes.
NO_DAY = (1980, 1, 1, 0, 0, 0)


@require_safe
@in_domain
def repertoire(request: MemberHttpRequest) -> HttpResponse:
    """Everything whoever may read the community can read of its repertoire, as files."""
    domain = request.domain
    entries = Entry.objects.visible_to(request.user).filter(domain=domain)
    if entries[: MOST_ENTRIES + 1].count() > MOST_ENTRIES:
        messages.warning(
            request,
            _("This is too much for one download. Ask whoever runs this site for it."),
        )
        return redirect("repertoire:index", domain.slug)
    pieces = _packed(domain)
    response = StreamingHttpResponse(
        # A server of the other sort would gather all of it before it sends any.
        _one_by_one(pieces) if isinstance(request, ASGIRequest) else pieces,
        content_type="application/zip",
    )
    name = f"{domain.slug}-repertoire.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    # Django streams through a class of its own, which is as good a response.
    return cast("HttpResponse", response)


class _Wrapped(RawIOBase):
    """Where the archive is written to, and taken from while it grows."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        taken = bytes(cast("bytes", piece))
        self._waiting.append(taken)
        self.size += len(taken)
        return len(taken)

    def taken(self) -> bytes:
        pieces, self._waiting, self.size = self._waiting, [], 0
        return b"".join(pieces)


def _packed(domain: Domain) -> Iterator[bytes]:
    wrapped = _Wrapped()
    with zipfile.ZipFile(wrapped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in folder.files(domain):
            file = zipfile.ZipInfo(f"{domain.slug}-repertoire/{name}", NO_DAY)
            # Pictures are packed already.
            is_picture = pages.picture_name(name) is not None
            file.compress_type = (
                zipfile.ZIP_STORED if is_picture else zipfile.ZIP_DEFLATED
            )
            file.external_attr = 0o644 << 16
            archive.writestr(file, content)
            if wrapped.size >= A_PIECE:
                yield wrapped.taken()
    yield wrapped.taken()


async def _one_by_one(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(lambda: next(pieces, b""))
    while piece := await following():
        yield piece
