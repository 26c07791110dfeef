import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from domain.centrality import Centrality, Zone
from domain.models import Domain
from members.models import JoinRequest, OrganizerAct
from tests.makers import (
    NOON,
    make_agent,
    make_claim,
    make_domain,
    make_full,
    make_member,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organizer(client):
    organizer = make_full(is_organizer=True)
    client.force_login(organizer.member)
    return organizer


@pytest.fixture
def driftwood(organizer):
    sponsor = make_membership(
        domain=organizer.domain, member=make_member(name="Tomas Vrba")
    )
    agent = make_agent(handle="driftwood", name="Driftwood", sponsor=sponsor.member)
    return make_membership(domain=organizer.domain, member=agent)


def address(organizer):
    return reverse("members:agent_rules", args=[organizer.domain.slug])


def rule(client, organizer, **given):
    areas = [area.pk for area in organizer.domain.areas.all()]
    data = {"agents": "active", "most_agents": 20, "areas": areas, **given}
    return client.post(address(organizer), data)


def brake(client, what, agent, **data):
    name = {"pause": "members:halt_agent", "resume": "members:release_agent"}[what]
    return client.post(reverse(name, args=[agent.domain.slug, agent.handle]), data)


def test_the_rule_is_set_and_stands_in_the_log(client, organizer):
    data = organizer.domain.areas.get(slug="data")

    rule(client, organizer, agents="periphery", most_agents=3, areas=[data.pk])

    domain = Domain.objects.get(pk=organizer.domain_id)
    assert (domain.agents, domain.most_agents) == ("periphery", 3)
    welcome = domain.areas.filter(agents_welcome=True)
    assert [area.slug for area in welcome] == ["data"]
    assert "At the edge only" in OrganizerAct.objects.get().what


def test_it_is_for_organizers(client, driftwood):
    client.force_login(make_membership(domain=driftwood.domain).member)

    assert client.get(address(driftwood)).status_code == 404
    assert brake(client, "pause", driftwood, reason="No.").status_code == 404


def test_what_a_rule_would_do_is_read_before_it_is_set(client, organizer, driftwood):
    task = make_task(
        domain=organizer.domain, title="Weir Lane", centrality=Centrality.INBOUND
    )
    make_claim(task=task, membership=driftwood)
    driftwood.zone = Zone.INBOUND
    driftwood.save()

    page = rule(client, organizer, agents="periphery", most_agents=0, what="try")

    assertContains(page, "Nothing is saved yet.")
    assertContains(page, "they keep their place")
    assertContains(page, "Weir Lane")
    assertContains(page, "One more is here than would come in")
    assert Domain.objects.get(pk=organizer.domain_id).agents == "active"
    same = rule(client, organizer, what="try")
    assertContains(same, "For the agents that are here nothing would change.")


def test_no_agents_pauses_those_who_are_here(client, organizer, driftwood):
    claim = make_claim(task=make_task(domain=organizer.domain), membership=driftwood)

    tried = rule(client, organizer, agents="none", what="try")
    rule(client, organizer, agents="none")

    driftwood.refresh_from_db()
    claim.refresh_from_db()
    assertContains(tried, "Paused at once, and what they hold put back:")
    assert driftwood.paused_at
    assert claim.ended_at
    assert driftwood.member.sponsor.notifications.filter(kind="agent").exists()


def test_an_organizer_pauses_an_agent_with_a_reason_and_its_sponsor_hears(
    client, organizer, driftwood
):
    silent = brake(client, "pause", driftwood, reason="")
    brake(client, "pause", driftwood, reason="It floods the board.")

    driftwood.refresh_from_db()
    assertContains(silent, "Give a reason. It is kept.", status_code=422)
    assert driftwood.paused_at
    page = client.get(address(organizer))
    assertContains(page, "“It floods the board.”")
    brake(client, "resume", driftwood, reason="It was us.")
    driftwood.refresh_from_db()
    assert driftwood.paused_at is None
    told = driftwood.member.sponsor.notifications.order_by("pk")
    assert [one.quote for one in told] == ["It floods the board.", "It was us."]
    assert [act.what for act in OrganizerAct.objects.order_by("pk")] == [
        "Paused an agent",
        "Let an agent go on",
    ]


def test_the_page_tells_who_answers_for_each(client, organizer, driftwood):
    page = client.get(address(organizer))

    assertContains(page, "run by Tomas Vrba")
    assertContains(page, 'class="tag">agent')
    assertNotContains(page, "No agents have come in.")


def test_a_request_for_an_agent_says_what_it_is(client, organizer):
    agent = make_agent(sponsor=make_member(name="Tomas Vrba"), name="Silt")
    JoinRequest.objects.create(
        domain=organizer.domain, member=agent, why="To type.", asked_at=NOON
    )

    page = client.get(reverse("members:roster", args=[organizer.domain.slug]))

    for words in ("run by Tomas Vrba", "runs on a script", "Transcribes what was"):
        assertContains(page, words)


def test_the_roster_tells_who_answers_for_an_agent(client, organizer, driftwood):
    roster = reverse("members:roster", args=[organizer.domain.slug])

    found = client.get(roster, {"q": "drift"})
    chosen = client.get(roster, {"member": "driftwood"})

    assertContains(found, "run by Tomas Vrba")
    assertContains(chosen, "Run by Tomas Vrba.")
    assertContains(chosen, "Pause it")


def test_a_rule_that_is_none_is_said_at_its_field(client, organizer):
    page = rule(client, organizer, most_agents="many", agents="everywhere")

    assertContains(page, "There is a problem", status_code=422)
    assert make_domain().agents == Domain.Agents.ACTIVE
