"""Disputing: a line of the ledger said to be wrong, and what organizers answer.

Nothing is deleted. A line that should not have been written is countered by a further
line, in the same transaction as the reason why, and everything that is read off the
ledger follows from that.
"""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from domain.refusal import Refusal, Refused
from members import legitimacy, notifying, participating
from members.models import (
    Dispute,
    Membership,
    Notification,
    OrganizerAct,
    Participation,
    Voiding,
)
from members.position.evidence import COUNTERS

#: The longest key a line of the ledger can have.
_LONGEST_KEY = 160


@transaction.atomic
def dispute(
    *, line: Participation, membership: Membership, reason: str, at: datetime
) -> Dispute:
    """Say that a line is wrong. It stands until an organizer has answered."""
    _lock_sides(line)
    _refuse(legitimacy.refusal_to_dispute(line=line, membership=membership))
    _refuse_silence(reason)
    raised = Dispute.objects.create(
        line=line, membership=membership, reason=reason.strip(), raised_at=at
    )
    organizers = Membership.objects.organizers().with_account()
    notifying.notify_all(
        members=[
            organizer.member
            for organizer in organizers.filter(domain=line.domain_id)
            .exclude(pk=membership.pk)
            .select_related("member")
        ],
        kind=Notification.Kind.DISPUTE,
        key=f"disputed:{raised.pk}",
        domain=line.domain,
        actor=membership,
        title=line.title or _("A line of the ledger"),
        quote=raised.reason,
        sentence=_("%(name)s says that this line is wrong.")
        % {"name": membership.name},
        path=address_of(line),
        at=at,
    )
    return raised


@transaction.atomic
def keep(
    *, dispute: Dispute, organizer: Membership, reason: str, at: datetime
) -> Dispute:
    """Let a disputed line stand, and say why."""
    line = dispute.line
    _lock_sides(line)
    dispute.refresh_from_db(fields=["answered_at"])
    _refuse(legitimacy.refusal_to_answer_dispute(dispute=dispute, organizer=organizer))
    _refuse_silence(reason)
    _answer(dispute, organizer, is_kept=True, reason=reason.strip(), at=at)
    _log(line, organizer, _("Kept a disputed line"), reason=reason, at=at)
    return dispute


@transaction.atomic
def void(
    *, line: Participation, organizer: Membership, reason: str, at: datetime
) -> Voiding:
    """Take a line back: a counter line, whose reason it was, and all that follows.

    Disputes of the line are answered by it. The positions follow with the next
    repositioning, for which the counter line is the mark.
    """
    gainer = _lock_sides(line)
    _refuse(legitimacy.refusal_to_void(line=line, organizer=organizer))
    _refuse_silence(reason)
    reason = reason.strip()
    counter = _counter(line, at=at)
    voiding = Voiding.objects.create(
        line=line, counter=counter, organizer=organizer, reason=reason, at=at
    )
    for raised in line.disputes.open().select_related("membership__member"):
        _answer(raised, organizer, is_kept=False, reason=reason, at=at)
    _log(line, organizer, _("Voided a line"), reason=reason, at=at)
    if gainer is not None and line.kind == Participation.Kind.RECOGNISED:
        _restate(gainer, line, voiding)
    _tell_both_sides(line, organizer, reason, at=at)
    return voiding


def void_with(
    *, line: Participation, voiding: Voiding, organizer: Membership, at: datetime
) -> Voiding:
    """Take back a line that only followed from one that was voided, for its reason."""
    _lock_sides(line)
    followed = Voiding.objects.create(
        line=line,
        counter=_counter(line, at=at),
        organizer=organizer,
        reason=voiding.reason,
        at=at,
    )
    for raised in line.disputes.open().select_related("membership__member"):
        _answer(raised, organizer, is_kept=False, reason=voiding.reason, at=at)
    _tell_both_sides(line, organizer, voiding.reason, at=at)
    return followed


def address_of(line: Participation) -> str:
    """Return where a line is read, disputed and answered for."""
    about = line.gainer
    assert about is not None  # noqa: S101 - evidence has two sides
    return reverse("members:line", args=[about.domain.slug, about.handle, line.pk])


def _lock_sides(line: Participation) -> Membership | None:
    """Lock both sides, in the order of their keys; return the one who gained.

    One deed about a line at a time: what was asked of it before holds until the end.
    """
    sides = {
        side.pk: side
        for side in Membership.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=[line.giver_id, line.receiver_id])
        .order_by("pk")
    }
    work = line.channel == Participation.Channel.WORK
    return sides.get((line.receiver_id if work else line.giver_id) or 0)


