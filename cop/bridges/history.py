"""Reading a history: JSON lines, one act a line, as docs/history-format.md says.

Pure, and streaming: one line is held at a time, whatever the file. A line that cannot
be taken in is refused with its number and the reason, and the reading goes on; only
where the file itself breaks off is the rest refused as a whole.
"""

import gzip
import json
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO, cast
from unicodedata import category, normalize
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from cop.bridges.evidence import Act, ActKind
from domain.centrality import Centrality
from domain.refusal import Refusal, Refused

FORMAT: Final = "cop-history"
VERSION: Final = 1

#: Longest line, in bytes. The longest that says anything useful is under a tenth of it.
LONGEST_LINE: Final = 65_536
#: Most lines of a file, and most bytes once unpacked: a few bytes can unpack to
#: terabytes. A history of a million acts has 0.2 GB.
MOST_LINES: Final = 20_000_000
MOST_BYTES: Final = 8 * 1024**3

LONGEST_NAME: Final = 80
LONGEST_TITLE: Final = 200
LONGEST_URL: Final = 200
LONGEST_PERSON: Final = 100
LONGEST_WORK: Final = 100
LONGEST_AREA: Final = 200
MOST_ROUNDS: Final = 100
MOST: Final = 10**12

#: Clocks of those who wrote the history may be a little ahead of ours.
AHEAD: Final = timedelta(days=1)
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)

_GZIP: Final = b"\x1f\x8b"
_KINDS: Final = {kind.value: kind for kind in ActKind}
_CENTRALITIES: Final = {zone.name.lower(): int(zone) for zone in Centrality}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAct(Act):
    """An act with what richer sources tell besides."""

    #: What to call the actor; only where the source may publish names.
    name: str = ""
    title: str = ""
    url: str = ""
    centrality: int | None = None
    rounds: int = 1
    accommodated: bool = False


@contextmanager
def opened(path: Path) -> Generator[tuple[BinaryIO, BinaryIO]]:
    """Open a history, packed or plain; give what it says, and the file it is in."""
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield cast("BinaryIO", unpacked), file
        else:
            yield file, file


def read(
    stream: BinaryIO,
    *,
    at: datetime,
    after: int = 0,
    most_lines: int = MOST_LINES,
    most_bytes: int = MOST_BYTES,
) -> Iterator[tuple[int, ToldAct | Refusal | None]]:
    """Yield each line's number with its act, with why it is refused, or with None.

    None is for lines that tell no act: the heading and empty ones. The first ``after``
    lines are passed over unread. Nothing that tells of later than ``at`` is taken in.
    """
    latest = at + AHEAD
    number = taken = 0
    while True:
        try:
            line = stream.readline(LONGEST_LINE + 1)
            taken += len(line)
            is_long = len(line) > LONGEST_LINE and not line.endswith(b"\n")
            rest = line
            while is_long and rest and not rest.endswith(b"\n") and taken <= most_bytes:
                rest = stream.readline(LONGEST_LINE)
                taken += len(rest)
        except (EOFError, OSError, zlib.error):
            yield number + 1, _breaks_off()
            return
        if not line:
            return
        number += 1
        if number > most_lines or taken > most_bytes:
            yield number, _too_much(most_lines, most_bytes)
            return
        if number <= after:
            continue
        if is_long:
            yield number, _too_long()
            continue
        try:
            yield number, _told(line, latest=latest, first=number == 1)
        except Refused as refused:
            yield number, refused.refusal


@contextmanager
def created(path: Path) -> Generator[TextIO]:
    """Open a new history for writing, packed if its name says so, with its heading.

    The same acts make the same file, byte for byte, so that an import of it that was
    killed is gone on with.
    """
    with path.open("wb") as file:
        packed: BinaryIO = (
            cast("BinaryIO", gzip.GzipFile("", "wb", fileobj=file, mtime=0))
            if path.suffix == ".gz"
            else file
        )
        with TextIOWrapper(packed, encoding="utf-8", newline="\n") as text:
            text.write(json.dumps({"format": FORMAT, "version": VERSION}) + "\n")
            yield text


