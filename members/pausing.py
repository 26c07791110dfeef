"""Pausing: an agent does nothing more until whoever stopped it lets it go on.

That it is paused stands on its memberships, which every deed reads under its lock, so
that what waits for the lock is refused, too. What it held is given back a floor above,
in ``tasks.halting``.
"""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from domain.refusal import Refused
from members import legitimacy_of_agents, notifying
from members.models import Member, Membership, Notification, OrganizerAct, Pause


@transaction.atomic
def pause(
    *, membership: Membership, by: Membership, at: datetime, words: str = ""
) -> Membership:
    """Stop an agent in one community, as its sponsor or as an organizer."""
    refusal = legitimacy_of_agents.refusal_to_pause(membership=membership, by=by)
    if refusal:
        raise Refused(refusal)
    cause = cause_of(membership, by)
    paused = begin(membership=membership, cause=cause, words=words, at=at)
    if cause == Pause.Cause.ORGANIZER:
        _log(paused, by, _("Paused an agent"), words, at=at)
    return paused


@transaction.atomic
def resume(
    *, membership: Membership, by: Membership, at: datetime, words: str = ""
) -> Membership:
    """Let an agent go on. What an organizer stopped, an organizer lets go on."""
    membership = _locked(membership.pk)
    refusal = legitimacy_of_agents.refusal_to_pause(membership=membership, by=by)
    if refusal:
        raise Refused(refusal)
    own = cause_of(membership, by)
    open_ones = membership.pauses.open()
    if own == Pause.Cause.ORGANIZER:
        open_ones = open_ones.filter(cause=own)
    else:
        open_ones = open_ones.exclude(cause=Pause.Cause.ORGANIZER)
    open_ones.update(ended_at=at)
    _restate(membership, at=at)
    if own == Pause.Cause.ORGANIZER:
        _log(membership, by, _("Let an agent go on"), words, at=at)
        _tell_sponsor(
            membership,
            key=f"resumed:{membership.pk}:{at.isoformat()}",
            quote=words,
            sentence=_("%(name)s lets it go on.") % {"name": by.name},
            at=at,
        )
    return membership


@transaction.atomic
def begin(
    *, membership: Membership, cause: Pause.Cause, at: datetime, words: str = ""
) -> Membership:
    """Open a pause of this cause, unless there is one, and tell the sponsor."""
    membership = _locked(membership.pk)
    pause, is_new = Pause.objects.get_or_create(
        membership=membership,
        cause=cause,
        ended_at=None,
        defaults={"began_at": at, "words": words},
    )
    _restate(membership, at=at)
    if is_new and cause != Pause.Cause.SPONSOR:
        _tell_sponsor(
            membership,
            key=f"paused:{pause.pk}",
            quote=words,
            sentence=_("%(cause)s. What it held goes back to the board.")
            % {"cause": Pause.Cause(cause).label},
            at=at,
        )
    return membership


@transaction.atomic
def pause_everywhere(*, agent: Member, at: datetime) -> list[Membership]:
    """Pause an agent wherever it is, for its sponsor."""
    return [
        begin(membership=membership, cause=Pause.Cause.SPONSOR, at=at)
        for membership in agent.memberships.present().order_by("pk")
    ]


@transaction.atomic
def resume_everywhere(*, agent: Member, sponsor: Member, at: datetime) -> None:
    """Let an agent go on wherever its sponsor is there to answer for it."""
    refusal = legitimacy_of_agents.refusal_to_answer_for(agent=agent, sponsor=sponsor)
    if refusal:
        raise Refused(refusal)
    answering = Membership.objects.present().filter(member=sponsor)
    for own in answering.order_by("pk"):
        found = agent.memberships.present().filter(domain=own.domain_id).first()
        if found is not None:
            resume(membership=found, by=own, at=at)


@transaction.atomic
def pause_those_of(*, sponsor: Membership, at: datetime) -> int:
    """Pause, here, the agents of somebody who goes; return how many."""
    if sponsor.member_id is None:
        return 0
    found = Membership.objects.present().filter(
        domain=sponsor.domain_id, member__sponsor=sponsor.member_id
    )
    for membership in found.order_by("pk"):
        begin(membership=membership, cause=Pause.Cause.ALONE, at=at)
    return len(found)


def cause_of(membership: Membership, by: Membership) -> Pause.Cause:
    """As whom somebody pauses: an organizer's own agent is paused as their own."""
    member = membership.member
    if member is not None and member.sponsor_id == by.member_id:
        return Pause.Cause.SPONSOR
    return Pause.Cause.ORGANIZER


def _tell_sponsor(
    membership: Membership, *, key: str, quote: str, sentence: str, at: datetime
) -> None:
    member = membership.member
    if member is None or member.sponsor is None:
        return
    notifying.notify(
        member=member.sponsor,
        kind=Notification.Kind.AGENT,
        key=key,
        domain=membership.domain,
        actor=membership,
        title=membership.name,
        quote=quote,
        sentence=sentence,
        path=reverse("members:agent", args=[member.handle]),
        at=at,
    )


def _restate(membership: Membership, *, at: datetime) -> None:
    is_open = membership.pauses.open().exists()
    if is_open == (membership.paused_at is not None):
        return
    membership.paused_at = at if is_open else None
    membership.save(update_fields=["paused_at"])


def _locked(pk: int) -> Membership:
    return (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("domain", "member__sponsor")
        .get(pk=pk)
    )


def _log(
    membership: Membership,
    organizer: Membership,
    what: str,
    words: str,
    *,
    at: datetime,
) -> None:
    OrganizerAct.objects.create(
        domain=membership.domain,
        organizer=organizer,
        about=membership,
        what=what,
        reason=words,
        at=at,
    )
