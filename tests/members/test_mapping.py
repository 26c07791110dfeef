import pytest

from domain.centrality import Zone
from members import mapping
from members.map_layout import PLACES
from members.models import Membership
from tests.makers import make_core, make_domain, make_membership

pytestmark = pytest.mark.django_db


def test_everybody_gets_a_spot_within_the_ring_of_their_zone():
    domain = make_domain()
    newcomer, core = make_membership(domain=domain), make_core(domain=domain)

    assert mapping.lay_out(domain=domain) == 2

    for membership in (newcomer, core):
        membership.refresh_from_db()
        inner, outer = PLACES[membership.zone]
        distance = (membership.map_x**2 + membership.map_y**2) ** 0.5
        assert inner - 0.1 <= distance <= outer + 0.1


def test_a_map_laid_out_again_stays_as_it_is():
    domain = make_domain()
    for _ in range(12):
        make_membership(domain=domain)
    mapping.lay_out(domain=domain)

    assert mapping.lay_out(domain=domain) == 0


def test_somebody_who_moved_leaves_the_others_in_their_places():
    domain = make_domain()
    people = [make_membership(domain=domain) for _ in range(6)]
    mapping.lay_out(domain=domain)
    Membership.objects.filter(pk=people[0].pk).update(zone=Zone.INBOUND, position=3.0)

    moved = mapping.lay_out(domain=domain)

    assert 1 <= moved <= 2


def test_those_who_left_need_no_spot():
    domain = make_domain()
    gone = make_membership(domain=domain)
    Membership.objects.filter(pk=gone.pk).update(left_at=gone.joined_at)

    assert mapping.lay_out(domain=domain) == 0
