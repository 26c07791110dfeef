"""Where a position lies on the map of people, and what lies within reach from it."""

from domain.centrality import Zone
from members.position.rules import DEFAULT, Rules


def radius(position: float, zone: int, *, rules: Rules = DEFAULT) -> float:
    """Return how far inside their zone's ring somebody stands: 0 outer edge, 1 inner.

    Linear in the position between the cut where the zone ends on the way out and the
    cut where the next begins. Who stands beyond either, because the other zone has a
    gate that is not about the number, is shown at the edge. The innermost ring ends at
    ``rules.map_centre``.
    """
    outer = rules.cut(zone).leave
    inner = rules.map_centre
    if zone < Zone.CORE:
        inner = rules.cut(zone + 1).enter
    return min(max((position - outer) / (inner - outer), 0.0), 1.0)


def is_ready(
    position: float, zone: int, *, recognisers: int, rules: Rules = DEFAULT
) -> bool:
    """Whether one task of the next zone is within reach by the position alone.

    Within 0.5 of its cut, and for active work one full recogniser at least.
    """
    if zone >= Zone.CORE:
        return False
    near = position >= rules.cut(zone + 1).enter - rules.ready_within
    return near and (zone + 1 < Zone.ACTIVE or recognisers > 0)
