"""Tokens as their owner sees them: which there are, and a new one, shown once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers, patch_cache_control

from cop.people.forms import TokenForm
from members.models import Member, Token

#: The first call somebody makes with a new token: tasks this member could claim now.
FIRST_CALL: Final = "/api/v1/communities/{slug}/tasks?show=me"


@dataclass(frozen=True, slots=True)
class Shown:
    """A token that was just made, and what opens it: told this once."""

    token: Token
    secret: str
    #: A call that can be pasted into a terminal; empty where the owner is nowhere yet.
    call: str


def of(owner: Member, *, at: datetime) -> QuerySet[Token]:
    """Return the tokens of somebody that are in force, the newest first."""
    return (
        Token.objects.live(at=at)
        .filter(member=owner)
        .select_related("domain")
        .order_by("-created_at", "-pk")
    )


def form_for(owner: Member, data: object = None) -> TokenForm:
    """Return the form for one more token, of the communities its owner is in."""
    places = owner.memberships.present().select_related("domain")
    domains = [place.domain for place in places.order_by("domain__name", "pk")]
    return TokenForm(data, domains=domains, auto_id="token_%s")


def shown(token: Token, secret: str) -> Shown:
    place = token.member.memberships.present().select_related("domain").first()
    domain = token.domain or (place.domain if place else None)
    address = domain and settings.SITE_URL + FIRST_CALL.format(slug=domain.slug)
    call = f'curl -H "Authorization: Bearer {secret}" "{address}"' if address else ""
    return Shown(token, secret, call)


def kept_by_nobody(response: HttpResponse) -> HttpResponse:
    """Have no browser or proxy keep a page that shows a secret."""
    add_never_cache_headers(response)
    patch_cache_control(response, no_store=True)
    return response
