"""Illustrating: taking in the pictures that entries show."""

import hashlib
import re
import uuid
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from domain import filing
from domain.filing import Upload
from domain.models import Domain
from domain.refusal import Refused
from members.models import Membership
from repertoire import legitimacy
from repertoire.models import Picture

LONGEST_WORDS = 200
_SIGNS = re.compile(r"([\\\[\]`*_<>])")


def add(
    *, domain: Domain, membership: Membership, file: Upload, words: str, at: datetime
) -> Picture:
    """Keep what a member shows, and what it shows in their words."""
    refusal = legitimacy.refusal_to_illustrate(
        domain=domain, membership=membership, at=at
    ) or filing.refusal_to_show(file, words=words)
    if refusal:
        raise Refused(refusal)
    picture, _is_new = keep(
        domain=domain, added_by_id=membership.pk, file=file, words=words, at=at
    )
    # Whoever shows it again says it in words of their own, and only where they do.
    picture.words = _tidied(words)
    return picture


def keep(
    *, domain: Domain, added_by_id: int, file: Upload, words: str, at: datetime
) -> tuple[Picture, bool]:
    """Keep a picture, without where and with what it was taken; each one once.

    Return it, and whether it is new. What is no picture raises ``NoPicture``.
    """
    cleaned = filing.as_picture(file)
    picture = Picture(
        domain=domain,
        name=filing.clean_name(file.name),
        words=_tidied(words)[:LONGEST_WORDS],
        media_type=cleaned.media_type,
        size=len(cleaned.content),
        digest=hashlib.sha256(cleaned.content).hexdigest(),
        added_by_id=added_by_id,
        added_at=at,
    )
    kept = domain.pictures.filter(digest=picture.digest)
    if same := kept.first():
        return same, False
    picture.file.save(uuid.uuid4().hex, ContentFile(cleaned.content), save=False)
    try:
        with transaction.atomic():
            picture.save()
    except IntegrityError:
        picture.file.delete(save=False)
        # Somebody kept the same meanwhile; where nobody did, something else is amiss.
        if same := kept.first():
            return same, False
        raise
    except BaseException:
        picture.file.delete(save=False)
        raise
    return picture, True


def _tidied(words: str) -> str:
    return " ".join(words.split())


def markdown_of(picture: Picture) -> str:
    """What in a text shows the picture."""
    words = _SIGNS.sub(r"\\\1", picture.words)
    return f"![{words}]({picture.get_absolute_url()})"


def below(text: str, picture: Picture) -> str:
    """The text with the picture under it, for whoever cannot say where it goes."""
    return "\n\n".join(filter(None, [text.rstrip(), markdown_of(picture)]))
