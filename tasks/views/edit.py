"""Changing what is needed, and where the task belongs."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members.http import OwnHttpRequest, as_member
from tasks import legitimacy, proposing
from tasks.forms import OverrideForm, TaskForm
from tasks.models import Task


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def edit(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    refusal = legitimacy.refusal_to_edit(task=task, membership=request.membership)
    if request.method != "POST" or refusal:
        form = TaskForm(initial=TaskForm.about(task), domain=request.domain)
        return _page(request, task, form, refusal=refusal)
    form = TaskForm(request.POST, domain=request.domain)
    if not form.is_valid():
        return _page(request, task, form, status=422)
    try:
        proposing.edit(
            task=task,
            membership=request.membership,
            need=form.need(),
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(request, task, form, refusal=refused.refusal)
    return redirect(task)


@require_POST
@as_member
def override(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    form = OverrideForm(request.POST, domain=request.domain)
    edited = TaskForm(initial=TaskForm.about(task), domain=request.domain)
    if not form.is_valid():
        return _page(request, task, edited, placed=form, status=422)
    try:
        proposing.override(
            task=task,
            membership=request.membership,
            centrality=form.cleaned_data["centrality"],
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(request, task, edited, placed=form, refusal=refused.refusal)
    return redirect(task)


def _task(request: OwnHttpRequest, pk: int) -> Task:
    return get_object_or_404(
        Task.objects.visible_to(request.user)
        .filter(domain=request.domain)
        .select_related("domain", "area"),
        pk=pk,
    )


def _page(
    request: OwnHttpRequest,
    task: Task,
    form: TaskForm,
    *,
    placed: OverrideForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    may_override = not legitimacy.refusal_to_override(
        task=task, membership=request.membership
    )
    elsewhere = placed or OverrideForm(
        initial={"centrality": task.centrality, "reason": task.override_reason},
        domain=request.domain,
    )
    return render_page(
        request,
        "tasks/edit.html",
        {
            "task": task,
            "form": placed or form,
            "need": form,
            "elsewhere": elsewhere if may_override else None,
            "refusal": refusal,
        },
        status=409 if refusal else status,
    )