def line_of(act: ToldAct) -> str:
    """Return the line that tells an act; what is not known is left out."""
    fields = {
        "t": act.t.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "actor": act.actor,
        "kind": act.kind.value,
        "subject": act.subject,
        "work": act.work,
        "area": act.area,
        "size": act.size,
        "docs_only": act.docs_only,
        "files": act.files,
        "name": act.name,
        "title": act.title,
        "url": act.url,
        "centrality": act.centrality and Centrality(act.centrality).name.lower(),
        "rounds": act.rounds if act.rounds > 1 else None,
        "accommodated": act.accommodated or None,
    }
    told = {name: value for name, value in fields.items() if value not in (None, "")}
    return json.dumps(told, ensure_ascii=False) + "\n"


def _told(line: bytes, *, latest: datetime, first: bool) -> ToldAct | None:
    if not line.strip():
        return None
    fields = _fields(line)
    if first and "format" in fields:
        _refuse_other_formats(fields)
        return None
    kind = _kind(fields)
    actor = _text(fields, "actor", LONGEST_PERSON)
    return ToldAct(
        t=_time(fields, latest=latest),
        actor=actor,
        kind=kind,
        subject=_subject(fields, kind=kind, actor=actor),
        work=_text(fields, "work", LONGEST_WORK),
        area=_optional_text(fields, "area", LONGEST_AREA) or None,
        size=_number(fields, "size", 0, MOST),
        docs_only=_flag(fields, "docs_only"),
        files=_number(fields, "files", 0, MOST),
        name=_words(fields, "name", LONGEST_NAME),
        title=_words(fields, "title", LONGEST_TITLE),
        url=_url(fields),
        centrality=_centrality(fields),
        rounds=_number(fields, "rounds", 1, MOST_ROUNDS) or 1,
        accommodated=_flag(fields, "accommodated"),
    )


def _fields(line: bytes) -> dict[str, Any]:
    if b"\0" in line:
        raise Refused(Refusal("null_byte", _("The line contains a null byte.")))
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise Refused(
            Refusal(
                "bad_utf8",
                _("The line is not UTF-8 (byte %(byte)d).") % {"byte": error.start + 1},
            )
        ) from error
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(Refusal("bad_json", _("The line is not JSON."))) from error
    if not isinstance(fields, dict):
        raise Refused(
            Refusal("not_an_object", _("The line is JSON, but not an object."))
        )
    return fields


def _refuse_other_formats(fields: dict[str, Any]) -> None:
    if fields["format"] != FORMAT or fields.get("version") != VERSION:
        raise Refused(
            Refusal(
                "unknown_format",
                _("The heading must say format “%(format)s”, version %(version)d.")
                % {"format": FORMAT, "version": VERSION},
            )
        )


def _kind(fields: dict[str, Any]) -> ActKind:
    kind = _text(fields, "kind", LONGEST_PERSON)
    if kind not in _KINDS:
        raise Refused(
            Refusal(
                "unknown_kind",
                _("“kind” is “%(kind)s”; it must be one of %(kinds)s.")
                % {"kind": kind, "kinds": ", ".join(_KINDS)},
            )
        )
    return _KINDS[kind]


def _time(fields: dict[str, Any], *, latest: datetime) -> datetime:
    text = _text(fields, "t", LONGEST_PERSON)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or len(text) < len("2026-01-01T00:00Z"):
        raise Refused(
            Refusal(
                "bad_time",
                _("“t” is “%(text)s”; write it as 2026-01-31T12:00:00Z.")
                % {"text": text},
            )
        )
    if moment.tzinfo is None:
        raise Refused(
            Refusal(
                "naive_time",
                _("“t” does not say its offset from UTC; end it with Z or +00:00."),
            )
        )
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        moment = EARLIEST - AHEAD
    if moment > latest:
        raise Refused(Refusal("future", _("“t” lies in the future.")))
    if moment < EARLIEST:
        raise Refused(Refusal("before_1970", _("“t” lies before 1970.")))
    return moment


