from datetime import timedelta

import pytest

from domain.centrality import Zone
from domain.refusal import Refused
from members import founding
from members.models import OrganizerAct, Participation
from tests.makers import NOON, make_agent, make_full, make_member, make_membership

pytestmark = pytest.mark.django_db

UNASKED = "Walk down to the river and write down what they see."


def found(**given):
    return founding.found(
        **{
            "member": make_member(),
            "name": "River Watch",
            "concern": "We measure the river.",
            "stakes": "Nobody would know.",
            "served": "Everyone downstream.",
            "unprompted": UNASKED,
            "areas": ["Sampling", "Data", "sampling"],
            "at": NOON,
            **given,
        }
    )


def test_a_founder_organizes_and_is_full_for_half_a_year():
    founder = found()

    assert founder.is_organizer
    assert founder.zone == Zone.ACTIVE
    assert founder.is_provisional
    assert founder.founder_until == NOON + timedelta(days=180)
    assert founder.stakes.get().sentence == UNASKED


def test_areas_are_drawn_in_their_order_and_once_each():
    domain = found().domain

    areas = domain.areas.order_by("place").values_list("name", "slug", "place")
    assert list(areas) == [("Sampling", "sampling", 0), ("Data", "data", 1)]


def test_a_name_taken_gives_another_address():
    first, second = found().domain, found().domain

    assert (first.slug, second.slug) == ("river-watch", "river-watch-2")


def test_a_name_without_latin_letters_has_an_address_too():
    assert found(name="河").domain.slug == "community"


@pytest.mark.parametrize("said", ["", "Rivers", "rivers rivers rivers rivers rivers"])
def test_without_a_concern_there_is_no_domain(said):
    with pytest.raises(Refused) as refused:
        found(unprompted=said)

    assert refused.value.refusal.code == "no_concern"


def test_agents_start_no_communities():
    with pytest.raises(Refused) as refused:
        found(member=make_agent())

    assert refused.value.refusal.code == "agents_do_not"


def test_starting_is_in_the_ledger_and_in_the_organizers_log():
    founder = found()

    assert Participation.objects.get(giver=founder).kind == "joined"
    assert OrganizerAct.objects.get(organizer=founder).reason == UNASKED


def test_a_founder_may_be_named_and_renewed():
    organizer = make_full(is_organizer=True)
    other = make_membership(domain=organizer.domain)
    later = NOON + timedelta(days=170)

    founding.name_founder(membership=other, organizer=organizer, reason="…", at=NOON)
    renewed = founding.name_founder(membership=other, organizer=organizer, at=later)

    assert (renewed.zone, renewed.zone_since) == (Zone.ACTIVE, NOON)
    assert renewed.founder_until == later + founding.FOUNDER_WINDOW
    assert OrganizerAct.objects.filter(about=other).count() == 2


def test_only_an_organizer_names_founders_and_never_an_agent():
    organizer = make_full(is_organizer=True)
    agent = make_membership(domain=organizer.domain, member=make_agent())

    with pytest.raises(Refused) as not_organizing:
        founding.name_founder(membership=organizer, organizer=agent, at=NOON)
    with pytest.raises(Refused) as an_agent:
        founding.name_founder(membership=agent, organizer=organizer, at=NOON)

    assert not_organizing.value.refusal.code == "organizers_only"
    assert an_agent.value.refusal.code == "agents_do_not"
