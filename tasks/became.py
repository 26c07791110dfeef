"""Became: which entries grew out of what was written on a task."""

from collections import defaultdict

from django.db.models import QuerySet

from domain.questions import Given, question
from repertoire.models import Entry
from tasks.models import Origin, Task


def of_task(task: Task) -> dict[str, list[Entry]]:
    """The entries, by what they grew out of: "log_entry:12", "point:3"."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for origin in _origins.ask(task=task.pk):
        entry = origin.revision.entry
        entry.domain = task.domain
        if entry not in found[origin.source_key]:
            found[origin.source_key].append(entry)
    return found


@question
def _origins() -> QuerySet[Origin]:
    return (
        Origin.objects.shown()
        .filter(task=Given("task"))
        .select_related("revision__entry")
        .only(
            "log_entry",
            "point",
            "review",
            "submission",
            "revision__entry__title",
            "revision__entry__slug",
            "revision__entry__kind",
            "revision__entry__current",
            "revision__entry__domain",
        )
        .order_by("pk")
    )
