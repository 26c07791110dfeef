from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.centrality import Zone
from members.models import Companion, Notification
from tasks import narrating
from tests.makers import make_claim, make_domain, make_membership, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def newcomer(domain):
    return make_membership(domain=domain, name="Maya Lindt")


@pytest.fixture
def peer(domain):
    return make_membership(domain=domain, name="Noor Haddad", zone=Zone.INBOUND)


@pytest.fixture
def bond(newcomer, peer):
    return Companion.objects.create(
        newcomer=newcomer, peer=peer, offered_at=timezone.now() - timedelta(hours=3)
    )


def begin(bond):
    at = timezone.now()
    bond.newcomer_said_at = bond.peer_said_at = bond.begun_at = at
    bond.save()


def page_of(domain, name="companions", **keys):
    return reverse(f"members:{name}", args=[domain.slug, *keys.values()])


def test_each_side_is_asked_in_their_own_words(client, domain, newcomer, peer, bond):
    client.force_login(peer.member)
    assertContains(client.get(page_of(domain)), "Walk Maya in")

    client.force_login(newcomer.member)
    assertContains(client.get(page_of(domain)), "Yes, please")


def test_both_say_yes_and_then_they_walk(client, domain, newcomer, peer, bond):
    for own in (newcomer, peer):
        client.force_login(own.member)
        response = client.post(page_of(domain, "accept_companion", pk=bond.pk))
        assertRedirects(response, page_of(domain))

    page = client.get(page_of(domain))

    assertContains(page, "You walk in")
    assertContains(page, "Quiet, with nothing in hand.")
    bond.refresh_from_db()
    assert bond.is_begun


def test_passing_on_says_so_and_tells_nobody_why(client, domain, peer, bond):
    client.force_login(peer.member)

    page = client.post(page_of(domain, "pass_companion", pk=bond.pk), follow=True)

    assertContains(page, "Nobody is told why.")
    assertNotContains(page, "Walk Maya in")


def test_what_was_passed_on_meanwhile_is_refused_with_a_reason(
    client, domain, peer, bond
):
    Companion.objects.update(
        ended_at=timezone.now(), ending=Companion.Ending.PASSED, ended_by=bond.newcomer
    )
    client.force_login(peer.member)

    page = client.post(page_of(domain, "accept_companion", pk=bond.pk))

    assertContains(page, 'data-refusal="over"', status_code=409)


def test_a_word_is_sent_and_an_empty_one_is_not(client, domain, newcomer, peer, bond):
    begin(bond)
    client.force_login(peer.member)
    address = page_of(domain, "say_to_companion", pk=bond.pk)

    empty = client.post(address)
    assertContains(empty, "There is a problem", status_code=422)
    assertContains(empty, 'id="id_words"', status_code=422)
    page = client.post(address, {"words": "How goes it?"}, follow=True)

    assertContains(page, "Sent to Maya.")
    assert Notification.objects.get(member=newcomer.member).quote == "How goes it?"


def test_what_is_between_two_others_does_not_exist(client, domain, bond):
    client.force_login(make_membership(domain=domain).member)

    response = client.post(page_of(domain, "part_companion", pk=bond.pk))

    assert response.status_code == 404


def test_a_longer_bond_is_wished_for_and_ended(client, domain, newcomer, peer, bond):
    begin(bond)
    client.force_login(newcomer.member)
    client.post(page_of(domain, "wish_mentor", pk=bond.pk))
    longer = Companion.objects.get(bond=Companion.Bond.MENTOR)
    client.force_login(peer.member)
    assertContains(client.get(page_of(domain)), "Gladly")
    client.post(page_of(domain, "accept_companion", pk=longer.pk))

    assertContains(client.get(page_of(domain)), "You have been their mentor since")
    client.post(page_of(domain, "part_companion", pk=longer.pk))

    longer.refresh_from_db()
    assert longer.ending == Companion.Ending.PARTED


def test_a_newcomer_nobody_has_room_for_may_ask_and_is_told(client, domain, newcomer):
    client.force_login(newcomer.member)
    assertContains(client.get(page_of(domain)), "Ask for a companion")

    page = client.post(page_of(domain, "seek_companion"))

    assertContains(page, 'data-refusal="nobody_has_room"', status_code=409)


def test_the_front_pages_say_who_walks_with_whom(client, domain, newcomer, peer, bond):
    client.force_login(peer.member)
    start = reverse("domain:start", args=[domain.slug])
    assertContains(client.get(start), "Would you walk Maya Lindt in?")
    begin(bond)
    assertContains(client.get(start), "Quiet, with nothing in hand.")

    client.force_login(newcomer.member)
    assertContains(client.get(start), "Noor Haddad")


@pytest.mark.parametrize("walked", [1, 3])
def test_the_page_costs_the_same_however_many_one_walks_in(
    client, domain, peer, walked, django_assert_max_num_queries
):
    for _ in range(walked):
        begin(
            Companion.objects.create(
                newcomer=make_membership(domain=domain),
                peer=peer,
                offered_at=timezone.now(),
            )
        )
    client.force_login(peer.member)
    client.get(page_of(domain))

    with django_assert_max_num_queries(14):
        client.get(page_of(domain))


def test_whoever_is_stuck_comes_first(client, domain, newcomer, peer, bond):
    begin(bond)
    quiet = make_membership(domain=domain, name="Wen Liu")
    begin(
        Companion.objects.create(newcomer=quiet, peer=peer, offered_at=timezone.now())
    )
    task = make_task(domain=domain)
    make_claim(task=task, membership=newcomer)
    narrating.note(
        task=task, membership=newcomer, body="Read it once.", at=timezone.now()
    )
    client.force_login(peer.member)

    page = client.get(page_of(domain)).content.decode()

    assert page.index("Quiet, with nothing in hand.") < page.index("At work on")


def test_somebody_with_nothing_to_answer_is_told_what_can_be_done(client, domain, peer):
    client.force_login(peer.member)
    peer.room = 0
    peer.save()

    assertContains(client.get(page_of(domain)), "Say for how many you have room")


def test_room_is_given_in_the_settings(client, domain, peer):
    client.force_login(peer.member)
    place = reverse("members:place", args=[domain.slug])
    wishes = {"hours": "hour", "trajectory_sight": "members", "room": "3"}

    client.post(place, wishes)
    peer.refresh_from_db()
    too_much = client.post(place, {**wishes, "room": "4"})

    assert (peer.room, too_much.status_code) == (3, 422)
