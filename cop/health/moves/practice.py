"""Practice: calling exercises what they are.

Evidence that work is an exercise, all of it together: at least three newcomers did
the same, on one task or on several of one title; with the same outcome; nobody has said
in two months that a result is used; nothing of the repertoire was used in it or grew
out of it. It is evidence and no proof, and whoever knows better takes it back.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from cop.health.moves.offer import MOST_ABOUT, Offer, Way
from cop.health.past import Past
from cop.health.signs.reading import Thing
from domain.models import Domain
from members.models import Member, Membership
from tasks import proposing
from tasks.models import Citation, Origin, Submission, Task

#: So many newcomers did the same before it looks like a lesson.
REPEATED_BY: Final = 3
#: By then a result is where it was needed, or nobody needed it.
UNUSED_FOR: Final = timedelta(days=60)
#: Older ones are not what newcomers are given now.
UNTIL: Final = timedelta(days=365)
NEW_FOR: Final = timedelta(days=180)


@dataclass(slots=True)
class _Repeated:
    """What was done on tasks of one title."""

    tasks: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    outcomes: set[str] = field(default_factory=set)


def find(domain: Domain, at: datetime, _told: Past) -> Offer:
    """Real tasks that look like exercises; those done by most newcomers first."""
    found: dict[str, _Repeated] = defaultdict(_Repeated)
    for title, task, who, outcome in _done_by_newcomers(domain, at):
        one = found[title]
        one.tasks.add(task)
        one.people.add(who)
        one.outcomes.add(outcome)
    repeated = {
        title: one
        for title, one in found.items()
        if len(one.people) >= REPEATED_BY and len(one.outcomes) == 1
    }
    for title in _of_some_use(domain, set(repeated)):
        del repeated[title]
    about, people = list[int](), set[int]()
    for one in sorted(repeated.values(), key=lambda one: (-len(one.people), one.tasks)):
        if len(about) + len(one.tasks) <= MOST_ABOUT:
            about += sorted(one.tasks)
            people |= one.people
    return Offer(about, len(people))


def make(about: Sequence[int], membership: Membership, at: datetime) -> None:
    tasks = Task.objects.filter(domain=membership.domain_id, pk__in=about).real()
    for task in tasks.order_by("pk"):
        proposing.mark_practice(
            task=task,
            membership=membership,
            is_practice=True,
            reason=_(
                "Several newcomers did the same, and nobody said that a result is used."
            ),
            at=at,
        )


def _done_by_newcomers(domain: Domain, at: datetime) -> list[tuple[str, int, int, str]]:
    """Title, task, author and outcome of newcomers' settled first rounds."""
    done = Submission.objects.filter(
        task__domain=domain,
        task__is_practice=False,
        author__kind=Member.Kind.HUMAN,
        author__joined_at__gt=F("handed_in_at") - NEW_FOR,
        round=1,
        withdrawn_at=None,
        handed_in_at__gt=at - UNTIL,
        settled_at__lt=at - UNUSED_FOR,
    ).exclude(task__state=Task.State.WITHDRAWN)
    rows = done.annotate(named=Lower("task__title"))
    return list(rows.values_list("named", "task", "author", "outcome"))


def _of_some_use(domain: Domain, titles: set[str]) -> set[str]:
    """Which titles somebody used a result of, or wrote or used an entry in."""
    named = Task.objects.annotate(named=Lower("title")).filter(
        domain=domain, named__in=titles
    )
    grown = Origin.objects.filter(task__in=named).values("task")
    used = Citation.objects.filter(task__in=named, submission__isnull=False)
    useful = named.filter(
        Q(used_at__isnull=False) | Q(pk__in=grown) | Q(pk__in=used.values("task"))
    )
    return set(useful.values_list("named", flat=True))


WAY = Way(
    words=gettext_lazy("Mark these as practice"),
    sentence=ngettext_lazy(
        "One task looks like an exercise: %(touches)d newcomers did the same with the "
        "same outcome, and nobody has said in two months that a result is used.",
        "%(about)d tasks look like exercises: %(touches)d newcomers did the same with "
        "the same outcome, and nobody has said in two months that a result is used.",
        "about",
    ),
    does=gettext_lazy(
        "It marks them as practice, which their histories show with the reason: from then "
        "on they count for nobody’s position and are never a first step. What was "
        "recognised stays recognised. Whoever raised one is told, and can take it back on "
        "the task’s page; so can you."
    ),
    button=gettext_lazy("Mark as practice"),
    of=Thing.TASK,
    signs=("stakes", "results_used"),
    find=find,
    make=make,
)
