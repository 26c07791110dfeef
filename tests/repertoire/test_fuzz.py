"""Texts nobody would write, through the renderer, the vocabulary and the merge.

Markdown is what CommonMark's examples become when they are cut, shuffled and pasted into
each other. What is rendered is read by a parser that has no part in making it.
"""

import os
import re
import sys
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repertoire import dialect, inflection
from repertoire import text as texts
from repertoire.alike import lines
from repertoire.markup import EntryLink, Link, render
from repertoire.sanitizer import sanitize
from repertoire.text import Text
from repertoire.threeway import merge
from repertoire.vocabulary import TOKEN, Term, Vocabulary, fold
from tests.repertoire.commonmark import EXAMPLES

#: Forty, or five thousand with `make test-fuzz`.
fuzzed = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

# The renderer

SEEDS = [
    *(example["markdown"] for example in EXAMPLES),
    *("[[drift]] and [[drift|other words]], #12 by @maya", "a[^1] ^[b]\n\n[^1]: c\n"),
    *("|a|b|\n|:-|-:|\n|1|`|`|\n", "- [x] a\n- [ ] b\n", "a\n: b\n\n  c\n", "~~a~~"),
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![a](//b.example/c)",
    ),
    *("[a](javascript:alert(1))", "<a href='data:text/html,x'>", "javascript:alert(1)"),
    *("drift field blank drift", "## Drift\n\ndrift", "[drift](/x)", "`drift`"),
]

VOCABULARY = Vocabulary(
    [
        Term("drift", "Drift", "/drift/"),
        Term("field-blank", "Field blank", "/blank/", ("foo", "trip blank")),
        Term("bar", "Bar", "/bar/"),
        Term("other-bar", "Other bar", "/other-bar/", ("bar",)),
    ],
    choice_url=lambda name: "/choice/",
)

