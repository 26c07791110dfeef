from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from domain.centrality import Zone
from domain.models import Domain
from members import positioning, ruling
from members.models import Membership, Participation
from members.participating import record
from members.position import amounts
from tests.makers import (
    make_agent,
    make_core,
    make_domain,
    make_entry,
    make_full,
    make_member,
    make_membership,
    make_reckoning,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db


def page_of(who):
    return reverse("members:profile", args=[who.domain.slug, who.handle])


def recognise(who, by, *, days_ago=5, title="Check the outliers", **given):
    number = Participation.objects.count()
    return record(
        **{
            "domain": who.domain,
            "kind": Participation.Kind.RECOGNISED,
            "channel": Participation.Channel.WORK,
            "giver": by,
            "receiver": who,
            "amount": amounts.work(centrality=1),
            "key": f"recognised:{number}",
            "item": f"work:{number}",
            "title": title,
            "centrality": 1,
            "at": timezone.now() - timedelta(days=days_ago),
            **given,
        }
    )


@pytest.fixture
def community():
    """Three founders who answer for others' work."""
    domain = make_domain()
    until = timezone.now() + timedelta(days=90)
    founders = [make_full(domain=domain, founder_until=until) for _ in range(3)]
    return domain, founders


def days_before(days):
    return timezone.now() - timedelta(days=days)


def position(domain):
    positioning.reposition(domain=domain, at=timezone.now(), everybody=True)


def test_what_others_recognised_stands_there_with_their_words(client):
    submission = make_submission()
    author = submission.author
    review = make_verdict(
        submission=submission, works="You kept the reading others throw away."
    )
    recognise(author, review.reviewer, title="July", item=f"submission:{submission.pk}")

    page = client.get(page_of(author))

    assertContains(page, "Competent as is")
    assertContains(page, "You kept the reading others throw away.")
    assertContains(page, f"recognised by {review.reviewer.name}")


def test_work_after_changes_and_with_help_is_called_so(client):
    author = make_membership()
    reader = make_full(domain=author.domain)
    recognise(author, reader, rounds=2)
    recognise(author, reader, accommodated=True)

    page = client.get(page_of(author))

    assertContains(page, "Competent after changes")
    assertContains(page, "In use, with help")


def test_what_was_taken_back_is_not_told(client):
    author = make_membership()
    reader = make_full(domain=author.domain)
    line = recognise(author, reader, title="Taken back")
    record(
        domain=author.domain,
        kind=Participation.Kind.COUNTERED,
        channel=Participation.Channel.WORK,
        giver=reader,
        receiver=author,
        amount=-line.amount,
        key="countered:1",
        item=line.item,
        at=timezone.now(),
    )

    assertNotContains(client.get(page_of(author)), "Taken back")


def test_a_newcomers_page_invites_a_hello_and_their_own_a_first_step(client):
    maya = make_membership(name="Maya Lindt")

    as_visitor = client.get(page_of(maya))
    client.force_login(maya.member)
    as_herself = client.get(page_of(maya))

    assertContains(
        as_visitor, "Maya has just arrived. Say hello by reviewing the first task."
    )
    assertContains(as_herself, "See your next step")
    assertContains(as_herself, "Who sees this")
    assertNotContains(as_herself, "View as table")


@pytest.mark.parametrize(
    ("sight", "seen_by"),
    [
        ("everyone", {"visitor", "member", "core", "organizer", "self"}),
        ("members", {"member", "core", "organizer", "self"}),
        ("core", {"core", "organizer", "self"}),
    ],
)
def test_a_path_is_seen_by_whom_its_member_chose(client, community, sight, seen_by):
    domain, founders = community
    who = make_membership(domain=domain, trajectory_sight=sight)
    for founder in founders:
        recognise(who, founder, days_ago=60)
    position(domain)
    readers = {
        "visitor": None,
        "member": make_membership(domain=domain),
        "core": make_core(domain=domain),
        "organizer": make_membership(domain=domain, is_organizer=True),
        "self": who,
    }
    saw = set()

    for name, reader in readers.items():
        if reader is None:
            client.logout()
        else:
            client.force_login(reader.member)
        page = client.get(page_of(who)).content.decode()
        shows = "View as table" in page
        assert shows == ("work asks for" in page)
        saw |= {name} if shows else set()

    assert saw == seen_by


def test_a_member_reads_why_they_stand_here_and_what_would_take_them_further(
    client, community
):
    domain, founders = community
    who = make_membership(domain=domain)
    for founder in founders:
        recognise(who, founder, title=f"Read by {founder.name}")
    make_task(domain=domain, title="Label the photos")
    position(domain)
    other = make_membership(domain=domain)

    client.force_login(who.member)
    own = client.get(page_of(who))
    client.force_login(other.member)
    others = client.get(page_of(who))

    assertContains(own, "What Inbound work asks for")
    assertContains(own, "It takes 11 recognised Periphery tasks")
    assertContains(own, "Opens Inbound work.")
    assertContains(own, "One entry taken into the repertoire")
    assertContains(own, "A step further in.")
    assertContains(own, "Label the photos")
    assertContains(own, "What carries this position")
    assertContains(own, f"Read by {founders[0].name}")
    assertContains(own, "still weighs 0.99 of a plain work, and was 1.00")
    assertContains(own, "The last quarter is at least as busy as the year.")
    assertContains(others, "What Inbound work asks for")
    assertNotContains(others, "What carries this position")
    assertNotContains(others, "of a plain work")


def test_what_is_over_a_year_old_is_told_as_faded(client, community):
    domain, founders = community
    who = make_membership(domain=domain)
    recognise(who, founders[0], days_ago=730, title="The first sheets")
    position(domain)
    client.force_login(who.member)

    page = client.get(page_of(who)).content.decode()

    faded = page.split("What has faded to less than half")[1]
    assert "The first sheets" in faded
    assert "still weighs 0.25 of a plain work, and was 1.00" in faded


def test_the_milestones_stand_on_the_path(client, community):
    domain, founders = community
    who = make_membership(domain=domain, zone=Zone.ACTIVE, joined_at=days_before(90))
    recognise(who, founders[0], days_ago=70, rounds=2)
    clean = recognise(who, founders[1], days_ago=50)
    newcomer = make_membership(domain=domain, name="Maya Lindt")
    for kind, days in (("reviewed", 30), ("mentored", 10)):
        record(
            domain=domain,
            kind=kind,
            channel=Participation.Channel.STEWARDSHIP,
            giver=who,
            receiver=newcomer,
            amount=1.0,
            key=kind,
            item=kind,
            title="Label the photos",
            at=days_before(days),
        )
    who.threshold_at = clean.occurred_at
    who.save()
    position(domain)
    client.force_login(who.member)

    page = client.get(page_of(who))

    for words in (
        "First task recognised",
        "First competent as is",
        "First review given",
        "First newcomer walked in",
    ):
        assertContains(page, f">{words}</text>")


def test_the_page_never_says_the_number(client, community):
    domain, founders = community
    who = make_membership(domain=domain)
    for founder in founders:
        recognise(who, founder)
    position(domain)
    who.refresh_from_db()
    client.force_login(who.member)

    page = client.get(page_of(who)).content.decode()

    assert who.position > 0
    assert f"{who.position:.1f}" not in page.split("<main")[1].split("<svg")[0]


def test_core_is_told_what_it_carries(client):
    who = make_core()
    make_reckoning(
        domain=who.domain,
        week_at=days_before(7),
        full=[who.pk],
        marks={who.pk: [4, 2, 0, 0, 0]},
    )
    client.force_login(who.member)

    assertContains(client.get(page_of(who)), "What Core carries")


def test_a_ruling_is_open_with_its_reason(client):
    organizer = make_full(is_organizer=True, name="Jun Sato")
    who = make_membership(domain=organizer.domain, trajectory_sight="everyone")
    ruling.endorse(
        membership=who,
        organizer=organizer,
        zone=Zone.INBOUND,
        reason="Ran the lab for years.",
        at=timezone.now() - timedelta(minutes=1),
    )

    page = client.get(page_of(who))

    assertContains(page, "Endorsed as Inbound")
    assertContains(page, "by Jun Sato: Ran the lab for years.")


def test_words_and_tools_are_those_they_use_most(client):
    who = make_membership()
    entry = make_entry(domain=who.domain, title="Two-bank rule")
    entry.citations.create(
        domain=who.domain,
        member=who,
        task=make_task(domain=who.domain),
        cited_at=timezone.now(),
    )

    assertContains(client.get(page_of(who)), "Two-bank rule")


def test_an_agent_is_shown_with_who_answers_for_it(client):
    agent = make_membership(
        member=make_agent(name="Driftwood", sponsor=make_member(name="Tomas Vrba"))
    )

    page = client.get(page_of(agent))

    assertContains(page, '<span class="tag">agent</span>')
    assertContains(page, "Run by Tomas Vrba")


def test_somebody_from_an_imported_history_can_be_claimed(client):
    who = make_membership()
    Membership.objects.update(member=None)

    assertContains(client.get(page_of(who)), "Known from this community’s history.")


def test_whoever_left_is_remembered(client):
    who = make_membership(left_at=timezone.now())

    page = client.get(page_of(who))

    assertContains(page, "Here from")
    assertNotContains(page, "work asks for")


def test_whoever_is_away_says_until_when(client):
    who = make_full(away_until=timezone.localdate() + timedelta(days=3))

    assertContains(client.get(page_of(who)), "away until")


def test_a_profile_in_a_community_for_members_is_not_there_for_others(client):
    who = make_membership(domain=make_domain(visibility=Domain.Visibility.MEMBERS))

    assert client.get(page_of(who)).status_code == 404


def test_nobody_of_that_name_is_a_page_that_is_not_there(client):
    domain = make_domain()

    address = reverse("members:profile", args=[domain.slug, "nobody"])

    assert client.get(address).status_code == 404


def test_the_page_costs_the_same_after_3_and_after_100_works(
    client, community, django_assert_max_num_queries
):
    domain, founders = community
    costs = []
    for count in (3, 100):
        who = make_membership(domain=domain)
        for number in range(count):
            recognise(who, founders[number % 3], days_ago=number + 1)
        position(domain)
        client.force_login(who.member)
        with django_assert_max_num_queries(80) as asked:
            client.get(page_of(who))
        costs.append(len(asked))

    assert costs[0] == costs[1]


def test_all_their_notes_have_a_page_of_their_own(client):
    submission = make_submission()
    author = submission.author
    submission.task.log.create(
        author=author, claim=submission.claim, body="A dash.", written_at=timezone.now()
    )

    page = client.get(reverse("members:log", args=[author.domain.slug, author.handle]))

    assertContains(page, "A dash.")
    assertContains(page, submission.task.title)
