from datetime import timedelta

import pytest

from domain.refusal import Refused
from members import organizing
from members.models import OrganizerAct
from tests.makers import NOON, make_agent, make_full, make_membership, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def organizer():
    return make_full(is_organizer=True)


def logged(organizer):
    acts = OrganizerAct.objects.filter(organizer=organizer).order_by("pk")
    return [(act.what, act.about, act.reason) for act in acts]


def test_what_the_community_says_of_itself_can_be_changed(organizer):
    domain = organizing.describe(
        organizer=organizer,
        name="Tamsel Watch",
        concern="c",
        stakes="s",
        served="w",
        visibility="members",
        joining="request",
        language="german",
        at=NOON,
    )

    domain.refresh_from_db()
    assert (domain.name, domain.visibility) == ("Tamsel Watch", "members")
    # Texts explain terms in their other endings.
    assert (domain.language, domain.vocabulary_version) == ("german", 2)
    assert logged(organizer) == [
        ("Changed what the community says of itself", None, "")
    ]


def test_zones_and_windows_are_the_communitys_own(organizer):
    names, promises = ["Bank", "Ford", "Stream", "Spring"], ["a", "b", "c", "d"]

    organizing.name_zones(organizer=organizer, names=names, promises=promises, at=NOON)
    organizing.set_windows(
        organizer=organizer,
        claim_window=timedelta(days=3),
        review_window=timedelta(minutes=90),
        hold_window=timedelta(minutes=10),
        at=NOON,
    )

    organizer.domain.refresh_from_db()
    assert organizer.domain.zone_name(4) == "Spring"
    assert organizer.domain.zone_promises == promises
    assert organizer.domain.claim_window == timedelta(days=3)


def test_areas_are_added_renamed_and_removed(organizer):
    area = organizing.add_area(organizer=organizer, name="Outreach", at=NOON)
    organizing.rename_area(organizer=organizer, area=area, name="Reaching", at=NOON)
    organizing.remove_area(organizer=organizer, area=area, at=NOON)

    assert set(organizer.domain.areas.values_list("name", flat=True)) == {
        "Sampling",
        "Data",
    }
    assert [what for what, _, _ in logged(organizer)] == [
        "Added the area Outreach",
        "Renamed the area Outreach to Reaching",
        "Removed the area Reaching",
    ]


def test_an_area_is_there_once(organizer):
    with pytest.raises(Refused) as refused:
        organizing.add_area(organizer=organizer, name="data", at=NOON)

    assert refused.value.refusal.code == "area_there"


def test_an_area_with_work_in_it_stays(organizer):
    task = make_task(domain=organizer.domain, raised_by=organizer)

    with pytest.raises(Refused) as refused:
        organizing.remove_area(organizer=organizer, area=task.area, at=NOON)

    assert refused.value.refusal.code == "area_in_use"
    assert logged(organizer) == []


def test_duties_are_given_and_taken_with_a_reason(organizer):
    other = make_membership(domain=organizer.domain)

    organizing.appoint(
        organizer=organizer, membership=other, reason="Knows us all.", at=NOON
    )
    organizing.dismiss(
        organizer=organizer, membership=other, reason="On leave.", at=NOON
    )

    other.refresh_from_db()
    assert not other.is_organizer
    assert logged(organizer) == [
        ("Made an organizer", other, "Knows us all."),
        ("No longer an organizer", other, "On leave."),
    ]


def test_agents_and_people_without_an_account_do_not_organize(organizer):
    agent = make_membership(domain=organizer.domain, member=make_agent())
    imported = make_membership(domain=organizer.domain)
    imported.member = None
    imported.save()

    for who, code in ((agent, "agents_do_not"), (imported, "no_account")):
        with pytest.raises(Refused) as refused:
            organizing.appoint(organizer=organizer, membership=who, at=NOON)
        assert refused.value.refusal.code == code


def test_the_last_organizer_stays_one(organizer):
    make_membership(domain=organizer.domain)

    with pytest.raises(Refused) as refused:
        organizing.dismiss(organizer=organizer, membership=organizer, at=NOON)

    assert refused.value.refusal.code == "last_organizer"


def test_somebody_may_be_put_out_for_a_reason(organizer):
    other = make_membership(domain=organizer.domain)

    organizing.remove(organizer=organizer, membership=other, reason="Threats.", at=NOON)

    other.refresh_from_db()
    assert other.left_at == NOON
    assert logged(organizer) == [("Put out of the community", other, "Threats.")]


def test_nobody_organizes_another_community(organizer):
    elsewhere = make_membership()

    for deed in (organizing.appoint, organizing.dismiss):
        with pytest.raises(Refused) as refused:
            deed(organizer=organizer, membership=elsewhere, at=NOON)
        assert refused.value.refusal.code == "elsewhere"


def test_members_without_the_duty_change_nothing():
    member = make_full()

    with pytest.raises(Refused) as refused:
        organizing.add_area(organizer=member, name="Outreach", at=NOON)

    assert refused.value.refusal.code == "organizers_only"
