"""Attaching: taking in the files that come with work, and letting go of them."""

import uuid
from collections.abc import Iterable, Sequence

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain import filing
from domain.filing import Upload
from domain.refusal import Refusal
from tasks.models import Attachment, LogEntry, Picture, Submission

#: More than a reviewer opens one by one.
MOST_FILES = 5


def refusal_to_attach(files: Sequence[Upload], *, kept: int = 0) -> Refusal | None:
    """Whether these files may come with the work, beside those kept from before."""
    if len(files) + kept > MOST_FILES:
        return Refusal(
            "too_many_files",
            ngettext(
                "Add %(most)d file at most.", "Add %(most)d files at most.", MOST_FILES
            )
            % {"most": MOST_FILES},
            _("Put them into one archive, or paste a link."),
        )
    refusals = (filing.refusal_to_take(file) for file in files)
    return next(filter(None, refusals), None)


def refusal_to_show(files: Sequence[Upload], *, words: str) -> Refusal | None:
    """Whether these may stand in a log as pictures."""
    if refusal := refusal_to_attach(files):
        return refusal
    refusals = (filing.refusal_to_show(file, words=words) for file in files)
    return next(filter(None, refusals), None)


def show(*, log_entry: LogEntry, files: Iterable[Upload], words: str) -> list[Picture]:
    """Keep pictures with a note, without where and with what they were taken."""
    shown = []
    for file in files:
        cleaned = filing.as_picture(file)
        picture = Picture(
            log_entry=log_entry,
            name=filing.clean_name(file.name),
            words=words.strip(),
            media_type=cleaned.media_type,
            size=len(cleaned.content),
        )
        picture.file.save(uuid.uuid4().hex, ContentFile(cleaned.content), save=False)
        picture.save()
        shown.append(picture)
    return shown


def attach(*, submission: Submission, files: Iterable[Upload]) -> list[Attachment]:
    """Keep files with a submission, each under a name that says nothing to a server."""
    attached = []
    for file in files:
        attachment = Attachment(
            submission=submission,
            name=filing.clean_name(file.name),
            size=file.size or 0,
        )
        attachment.file.save(uuid.uuid4().hex, file, save=False)
        attachment.save()
        attached.append(attachment)
    return attached


def forget(attachments: Iterable[Attachment | Picture]) -> None:
    """Remove files whose submission or note did not come about: none is left over."""
    for attachment in attachments:
        attachment.file.delete(save=False)
