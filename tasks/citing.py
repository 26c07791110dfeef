"""Citing: noting which entries of the repertoire a text of the work uses."""

from datetime import datetime

from members.models import Membership
from repertoire import rendering, retelling
from tasks.models import Citation, LogEntry, Review, Submission, Task


def cite(
    *,
    task: Task,
    text: str,
    at: datetime,
    member: Membership | None = None,
    log_entry: LogEntry | None = None,
    submission: Submission | None = None,
    review: Review | None = None,
) -> list[int]:
    """Note the entries ``text`` uses, in place of what was noted of it before.

    The text is the task's brief unless a note, a submission or a review is named.
    Returns the entries linked on purpose.
    """
    source = {"log_entry": log_entry, "submission": submission, "review": review}
    entries = rendering.reader_of(task.domain).entries_in(text)
    kept = [entry for entry, _ in entries]
    Citation.objects.filter(task=task, **source).exclude(entry__in=kept).delete()
    Citation.objects.bulk_create(
        [
            Citation(
                domain=task.domain,
                entry_id=entry,
                member=member,
                task=task,
                explicit=explicit,
                cited_at=at,
                **source,
            )
            for entry, explicit in entries
        ],
        # What was noted before keeps its date; only how it is used may have changed.
        update_conflicts=True,
        unique_fields=["entry", "task", "log_entry", "submission", "review"],
        update_fields=["explicit"],
    )
    linked = [entry for entry, explicit in entries if explicit]
    retelling.note(entries=linked, at=at)
    return linked
