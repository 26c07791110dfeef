"""One task as a row: what a reader sees of it on a board, and the one thing to do."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse

from domain.pages import render_page
from domain.questions import is_any_of, question
from domain.refusal import Refusal
from members.http import MemberHttpRequest
from members.names import more_than_a_name
from tasks import legitimacy
from tasks.legitimacy import Standing
from tasks.models import Claim, Part, Task


@dataclass(frozen=True, slots=True)
class Row:
    task: Task
    #: Who has a seat now; holds of visitors have no name.
    claims: Sequence[Claim]
    own: Claim | None
    can_claim: bool
    can_observe: bool
    #: Of a jigsaw: its parts, in order.
    parts: Sequence[Part] = ()
    refusal: Refusal | None = None

    @property
    def free_parts(self) -> list[str]:
        """The areas whose part nobody has yet."""
        taken = {*self.task.taken_seats, *self.task.kept_seats}
        return [part.area.name for part in self.parts if part.seat not in taken]

    @property
    def holders(self) -> list[Claim]:
        return [claim for claim in self.claims if claim.membership_id]


def rows_of(
    request: MemberHttpRequest, tasks: Sequence[Task], standing: Standing | None
) -> list[Row]:
    """Rows for the tasks, who holds them asked for once."""
    claims: dict[int, list[Claim]] = defaultdict(list)
    for claim in _held.ask(tasks=[task.pk for task in tasks]):
        claims[claim.task_id].append(claim)
    parts: dict[int, list[Part]] = defaultdict(list)
    for part in _parts.ask(tasks=[task.pk for task in tasks if task.seats > 1]):
        parts[part.task_id].append(part)
    return [
        _row(request, task, claims[task.pk], standing, parts[task.pk]) for task in tasks
    ]


@question
def _parts() -> QuerySet[Part]:
    return (
        Part.objects.filter(is_any_of("task", "tasks"))
        .select_related("area")
        .order_by("seat")
    )


@question
def _held() -> QuerySet[Claim]:
    return (
        Claim.objects.live()
        .filter(is_any_of("task", "tasks"))
        .select_related("membership")
        .defer(*more_than_a_name("membership"))
        .order_by("seat")
    )


def row_again(
    request: MemberHttpRequest, pk: int, *, status: int = 200, **more: object
) -> HttpResponse:
    """The row as it stands now, in place of the one that was pressed."""
    own = request.membership
    task = Task.objects.with_seats(own).select_related("area").get(pk=pk)
    standing = legitimacy.standing_of(own) if own else None
    row = rows_of(request, [task], standing)[0]
    return render_page(request, "tasks/row.html", {"row": row, **more}, status=status)


def _row(
    request: MemberHttpRequest,
    task: Task,
    claims: Sequence[Claim],
    standing: Standing | None,
    parts: Sequence[Part],
) -> Row:
    own = request.membership
    # The row needs what zones are called here, and no further question.
    task.domain = request.domain
    if own is None or standing is None:
        can_hold = legitimacy.refusal_to_hold(task=task) is None
        return Row(
            task, claims, None, can_claim=can_hold, can_observe=False, parts=parts
        )
    refusal = legitimacy.refusal_to_claim(task=task, membership=own, standing=standing)
    return Row(
        task,
        claims,
        next((claim for claim in claims if claim.membership_id == own.pk), None),
        can_claim=refusal is None,
        can_observe=not legitimacy.refusal_to_observe(task=task, membership=own),
        parts=parts,
        refusal=refusal,
    )
