"""Delivering: mailing members what they were told and have not read yet.

Rows are mailed one by one, each under its own lock: two deliveries at once share
the work, and a mail is repeated only when a process dies between sending it and
saying so.
"""

import logging
from datetime import datetime, timedelta
from email.errors import MessageError
from functools import reduce
from operator import or_
from smtplib import SMTPException, SMTPRecipientsRefused

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from members.models import Member, Notification

log = logging.getLogger(__name__)

#: How long after the telling each try comes: a mail server may be away for a day.
TRIES_AFTER = (
    timedelta(0),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
#: Older than this it is no longer news, and the page has it.
NEWS_FOR = timedelta(days=2)

LONGEST_SUBJECT = 90
_STOP = "members.stop_mail"


def deliver(*, at: datetime, limit: int = 200) -> int:
    """Mail what waits, to those who want mail; return how many mails went out."""
    _settle_unwanted(at=at)
    sent, tried = 0, list[int]()
    while len(tried) < limit:
        with transaction.atomic():
            _allow_for_a_slow_server()
            told = _due(at=at, besides=tried).first()
            if told is None:
                break
            tried.append(told.pk)
            try:
                _mail(told).send()
            except (SMTPException, MessageError, OSError, ValueError) as error:
                log.warning("Notification %s was not mailed: %s", told.pk, error)
                told.mail_tries += 1
                told.save(update_fields=["mail_tries"])
                if not isinstance(error, SMTPRecipientsRefused | ValueError):
                    # The server's fault: the others would only wait for it as well.
                    break
                continue
            told.mailed_at = at
            told.save(update_fields=["mailed_at"])
            sent += 1
    return sent


def _allow_for_a_slow_server() -> None:
    """A mail server may take its time at every step, longer than a page may stay silent.

    Were the connection cut meanwhile, what was sent would be sent again, and again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '5min'")


def member_to_spare(token: str) -> int | None:
    """Return whose mail a link stops, or None if it is not one of ours."""
    try:
        return int(signing.loads(token, salt=_STOP))
    except signing.BadSignature:
        return None


def stop_token(member: Member) -> str:
    return signing.dumps(member.pk, salt=_STOP)


def _settle_unwanted(*, at: datetime) -> None:
    """Mark what nobody wants by mail as dealt with."""
    Notification.objects.unmailed().filter(
        Q(member__mail=Member.Mail.OFF)
        | Q(member__email=None)
        | Q(read_at__isnull=False)
        | Q(created_at__lt=at - NEWS_FOR)
    ).update(mailed_at=at)


def _due(*, at: datetime, besides: list[int]) -> QuerySet[Notification]:
    turn = reduce(
        or_,
        (
            Q(mail_tries=tries, created_at__lte=at - after)
            for tries, after in enumerate(TRIES_AFTER)
        ),
    )
    unconfirmed = EmailAddress.objects.filter(
        user=OuterRef("member"), email__iexact=OuterRef("member__email"), verified=False
    )
    return (
        Notification.objects.unmailed()
        .filter(turn)
        .exclude(pk__in=besides)
        # Somebody may have signed up with an address that is not theirs.
        .exclude(Exists(unconfirmed))
        .select_related("member", "domain", "actor")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("mail_tries", "created_at", "pk")
    )


def _mail(told: Notification) -> EmailMessage:
    """A person's words first, then what happened, then where to answer."""
    stop = settings.SITE_URL + reverse(
        "members:stop_mail", args=[stop_token(told.member)]
    )
    said = [f"“{told.quote}”"] if told.quote else []
    if said and told.actor:
        said = [*said, told.actor.name]
    parts = [
        "\n".join(said),
        told.sentence,
        f"{told.title}\n{settings.SITE_URL}{told.path}",
        "-- \n"
        + _("You are told this as it happens. No more mail: %(address)s")
        % {"address": stop},
    ]
    return EmailMessage(
        subject=_subject(told),
        body="\n\n".join(part for part in parts if part) + "\n",
        to=[told.member.email or ""],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def _subject(told: Notification) -> str:
    words = " ".join((told.quote or told.sentence).split())
    short = Truncator(words).chars(LONGEST_SUBJECT)
    if not told.quote:
        return short
    return f"{told.actor.name}: {short}" if told.actor else short
