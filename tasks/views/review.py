"""The review workspace: the work on one side, what one thinks of it on the other."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import drafting
from members.http import OwnHttpRequest, as_member
from members.models import Draft
from members.names import more_than_a_name
from repertoire import rendering
from tasks import drawing, legitimacy_of_review, review_queue, reviewing, sending
from tasks.models import LogEntry, Review, Submission
from tasks.review_forms import ReviewForm, SkipForm


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def review(request: OwnHttpRequest, submission: int) -> HttpResponse:
    found = _submission(request, submission)
    if request.method == "POST":
        return _send(request, found)
    mine = _mine(request, found)
    is_reading = mine is not None and mine.finished_at is None
    return _page(request, found, mine, _form(request, found) if is_reading else None)


@require_POST
@as_member
def take(request: OwnHttpRequest, submission: int) -> HttpResponse:
    found = _submission(request, submission)
    try:
        drawing.pick(submission=found, reviewer=request.membership, at=timezone.now())
    except Refused as refused:
        return _page(request, found, None, None, refusal=refused.refusal, status=409)
    return redirect(found.get_review_url())


@require_POST
@as_member
def keep(request: OwnHttpRequest, submission: int) -> HttpResponse:
    found = _submission(request, submission)
    mine = _mine(request, found)
    if mine is not None:
        try:
            mine = reviewing.keep_longer(review=mine, at=timezone.now())
        except Refused as refused:
            return _page(
                request, found, None, None, refusal=refused.refusal, status=409
            )
    if not request.htmx:
        return redirect(found.get_review_url())
    return _page(request, found, mine, _form(request, found) if mine else None)


@require_POST
@as_member
def put_back(request: OwnHttpRequest, submission: int) -> HttpResponse:
    found = _submission(request, submission)
    mine = _mine(request, found)
    if mine is not None and reviewing.put_back(review=mine, at=timezone.now()):
        messages.info(
            request,
            _("Back on the desk. What you typed is kept, should you return to it."),
        )
    return redirect("tasks:desk", request.domain.slug)


@require_POST
@as_member
def take_back(request: OwnHttpRequest, submission: int) -> HttpResponse:
    """Undo sending while it has not gone: the text is there to go on with."""
    found = _submission(request, submission)
    last = _last(request, found)
    if last is None:
        return redirect(found.get_review_url())
    if sending.take_back(review=last, at=timezone.now()):
        messages.info(
            request, _("Taken back before anybody read it. Your text is here.")
        )
    elif last.sent_at is not None:
        messages.warning(
            request,
            _("%(name)s has it already, so it stays as you sent it.")
            % {"name": found.author.first_name},
        )
        return redirect(found)
    return redirect(found.get_review_url())


@require_POST
@as_member
def skip(request: OwnHttpRequest, submission: int) -> HttpResponse:
    """Pass it on with a reason; it does not come back at once."""
    found = _submission(request, submission)
    mine = _mine(request, found)
    if mine is None:
        return redirect("tasks:desk", request.domain.slug)
    form = SkipForm(request.POST, auto_id="skip_%s")
    if not form.is_valid():
        return _page(
            request, found, mine, _form(request, found), skipping=form, status=422
        )
    try:
        drawing.skip(review=mine, reason=form.cleaned_data["reason"], at=timezone.now())
    except Refused as refused:
        return _page(request, found, None, None, refusal=refused.refusal, status=409)
    messages.info(request, _("Passed on. Somebody else reads it."))
    return redirect("tasks:desk", request.domain.slug)


@require_POST
@as_member
def keep_draft(request: OwnHttpRequest, submission: int) -> HttpResponse:
    """Keep what was typed so far; saved at every pause, or by a button."""
    found = _submission(request, submission)
    form = ReviewForm(request.POST)
    form.is_valid()
    draft = drafting.keep(
        member=request.user,
        key=reviewing.draft_key(found.pk),
        fields=form.words(),
        at=timezone.now(),
    )
    if not request.htmx:
        if "look" in request.GET:
            return redirect("tasks:first_look", request.domain.slug, found.pk)
        return redirect(found.get_review_url())
    return render_page(
        request,
        "tasks/review.html",
        {"submission": found, "task": found.task, "draft": draft, "form": None},
        pieces=("draft_state",),
    )


def _send(request: OwnHttpRequest, submission: Submission) -> HttpResponse:
    form = ReviewForm(request.POST)
    is_whole = form.is_valid()
    mine = _mine(request, submission) or _last(request, submission)
    if mine is None:
        return redirect(submission.get_review_url())
    if not is_whole:
        return _page(request, submission, mine, form, status=422)
    now = timezone.now()
    try:
        sending.finish(review=mine, at=now, **form.words())
    except Refused as refused:
        submission = _submission(request, submission.pk)
        words = form.words()
        # What is on the page now is what the next verdict is about.
        form = ReviewForm(
            initial={**words, "version": submission.version}, points=words["points"]
        )
        still = _mine(request, submission)
        return _page(
            request, submission, still, form, refusal=refused.refusal, status=409
        )
    return _onward(request, submission)


def _onward(request: OwnHttpRequest, submission: Submission) -> HttpResponse:
    """On to the next thing that fits, or back to the desk."""
    membership = request.membership
    coming = review_queue.next_for(
        membership, minutes=membership.review_minutes, at=timezone.now()
    )
    name = submission.author.first_name
    if coming is None:
        messages.success(request, _("Sent to %(name)s.") % {"name": name})
        return redirect("tasks:desk", request.domain.slug)
    messages.success(
        request,
        _("Sent to %(name)s. Next: %(title)s.")
        % {"name": name, "title": coming.task.title},
    )
    return redirect("tasks:review", request.domain.slug, coming.pk)


def _form(request: OwnHttpRequest, submission: Submission) -> ReviewForm:
    draft = _draft(request, submission)
    fields: dict[str, Any] = draft.fields if draft else {}
    return ReviewForm(
        initial={**fields, "version": submission.version},
        points=fields.get("points", ()),
    )


def _page(
    request: OwnHttpRequest,
    submission: Submission,
    mine: Review | None,
    form: ReviewForm | None,
    *,
    refusal: Refusal | None = None,
    skipping: SkipForm | None = None,
    status: int = 200,
) -> HttpResponse:
    task, author, reader = submission.task, submission.author, request.membership
    draft = _draft(request, submission)
    why_not = refusal
    if mine is None and refusal is None:
        why_not = legitimacy_of_review.refusal_to_review(
            submission=submission, reviewer=reader
        ) or legitimacy_of_review.refusal_to_pick(
            submission=submission, reviewer=reader, at=timezone.now()
        )
    return render_page(
        request,
        "tasks/review.html",
        {
            "submission": submission,
            "task": task,
            "reader": rendering.reader_of(request.domain),
            "review": mine,
            "on_their_way": review_queue.on_their_way(reader),
            "form": form,
            "draft": draft,
            "refusal": why_not,
            "skipping": skipping or SkipForm(auto_id="skip_%s"),
            "changed_since": submission.version
            if draft and 0 < draft.fields.get("version", 0) < submission.version
            else 0,
            "log": list(
                LogEntry.objects.filter(about=None)
                .filter(
                    Q(claim=submission.claim_id) | Q(claim__shared_in=submission.pk)
                )
                .select_related("author")
                .distinct()
                .order_by("written_at", "pk")
            ),
            "attachments": list(submission.attachments.order_by("pk")),
            "answered": list(
                submission.answers.select_related("review__reviewer")
                .defer(*more_than_a_name("review__reviewer"))
                .order_by("review", "number")
            ),
            "differ": submission.is_waiting and submission.places > 2,  # noqa: PLR2004
            "number": author.submissions.filter(
                handed_in_at__lte=submission.handed_in_at
            )
            .values("task")
            .distinct()
            .count(),
            "entries": list(
                submission.citations.select_related("entry__domain")
                .only(
                    "submission",
                    "entry__title",
                    "entry__slug",
                    "entry__kind",
                    "entry__domain__slug",
                )
                .order_by("-explicit", "entry__title")[:8]
            ),
            "may_look": mine is None
            and legitimacy_of_review.refusal_to_look(
                submission=submission, reader=reader
            )
            is None,
        },
        pieces=("lease",),
        status=status,
    )


def _draft(request: OwnHttpRequest, submission: Submission) -> Draft | None:
    return Draft.objects.filter(
        member=request.user, key=reviewing.draft_key(submission.pk)
    ).first()


def _mine(request: OwnHttpRequest, submission: Submission) -> Review | None:
    return submission.reviews.under_way().filter(reviewer=request.membership).first()


def _last(request: OwnHttpRequest, submission: Submission) -> Review | None:
    """The reader's last reading: its lease may have ended while they were typing."""
    return (
        submission.reviews.filter(reviewer=request.membership, is_first_look=False)
        .select_related("reviewer__member", "submission__task__domain")
        .order_by("pk")
        .last()
    )


def _submission(request: OwnHttpRequest, pk: int) -> Submission:
    found = get_object_or_404(
        Submission.objects.select_related("task__area", "author__member", "claim"),
        task__domain=request.domain,
        pk=pk,
    )
    found.task.domain = found.author.domain = request.domain
    return found
