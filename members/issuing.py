"""Issuing: tokens, by which programs act as a member."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from domain.models import Domain
from domain.refusal import Refused
from members import legitimacy_of_agents
from members.models import Member, Token

#: So that a token found in a log or a repository can be told for what it is.
MARK: Final = "cop"
LASTS: Final = timedelta(days=90)
LONGEST: Final = timedelta(days=366)
#: The old one goes on for so long after it is replaced, and nothing stands still.
OVERLAP: Final = timedelta(hours=24)
#: Use is noted to the minute: every call must not cost a write.
NOTED_EVERY: Final = timedelta(minutes=1)


@transaction.atomic
def issue(
    *,
    member: Member,
    by: Member,
    name: str,
    scopes: Sequence[str],
    at: datetime,
    lasts: timedelta = LASTS,
    domain: Domain | None = None,
) -> tuple[Token, str]:
    """Make a token and return it with what opens it, told this once."""
    # Locked: two at once must not come to more tokens than there may be.
    member = (
        Member.objects.select_for_update(of=("self",), no_key=True)
        .select_related("agent")
        .get(pk=member.pk)
    )
    refusal = legitimacy_of_agents.refusal_to_issue(
        member=member, by=by, scopes=list(scopes), at=at
    )
    if refusal:
        raise Refused(refusal)
    return _made(
        member, name, scopes, domain, expires_at=at + min(lasts, LONGEST), at=at
    )


@transaction.atomic
def rotate(*, token: Token, by: Member, at: datetime) -> tuple[Token, str]:
    """Make a token like this one; the old one goes on for a day, and then ends."""
    old = Token.objects.select_for_update().select_related("member").get(pk=token.pk)
    if old.revoked_at is not None or old.expires_at <= at:
        raise Refused(legitimacy_of_agents.not_in_force())
    Token.objects.filter(pk=old.pk).update(expires_at=min(old.expires_at, at + OVERLAP))
    refusal = legitimacy_of_agents.refusal_to_issue(
        member=old.member, by=by, scopes=old.scopes, at=at + OVERLAP
    )
    if refusal:
        raise Refused(refusal)
    lasted = old.expires_at - old.created_at
    return _made(
        old.member, old.name, old.scopes, old.domain, expires_at=at + lasted, at=at
    )


@transaction.atomic
def revoke(*, token: Token, by: Member, at: datetime) -> None:
    """Make a token open nothing any more."""
    if by.pk not in (token.member_id, token.member.sponsor_id):
        raise Refused(legitimacy_of_agents.not_yours())
    Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)


def opened_by(shown: str, *, at: datetime) -> Token | None:
    """Return the token in force that was shown, and note that it was used."""
    mark, _, rest = shown.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != MARK or not secret:
        return None
    token = (
        Token.objects.live(at=at)
        .filter(prefix=prefix)
        .select_related("member__agent", "member__sponsor")
        .first()
    )
    if token is None or not hmac.compare_digest(token.token_hash, _hash(shown)):
        return None
    if token.last_used_at is None or at - token.last_used_at > NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


def _made(
    member: Member,
    name: str,
    scopes: Sequence[str],
    domain: Domain | None,
    *,
    expires_at: datetime,
    at: datetime,
) -> tuple[Token, str]:
    prefix = secrets.token_hex(4)
    shown = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        member=member,
        domain=domain,
        name=name,
        prefix=prefix,
        token_hash=_hash(shown),
        scopes=list(scopes),
        created_at=at,
        expires_at=expires_at,
    )
    return token, shown


def _hash(shown: str) -> str:
    # What is hashed holds 256 bits of chance: nobody guesses it, and no salt is needed.
    return hashlib.sha256(shown.encode()).hexdigest()
