"""Answering: an act that is asked for twice under one key is done once.

The answer is kept in the transaction of the act: either both are there or neither. What
was refused or went wrong is not kept, and may be asked for again under the same key.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b, sha256
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from cop.programs.models import Answer
from domain.refusal import Refusal, Refused
from members.models import Member

#: Whoever lost an answer asks again within minutes; a day is generous.
KEPT_FOR: Final = timedelta(hours=24)
MOST_AT_ONCE: Final = 5000


class Another(Exception):
    """The key stands for another act already."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An act as it was asked for: by whom, under which key, and with what."""

    member: Member
    key: str
    #: Which act, as "POST /api/v1/…".
    what: str
    #: Of all that came with it.
    digest: str


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: str
    is_replayed: bool = False


def once(asked: Asked | None, act: Callable[[], Answered], *, at: datetime) -> Answered:
    """Do an act under its key, or return what it came to when it was done.

    ``Refused`` leaves what its deed kept, as a draft, and nothing else.
    """
    with transaction.atomic():
        if asked is not None:
            if not _alone(asked):
                raise Refused(in_progress())
            if kept := _kept(asked):
                return kept
        try:
            answered = act()
        except Refused as refused:
            # Answered below, not raised: a draft that was kept stays kept.
            refusal = refused
        else:
            if asked is not None:
                _keep(asked, answered, at=at)
            return answered
    raise refusal


def digest_of(parts: Iterable[bytes]) -> str:
    """Tell two askings apart by all that came with them."""
    digest = sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def forget(*, at: datetime) -> int:
    """Let go of answers nobody asks for again; return how many."""
    old = Answer.objects.filter(at__lt=at - KEPT_FOR).order_by("at")
    keys = list(old.values_list("pk", flat=True)[:MOST_AT_ONCE])
    return Answer.objects.filter(pk__in=keys).delete()[0]


def in_progress() -> Refusal:
    return Refusal(
        "in_progress",
        _("What you ask for under this key is being done."),
        _("Ask again in a moment, under the same key."),
    )


def _alone(asked: Asked) -> bool:
    """Whether nobody else is at this key; nobody waits for whoever is."""
    digest = blake2b(f"{asked.member.pk}:{asked.key}".encode(), digest_size=8).digest()
    number = int.from_bytes(digest, "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        row = cursor.fetchone()
    return bool(row and row[0])


def _kept(asked: Asked) -> Answered | None:
    kept = Answer.objects.filter(member=asked.member, key=asked.key).first()
    if kept is None:
        return None
    if (kept.asked, kept.digest) != (asked.what, asked.digest):
        raise Another
    return Answered(kept.status, kept.body, is_replayed=True)


def _keep(asked: Asked, answered: Answered, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            Answer.objects.create(
                member=asked.member,
                key=asked.key,
                asked=asked.what,
                digest=asked.digest,
                status=answered.status,
                body=answered.body,
                at=at,
            )
    except IntegrityError:
        # The lock is for good answers; this constraint is what does an act once.
        raise Refused(in_progress()) from None
