"""Attaching: taking in the files that come with work, and letting go of them."""

import re
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain.refusal import Refusal
from tasks import pictures
from tasks.models import Attachment, LogEntry, Picture, Submission

Upload: TypeAlias = "UploadedFile[Any]"

#: More than a reviewer opens one by one.
MOST_FILES = 5
#: A scan or a data file; what is larger lives better behind a link.
LARGEST_FILE = 10 * 1024 * 1024
LONGEST_NAME = 120


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
    for file in files:
        if (file.size or 0) > LARGEST_FILE:
            return Refusal(
                "file_too_large",
                _("%(name)s is larger than %(most)s.")
                % {"name": clean_name(file.name), "most": filesizeformat(LARGEST_FILE)},
                _("Put it where it can stay, and paste a link."),
            )
        if not file.size:
            return Refusal(
                "file_empty",
                _("%(name)s is empty.") % {"name": clean_name(file.name)},
                _("Choose the file again."),
            )
    return None


def refusal_to_show(files: Sequence[Upload], *, words: str) -> Refusal | None:
    """Whether these may stand in a log as pictures."""
    if refusal := refusal_to_attach(files):
        return refusal
    if files and not words.strip():
        return Refusal(
            "no_words",
            _("Say what the picture shows."),
            _("Not everybody who reads the log can see it."),
        )
    for file in files:
        try:
            pictures.clean(_content(file))
        except pictures.NoPicture:
            return Refusal(
                "no_picture",
                _("%(name)s is no picture.") % {"name": clean_name(file.name)},
                _("Add a JPEG, PNG or WebP picture; other files come with the work."),
            )
    return None


def show(*, log_entry: LogEntry, files: Iterable[Upload], words: str) -> list[Picture]:
    """Keep pictures with a note, without where and with what they were taken."""
    shown = []
    for file in files:
        cleaned = pictures.clean(_content(file))
        picture = Picture(
            log_entry=log_entry,
            name=clean_name(file.name),
            words=words.strip(),
            media_type=cleaned.media_type,
            size=len(cleaned.content),
        )
        picture.file.save(uuid.uuid4().hex, ContentFile(cleaned.content), save=False)
        picture.save()
        shown.append(picture)
    return shown


def _content(file: Upload) -> bytes:
    file.seek(0)
    content: bytes = file.read()
    return content


def clean_name(name: str | None) -> str:
    """A file's name without its path, and without what could mislead who reads it."""
    given = unicodedata.normalize("NFC", name or "").replace("\\", "/")
    # Control characters, and those that turn the reading direction round so that
    # "exe.pdf" reads as a document.
    visible = "".join(c for c in given if unicodedata.category(c) not in ("Cc", "Cf"))
    last = PurePosixPath(visible).name
    plain = re.sub(r'[<>:"|?*\s]+', " ", last).strip(" .")
    if len(plain) > LONGEST_NAME:
        suffix = PurePosixPath(plain).suffix[:12]
        plain = plain[: LONGEST_NAME - len(suffix)] + suffix
    return plain or _("file")


def attach(*, submission: Submission, files: Iterable[Upload]) -> list[Attachment]:
    """Keep files with a submission, each under a name that says nothing to a server."""
    attached = []
    for file in files:
        attachment = Attachment(
            submission=submission, name=clean_name(file.name), size=file.size or 0
        )
        attachment.file.save(uuid.uuid4().hex, file, save=False)
        attachment.save()
        attached.append(attachment)
    return attached


def forget(attachments: Iterable[Attachment | Picture]) -> None:
    """Remove files whose submission or note did not come about: none is left over."""
    for attachment in attachments:
        attachment.file.delete(save=False)
