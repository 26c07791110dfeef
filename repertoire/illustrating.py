"""Illustrating: taking in the pictures that entries show."""

import re
import uuid
from datetime import datetime

from django.core.files.base import ContentFile

from domain import filing
from domain.filing import Upload
from domain.models import Domain
from domain.refusal import Refused
from members.models import Membership
from repertoire import legitimacy
from repertoire.models import Picture

_SIGNS = re.compile(r"([\\\[\]`*_<>])")


def add(
    *, domain: Domain, membership: Membership, file: Upload, words: str, at: datetime
) -> Picture:
    """Keep a picture, without where and with what it was taken."""
    refusal = legitimacy.refusal_to_illustrate(
        domain=domain, membership=membership, at=at
    ) or filing.refusal_to_show(file, words=words)
    if refusal:
        raise Refused(refusal)
    cleaned = filing.as_picture(file)
    picture = Picture(
        domain=domain,
        name=filing.clean_name(file.name),
        words=" ".join(words.split()),
        media_type=cleaned.media_type,
        size=len(cleaned.content),
        added_by=membership,
        added_at=at,
    )
    picture.file.save(uuid.uuid4().hex, ContentFile(cleaned.content), save=False)
    try:
        picture.save()
    except BaseException:
        picture.file.delete(save=False)
        raise
    return picture


def markdown_of(picture: Picture) -> str:
    """What in a text shows the picture."""
    words = _SIGNS.sub(r"\\\1", picture.words)
    return f"![{words}]({picture.get_absolute_url()})"


def below(text: str, picture: Picture) -> str:
    """The text with the picture under it, for whoever cannot say where it goes."""
    return "\n\n".join(filter(None, [text.rstrip(), markdown_of(picture)]))
