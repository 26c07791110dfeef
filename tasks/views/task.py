"""One task: what is needed and for whom, who does it, how they go about it."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domain import pages
from domain.pages import render_page
from domain.questions import Given, question
from domain.refusal import Refusal, Refused
from members.http import (
    MemberHttpRequest,
    OwnHttpRequest,
    as_member,
    in_domain,
    typed_into,
)
from members.models import Companion, Member, Membership
from members.names import SAID, more_than_a_name
from members.typed import Typed
from repertoire import meeting, rendering
from tasks import (
    became,
    claiming,
    highlighting,
    legitimacy,
    legitimacy_of_asks,
    legitimacy_of_gatherings,
    narrating,
    neighbours,
    observing,
    proposing,
    readiness,
    rereading,
)
from tasks.forms import LogForm, QuestionForm, ReleaseForm, StretchForm, UsedForm
from tasks.models import (
    Ask,
    Change,
    Claim,
    LogEntry,
    Observation,
    Picture,
    Stretch,
    Submission,
    Task,
)
from tasks.views import gatherings, parts, questions, row

#: A log shows its latest notes; the rest is one link away.
MOST_NOTES = 50

#: What a note says of the questions about it.
ASKED = {
    "pk": "pk",
    "body": "body",
    "written_at": "written_at",
    "by": "author__name",
    "kind": "author__kind",
}
#: What a note says of the stretch that begins with it.
STRETCH = {
    "pk": "pk",
    "last": "last",
    "why": "why",
    "who": "marked_by",
    "by": "marked_by__name",
}

#: Where the page says how long one has the seat: whoever comes by it has the line in
#: focus, with script or without.
UNTIL = "#until"


@require_safe
@in_domain
def show(request: MemberHttpRequest, pk: int) -> HttpResponse:
    if reading := rereading.kept_from(request.membership, task_id=pk):
        # Whoever reads it blind sees what became of it when theirs is sent.
        return redirect("tasks:reread", request.domain.slug, reading.pk)
    return page(request, pk)


@require_POST
@in_domain
def claim(request: MemberHttpRequest, pk: int) -> HttpResponse:
    """Take a seat; for a visitor, have it kept while they sign up."""
    if request.membership is None:
        return _hold(request, pk)
    task = _seen(request, pk)
    try:
        claiming.claim(
            task=task,
            membership=request.membership,
            seat=_seat_asked_for(request),
            at=timezone.now(),
        )
    except Refused as refused:
        return _answer(request, pk, refusal=refused.refusal)
    if not request.htmx:
        return redirect(f"{task.get_absolute_url()}{UNTIL}")
    return _answer(request, pk, opens_log=True)


@require_safe
@in_domain
def take_up(request: MemberHttpRequest, pk: int) -> HttpResponse:
    """Where signing up leads back to: the seat that was kept becomes the member's."""
    task = _seen(request, pk)
    if request.membership is None:
        onward = urlencode({"next": request.path})
        join = reverse("members:join", args=[request.domain.slug])
        return redirect(f"{join}?{onward}")
    request.session.pop("taking_title", None)
    try:
        claiming.take_up(
            task=task,
            hold_key=request.session.pop("hold_key", ""),
            membership=request.membership,
            at=timezone.now(),
        )
    except Refused as refused:
        messages.warning(
            request, f"{refused.refusal.sentence} {refused.refusal.opens}".strip()
        )
        return redirect(task)
    return redirect(f"{task.get_absolute_url()}{UNTIL}")


