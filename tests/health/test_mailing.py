"""The report on Mondays: when it goes, to whom, what it says, and never twice."""

from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPDataError, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from cop.health import mailing, measuring
from cop.health.models import Finding, Move, Reading, ReportMail
from members.models import Member, Membership
from tests.makers import make_domain, make_full, make_member, make_membership

pytestmark = pytest.mark.django_db

#: A Monday.
MONDAY = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://cop.example.org"


@pytest.fixture
def domain():
    domain = make_domain(founded_at=MONDAY - 400 * DAY)
    measuring.measure(domain=domain, at=MONDAY - 4 * HOUR)
    return domain


def organizer(domain, **given):
    return make_full(domain=domain, is_organizer=True, wants_report=True, **given)


@pytest.mark.parametrize(
    ("zone", "hour", "day", "week"),
    [
        ("UTC", 6, 16, None),
        ("UTC", 7, 16, 16),
        ("UTC", 23, 17, 16),
        ("UTC", 0, 18, None),
        ("UTC", 12, 15, None),
        # Monday has begun in the east, and not in the west.
        ("Asia/Tokyo", 22, 15, 16),
        ("America/Los_Angeles", 14, 16, None),
        ("America/Los_Angeles", 15, 16, 16),
    ],
)
def test_it_goes_on_monday_at_seven_where_the_community_is(zone, hour, day, week):
    domain = make_domain(time_zone=zone)
    at = datetime(2026, 11, day, hour, tzinfo=UTC)

    due = mailing.week_due(domain, at=at)

    assert due == (week and date(2026, 11, week))


def test_it_goes_to_organizers_who_want_it_once(domain):
    amara = organizer(domain)
    organizer(domain, member=make_member(mail=Member.Mail.OFF))
    unconfirmed = organizer(domain, member=make_member(confirmed=False)).member
    unconfirmed.emailaddress_set.create(email=unconfirmed.email, verified=False)
    make_full(domain=domain, is_organizer=True)
    make_membership(domain=domain, wants_report=True)
    organizer(domain, left_at=MONDAY)

    sent = [mailing.send(at=MONDAY + n * HOUR) for n in range(3)]

    assert sum(sent) == sent[0]
    assert [amara.member.email] in [one.to for one in mail.outbox]
    assert len({one.to[0] for one in mail.outbox}) == len(mail.outbox) == 1


def test_the_next_week_has_a_report_of_its_own(domain):
    organizer(domain)

    sent = [mailing.send(at=MONDAY + 7 * n * DAY) for n in range(3)]

    assert sent == [1, 1, 1]
    weeks = ReportMail.objects.order_by("week").values_list("week", flat=True)
    assert [week.day for week in weeks] == [16, 23, 30]


def test_before_the_first_reading_there_is_none():
    organizer(make_domain())

    assert mailing.send(at=MONDAY) == 0
    assert not ReportMail.objects.exists()


def test_a_worker_that_dies_midway_is_gone_on_from(domain, monkeypatch):
    for _ in range(4):
        organizer(domain)
    send = EmailBackend.send_messages

    def die_at_the_third(backend, messages):
        if len(mail.outbox) == 2:
            raise KeyboardInterrupt
        return send(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", die_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        mailing.send(at=MONDAY)
    monkeypatch.setattr(EmailBackend, "send_messages", send)

    again = mailing.send(at=MONDAY + HOUR)

    # Of the third nobody knows whether it went out; it goes out no second time.
    assert again == 1
    assert len({one.to[0] for one in mail.outbox}) == len(mail.outbox) == 3
    assert ReportMail.objects.filter(sent_at=None).count() == 1


def test_what_the_server_refuses_is_tried_again(domain, monkeypatch):
    organizer(domain)
    send = EmailBackend.send_messages

    def refuse(_backend, _messages):
        raise SMTPDataError(451, b"Later")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    assert mailing.send(at=MONDAY) == 0
    monkeypatch.setattr(EmailBackend, "send_messages", send)

    assert mailing.send(at=MONDAY + HOUR) == 1


def test_what_was_cut_off_is_not_repeated_and_holds_up_nobody(domain, monkeypatch):
    for _ in range(2):
        organizer(domain)
    send = EmailBackend.send_messages

    def cut(_backend, _messages):
        raise SMTPServerDisconnected

    monkeypatch.setattr(EmailBackend, "send_messages", cut)
    assert mailing.send(at=MONDAY) == 0
    monkeypatch.setattr(EmailBackend, "send_messages", send)

    assert mailing.send(at=MONDAY + HOUR) == 1


def test_while_the_server_is_away_nothing_is_taken(domain, monkeypatch):
    organizer(domain)

    def away(_backend):
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "open", away)
        assert mailing.send(at=MONDAY) == 0
    assert not ReportMail.objects.exists()

    assert mailing.send(at=MONDAY + HOUR) == 1


