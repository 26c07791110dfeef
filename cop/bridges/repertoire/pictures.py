"""Pictures: what texts show here at addresses of the site, and in files beside them.

Going out and coming in are each other's reverse to the last character: a text that says
by chance what a file would say is set aside on its way out, and comes back as it was.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _

from cop.bridges.repertoire import pages
from domain import filing
from domain.filing import Upload
from domain.models import Domain
from repertoire import illustrating, markup
from repertoire.models import Picture
from repertoire.text import Text

_SUFFIXES: Final = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
#: The words that a picture's address follows, and the signs that stand for themselves.
_WORDS: Final = re.compile(r"!\[((?:[^\[\]\\]|\\.)*)\]\(<?\Z", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(\W)")
#: Where the words may begin at the earliest, before the address.
_WORDS_BEGIN: Final = 1_000
#: As long as the number of a picture may yet become.
_A_NUMBER: Final = "9" * 10


def _addresses(domain: Domain) -> str:
    """What the addresses of all pictures of a community begin with."""
    return reverse("repertoire:picture", args=[domain.slug, 0]).removesuffix("0/")


class Leaving:
    """The pictures of a community as files name them."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._addresses = _addresses(domain)
        address = rf"{re.escape(self._addresses)}(?P<pk>[1-9]\d{{0,17}})/"
        self._leads = re.compile(
            rf"{pages.BEFORE}{address}{pages.AFTER}|{pages.PICTURE.pattern}", re.ASCII
        )
        self._names: dict[int, str] = {}
        self._pictures: dict[str, Picture] = {}

    def told(self, text: Text) -> Text:
        """Return the text as a file says it, its pictures lying beside it."""
        if "pictures/" not in text.body:
            return text
        return replace(text, body=self._leads.sub(self._told, text.body))

    def _told(self, found: re.Match[str]) -> str:
        if found["pk"] is None:
            return f"./{found[0]}"
        name = self._name(int(found["pk"]))
        # What is not there leads nowhere, here as elsewhere.
        return f"../{pages.path_of_picture(name)}" if name else found[0]

    def _name(self, pk: int) -> str:
        if pk not in self._names:
            picture = self.domain.pictures.filter(pk=pk).first()
            if picture and picture.file.storage.exists(str(picture.file.name)):
                name = f"{picture.digest}.{_SUFFIXES[picture.media_type]}"
                self._names[pk], self._pictures[name] = name, picture
            else:
                self._names[pk] = ""
        return self._names[pk]

    def content(self, name: str) -> bytes:
        """Return what a picture holds that some text here was told to show."""
        with self._pictures[name].file.open("rb") as file:
            return bytes(file.read())


@dataclass(frozen=True, slots=True)
class Amiss:
    """What keeps a picture out, or the text that shows it where there is no path."""

    path: str
    sentence: str
    opens: str = ""


class Arriving:
    """The pictures that come in with a folder, each looked at as if it were added."""

    def __init__(self, domain: Domain, folder: Path) -> None:
        self.domain = domain
        self._folder = folder
        self._addresses = _addresses(domain)
        self._here = dict(domain.pictures.values_list("digest", "pk"))
        self._digests: dict[str, str] = {}
        self._amiss: dict[str, Amiss] = {}
        self._new: list[Picture] = []

    def lay_down(self, name: str, content: bytes) -> bool:
        """Lay a picture into the folder; say whether none of its name was there."""
        path = self._folder / pages.path_of_picture(name)
        path.parent.mkdir(exist_ok=True)
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            return path.read_bytes() == content
        return True

    def amiss(self, text: Text) -> Iterator[Amiss]:
        """Yield what keeps a text's pictures from being taken in."""
        for name in dict.fromkeys(pages.pictures_in(text)):
            self._look_at(name)
            if name in self._amiss:
                yield self._amiss[name]
        length = len(self._here_as(text).body)
        if length > markup.LONGEST:
            yield Amiss("", str(markup.TooLong(length)))

    def told_here(self, text: Text) -> Text | None:
        """Return the text as it is told here; ``None`` if it shows what is not here."""
        names = pages.pictures_in(text)
        if any(self._digests[name] not in self._here for name in names):
            return None
        return self._here_as(text)

    def kept(self, text: Text, *, added_by_id: int, at: datetime) -> Text:
        """Keep the pictures of a text, and return it as it is told here."""
        for found in pages.PICTURE.finditer(text.body):
            name = found["name"]
            if not found["aside"] and self._digests[name] not in self._here:
                words = _words_before(text.body, found.start())
                self._keep(name, words or text.title, added_by_id, at)
        return self._here_as(text)

    @contextmanager
    def or_none(self) -> Iterator[None]:
        """Where what is written meanwhile is taken back, leave no file behind."""
        try:
            yield
        except BaseException:
            for picture in self._new:
                picture.file.delete(save=False)
            raise
        finally:
            self._new.clear()

    def _keep(self, name: str, words: str, added_by_id: int, at: datetime) -> None:
        with self._opened(name) as file:
            picture, is_new = illustrating.keep(
                domain=self.domain,
                added_by_id=added_by_id,
                file=file,
                words=words,
                at=at,
            )
        if is_new:
            self._new.append(picture)
        self._here[picture.digest] = picture.pk

    def _look_at(self, name: str) -> None:
        if name in self._digests or name in self._amiss:
            return
        path = pages.path_of_picture(name)
        try:
            with self._opened(name) as file:
                if refusal := filing.refusal_to_show(file, words=name):
                    amiss = Amiss(path, refusal.sentence, refusal.opens)
                    self._amiss[name] = amiss
                    return
                content = filing.as_picture(file).content
        except FileNotFoundError:
            self._amiss[name] = Amiss(
                path,
                _("%(path)s is shown and is not there.") % {"path": path},
                _("Put the picture there, or take it out of the texts."),
            )
        except OSError as error:
            self._amiss[name] = Amiss(path, f"{error.strerror}.")
        else:
            self._digests[name] = hashlib.sha256(content).hexdigest()

    @contextmanager
    def _opened(self, name: str) -> Iterator[Upload]:
        with (self._folder / pages.path_of_picture(name)).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            yield UploadedFile(file, name, size=size)

    def _here_as(self, text: Text) -> Text:
        if "pictures/" not in text.body:
            return text
        return replace(text, body=pages.PICTURE.sub(self._address, text.body))

    def _address(self, found: re.Match[str]) -> str:
        if found["aside"]:
            return found[0].removeprefix("./")
        pk = self._here.get(self._digests.get(found["name"], ""), _A_NUMBER)
        return f"{self._addresses}{pk}/"


def _words_before(body: str, address: int) -> str:
    """Return what a picture shows in words, where the text says it."""
    found = _WORDS.search(body[max(0, address - _WORDS_BEGIN) : address])
    return " ".join(_ESCAPED.sub(r"\1", found[1]).split()) if found else ""
