"""Gathering: calling members together to work on named tasks, and what came of it.

Being there gives nobody a position; work handed in does, by the rules of all work.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain.models import Domain
from domain.refusal import Refusal, Refused
from members import notifying
from members.models import Membership, Notification
from tasks import legitimacy_of_gatherings as legitimacy
from tasks.models import Attendance, Claim, Gathering, Task

#: Whoever names a day further ahead has mistyped it.
FURTHEST: Final = timedelta(days=3653)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When, where, what for and on which tasks, as whoever calls it says it."""

    title: str
    what_for: str
    place: str
    starts_at: datetime
    length: timedelta
    tasks: Sequence[Task]

    def fields(self) -> dict[str, Any]:
        return {
            "title": self.title.strip(),
            "what_for": self.what_for.strip(),
            "place": self.place.strip(),
            "starts_at": self.starts_at,
            "ends_at": self.starts_at + self.length,
        }


@transaction.atomic
def announce(*, membership: Membership, plan: Plan, at: datetime) -> Gathering:
    """Call a gathering; members whom its tasks touch are told."""
    domain = membership.domain
    refusal = (
        legitimacy.refusal_to_call(domain=domain, membership=membership)
        or _incomplete(plan, at=at)
        or _not_workable(plan.tasks, domain)
    )
    if refusal:
        raise Refused(refusal)

    gathering = Gathering.objects.create(
        domain=domain,
        called_by=membership,
        called_at=at,
        changed_at=at,
        **plan.fields(),
    )
    gathering.tasks.set(plan.tasks)
    _enter(gathering, membership, Attendance.Answer.COMING, at=at)
    _tell_whom_it_touches(gathering, membership, at=at)
    return gathering


@transaction.atomic
def change(
    *,
    gathering: Gathering,
    membership: Membership,
    plan: Plan,
    version: int,
    at: datetime,
) -> Gathering:
    """Change a gathering; those who said they come are told.

    Refused where somebody changed it since ``version``: what one typed is about what
    one saw.
    """
    gathering = _locked(gathering)
    named = set(gathering.tasks.values_list("pk", flat=True))
    refusal = (
        legitimacy.refusal_to_change(gathering=gathering, membership=membership, at=at)
        or _overtaken(gathering, version)
        or _incomplete(plan, at=at, begun=gathering.has_begun(at=at))
        or _not_workable(
            [task for task in plan.tasks if task.pk not in named], gathering.domain
        )
    )
    if refusal:
        raise Refused(refusal)

    changed = [
        name
        for name, value in plan.fields().items()
        if getattr(gathering, name) != value
    ]
    if not changed and named == {task.pk for task in plan.tasks}:
        return gathering
    for name, value in plan.fields().items():
        setattr(gathering, name, value)
    gathering.version += 1
    gathering.changed_at = at
    gathering.save()
    gathering.tasks.set(plan.tasks)
    _tell_who_comes(
        gathering,
        membership,
        key=f"gathering:{gathering.pk}:{gathering.version}",
        sentence=_("Changed by %(name)s. It is on %(when)s, at: %(place)s.")
        if {"starts_at", "ends_at", "place"} & set(changed)
        else _("%(name)s changed what it is about. It is still on %(when)s."),
        at=at,
    )
    _tell_whom_it_touches(gathering, membership, at=at)
    return gathering


@transaction.atomic
def call_off(
    *, gathering: Gathering, membership: Membership, because: str, at: datetime
) -> Gathering:
    """Say that it does not take place, and why; those who come are told."""
    gathering = _locked(gathering)
    refusal = legitimacy.refusal_to_change(
        gathering=gathering, membership=membership, at=at
    )
    if not refusal and not because.strip():
        refusal = Refusal("no_reason", _("Say why, in a sentence others can read."))
    if refusal:
        raise Refused(refusal)

    gathering.called_off_at, gathering.changed_at = at, at
    gathering.called_off_because = because.strip()
    gathering.version += 1
    gathering.save()
    _tell_who_comes(
        gathering,
        membership,
        key=f"gathering:{gathering.pk}:off",
        sentence=_("%(name)s called it off. It does not take place on %(when)s."),
        quote=gathering.called_off_because,
        at=at,
    )
    return gathering


@transaction.atomic
def answer(
    *, gathering: Gathering, membership: Membership, coming: bool, at: datetime
) -> Attendance:
    """Say that one comes, or cannot; what one said last holds."""
    gathering = _locked(gathering)
    refusal = legitimacy.refusal_to_answer(
        gathering=gathering, membership=membership, at=at
    )
    if refusal:
        raise Refused(refusal)
    said = Attendance.Answer.COMING if coming else Attendance.Answer.CANNOT
    return _enter(gathering, membership, said, at=at)


@transaction.atomic
def tell(
    *,
    gathering: Gathering,
    membership: Membership,
    there: Collection[Membership],
    came_of_it: str,
    version: int,
    at: datetime,
) -> Gathering:
    """Note who was there, and in a sentence or two what came of it."""
    gathering = _locked(gathering)
    refusal = legitimacy.refusal_to_tell(
        gathering=gathering, membership=membership, at=at
    ) or _overtaken(gathering, version)
    if not refusal and any(one.domain_id != gathering.domain_id for one in there):
        refusal = Refusal("elsewhere", _("Somebody of these is not a member here."))
    if not refusal and not (there or came_of_it.strip()):
        refusal = Refusal("nothing_told", _("Say who was there, or what came of it."))
    if refusal:
        raise Refused(refusal)

    was_there = {one.pk for one in there}
    gathering.attendances.exclude(membership__in=was_there).update(was_there=False)
    for one in there:
        Attendance.objects.update_or_create(
            gathering=gathering, membership=one, defaults={"was_there": True}
        )
    gathering.came_of_it = came_of_it.strip()
    gathering.told_by, gathering.told_at = membership, at
    gathering.version += 1
    gathering.changed_at = at
    gathering.save()
    return gathering


