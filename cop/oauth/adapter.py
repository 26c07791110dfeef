"""What allauth asks the site: who grants, which scopes there are, whom it registers."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cop.programs import resources
from members.models import Member, Scope

#: Letters as they stand in an address. Programs' addresses are kept one a line, and a
#: line break in one would be a second address that nobody looked at.
_PLAIN: Final = re.compile(r"[\x21-\x7e]{1,500}")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_MOST_ADDRESSES: Final = 10
GRANT_TYPES: Final = ("authorization_code", "refresh_token")


class OAuthAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    scope_display = {scope.value: scope.label for scope in Scope}

    def get_issuer(self) -> str:
        return settings.SITE_URL

    def get_user_by_sub(self, client: Any, sub: str) -> Member | None:
        """The agent a code was made for, unless it was stopped meanwhile."""
        member = super().get_user_by_sub(client, sub)
        if not isinstance(member, Member) or member.sponsor is None:
            return None
        runs = member.sponsor.is_active and member.agent.stopped_at is None
        return member if runs else None

    def validate_client_registration(
        self, *, client: Any, client_metadata: dict[str, Any], **_more: Any
    ) -> None:
        """Take in programs that send people back to themselves and ask for a code."""
        if set(client.get_grant_types()) - {*GRANT_TYPES}:
            raise ValidationError("Only authorization_code and refresh_token.")
        if client.get_response_types() != ["code"]:
            raise ValidationError("Only the response type “code”.")
        addresses = client_metadata["redirect_uris"]
        if len(addresses) > _MOST_ADDRESSES or not all(map(_leads_back, addresses)):
            raise ValidationError(
                "Each redirect URI is https, or http to this machine; no fragments."
            )
        if not client.name:
            client.name = urlsplit(addresses[0]).hostname

    def validate_resource_uris(self, *, uris: list[str], **_more: Any) -> None:
        if not resources.are_ours(uris):
            raise ValidationError(_("That is no resource of this site."))


def _leads_back(address: str) -> bool:
    if not _PLAIN.fullmatch(address) or "*" in address:
        return False
    try:
        parts = urlsplit(address)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    if not is_whole or "#" in address or parts.username or parts.password:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in _LOOPBACK
    )