@require_POST
@as_member
def observe(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task = _seen(request, pk)
    try:
        observing.observe(task=task, membership=request.membership, at=timezone.now())
    except Refused as refused:
        return _answer(request, pk, refusal=refused.refusal)
    return _answer(request, pk, opens_log=True)


@require_POST
@as_member
def unobserve(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task = _seen(request, pk)
    observing.leave(task=task, membership=request.membership, at=timezone.now())
    return _answer(request, pk, opens_log=True)


@require_POST
@as_member
def vouch(request: OwnHttpRequest, pk: int, observation: int) -> HttpResponse:
    seat = get_object_or_404(
        Observation, pk=observation, task=pk, task__domain=request.domain
    )
    try:
        observing.vouch(observation=seat, by=request.membership, at=timezone.now())
    except Refused as refused:
        return _answer(request, pk, refusal=refused.refusal)
    return _answer(request, pk)


@require_POST
@as_member
def release(request: OwnHttpRequest, pk: int) -> HttpResponse:
    form = ReleaseForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    return _with_claim(
        request,
        pk,
        lambda claim: claiming.release(
            claim=claim, membership=request.membership, words=words, at=timezone.now()
        ),
        opens_log=True,
    )


@require_POST
@as_member
def extend(request: OwnHttpRequest, pk: int) -> HttpResponse:
    return _with_claim(
        request,
        pk,
        lambda claim: claiming.extend(
            claim=claim, membership=request.membership, at=timezone.now()
        ),
    )


@require_POST
@typed_into(page="tasks:task")
@as_member
def log(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task = _seen(request, pk)
    typed, act = _note_typed(request, task), request.POST.get("act")
    if act == "forget":
        typed.forget()
        return redirect(f"{task.get_absolute_url()}#log")
    if act == "draft":
        typed.keep()
        return page(request, pk, typed=typed)
    form = (
        QuestionForm(request.POST)
        if "about" in request.POST
        else LogForm(request.POST, request.FILES)
    )
    if not form.is_valid():
        return page(request, pk, note=form, status=422)
    about = form.cleaned_data.get("about")
    try:
        narrating.note(
            task=task,
            membership=request.membership,
            body=form.cleaned_data["body"],
            about=get_object_or_404(LogEntry, pk=about, task=task) if about else None,
            pictures=form.cleaned_data.get("pictures", ()),
            words=form.cleaned_data.get("words", ""),
            at=timezone.now(),
        )
    except Refused as refused:
        return page(request, pk, note=form, refusal=refused.refusal, status=409)
    if not request.htmx:
        return typed.arrived(redirect(f"{task.get_absolute_url()}#log"))
    return typed.arrived(page(request, pk, said=_("Added.")))


def _note_typed(request: MemberHttpRequest, task: Task) -> Typed:
    return Typed(request, f"log:{task.pk}", ("body", "words"))


@require_safe
@in_domain
def picture(request: MemberHttpRequest, pk: int, picture: int) -> HttpResponse:
    """A picture of the log, to whoever may read the log; nothing but a picture."""
    shown = get_object_or_404(Picture, pk=picture, log_entry__task=_seen(request, pk))
    return pages.picture(shown)


@require_POST
@as_member
def mark(request: OwnHttpRequest, pk: int) -> HttpResponse:
    """A veteran finds a stretch of the log worth watching."""
    task, form = _seen(request, pk), StretchForm(request.POST)
    if not form.is_valid():
        raise Http404
    notes = LogEntry.objects.filter(task=task).select_related("author__member")
    given = form.cleaned_data
    try:
        highlighting.mark(
            task=task,
            membership=request.membership,
            first=get_object_or_404(notes, pk=given["first"]),
            last=get_object_or_404(notes, pk=given["last"]),
            why=given["why"],
            at=timezone.now(),
        )
    except Refused as refused:
        return page(request, pk, refusal=refused.refusal, status=409)
    return _log_again(request, task, given["first"])


@require_POST
@as_member
def take_back(request: OwnHttpRequest, pk: int, stretch: int) -> HttpResponse:
    task = _seen(request, pk)
    marked = get_object_or_404(
        Stretch.objects.select_related("marked_by"), pk=stretch, task=task
    )
    try:
        highlighting.take_back(stretch=marked, membership=request.membership)
    except Refused as refused:
        return page(request, pk, refusal=refused.refusal, status=409)
    return _log_again(request, task, marked.first_id)


def _log_again(request: OwnHttpRequest, task: Task, note: int) -> HttpResponse:
    if not request.htmx:
        return redirect(task.url_of_note(note))
    return page(request, task.pk)


@require_POST
@as_member
def open_task(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task = _seen(request, pk)
    try:
        proposing.open_task(task=task, membership=request.membership, at=timezone.now())
    except Refused as refused:
        return _answer(request, pk, refusal=refused.refusal)
    return _answer(request, pk)


@require_POST
@as_member
def used(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task = _seen(request, pk)
    form = UsedForm(request.POST)
    if not form.is_valid():
        return page(request, pk, used=form, status=422)
    try:
        proposing.mark_used(
            task=task,
            membership=request.membership,
            used_in=form.cleaned_data["used_in"],
            at=timezone.now(),
        )
    except Refused as refused:
        return _answer(request, pk, refusal=refused.refusal)
    return redirect(task)


@require_POST
@as_member
def real(request: OwnHttpRequest, pk: int) -> HttpResponse:
    """Take back that a task is practice, and say who needs it."""
    task = _seen(request, pk)
    try:
        proposing.mark_practice(
            task=task,
            membership=request.membership,
            is_practice=False,
            reason=request.POST.get("reason", "")[:300],
            at=timezone.now(),
        )
    except Refused as refused:
        return _answer(request, pk, refusal=refused.refusal)
    return redirect(task)


def page(
    request: MemberHttpRequest,
    pk: int,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    **more: Any,
) -> HttpResponse:
    """The task page, or the piece of it that was asked for."""
    own = request.membership
    reader = request.user.pk
    task = _task.first(
        reader is not None,
        pk=pk,
        domain=request.domain.pk,
        reader=reader,
        who=own.pk if own else 0,
        zone=own.zone if own else 0,
    )
    if task is None:
        raise Http404
    task.domain = request.domain
    claims = _claims.ask(task=task.pk)
    rounds = _rounds.ask(task=task.pk)
    for claim in claims:
        claim.task = task
    for handed_in in rounds:
        handed_in.task = task
    makers = [c for c in claims if c.ending == Claim.Ending.DONE]
    watchers = _watchers.ask(task=task.pk, who=own.pk if own else 0)
    for seat in watchers:
        seat.task = task
    mine = next(
        (c for c in claims if own and c.membership_id == own.pk and c.is_live), None
    )
    reading = rendering.reader_of(request.domain)
    typed = _note_typed(request, task)
    return render_page(
        request,
        "tasks/task.html",
        {
            "task": task,
            "reader": reading,
            "meets": meeting.met_in(
                reading,
                task.title,
                task.use,
                task.brief,
                task.done_means,
                task.if_wrong,
            ),
            "live": [c for c in claims if c.is_live],
            "makers": makers,
            "mine": mine,
            "watchers": watchers,
            "may": _may(request, task, mine, makers=makers, watchers=watchers),
            "refusal": refusal,
            "parts": parts.held(task, claims),
            "questions": questions.asked_about(task),
            "asks": (asks := _asks.ask(task=task.pk) if task.has_asks else []),
            "may_answer": _may_answer(asks, own, task),
            "askable": _askable(claims, own, task, watchers),
            "note": LogForm(
                initial=typed.recall() if mine and request.method == "GET" else {}
            ),
            "typed": typed,
            "used": UsedForm(initial={"used_in": task.used_in}),
            **_log(task, asked_for=request.GET.get("note", "")),
            "neighbours": neighbours.of(task, own),
            "rounds": rounds,
            "became": became.of_task(task),
            "gatherings": gatherings.on_task(request, task),
            "now": timezone.now(),
            "is_held_for_me": any(
                c.is_live
                and c.is_hold
                and c.hold_key == request.session.get("hold_key", "")
                for c in claims
            ),
            **more,
        },
        pieces=("seats_panel", "log", "draft_state"),
        status=status,
    )


def _seat_asked_for(request: MemberHttpRequest) -> int | None:
    """One part of a jigsaw, where the reader pressed that one."""
    asked = request.POST.get("seat", "")
    return int(asked) if asked.isascii() and asked.isdecimal() else None


def _askable(
    claims: list[Claim],
    own: Membership | None,
    task: Task,
    watchers: list[Observation],
) -> list[Claim]:
    """Whom the reader may ask: for the page alone; the deed asks more closely."""
    if own is None or not (
        own.is_full
        or any(seat.membership_id == own.pk for seat in watchers)
        or task.is_mine
    ):
        return []
    return [c for c in claims if c.membership_id not in (None, own.pk)]


def _may_answer(asks: list[Ask], own: Membership | None, task: Task) -> set[int]:
    """What agents asked a person that the reader may answer."""
    if own is None:
        return set()
    waiting = [ask for ask in asks if ask.is_open]
    for ask in waiting:
        ask.task = task
    return {
        ask.pk
        for ask in waiting
        if not legitimacy_of_asks.refusal_to_answer(ask=ask, membership=own)
    }


def _may(
    request: MemberHttpRequest,
    task: Task,
    mine: Claim | None,
    *,
    makers: list[Claim],
    watchers: list[Observation],
) -> dict[str, Any]:
    """What the reader may do, and why not what they may not."""
    own = request.membership
    if own is None:
        return {"claim_refusal": legitimacy.refusal_to_hold(task=task), "vouch_for": ()}
    refusal = legitimacy.refusal_to_claim(task=task, membership=own)
    did_it = own.pk in {claim.membership_id for claim in makers}
    not_ready = refusal is not None and refusal.code == "not_ready"
    closed = task.closed_at is not None
    may_open = not legitimacy.refusal_to_edit(task=task, membership=own)
    return {
        "claim_refusal": refusal,
        "ways": readiness.ways_inward(legitimacy.standing_of(own)) if not_ready else [],
        "vouch_for": {
            seat.pk
            for seat in watchers
            if seat.vouched_by_id is None
            and not legitimacy.refusal_to_vouch(
                observation=seat,
                membership=own,
                may_speak=did_it or seat.walks_with_reader,
            )
        },
        "observe": not legitimacy.refusal_to_observe(task=task, membership=own),
        "open": task.state == Task.State.DRAFT
        and not legitimacy.refusal_to_open(
            domain=request.domain, area=task.area, membership=own
        ),
        "edit": not closed and may_open,
        "withdraw": not closed and (may_open or mine is not None),
        "mark_used": not legitimacy.refusal_to_mark_used(task=task, membership=own),
        "extend_others": own.is_full
        and not own.is_agent
        and own.zone >= task.centrality,
        "mark": not legitimacy.refusal_to_mark(task=task, membership=own),
        "ask": own.is_full or task.is_watched or mine is not None,
        "unmark": task.is_practice
        and not legitimacy.refusal_to_mark_practice(task=task, membership=own),
        "gather": task.is_open
        and not task.is_practice
        and not legitimacy_of_gatherings.refusal_to_call(
            domain=request.domain, membership=own
        ),
    }


@question
def _task(is_signed_in: bool) -> QuerySet[Task]:
    changed = Change.objects.filter(task=OuterRef("pk")).order_by("-changed_at")
    added = {
        "last_changed_at": Subquery(changed.values("changed_at")[:1]),
        "has_asks": Exists(Ask.objects.filter(task=OuterRef("pk"))),
    }
    return (
        Task.objects.visible_to(Given("reader") if is_signed_in else None)
        .filter(domain=Given("domain"), pk=Given("pk"))
        .with_seats_for(Given("who"), Given("zone"))
        .annotate(**added)
        .select_related("area", "raised_by")
        .defer(*more_than_a_name("raised_by"))
    )


def _seen(request: MemberHttpRequest, pk: int) -> Task:
    return get_object_or_404(
        Task.objects.visible_to(request.user)
        .filter(domain=request.domain)
        .select_related("domain"),
        pk=pk,
    )


@question
def _claims() -> QuerySet[Claim]:
    return (
        Claim.objects.filter(Q(ended_at=None) | Q(ending=Claim.Ending.DONE))
        .filter(task=Given("task"))
        .with_review_pending()
        .select_related("membership")
        .defer(*more_than_a_name("membership"))
        .order_by("seat")
    )


@question
def _watchers() -> QuerySet[Observation]:
    walks = Companion.objects.begun().filter(
        newcomer=OuterRef("membership"), peer=Given("who")
    )
    added = {"walks_with_reader": Exists(walks)}
    return (
        Observation.objects.filter(Q(ended_at=None) | Q(to_the_end=True))
        .filter(task=Given("task"))
        .annotate(**added)
        .select_related("membership__member")
        .only(
            "seat",
            "task",
            "to_the_end",
            "vouched_by",
            "membership__member__sponsor",
            *(f"membership__{name}" for name in SAID),
        )
        .order_by("seat")
    )


@question
def _asks() -> QuerySet[Ask]:
    return (
        Ask.objects.filter(task=Given("task"))
        .select_related("asked_by__member", "answered_by")
        .order_by("asked_at", "pk")
    )


@question
def _notes(part: str) -> QuerySet[LogEntry]:
    """The latest of a log; or the notes nearest to one, up to it or after it. Each with
    the questions that hang on it."""
    at, pk = Given("at"), Given("pk")
    within, order = {
        "latest": (Q(), ("-written_at", "-pk")),
        "up to": (
            Q(written_at__lt=at) | Q(written_at=at, pk__lte=pk),
            ("-written_at", "-pk"),
        ),
        "after": (
            Q(written_at__gt=at) | Q(written_at=at, pk__gt=pk),
            ("written_at", "pk"),
        ),
    }[part]
    asked = LogEntry.objects.filter(about=OuterRef("pk")).order_by("written_at", "pk")
    pictures = Picture.objects.filter(log_entry=OuterRef("pk")).order_by("pk")
    stretch = Stretch.objects.filter(first=OuterRef("pk"))
    return (
        LogEntry.objects.filter(within, task=Given("task"), about=None)
        .annotate(
            shows=ArraySubquery(
                pictures.values(data=JSONObject(pk="pk", words="words"))
            ),
            stretch=Subquery(stretch.values(data=JSONObject(**STRETCH))),
            asked=ArraySubquery(asked.values(data=JSONObject(**ASKED))),
        )
        .select_related("author")
        .defer(*more_than_a_name("author"))
        # One more than is shown says that there are more.
        .order_by(*order)[: MOST_NOTES + 1]
    )


def _log(task: Task, *, asked_for: str) -> dict[str, Any]:
    """Notes, oldest first: the latest, or those around one that was asked for and is not
    among them."""
    latest = _notes.ask("latest", task=task.pk)
    has_earlier, has_later = len(latest) > MOST_NOTES, False
    notes = latest[:MOST_NOTES][::-1]
    middle = _note(task, asked_for)
    if middle is not None and middle not in notes:
        half, near = MOST_NOTES // 2, {"at": middle.written_at, "pk": middle.pk}
        before = _notes.ask("up to", task=task.pk, **near)
        after = _notes.ask("after", task=task.pk, **near)
        notes = [*before[:half][::-1], *after[:half]]
        has_earlier, has_later = len(before) > half, len(after) > half
    return {
        "log": [{"note": note, "questions": _questions(note)} for note in notes],
        "has_earlier": has_earlier,
        "has_later": has_later,
    }


def _questions(note: Any) -> list[dict[str, Any]]:
    return [
        {
            "pk": one["pk"],
            "body": one["body"],
            "written_at": datetime.fromisoformat(one["written_at"]),
            "author": {
                "name": one["by"],
                "is_agent": one["kind"] == Member.Kind.AGENT,
            },
        }
        for one in note.asked
    ]


def _note(task: Task, asked_for: str) -> LogEntry | None:
    """The note of this number, or the one that a question of this number is about."""
    if not (asked_for.isascii() and asked_for.isdecimal() and len(asked_for) < 19):  # noqa: PLR2004
        return None
    found = task.log.filter(pk=int(asked_for)).select_related("about").first()
    return (found.about or found) if found else None


@question
def _rounds() -> QuerySet[Submission]:
    return (
        Submission.objects.filter(task=Given("task"), withdrawn_at=None)
        .select_related("author")
        .defer(*more_than_a_name("author"))
        .annotate(
            readers=ArrayAgg(
                "reviews__reviewer__name",
                filter=Q(reviews__sent_at__isnull=False),
                default=[],
                distinct=True,
            )
        )
        .order_by("handed_in_at", "pk")
    )


def _hold(request: MemberHttpRequest, pk: int) -> HttpResponse:
    task = _seen(request, pk)
    if cast("Member | AnonymousUser", request.user).is_authenticated:
        return _to_take_up(request, task)
    # One browser holds one seat, but nothing stops a script from being many browsers.
    if not ratelimit.consume(request, action="hold"):
        return _answer(request, pk, refusal=legitimacy.too_many_holds())
    key = request.session.setdefault("hold_key", secrets.token_urlsafe(32))
    try:
        claiming.hold(task=task, hold_key=key, at=timezone.now())
    except Refused as refused:
        return _answer(request, pk, refusal=refused.refusal)
    request.session["taking_title"] = task.title
    return _to_take_up(request, task)


def _to_take_up(request: MemberHttpRequest, task: Task) -> HttpResponse:
    address = reverse("tasks:take_up", args=[request.domain.slug, task.pk])
    if not request.htmx:
        return redirect(address)
    # A swap would put the sign-up page into a row.
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = address
    return answer


def _with_claim(
    request: OwnHttpRequest,
    pk: int,
    act: Callable[[Claim], object],
    *,
    opens_log: bool = False,
) -> HttpResponse:
    """Do something about a claim: the one named, else the member's own."""
    task = _seen(request, pk)
    named = request.POST.get("claim", "")
    claims = task.claims.order_by("-generation")
    found = (
        claims.filter(pk=int(named))
        if named.isascii() and named.isdecimal() and len(named) < 19  # noqa: PLR2004
        else claims.filter(membership=request.membership)
    ).first()
    if found is None or found.membership_id is None:
        return _answer(request, pk, refusal=legitimacy.no_claim())
    try:
        act(found)
    except Refused as refused:
        return _answer(request, pk, refusal=refused.refusal)
    return _answer(request, pk, opens_log=opens_log)


def _answer(
    request: MemberHttpRequest,
    pk: int,
    *,
    refusal: Refusal | None = None,
    opens_log: bool = False,
) -> HttpResponse:
    """The page again without htmx; with it the row or the panel that was pressed.

    ``opens_log``: whether what was done changes what the reader may write in the log,
    which then comes along.
    """
    status = 409 if refusal else 200
    if request.htmx and (request.htmx.target or "").startswith("task_"):
        return row.row_again(
            request,
            pk,
            status=status,
            refused=refusal,
            nearest=_nearest(request, pk, refusal),
        )
    if refusal or request.htmx:
        return page(
            request,
            pk,
            refusal=refusal,
            nearest=_nearest(request, pk, refusal),
            is_fresh=refusal is None,
            opens_log=opens_log,
            status=status,
        )
    return redirect("tasks:task", request.domain.slug, pk)


def _nearest(
    request: MemberHttpRequest, pk: int, refusal: Refusal | None
) -> list[Task]:
    """Two open tasks much like the one whose seat was just taken."""
    own = request.membership
    if refusal is None or refusal.code != "seat_taken" or own is None:
        return []
    gone = get_object_or_404(Task, pk=pk)
    standing = legitimacy.standing_of(own)
    near = (
        Task.objects.filter(domain=request.domain)
        .real()
        .with_seats(own)
        .open_to(own, furthest_in=standing.furthest_in, further_in=standing.further_in)
        .select_related("domain")
    )
    return sorted(
        near.order_by("centrality", "-is_awaited", "pk")[:20],
        key=lambda task: (
            abs(task.centrality - gone.centrality),
            task.area_id != gone.area_id,
        ),
    )[:2]
