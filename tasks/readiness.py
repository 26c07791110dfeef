"""Readiness: what it takes until a first task of the next zone, as things to do.

Two ways lead there, and either is enough: work of one's own that others recognise, or
watching such work to its end and having the word of whoever did it. Nothing here
decides anything; ``tasks.legitimacy`` does.
"""

from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain.centrality import Zone
from domain.questions import Given, question
from tasks import legitimacy
from tasks.legitimacy import MOST_TASKS_TO_NAME, Standing
from tasks.models import Claim, Observation


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing to do on the way, done or not."""

    words: str
    done: bool = False
    note: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways to a first task of the next zone."""

    words: str
    steps: list[ToDo]


def ways_inward(standing: Standing) -> list[Way]:
    """The ways to a first task of the next zone; none for agents and in the core."""
    if standing.next_zone is None or standing.membership.is_agent:
        return []
    return [
        Way(_("By work of your own"), list(_by_work(standing))),
        Way(_("Or by watching"), _by_watching(standing)),
    ]


def _by_work(standing: Standing) -> list[ToDo]:
    who, zone = standing.membership, standing.next_zone
    count = legitimacy.tasks_until_ready(standing)
    board = reverse("tasks:board", args=[who.domain.slug])
    if standing.is_near:
        words, note = _("Enough of your work is recognised"), ""
    elif count > MOST_TASKS_TO_NAME:
        words = _("Have more work recognised, and reviews others rely on")
        note = _("Each by somebody else counts most.")
    else:
        words = ngettext(
            "Have about %(count)d more task recognised",
            "Have about %(count)d more tasks recognised",
            count,
        ) % {"count": count}
        note = _("Each by somebody else counts most.")
    steps = [ToDo(words, standing.is_near, note, f"{board}?show=me")]
    if zone == Zone.ACTIVE:
        steps.append(
            ToDo(
                _("Have one of them recognised by an Active or Core member"),
                who.recognisers > 0,
            )
        )
    return steps


def _by_watching(standing: Standing) -> list[ToDo]:
    who = standing.membership
    zone = Zone(standing.membership.zone + 1)
    name = who.domain.zone_name(zone)
    seen = _seen.first(who=who.pk, centrality=zone)
    board = reverse("tasks:board", args=[who.domain.slug])
    watch = _("Watch %(zone)s work to its end") % {"zone": name}
    word = _("Have the word of whoever did it, or of your companion")
    if seen is None:
        to_watch = f"{board}?show=observe&zone={zone.value}"
        return [
            ToDo(watch, note=_("Some have a seat for you now or soon."), path=to_watch),
            ToDo(word),
        ]
    seen.task.domain = who.domain
    path = seen.task.get_absolute_url()
    if seen.vouched_by_id:
        note = _("%(name)s vouches for you in %(area)s.") % {
            "name": seen.vouched_by.name if seen.vouched_by else "",
            "area": seen.task.area.name,
        }
    elif seen.to_the_end and seen.done_by:
        note = _("%(name)s did it, and was told that you watched.") % {
            "name": seen.done_by
        }
    else:
        note = ""
    title = (
        _("You watched “%(title)s”.")
        if seen.to_the_end
        else _("You are watching “%(title)s”.")
    ) % {"title": seen.task.title}
    return [
        ToDo(watch, seen.to_the_end, title, path),
        ToDo(word, bool(seen.vouched_by_id), note),
    ]


@question
def _seen() -> QuerySet[Observation]:
    """The furthest they came: vouched for, else watched to the end, else watching."""
    done = Claim.objects.filter(
        task=OuterRef("task"), ending=Claim.Ending.DONE
    ).order_by("seat")
    added = {"done_by": Subquery(done.values("membership__name")[:1])}
    return (
        Observation.objects.filter(
            Q(ended_at=None) | Q(to_the_end=True),
            membership=Given("who"),
            task__centrality=Given("centrality"),
            task__is_practice=False,
        )
        .annotate(**added)
        .select_related("task__area", "vouched_by")
        .only(
            "to_the_end",
            "vouched_by__name",
            "task__title",
            "task__domain",
            "task__area__name",
        )
        .order_by(F("vouched_at").desc(nulls_last=True), "-to_the_end", "-since_at")[:1]
    )
