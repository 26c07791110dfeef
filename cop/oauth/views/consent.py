"""Letting a program in: as which agent of one's own, and what it may do.

It never acts as the person who decides.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.internal.oauthlib.server import get_server
from allauth.idp.oidc.internal.oauthlib.utils import (
    convert_response,
    extract_params,
    get_validator_context,
)
from allauth.idp.oidc.internal.resources import get_resources
from allauth.idp.oidc.views import AuthorizationView
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.generic.edit import FormView
from oauthlib.oauth2.rfc6749 import errors

from cop.oauth.forms import ConsentForm
from cop.programs import resources
from domain.pages import render_page


class ConsentView(AuthorizationView):  # type: ignore[misc]
    form_class = ConsentForm
    template_name = "oauth/consent.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            asked_for = get_resources(request)
            server = get_server()
            self._scopes, self._request_info = server.validate_authorization_request(
                *extract_params(request)
            )
            if self._request_info.get("code_challenge_method") != "S256":
                raise errors.InvalidRequestError(
                    description="PKCE with S256 is required.",
                    request=self._request_info["request"],
                )
        except (errors.FatalClientError, ValidationError) as error:
            return _turned_away(request, error)
        except errors.OAuth2Error as error:
            return _back(error.in_uri(error.redirect_uri))
        # Said once, and then every door knows for which a grant was made.
        self._request_info["resources"] = asked_for or [
            resources.address(resources.MCP)
        ]
        # Always asked, whatever a program or an operator has set.
        return FormView.get(self, request, *args, **kwargs)

    def form_valid(self, form: ConsentForm) -> HttpResponse:
        info = {**self._request_info}
        get_validator_context().requested_resources = info.pop("resources")
        try:
            answer = get_server().create_authorization_response(
                *extract_params(self.request),
                scopes=form.cleaned_data["scopes"],
                credentials={**info, "user": form.cleaned_data["agent"]},
            )
        except errors.FatalClientError as error:
            return _turned_away(self.request, error)
        return convert_response(*answer)  # type: ignore[no-any-return]

    def form_invalid(self, form: ConsentForm) -> HttpResponse:
        page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        page.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return page

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = urlsplit(self._request_info["redirect_uri"])
        return {
            **super().get_context_data(**kwargs),
            "leads_to": back.netloc,
            "is_on_this_machine": back.scheme == "http",
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        response = super().render_to_response(context, **kwargs)
        # The answer to the form leads back to the program, which browsers hold against
        # the policy of the page the form is on.
        back = urlsplit(self._request_info["redirect_uri"])
        allowed = {"form-action": [f"{back.scheme}://{back.netloc}"]}
        response._csp_update = allowed  # noqa: SLF001 - as its own decorator has it
        return response


def _back(address: str) -> HttpResponse:
    return HttpResponse(status=HTTPStatus.FOUND, headers={"Location": address})


def _turned_away(
    request: HttpRequest, error: errors.OAuth2Error | ValidationError
) -> HttpResponse:
    """Say it here: where the program wants people sent is not to be trusted."""
    said = (
        error.messages[0]
        if isinstance(error, ValidationError)
        else error.description or error.error
    )
    return render_page(
        request, "oauth/turned_away.html", {"said": said}, status=HTTPStatus.BAD_REQUEST
    )


show = ConsentView.as_view()
