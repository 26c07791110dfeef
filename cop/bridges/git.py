"""Reading a git repository's own history into acts.

A contribution is a commit that is no merge, at the moment it was committed: that is
when somebody took it in. What a merge's message says of reviewers it says of every
commit the merge brought in. Only git itself is run, never a shell, and nothing of the
repository's own settings that could run something else.
"""

import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Final

from django.utils.translation import gettext as _

from cop.bridges.evidence import ActKind
from cop.bridges.history import LONGEST_AREA, LONGEST_NAME, ToldAct
from cop.bridges.identities import Contact, People, pseudonym
from domain.refusal import Refusal, Refused

#: What trailers tell, by the word before "-by". Two words joined by "-and-" tell both.
TRAILERS: Final = {
    "reviewed": ActKind.REVIEW,
    "acked": ActKind.ACK,
    "approved": ActKind.ACK,
    "release-acked": ActKind.ACK,
    "tested": ActKind.TEST,
    "reported": ActKind.REPORT,
    "helped": ActKind.HELP,
    "suggested": ActKind.HELP,
    "debugged": ActKind.HELP,
    "diagnosed": ActKind.HELP,
    "mentored": ActKind.MENTOR,
}
AUTHORS: Final = frozenset({"co-authored", "co-developed"})

#: Of several folders with less than this share of the files, each is an area; where
#: one has more, it is the project, and the folders in it are its areas.
MOST_IN_ONE: Final = 0.5
LONGEST_TITLE: Final = 200

_DOCS: Final = re.compile(
    r"(?:^|/)(?:docs?|documentation)/|\.(?:md|rst|txt|adoc|texi|\d)$", re.IGNORECASE
)
_CONTACT: Final = re.compile(r"\s*(?P<name>[^<]*?)\s*<(?P<address>[^<>]*)>")
#: Longest piece of git's output; a longer one is no path and no message.
_LONGEST: Final = 1024 * 1024
_BITE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Commit:
    """What one commit says, without its contents."""

    hash: str
    parents: tuple[str, ...]
    author: Contact
    committer: Contact
    #: Seconds since the start of 1970, in UTC.
    at: int
    title: str
    trailers: tuple[tuple[str, Contact], ...]


@dataclass(slots=True)
class Files:
    """What a commit changed: how many lines of how many files, and mostly where."""

    count: int = 0
    size: int = 0
    is_docs: bool = True
    folders: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Past:
    """What has to be known of a whole history before any of it can be told."""

    people: People
    mailmap: dict[Contact, Contact]
    #: Merges by the commits they brought into the main line.
    merges: dict[str, Commit]
    commits: int
    depth: int


def past_of(repository: Path) -> Past:
    """Read all of a history once: who is who, and which merge brought what in."""
    parents: dict[str, tuple[str, ...]] = {}
    merges: dict[str, Commit] = {}
    met: dict[Contact, tuple[int, int]] = {}
    told: set[Contact] = set()
    head = ""
    for commit, _files in _commits(repository, with_files=False):
        head = head or commit.hash
        parents[commit.hash] = commit.parents
        if len(commit.parents) > 1:
            merges[commit.hash] = commit
        in_trailers = [contact for _kind, contact in commit.trailers]
        told.update(in_trailers)
        for contact in (commit.author, commit.committer, *in_trailers):
            first, last = met.get(contact, (commit.at, commit.at))
            met[contact] = min(first, commit.at), max(last, commit.at)
    mailmap = _mailmapped(repository, told)
    people = People()
    for contact, moments in met.items():
        for moment in moments:
            people.meet(mailmap.get(contact, contact), at=moment)
    return Past(
        people=people,
        mailmap=mailmap,
        merges=_brought_in(head, parents, merges),
        commits=len(parents),
        depth=_depth(repository) if parents else 1,
    )


def acts_of(
    repository: Path,
    past: Past,
    *,
    key: bytes,
    names: bool,
    since: date | None = None,
) -> Iterator[list[ToldAct]]:
    """Yield the acts of each commit, the newest first, in one list a commit.

    People and works go by pseudonyms made with ``key``. With ``names`` acts say besides
    what people and works are called.
    """
    for commit, files in _commits(repository, with_files=True, since=since):
        if len(commit.parents) > 1:
            yield []
            continue
        yield list(_acts_of(commit, files, past, key=key, names=names))


