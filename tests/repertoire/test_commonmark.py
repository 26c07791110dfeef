"""CommonMark's own examples through the renderer, and every one that comes out otherwise.

They come in the source archive of the parser. The specification's HTML and ours are read
as a browser reads them, and what a page does to every text tells them not apart: headings
stand below the page's own, no level skipped, with an id; ids, and what leads to them,
begin with the page's prefix; links elsewhere have a ``rel``, addresses a class; code can be scrolled by
keyboard and says no language; pictures wait until they come in sight.

What differs still stands in ``DEVIATIONS`` under one or more reasons. A reason says what
an example comes to instead, so nothing else can hide behind it.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from repertoire.markup import render
from tests.repertoire.commonmark import EXAMPLES

DOCS = Path(__file__).parents[2] / "docs" / "repertoire.md"

REASONS = {
    "html": "HTML is text like any other",
    "picture": "a picture is a link, unless its address begins with one `/`",
    "address": "an address written out is a link",
    "scheme": "links lead by http, https and mailto alone",
    "entry": "`[[…]]` names an entry",
}

DEVIATIONS = {
    "html": {
        *(21, 31, *range(148, 192), 201, 308, 309, 344, 475, 476, 477, 491, 494, 524),
        *(536, *range(613, 618), 623, *range(625, 632), 642, 643),
    },
    "picture": {517, 520, 531, 573, 576, 577, 578, 580},
    "address": {602, 606, 608, 611, 612},
    "scheme": {596, 598, 599, 601},
    "entry": {548, 559, 590},
}

#: At whose edges white space shows nothing.
BLOCKS = {
    *("p", "blockquote", "pre", "ul", "ol", "li", "hr", "br"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
}


class Read(HTMLParser):
    """HTML as pieces: words, or a tag with what it says."""

    def __init__(self, html):
        super().__init__()
        self.pieces = []
        self.in_code = False
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.in_code |= tag == "pre"
        self.pieces.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.in_code &= tag != "pre"
        self.pieces.append((f"/{tag}", {}))

    def handle_data(self, words):
        self.pieces.append(words if self.in_code else re.sub(r"\s+", " ", words))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_comment(self, words):
        self.pieces.append(("!--", {"": words}))

    def handle_decl(self, words):
        self.pieces.append(("!", {"": words}))

    unknown_decl = handle_decl

    def handle_pi(self, words):
        self.pieces.append(("?", {"": words}))


def settled(pieces):
    """The pieces without what a page does to every text."""
    levels = [int(tag[1]) for tag, _ in tags(pieces) if re.fullmatch("h[1-6]", tag)]
    top, level = min(levels, default=1), 1
    found = []
    for piece in pieces:
        if isinstance(piece, str):
            if found and isinstance(found[-1], str):
                piece = found.pop() + piece  # noqa: PLW2901
            found.append(piece)
            continue
        tag, says = piece
        if re.fullmatch("h[1-6]", tag):
            level = min(level + 1, int(tag[1]) - top + 2, 6)
            tag, says = f"h{level}", {}
        elif re.fullmatch("/h[1-6]", tag):
            tag = f"/h{level}"
        unsaid = {"a": "rel", "pre": "tabindex", "code": "class", "img": "loading"}
        says = {name: said for name, said in says.items() if name != unsaid.get(tag)}
        if says.get("class") == "address":
            del says["class"]
        if "href" in says:
            says["href"] = re.sub("^#text-", "#", says["href"])
        found.append((tag, says))
    around = ["p", *map(name, found), "p"]
    trimmed = [trim(p, *around[n : n + 3 : 2]) for n, p in enumerate(found)]
    return [piece for piece in trimmed if piece]


def tags(pieces):
    return [piece for piece in pieces if not isinstance(piece, str)]


def name(piece):
    return "" if isinstance(piece, str) else piece[0].removeprefix("/")


def trim(piece, before, after):
    if isinstance(piece, str):
        piece = piece.lstrip() if before in BLOCKS else piece
        piece = piece.rstrip() if after in BLOCKS else piece
    return piece


def read(html):
    return settled(Read(html).pieces)


def expected(example, reasons):
    """The example as the specification has it, but for these reasons."""
    text, html = example["markdown"], example["html"]
    if "entry" in reasons:
        text = re.sub(r"\[\[([^\[\]]+)\]\]", as_named, text)
    if {"html", "entry"} & set(reasons):
        html = MarkdownIt("commonmark", {"html": "html" not in reasons}).render(text)
    pieces = Read(html).pieces
    for reason, instead in INSTEAD.items():
        if reason in reasons:
            pieces = list(instead(pieces))
    return settled(pieces)


def as_named(found):
    """Other brackets around the words as they are; like ours, no name of a reference."""
    return "⟦[" + re.sub(r"([^\w\s])", r"\\\1", found[1]) + "⟧"


def entries(pieces):
    for piece in pieces:
        if isinstance(piece, str):
            words = re.split(r"⟦\[(.+?)⟧", piece)
            for n, some in enumerate(words):
                named = [("span", {"class": "wanted"}), some, ("/span", {})]
                yield from named if n % 2 else [some]
        else:
            yield piece


def pictures(pieces):
    in_link = False
    for piece in pieces:
        tag = name(piece)
        if tag == "a":
            in_link = not in_link
        if tag != "img" or re.match("/(?!/)", piece[1]["src"]):
            yield piece
        elif in_link:
            yield piece[1].get("alt", "")
        else:
            to = {"href": piece[1]["src"]}
            if "title" in piece[1]:
                to["title"] = piece[1]["title"]
            yield from [("a", to), piece[1].get("alt", ""), ("/a", {})]


def addresses(pieces):
    in_link = False
    for piece in pieces:
        if name(piece) == "a":
            in_link = not in_link
        if in_link or not isinstance(piece, str):
            yield piece
            continue
        for n, some in enumerate(
            re.split(r"(https?://[^\s<>]+|[\w+.]+@[\w.]+)", piece)
        ):
            to = f"mailto:{some}" if "@" in some else some
            yield from [("a", {"href": to}), some, ("/a", {})] if n % 2 else [some]


def schemes(pieces):
    in_link = False
    for piece in pieces:
        leads = name(piece) == "a" and piece[1].get("href", "http:")
        if leads and not re.match("https?:|mailto:", leads):
            in_link = True
            yield "<"
        elif in_link and name(piece) == "a":
            in_link = False
            yield ">"
        else:
            yield piece


INSTEAD = {
    "entry": entries,
    "picture": pictures,
    "address": addresses,
    "scheme": schemes,
}


@pytest.fixture(scope="module")
def examples():
    return {example["example"]: example for example in EXAMPLES}


@pytest.fixture(scope="module")
def ours(examples):
    return {
        number: read(render(example["markdown"], anchor_prefix="text").html)
        for number, example in examples.items()
    }


def reasons_of(number):
    return [reason for reason, numbers in DEVIATIONS.items() if number in numbers]


def test_every_example_is_there(examples):
    assert sorted(examples) == list(range(1, 653))


def test_examples_come_out_as_specified_but_for_those_named(examples, ours):
    differ = {n for n, each in examples.items() if ours[n] != expected(each, [])}

    assert differ == set().union(*DEVIATIONS.values())


def test_each_that_is_named_comes_to_what_its_reasons_say(examples, ours):
    named = set().union(*DEVIATIONS.values())

    assert [
        n for n in sorted(named) if ours[n] != expected(examples[n], reasons_of(n))
    ] == []


def test_no_reason_is_given_that_an_example_does_not_need(examples, ours):
    for reason, numbers in DEVIATIONS.items():
        for number in numbers:
            others = [other for other in reasons_of(number) if other != reason]
            assert ours[number] != expected(examples[number], others), (reason, number)


def test_what_reasons_stand_on_is_the_specification(examples):
    parser = MarkdownIt("commonmark")

    assert [
        n
        for n, each in examples.items()
        if read(parser.render(each["markdown"])) != read(each["html"])
    ] == []


def test_the_documentation_has_this_very_table():
    text = DOCS.read_text()

    for reason, numbers in DEVIATIONS.items():
        row = f"| {REASONS[reason]} | {len(numbers)} | {in_runs(numbers)} |"
        assert row in text
    assert f"{652 - len(set().union(*DEVIATIONS.values()))} of 652" in text


def in_runs(numbers):
    """``{1, 2, 3, 5}`` as ``1–3, 5``."""
    runs = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else f"{r[0]}" for r in runs)
