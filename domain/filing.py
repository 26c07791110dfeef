"""Filing: what the files that members give may be, and what they are called."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from domain import pictures
from domain.refusal import Refusal

Upload: TypeAlias = "UploadedFile[Any]"

#: A scan or a data file; what is larger lives better behind a link.
LARGEST_FILE = 10 * 1024 * 1024
LONGEST_NAME = 120


def refusal_to_take(file: Upload) -> Refusal | None:
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


def refusal_to_show(file: Upload, *, words: str) -> Refusal | None:
    """Whether the file may be shown as a picture of what the words say."""
    if refusal := refusal_to_take(file):
        return refusal
    if not words.strip():
        return Refusal(
            "no_words",
            _("Say what the picture shows."),
            _("Not everybody who reads this can see it."),
        )
    try:
        as_picture(file)
    except pictures.NoPicture:
        return Refusal(
            "no_picture",
            _("%(name)s is no picture.") % {"name": clean_name(file.name)},
            _("Add a JPEG, PNG or WebP picture; other files come with the work."),
        )
    return None


def as_picture(file: Upload) -> pictures.Cleaned:
    """The picture without where and with what it was taken, or ``NoPicture``."""
    file.seek(0)
    return pictures.clean(file.read())


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
