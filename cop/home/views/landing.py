from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from domain.centrality import Centrality
from domain.models import Domain
from domain.pages import render_page
from members.http import memberships_of
from tasks.models import Task

#: Beyond this many a list of communities is searched, not read.
MOST_SHOWN = 60

_EDGE_TASKS = Count(
    "tasks",
    filter=Q(
        tasks__state=Task.State.OPEN,
        tasks__centrality=Centrality.PERIPHERY,
        tasks__is_practice=False,
    ),
)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    own = memberships_of(request)
    others = (
        Domain.objects.listed()
        .exclude(pk__in=[membership.domain_id for membership in own])
        .annotate(edge_tasks=_EDGE_TASKS)
        .by_name()[:MOST_SHOWN]
    )
    return render_page(request, "home/landing.html", {"own": own, "others": others})
