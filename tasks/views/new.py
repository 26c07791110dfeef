"""Proposing a task: for whom, for what, and the two questions that place it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from domain.refusal import Refused
from members.http import OwnHttpRequest, as_member
from tasks import proposing
from tasks.forms import NewTaskForm
from tasks.models import Task


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def new(request: OwnHttpRequest) -> HttpResponse:
    if request.method != "POST":
        form = NewTaskForm(domain=request.domain)
        return _page(request, form)
    form = NewTaskForm(request.POST, domain=request.domain)
    if "look" in request.POST:
        return _page(request, _unjudged(request))
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        task = proposing.propose(
            membership=request.membership,
            need=form.need(),
            pieces=form.cleaned_data["parts"],
            at=timezone.now(),
        )
    except Refused as refused:
        form.add_error(None, refused.refusal.sentence)
        return _page(request, form, status=409)
    if task.state == Task.State.DRAFT:
        messages.success(request, _("Proposed. A member who knows the area opens it."))
    return redirect(task)


def _unjudged(request: OwnHttpRequest) -> NewTaskForm:
    """The form as typed so far, asked only where its answers place the task."""
    typed = {
        name: request.POST[name]
        for name in NewTaskForm.base_fields
        if name in request.POST
    }
    checked = ("is_awaited", "for_newcomers", "agents_welcome", "is_practice")
    return NewTaskForm(
        initial={**typed, **{name: name in request.POST for name in checked}},
        domain=request.domain,
    )


def _page(
    request: OwnHttpRequest, form: NewTaskForm, *, status: int = 200
) -> HttpResponse:
    return render_page(
        request,
        "tasks/new.html",
        {"form": form, "task": None},
        pieces=("placed",),
        status=status,
    )
