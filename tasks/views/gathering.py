"""One gathering: what is worked on, who comes, and what came of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members.http import (
    MemberHttpRequest,
    OwnHttpRequest,
    as_member,
    in_domain,
    typed_into,
)
from members.models import Membership
from members.typed import Typed
from repertoire import rendering
from tasks import came_of, gathering, rereading
from tasks import legitimacy_of_gatherings as legitimacy
from tasks.gathering_forms import ToldForm
from tasks.models import Attendance, Gathering, Task


@require_safe
@in_domain
def show(request: MemberHttpRequest, pk: int) -> HttpResponse:
    return _page(request, _seen(request, pk))


@require_POST
@as_member
def answer(request: OwnHttpRequest, pk: int) -> HttpResponse:
    """Say that one comes, or cannot."""
    asked = _seen(request, pk)
    try:
        gathering.answer(
            gathering=asked,
            membership=request.membership,
            coming=request.POST.get("answer") == Attendance.Answer.COMING,
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(request, asked, refusal=refused.refusal, status=409)
    if not request.htmx:
        return redirect(f"{asked.get_absolute_url()}#coming")
    return _page(request, asked, is_fresh=True)


@require_POST
@typed_into(page="tasks:gathering")
@as_member
def tell(request: OwnHttpRequest, pk: int) -> HttpResponse:
    """Note who was there, and what came of it."""
    asked = _seen(request, pk)
    typed, act = _typed(request, asked), request.POST.get("act", "save")
    if act == "forget":
        typed.forget()
        return redirect(asked)
    if act == "draft":
        typed.keep()
        return _page(request, asked, typed=typed)
    form = ToldForm(request.POST, domain=request.domain)
    if not form.is_valid():
        return _page(request, asked, told=form, typed=typed, status=422)
    try:
        gathering.tell(
            gathering=asked,
            membership=request.membership,
            there=form.people(),
            came_of_it=form.cleaned_data["came_of_it"],
            version=form.cleaned_data["version"] or 0,
            at=timezone.now(),
        )
    except Refused as refused:
        typed.keep()
        now = _seen(request, pk)
        form.about_the(now)
        return _page(
            request, now, told=form, typed=typed, refusal=refused.refusal, status=409
        )
    return typed.arrived(redirect(f"{asked.get_absolute_url()}#came_of_it"))


def _seen(request: MemberHttpRequest, pk: int) -> Gathering:
    found = get_object_or_404(
        Gathering.objects.filter(domain=request.domain).select_related(
            "called_by", "told_by"
        ),
        pk=pk,
    )
    found.domain = request.domain
    return found


def _typed(request: MemberHttpRequest, asked: Gathering) -> Typed:
    return Typed(
        request, f"told:{asked.pk}", ToldForm.base_fields, lists=frozenset({"there"})
    )


def _page(
    request: MemberHttpRequest,
    asked: Gathering,
    *,
    told: ToldForm | None = None,
    typed: Typed | None = None,
    refusal: Refusal | None = None,
    is_fresh: bool = False,
    status: int = 200,
) -> HttpResponse:
    own, now = request.membership, timezone.now()
    attendances = list(
        asked.attendances.select_related("membership").order_by("answered_at", "pk")
    )
    tasks = list(asked.tasks.with_seats(own).select_related("area").peripheral_first())
    for task in tasks:
        task.domain = request.domain
    may_tell = own is not None and not legitimacy.refusal_to_tell(
        gathering=asked, membership=own, at=now
    )
    typed = typed or _typed(request, asked)
    if may_tell and told is None:
        told = ToldForm(
            initial={
                "there": [one.membership_id for one in attendances if one.was_there],
                "came_of_it": asked.came_of_it,
                "version": asked.version,
            }
            | (typed.recall() if request.method == "GET" else {}),
            domain=request.domain,
        )
    return render_page(
        request,
        "tasks/gathering.html",
        {
            "gathering": asked,
            "tasks": tasks,
            "reader": rendering.reader_of(request.domain),
            "coming": [a.membership for a in attendances if _comes(a)],
            "cannot": [a.membership for a in attendances if _cannot(a)],
            "there": [a.membership for a in attendances if a.was_there],
            "answer": next(
                (a.answer for a in attendances if own and a.membership_id == own.pk), ""
            ),
            "has_begun": asked.has_begun(at=now),
            "is_over": asked.is_over(at=now),
            "came": came_of.of([asked], withheld=rereading.withheld_from(own))[asked.pk]
            if asked.has_begun(at=now)
            else None,
            "may_answer": own is not None
            and not legitimacy.refusal_to_answer(
                gathering=asked, membership=own, at=now
            ),
            "may_change": own is not None
            and not legitimacy.refusal_to_change(
                gathering=asked, membership=own, at=now
            ),
            "told": told if may_tell else None,
            "offered": _may_have_been(asked, tasks, told) if may_tell and told else [],
            "typed": typed,
            "refusal": refusal,
            "is_fresh": is_fresh,
        },
        pieces=("coming", "draft_state"),
        status=status,
    )


def _comes(said: Attendance) -> bool:
    return said.answer == Attendance.Answer.COMING and said.membership.is_present


def _cannot(said: Attendance) -> bool:
    return said.answer == Attendance.Answer.CANNOT and said.membership.is_present


def _may_have_been(
    asked: Gathering, tasks: list[Task], told: ToldForm
) -> list[tuple[Membership, bool]]:
    """Whom one would look for: who said they come, who holds a task, who is noted."""
    ticked = told.ticked
    said = asked.attendances.coming().values_list("membership", flat=True)
    holders, _others = gathering.touched_by(tasks, domain=asked.domain)
    keys = {*ticked, *said, *holders.values_list("pk", flat=True)}
    found = Membership.objects.filter(domain=asked.domain, pk__in=keys)
    return [(one, one.pk in ticked) for one in found.order_by("name", "pk")]
