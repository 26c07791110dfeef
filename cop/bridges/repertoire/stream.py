"""The stream: every version of every entry, as ``git fast-import`` reads it.

One commit a version, in the order in which they became the living text, written with
whoever wrote it as author and whoever took it in as committer. A picture comes with the
first commit whose text shows it. The last commit is the folder as it stands. The same
repertoire makes the same stream, byte for byte, so that imported anew the commits have
the same names.

Git keeps seconds and knows no shelves: what it has no place for stands in lines at the
end of each message ("trailers"), which is what is read back.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO, Final

from django.db.models import Max, QuerySet, Window
from django.utils.translation import gettext as _

from cop.bridges.repertoire import folder, pages
from cop.bridges.repertoire.pages import Page, Person, Unreadable
from cop.bridges.repertoire.people import People
from cop.bridges.repertoire.pictures import Leaving
from domain import filing
from domain.centrality import Zone
from domain.models import Domain
from members.names import more_than_a_name
from repertoire.models import Entry, Revision
from repertoire.models.entry import came_at
from repertoire.revising import slug_for
from repertoire.text import Text

BRANCH: Final = "refs/heads/main"
#: Said where somebody gave no reason: git wants every commit to have a first line.
NO_WORD: Final = "(no word on why)"
#: Versions fetched at a time.
AT_ONCE: Final = 1_000
#: A version is a text of at most 200,000 characters, of up to four bytes each.
LARGEST_FILE: Final = 1_000_000
LONGEST_LINE: Final = 10_000

_COMMIT: Final = f"commit {BRANCH}\n".encode()
_BLOB: Final = b"blob\n"
_MARK: Final = re.compile(rb"mark (:\d{1,18})\n")
_TRAILER: Final = re.compile(r"([A-Z][a-z-]+): (.*)")
_ZONES: Final = {zone.name.lower(): zone for zone in Zone}
_HEADED: Final = re.compile(r"(author|committer) [^<>\n]* <[^<>\n]*> \d+ \+0000\n?")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry as a commit tells it."""

    #: Where in the file it is told, for whoever has to look.
    line: int
    kind: Entry.Kind
    slug: str
    number: int
    base: int | None
    page: Page
    zone: Zone
    why: str
    because: str
    is_mend: bool
    settled_by: Person | None
    #: When it was written, where that was before it was taken in.
    proposed_at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The entry as the last commit says that it stands."""

    line: int
    kind: Entry.Kind
    slug: str
    page: Page


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, told before the first version that shows it."""

    line: int
    name: str
    content: bytes


def written(domain: Domain) -> Iterator[bytes]:
    """Yield the stream, a commit at a time."""
    people, pictures = People(domain), Leaving(domain)
    tree = _Tree()
    marks: dict[str, int] = {}
    latest = domain.founded_at
    yield b"feature done\n"
    for revision in _versions(domain):
        at = revision.live_at
        latest = max(latest, at)
        page = _page(revision, people, pictures)
        shown = dict.fromkeys(pages.pictures_in(page.text))
        new = [name for name in shown if name not in marks]
        for name in new:
            marks[name] = len(marks) + 1
            yield _BLOB + f"mark :{marks[name]}\n".encode()
            yield _data(pictures.content(name))
        yield _commit(
            author=(people.named(revision.author), revision.written_at),
            committer=(people.named(revision.settled_by or revision.author), at),
            message=_message(revision, people),
        )
        before, path = tree.move(revision)
        if before:
            yield f"R {before} {path}\n".encode()
        for name in new:
            yield _marked(pages.path_of_picture(name), marks[name])
        yield _file(path, pages.written(page).encode())
    keeper = Person(domain.name, f"repertoire@cop{pages.NOWHERE}")
    stands = _("The repertoire as it stands")
    yield _commit(author=(keeper, latest), committer=(keeper, latest), message=stands)
    yield b"deleteall\n"
    for path, content in folder.files(domain):
        picture = pages.picture_name(path)
        yield _marked(path, marks[picture]) if picture else _file(path, content)
    yield b"done\n"


def _versions(domain: Domain) -> Iterator[Revision]:
    """Yield all living versions of what is taken along, as they came to live.

    No version comes before an earlier one of its entry, whatever clocks said.
    """
    in_order = Window(Max("came_at"), partition_by="entry", order_by="number")
    taken_along = Revision.objects.living().filter(
        entry__domain=domain, entry__current__isnull=False
    )
    # Their keys are put in order, not their texts, which would not fit in memory.
    keys = (
        taken_along.annotate(came_at=came_at())
        .annotate(in_order=in_order)
        .order_by("in_order", "entry__kind", "entry__slug", "number")
    )
    waiting = keys.values_list("pk", flat=True).iterator(chunk_size=50 * AT_ONCE)
    while chunk := list(islice(waiting, AT_ONCE)):
        found = _with_all_that_is_told(taken_along).in_bulk(chunk)
        yield from (found[pk] for pk in chunk)


