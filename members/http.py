"""Which community a request is in, and as whom."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from domain.models import Domain
from domain.pages import HtmxHttpRequest
from domain.questions import Given, question
from members import drafting
from members.models import Member, Membership


class MemberHttpRequest(HtmxHttpRequest):
    """A request within a community; ``membership`` is None for a visitor."""

    user: Member
    domain: Domain
    membership: Membership | None


class OwnHttpRequest(MemberHttpRequest):
    """A request by somebody who belongs to the community."""

    membership: Membership


View = Callable[..., HttpResponse]


@question
def _memberships_of() -> QuerySet[Membership]:
    return (
        Membership.objects.present()
        .filter(member=Given("member"))
        .select_related("domain")
        .order_by("domain__name", "pk")
    )


def memberships_of(request: HttpRequest) -> list[Membership]:
    """The reader's memberships with their domains, asked for once a request."""
    kept = getattr(request, "memberships", None)
    if kept is None:
        member = request.user
        kept = _memberships_of.ask(member=member.pk) if member.is_authenticated else []
        request.memberships = kept  # type: ignore[attr-defined]
    return cast("list[Membership]", kept)


def enter(request: HttpRequest, slug: str) -> MemberHttpRequest:
    """Put the community and the reader's membership on the request."""
    inside = cast("MemberHttpRequest", request)
    inside.membership = next(
        (own for own in memberships_of(request) if own.domain.slug == slug), None
    )
    domain = (
        inside.membership.domain
        if inside.membership
        else _domain_called.first(slug=slug)
    )
    if domain is None:
        raise Http404
    inside.domain = domain
    return inside


@question
def _domain_called() -> QuerySet[Domain]:
    return Domain.objects.filter(slug=Given("slug"))


def in_domain(view: View) -> View:
    """The page belongs to a community the reader may read; else it does not exist."""

    @wraps(view)
    def inside(
        request: HttpRequest, community: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        entered = enter(request, community)
        if (
            entered.domain.visibility == Domain.Visibility.MEMBERS
            and entered.membership is None
        ):
            raise Http404
        return view(entered, *args, **kwargs)

    return inside


def as_member(view: View) -> View:
    """The page is for members: a visitor signs in, somebody signed in may join."""

    @wraps(view)
    def inside(
        request: HttpRequest, community: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        entered = enter(request, community)
        if entered.membership is not None:
            return view(entered, *args, **kwargs)
        if not request.user.is_authenticated:
            # What was posted cannot be repeated after signing in; the page it was
            # posted from can.
            back = (
                request.get_full_path()
                if request.method in ("GET", "HEAD")
                else entered.domain.get_absolute_url()
            )
            return redirect_to_login(back)
        messages.info(
            request,
            _("That is for members of %(community)s. Join first.")
            % {"community": entered.domain.name},
        )
        return redirect("members:join", entered.domain.slug)

    return inside


def typed_into(view: View) -> View:
    """A form people type much into: what is sent by somebody who was signed out, or has
    left, meanwhile is in it again once they are back. Stands above ``as_member``."""

    @wraps(view)
    def inside(
        request: HttpRequest, community: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if request.method != "POST" or enter(request, community).membership:
            return view(request, community, *args, **kwargs)
        is_kept = drafting.set_aside(
            session=request.session, path=request.path, typed=request.POST.dict()
        )
        if request.headers.get("HX-Request"):
            # The form stays where it is; the page says that it is not saved.
            return HttpResponse(status=401)
        if request.user.is_authenticated or not is_kept:
            return view(request, community, *args, **kwargs)
        messages.info(
            request,
            _(
                "You were signed out meanwhile. What you typed is kept: sign in, and it"
                " is in the form again."
            ),
        )
        return redirect_to_login(request.path)

    return inside


def as_organizer(view: View) -> View:
    """The page is for organizers; for everybody else it does not exist."""

    @wraps(view)
    def inside(request: OwnHttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.membership.is_organizer:
            raise Http404
        return view(request, *args, **kwargs)

    return as_member(inside)
