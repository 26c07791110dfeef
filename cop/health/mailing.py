"""Mailing: the report of the week to organizers who want it, on Monday mornings.

Each is taken before it is sent, in a transaction of its own. Whatever happens to a
process, nobody is mailed twice for one week, and the next run goes on with whoever was
not taken. What the server refused is given back and tried again; whether it got what
was cut off midway nobody can know, so that is not repeated: the page has it.
"""

import logging
from datetime import date, datetime, time, timedelta
from email.errors import MessageError
from smtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Any, Final
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.text import Truncator

from cop.health import monday
from cop.health.models import ReportMail
from domain.models import Domain
from members.models import Member, Membership

log = logging.getLogger(__name__)

#: By the community's own clock; and until Tuesday's end, if nobody was there on Monday.
FROM: Final = time(7)
UNTIL_DAY: Final = 1
MOST_TRIES: Final = 5
LONGEST_SUBJECT: Final = 120
_STOP: Final = "health.stop_report"


def week_due(domain: Domain, *, at: datetime) -> date | None:
    """The Monday whose report is to go out at a moment; None at any other time."""
    there = at.astimezone(ZoneInfo(domain.time_zone))
    if there.weekday() > UNTIL_DAY or (there.weekday() == 0 and there.time() < FROM):
        return None
    return there.date() - timedelta(days=there.weekday())


def send(*, at: datetime) -> int:
    """Mail what is due and was not taken yet; return how many mails went out."""
    wanted = _wanting().values("domain")
    due = [
        (domain, week)
        for domain in Domain.objects.filter(pk__in=wanted).order_by("pk")
        if (week := week_due(domain, at=at)) is not None
    ]
    waiting = [
        (membership, week)
        for domain, week in due
        for membership in _waiting(domain, week)
    ]
    if not waiting:
        return 0
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        log.warning("No report was mailed: %s", error)
        return 0
    sent = 0
    try:
        for membership, week in waiting:
            told = monday.report(
                membership.domain, at=at, stop=_stop_address(membership)
            )
            if told is None or not _take(membership, week, at=at):
                continue
            try:
                _mail(membership, week, told, connection).send()
            except (SMTPRecipientsRefused, SMTPResponseException) as refused:
                log.warning("Report %s/%s refused: %s", membership.pk, week, refused)
                _give_back(membership, week)
            except (MessageError, ValueError) as error:
                log.warning("Report %s/%s is no mail: %s", membership.pk, week, error)
            except (SMTPException, OSError) as error:
                log.warning("Report %s/%s was cut off: %s", membership.pk, week, error)
                break
            else:
                _mails(membership, week).update(sent_at=at)
                sent += 1
    finally:
        connection.close()
    return sent


def stop_token(membership: Membership) -> str:
    return signing.dumps(membership.pk, salt=_STOP)


def membership_to_spare(token: str) -> int | None:
    """Return whose report a link stops, or None if it is not one of ours."""
    try:
        return int(signing.loads(token, salt=_STOP))
    except signing.BadSignature:
        return None


def stop(*, membership_id: int) -> None:
    Membership.objects.filter(pk=membership_id).update(wants_report=False)


def _wanting() -> QuerySet[Membership]:
    unconfirmed = EmailAddress.objects.filter(
        user=OuterRef("member"), email__iexact=OuterRef("member__email"), verified=False
    )
    return (
        Membership.objects.organizers()
        .filter(wants_report=True, member__email__isnull=False, member__is_active=True)
        .exclude(member__mail=Member.Mail.OFF)
        .exclude(Exists(unconfirmed))
    )


def _waiting(domain: Domain, week: date) -> list[Membership]:
    taken = ReportMail.objects.filter(membership=OuterRef("pk"), week=week).filter(
        Q(taken_at__isnull=False) | Q(tries__gte=MOST_TRIES)
    )
    return list(
        _wanting()
        .filter(domain=domain)
        .exclude(Exists(taken))
        .select_related("member", "domain")
        .order_by("pk")
    )


def _mails(membership: Membership, week: date) -> QuerySet[ReportMail]:
    return ReportMail.objects.filter(membership=membership, week=week)


def _take(membership: Membership, week: date, *, at: datetime) -> bool:
    """Say that this process sends it; whether it is the one that does."""
    _mail, is_new = ReportMail.objects.get_or_create(
        membership=membership, week=week, defaults={"taken_at": at}
    )
    if is_new:
        return True
    return bool(_mails(membership, week).filter(taken_at=None).update(taken_at=at))


def _give_back(membership: Membership, week: date) -> None:
    mail = _mails(membership, week).get()
    mail.taken_at, mail.tries = None, mail.tries + 1
    mail.save(update_fields=["taken_at", "tries"])


def _mail(
    membership: Membership, week: date, told: monday.Monday, connection: Any
) -> EmailMultiAlternatives:
    assert membership.member is not None  # noqa: S101 - those without an account want none
    mail = EmailMultiAlternatives(
        subject=Truncator(" ".join(monday.subject(told).split())).chars(
            LONGEST_SUBJECT
        ),
        body=monday.as_text(told),
        to=[membership.member.email or ""],
        connection=connection,
        headers={
            # The same for the same week: were it ever sent again, it is one mail.
            "Message-ID": f"<report-{membership.pk}-{week}@{_host()}>",
            "List-Unsubscribe": f"<{told.stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(monday.as_html(told), "text/html")
    return mail


def _host() -> str:
    return settings.SITE_URL.rpartition("/")[2].partition(":")[0] or "localhost"


def _stop_address(membership: Membership) -> str:
    path = reverse(
        "health:stop_report", args=[membership.domain.slug, stop_token(membership)]
    )
    return settings.SITE_URL + path
