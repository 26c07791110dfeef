"""Asking: one question a quarter to a community's people, and what they said together.

Who said what is nobody's business. While a question is open, an answer lies under a
name made of a membership, a key of the question and the site's own key, so that each
has one answer and may change it; when it closes, answers are added up, their words
mixed, and rows and key deleted, all in one transaction. Nothing is told before, and
nothing of fewer than five, and never by area or zone: two counts that differ by one
person would tell what that person said.
"""

import hmac
import random
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from domain.models import Domain
from domain.refusal import Refusal, Refused
from members import legitimacy, notifying
from members.models import (
    Membership,
    Notification,
    OrganizerAct,
    Pulse,
    PulseAnswer,
    PulseAsking,
    PulsePlan,
)
from members.models.pulse import FEWEST_ANSWERS, Question, Said

OPEN_FOR: Final = timedelta(weeks=4)
#: Said once more to those who neither answered nor waved it away, and never again.
REMIND_AFTER: Final = timedelta(weeks=3)
#: By itself a question is asked early in its quarter; organizers may ask it later.
ASKED_WITHIN: Final = timedelta(weeks=4)
SHORTEST, LONGEST, MOST_WORDS = 10, 160, 500

_SHUFFLE: Final = random.SystemRandom()


def quarter_of(at: datetime) -> date:
    """The first day of the quarter."""
    return date(at.year, 3 * ((at.month - 1) // 3) + 1, 1)


def plan_of(domain: Domain) -> PulsePlan:
    """What is asked next; the first question of the list where nobody chose."""
    return PulsePlan.objects.filter(domain=domain).first() or PulsePlan(domain=domain)


@transaction.atomic
def plan(
    *,
    organizer: Membership,
    preset: str,
    own_words: str,
    is_asked: bool,
    at: datetime,
) -> PulsePlan:
    """Choose what is asked from the next quarter on, or that nothing is."""
    _refuse_others(organizer)
    own_words = " ".join(own_words.split()) if preset == Question.OWN else ""
    if preset == Question.OWN and not SHORTEST <= len(own_words) <= LONGEST:
        raise Refused(
            Refusal("no_question", _("Write a question of 10 to 160 characters."))
        )
    planned, _new = PulsePlan.objects.update_or_create(
        domain_id=organizer.domain_id,
        defaults={
            "preset": Question(preset),
            "own_words": own_words,
            "is_asked": is_asked,
        },
    )
    OrganizerAct.objects.create(
        domain_id=organizer.domain_id,
        organizer=organizer,
        what=_("Chose the question to members")
        if is_asked
        else _("No longer asks members a question each quarter"),
        reason=planned.question,
        at=at,
    )
    return planned


def refusal_to_open(*, domain: Domain, at: datetime) -> Refusal | None:
    if domain.pulses.open().exists():
        return Refusal("pulse_open", _("A question is open already."))
    if domain.pulses.filter(quarter=quarter_of(at)).exists():
        return Refusal(
            "asked_this_quarter", _("This quarter’s question has been asked.")
        )
    if domain.memberships.askable(at=at).count() < FEWEST_ANSWERS:
        return Refusal(
            "too_few_to_ask",
            _("There are fewer than five people to ask."),
            _("What four people answer could not be told without telling who."),
        )
    return None


@transaction.atomic
def open_by_hand(*, organizer: Membership, at: datetime) -> Pulse:
    """Ask this quarter's question now."""
    _refuse_others(organizer)
    pulse = open_pulse(domain=organizer.domain, at=at)
    OrganizerAct.objects.create(
        domain=pulse.domain,
        organizer=organizer,
        what=_("Asked members a question"),
        reason=pulse.question,
        at=at,
    )
    return pulse


@transaction.atomic
def open_pulse(*, domain: Domain, at: datetime) -> Pulse:
    """Ask a community's people the question that is planned."""
    Domain.objects.select_for_update(no_key=True).get(pk=domain.pk)
    refusal = refusal_to_open(domain=domain, at=at)
    if refusal:
        raise Refused(refusal)
    planned = plan_of(domain)
    pulse = Pulse.objects.create(
        domain=domain,
        quarter=quarter_of(at),
        preset=planned.preset,
        own_words=planned.own_words,
        opened_at=at,
        closes_at=at + OPEN_FOR,
        key=secrets.token_bytes(32),
    )
    ask(pulse=pulse, at=at)
    return pulse


@transaction.atomic
def ask(*, pulse: Pulse, at: datetime) -> int:
    """Ask those who are here and were not asked yet; return how many they were."""
    pulse = _locked(pulse)
    if not pulse.takes_answers(at=at):
        return 0
    new = list(
        pulse.domain.memberships.askable(at=at)
        .exclude(pk__in=pulse.askings.values("membership"))
        .select_related("member")
        .order_by("pk")
    )
    PulseAsking.objects.bulk_create(
        (PulseAsking(pulse=pulse, membership=one) for one in new),
        ignore_conflicts=True,
    )
    _tell(
        pulse,
        new,
        key=f"pulse:{pulse.pk}",
        sentence=_(
            "One question this quarter, if you like. Nobody sees who said what."
        ),
        at=at,
    )
    return len(new)


def refusal_to_answer(*, membership: Membership, at: datetime) -> Refusal | None:
    """Why somebody cannot answer what is open, if anything is."""
    pulse = membership.domain.pulses.open().first()
    return _refusal(pulse, membership, at=at)


def own_answer(*, membership: Membership, pulse: Pulse) -> PulseAnswer | None:
    """What somebody said, for themselves to see and to change."""
    return pulse.answers.filter(token__in=_tokens(pulse, membership.pk)).first()


@transaction.atomic
def answer(
    *, membership: Membership, pulse: Pulse, said: str, words: str, at: datetime
) -> None:
    """Keep one answer, in place of an earlier one.

    Only the question is locked: a lock on the membership would leave the number of
    the transaction that wrote the answer on the row of who gave it.
    """
    pulse = _locked(pulse)
    refusal = _refusal(pulse, membership, at=at)
    if refusal:
        raise Refused(refusal)
    token, *former = _tokens(pulse, membership.pk)
    # Given while the site had another key: it is one answer all the same.
    pulse.answers.filter(token__in=former).delete()
    PulseAnswer.objects.bulk_create(
        [
            PulseAnswer(
                pulse=pulse,
                token=token,
                said=Said(said),
                words=words.strip()[:MOST_WORDS],
            )
        ],
        update_conflicts=True,
        unique_fields=["pulse", "token"],
        update_fields=["said", "words"],
    )


@transaction.atomic
def withdraw(*, membership: Membership, pulse: Pulse) -> None:
    """Take one's answer back."""
    pulse = _locked(pulse)
    pulse.answers.filter(token__in=_tokens(pulse, membership.pk)).delete()


def dismiss(*, membership: Membership, pulse: Pulse, at: datetime) -> None:
    """Hear no more of it; answering stays possible until it closes."""
    PulseAsking.objects.filter(
        pulse=pulse, membership=membership, dismissed_at=None
    ).update(dismissed_at=at)


@transaction.atomic
def forget(*, membership: Membership) -> None:
    """Delete what can still be found of somebody who goes: answers to what is open."""
    for pulse in Pulse.objects.open().filter(domain=membership.domain_id):
        locked = _locked(pulse)
        locked.answers.filter(token__in=_tokens(locked, membership.pk)).delete()
        locked.askings.filter(membership=membership).delete()
        _told_of(locked).filter(member=membership.member_id).delete()


@transaction.atomic
def remind(*, pulse: Pulse, at: datetime) -> int:
    """Say it once more to those who neither answered nor waved it away."""
    pulse = _locked(pulse)
    if pulse.reminded_at is not None or not pulse.takes_answers(at=at):
        return 0
    answered = {bytes(token) for token in pulse.answers.values_list("token", flat=True)}
    silent = [
        one.membership
        for one in pulse.askings.filter(
            dismissed_at=None, membership__in=pulse.domain.memberships.askable(at=at)
        ).select_related("membership__member")
        if answered.isdisjoint(_tokens(pulse, one.membership_id))
    ]
    pulse.reminded_at = at
    pulse.save(update_fields=["reminded_at"])
    _tell(
        pulse,
        silent,
        key=f"pulse:{pulse.pk}:again",
        sentence=_("This question closes in a week. You will not be asked again."),
        at=at,
    )
    return len(silent)


@transaction.atomic
def close(*, pulse: Pulse, at: datetime) -> Pulse:
    """Add the answers up, mix their words, and forget who gave which for good."""
    pulse = _locked(pulse)
    if pulse.closed_at is not None:
        return pulse
    told = list(pulse.answers.values_list("said", "words"))
    if len(told) >= FEWEST_ANSWERS:
        said = [one for one, _words in told]
        pulse.yes, pulse.no, pulse.unsure = (
            said.count(each) for each in (Said.YES, Said.NO, Said.UNSURE)
        )
        pulse.words = [words for _said, words in told if words]
        _SHUFFLE.shuffle(pulse.words)
    pulse.asked = pulse.askings.filter(membership__left_at=None).count()
    pulse.key, pulse.closed_at = None, at
    pulse.save()
    pulse.answers.all().delete()
    pulse.askings.all().delete()
    # Who was reminded had not answered.
    _told_of(pulse).delete()
    return pulse


def go_on(*, at: datetime) -> int:
    """Close, remind and ask what is due everywhere; return how many were opened."""
    for pulse in Pulse.objects.open().select_related("domain").order_by("pk"):
        if at >= pulse.closes_at:
            close(pulse=pulse, at=at)
        elif at >= pulse.opened_at + REMIND_AFTER:
            remind(pulse=pulse, at=at)
        else:
            ask(pulse=pulse, at=at)
    opened = 0
    quarter = quarter_of(at)
    if at.date() >= quarter + ASKED_WITHIN:
        return opened
    asked = Pulse.objects.filter(quarter=quarter).values("domain")
    for domain in Domain.objects.exclude(pk__in=asked).order_by("pk"):
        # Whoever founds a community this quarter is not asked about it already.
        if domain.founded_at.date() < quarter and plan_of(domain).is_asked:
            try:
                open_pulse(domain=domain, at=at)
            except Refused:
                continue
            opened += 1
    return opened


def _refusal(
    pulse: Pulse | None, membership: Membership, *, at: datetime
) -> Refusal | None:
    if pulse is None or not pulse.takes_answers(at=at):
        return Refusal("pulse_closed", _("This question is closed."))
    if not pulse.askings.filter(membership=membership).exists():
        return Refusal(
            "not_asked",
            _("Asked are the people who were here, and not away, when it was opened."),
        )
    return None


def _refuse_others(organizer: Membership) -> None:
    refusal = legitimacy.refusal_to_organize(
        domain=organizer.domain, membership=organizer
    )
    if refusal:
        raise Refused(refusal)


def _locked(pulse: Pulse) -> Pulse:
    return (
        Pulse.objects.select_for_update(of=("self",), no_key=True)
        .select_related("domain")
        .get(pk=pulse.pk)
    )


def _tokens(pulse: Pulse, membership_id: int) -> list[bytes]:
    """The names somebody's answer may lie under: today's, and by the site's old keys."""
    if pulse.key is None:
        return []
    about = bytes(pulse.key) + membership_id.to_bytes(8, "big")
    return [
        hmac.digest(key.encode(), about, "sha256")
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def _tell(
    pulse: Pulse,
    memberships: Iterable[Membership],
    *,
    key: str,
    sentence: str,
    at: datetime,
) -> None:
    notifying.notify_all(
        members=[one.member for one in memberships],
        kind=Notification.Kind.PULSE,
        key=key,
        domain=pulse.domain,
        title=pulse.question,
        sentence=sentence,
        path=reverse("health:pulse", args=[pulse.domain.slug]),
        at=at,
    )


def _told_of(pulse: Pulse) -> "QuerySet[Notification]":
    return Notification.objects.filter(
        kind=Notification.Kind.PULSE,
        key__in=(f"pulse:{pulse.pk}", f"pulse:{pulse.pk}:again"),
    )
