"""Proposing: saying what the practice needs done, keeping it true, and ending it well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from domain.centrality import Centrality, Consequence, Reliance, derive
from domain.models import Area
from domain.refusal import Refusal, Refused
from members import notifying, participating
from members.models import Membership, Notification, Participation
from tasks import citing, claiming, legitimacy, locks, observing, stating
from tasks.models import Change, Claim, Part, Task

#: The two answers a task's centrality is derived from.
ANSWERS = {"consequence": Consequence, "reliance": Reliance}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is needed, as whoever raises a task says it."""

    title: str
    brief: str
    beneficiary: str
    use: str
    area: Area
    consequence: Consequence
    reliance: Reliance
    effort_minutes: int
    done_means: str = ""
    if_wrong: str = ""
    seats: int = 1
    observer_seats: int = 3
    claim_window: timedelta | None = None
    for_newcomers: bool = False
    agents_welcome: bool = True
    is_practice: bool = False
    is_awaited: bool = False
    outside_url: str = ""

    @property
    def centrality(self) -> Centrality:
        return derive(consequence=self.consequence, reliance=self.reliance)

    def fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a jigsaw, as whoever raises it cuts it."""

    title: str
    area: Area


@transaction.atomic
def propose(
    *, membership: Membership, need: Need, at: datetime, pieces: Sequence[Piece] = ()
) -> Task:
    """Raise a task; it opens at once when the member may open it, else it waits as a draft.

    With ``pieces`` it is a jigsaw: one seat for each, in another area each.
    """
    domain = membership.domain
    refusal = (
        legitimacy.refusal_to_propose(domain=domain, membership=membership)
        or _incomplete(need, membership)
        or _not_a_jigsaw(pieces, membership)
    )
    if refusal:
        raise Refused(refusal)

    task = Task.objects.create(
        domain=domain,
        centrality=need.centrality,
        raised_by=membership,
        raised_at=at,
        by_organizer=membership.is_organizer,
        **{**need.fields(), **({"seats": len(pieces)} if pieces else {})},
    )
    Part.objects.bulk_create(
        Part(task=task, seat=seat, title=piece.title, area=piece.area)
        for seat, piece in enumerate(pieces, start=1)
    )
    citing.cite(task=task, text=task.brief, member=membership, at=at)
    participating.record(
        domain=domain,
        kind=Participation.Kind.RAISED,
        key=f"task:{task.pk}",
        item=f"task:{task.pk}",
        giver=membership,
        title=task.title,
        path=task.get_absolute_url(),
        centrality=task.centrality,
        area=task.area,
        practice=task.is_practice,
        at=at,
    )
    if not legitimacy.refusal_to_open(
        domain=domain, area=need.area, membership=membership
    ):
        _open(task, membership, at=at)
    return task


@transaction.atomic
def open_task(*, task: Task, membership: Membership, at: datetime) -> Task:
    """Put a proposed task on the board."""
    membership, task = locks.member_and_task(membership, task)
    refusal = legitimacy.refusal_to_open(
        domain=task.domain, area=task.area, membership=membership
    )
    if refusal is None and task.state != Task.State.DRAFT:
        refusal = Refusal("open_already", _("This task is no longer a proposal."))
    if refusal:
        raise Refused(refusal)

    _open(task, membership, at=at)
    _tell_raiser(
        task,
        key=f"opened:{task.pk}",
        sentence=_("%(name)s opened the task you proposed.")
        % {"name": membership.name},
        actor=membership,
        at=at,
    )
    return task


@transaction.atomic
def edit(*, task: Task, membership: Membership, need: Need, at: datetime) -> Task:
    """Change what is needed; whoever holds or watches the task is told, and gets time."""
    membership, task = locks.member_and_task(membership, task)
    refusal = legitimacy.refusal_to_edit(
        task=task, membership=membership
    ) or _incomplete(need, membership)
    wanted = need.fields()
    regauged = any(
        getattr(task, name) != wanted[name]
        for name in ("area", "consequence", "reliance", "is_practice")
    )
    if not refusal and regauged:
        refusal = legitimacy.refusal_to_regauge(
            task=task, area=need.area, membership=membership
        )
    if not refusal and need.seats < task.taken:
        refusal = Refusal(
            "seats_in_use",
            _("More seats than that are taken."),
            _("Keep as many seats as are held or done."),
        )
    if not refusal and task.is_jigsaw and need.seats != task.seats:
        refusal = Refusal(
            "a_seat_a_part",
            _("Each seat of this task holds one of its parts."),
            _("Keep the seats, or propose another task."),
        )
    if refusal:
        raise Refused(refusal)

    changed = _differences(task, wanted)
    if not changed:
        return task
    answers = (task.consequence, task.reliance)
    for name, value in wanted.items():
        setattr(task, name, value)
    if answers != (need.consequence, need.reliance):
        # An override was about the old answers.
        task.centrality = need.centrality
        task.override_reason, task.overridden_by = "", None
    task.save()
    citing.cite(task=task, text=task.brief, member=membership, at=at)
    stating.restate(task, at=at)
    _changed(task, membership, changed, at=at)
    return task


@transaction.atomic
def override(
    *,
    task: Task,
    membership: Membership,
    centrality: Centrality,
    reason: str,
    at: datetime,
) -> Task:
    """Place a task elsewhere than its two answers do, and say why."""
    membership, task = locks.member_and_task(membership, task)
    refusal = legitimacy.refusal_to_override(task=task, membership=membership)
    if not refusal and not reason.strip():
        refusal = _no_reason()
    if refusal:
        raise Refused(refusal)

    before = task.domain.zone_name(task.centrality)
    task.centrality = centrality
    task.override_reason, task.overridden_by = reason.strip(), membership
    task.save(update_fields=["centrality", "override_reason", "overridden_by"])
    after = task.domain.zone_name(centrality)
    _changed(task, membership, {"centrality": [before, after]}, reason=reason, at=at)
    return task


@transaction.atomic
def withdraw(
    *,
    task: Task,
    membership: Membership,
    ending: Task.Ending,
    reason: str,
    at: datetime,
) -> Task:
    """End a task that will not be done, with an honourable ending and the reason."""
    membership, task = locks.member_and_task(membership, task)
    refusal = legitimacy.refusal_to_withdraw(
        task=task, membership=membership, ending=ending
    )
    if not refusal and not reason.strip():
        refusal = _no_reason()
    if not refusal and ending == Task.Ending.DONE:
        refusal = Refusal(
            "not_an_ending", _("A task is done when its work is recognised.")
        )
    if refusal:
        raise Refused(refusal)

    holders = list(task.claims.live().select_related("membership__member"))
    task.claims.live().update(
        ended_at=at, ending=Claim.Ending.CLOSED, ending_words=reason.strip()
    )
    task.state = Task.State.WITHDRAWN
    task.ending, task.ending_reason = ending, reason.strip()
    task.closed_at = at
    task.save(update_fields=["state", "ending", "ending_reason", "closed_at"])
    told: dict[str, Any] = {
        "task": task,
        "key": f"withdrawn:{task.pk}",
        "sentence": _("The task was closed: %(ending)s.")
        % {"ending": Task.Ending(ending).label.lower()},
        "quote": task.ending_reason,
        "actor": membership,
        "at": at,
    }
    for claim in holders:
        _tell(claim.membership, **told)
    _tell(task.raised_by, **told)
    observing.tell(**told)
    observing.end_all(task=task, to_the_end=False, at=at)
    return task


@transaction.atomic
def mark_used(
    *, task: Task, membership: Membership, used_in: str, at: datetime
) -> Task:
    """Say where the result went; whoever made it hears of it."""
    membership, task = locks.member_and_task(membership, task)
    refusal = legitimacy.refusal_to_mark_used(task=task, membership=membership)
    if not refusal and not used_in.strip():
        refusal = Refusal("no_use", _("Say where it went."))
    if refusal:
        raise Refused(refusal)

    task.used_in, task.used_at = used_in.strip(), at
    task.save(update_fields=["used_in", "used_at"])
    makers = task.claims.filter(ending=Claim.Ending.DONE)
    for claim in makers.select_related("membership__member"):
        _tell(
            claim.membership,
            task=task,
            key=f"used:{task.pk}:{claim.pk}",
            sentence=_("Your work is in use: %(where)s.") % {"where": task.used_in},
            actor=membership,
            at=at,
        )
    return task


@transaction.atomic
def mark_practice(
    *,
    task: Task,
    membership: Membership,
    is_practice: bool,
    reason: str,
    at: datetime,
) -> Task:
    """Say that a task is practice, or real after all, and why; done or not.

    What was recognised of it stays in the ledger as it was. Whoever raised it is told,
    and how to take it back.
    """
    membership, task = locks.member_and_task(membership, task)
    refusal = legitimacy.refusal_to_mark_practice(task=task, membership=membership)
    if not refusal and not reason.strip():
        refusal = _no_reason()
    if refusal:
        raise Refused(refusal)
    if task.is_practice == is_practice:
        return task

    task.is_practice = is_practice
    task.save(update_fields=["is_practice"])
    fields = {"is_practice": [_shown("", not is_practice), _shown("", is_practice)]}
    change = _changed(task, membership, fields, reason=reason, at=at)
    sentence = (
        _(
            "%(name)s marked it as practice. If somebody needs the result, say so on its"
            " page and take that back."
        )
        if is_practice
        else _("%(name)s says that it is real work after all.")
    )
    _tell(
        task.raised_by,
        task=task,
        key=f"practice:{change.pk}",
        sentence=sentence % {"name": membership.name},
        quote=change.reason,
        actor=membership,
        at=at,
    )
    return task


def _open(task: Task, membership: Membership, *, at: datetime) -> None:
    task.state = Task.State.OPEN
    task.opened_by, task.opened_at = membership, at
    task.save(update_fields=["state", "opened_by", "opened_at"])


def _incomplete(need: Need, membership: Membership) -> Refusal | None:
    if not need.beneficiary.strip() or not need.use.strip():
        return Refusal(
            "no_beneficiary",
            _("Who needs this? If nobody does, it is practice, and people can tell."),
            _("Name who relies on the result, and for what."),
        )
    if need.area.domain_id != membership.domain_id:
        return Refusal("elsewhere", _("This area belongs to another community."))
    return None


def _not_a_jigsaw(pieces: Sequence[Piece], membership: Membership) -> Refusal | None:
    """Each part is for somebody who knows another area; one alone is a task."""
    if not pieces:
        return None
    areas = {piece.area.pk for piece in pieces}
    if len(pieces) == 1 or len(areas) < len(pieces):
        return Refusal(
            "one_area_a_part",
            _("A task in parts has two or more, each in another area."),
            _("Parts of one area are seats, or tasks of their own."),
        )
    if any(piece.area.domain_id != membership.domain_id for piece in pieces):
        return Refusal("elsewhere", _("This area belongs to another community."))
    return None


def _no_reason() -> Refusal:
    return Refusal("no_reason", _("Say why, in a sentence others can read."))


def _differences(task: Task, wanted: dict[str, Any]) -> dict[str, list[str]]:
    return {
        name: [_shown(name, getattr(task, name)), _shown(name, value)]
        for name, value in wanted.items()
        if getattr(task, name) != value
    }


def _shown(name: str, value: Any) -> str:
    """A field's value as people read it, for those who ask what changed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in ANSWERS:
        return str(ANSWERS[name](value).label)
    return str(value)


