"""What programs themselves call: to announce themselves, and to get and renew grants."""

from http import HTTPStatus
from typing import Any, Final

from allauth.idp.oidc.internal.resources import get_resources
from allauth.idp.oidc.views import ClientRegistrationView
from allauth.idp.oidc.views import TokenView as AllauthTokenView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from cop.oauth.adapter import GRANT_TYPES
from members import granting
from members.models import Scope

#: All the site keeps of what a program says of itself.
_KEPT: Final = ("client_name", "redirect_uris", "grant_types", "response_types")


class TokenView(AllauthTokenView):  # type: ignore[misc]
    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("grant_type") not in GRANT_TYPES:
            return _wrong("unsupported_grant_type")
        try:
            get_resources(request)
        except ValidationError:
            return _wrong("invalid_target")
        with transaction.atomic():
            granting.one_at_a_time(
                request.POST.get("code") or request.POST.get("refresh_token", "")
            )
            answer: HttpResponse = super().post(request)
            # What is refused has used nothing up.
            transaction.set_rollback(answer.status_code >= HTTPStatus.BAD_REQUEST)
        return answer


class RegistrationView(ClientRegistrationView):  # type: ignore[misc]
    def _get_client_metadata(self) -> dict[str, Any] | None:
        """What a program says of itself, and what it is given whatever it says."""
        said = super()._get_client_metadata()
        if not said:
            return said  # type: ignore[no-any-return]
        return {
            **{name: said[name] for name in _KEPT if name in said},
            "token_endpoint_auth_method": "none",
            "scope": " ".join(Scope.values),
        }


def _wrong(error: str) -> HttpResponse:
    return JsonResponse({"error": error}, status=HTTPStatus.BAD_REQUEST)


token = TokenView.as_view()
register = RegistrationView.as_view()
