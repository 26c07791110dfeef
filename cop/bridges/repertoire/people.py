"""People: who wrote what, as files name them and as members of a community.

Whoever is a member is named by their handle here. Whoever came in with a repertoire
keeps the address they had where they came from, so that taken along again they are the
same person still.
"""

from collections.abc import Iterable
from datetime import datetime

from cop.bridges import importing
from cop.bridges.models import Identity
from cop.bridges.repertoire.pages import NOWHERE, Person
from domain.models import Domain
from members.models import Member, Membership


class People:
    """The members of a community under the names files give them."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        kept = Identity.objects.filter(domain=domain, known_as__endswith=NOWHERE)
        #: By membership; of several addresses the first in the alphabet.
        self._addresses: dict[int, str] = dict(
            kept.order_by("-known_as").values_list("membership", "known_as")
        )

    def named(self, membership: Membership) -> Person:
        name = " ".join(membership.name.split())
        known_as = self._addresses.get(membership.pk)
        own = f"{membership.handle}@{self.domain.slug}{NOWHERE}"
        return Person(name or membership.handle, known_as or own)


def membership_ids(
    *, domain: Domain, people: Iterable[tuple[Person, datetime]]
) -> dict[str, int]:
    """Give everybody a membership, with when they are first heard of; by address.

    Members of this community come home under their handle. Others are known from
    their files alone, until somebody says they are them: as in any imported history.
    """
    firsts: dict[str, tuple[Person, datetime]] = {}
    for person, at in people:
        first = firsts.get(person.address, (person, at))
        firsts[person.address] = (person, min(at, first[1]))
    found = dict(
        Identity.objects.filter(domain=domain, known_as__in=firsts).values_list(
            "known_as", "membership"
        )
    )
    home = {
        person.handle: address
        for address, (person, _at) in firsts.items()
        if person.home == domain.slug and address not in found
    }
    at_home = domain.memberships.filter(handle__in=home).values_list("handle", "pk")
    found |= {home[handle]: pk for handle, pk in at_home}
    new = [known for address, known in firsts.items() if address not in found]
    return found | _let_in(domain, new)


def _let_in(domain: Domain, new: list[tuple[Person, datetime]]) -> dict[str, int]:
    if not new:
        return {}
    # Handles are given out under the domain's lock, here as in joining.
    Domain.objects.select_for_update(no_key=True).get(pk=domain.pk)
    handles = importing.free_handles(domain, [person.handle for person, _at in new])
    memberships = Membership.objects.bulk_create(
        [
            Membership(
                domain=domain,
                kind=Member.Kind.HUMAN,
                handle=handle,
                name=person.name,
                joined_at=at,
                zone_since=at,
            )
            for (person, at), handle in zip(new, handles, strict=True)
        ],
        batch_size=1_000,
    )
    Identity.objects.bulk_create(
        [
            Identity(domain=domain, known_as=person.address, membership=membership)
            for (person, _at), membership in zip(new, memberships, strict=True)
        ],
        batch_size=1_000,
    )
    return {
        person.address: membership.pk
        for (person, _at), membership in zip(new, memberships, strict=True)
    }
