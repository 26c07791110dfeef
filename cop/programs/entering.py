"""Entering: as whom a program comes in, by the token it shows, and what that opens."""

from dataclasses import dataclass
from datetime import datetime

from allauth.idp.oidc.models import Token as Grant
from django.utils.translation import gettext as _

from cop.programs import resources
from domain.models import Domain
from domain.refusal import Refusal
from members import issuing
from members.models import Member, Membership, Scope


@dataclass(frozen=True, slots=True)
class Entrant:
    """A member as one of their programs: what it may do, and where."""

    member: Member
    scopes: frozenset[str]
    #: The one community a token opens; None for all of the member's.
    domain_id: int | None
    #: What the token is called, in lists of calls.
    by: str

    @property
    def party_id(self) -> int:
        """Whose budget it is: a sponsor has one with all their agents."""
        return self.member.sponsor_id or self.member.pk

    def place_in(self, domain: Domain) -> Membership | None:
        """Return the member's place in a community this token opens."""
        if self.domain_id not in (None, domain.pk):
            return None
        return (
            Membership.objects.present()
            .filter(member=self.member, domain=domain)
            .select_related("domain", "member__agent")
            .first()
        )


def entrant(authorization: str, *, at: datetime, door: str = "") -> Entrant | Refusal:
    """Return as whom a header lets a program in, or why it does not.

    ``door`` is one of ``resources.DOORS``: a grant opens only what it was made for.
    """
    scheme, _space, shown = authorization.partition(" ")
    if scheme.lower() != "bearer" or not shown:
        return _unknown()
    found = _by_token(shown, at=at) or _by_grant(shown, door)
    return found if found is not None and _may_come(found.member) else _unknown()


def refusal_of_scope(who: Entrant, scope: Scope) -> Refusal | None:
    """Whether the token was not made for acts of this kind."""
    if scope in who.scopes:
        return None
    return Refusal(
        "scope",
        _("This token does not open that; it would need “%(scope)s”.")
        % {"scope": scope.value},
        _("Its owner makes another, for more."),
    )


def _by_token(shown: str, *, at: datetime) -> Entrant | None:
    token = issuing.opened_by(shown, at=at)
    if token is None:
        return None
    return Entrant(token.member, frozenset(token.scopes), token.domain_id, token.name)


def _by_grant(shown: str, door: str) -> Entrant | None:
    """What a person granted a client through the consent page, to an agent of theirs."""
    grant = Grant.objects.lookup(Grant.Type.ACCESS_TOKEN, shown)
    if grant is None or grant.user_id is None or grant.client is None:
        return None
    if not resources.opens(grant.get_resources(), door):
        return None
    member = Member.objects.select_related("agent", "sponsor").get(pk=grant.user_id)
    # No client acts as a person.
    if not member.is_agent:
        return None
    scopes = frozenset(grant.get_scopes()) & frozenset(Scope.values)
    return Entrant(member, scopes, None, grant.client.name)


def _may_come(member: Member) -> bool:
    """Suspended accounts do not, nor agents of suspended ones, nor stopped agents."""
    if not member.is_active:
        return False
    if not member.is_agent:
        return True
    sponsor = member.sponsor
    return bool(sponsor and sponsor.is_active and member.agent.stopped_at is None)


def _unknown() -> Refusal:
    # One answer for none, a wrong, an old and a revoked token: nobody learns which.
    return Refusal(
        "token",
        _("This needs a token that is in force."),
        _("Whoever answers for the program makes one under “Agents” or “Tokens”."),
    )
