from datetime import timedelta

import pytest

from domain.centrality import Zone
from domain.refusal import Refused
from members import founding, positioning, ruling
from members.models import OrganizerAct, Ruling
from tests.makers import NOON, make_domain, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def organizer():
    return make_membership(domain=make_domain(), is_organizer=True)


@pytest.fixture
def veteran(organizer):
    return make_membership(domain=organizer.domain)


def test_an_endorsed_member_stands_there_for_half_a_year(organizer, veteran):
    ruling.endorse(
        membership=veteran,
        organizer=organizer,
        zone=Zone.ACTIVE,
        reason="Ten years at the other river.",
        at=NOON,
    )

    positioning.reposition_all(at=NOON)
    veteran.refresh_from_db()
    endorsed = veteran.zone
    positioning.reposition_all(at=NOON + timedelta(days=181))
    veteran.refresh_from_db()

    assert endorsed == Zone.ACTIVE
    assert veteran.zone == Zone.PERIPHERY
    assert OrganizerAct.objects.get(about=veteran).reason.startswith("Ten years")


def test_a_later_ruling_takes_the_place_of_an_earlier_one(organizer, veteran):
    given = {"membership": veteran, "organizer": organizer, "reason": "Why not."}
    ruling.endorse(**given, zone=Zone.CORE, at=NOON)
    ruling.hold_back(**given, zone=Zone.INBOUND, at=NOON + timedelta(days=9))

    first, second = Ruling.objects.order_by("begins_at")
    assert first.ends_at == second.begins_at
    assert (second.at_least, second.at_most) == (Zone.PERIPHERY, Zone.INBOUND)


@pytest.mark.parametrize(
    ("who", "reason", "code"),
    [
        ("organizer", "I am good.", "own_position"),
        ("veteran", " ", "no_reason"),
    ],
)
def test_organizers_need_a_reason_and_do_not_rule_about_themselves(
    organizer, veteran, who, reason, code
):
    people = {"organizer": organizer, "veteran": veteran}

    with pytest.raises(Refused) as refused:
        ruling.endorse(
            membership=people[who],
            organizer=organizer,
            zone=Zone.ACTIVE,
            reason=reason,
            at=NOON,
        )

    assert refused.value.refusal.code == code


def test_only_organizers_rule(organizer, veteran):
    with pytest.raises(Refused):
        ruling.hold_back(
            membership=organizer,
            organizer=veteran,
            zone=Zone.PERIPHERY,
            reason="No.",
            at=NOON,
        )

    assert not Ruling.objects.exists()


def test_renewing_a_founder_keeps_the_first_term(organizer, veteran):
    given = {"membership": veteran, "organizer": organizer}
    founding.name_founder(**given, at=NOON)
    founding.name_founder(**given, at=NOON + timedelta(days=170))

    terms = Ruling.objects.order_by("begins_at")

    assert [term.begins_at for term in terms] == [NOON, NOON + timedelta(days=170)]
    assert {term.at_least for term in terms} == {Zone.ACTIVE}
