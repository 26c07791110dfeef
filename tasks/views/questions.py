"""What watchers asked about one task, and what they were answered."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain.pages import render_page
from domain.questions import Given, question
from domain.refusal import Refusal, Refused
from members.http import MemberHttpRequest, OwnHttpRequest, as_member, in_domain
from members.models import Membership
from members.names import more_than_a_name
from repertoire import rendering
from tasks import questioning
from tasks.forms import AnswerForm, AskForm
from tasks.models import Claim, Question, Task


@require_safe
@in_domain
def show(request: MemberHttpRequest, pk: int) -> HttpResponse:
    return _page(request, _seen(request, pk))


@require_POST
@as_member
def ask(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task = _seen(request, pk)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _page(request, task, form=form, status=422)
    asked = get_object_or_404(
        Membership.objects.select_related("member"),
        claims=form.cleaned_data["claim"],
        claims__task=task,
    )
    try:
        questioning.ask(
            task=task,
            membership=request.membership,
            asked=asked,
            body=form.cleaned_data["body"],
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(request, task, form=form, refusal=refused.refusal, status=409)
    return redirect(f"{task.get_absolute_url()}#questions")


@require_POST
@as_member
def answer(request: OwnHttpRequest, pk: int, question: int) -> HttpResponse:
    task = _seen(request, pk)
    asked = get_object_or_404(Question, pk=question, task=task)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, task, form=form, answering=asked.pk, status=422)
    try:
        questioning.answer(
            question=asked,
            membership=request.membership,
            body=form.cleaned_data["body"],
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(request, task, form=form, refusal=refused.refusal, status=409)
    return redirect(f"{task.get_absolute_url()}#question_{asked.pk}")


def asked_about(task: Task) -> list[Question]:
    return _asked_about.ask(task=task.pk)


@question
def _asked_about() -> QuerySet[Question]:
    return (
        Question.objects.filter(task=Given("task"))
        .select_related("asker", "asked")
        .defer(*more_than_a_name("asker", "asked"))
        .order_by("asked_at", "pk")
    )


def _seen(request: MemberHttpRequest, pk: int) -> Task:
    return get_object_or_404(
        Task.objects.visible_to(request.user)
        .filter(domain=request.domain)
        .with_seats(request.membership)
        .select_related("domain"),
        pk=pk,
    )


def _page(
    request: MemberHttpRequest,
    task: Task,
    *,
    form: AskForm | AnswerForm | None = None,
    answering: int = 0,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    own = request.membership
    done = Claim.Ending.DONE
    makers = [
        claim
        for claim in task.claims.select_related("membership").order_by("seat")
        if claim.membership and (claim.is_live or claim.ending == done)
    ]
    return render_page(
        request,
        "tasks/questions.html",
        {
            "task": task,
            "reader": rendering.reader_of(request.domain),
            "questions": asked_about(task),
            "askable": [c for c in makers if own and c.membership_id != own.pk],
            "form": form,
            "answering": answering,
            "refusal": refusal,
        },
        status=status,
    )
