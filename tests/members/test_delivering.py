from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from members import delivering, notifying, preferring
from members.models import Member, Notification
from tests.makers import NOON, make_agent, make_full, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://cop.example.org"


def tell(member=None, **given):
    return notifying.notify(
        **{
            "member": member or make_member(),
            "kind": Notification.Kind.REVIEWED,
            "key": "review:1",
            "title": "Mill Bridge field sheets",
            "sentence": "Amara asks for two changes.",
            "path": "/c/river-watch/tasks/1/",
            "at": NOON,
            **given,
        }
    )


def test_a_mail_has_the_persons_words_first():
    amara = make_full(name="Amara Okoye")
    told = tell(actor=amara, quote="You left the smudged reading open.")

    assert delivering.deliver(at=NOON) == 1

    sent = mail.outbox[0]
    told.refresh_from_db()
    assert sent.to == [told.member.email]
    assert sent.subject == "Amara Okoye: You left the smudged reading open."
    assert sent.body.startswith(
        "“You left the smudged reading open.”\nAmara Okoye\n\n"
        "Amara asks for two changes.\n\n"
        "Mill Bridge field sheets\nhttps://cop.example.org/c/river-watch/tasks/1/\n"
    )
    assert told.mailed_at == NOON


def test_a_mail_goes_out_once():
    tell()

    assert [delivering.deliver(at=NOON), delivering.deliver(at=NOON)] == [1, 0]


def test_a_subject_never_breaks_the_line():
    tell(quote="First line.\nBcc: everyone@example.org")

    delivering.deliver(at=NOON)

    assert mail.outbox[0].subject == "First line. Bcc: everyone@example.org"


@pytest.mark.parametrize(
    "unwanted",
    [
        {"member": {"mail": Member.Mail.OFF}},
        {"read_at": NOON},
        {"created_at": NOON - delivering.NEWS_FOR - timedelta(minutes=1)},
    ],
)
def test_nothing_is_mailed_that_nobody_wants_by_mail(unwanted):
    told = tell(make_member(**unwanted.pop("member", {})))
    Notification.objects.filter(pk=told.pk).update(**unwanted)

    assert delivering.deliver(at=NOON) == 0

    assert mail.outbox == []
    assert not Notification.objects.unmailed().exists()


def test_agents_get_no_mail():
    tell(make_agent())

    assert delivering.deliver(at=NOON) == 0


def test_an_address_nobody_confirmed_gets_nothing_until_it_is():
    member = make_member(confirmed=False)
    member.emailaddress_set.create(email=member.email, verified=False, primary=True)
    tell(member)

    before = delivering.deliver(at=NOON)
    member.emailaddress_set.update(verified=True)

    assert [before, delivering.deliver(at=NOON)] == [0, 1]


class Refusing(EmailBackend):
    """Takes mail for everybody but one."""

    error: Exception = SMTPRecipientsRefused({})

    def send_messages(self, messages):
        if any("refused@example.org" in message.to for message in messages):
            raise self.error
        return super().send_messages(messages)


class Lost(Refusing):
    error = SMTPServerDisconnected("gone")


def backend(settings, kind):
    settings.EMAIL_BACKEND = f"{__name__}.{kind.__name__}"


def test_one_bad_address_holds_up_nobody(settings):
    backend(settings, Refusing)
    bad = tell(make_member(email="refused@example.org"))
    tell()

    assert delivering.deliver(at=NOON) == 1

    bad.refresh_from_db()
    assert (bad.mail_tries, bad.mailed_at) == (1, None)


def test_without_a_server_the_run_ends_and_nothing_is_lost(settings):
    backend(settings, Lost)
    first = tell(make_member(email="refused@example.org"))
    second = tell()

    assert delivering.deliver(at=NOON) == 0

    assert Notification.objects.unmailed().count() == 2
    assert delivering.deliver(at=NOON) == 1
    second.refresh_from_db()
    first.refresh_from_db()
    assert (first.mail_tries, second.mailed_at) == (1, NOON)


def test_tries_come_later_and_later_and_end_after_five(settings):
    backend(settings, Refusing)
    bad = tell(make_member(email="refused@example.org"))

    for after in delivering.TRIES_AFTER:
        early = NOON + after - timedelta(seconds=1)
        delivering.deliver(at=max(NOON, early))
        delivering.deliver(at=NOON + after)
    delivering.deliver(at=NOON + timedelta(hours=47))

    bad.refresh_from_db()
    assert bad.mail_tries == len(delivering.TRIES_AFTER) == 5


def test_a_mail_can_be_stopped_with_one_click(client):
    told = tell()
    delivering.deliver(at=NOON)
    headers = mail.outbox[0].extra_headers
    link = headers["List-Unsubscribe"].strip("<>")
    path = link.removeprefix("https://cop.example.org")

    seen = client.get(path)
    told.member.refresh_from_db()
    untouched = told.member.mail
    stopped = client.post(path, {"List-Unsubscribe": "One-Click"})

    told.member.refresh_from_db()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (seen.status_code, untouched) == (200, Member.Mail.EACH)
    assert (stopped.status_code, told.member.mail) == (200, Member.Mail.OFF)


def test_a_made_up_link_stops_nobodys_mail(client):
    assert client.post(reverse("members:stop_mail", args=["1:x"])).status_code == 404


def test_stopping_says_whether_there_was_anything_to_stop():
    member = make_member()

    assert preferring.stop_mail(member_id=member.pk)
    assert not preferring.stop_mail(member_id=member.pk)