VOID = {"br", "hr", "img", "input"}
TAGS = {
    *("p", "blockquote", "pre", "code", "em", "strong", "s", "sup", "a", "span", *VOID),
    *("h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "div", "table"),
    *("thead", "tbody", "tr", "th", "td", "section"),
}
ATTRIBUTES = {
    *("href", "rel", "id", "class", "src", "alt", "title", "loading", "start", "type"),
    *("disabled", "checked", "role", "tabindex", "aria-label", "scope"),
}


@st.composite
def markdown(draw):
    """Examples in a row, cut and pasted."""
    text = "\n".join(draw(st.lists(st.sampled_from(SEEDS), min_size=1, max_size=4)))
    places = st.integers(0, 300)
    for _ in range(draw(st.integers(0, 4))):
        at, to, other = draw(places), draw(places), draw(places)
        start, end = sorted((at % (len(text) + 1), to % (len(text) + 1)))
        match draw(st.sampled_from(["cut", "copy", "insert", "turn"])):
            case "cut":
                text = text[:start] + text[end:]
            case "copy":
                other %= len(text) + 1
                text = text[:other] + text[start:end] + text[other:]
            case "insert":
                piece = draw(st.sampled_from(SEEDS) | st.text(max_size=3))
                text = text[:start] + piece + text[start:]
            case "turn":
                text = text[:start] + text[start:end][::-1] + text[end:]
    return text


TEXTS = markdown() | st.text(max_size=200)


class Tree(HTMLParser):
    """What a browser would meet, checked on the way."""

    def __init__(self, html):
        super().__init__()
        self.open, self.words, self.ids = [], "", []
        self.feed(str(html))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        assert tag in TAGS
        assert len(said) == len(attrs)
        assert set(said) <= ATTRIBUTES
        assert tag != "a" or "a" not in self.open
        self.check_addresses(said)
        if "id" in said:
            assert said["id"].startswith("text-")
            self.ids.append(said["id"])
        if tag not in VOID:
            self.open.append(tag)

    def check_addresses(self, said):
        for address in (said.get("href"), said.get("src")):
            # Browsers leave out control characters, and read a backslash as a slash.
            bare = re.sub(r"[\x00-\x20\x7f-\xa0]", "", address or "")
            scheme = re.match(r"([a-z][a-z0-9+.-]*):", bare, re.IGNORECASE)
            assert not scheme or scheme[1].lower() in {"http", "https", "mailto"}
        if "src" in said:
            assert re.match(r"/(?![/\\])", said["src"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


def rendered(text, **given):
    return render(
        text,
        anchor_prefix="text",
        resolve_entry=lambda name: EntryLink(name, name, "/entry/") if name else None,
        resolve_task=lambda number: Link("/task/", "Sheets"),
        resolve_member=lambda handle: Link("/maya/", "Maya"),
        **given,
    )


@fuzzed
@given(TEXTS)
def test_whatever_is_written_is_rendered_and_inert(text):
    html = rendered(text, terms=VOCABULARY).html

    ids = Tree(html).ids
    assert len(ids) == len(set(ids))
    assert sanitize(html, anchor_prefix="text") == html


@fuzzed
@given(TEXTS)
def test_terms_change_nothing_but_that_they_are_marked(text):
    bare, marked = rendered(text).html, rendered(text, terms=VOCABULARY).html

    assert re.sub(r'<a class="term[^>]*>([^<]*)</a>', r"\1", marked) == bare


def calls_to_render(text):
    """How many functions rendering calls: the same on every machine, unlike seconds."""
    calls = 0

    def count(*_):
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        rendered(text, terms=VOCABULARY)
    finally:
        sys.setprofile(None)
    return calls


@fuzzed
@given(text=markdown().filter(len))
def test_the_work_grows_with_the_text_and_no_faster(text, monkeypatch):
    # What is given up on in a long text is given up on in these.
    monkeypatch.setattr(dialect, "MOST_LOOKED_AT", 5)
    short = text * (400 // len(text) + 2)

    assert calls_to_render(short * 4) < 6 * max(calls_to_render(short), 400)


# The vocabulary

WORDS = [
    *("field", "blank", "Fields", "blanks", "two", "bank", "rule", "rules", "DO", "do"),
    *("DOs", "gas", "gases", "’s", "'s", "-", "_", ".", "ß", "İ", "@", "://", "\u00a0"),
]
ENGLISH = inflection.of("english")
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
PROSE = st.lists(
    st.tuples(
        st.sampled_from(WORDS), st.sampled_from([" ", " ", "-", "\n", "\r\n", ""])
    ),
    max_size=20,
).map(lambda pieces: "".join(word + gap for word, gap in pieces))


def by_hand(names, text):
    """Every place where a name stands free, nearest name and longest first."""
    folded = fold(text)
    tokens = list(TOKEN.finditer(folded))
    found, done = [], 0
    for first, token in enumerate(tokens):
        for last in reversed(range(first, len(tokens))):
            some = tokens[first : last + 1]
            start, end = token.start(), some[-1].end()
            far = {
                n: distance(name, text[start:end], some) for n, name in enumerate(names)
            }
            near = min(far.values(), default=3)
            if start >= done and near < 3 and stands_free(folded, some):
                found.append(
                    (start, text[start:end], {n for n in far if far[n] == near})
                )
                done = end
    return found


def distance(name, written, tokens):
    name = " ".join(name.split())
    words, own = [token[0] for token in tokens], TOKEN.findall(fold(name))
    if not own or name.isupper():
        return 0 if own and written in {name, f"{name}s"} else 3
    if len(own) != len(words) or own[:-1] != words[:-1]:
        return 3
    if own == words:
        return 1
    stem, other = ENGLISH.stems([own[-1], words[-1]])
    is_near = stem == other or words[-1] in ENGLISH.stemmed_apart(own[-1])
    return 2 if is_near and ENGLISH.is_form(own[-1], words[-1]) else 3


def stands_free(folded, tokens):
    start, end = tokens[0].start(), tokens[-1].end()
    if re.match(r"\w", folded[start - 1 : start]) or re.match(
        r"\w", folded[end : end + 1]
    ):
        return False
    gaps = [folded[a.end() : b.start()] for a, b in pairwise(tokens)]
    return all(len(gap) <= 1 or gap == "\r " for gap in gaps)


@fuzzed
@given(st.lists(NAMES, max_size=4, unique_by=str.casefold), PROSE)
def test_terms_are_found_as_if_every_place_was_looked_at(names, text):
    terms = [Term(str(n), name, "/x/") for n, name in enumerate(names)]

    found = [
        (m.start, m.words, {int(term.slug) for term in m.terms})
        for m in Vocabulary(terms).mentions(text)
    ]

    assert found == by_hand(names, text)


# The merge

PARAGRAPHS = [
    "Carry one field blank on every trip you make.",
    "Rinse the bottle twice\nbefore you fill it here.",
    "Label it with the day and your own initials.",
    "Keep it cold until it reaches the laboratory.",
    "Keep it cold until it reaches the laboratory, or bring it there yourself.",
    *(
        "## Winter",
        "- ice\n- gloves\n- ice",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "1. a\n2. b",
    ),
    *(
        "```\nread(probe)\n\nwait(5)\n```",
        "> said\n> so",
        "Short.",
        "ä\u2028ö",
        "- [ ] ice",
    ),
]


@st.composite
def edited(draw, text):
    """What somebody may have made of a text in a few strokes."""
    blocks = text.split("\n\n")
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(blocks)))
        block = blocks[at] if at < len(blocks) else ""
        match draw(
            st.sampled_from(["add", "out", "move", "word", "line", "join", "again"])
        ):
            case "add":
                blocks.insert(
                    at, draw(st.sampled_from(PARAGRAPHS) | st.text(max_size=8))
                )
            case "out":
                blocks[at : at + draw(st.integers(1, 2))] = []
            case "move" if block:
                blocks.insert(draw(st.integers(0, len(blocks))), blocks.pop(at))
            case "word" if block:
                words = block.split(" ")
                words[draw(st.integers(0, len(words) - 1))] = draw(
                    st.sampled_from(["", "two", "not", "three\nfour"])
                )
                blocks[at] = " ".join(words)
            case "line" if block:
                written = block.split("\n")
                place = draw(st.integers(0, len(written)))
                written.insert(
                    place, draw(st.sampled_from(["- more", "So.", "| 3 | 4 |"]))
                )
                blocks[at] = "\n".join(written)
            case "join" if at + 1 < len(blocks):
                blocks[at : at + 2] = ["\n".join(blocks[at : at + 2])]
            case "again" if block:
                blocks.append(block)
    return draw(st.sampled_from(["\n", "\n", "\r\n"])).join(
        "\n\n".join(blocks).split("\n")
    )


@st.composite
def three(draw):
    base = "\n\n".join(draw(st.lists(st.sampled_from(PARAGRAPHS), max_size=6)))
    return base, draw(edited(base)), draw(edited(base))


def plain(text):
    return "\n".join(lines(text))


@fuzzed
@given(three())
def test_who_changed_nothing_takes_what_the_other_did(given):
    base, mine, theirs = given

    assert merge(base, base, theirs).text == plain(theirs)
    assert merge(base, mine, base).text == plain(mine)
    assert merge(base, mine, mine).text == plain(mine)


@fuzzed
@given(three())
def test_it_comes_to_the_same_whoever_is_second(given):
    base, mine, theirs = given

    one, other = merge(base, mine, theirs), merge(base, theirs, mine)

    assert Counter(lines(one.text)) == Counter(lines(other.text))
    assert sorted(
        (c.base, c.mine, c.theirs, c.is_move) for c in one.conflicts
    ) == sorted((c.base, c.theirs, c.mine, c.is_move) for c in other.conflicts)


@fuzzed
@given(three())
def test_every_line_is_in_the_text_and_none_comes_from_nowhere(given):
    base, mine, theirs = ([*lines(text)] for text in given)
    merged = merge(*given)
    result = set(lines(merged.text))

    assert (set(mine) | set(theirs)) - set(base) <= result
    # Of a line that was there twice, each of the two may have taken out another.
    once = {line for line in base if base.count(line) == 1}
    assert once & set(mine) & set(theirs) <= result
    assert result <= {*base, *mine, *theirs}


@fuzzed
@given(three(), st.lists(st.integers(0, 20), max_size=3))
def test_what_one_took_out_is_out_or_told_whatever_the_other_put_in(given, places):
    base, mine, _theirs = (lines(text) for text in given)
    theirs = [*base]
    for number, place in enumerate(places):
        theirs.insert(min(place, len(theirs)), f"New line {number}.")
    merged = merge(given[0], given[1], "\n".join(theirs))

    told = {line for clash in merged.conflicts for line in (*clash.base, *clash.theirs)}
    out = {line for line in base if base.count(line) == 1 and line not in mine}
    assert out & set(lines(merged.text)) <= told


@fuzzed
@given(three())
def test_a_clean_merge_is_a_change_of_both_that_merges_to_itself(given):
    base, mine, theirs = given
    merged = merge(*given)

    if merged.is_clean:
        assert merge(theirs, merged.text, theirs).text == merged.text
        assert merge(mine, mine, merged.text).text == merged.text
        assert merge(base, merged.text, merged.text).text == merged.text


TITLES = st.sampled_from(["Blank", "Field blank", "Trip blank", ""])


@fuzzed
@given(three(), st.tuples(TITLES, TITLES, TITLES), st.tuples(TITLES, TITLES, TITLES))
def test_name_and_meaning_are_merged_or_told(given, titles, meanings):
    base, mine, theirs = map(Text, titles, meanings, given)

    merged = texts.merge(base, mine, theirs)

    for field in ("title", "meaning"):
        was, ours, other = (getattr(text, field) for text in (base, mine, theirs))
        changed = {ours, other} - {was}
        assert (field in merged.fields) == (len(changed) > 1)
        if field not in merged.fields:
            assert getattr(merged.text, field) == (changed or {was}).pop()


@fuzzed
@given(*[st.lists(st.sampled_from(["a", "A", "b", "c", "d"]), max_size=4)] * 3)
def test_other_words_put_in_are_in_and_taken_out_are_out(base, mine, theirs):
    merged = {name.casefold() for name in texts.merge_names(base, mine, theirs)}
    was, ours, others = (
        {name.casefold() for name in names} for names in (base, mine, theirs)
    )

    assert merged == (others - (was - ours)) | (ours - was)
