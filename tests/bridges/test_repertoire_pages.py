"""An entry as a file: whatever it says, it comes back word for word."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cop.bridges.repertoire import pages
from cop.bridges.repertoire.pages import Grown, Page, Person, Unreadable
from repertoire.models import Doing, Entry
from repertoire.text import Text

#: What files and YAML stumble over, more often than chance would bring it up.
AWKWARD = st.sampled_from(
    [
        *("---", "a: b", "- a", "# a", '"', "'", "\\", "\\n", "{a}", "[a]", "&a", "*a"),
        *(
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a`",
            "no",
            "null",
            "1e3",
            "0x1f",
            "~",
            "2026-01-01",
        ),
        *(
            "\r\n",
            "\r",
            "\n---\n",
            "\t",
            "\x85",
            "\u2028",
            "\ufeff",
            "\x7f",
            "é",
            "字",
            "🪣",
        ),
        *("title: x", "...", " #", ": ", "<a@b.invalid>", "\x1f", "    code", "\n\n"),
    ]
)
anything = st.lists(
    AWKWARD
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    max_size=8,
).map("".join)


def line(most):
    return anything.map(lambda text: " ".join(text.split())[:most].strip())


names = line(80).filter(bool)
slugs = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)
people = st.builds(
    lambda name, handle, home: Person(name, f"{handle}@{home}.invalid"),
    names,
    st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True),
    st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True).map(
        lambda slug: slug[:50]
    ),
)
moments = st.timedeltas(timedelta(), timedelta(days=45_000)).map(
    lambda since: datetime(1970, 1, 1, tzinfo=UTC) + since
)
texts = st.builds(Text, line(120).filter(bool), line(300), anything).map(
    lambda text: text.tidied()
)
several = st.lists(names, max_size=4, unique=True).map(tuple)
entries = st.builds(
    Page,
    kind=st.sampled_from(Entry.Kind),
    text=texts.filter(lambda text: text.meaning or text.body),
    aliases=several,
    area=line(60),
    former_slugs=st.lists(slugs, max_size=3, unique=True).map(tuple),
    written_at=st.none() | moments,
    written_by=st.none() | people,
    changed_at=st.none() | moments,
    changed_by=st.none() | people,
    confirmed_at=st.none() | moments,
    confirmed_by=st.none() | people,
    retired_at=st.none() | moments,
    overtaken_by=st.just("") | slugs.map(lambda slug: f"stories/{slug}"),
    canonical_at=st.none() | moments,
    grew_out_of=st.none()
    | st.builds(
        Grown,
        said_by=people,
        doing=st.sampled_from(Doing),
        task=names,
        path=st.just("") | slugs.map(lambda slug: f"/c/{slug}/tasks/7/"),
        words=anything,
    ),
)


@given(entries)
def test_a_page_comes_back_word_for_word(page):
    file = pages.written(page)

    assert pages.read(file.encode()) == page
    assert pages.written(pages.read(file.encode())) == file


@given(entries)
def test_other_readers_of_yaml_understand_the_same(page):
    _, top, _ = pages.written(page).split("---\n", 2)

    told = yaml.safe_load(top)

    assert told["title"] == page.text.title
    assert told.get("meaning", "") == page.text.meaning
    assert tuple(told.get("aliases", ())) == page.aliases
    assert told.get("written_by") == (page.written_by and str(page.written_by))
    assert told.get("written_at") == page.written_at


@given(entries)
def test_how_an_editor_ends_its_lines_changes_nothing(page):
    file = pages.written(page)

    assert pages.read(file.replace("\n", "\r\n").encode()) == page
    assert pages.read(b"\xef\xbb\xbf" + file.encode()) == page


@given(anything)
def test_any_file_is_a_page_or_is_refused_at_a_line_it_has(text):
    last_line = text.count("\n") + text.count("\r") + 1
    page = None
    try:
        page = pages.read(text.encode())
    except Unreadable as wrong:
        refused_at, again = wrong.line, None
    else:
        refused_at, again = 1, pages.read(pages.written(page).encode())

    assert 1 <= refused_at <= last_line
    assert again in (None, page)


def page(*top, body="What it is."):
    return "\n".join(["---", *top, "---", "", body]).encode()


def test_written_by_hand_it_may_do_without_quotes():
    file = page("title: Field blank", "kind: term", "", "# Ask Bea", "area:")

    assert pages.read(file) == Page(
        Entry.Kind.TERM, Text("Field blank", "", "What it is.")
    )


def test_moments_keep_their_microseconds():
    at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(microseconds=7)
    told = Page(Entry.Kind.TERM, Text("Blank", "Water.", ""), changed_at=at)

    assert "changed_at: 2026-03-01T12:00:00.000007Z\n" in pages.written(told)
    assert pages.read(pages.written(told).encode()) == told


@pytest.mark.parametrize(
    ("file", "at", "says"),
    [
        (b"# Field blank\n", 1, "does not begin with"),
        (b"---\ntitle: Blank\n", 1, "does not end"),
        (page("title: Blank"), 1, "no kind"),
        (page("title: Blank", "kind: word"), 3, "not a kind"),
        (page("title: Blank", "kind: term", body=""), 1, "says nothing"),
        (page("title: Blank", "kind: term", "colour: red"), 4, "is not known here"),
        (page("title: Blank", "title: Blank", "kind: term"), 3, "said twice"),
        (page("title: Blank: two", "kind: term"), 2, "double quotes"),
        (page('title: "Blank', "kind: term"), 2, "double quotes"),
        (page("title: [1]", "kind: term"), 2, "not a text"),
        (page("title: Blank", "kind: term", "aliases:", "  - one"), 5, "key: value"),
        (page("title: Blank", "kind: term", "aliases: [1]"), 4, "list of texts"),
        (page("title: Blank", "kind: term", "grew_out_of: []"), 4, "grew out of"),
        (
            page("title: Blank", "kind: term", 'grew_out_of: {"a": "b"}'),
            4,
            "grew out of",
        ),
        (page("title: Blank", "kind: term", 'former_slugs: ["é b"]'), 4, "“e-b”"),
        (page("title: Blank", "kind: term", "changed_at: lately"), 4, "not a moment"),
        (page("title: Blank", "kind: term", "changed_by: Bea"), 4, "names nobody"),
        (
            page("title: Blank", "kind: term", "overtaken_by: Jar"),
            4,
            "no place of an entry",
        ),
        (
            page("title: Blank", "kind: term", "meaning: " + "a" * 301),
            4,
            "301 characters",
        ),
        (page("title: Blank", "kind: term", body="a\0b"), 6, "null byte"),
        (b"---\ntitle: Bl\xffnk\n---\n", 2, "not UTF-8"),
        (page("title: Blank", 'kind: term\naliases: ["\\ud800"]'), 4, "cannot be kept"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_with_its_line_and_a_way_out(file, at, says):
    with pytest.raises(Unreadable) as refused:
        pages.read(file)

    assert refused.value.line == at
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("vocabulary/field-blank.md", (Entry.Kind.TERM, "field-blank")),
        ("stories/2024_flood.md", (Entry.Kind.STORY, "2024_flood")),
        ("vocabulary/field blank.md", None),
        ("vocabulary/../x.md", None),
        ("vocabulary/x", None),
        ("README.md", None),
    ],
)
def test_a_path_says_the_shelf_and_the_slug(path, place):
    assert pages.address(path) == place