def _counter(line: Participation, *, at: datetime) -> Participation:
    return participating.record(
        domain=line.domain,
        kind=Participation.Kind.COUNTERED,
        key=_counter_key(line),
        item=line.item,
        giver=line.giver,
        receiver=line.receiver,
        channel=Participation.Channel(line.channel),
        amount=-line.amount,
        title=line.title,
        path=line.path,
        centrality=line.centrality,
        area=line.area,
        at=at,
    )


def _counter_key(line: Participation) -> str:
    """Name the line that is meant: several may be about the same thing."""
    key = f"{COUNTERS}{line.key}"
    return key if len(key) <= _LONGEST_KEY else f"{COUNTERS}line:{line.pk}"


def _restate(author: Membership, line: Participation, voiding: Voiding) -> None:
    """Say anew when somebody was last recognised, and when they became competent.

    The threshold is the first clean recognition that still stands. If it was the line
    taken back it moves to the next, or is yet to come.
    """
    stands = (
        Participation.objects.filter(
            receiver=author,
            kind=Participation.Kind.RECOGNISED,
            practice=False,
            accommodated=False,
        )
        .standing()
        .earliest_first()
    )
    if line.occurred_at == author.last_recognised_at:
        last = stands.last()
        author.last_recognised_at = last.occurred_at if last else None
    if line.occurred_at == author.threshold_at:
        first = stands.filter(rounds=1).first()
        author.threshold_at = first.occurred_at if first else None
        if first is None or first.item != line.item:
            _move_threshold(author, first, voiding)
    author.save(update_fields=["last_recognised_at", "threshold_at"])


def _move_threshold(
    author: Membership, to: Participation | None, voiding: Voiding
) -> None:
    """Counter the line that told of the threshold, and tell of the one that is it now."""
    told = Participation.objects.filter(
        giver=author, kind=Participation.Kind.THRESHOLD, voiding=None
    )
    for line in told.select_related("domain", "giver", "receiver"):
        Voiding.objects.create(
            line=line,
            counter=_counter(line, at=voiding.at),
            organizer=voiding.organizer,
            reason=voiding.reason,
            at=voiding.at,
        )
    if to is not None:
        participating.record(
            domain=to.domain,
            kind=Participation.Kind.THRESHOLD,
            key=f"threshold:{author.pk}:{to.pk}",
            item=to.item,
            giver=author,
            title=to.title,
            path=to.path,
            centrality=to.centrality,
            area=to.area,
            at=to.occurred_at,
        )


def _answer(
    dispute: Dispute, organizer: Membership, *, is_kept: bool, reason: str, at: datetime
) -> None:
    dispute.is_kept, dispute.answer = is_kept, reason
    dispute.answered_at, dispute.answered_by = at, organizer
    dispute.save(update_fields=["is_kept", "answer", "answered_at", "answered_by"])
    if not is_kept:
        return
    line = dispute.line
    notifying.notify(
        member=dispute.membership.member,
        kind=Notification.Kind.DISPUTE,
        key=f"dispute answered:{dispute.pk}",
        domain=line.domain,
        actor=organizer,
        title=line.title or _("A line of the ledger"),
        quote=reason,
        sentence=_("%(name)s read what you disputed, and the line stands.")
        % {"name": organizer.name},
        path=address_of(line),
        at=at,
    )


def _tell_both_sides(
    line: Participation, organizer: Membership, reason: str, *, at: datetime
) -> None:
    for side in (line.giver, line.receiver):
        if side is None:
            continue
        notifying.notify(
            member=side.member,
            kind=Notification.Kind.DISPUTE,
            key=f"voided:{line.pk}",
            domain=line.domain,
            actor=organizer,
            title=line.title or _("A line of the ledger"),
            quote=reason,
            sentence=_(
                "%(name)s voided this line. It stays readable, and no longer counts."
            )
            % {"name": organizer.name},
            path=address_of(line),
            at=at,
        )


def _log(
    line: Participation, organizer: Membership, what: str, *, reason: str, at: datetime
) -> None:
    OrganizerAct.objects.create(
        domain=line.domain,
        organizer=organizer,
        about=line.gainer,
        what=f"{what}: {line.title}"[:200] if line.title else what,
        reason=reason.strip(),
        at=at,
    )


def _refuse(refusal: Refusal | None) -> None:
    if refusal:
        raise Refused(refusal)


def _refuse_silence(reason: str) -> None:
    if not reason.strip():
        raise Refused(Refusal("no_reason", _("Say why: both sides read it.")))