def _acts_of(
    commit: Commit, files: Files, past: Past, *, key: bytes, names: bool
) -> Iterator[ToldAct]:
    who = _Who(past, key=key, names=names)
    merge = past.merges.get(commit.hash)
    trailers = commit.trailers + (merge.trailers if merge else ())
    # The same with names and without, or works would come in a second time.
    work = pseudonym("w", commit.hash, key=key)
    area = files.folders.most_common(1)[0][0] if files.folders else None
    at = datetime.fromtimestamp(max(commit.at, 0), tz=UTC)
    said: set[tuple[ActKind, str, str | None]] = set()

    def act(kind: ActKind, actor: Contact, subject: str | None) -> Iterator[ToldAct]:
        person = who.known_as(actor)
        if person is None or person == subject or (kind, person, subject) in said:
            return
        said.add((kind, person, subject))
        yield ToldAct(
            t=at,
            actor=person,
            kind=kind,
            subject=subject,
            work=work,
            area=area,
            size=files.size,
            docs_only=files.is_docs and files.count > 0,
            files=files.count,
            name=who.called(actor),
            title=commit.title if names and kind is ActKind.CONTRIBUTION else "",
        )

    authors: list[str] = []
    co_authors = [contact for word, contact in trailers if word in AUTHORS]
    for contact in (commit.author, *co_authors):
        for contribution in act(ActKind.CONTRIBUTION, contact, None):
            authors.append(contribution.actor)
            yield contribution
    integrators = [commit.committer, *([merge.author] if merge else [])]
    told = [(TRAILERS[word], contact) for word, contact in trailers if word in TRAILERS]
    told += [(ActKind.INTEGRATE, contact) for contact in integrators]
    for author in authors:
        for kind, contact in told:
            # Whoever wrote it together did not vouch for it, nor take it in.
            if who.known_as(contact) not in authors:
                yield from act(kind, contact, author)


class _Who:
    """What people are called in the acts."""

    def __init__(self, past: Past, *, key: bytes, names: bool) -> None:
        self.past = past
        self.key = key
        self.names = names

    def known_as(self, contact: Contact) -> str | None:
        person = self.past.people.person(self.past.mailmap.get(contact, contact))
        return None if person is None else pseudonym("m", person, key=self.key)

    def called(self, contact: Contact) -> str:
        if not self.names:
            return ""
        name = self.past.people.name(self.past.mailmap.get(contact, contact))
        return name[:LONGEST_NAME]


def _commits(
    repository: Path, *, with_files: bool, since: date | None = None
) -> Iterator[tuple[Commit, Files]]:
    # Names, titles and paths may be anything; nobody can have foreseen this.
    mark = secrets.token_hex(16)
    trailers = f"%(trailers:only,unfold,separator={mark})"
    parts = ("%H", "%P", "%ct", "%aN", "%aE", "%cN", "%cE", "%s", trailers)
    arguments = [
        "log",
        "-z",
        "--topo-order",
        f"--format={mark}{mark.join(parts)}",
        *(["--numstat", "-M", "--no-ext-diff", "--no-textconv"] if with_files else []),
        *([f"--since={since.isoformat()}T00:00:00Z"] if since else []),
        "HEAD",
        "--",
    ]
    depth = _depth(repository) if with_files else 0
    commit: Commit | None = None
    files = Files()
    with _git(repository, arguments) as output:
        pieces = _pieces(output)
        for piece in pieces:
            if piece.startswith(mark):
                if commit:
                    yield commit, files
                commit, files = _commit(piece.split(mark)[1:]), Files()
            elif piece.strip():
                added, removed, path = piece.lstrip("\n").split("\t", 2)
                if not path:  # renamed: the old path and the new one follow
                    next(pieces)
                    path = next(pieces)
                _count(files, added, removed, path, depth=depth)
        if commit:
            yield commit, files


def _commit(parts: list[str]) -> Commit:
    hash_, parents, at, name, address, by, by_address, title, *trailers = parts
    return Commit(
        hash=hash_,
        parents=tuple(parents.split()),
        author=_contact(name, address),
        committer=_contact(by, by_address),
        at=int(at or 0),
        title=title[:LONGEST_TITLE],
        trailers=tuple(_trailers(trailers)),
    )


def _trailers(lines: Iterable[str]) -> Iterator[tuple[str, Contact]]:
    for line in lines:
        word, colon, value = line.partition(":")
        told = word.strip().casefold()
        if not colon or not told.endswith("-by"):
            continue
        found = _CONTACT.match(value)
        contact = (
            _contact(found["name"], found["address"])
            if found
            else _contact(*(("", value) if "@" in value else (value, "")))
        )
        for one in told.removesuffix("-by").split("-and-"):
            if one in TRAILERS or one in AUTHORS:
                yield one, contact


def _contact(name: str, address: str) -> Contact:
    """Return a contact without what could not be kept or would break a line."""
    kept = "".join(c if c.isprintable() else " " for c in name)
    return Contact(" ".join(kept.split()).strip('"'), "".join(address.split()))


