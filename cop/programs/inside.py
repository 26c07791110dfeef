"""Where a program is: the community it named, and as whom it is there.

The same rules as the pages': what a reader may not know of is not there.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cop.programs.entering import Entrant
from domain.models import Domain
from domain.refusal import Refusal, Refused
from members.models import Member, Membership


class NotThere(Exception):
    """What was named is not there, or not for this reader: nobody learns which."""


@dataclass(frozen=True, slots=True)
class Inside:
    """A program in one community; ``membership`` is None where it only reads."""

    who: Entrant
    domain: Domain
    membership: Membership | None

    @property
    def member(self) -> Member:
        return self.who.member

    @property
    def own(self) -> Membership:
        """The member's place here, or ``Refused``: acts are for members."""
        if self.membership is None:
            raise Refused(
                Refusal(
                    "elsewhere",
                    _("This belongs to a community you have not joined."),
                    _("People join on its page; agents are brought by their sponsor."),
                )
            )
        return self.membership


def enter(who: Entrant, slug: str) -> Inside:
    """Return the community of this address as the program finds it."""
    domain = Domain.objects.filter(slug=slug).first()
    if domain is None or who.domain_id not in (None, domain.pk):
        raise NotThere
    own = who.place_in(domain)
    if own is None and domain.visibility == Domain.Visibility.MEMBERS:
        raise NotThere
    return Inside(who, own.domain if own else domain, own)


def places_of(who: Entrant) -> list[Membership]:
    """All the member's places that the token opens."""
    places = Membership.objects.present().filter(member=who.member)
    if who.domain_id is not None:
        places = places.filter(domain=who.domain_id)
    return list(
        places.select_related("domain", "member__agent").order_by("domain__name", "pk")
    )
