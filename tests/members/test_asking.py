"""One question a quarter: who is asked, what is kept, what is told, and what is not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from domain.refusal import Refused
from members import asking, joining, leaving
from members.models import (
    Notification,
    OrganizerAct,
    Participation,
    Pulse,
    PulseAnswer,
    PulseAsking,
)
from tests.makers import make_agent, make_domain, make_member, make_membership

pytestmark = pytest.mark.django_db

OPENED = datetime(2026, 10, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def domain():
    return make_domain(founded_at=OPENED - 100 * DAY)


@pytest.fixture
def people(domain):
    return [make_membership(domain=domain) for _ in range(6)]


@pytest.fixture
def pulse(domain, people):
    return asking.open_pulse(domain=domain, at=OPENED)


def say(pulse, *people, said="yes", words="", at=OPENED + DAY):
    for one in people:
        asking.answer(membership=one, pulse=pulse, said=said, words=words, at=at)


def closed(pulse):
    return asking.close(pulse=pulse, at=pulse.closes_at)


def asked_in(pulse):
    return set(pulse.askings.values_list("membership", flat=True))


def test_asked_are_the_people_who_are_here(domain, people):
    make_membership(domain=domain, member=make_agent())
    make_membership(domain=domain, away_until=(OPENED + 9 * DAY).date())
    make_membership(domain=domain, is_silent=True)
    make_membership(domain=domain, left_at=OPENED)
    make_membership(domain=domain, member=make_member(is_active=False))
    make_membership()

    pulse = asking.open_pulse(domain=domain, at=OPENED)

    assert asked_in(pulse) == {one.pk for one in people}
    told = Notification.objects.filter(kind=Notification.Kind.PULSE)
    assert {one.member_id for one in told} == {one.member_id for one in people}


def test_whoever_comes_back_is_asked_then(domain, pulse):
    back = make_membership(domain=domain, away_until=(OPENED + 2 * DAY).date())

    asking.go_on(at=OPENED + DAY)
    assert back.pk not in asked_in(pulse)
    asking.go_on(at=OPENED + 3 * DAY)
    asking.go_on(at=OPENED + 4 * DAY)

    assert back.pk in asked_in(pulse)
    assert Notification.objects.filter(member=back.member).count() == 1


def test_fewer_than_five_are_not_asked_at_all(domain):
    for _ in range(4):
        make_membership(domain=domain)

    with pytest.raises(Refused) as refused:
        asking.open_pulse(domain=domain, at=OPENED)

    assert refused.value.refusal.code == "too_few_to_ask"


def test_one_question_a_quarter(domain, pulse):
    closed(pulse)

    with pytest.raises(Refused) as refused:
        asking.open_pulse(domain=domain, at=pulse.closes_at)
    later = asking.open_pulse(domain=domain, at=OPENED + 90 * DAY)

    assert refused.value.refusal.code == "asked_this_quarter"
    assert f"{later.quarter}" == "2027-01-01"


def test_it_is_asked_by_itself_early_in_the_quarter(domain, people):
    young = make_domain(founded_at=OPENED - DAY)
    for _ in range(5):
        make_membership(domain=young)

    assert asking.go_on(at=OPENED) == 1
    assert asking.go_on(at=OPENED + DAY) == 0

    assert Pulse.objects.get().domain == domain
    assert Pulse.objects.get().question == "Would you do this if nobody asked you to?"


def test_what_was_missed_is_not_asked_late(domain, people):
    assert asking.go_on(at=OPENED + 40 * DAY) == 0


def test_organizers_choose_the_question_or_that_there_is_none(domain, people):
    organizer = make_membership(domain=domain, is_organizer=True)
    chosen = {"organizer": organizer, "preset": "own", "at": OPENED}
    asking.plan(own_words="Is the  river worth it?", is_asked=False, **chosen)

    assert asking.go_on(at=OPENED) == 0
    pulse = asking.open_by_hand(organizer=organizer, at=OPENED)

    assert pulse.question == "Is the river worth it?"
    assert OrganizerAct.objects.filter(reason=pulse.question).count() == 2


def test_others_choose_nothing(people):
    with pytest.raises(Refused):
        asking.plan(
            organizer=people[0],
            preset="learned",
            own_words="",
            is_asked=True,
            at=OPENED,
        )
    with pytest.raises(Refused):
        asking.open_by_hand(organizer=people[0], at=OPENED)


def test_an_answer_says_neither_whose_it_is_nor_when_it_came(pulse, people):
    say(pulse, people[0], words="Yes, I would.")

    row = PulseAnswer.objects.values().get()
    assert set(row) == {"pulse_id", "token", "said", "words"}
    assert str(people[0].pk).encode() not in bytes(row["token"])
    assert len(row["token"]) == 32


def test_answering_again_changes_the_answer(pulse, people):
    say(pulse, people[0], said="yes", words="Surely.")
    say(pulse, people[0], said="no")

    assert PulseAnswer.objects.values_list("said", "words").get() == ("no", "")
    assert asking.own_answer(membership=people[0], pulse=pulse).said == "no"
    assert asking.own_answer(membership=people[1], pulse=pulse) is None


def test_one_answer_outlives_a_change_of_the_sites_key(pulse, people, settings):
    say(pulse, people[0], said="yes")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-the-site-" * 2
    assert asking.own_answer(membership=people[0], pulse=pulse).said == "yes"

    say(pulse, people[0], said="no")

    assert PulseAnswer.objects.get().said == "no"


def test_an_answer_can_be_taken_back(pulse, people):
    say(pulse, *people[:2])

    asking.withdraw(membership=people[0], pulse=pulse)

    assert PulseAnswer.objects.count() == 1
    assert asking.own_answer(membership=people[1], pulse=pulse)


def test_late_answers_are_refused(pulse, people):
    with pytest.raises(Refused) as late:
        say(pulse, people[0], at=pulse.closes_at)
    closed(pulse)
    with pytest.raises(Refused) as later:
        say(pulse, people[0], at=OPENED + DAY)

    codes = {late.value.refusal.code, later.value.refusal.code}
    assert codes == {"pulse_closed"}
    assert not PulseAnswer.objects.exists()


def test_whoever_was_not_asked_does_not_answer(domain, pulse):
    agent = make_membership(domain=domain, member=make_agent())
    stranger = make_membership()

    for one in (agent, stranger):
        with pytest.raises(Refused) as refused:
            say(pulse, one)
        assert refused.value.refusal.code == "not_asked"


def test_closing_adds_up_and_forgets_who_said_what(pulse, people):
    say(pulse, *people[:3], words="I would.")
    say(pulse, people[3], said="no", words="Not for long.")
    say(pulse, people[4], said="unsure")

    told = closed(pulse)

    assert (told.yes, told.no, told.unsure) == (3, 1, 1)
    assert (told.answered, told.asked) == (5, 6)
    assert sorted(told.words) == ["I would.", "I would.", "I would.", "Not for long."]
    assert told.key is None
    assert not PulseAnswer.objects.exists()
    assert not PulseAsking.objects.exists()
    assert not Notification.objects.filter(kind=Notification.Kind.PULSE).exists()
    assert asking.own_answer(membership=people[0], pulse=told) is None


def test_words_are_in_no_order(domain):
    people = [make_membership(domain=domain) for _ in range(12)]
    pulse = asking.open_pulse(domain=domain, at=OPENED)
    given = [f"Word {number}" for number in range(12)]
    for one, words in zip(people, given, strict=True):
        say(pulse, one, words=words)

    words = closed(pulse).words

    assert sorted(words) == sorted(given)
    assert words != given


def test_of_fewer_than_five_nothing_is_kept(pulse, people):
    say(pulse, *people[:4], words="I would.")

    told = closed(pulse)

    assert (told.is_told, told.answered, told.words, told.asked) == (False, None, [], 6)
    assert not PulseAnswer.objects.exists()


@pytest.mark.parametrize(
    "counts",
    [
        {"yes": 3, "no": 1, "unsure": 0},
        {"yes": 5, "no": None, "unsure": None},
        {"words": ["One"]},
    ],
)
def test_the_database_keeps_no_fewer_than_five(pulse, counts):
    closed(pulse)

    with pytest.raises(IntegrityError), transaction.atomic():
        Pulse.objects.filter(pk=pulse.pk).update(**counts)


def test_the_database_closes_nothing_with_its_key(pulse):
    with pytest.raises(IntegrityError), transaction.atomic():
        Pulse.objects.filter(pk=pulse.pk).update(closed_at=OPENED, asked=6)


def test_closing_twice_changes_nothing(pulse, people):
    say(pulse, *people)
    closed(pulse)

    assert closed(pulse).yes == 6


def test_one_reminder_to_those_who_neither_answered_nor_waved_it_away(
    domain, pulse, people
):
    say(pulse, people[0])
    asking.dismiss(membership=people[1], pulse=pulse, at=OPENED + DAY)
    people[2].away_until = (OPENED + 30 * DAY).date()
    people[2].save()

    for day in (20, 21, 22, 23):
        asking.go_on(at=OPENED + day * DAY)

    told = Notification.objects.filter(key=f"pulse:{pulse.pk}:again")
    assert {one.member_id for one in told} == {one.member_id for one in people[3:]}


def test_the_job_closes_what_is_due(domain, pulse, people):
    say(pulse, *people)

    asking.go_on(at=pulse.closes_at)

    pulse.refresh_from_db()
    assert pulse.yes == 6


def test_leaving_takes_the_answer_along(pulse, people):
    say(pulse, *people)

    leaving.leave(membership=people[0], at=OPENED + 2 * DAY)
    leaving.close_account(member=people[1].member, at=OPENED + 2 * DAY)

    assert PulseAnswer.objects.count() == 4
    told = closed(pulse)
    assert (told.asked, told.is_told) == (4, False)


def test_whoever_comes_again_is_asked_again(domain, pulse, people):
    say(pulse, people[0])
    leaving.leave(membership=people[0], at=OPENED + 2 * DAY)

    joining.join(domain=domain, member=people[0].member, at=OPENED + 3 * DAY)
    asking.go_on(at=OPENED + 4 * DAY)

    assert people[0].pk in asked_in(pulse)
    assert not PulseAnswer.objects.exists()


def test_it_moves_nobodys_position(pulse, people):
    before = Participation.objects.count()

    say(pulse, *people)
    closed(pulse)

    assert Participation.objects.count() == before
