"""Two workers and one webhook: a message is posted by one of them."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from cop.programs import posting, reach
from cop.programs.models import Delivery, Hook
from tests.doors.receiving import receiving
from tests.makers import make_member
from tests.races.racing import Round, race

pytestmark = pytest.mark.django_db(transaction=True)


@race("one", "two", acts=2)
def post_twice(racers):
    with receiving() as receiver:
        receiver.hesitates = 0.005
        hook = Hook.objects.create(
            member=make_member(),
            url=receiver.url,
            secret="whsec_b2Y=",
            made_at=timezone.now() - timedelta(days=1),
        )
        while True:
            now = timezone.now()
            Delivery.objects.create(hook=hook, at=now)
            said = racers.race(*2 * [lambda now=now: posting.deliver(at=now)])
            number = len(receiver.received)
            receiver.received.clear()
            yield Round("one" if said[0] else "two", number == 1, (said, number))


@pytest.fixture(autouse=True)
def _loopback_is_public(monkeypatch):
    monkeypatch.setattr(reach, "is_public", lambda _address: True)


def test_a_message_is_posted_by_one_of_two_workers(track):
    track.none_wrong(post_twice)


def test_without_taking_the_hook_both_post_it(track, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    monkeypatch.setattr(posting, "TAKEN_FOR", timedelta(0))

    track.one_wrong(post_twice)