def _changed(
    task: Task,
    membership: Membership,
    fields: dict[str, list[str]],
    *,
    at: datetime,
    reason: str = "",
) -> Change:
    """Keep what changed, tell whom it concerns, and give holders back the time it cost."""
    change = Change.objects.create(
        task=task,
        changed_by=membership,
        changed_at=at,
        fields=fields,
        reason=reason.strip(),
    )
    if task.state == Task.State.DRAFT:
        return change
    told: dict[str, Any] = {
        "task": task,
        "key": f"changed:{change.pk}",
        "sentence": _("What is needed changed."),
        "quote": change.reason,
        "actor": membership,
        "at": at,
    }
    for claim in task.claims.live().select_related("membership__member"):
        if claim.membership_id:
            # What was done so far was done for another brief: the clock starts again.
            claiming.renew(claim=claim, task=task, at=at)
            _tell(claim.membership, **told)
    observing.tell(**told)
    return change


def _tell_raiser(
    task: Task, *, key: str, sentence: str, actor: Membership, at: datetime
) -> None:
    _tell(task.raised_by, task=task, key=key, sentence=sentence, actor=actor, at=at)


def _tell(
    membership: Membership | None,
    *,
    task: Task,
    key: str,
    sentence: str,
    actor: Membership,
    at: datetime,
    quote: str = "",
) -> None:
    if membership is None or membership.pk == actor.pk:
        return
    notifying.notify(
        member=membership.member,
        kind=Notification.Kind.TASK,
        key=key,
        domain=task.domain,
        actor=actor,
        title=task.title,
        quote=quote,
        sentence=sentence,
        path=task.get_absolute_url(),
        at=at,
    )
