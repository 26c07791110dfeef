import gzip
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cop.bridges import history
from cop.bridges.evidence import ActKind
from cop.bridges.history import ToldAct
from domain.centrality import Centrality
from domain.refusal import Refusal
from tests.bridges.histories import act, write
from tests.makers import NOON

DOCS = Path(__file__).resolve().parents[2] / "docs" / "history-format.md"


def read(*lines, **given):
    stream = io.BytesIO(b"".join(lines))
    return list(history.read(stream, at=NOON, **given))


def line(**given):
    return history.json.dumps(act(**given)).encode() + b"\n"


def code(*lines):
    """The code of the last line's refusal."""
    told = read(*lines)[-1][1]
    return told.code if isinstance(told, Refusal) else told


def test_a_line_tells_an_act():
    told = line(area="sampling/field", size=40, docs_only=True, files=2)

    assert read(told) == [
        (
            1,
            ToldAct(
                t=datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
                actor="jun",
                kind=ActKind.CONTRIBUTION,
                subject=None,
                work="sheet-14",
                area="sampling/field",
                size=40,
                docs_only=True,
                files=2,
            ),
        )
    ]


def test_richer_sources_tell_more():
    told = line(
        name="  Jun\tSato ",
        title="Type in\nsheet 14",
        url="https://example.org/14",
        centrality="active",
        rounds=2,
        accommodated=True,
        mood="good",
    )

    [(_number, told)] = read(told)

    assert (told.name, told.title) == ("Jun Sato", "Type in sheet 14")
    assert told.url == "https://example.org/14"
    assert told.centrality == Centrality.ACTIVE
    assert (told.rounds, told.accommodated) == (2, True)


def test_times_are_told_in_utc():
    [(_number, told)] = read(line(t="2026-03-02T10:15:00+01:00"))

    assert told.t == datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    assert told.t.utcoffset().total_seconds() == 0


@pytest.mark.parametrize(
    ("refused", "because"),
    [
        (b"{\n", "bad_json"),
        (b"[" * 60_000 + b"\n", "bad_json"),
        (b'{"size": ' + b"9" * 5_000 + b"}\n", "bad_json"),
        (b"[]\n", "not_an_object"),
        (b'"jun"\n', "not_an_object"),
        (b'{"t": "\xff"}\n', "bad_utf8"),
        (b'{"t": "\x00"}\n', "null_byte"),
        (b"{" + b" " * history.LONGEST_LINE + b"}\n", "line_too_long"),
        (b'{"format": "other", "version": 1}\n', "unknown_format"),
        (b'{"format": "cop-history", "version": 2}\n', "unknown_format"),
        (line(actor=None), "missing"),
        (line(actor=""), "missing"),
        (line(kind=None), "missing"),
        (line(work=None), "missing"),
        (line(t=None), "missing"),
        (line(actor=7), "wrong_type"),
        (line(t=1772442900), "wrong_type"),
        (line(size="40"), "wrong_type"),
        (line(size=4.5), "wrong_type"),
        (line(files=True), "wrong_type"),
        (line(docs_only="no"), "wrong_type"),
        (line(name=["Jun"]), "wrong_type"),
        (line(actor="j" * 101), "too_long"),
        (line(work="w" * 101), "too_long"),
        (line(area="a" * 201), "too_long"),
        (line(url="https://example.org/" + "a" * 200), "too_long"),
        (line(actor="jun\u0000"), "bad_character"),
        (line(actor="jun\ud800"), "bad_character"),
        (line(work="sheet\n14"), "bad_character"),
        (line(size=-1), "out_of_range"),
        (line(size=10**13), "out_of_range"),
        (line(rounds=0), "out_of_range"),
        (line(kind="like"), "unknown_kind"),
        (line(t="yesterday"), "bad_time"),
        (line(t="2026-03-02"), "bad_time"),
        (line(t="2026-13-02T09:15:00Z"), "bad_time"),
        (line(t="2026-03-02T09:15:00"), "naive_time"),
        (line(t="2026-11-18T09:15:00Z"), "future"),
        (line(t="9999-12-31T23:59:59-23:59"), "before_1970"),
        (line(t="1969-12-31T23:59:59Z"), "before_1970"),
        (line(kind="review"), "no_subject"),
        (line(kind="review", subject=None), "no_subject"),
        (line(subject="maya"), "subject_not_wanted"),
        (line(kind="ack", subject="jun"), "self"),
        (line(centrality="middle"), "unknown_centrality"),
        (line(url="javascript:alert(1)"), "bad_url"),
        (line(url="https://[half"), "bad_url"),
        (line(url="/14"), "bad_url"),
    ],
)
def test_a_line_is_refused_and_the_reading_goes_on(refused, because):
    told = read(refused, line(work="next"))

    assert [number for number, _told in told] == [1, 2]
    assert told[0][1].code == because
    assert told[1][1].work == "next"
    assert f"`{because}`" in DOCS.read_text()