def _with_all_that_is_told(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    named = ("author", "settled_by", "entry__written_by", *folder.GROWN_AUTHORS)
    return revisions.select_related(
        "entry__domain", "base", *named, *folder.GROWN
    ).defer(
        "base__body",
        "base__meaning",
        *more_than_a_name(*named),
    )


class _Tree:
    """Which entry lies at which path, commit by commit."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}
        self._path: dict[int, str] = {}

    def move(self, revision: Revision) -> tuple[str, str]:
        """Return where the entry lay, if elsewhere, and where it lies from now on."""
        entry, before = revision.entry, self._path.get(revision.entry_id, "")
        wanted = pages.path_of(entry.kind, _slug_then(revision))
        home = pages.path_of(entry.kind, entry.slug)
        aside = f"{home.removesuffix('.md')}~.md"
        path = next(
            path
            for path in (wanted, before, home, aside)
            if path and self._at.get(path, entry.pk) == entry.pk
        )
        if path != before:
            self._at.pop(before, None)
            self._at[path], self._path[entry.pk] = entry.pk, path
            return before, path
        return "", path


def _slug_then(revision: Revision) -> str:
    """The slug the entry went by under this version's title, if it ever did."""
    entry, slug = revision.entry, slug_for(revision.title)
    was_called_so = slug in entry.former_slugs and revision.title != entry.title
    return slug if was_called_so else entry.slug


def _page(revision: Revision, people: People, pictures: Leaving) -> Page:
    entry = revision.entry
    return Page(
        kind=Entry.Kind(entry.kind),
        text=pictures.told(Text.of(revision)),
        written_at=entry.written_at,
        written_by=people.named(entry.written_by),
        changed_at=revision.live_at,
        changed_by=people.named(revision.author),
        grew_out_of=folder.grown(revision, entry, people),
    )


def _message(revision: Revision, people: People) -> str:
    entry, number = revision.entry, revision.number or 0
    base = revision.base.number if revision.base else None
    taken_in = revision.settled_by and revision.settled_at
    trailers = {
        "Entry": f"{entry.shelf}/{entry.slug}",
        "Version": str(number),
        "Base": "" if base == (number - 1 or None) else str(base or "none"),
        "Zone": Zone(revision.author_zone).name.lower(),
        "Because": " ".join(revision.because_path.split()),
        "Mend": "yes" if revision.is_mend else "",
        "Taken-in-by": str(people.named(revision.settled_by))
        if revision.settled_by and taken_in
        else "",
        "Written-at": pages.moment(revision.written_at) if taken_in else "",
        "Words": " ".join(revision.settled_words.split()) if taken_in else "",
    }
    told = "\n".join(f"{name}: {said}" for name, said in trailers.items() if said)
    return f"{' '.join(revision.why.split()) or NO_WORD}\n\n{told}"


def _commit(
    *,
    author: tuple[Person, datetime],
    committer: tuple[Person, datetime],
    message: str,
) -> bytes:
    heads = f"author {_who(*author)}\ncommitter {_who(*committer)}\n"
    return f"commit {BRANCH}\n{heads}".encode() + _data(message.encode())


def _who(person: Person, at: datetime) -> str:
    # Git takes no angle brackets in a name; whoever has them reads better than refused.
    name = person.name.replace("<", "‹").replace(">", "›")
    return f"{name} <{person.address}> {max(int(at.timestamp()), 0)} +0000"


def _file(path: str, content: bytes) -> bytes:
    return f"M 100644 inline {path}\n".encode() + _data(content)


def _marked(path: str, mark: int) -> bytes:
    return f"M 100644 :{mark} {path}\n".encode()


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def read(file: BinaryIO) -> Iterator[Shown | Version | Standing]:
    """Yield what a stream tells, from its first version to how everything stands.

    A picture comes once, before the version that shows it first.

    Raises ``Unreadable`` where it is none, or not one that was written here: git's own
    language says the same in many ways, of which this reads the one above.
    """
    lines = _Lines(file)
    lines.expect(b"feature done\n")
    waiting: dict[bytes, bytes] = {}
    while (command := lines.next()) in (_BLOB, _COMMIT):
        if command == _BLOB:
            mark = _MARK.fullmatch(lines.next())
            if mark is None:
                raise lines.wrong(_("The picture has no mark."), _write_anew())
            waiting[mark[1]] = lines.data(filing.LARGEST_FILE)
            continue
        yield from _told(lines, lines.number, waiting)
        waiting.clear()
    if command != b"done\n":
        raise lines.wrong(
            _("The stream breaks off, or goes on in a way not written here."),
            _write_anew(),
        )


def _told(
    lines: "_Lines", begins: int, waiting: dict[bytes, bytes]
) -> Iterator[Shown | Version | Standing]:
    for _who_and_when in ("author", "committer"):
        if not _HEADED.fullmatch(lines.next().decode(errors="replace")):
            raise lines.wrong(_("This is not who wrote it, and when."))
    message = lines.data().decode(errors="replace")
    why, _blank, told = message.rpartition("\n\n")
    stands = lines.peek() == b"deleteall\n"
    if stands:
        lines.next()
    while (line := lines.peek()).startswith((b"M ", b"R ")):
        lines.next()
        if line.startswith(b"R "):
            continue
        if line.startswith(b"M 100644 :"):
            yield from _shown(lines, line, waiting)
            continue
        path = line.removeprefix(b"M 100644 inline ").decode(errors="replace").strip()
        starts, content = lines.number + 2, lines.data()
        if not stands:
            page = pages.read(content, first_line=starts)
            yield _version(why, told, page, begins)
        elif found := pages.address(path):
            page = pages.read(content, first_line=starts)
            yield Standing(starts, *found, page)


def _shown(
    lines: "_Lines", line: bytes, waiting: dict[bytes, bytes]
) -> Iterator[Shown]:
    """Yield the picture a line puts in its place, unless an earlier one did."""
    mark, _space, path = line.removeprefix(b"M 100644 ").partition(b" ")
    name = pages.picture_name(path.decode(errors="replace").strip())
    if name is None:
        raise lines.wrong(_("This is not where a picture lies."), _write_anew())
    content = waiting.pop(mark, None)
    if content is not None:
        yield Shown(lines.number, name, content)


def _write_anew() -> str:
    return _("Write it anew with export_repertoire --fast-import.")


def _version(why: str, told: str, page: Page, line: int) -> Version:
    trailers: dict[str, str] = {}
    for one in told.split("\n"):
        found = _TRAILER.fullmatch(one)
        if found:
            trailers[found[1]] = found[2]

    def wrong(sentence: str) -> Unreadable:
        anew = _("Write the stream anew with export_repertoire --fast-import.")
        return Unreadable(line, sentence, anew)

    named = pages.address(f"{trailers.get('Entry', '')}.md")
    number = trailers.get("Version", "")
    if named is None or not number.isdecimal() or int(number) < 1:
        raise wrong(_("The message does not say which version of which entry it is."))
    if page.kind != named[0]:
        raise wrong(_("The entry is of another kind than its shelf."))
    if not (
        page.changed_at and page.changed_by and page.written_at and page.written_by
    ):
        raise wrong(_("The version does not say who wrote it, and when."))
    settled_by = Person.of(trailers.get("Taken-in-by", ""))
    return Version(
        line=line,
        kind=page.kind,
        slug=named[1],
        number=int(number),
        base=_base(trailers.get("Base", ""), int(number)),
        page=page,
        zone=_ZONES.get(trailers.get("Zone", ""), Zone.PERIPHERY),
        why="" if why == NO_WORD else why[:300],
        because=trailers.get("Because", "")[:200],
        is_mend="Mend" in trailers,
        settled_by=settled_by,
        proposed_at=_moment(trailers.get("Written-at", ""), wrong)
        if settled_by
        else None,
        words=trailers.get("Words", "")[:300],
    )


def _base(said: str, number: int) -> int | None:
    if not said:
        return number - 1 or None
    return int(said) if said.isdecimal() else None


def _moment(said: str, wrong: Callable[[str], Unreadable]) -> datetime:
    try:
        return datetime.fromisoformat(said).astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong(_("“%(said)s” is not a moment.") % {"said": said}) from None


class _Lines:
    """A stream read line by line, knowing where it is."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ahead: bytes | None = None
        self.number = 0

    def peek(self) -> bytes:
        if self._ahead is None:
            self._ahead = self._file.readline(LONGEST_LINE)
        return self._ahead

    def next(self) -> bytes:
        line, self._ahead = self.peek(), None
        self.number += 1
        return line

    def expect(self, line: bytes) -> None:
        if self.next() != line:
            raise self.wrong(
                _("This is not a stream written by export_repertoire --fast-import."),
                _("Write one, or give the folder of Markdown files."),
            )

    def data(self, most: int = LARGEST_FILE) -> bytes:
        head = self.next()
        size = head.removeprefix(b"data ").strip()
        if head.startswith(b"data ") and size.isdigit():
            length = int(size)
            if length > most:
                raise self.wrong(_("This is larger than it may be."))
            content = self._file.read(length)
            if len(content) == length and self._file.read(1) == b"\n":
                self.number += content.count(b"\n") + 1
                return content
        raise self.wrong(
            _("Here “data”, its length and as many bytes are wanted."),
            _("The stream may be cut off: write it anew."),
        )

    def wrong(self, sentence: str, opens: str = "") -> Unreadable:
        return Unreadable(self.number, sentence, opens)
