"""Webhooks: what arrives, when it is tried again, and when nobody tries any more."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from cop.programs import hooking, posting, reach
from cop.programs.models import Delivery, Hook, Trouble
from cop.programs.saying import notices
from domain.refusal import Refused
from members import notifying
from members.models import Notification
from tests.doors.receiving import receiving
from tests.makers import make_agent, make_full, make_member

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def receiver(monkeypatch):
    # It stands on loopback, where no webhook goes: tests/doors/test_reach.py.
    monkeypatch.setattr(reach, "is_public", lambda _address: True)
    with receiving() as one:
        yield one


@pytest.fixture
def amara():
    return make_member(name="Amara Okoye")


@pytest.fixture
def hook(amara, receiver):
    return hook_of(amara, receiver)


def hook_of(member, receiver, *, made_at=None):
    return Hook.objects.create(
        member=member,
        url=receiver.url,
        secret="whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        made_at=made_at or timezone.now() - DAY,
    )


def tell(member, key="review:1", *, at=None, **given):
    return notifying.notify(
        member=member,
        kind=Notification.Kind.REVIEWED,
        key=key,
        title="Mill Bridge field sheets",
        sentence=f"Amara asks for two changes to {key}.",
        path="/c/river-watch/tasks/1/",
        at=at or timezone.now(),
        **given,
    )


def said(receiver):
    """What the messages are about, in the order in which they came."""
    bodies = [json.loads(one.body) for one in receiver.received]
    return [one["data"]["sentence"].rpartition(" to ")[2] for one in bodies]


def test_a_message_says_what_the_api_says_and_is_signed_as_the_standard_has_it(
    amara, hook, receiver
):
    told = tell(amara, actor=make_full(name="Amara Okoye"), quote="Give the unit.")

    assert posting.deliver(at=timezone.now()) == 1

    (one,) = receiver.received
    message = Webhook(hook.secret).verify(one.body, one.headers)
    assert message["type"] == "notice.reviewed"
    assert message["data"] == notices.notice(told).model_dump(mode="json")
    assert one.headers["webhook-id"] == f"msg_{hook.pk}_{told.pk}"


def test_each_is_posted_once(amara, hook, receiver):
    tell(amara)

    now = timezone.now()
    assert [posting.deliver(at=now), posting.deliver(at=now)] == [1, 0]


def test_of_what_was_told_before_nothing_is_posted(amara, receiver):
    tell(amara, "old:1.", at=timezone.now() - 2 * DAY)
    hook_of(amara, receiver, made_at=timezone.now() - DAY)
    hook_of(amara, receiver, made_at=timezone.now() - 3 * DAY)

    assert posting.deliver(at=timezone.now()) == 1


def test_news_goes_to_hooks_of_those_who_were_told(hook, receiver):
    tell(make_member())

    assert posting.deliver(at=timezone.now()) == 0
    assert receiver.received == []


def test_what_did_not_arrive_is_posted_again_under_the_same_name(amara, hook, receiver):
    receiver.statuses = [500]
    tell(amara)
    now = timezone.now()

    arrived = [
        posting.deliver(at=at)
        for at in (now, now + timedelta(seconds=1), now + timedelta(minutes=1))
    ]

    assert arrived == [0, 0, 1]
    names = {one.headers["webhook-id"] for one in receiver.received}
    assert (len(receiver.received), len(names)) == (2, 1)
    hook.refresh_from_db()
    assert (hook.failing_since, hook.failures) == (None, 0)


def test_rests_grow_with_each_failure(amara, hook, receiver):
    receiver.judge = lambda _body: 503
    tell(amara)
    at, waited = timezone.now(), []

    for _ in range(6):
        posting.deliver(at=at)
        hook.refresh_from_db()
        waited.append(hook.rests_until - at)
        at = hook.rests_until

    assert waited == [*posting.RESTS, posting.RESTS[-1]]


def test_one_message_nobody_takes_holds_up_none(amara, hook, receiver):
    receiver.judge = lambda body: 422 if b"poison" in body else 204
    tell(amara, "poison.")
    now = timezone.now()
    posting.deliver(at=now)
    tell(amara, "second.")
    tell(amara, "third.")

    assert posting.deliver(at=now + timedelta(seconds=6)) == 2
    assert said(receiver) == ["poison..", "second..", "third..", "poison.."]


def test_a_hook_that_fails_for_days_is_switched_off_and_its_owner_told(amara, receiver):
    agent = make_agent(sponsor=amara)
    hook = hook_of(agent, receiver)
    receiver.judge = lambda _body: 500
    tell(agent)
    now = timezone.now()

    posting.deliver(at=now)
    tell(agent, "later.", at=now + 4 * DAY)
    posting.deliver(at=now + 5 * DAY)
    posting.deliver(at=now + 6 * DAY)

    hook.refresh_from_db()
    (word,) = Notification.objects.filter(kind=Notification.Kind.HOOK)
    assert hook.switched_off_at == now + 5 * DAY
    assert (word.member, word.title) == (amara, receiver.url)
    assert "answered with 500" in word.sentence
    assert len(receiver.received) == 2


def test_whoever_says_it_is_gone_is_asked_no_more(amara, hook, receiver):
    receiver.statuses = [410]
    tell(amara)

    posting.deliver(at=timezone.now())

    hook.refresh_from_db()
    assert hook.switched_off_at is not None


def test_switched_on_again_what_was_told_meanwhile_follows(amara, hook, receiver):
    now = timezone.now()
    Hook.objects.update(switched_off_at=now, failing_since=now - 5 * DAY, failures=9)
    tell(amara)
    assert posting.deliver(at=now) == 0

    hooking.switch_on(hook=hook, by=amara)

    assert posting.deliver(at=now) == 1


@pytest.mark.parametrize("who", ["member", "sponsor"])
def test_nothing_goes_to_whoever_is_suspended(receiver, who):
    sponsor = make_member()
    agent = make_agent(sponsor=sponsor)
    hook_of(agent, receiver)
    tell(agent)
    suspended = agent if who == "member" else sponsor
    suspended.is_active = False
    suspended.save(update_fields=["is_active"])

    assert posting.deliver(at=timezone.now()) == 0


def test_nothing_goes_to_an_agent_that_is_stopped(receiver):
    agent = make_agent(stopped_at=timezone.now())
    hook_of(agent, receiver)
    tell(agent)

    assert posting.deliver(at=timezone.now()) == 0


def test_of_a_redirection_nothing_is_followed(amara, hook, receiver):
    receiver.statuses = [307]
    tell(amara)

    posting.deliver(at=timezone.now())

    assert len(receiver.received) == 1
    assert posting.what_came_of(Delivery.objects.get()) == "It was answered with 307."


def test_a_letter_at_a_time_takes_no_longer_than_all_at_once(
    amara, hook, receiver, monkeypatch
):
    monkeypatch.setattr(reach, "LONGEST", 1.0)
    receiver.hesitates = 0.2
    tell(amara)

    posting.deliver(at=timezone.now())

    assert Delivery.objects.get().trouble == Trouble.SLOW


def test_nobody_there_is_a_closed_door(amara, hook, receiver):
    Hook.objects.update(url="http://127.0.0.1:9/news")
    tell(amara)

    posting.deliver(at=timezone.now())

    assert Delivery.objects.get().trouble == Trouble.CLOSED


def test_a_test_arrives_and_is_no_news(amara, hook, receiver):
    hooking.try_out(hook=hook, by=amara, at=timezone.now())

    posting.deliver(at=timezone.now())

    (one,) = receiver.received
    assert Webhook(hook.secret).verify(one.body, one.headers)["type"] == "test"
    assert Notification.objects.count() == 0


def test_what_was_noted_is_let_go_after_a_month(amara, hook, receiver):
    tell(amara)
    now = timezone.now()
    posting.deliver(at=now)

    kept = [posting.forget(at=now + days * DAY) for days in (29, 31)]

    assert (kept, Delivery.objects.count()) == ([0, 1], 0)


def test_people_make_them_for_themselves_and_their_agents_alone(amara):
    url, now = "https://example.org/news", timezone.now()
    hooking.add(member=make_agent(sponsor=amara), by=amara, url=url, at=now)

    with pytest.raises(Refused, match="People"):
        hooking.add(member=make_agent(), by=amara, url=url, at=now)
    with pytest.raises(Refused, match="People"):
        hooking.remove(hook=Hook.objects.get(), by=make_member())


def test_there_are_at_most_five(amara):
    for _ in range(5):
        hooking.add(
            member=amara, by=amara, url="https://example.org/", at=timezone.now()
        )

    with pytest.raises(Refused, match="5 webhooks"):
        hooking.add(
            member=amara, by=amara, url="https://example.org/", at=timezone.now()
        )
