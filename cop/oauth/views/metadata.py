"""Where programs read how they get a grant here (RFC 8414), and for what (RFC 9728)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cop.oauth.adapter import GRANT_TYPES
from cop.programs import resources
from members.models import Scope


@require_safe
def server(_request: HttpRequest) -> HttpResponse:
    return _told(
        {
            "issuer": resources.address(""),
            "authorization_endpoint": _address("authorization"),
            "token_endpoint": _address("token"),
            "registration_endpoint": _address("client_registration"),
            "revocation_endpoint": _address("revoke"),
            "scopes_supported": Scope.values,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": list(GRANT_TYPES),
            "token_endpoint_auth_methods_supported": ["none"],
            "revocation_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


@require_safe
def resource(_request: HttpRequest, door: str) -> HttpResponse:
    return _told(
        {
            "resource": resources.address(door),
            "authorization_servers": [resources.address("")],
            "scopes_supported": Scope.values,
            "bearer_methods_supported": ["header"],
        }
    )


def _address(name: str) -> str:
    return resources.address(reverse(f"idp:oidc:{name}"))


def _told(data: dict[str, Any]) -> HttpResponse:
    # For everybody to read, from any page: it says nothing of anybody.
    return JsonResponse(data, headers={"Access-Control-Allow-Origin": "*"})