def test_the_docs_tell_every_code_with_its_sentence():
    source = Path(history.__file__).read_text()
    codes = set(re.findall(r'Refusal\(\s*"(\w+)"', source)) | {"wrong_type"}

    told = re.findall(r"^\| `(\w+)` \| .+[.?] \|$", DOCS.read_text(), re.MULTILINE)

    assert sorted(codes) == sorted(told)


def test_every_example_in_the_docs_can_be_read():
    example = re.search(r"```json\n(.+?)```", DOCS.read_text(), re.DOTALL)[1]

    told = [told for _number, told in read(example.encode())]

    assert told[0] is None
    assert [one.kind for one in told[1:]] == ["contribution", "review", "help"]


def test_headings_and_empty_lines_tell_nothing_and_are_counted():
    heading = b'{"format": "cop-history", "version": 1}\n'

    told = read(heading, b"\n", line(), b"  \n")

    assert [one and one.work for _number, one in told] == [None, None, "sheet-14", None]


def test_a_last_line_without_an_end_is_read():
    assert read(line().rstrip())[0][1].work == "sheet-14"


def test_reading_goes_on_after_a_line():
    told = read(b"nonsense\n", line(work="one"), line(work="two"), after=2)

    assert [(number, one.work) for number, one in told] == [(3, "two")]


def test_a_line_of_any_length_is_passed_over_in_little_memory(tmp_path):
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(64):
            file.write(b" " * 1024 * 1024)
        file.write(b"\n" + line(work="after"))

    with history.opened(path) as (stream, _file):
        told = list(history.read(stream, at=NOON))

    assert told[0][1].code == "line_too_long"
    assert told[1][1].work == "after"


def test_what_unpacks_without_end_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb") as file:
        file.write(line(work="before"))
        for _ in range(64):
            file.write(b" " * 1024 * 1024)

    with history.opened(path) as (stream, _file):
        told = list(history.read(stream, at=NOON, most_bytes=1024 * 1024))

    assert told[0][1].work == "before"
    assert told[1][1].code == "too_much"
    assert len(told) == 2


def test_too_many_lines_are_not_read():
    told = read(line(), line(), line(), most_lines=2)

    assert [number for number, _one in told] == [1, 2, 3]
    assert told[2][1].code == "too_much"


@pytest.mark.parametrize("damage", ["cut", "garbled"])
def test_a_damaged_file_gives_what_comes_before_the_damage(tmp_path, damage):
    path = write(
        tmp_path / "half.gz", [act(work=f"{n}-{n * n * 7919}") for n in range(4_000)]
    )
    packed = bytearray(path.read_bytes())
    middle = len(packed) // 2
    if damage == "cut":
        del packed[middle:]
    else:
        packed[middle : middle + 64] = bytes(64)
    path.write_bytes(packed)

    with history.opened(path) as (stream, _file):
        told = [one for _number, one in history.read(stream, at=NOON)]

    assert told[-1].code == "broken_file"
    assert len(told) > 100
    assert told[0].work == "0-0"


def test_packed_and_plain_files_read_alike_whatever_their_names(tmp_path):
    lines = [act(work=str(number)) for number in range(9)]
    plain = write(tmp_path / "history.jsonl", lines)
    packed = write(tmp_path / "history.gz", lines).rename(tmp_path / "history")

    told = []
    for path in (plain, packed):
        with history.opened(path) as (stream, _file):
            told.append(list(history.read(stream, at=NOON)))

    assert told[0] == told[1]
    assert len(told[0]) == 9


def test_what_is_written_is_read_back(tmp_path):
    acts = [
        ToldAct(
            t=datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
            actor="jun",
            kind=ActKind.CONTRIBUTION,
            subject=None,
            work="sheet-14",
            area="sampling",
            size=4,
            docs_only=False,
            files=1,
            name="Jun Sato",
            title="Sheet 14 – “Mühle”",
            url="https://example.org/14",
            centrality=3,
            rounds=2,
            accommodated=True,
        )
    ]
    for name in ("history.jsonl", "history.jsonl.gz"):
        path, again = tmp_path / name, tmp_path / f"again-{name}"
        for one in (path, again):
            with history.created(one) as file:
                file.writelines(history.line_of(act) for act in acts)

        with history.opened(path) as (stream, _file):
            told = [one for _number, one in history.read(stream, at=NOON)]

        assert told == [None, *acts]
        assert path.read_bytes() == again.read_bytes()
