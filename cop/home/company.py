"""Company: who walks with a member and whom they walk in, as their front pages say."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from domain.questions import Given, question
from members.models import Companion, Membership
from tasks import stuck
from tasks.stuck import Whereabouts


@dataclass(frozen=True, slots=True)
class Company:
    #: Offers that wait for the member's own answer.
    asked: list[Companion]
    #: Whoever walks with the member.
    guides: list[Companion]
    #: Where those are whom the member walks in.
    walked: list[Whereabouts]

    def __bool__(self) -> bool:
        return bool(self.asked or self.guides or self.walked)


def of(own: Membership, *, at: datetime) -> Company:
    bonds = _open_bonds.ask(who=own.pk)
    for bond in bonds:
        bond.newcomer.domain = bond.peer.domain = own.domain
    begun = [bond for bond in bonds if bond.is_begun]
    near = Companion.Bond.COMPANION
    return Company(
        asked=[b for b in bonds if not b.is_begun and not b.said_yes(own)],
        guides=[b for b in begun if b.newcomer_id == own.pk],
        walked=stuck.of(
            [b.newcomer for b in begun if b.peer_id == own.pk and b.bond == near],
            reader=own,
            at=at,
        ),
    )


@question
def _open_bonds() -> QuerySet[Companion]:
    return (
        Companion.objects.open()
        .filter(Q(newcomer=Given("who")) | Q(peer=Given("who")))
        .select_related("newcomer", "peer")
        .order_by("offered_at", "pk")
    )
