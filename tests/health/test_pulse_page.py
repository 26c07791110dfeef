"""The question of the quarter, as members, organizers and strangers meet it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from members import asking
from members.models import Pulse, PulseAnswer
from tests.makers import make_domain, make_full, make_member, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def organizer(domain):
    return make_full(domain=domain, is_organizer=True, name="Amara Okoye")


@pytest.fixture
def people(domain):
    joined_at = timezone.now() - timedelta(days=500)
    return [make_membership(domain=domain, joined_at=joined_at) for _ in range(5)]


@pytest.fixture
def pulse(domain, organizer, people):
    return asking.open_pulse(domain=domain, at=timezone.now() - timedelta(days=1))


def address(name, domain, *more):
    return reverse(f"health:{name}", args=[domain.slug, *more])


def answer(client, pulse, **given):
    return client.post(
        address("answer_pulse", pulse.domain, pulse.pk), given, follow=True
    )


def say_all(pulse, people):
    for one in people:
        asking.answer(
            membership=one,
            pulse=pulse,
            said="yes",
            words="For the river.",
            at=timezone.now(),
        )


def test_a_member_answers_and_changes_it(client, domain, pulse, people):
    client.force_login(people[0].member)

    told = answer(client, pulse, said="yes", words="I would.")
    assertContains(told, "You can change it")
    assertContains(told, "I would.</textarea>")
    answer(client, pulse, said="no", words="")

    assert PulseAnswer.objects.values_list("said", "words").get() == ("no", "")


def test_an_answer_without_an_answer_is_asked_again(client, pulse, people):
    client.force_login(people[0].member)

    told = answer(client, pulse, said="", words="Perhaps")

    assertContains(told, "Choose yes, no or not sure.", status_code=422)
    assertContains(told, "Perhaps", status_code=422)
    assert not PulseAnswer.objects.exists()


def test_an_answer_can_be_taken_back(client, domain, pulse, people):
    client.force_login(people[0].member)
    answer(client, pulse, said="yes")

    client.post(address("withdraw_answer", domain, pulse.pk))

    assert not PulseAnswer.objects.exists()


def test_strangers_answer_nothing(client, domain, pulse):
    assert client.get(address("pulse", domain)).status_code == 302
    answer(client, pulse, said="yes")
    client.force_login(make_member())
    answer(client, pulse, said="yes")

    elsewhere = make_membership()
    client.force_login(elsewhere.member)
    wrong = client.post(
        address("answer_pulse", elsewhere.domain, pulse.pk), {"said": "yes"}
    )

    assert wrong.status_code == 404
    assert not PulseAnswer.objects.exists()


def test_what_is_closed_takes_no_answer(client, domain, pulse, people):
    asking.close(pulse=pulse, at=timezone.now())
    client.force_login(people[0].member)

    assertContains(answer(client, pulse, said="yes"), "This question is closed.")


@pytest.mark.parametrize("page", ["domain:start", "domain:home"])
def test_home_asks_once_and_no_more_when_waved_away(
    client, pulse, people, organizer, page
):
    domain = pulse.domain
    own = organizer if page == "domain:home" else people[0]
    client.force_login(own.member)
    home = reverse(page, args=[domain.slug])
    assertContains(client.get(home), "One question this quarter")

    client.post(address("dismiss_pulse", domain, pulse.pk))

    assertNotContains(client.get(home), "One question this quarter")
    assertContains(client.get(address("pulse", domain)), "Your answer")


def test_home_asks_nobody_who_answered(client, domain, pulse, people):
    client.force_login(people[0].member)
    answer(client, pulse, said="yes")

    start = client.get(reverse("domain:start", args=[domain.slug]))

    assertNotContains(start, "One question this quarter")


def test_nothing_is_told_while_it_is_open(client, domain, pulse, people, organizer):
    say_all(pulse, people)
    client.force_login(organizer.member)

    page = client.get(address("pulse", domain))

    assertContains(page, "At least 5 people have answered.")
    assertNotContains(page, "For the river.")


def test_how_many_answered_is_told_in_steps_of_five(
    client, domain, pulse, people, organizer
):
    say_all(pulse, people[:4])
    client.force_login(organizer.member)

    assertNotContains(client.get(address("pulse", domain)), "have answered")


def test_members_read_what_they_said_and_home_says_so(client, domain, pulse, people):
    say_all(pulse, people)
    asking.close(pulse=pulse, at=timezone.now())
    client.force_login(people[0].member)

    page = client.get(address("pulse", domain))

    assertContains(page, "5 said yes, 0 no, 0 not sure: 5 of 6 who were asked.")
    # Wilson's interval of 5 of 5 at nine tenths: 65 to 100 %.
    assertContains(page, "Yes from 65 to 100 %")
    assertContains(page, "<li>“For the river.”</li>", count=5, html=True)
    start = client.get(reverse("domain:start", args=[domain.slug]))
    assertContains(start, "5 of us answered")


def test_of_fewer_than_five_nothing_is_told(client, domain, pulse, people, organizer):
    say_all(pulse, people[:4])
    asking.close(pulse=pulse, at=timezone.now())
    client.force_login(organizer.member)

    page = client.get(address("pulse", domain))

    assertContains(page, "6 were asked, and fewer than five answered")
    assertNotContains(page, "For the river.")


def test_organizers_choose_what_is_asked_and_ask_it(client, domain, organizer, people):
    client.force_login(organizer.member)
    chosen = {"is_asked": "on", "preset": "own", "own_words": "Is it worth it?"}

    client.post(address("plan_pulse", domain), chosen)
    client.post(address("ask_pulse", domain))

    assert Pulse.objects.get().question == "Is it worth it?"
    short = client.post(address("plan_pulse", domain), {**chosen, "own_words": "Eh?"})
    assertContains(short, "10 to 160 characters", status_code=422)


def test_members_choose_nothing(client, domain, people):
    client.force_login(people[0].member)

    assertNotContains(client.get(address("pulse", domain)), "What is asked next")
    assert client.post(address("ask_pulse", domain)).status_code == 404
    assert client.post(address("plan_pulse", domain)).status_code == 404


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("quarters", [1, 4])
def test_the_page_costs_the_same_however_many_quarters(
    client, domain, organizer, django_assert_num_queries, quarters
):
    for number in range(quarters):
        at = timezone.now() - timedelta(days=92 * (number + 1))
        pulse = asking.open_pulse(domain=domain, at=at)
        asking.close(pulse=pulse, at=pulse.closes_at)
    client.force_login(organizer.member)

    with django_assert_num_queries(13):
        client.get(address("pulse", domain))
