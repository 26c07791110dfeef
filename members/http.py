"""Which community a request is in, and as whom."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, cast, overload

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

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


@overload
def typed_into(view: View) -> View: ...
@overload
def typed_into(*, page: str) -> Callable[[View], View]: ...
def typed_into(
    view: View | None = None, *, page: str = ""
) -> View | Callable[[View], View]:
    """A form people type much into: what is sent by somebody who was signed out, or has
    left, meanwhile is in it again once they are back. Stands above ``as_member``.

    ``page`` names the page the form is on, where that is another than it is sent to;
    its address takes the same arguments.
    """
    if view is None:
        return partial(_typed_into, page=page)
    return _typed_into(view, page)


def _typed_into(view: View, page: str) -> View:
    @wraps(view)
    def inside(
        request: HttpRequest, community: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if request.method != "POST" or enter(request, community).membership:
            return view(request, community, *args, **kwargs)
        is_kept = _set_aside(request, page)
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
        return redirect_to_login(_address_of(request, page))

    inside.page_typed_into = page  # type: ignore[attr-defined]
    return inside


def opened_before(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form is sent with the token of a sign-in that is over, or with none.

    If it names the hand of whoever sends it, which no other site knows, what they
    typed is in the form again. Nothing is done until they send that.
    """
    page = getattr(
        request.resolver_match and request.resolver_match.func, "page_typed_into", None
    )
    is_own = drafting.writer(request.POST.get("hand", "")) == request.user.pk
    if page is None or not is_own or not _set_aside(request, page):
        return csrf_failure(request, reason)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    messages.info(
        request,
        _(
            "You have signed in anew since you opened this form, and nothing was sent."
            " What you typed is in it again: send it once more."
        ),
    )
    return redirect(_address_of(request, page))


def _set_aside(request: HttpRequest, page: str) -> bool:
    return drafting.set_aside(
        session=request.session,
        path=_address_of(request, page),
        typed=request.POST,
        hand=request.POST.get("hand", ""),
    )


def _address_of(request: HttpRequest, page: str) -> str:
    match = request.resolver_match
    if not page or match is None:
        return request.get_full_path()
    return reverse(page, kwargs=match.kwargs)


def as_organizer(view: View) -> View:
    """The page is for organizers; for everybody else it does not exist."""

    @wraps(view)
    def inside(request: OwnHttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.membership.is_organizer:
            raise Http404
        return view(request, *args, **kwargs)

    return as_member(inside)