def _count(files: Files, added: str, removed: str, path: str, *, depth: int) -> None:
    files.count += 1
    # Git counts no lines of binary files and writes a dash.
    files.size += sum(int(lines) for lines in (added, removed) if lines.isdecimal())
    files.is_docs = files.is_docs and bool(_DOCS.search(path))
    folder = "/".join(path.split("/")[:-1][:depth])
    kept = "".join(c if c.isprintable() else "?" for c in folder)
    files.folders[kept[:LONGEST_AREA] or "(root)"] += 1


def _brought_in(
    head: str, parents: dict[str, tuple[str, ...]], merges: dict[str, Commit]
) -> dict[str, Commit]:
    """Return for every commit off the main line the merge that brought it in."""
    main: list[str] = []
    while head in parents:
        main.append(head)
        head = next(iter(parents[head]), "")
    on_main = set(main)
    brought: dict[str, Commit] = {}
    for merge in reversed([one for one in main if one in merges]):
        found = list(parents[merge][1:])
        while found:
            commit = found.pop()
            if commit in parents and commit not in on_main and commit not in brought:
                brought[commit] = merges[merge]
                found.extend(parents[commit])
    return brought


def _depth(repository: Path) -> int:
    """Return how many folders deep an area is: two, where one folder holds most."""
    folders: Counter[str] = Counter()
    with _git(
        repository, ["ls-tree", "-r", "-z", "--full-tree", "--name-only", "HEAD"]
    ) as output:
        for path in _pieces(output):
            folder, slash, _rest = path.partition("/")
            if slash:
                folders[folder] += 1
    most = max(folders.values(), default=0)
    return 2 if most > MOST_IN_ONE * folders.total() else 1


def _mailmapped(repository: Path, contacts: set[Contact]) -> dict[Contact, Contact]:
    """Return what the repository's mailmap makes of contacts that stand in trailers."""
    asked = sorted(
        (one for one in contacts if "@" in one.address and "<" not in one.name),
        key=lambda one: (one.name, one.address),
    )
    if not asked:
        return {}
    lines = "".join(f"{one.name} <{one.address}>\n" for one in asked)
    done = subprocess.run(
        _command(repository, ["check-mailmap", "--stdin"]),
        input=lines.encode(errors="replace"),
        capture_output=True,
        env=_environment(),
        check=False,
    )
    answers = done.stdout.decode(errors="replace").splitlines()
    if done.returncode or len(answers) != len(asked):
        return {}
    found = [_CONTACT.match(answer) for answer in answers]
    return {
        one: _contact(match["name"], match["address"])
        for one, match in zip(asked, found, strict=True)
        if match
    }


@contextmanager
def _git(repository: Path, arguments: list[str]) -> Generator[IO[bytes]]:
    """Run git and give its output while it runs; refuse if it failed."""
    # Into a file: a pipe that nobody reads meanwhile would fill, and git would wait.
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            _command(repository, arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
        ) as process,
    ):
        assert process.stdout  # noqa: S101 - for the type checker: it is a pipe
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        process.wait()
        errors.seek(0)
        said = errors.read(_LONGEST).decode(errors="replace").strip()
    if process.returncode:
        raise Refused(
            Refusal(
                "git_failed",
                _("git could not read %(path)s.") % {"path": repository},
                said.splitlines()[0] if said else "",
            )
        )


def _command(repository: Path, arguments: list[str]) -> list[str | Path]:
    program = shutil.which("git")
    if program is None:
        raise Refused(
            Refusal(
                "no_git",
                _(
                    "Reading a repository needs the program git, which is not installed."
                ),
            )
        )
    # A repository's own settings can name programs to run; these are the ones that
    # reading a log could reach.
    off = ["core.fsmonitor=false", "log.showSignature=false", "diff.external="]
    settings = [*off, "i18n.logOutputEncoding=UTF-8", "core.quotePath=false"]
    given = [part for setting in settings for part in ("-c", setting)]
    return [program, "-C", repository, "--no-pager", *given, *arguments]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    # Nothing is fetched, asked or replaced while somebody only wants to read.
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _pieces(output: IO[bytes]) -> Iterator[str]:
    """Yield what lies between null bytes, whatever its encoding."""
    rest = b""
    while bite := output.read1(_BITE):  # type: ignore[attr-defined]
        *whole, rest = (rest + bite).split(b"\0")
        for piece in whole:
            yield piece[:_LONGEST].decode(errors="replace")
        rest = rest[: 2 * _LONGEST]
    if rest:
        yield rest[:_LONGEST].decode(errors="replace")
