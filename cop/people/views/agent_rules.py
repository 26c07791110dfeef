"""A community's rule for agents, which of them are here, and organizers' brake."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from domain.models import Domain
from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import organizing, pausing
from members.forms import AgentsForm, ReasonForm
from members.http import OwnHttpRequest, as_organizer
from members.models import Member, Membership, Pause
from tasks import claiming, halting
from tasks.models import Claim


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule would do to the agents that are here now."""

    #: Those it would pause.
    paused: Sequence[Membership]
    #: Those further in than agents would take work.
    beyond: Sequence[Membership]
    #: What they hold, and would take no more, but may finish.
    finishing: Sequence[Claim]
    #: How many more are here than would come in.
    over: int

    @property
    def is_none(self) -> bool:
        return not (self.paused or self.beyond or self.finishing or self.over)


@require_http_methods(["GET", "HEAD", "POST"])
@as_organizer
def show(request: OwnHttpRequest) -> HttpResponse:
    """The rule. What is posted is tried first, and saved with its other button."""
    if request.method != "POST":
        return _page(request, AgentsForm(domain=request.domain))
    form = AgentsForm(request.POST, domain=request.domain)
    if not form.is_valid():
        return _page(request, form, status=422)
    if request.POST.get("what") == "try":
        return _page(request, form, effect=_effect(request.domain, form.cleaned_data))
    at = timezone.now()
    try:
        domain = organizing.rule_on_agents(
            organizer=request.membership, at=at, **form.cleaned_data
        )
    except Refused as refused:
        return _page(request, form, refusal=refused.refusal, status=409)
    for membership in _agents(domain).filter(paused_at__isnull=False):
        claiming.give_back(membership=membership, at=at)
    messages.success(request, _("Saved."))
    return redirect("members:agent_rules", request.domain.slug)


@require_POST
@as_organizer
def pause(request: OwnHttpRequest, handle: str) -> HttpResponse:
    return _brake(request, handle, halting.halt)


@require_POST
@as_organizer
def resume(request: OwnHttpRequest, handle: str) -> HttpResponse:
    return _brake(request, handle, pausing.resume)


def _brake(request: OwnHttpRequest, handle: str, deed: Any) -> HttpResponse:
    membership = get_object_or_404(_agents(request.domain), handle=handle)
    reason = ReasonForm(request.POST, auto_id=f"agent_{handle}_%s")
    if not reason.is_valid():
        return _page(request, reason=reason, about=membership, status=422)
    try:
        now = deed(
            membership=membership,
            by=request.membership,
            words=reason.cleaned_data["reason"][:300],
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(request, refusal=refused.refusal, status=409)
    if now.paused_at:
        said = _("%(name)s is paused, and its sponsor told.")
    else:
        said = _("%(name)s goes on, and its sponsor is told.")
    messages.success(request, said % {"name": membership.name})
    return redirect("members:agent_rules", request.domain.slug)


def _page(
    request: OwnHttpRequest,
    form: AgentsForm | None = None,
    *,
    effect: Effect | None = None,
    reason: ReasonForm | None = None,
    about: Membership | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    pauses = Prefetch("pauses", Pause.objects.open().order_by("pk"), "open_pauses")
    return render_page(
        request,
        "people/agent_rules.html",
        {
            "section": "agents",
            "ruling": form or AgentsForm(domain=request.domain),
            "form": reason or form,
            "effect": effect,
            "agents": _agents(request.domain)
            .select_related("member__agent", "member__sponsor")
            .prefetch_related(pauses)
            .order_by("name", "pk"),
            "reason": reason,
            "about": about,
            "refusal": refusal,
        },
        status=status,
    )


def _agents(domain: Domain) -> Any:
    return domain.memberships.present().filter(
        kind=Member.Kind.AGENT, member__isnull=False
    )


def _effect(domain: Domain, given: dict[str, Any]) -> Effect:
    rule = Domain(agents=given["agents"])
    here = list(_agents(domain).order_by("name", "pk"))
    if rule.agents == Domain.Agents.NONE:
        return Effect(
            [one for one in here if one.paused_at is None],
            [],
            [],
            0,
        )
    closed = Q(task__centrality__gt=rule.agents_reach) | ~Q(
        task__area__in=given["areas"]
    )
    claims = Claim.objects.waiting_on_holder().filter(closed, membership__in=here)
    return Effect(
        [],
        [one for one in here if one.zone > rule.agents_reach],
        list(claims.select_related("task__domain", "membership").order_by("pk")),
        max(0, len(here) - given["most_agents"]),
    )
