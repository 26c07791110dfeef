"""Who may see a community's health: its organizers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _

from members.http import MemberHttpRequest, in_domain

View = Callable[..., HttpResponse]


def is_organizer(request: MemberHttpRequest) -> bool:
    return request.membership is not None and request.membership.is_organizer


def for_organizers(view: View) -> View:
    """The page names tasks and people: it is for organizers only."""

    @in_domain
    @wraps(view)
    def inside(request: MemberHttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_organizer(request):
            raise _not_theirs(request)
        return view(request, *args, **kwargs)

    return inside


def _not_theirs(request: MemberHttpRequest) -> PermissionDenied:
    """That a community has its health read is no secret; what is read may be one."""
    return PermissionDenied(
        _(
            "How %(community)s is doing is read by its organizers. It names people and "
            "their work, so it is open to nobody else."
        )
        % {"community": request.domain.name}
    )
