"""Bringing a repertoire in: from a folder of Markdown files, or with all its history.

What is here already is never written over. A file or a version that is here word for
word says nothing new; one that is not is added where it follows on what is here, and
refused where it does not, before anything is written. So an import may be repeated, and
one that was killed is finished by asking for it again.
"""

import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cop.bridges.repertoire import pages, stream
from cop.bridges.repertoire.pages import Page, Person, Unreadable
from cop.bridges.repertoire.people import membership_ids
from cop.bridges.repertoire.pictures import Arriving
from cop.bridges.repertoire.stream import Shown, Version
from domain.bulk import insert_new
from domain.centrality import Zone
from domain.models import Area, Domain
from domain.refusal import Refused
from members.models import Membership
from repertoire import rendering, revising
from repertoire.models import Entry, EntryLink, Revision, ToldOrigin
from repertoire.revising import Clash, Saved
from repertoire.text import Text

#: Versions a transaction: at a crash so much is written again, and no more.
VERSIONS_AT_ONCE: Final = 2_000
#: Entries whose texts are read together for what they link to.
ENTRIES_AT_ONCE: Final = 500
#: More than this nobody mends in one go.
MOST_TOLD: Final = 50

Place: TypeAlias = tuple[str, str]
Progress = Callable[[int], object]

