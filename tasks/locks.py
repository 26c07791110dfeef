"""Locks: who changes what about a task, one after the other and always in one order.

Membership before task before everything that hangs on the task, so that no two deeds
can wait for each other. ``FOR NO KEY UPDATE``, so that lines entering the ledger, which
only point at these rows, never wait.
"""

from collections.abc import Collection

from members.models import Member, Membership
from tasks.models import Task


def member_and_task(
    membership: Membership, task: Task | int
) -> tuple[Membership, Task]:
    """Lock both and return them as they stand now, the task with its seats counted."""
    if membership.is_agent:
        # Before everything else: its budget is its sponsor's, shared with other agents.
        sponsors = Member.objects.filter(agents__memberships=membership.pk)
        list(sponsors.select_for_update(of=("self",), no_key=True).only("pk"))
    held = (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("member__agent")
        .get(pk=membership.pk)
    )
    return held, alone(task, reader=held)


def members(memberships: Collection[Membership]) -> None:
    """Lock several at once, always in one order and before any task."""
    if len(memberships) > 1:
        keys = [membership.pk for membership in memberships]
        locked = Membership.objects.select_for_update(no_key=True).filter(pk__in=keys)
        list(locked.only("pk").order_by("pk"))


def alone(task: Task | int, *, reader: Membership | None = None) -> Task:
    """Lock the task and return it as it stands now, with its seats counted."""
    pk = task if isinstance(task, int) else task.pk
    Task.objects.select_for_update(no_key=True).only("pk").get(pk=pk)
    # Read after the lock and not with it: a statement sees the seats as they were when
    # it began, before it waited.
    return Task.objects.with_seats(reader).select_related("domain", "area").get(pk=pk)
