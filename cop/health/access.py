"""Who may see a community's health: its organizers, or everybody where it is shared."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from members.http import MemberHttpRequest, in_domain

View = Callable[..., HttpResponse]


def is_organizer(request: MemberHttpRequest) -> bool:
    return request.membership is not None and request.membership.is_organizer


def with_health(view: View) -> View:
    """The page exists for organizers, and for readers of a community that shares it."""

    @in_domain
    @wraps(view)
    def inside(request: MemberHttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (is_organizer(request) or request.domain.health_is_public):
            raise Http404
        return view(request, *args, **kwargs)

    return inside


def for_organizers(view: View) -> View:
    """The page names tasks and people: it exists for organizers only."""

    @in_domain
    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_organizer(request):  # type: ignore[arg-type]
            raise Http404
        return view(request, *args, **kwargs)

    return inside
