"""What a reader narrows a community's people down to, as it stands in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q

from cop.people import paths
from domain.centrality import Zone
from domain.models import Area
from members.http import MemberHttpRequest
from members.models import Membership
from members.models.membership import MembershipQuerySet


@dataclass(frozen=True, slots=True)
class Filters:
    areas: Sequence[Area]
    area: Area | None
    moved: bool
    zone: int | None

    @classmethod
    def asked_for(cls, request: MemberHttpRequest) -> "Filters":
        areas = list(request.domain.areas.order_by("place", "pk"))
        wanted, zone = request.GET.get("area", ""), request.GET.get("zone", "")
        return cls(
            areas=areas,
            area=next((area for area in areas if area.slug == wanted), None),
            moved=bool(request.GET.get("moved")),
            zone=int(zone) if zone in {str(one.value) for one in Zone} else None,
        )

    @property
    def is_any(self) -> bool:
        return bool(self.area or self.moved or self.zone)

    def query(self, **more: object) -> str:
        """The address's query for these filters and something besides."""
        given: dict[str, object] = {
            "area": self.area.slug if self.area else "",
            "moved": "90d" if self.moved else "",
            "zone": self.zone or "",
            **more,
        }
        return urlencode({name: value for name, value in given.items() if value})

    def narrow(
        self, people: MembershipQuerySet, *, reader: Membership | None, at: datetime
    ) -> MembershipQuerySet:
        found = people
        if self.area:
            working = Membership.areas.through.objects.filter(area_id=self.area.pk)
            found = found.filter(
                Q(main_area=self.area)
                | Q(main_area=None, pk__in=working.values("membership"))
            )
        if self.moved:
            found = found.showing_their_path_to(reader).moved_inward_since(
                at - paths.LATELY
            )
        return found.filter(zone=self.zone) if self.zone else found