def _subject(fields: dict[str, Any], *, kind: ActKind, actor: str) -> str | None:
    if kind is ActKind.CONTRIBUTION:
        if fields.get("subject") is not None:
            raise Refused(
                Refusal(
                    "subject_not_wanted",
                    _("A contribution has no “subject”: its actor is its author."),
                )
            )
        return None
    if fields.get("subject") is None:
        raise Refused(
            Refusal(
                "no_subject",
                _("“subject” is missing: whose work was it?"),
            )
        )
    subject = _text(fields, "subject", LONGEST_PERSON)
    if subject == actor:
        raise Refused(Refusal("self", _("“actor” and “subject” are the same person.")))
    return subject


def _centrality(fields: dict[str, Any]) -> int | None:
    word = _optional_text(fields, "centrality", LONGEST_PERSON)
    if word and word not in _CENTRALITIES:
        raise Refused(
            Refusal(
                "unknown_centrality",
                _("“centrality” is “%(word)s”; it must be one of %(words)s.")
                % {"word": word, "words": ", ".join(_CENTRALITIES)},
            )
        )
    return _CENTRALITIES.get(word)


def _url(fields: dict[str, Any]) -> str:
    url = _optional_text(fields, "url", LONGEST_URL)
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web:
        raise Refused(
            Refusal(
                "bad_url", _("“url” must be a web address, starting with https://.")
            )
        )
    return url


def _text(fields: dict[str, Any], name: str, longest: int) -> str:
    if name not in fields or fields[name] is None or fields[name] == "":
        raise Refused(
            Refusal("missing", _("“%(field)s” is missing.") % {"field": name})
        )
    return _optional_text(fields, name, longest)


def _optional_text(fields: dict[str, Any], name: str, longest: int) -> str:
    """Return a text exactly as it stands, because it is what things are known by."""
    text = fields.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise _of_wrong_type(name, _("a text"))
    if len(text) > longest:
        raise Refused(
            Refusal(
                "too_long",
                _("“%(field)s” is longer than %(longest)d characters.")
                % {"field": name, "longest": longest},
            )
        )
    # PostgreSQL keeps neither null characters nor halves of surrogate pairs, and
    # nobody could tell apart by eye what differs in other control characters.
    if not text.isprintable() and any(category(c) in {"Cc", "Cs"} for c in text):
        raise Refused(
            Refusal(
                "bad_character",
                _("“%(field)s” contains a control character or half of one.")
                % {"field": name},
            )
        )
    return text


def _words(fields: dict[str, Any], name: str, longest: int) -> str:
    """Return a text that is only read by people: tidied, and cut to what fits."""
    text = fields.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise _of_wrong_type(name, _("a text"))
    kept = "".join(c if category(c) not in {"Cc", "Cs"} else " " for c in text)
    return " ".join(normalize("NFC", kept).split())[:longest]


def _number(fields: dict[str, Any], name: str, least: int, most: int) -> int | None:
    number = fields.get(name)
    if number is None:
        return None
    if type(number) is not int:
        raise _of_wrong_type(name, _("a whole number"))
    if not least <= number <= most:
        raise Refused(
            Refusal(
                "out_of_range",
                _("“%(field)s” must lie between %(least)d and %(most)d.")
                % {"field": name, "least": least, "most": most},
            )
        )
    return number


def _flag(fields: dict[str, Any], name: str) -> bool:
    flag = fields.get(name)
    if flag is None:
        return False
    if type(flag) is not bool:
        raise _of_wrong_type(name, _("true or false"))
    return flag


def _of_wrong_type(name: str, wanted: str) -> Refused:
    return Refused(
        Refusal(
            "wrong_type",
            _("“%(field)s” must be %(wanted)s.") % {"field": name, "wanted": wanted},
        )
    )


def _too_long() -> Refusal:
    return Refusal(
        "line_too_long",
        _("The line is longer than %(longest)d bytes.") % {"longest": LONGEST_LINE},
    )


def _too_much(most_lines: int, most_bytes: int) -> Refusal:
    return Refusal(
        "too_much",
        _(
            "The file has more than %(lines)d lines or %(bytes)d bytes; nothing from "
            "here on was read."
        )
        % {"lines": most_lines, "bytes": most_bytes},
    )


def _breaks_off() -> Refusal:
    return Refusal(
        "broken_file",
        _("The file is damaged here; nothing from here on could be read."),
    )