_REVISION_FIELDS: Final = (
    "pk",
    "entry",
    "number",
    "base",
    "author",
    "author_zone",
    "title",
    "meaning",
    "body",
    "why",
    "because_path",
    "state",
    "is_mend",
    "settled_by",
    "settled_at",
    "settled_words",
    "written_at",
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands in the way of an import, and where."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.sentence}"


class NotBrought(Exception):
    """Nothing was taken in: all that is in the way is told at once."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        super().__init__("\n".join(map(str, troubles)))
        self.troubles = troubles


@dataclass(slots=True)
class Brought:
    """What came of an import."""

    written: int = 0
    revised: int = 0
    proposed: int = 0
    known: int = 0
    versions: int = 0


@dataclass(slots=True)
class _Troubles:
    path: str = ""
    found: list[Trouble] = field(default_factory=list)

    def add(self, line: int, sentence: str, opens: str = "", *, path: str = "") -> None:
        said = f"{sentence} {opens}".strip()
        trouble = Trouble(path or self.path, line, said)
        if trouble in self.found:
            return
        self.found.append(trouble)
        if len(self.found) >= MOST_TOLD:
            self.refuse_if_any()

    def refuse_if_any(self) -> None:
        if self.found:
            raise NotBrought(self.found)


# From a folder


def bring_in_folder(
    *, domain: Domain, path: Path, by: Membership | None, at: datetime
) -> Brought:
    """Take in a folder: all of it or, where anything is in the way, nothing.

    Files of entries that are not here become entries, written by those they name. A
    file somebody changed is their (``by``) change of the version it was taken from,
    through the same deed as on the page: merged with what others changed meanwhile,
    or a proposal where they may not publish.
    """
    pictures = Arriving(domain, path)
    with pictures.or_none(), transaction.atomic():
        return _bring_files(domain, path, pictures, by=by, at=at)


def _bring_files(
    domain: Domain,
    path: Path,
    pictures: Arriving,
    *,
    by: Membership | None,
    at: datetime,
) -> Brought:
    troubles = _Troubles()
    told = list(_pages_in(path, pictures, troubles))
    here = {
        (entry.kind, entry.slug): entry
        for entry in domain.entries.select_related("current", "domain", "area")
    }
    moved = {
        (entry.kind, slug): entry
        for entry in here.values()
        for slug in entry.former_slugs
    }
    brought, new = Brought(), []
    for name, place, page in told:
        entry = here.get(place) or moved.get(place)
        if entry is None or entry.current is None:
            new.append((name, place, page))
        else:
            _bring_change(
                entry, page, pictures, name, by=by, at=at, to=(brought, troubles)
            )
    unsigned = [(name, page) for name, _place, page in new if page.changed_by is None]
    for name, page in unsigned:
        _bring_new(domain, page, pictures, name, by=by, at=at, to=(brought, troubles))
    signed = [
        _first_version(place, page, at)
        for _name, place, page in new
        if page.changed_by is not None
    ]
    standing = {(one.kind.value, one.slug): one.page for one in signed}
    known = _Known(domain, standing)
    known.refuse_proposed(troubles)
    troubles.refuse_if_any()
    writer = _Writer(domain, standing, known, pictures)
    for chunk in _in_chunks(signed):
        writer.write(chunk)
    brought.written += len(signed)
    brought.versions += len(signed)
    _renew(domain, standing)
    return brought


def _pages_in(
    path: Path, pictures: Arriving, troubles: _Troubles
) -> Iterator[tuple[str, Place, Page]]:
    for shelf in Entry.SHELVES:
        for file in sorted((path / shelf).glob("*.md")):
            name = f"{shelf}/{file.name}"
            place = pages.address(name)
            if place is None:
                troubles.add(
                    1,
                    _("The file's name cannot stand in an address."),
                    _("Name it with letters without accents, digits and hyphens."),
                    path=name,
                )
                continue
            try:
                page = pages.read(file.read_bytes())
            except Unreadable as wrong:
                troubles.add(wrong.line, str(wrong), path=name)
                continue
            except OSError as error:
                troubles.add(1, f"{error.strerror}.", path=name)
                continue
            if page.kind != place[0]:
                troubles.add(
                    1,
                    _("The entry is of another kind than its shelf."),
                    _("Put the file into the folder %(shelf)s, or mend its kind.")
                    % {"shelf": page.shelf},
                    path=name,
                )
                continue
            amiss = list(pictures.amiss(page.text))
            for one in amiss:
                troubles.add(1, one.sentence, one.opens, path=one.path or name)
            if not amiss:
                yield name, place, page


def _bring_change(
    entry: Entry,
    page: Page,
    pictures: Arriving,
    name: str,
    *,
    by: Membership | None,
    at: datetime,
    to: tuple[Brought, _Troubles],
) -> None:
    brought, troubles = to
    current = entry.current
    assert current is not None  # noqa: S101 - asked before
    text = pictures.told_here(page.text)
    is_latest = current.live_at == page.changed_at
    aliases = page.aliases if is_latest else tuple(entry.aliases)
    if text == Text.of(current) and aliases == tuple(entry.aliases):
        brought.known += 1
        return
    versions = entry.revisions.living().newest_first()
    base = next((one for one in versions if one.live_at == page.changed_at), None)
    if base is not None and not is_latest and text == Text.of(base):
        brought.known += 1
        return
    if base is None:
        troubles.add(
            1,
            _("“%(title)s” is here, and says something else.") % {"title": entry.title},
            _(
                "Compare it with the living entry; to change that, export it, change the "
                "exported file and import it with --by."
            ),
            path=name,
        )
        return
    if by is None:
        troubles.add(
            1,
            _("The text was changed after it was exported."),
            _("Say with --by whose change it is."),
            path=name,
        )
        return
    text = pictures.kept(page.text, added_by_id=by.pk, at=at)
    try:
        outcome = revising.revise(
            entry=entry,
            membership=by,
            base=base,
            text=text,
            aliases=aliases,
            at=at,
        )
    except Refused as refused:
        troubles.add(1, refused.refusal.sentence, refused.refusal.opens, path=name)
        return
    if isinstance(outcome, Clash):
        troubles.add(
            _line_of(outcome, replace(page, text=text)),
            _("%(name)s changed the same lines meanwhile (version %(number)d).")
            % {"name": outcome.theirs.author.name, "number": outcome.theirs.number},
            _("Export the entry again and make the change there."),
            path=name,
        )
    elif not outcome.is_new:
        brought.known += 1
    else:
        _count(brought, outcome)


def _line_of(clash: Clash, page: Page) -> int:
    """Where in the file the first of the lines stands that two people changed."""
    lines = pages.written(page).split("\n")
    conflicts = clash.merged.body_conflicts
    mine = next((one.mine[0] for one in conflicts if one.mine), None)
    return lines.index(mine) + 1 if mine in lines else 1


def _count(brought: Brought, saved: Saved) -> None:
    if saved.revision.state == Revision.State.PROPOSED:
        brought.proposed += 1
    else:
        brought.revised += 1
        brought.versions += 1


def _bring_new(
    domain: Domain,
    page: Page,
    pictures: Arriving,
    name: str,
    *,
    by: Membership | None,
    at: datetime,
    to: tuple[Brought, _Troubles],
) -> None:
    """A file written by hand: as if its text had been typed on the page."""
    brought, troubles = to
    if by is None:
        troubles.add(
            1,
            _("The file does not say who wrote it."),
            _("Say it with --by, or in the keys changed_by and changed_at."),
            path=name,
        )
        return
    try:
        entry = revising.write(
            domain=domain,
            membership=by,
            kind=page.kind,
            text=pictures.kept(page.text, added_by_id=by.pk, at=at),
            aliases=page.aliases,
            area=_Areas(domain).named(page.area),
            at=at,
        )
    except Refused as refused:
        troubles.add(1, refused.refusal.sentence, refused.refusal.opens, path=name)
        return
    if entry.current is None:
        brought.proposed += 1
    else:
        brought.written += 1
        brought.versions += 1


def _first_version(place: Place, page: Page, at: datetime) -> Version:
    """A file by itself tells of one version: the one it holds."""
    changed_at = page.changed_at or at
    page = replace(
        page,
        changed_at=changed_at,
        written_at=page.written_at or changed_at,
        written_by=page.written_by or page.changed_by,
    )
    return Version(
        line=1,
        kind=page.kind,
        slug=place[1],
        number=1,
        base=None,
        page=page,
        zone=Zone.PERIPHERY,
        why="",
        because="",
        is_mend=False,
        settled_by=None,
        proposed_at=None,
        words="",
    )


# From a stream


def bring_in_stream(
    *,
    domain: Domain,
    file: BinaryIO,
    name: str,
    progress: Progress = lambda _versions: None,
) -> Brought:
    """Take in every version a stream tells of.

    It is read to see that nothing is in the way, and then again to write, some thousand
    versions a transaction. Killed in between, it is asked for again and goes on.
    """
    with tempfile.TemporaryDirectory() as beside:
        pictures = Arriving(domain, Path(beside))
        standing = _looked_through(file, name, pictures)
        known = _Known(domain, standing)
        if known.entries:
            _refuse_others(known, file, name, pictures)
        writer = _Writer(domain, standing, known, pictures)
        return _bring_versions(file, writer, progress)


def _bring_versions(file: BinaryIO, writer: "_Writer", progress: Progress) -> Brought:
    domain, standing, known = writer.domain, writer.standing, writer.known
    file.seek(0)
    brought = Brought(
        written=len(standing) - len(known.entries), known=len(known.entries)
    )
    versions = (one for one in stream.read(file) if isinstance(one, Version))
    for chunk in _in_chunks(versions):
        new = [one for one in chunk if not known.has(one)]
        with writer.pictures.or_none(), transaction.atomic():
            writer.write(new)
        brought.versions += len(new)
        progress(len(chunk))
    with transaction.atomic():
        _renew(domain, standing)
    return brought


def _refuse_others(
    known: "_Known", file: BinaryIO, name: str, pictures: Arriving
) -> None:
    """See that what is here of the same names is the same."""
    file.seek(0)
    troubles = _Troubles(name)
    known.refuse_proposed(troubles)
    for one in stream.read(file):
        if isinstance(one, Version):
            known.check(one, pictures.told_here(one.page.text), troubles)
    troubles.refuse_if_any()


def _looked_through(file: BinaryIO, name: str, pictures: Arriving) -> dict[Place, Page]:
    """How every entry there are versions of stands in the end, without its text.

    Pictures are laid beside the stream, to be taken up with the texts that show them.
    """
    standing: dict[Place, Page] = {}
    numbers: Counter[Place] = Counter()
    troubles = _Troubles(name)
    try:
        for one in stream.read(file):
            if isinstance(one, Shown):
                if not pictures.lay_down(one.name, one.content):
                    troubles.add(
                        one.line,
                        _("Another picture of this name came before."),
                        _("Give one of them another name."),
                    )
                continue
            place = one.kind.value, one.slug
            if isinstance(one, Version):
                for amiss in pictures.amiss(one.page.text):
                    troubles.add(one.line, amiss.sentence, amiss.opens)
                if one.number <= numbers[place]:
                    troubles.add(
                        one.line,
                        _("Version %(number)d comes after a later one.")
                        % {"number": one.number},
                        _(
                            "Write the stream anew with export_repertoire --fast-import."
                        ),
                    )
                numbers[place] = one.number
            if place in numbers:
                title = Text(one.page.text.title, "", "")
                standing[place] = replace(one.page, text=title)
    except Unreadable as wrong:
        troubles.add(wrong.line, str(wrong))
    troubles.refuse_if_any()
    return standing


class _Known:
    """The versions that are here already of what is brought in."""

    def __init__(self, domain: Domain, places: Iterable[Place]) -> None:
        wanted = set(places)
        self.entries = {
            (entry.kind, entry.slug): entry
            for entry in domain.entries.only("kind", "slug", "current", "domain")
            if (entry.kind, entry.slug) in wanted
        }
        self.numbers: dict[Place, int] = {}
        self.pks: dict[Place, dict[int, int]] = defaultdict(dict)
        self._digests: dict[tuple[Place, int], bytes] = {}
        place_of = {entry.pk: place for place, entry in self.entries.items()}
        here = Revision.objects.living().filter(entry__in=place_of).order_by("number")
        for revision in here.iterator(chunk_size=VERSIONS_AT_ONCE):
            place, number = place_of[revision.entry_id], revision.number or 0
            self.numbers[place] = number
            self.pks[place][number] = revision.pk
            digest = _digest(Text.of(revision), revision.live_at)
            self._digests[place, number] = digest

    def refuse_proposed(self, troubles: _Troubles) -> None:
        for place, entry in self.entries.items():
            if entry.current_id is None:
                troubles.add(
                    1,
                    _("An entry of this name was proposed here and is not taken in."),
                    _("Take it in under another name, or give the file another one."),
                    path=pages.path_of(*place),
                )

    def has(self, version: Version) -> bool:
        place = version.kind.value, version.slug
        return version.number <= self.numbers.get(place, 0)

    def check(self, version: Version, text: Text | None, troubles: _Troubles) -> None:
        place = version.kind.value, version.slug
        entry = self.entries.get(place)
        if entry is None or not self.has(version):
            return
        at = version.page.changed_at
        assert at is not None  # noqa: S101 - the stream's reader asks for it
        digest = _digest(text, at) if text else None
        if self._digests.get((place, version.number)) != digest:
            troubles.add(
                version.line,
                _(
                    "“%(title)s” is here, and its version %(number)d says something else."
                )
                % {"title": version.page.text.title, "number": version.number},
                _("Give the one here another name, or leave this one out."),
            )


def _digest(text: Text, at: datetime) -> bytes:
    told = f"{text.title}\0{text.meaning}\0{text.body}\0{at.isoformat()}"
    return hashlib.blake2b(told.encode(), digest_size=16).digest()


def _in_chunks(versions: Iterable[Version]) -> Iterator[list[Version]]:
    waiting = iter(versions)
    while chunk := list(islice(waiting, VERSIONS_AT_ONCE)):
        yield chunk


class _Areas:
    """The areas of practice by name; those a file names and nobody has made are made."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._by_name = {
            " ".join(area.name.split()).casefold(): area for area in domain.areas.all()
        }

    def named(self, name: str) -> Area | None:
        if not name:
            return None
        area = self._by_name.get(name.casefold())
        if area is None:
            slug = revising.slug_for(name)[: pages.LONGEST_AREA]
            area, _is_new = Area.objects.get_or_create(
                domain=self.domain,
                slug=slug,
                defaults={"name": name, "place": len(self._by_name)},
            )
            self._by_name[name.casefold()] = area
        return area