def test_it_says_what_the_page_says(domain):
    amara = organizer(domain, name="Amara Okoye")
    Finding.objects.filter(domain=domain, mode="no-domain").update(
        state="act", sentence="It does not show.", called_by=["uptake"]
    )
    Reading.objects.filter(
        domain=domain, area=None, who="people", sign="uptake"
    ).update(value=0.04, low=0.01, high=0.09, cases=120, past_threshold=0.97)
    to_make = Move.objects.create(
        domain=domain,
        way="ask",
        week=MONDAY.date(),
        about=[1, 2],
        touches=2,
        offered_at=MONDAY,
    )
    Move.objects.create(
        domain=domain,
        way="seats",
        week=(MONDAY - 35 * DAY).date(),
        about=[1],
        touches=4,
        offered_at=MONDAY - 35 * DAY,
        made_by=amara,
        made_at=MONDAY - 34 * DAY,
        before={"offered": [0.5, 0.4, 0.6]},
        after={"offered": [0.8, 0.7, 0.9]},
        measured_on=(MONDAY - 6 * DAY).date(),
        outcome="helped",
    )

    mailing.send(at=MONDAY)

    (told,) = mail.outbox
    (html, kind), *_ = told.alternatives
    page = f"https://cop.example.org/c/{domain.slug}/health/"
    assert told.subject.startswith(f"{domain.name}: What people care about")
    assert kind == "text/html"
    for text in (told.body, html):
        assert "Do people care about the same thing?" in text
        assert "Act on this." in text
        assert "It does not show." in text
        assert "Recognised work that uses the repertoire: 4% (1% to 9%)" in text
        assert f"{page}no-domain/" in text
        assert f"{page}#move_{to_make.pk}" in text
        assert ": helped" in text
        assert "50% → 80%" in text
    assert "&" not in told.body
    assert "<script" not in html


def test_one_click_stops_the_report_and_nothing_else(client, domain):
    amara = organizer(domain)
    mailing.send(at=MONDAY)
    stop = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    path = stop.removeprefix("https://cop.example.org")

    assert client.get(path).status_code == 200
    assert Membership.objects.get(pk=amara.pk).wants_report
    assert client.post(path).status_code == 200

    amara.refresh_from_db()
    assert not amara.wants_report
    assert amara.member.mail == Member.Mail.EACH
    assert client.get(f"{path[:-6]}forged/").status_code == 404


def test_organizers_say_whether_they_want_it(client, domain):
    amara = make_full(domain=domain, is_organizer=True)
    client.force_login(amara.member)
    page = reverse("members:place", args=[domain.slug])
    given = {"room": "1", "trajectory_sight": "members"}

    client.post(page, {**given, "wants_report": "on"})
    amara.refresh_from_db()
    assert amara.wants_report

    client.post(page, given)
    amara.refresh_from_db()
    assert not amara.wants_report


def test_others_are_not_asked(client, domain):
    maya = make_membership(domain=domain)
    client.force_login(maya.member)
    page = reverse("members:place", args=[domain.slug])

    client.post(
        page, {"room": "1", "trajectory_sight": "members", "wants_report": "on"}
    )

    maya.refresh_from_db()
    assert not maya.wants_report
    assert b"wants_report" not in client.get(page).content