def touched_by(
    tasks: Iterable[Task], *, domain: Domain
) -> tuple[QuerySet[Membership], QuerySet[Membership]]:
    """Return who holds one of the tasks, and who else is at home in their areas."""
    tasks = list(tasks)
    present = Membership.objects.present().with_account().of_people()
    present = present.filter(domain=domain).select_related("member").order_by("pk")
    holding = Claim.objects.live().filter(task__in=tasks).values("membership")
    holders = present.filter(pk__in=holding)
    areas = {task.area_id for task in tasks}
    others = Membership.areas.through.objects.filter(area__in=areas)
    near = present.filter(Q(pk__in=others.values("membership")))
    return holders, near.exclude(pk__in=holding)


def _tell_whom_it_touches(
    gathering: Gathering, membership: Membership, *, at: datetime
) -> None:
    """Each once, however often it is changed; nobody who is away."""
    tasks = list(gathering.tasks.select_related("area").order_by("pk"))
    areas = {task.area_id: task.area.name for task in tasks}
    called = _("%(name)s calls a gathering on %(when)s, %(on)s.") % {
        "name": gathering.called_by.name,
        "when": gathering.when_in_words,
        "on": _on(tasks),
    }
    holders, near = touched_by(tasks, domain=gathering.domain)
    reasons = [(holders, _("You hold one of its tasks."))]
    # One notice a person, by the first of the tasks' areas that is theirs.
    reasons += [
        (
            near.filter(areas=area),
            _("You are told because %(area)s is one of your areas.") % {"area": name},
        )
        for area, name in areas.items()
    ]
    for people, reason in reasons:
        _tell(
            gathering,
            people,
            membership,
            key=f"gathering:{gathering.pk}",
            sentence=f"{called} {reason}",
            quote=gathering.what_for,
            at=at,
        )


def _tell_who_comes(
    gathering: Gathering,
    membership: Membership,
    *,
    key: str,
    sentence: str,
    at: datetime,
    quote: str = "",
) -> None:
    coming = gathering.attendances.coming().values("membership")
    _tell(
        gathering,
        Membership.objects.present()
        .filter(Q(pk__in=coming) | Q(pk=gathering.called_by_id))
        .select_related("member"),
        membership,
        key=key,
        sentence=sentence
        % {
            "name": membership.name,
            "when": gathering.when_in_words,
            "place": gathering.place,
        },
        quote=quote,
        at=at,
        though_away=True,
    )


def _tell(
    gathering: Gathering,
    people: Iterable[Membership],
    actor: Membership,
    *,
    key: str,
    sentence: str,
    quote: str,
    at: datetime,
    though_away: bool = False,
) -> None:
    notifying.notify_all(
        members=[
            one.member
            for one in people
            if one.pk != actor.pk and (though_away or not one.is_away(at=at))
        ],
        kind=Notification.Kind.GATHERING,
        key=key,
        domain=gathering.domain,
        actor=actor,
        title=gathering.title,
        quote=quote,
        sentence=sentence,
        path=gathering.get_absolute_url(),
        at=at,
    )


def _on(tasks: Sequence[Task]) -> str:
    others = len(tasks) - 1
    if not others:
        return _("to work on “%(task)s”") % {"task": tasks[0].title}
    return ngettext(
        "to work on “%(task)s” and %(count)d more task",
        "to work on “%(task)s” and %(count)d more tasks",
        others,
    ) % {"task": tasks[0].title, "count": others}


def _enter(
    gathering: Gathering, membership: Membership, said: str, *, at: datetime
) -> Attendance:
    attendance, _is_new = Attendance.objects.update_or_create(
        gathering=gathering,
        membership=membership,
        defaults={"answer": said, "answered_at": at},
    )
    return attendance


def _locked(gathering: Gathering) -> Gathering:
    """One after the other: answers, changes and what came of it never cross."""
    return (
        Gathering.objects.select_for_update(of=("self",), no_key=True)
        .select_related("domain", "called_by")
        .get(pk=gathering.pk)
    )


def _overtaken(gathering: Gathering, version: int) -> Refusal | None:
    if gathering.version == version:
        return None
    return Refusal(
        "changed_meanwhile",
        _("Somebody changed this gathering while you were writing."),
        _("What you wrote is still here. See what it says now, then save again."),
    )


def _incomplete(plan: Plan, *, at: datetime, begun: bool = False) -> Refusal | None:
    if not plan.tasks:
        return Refusal(
            "no_task",
            _("What will you work on? A gathering is on tasks, by name."),
            _("Name one task at least."),
        )
    if not plan.title.strip() or not plan.place.strip() or not plan.what_for.strip():
        return Refusal("not_said", _("Say what it is, where, and what for."))
    if plan.length <= timedelta(0):
        return Refusal("no_length", _("It ends after it starts."))
    if plan.starts_at <= at and not begun:
        return Refusal("gone_by", _("That time has gone by."), _("Choose a later one."))
    if abs(plan.starts_at - at) > FURTHEST:
        return Refusal(
            "too_far_off",
            _("That is more than ten years away."),
            _("Choose a day that is nearer."),
        )
    return None


def _not_workable(tasks: Iterable[Task], domain: Domain) -> Refusal | None:
    for task in tasks:
        if refusal := legitimacy.refusal_of_task(task=task, domain=domain):
            return refusal
    return None
