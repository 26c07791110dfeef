"""How a page, or one piece of it, reaches the reader."""

from typing import Any, Protocol, cast

from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.template.backends.utils import csrf_input, csrf_token_lazy
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django_htmx.middleware import HtmxDetails
from jinja2 import Template


class HtmxHttpRequest(HttpRequest):
    htmx: HtmxDetails


class Shown(Protocol):
    """A picture as it is kept."""

    @property
    def file(self) -> File[Any]: ...
    @property
    def media_type(self) -> str: ...


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    pieces: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """Render the whole page, or the one of its ``pieces`` that htmx came for.

    A piece has one name: the block in the template, the id in the page and the
    htmx target are the same word. No other block can be asked for.
    """
    pages = cast("Jinja2", engines["jinja2"])
    context = {**context, "request": request}
    for processor in pages.template_context_processors:
        context = {**processor(request), **context}
    context = {
        **context,
        # Masked once a page: anew for each form it is much of what a long list costs.
        "csrf_input": SimpleLazyObject(lambda: csrf_input(request)),
        "csrf_token": csrf_token_lazy(request),
    }
    target = _asked_for(request)
    if target in pieces:
        html = _piece(pages.env.get_template(template), target, context)
    else:
        html = pages.env.get_template(template).render(context)
    response = HttpResponse(html, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _piece(page: Template, name: str, context: dict[str, Any]) -> str:
    within = page.new_context(context)
    # A block sees what its page imports and sets at the top only once that has run:
    # run the page as far as its first word.
    next(page.root_render_func(within), None)
    return page.environment.concat(page.blocks[name](within))


def _asked_for(request: HttpRequest) -> str | None:
    htmx = cast("HtmxHttpRequest", request).htmx
    # After Back, htmx asks for what it once swapped; the reader needs the whole page.
    return htmx.target if htmx and not htmx.history_restore_request else None


def picture(shown: Shown) -> HttpResponse:
    """A picture to whoever the door let in; nothing but a picture."""
    try:
        content = shown.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, content_type=shown.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400"
    # Django streams files through a class of its own, which is as good a response.
    return cast("HttpResponse", response)
