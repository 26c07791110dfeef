"""Narrating: saying, while doing it, how one goes about the work and why."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from domain.filing import Upload
from domain.refusal import Refusal, Refused
from members import notifying, participating
from members.models import Membership, Notification, Participation
from tasks import attaching, citing, claiming, legitimacy, locks
from tasks.models import LogEntry, Picture, Task


def note(
    *,
    task: Task,
    membership: Membership,
    body: str,
    at: datetime,
    about: LogEntry | None = None,
    pictures: Sequence[Upload] = (),
    words: str = "",
) -> LogEntry:
    """Write a line in the log; from its holder it renews the lease.

    A question hangs on the note it is about, and tells whoever wrote that note.
    ``words`` say what the pictures show.
    """
    shown: list[Picture] = []
    try:
        with transaction.atomic():
            written = _note(
                task, membership, body, about, pictures=pictures, words=words, at=at
            )
            shown += attaching.show(log_entry=written, files=pictures, words=words)
    except BaseException:
        attaching.forget(shown)
        raise
    return written


def _note(
    task: Task,
    membership: Membership,
    body: str,
    about: LogEntry | None,
    *,
    pictures: Sequence[Upload],
    words: str,
    at: datetime,
) -> LogEntry:
    """Write it in the transaction of the caller."""
    membership, task = locks.member_and_task(membership, task)
    claim = task.claims.live().filter(membership=membership).first()
    refusal = legitimacy.refusal_to_note(
        task=task, membership=membership, claim=claim, is_question=about is not None
    )
    if refusal:
        raise Refused(refusal)
    if not body.strip():
        raise Refused(Refusal("empty", _("Write a line first.")))
    if unshown := attaching.refusal_to_show(pictures, words=words):
        raise Refused(unshown)

    written = LogEntry.objects.create(
        task=task,
        claim=claim,
        author=membership,
        # Questions do not hang on questions: an answer joins the same thread.
        about=about and (about.about or about),
        body=body.strip(),
        written_at=at,
    )
    citing.cite(
        task=task, text=written.body, member=membership, log_entry=written, at=at
    )
    if claim:
        claim.extensions = 0
        claim.save(update_fields=["extensions"])
        claiming.renew(claim=claim, task=task, at=at)
        participating.record(
            domain=task.domain,
            kind=Participation.Kind.NARRATED,
            key=f"note:{written.pk}",
            item=f"task:{task.pk}",
            giver=membership,
            title=task.title,
            path=task.get_absolute_url(),
            centrality=task.centrality,
            area=task.area,
            practice=task.is_practice,
            at=at,
        )
    if about and about.author_id != membership.pk:
        notifying.notify(
            member=about.author.member,
            kind=Notification.Kind.TASK,
            key=f"asked:{written.pk}",
            domain=task.domain,
            actor=membership,
            title=task.title,
            quote=written.body,
            sentence=_("%(name)s asks about your note.") % {"name": membership.name},
            path=task.url_of_note(about.pk),
            at=at,
        )
    return written
