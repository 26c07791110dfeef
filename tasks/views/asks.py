"""What an agent at work stopped for, answered by a person."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from domain.refusal import Refused
from members.http import OwnHttpRequest, as_member, typed_into
from tasks import consulting
from tasks.forms import AnswerForm
from tasks.models import Ask
from tasks.views import task


@require_POST
@typed_into(page="tasks:task")
@as_member
def answer(request: OwnHttpRequest, pk: int, ask: int) -> HttpResponse:
    asked = get_object_or_404(
        Ask.objects.select_related("task__domain"),
        pk=ask,
        task=pk,
        task__domain=request.domain,
    )
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return task.page(request, pk, answering=(asked.pk, form), status=422)
    try:
        consulting.answer(
            ask=asked,
            membership=request.membership,
            words=form.cleaned_data["body"],
            at=timezone.now(),
        )
    except Refused as refused:
        return task.page(
            request,
            pk,
            answering=(asked.pk, form),
            refusal=refused.refusal,
            status=409,
        )
    return redirect(f"{asked.task.get_absolute_url()}#ask_{asked.pk}")
