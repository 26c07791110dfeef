"""Ending a task that will not be done, with the reason."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members.http import OwnHttpRequest, as_member
from tasks import proposing
from tasks.forms import WithdrawForm
from tasks.models import Task


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def withdraw(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(
        Task.objects.visible_to(request.user)
        .filter(domain=request.domain)
        .select_related("domain"),
        pk=pk,
    )
    if request.method != "POST":
        return _page(request, task, WithdrawForm())
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, task, form, status=422)
    try:
        proposing.withdraw(
            task=task,
            membership=request.membership,
            ending=Task.Ending(form.cleaned_data["ending"]),
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(request, task, form, refusal=refused.refusal, status=409)
    return redirect(task)


def _page(
    request: OwnHttpRequest,
    task: Task,
    form: WithdrawForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    return render_page(
        request,
        "tasks/withdraw.html",
        {"task": task, "form": form, "refusal": refusal},
        status=status,
    )