class _Writer:
    """Writes versions, and the entries they are of, a transaction at a time."""

    def __init__(
        self,
        domain: Domain,
        standing: Mapping[Place, Page],
        known: _Known,
        pictures: Arriving,
    ) -> None:
        self.domain, self.standing, self.known = domain, standing, known
        self.pictures = pictures
        self._people: dict[str, int] = {}

    def write(self, versions: Sequence[Version]) -> None:
        if not versions:
            return
        self._meet(versions)
        versions = [self._illustrated(one) for one in versions]
        places = dict.fromkeys((one.kind.value, one.slug) for one in versions)
        self._hold(place for place in places if place in self.known.entries)
        firsts = {(one.kind.value, one.slug): one for one in reversed(versions)}
        self._open(
            [firsts[place] for place in places if place not in self.known.entries]
        )
        keys = _reserved(Revision, len(versions))
        for one, key in zip(versions, keys, strict=True):
            self.known.pks[one.kind.value, one.slug][one.number] = key
        insert_new(
            Revision,
            _REVISION_FIELDS,
            [self._row(*pair) for pair in zip(versions, keys, strict=True)],
            counted_by="state",
        )
        self._say_where_they_grew(zip(versions, keys, strict=True))
        lasts = {
            (one.kind, one.slug): key for one, key in zip(versions, keys, strict=True)
        }
        self._raise_to(lasts.values())

    def _meet(self, versions: Sequence[Version]) -> None:
        met: list[tuple[Person, datetime]] = []
        for one in versions:
            page, grown = self._stands(one), one.page.grew_out_of
            for person, at in (
                (one.page.changed_by, one.proposed_at or one.page.changed_at),
                (one.page.written_by, one.page.written_at),
                (one.settled_by, one.page.changed_at),
                (page.confirmed_by, page.confirmed_at),
                (grown and grown.said_by, one.proposed_at or one.page.changed_at),
            ):
                if person and at and person.address not in self._people:
                    met.append((person, at))
        if met:
            self._people |= membership_ids(domain=self.domain, people=met)

    def _illustrated(self, version: Version) -> Version:
        """The version with its pictures kept here, added by who wrote it."""
        page, author = version.page, self._pk(version.page.changed_by)
        at = version.proposed_at or page.changed_at
        assert author  # noqa: S101 - the readers ask for both
        assert at  # noqa: S101
        text = self.pictures.kept(page.text, added_by_id=author, at=at)
        return replace(version, page=replace(page, text=text))

    def _stands(self, version: Version) -> Page:
        return self.standing[version.kind.value, version.slug]

    def _hold(self, places: Iterable[Place]) -> None:
        """Lock what is added to; whoever added meanwhile was not known when asked."""
        held = sorted(self.known.entries[place].pk for place in places)
        locked = Entry.objects.select_for_update(no_key=True).filter(pk__in=held)
        place_of = {entry.pk: place for place, entry in self.known.entries.items()}
        for entry in locked.only("current").order_by("pk"):
            if entry.current_id not in (
                None,
                *self.known.pks[place_of[entry.pk]].values(),
            ):
                raise NotBrought(
                    [Trouble(pages.path_of(*place_of[entry.pk]), 1, _CHANGED_MEANWHILE)]
                )

    def _open(self, firsts: Sequence[Version]) -> None:
        areas = _Areas(self.domain)
        made = Entry.objects.bulk_create(
            [self._entry(one, areas) for one in firsts], batch_size=1_000
        )
        for entry in made:
            self.known.entries[entry.kind, entry.slug] = entry

    def _entry(self, first: Version, areas: _Areas) -> Entry:
        page = self._stands(first)
        written_at, written_by = first.page.written_at, first.page.written_by
        assert written_at  # noqa: S101 - the readers ask for both
        assert written_by  # noqa: S101
        return Entry(
            domain=self.domain,
            kind=first.kind.value,
            title=first.page.text.title,
            slug=first.slug,
            aliases=list(page.aliases),
            former_slugs=list(page.former_slugs),
            area=areas.named(page.area),
            written_by_id=self._people[written_by.address],
            written_at=written_at,
            changed_at=written_at,
            confirmed_at=page.confirmed_at,
            confirmed_by_id=self._pk(page.confirmed_by),
            retired_at=page.retired_at,
            canonical_at=page.canonical_at,
        )

    def _pk(self, person: Person | None) -> int | None:
        return self._people[person.address] if person else None

    def _row(self, version: Version, key: int) -> tuple[object, ...]:
        place = version.kind.value, version.slug
        page, is_settled = version.page, version.settled_by is not None
        return (
            key,
            self.known.entries[place].pk,
            version.number,
            self.known.pks[place].get(version.base) if version.base else None,
            self._pk(page.changed_by),
            int(version.zone),
            page.text.title,
            page.text.meaning,
            page.text.body,
            version.why,
            version.because,
            Revision.State.LIVE.value,
            version.is_mend,
            self._pk(version.settled_by),
            page.changed_at if is_settled else None,
            version.words,
            version.proposed_at or page.changed_at,
        )

    def _say_where_they_grew(self, written: Iterable[tuple[Version, int]]) -> None:
        ToldOrigin.objects.bulk_create(
            ToldOrigin(
                revision_id=key,
                author_id=self._people[grown.said_by.address],
                doing=grown.doing,
                task=grown.task,
                path=grown.path,
                words=grown.words,
            )
            for one, key in written
            if (grown := one.page.grew_out_of)
        )

    def _raise_to(self, lasts: Iterable[int]) -> None:
        """Let each entry say what its last version says."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE repertoire_entry AS entry SET title = last.title,"
                " meaning = last.meaning, current_id = last.id, changed_at = greatest("
                " coalesce(last.settled_at, last.written_at), entry.written_at)"
                " FROM repertoire_revision AS last"
                " WHERE last.id = ANY(%s) AND entry.id = last.entry_id",
                [list(lasts)],
            )


_CHANGED_MEANWHILE: Final = "Somebody changed the entry while it was brought in."


def _reserved(model: type[Revision], count: int) -> list[int]:
    table = model._meta.db_table  # noqa: SLF001 - Django documents it
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [key for (key,) in cursor.fetchall()]


def _renew(domain: Domain, standing: Mapping[Place, Page]) -> None:
    """Settle what the new texts lead to, and let every process learn the new words."""
    if not standing:
        return
    _send_on(domain, standing)
    # The names that came in are not kept yet, for all of this may be rolled back.
    reader = rendering.reader_of_now(domain)
    unlinked = Entry.objects.filter(
        domain=domain, current__isnull=False, links_out=None
    ).select_related("current")
    waiting = unlinked.iterator(chunk_size=ENTRIES_AT_ONCE)
    while chunk := list(islice(waiting, ENTRIES_AT_ONCE)):
        bodies = {
            entry: entry.current.body
            for entry in chunk
            if entry.current and (entry.kind, entry.slug) in standing
        }
        reader.look_up(*bodies.values())
        EntryLink.objects.bulk_create(
            link
            for entry, body in bodies.items()
            for link in revising.links_of(entry, reader.used_in(body))
        )
    Domain.objects.filter(pk=domain.pk).update(
        vocabulary_version=F("vocabulary_version") + 1
    )


def _send_on(domain: Domain, standing: Mapping[Place, Page]) -> None:
    """Let entries that were overtaken lead to what overtook them.

    Only where it went out of use in the same moment: what happened to it here since
    is not undone.
    """
    for (kind, slug), page in standing.items():
        target = pages.address(f"{page.overtaken_by}.md")
        if target is None or page.retired_at is None:
            continue
        by = domain.entries.filter(kind=target[0], slug=target[1]).first()
        if by is not None and (by.kind, by.slug) != (kind, slug):
            domain.entries.filter(
                kind=kind, slug=slug, retired_at=page.retired_at, overtaken_by=None
            ).update(overtaken_by=by)
