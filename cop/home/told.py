"""Told: the stories a community tells its newcomers."""

from datetime import datetime

from django.db.models import Case, QuerySet, When

from domain.models import Domain
from domain.questions import Given, question
from members.models import Membership
from repertoire.models import Entry

MOST_STORIES = 5


def here(domain: Domain, *, area: int | None = None) -> list[Entry]:
    """Those others retell, of an area first; see ``repertoire.retelling``."""
    stories = _canonical.ask(domain=domain.pk, area=area or 0)
    for story in stories:
        story.domain = domain
    return stories


def to(own: Membership, *, at: datetime) -> Entry | None:
    """One of them, another each day."""
    stories = here(own.domain, area=own.main_area_id)
    return stories[at.toordinal() % len(stories)] if stories else None


@question
def _canonical() -> QuerySet[Entry]:
    return (
        Entry.objects.living()
        .filter(
            domain=Given("domain"),
            kind=Entry.Kind.STORY,
            canonical_at__isnull=False,
        )
        .only("title", "slug", "kind", "meaning", "domain")
        .order_by(
            Case(When(area=Given("area"), then=0), default=1), "-canonical_at", "pk"
        )[:MOST_STORIES]
    )
