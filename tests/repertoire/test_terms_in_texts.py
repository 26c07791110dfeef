"""Where in a marked-up text terms are explained, and where never."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repertoire import markup
from repertoire.vocabulary import Term, Vocabulary

TERMS = [
    Term("blank", "Blank", "/terms/blank/", ("clean bottle",)),
    Term("field-blank", "Field blank", "/terms/field-blank/"),
    Term("rule", "Two-bank rule", "/terms/rule/", ("the rule",)),
    Term("one", "Drift", "/terms/one/"),
    Term("other", "Wander", "/terms/other/", ("drift",)),
]
VOCABULARY = Vocabulary(TERMS, choice_url=lambda name: f"/choice/?name={name}")


def linked(name: str) -> markup.EntryLink | None:
    if name == "drift":
        return markup.EntryLink("", name, "/choice/?name=drift", True, asks=True)
    if name == "blank":
        return markup.EntryLink("blank", "Blank", "/terms/blank/", is_term=True)
    return None


def rendered(text: str, **given: object) -> markup.Rendered:
    return markup.render(
        text, anchor_prefix="t", terms=VOCABULARY, resolve_entry=linked, **given
    )


def marked(text: str) -> list[str]:
    return re.findall(r'<a class="term[^>]*>([^<]*)</a>', rendered(text).html)


def test_each_section_explains_a_term_where_it_first_has_it():
    text = "A blank, a blank.\n\n## More\n\nThe blanks.\n\n### And\n\na blank, blank"

    assert marked(text) == ["blank", "blanks", "blank"]
    assert rendered(text).terms == ("blank",)


def test_a_link_on_purpose_explains_for_its_section():
    assert marked("[[blank]] and blank\n\n# Next\n\nblank") == ["blank", "blank"]


@pytest.mark.parametrize(
    "text",
    [
        "# A blank",
        "`blank`",
        "```\nblank\n```",
        "    blank",
        "[a blank](/elsewhere/)",
        "[[unknown blank]]",
        "[**bold** blank](/elsewhere/)",
        "<https://blank.example>",
        "https://blank.example/blank blank@blank.example",
        "![a blank](/media/blank.png)",
    ],
)
def test_no_term_is_explained_inside_code_links_or_headings(text):
    assert marked(text) == []


def test_a_mark_that_asks_leads_to_the_choice():
    html = rendered("The drift, and drifting.").html

    assert '<a class="term asks" href="/choice/?name=Drift"' in html
    assert html.count("<a ") == 1


def test_nothing_counts_as_used_until_somebody_says_which():
    assert rendered("drift [[drift]]").terms == ()
    assert rendered("drift [[drift]]").entries == ()
    assert rendered("drift [[drift]]").wanted == ()


def test_what_the_text_is_about_is_not_explained():
    assert rendered("A blank", known=["blank"]).terms == ()


class Outline(HTMLParser):
    """What stands inside what."""

    def __init__(self) -> None:
        super().__init__()
        self.within: list[str] = []
        self.terms: list[tuple[str, ...]] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        if tag in {"br", "hr", "img", "input"}:
            return
        if tag == "a" and "term" in (dict(attrs).get("class") or "").split():
            self.terms.append(tuple(self.within))
        self.within.append(tag)

    def handle_endtag(self, tag):
        assert self.within.pop() == tag

    def handle_data(self, data):
        self.words += data


PIECES = st.sampled_from(
    [
        *("blank", "field blank", "Two-bank\nrules", "drift", "clean bottles", "words"),
        *("`", "``", "```\n", "    ", "# ", "\n\n", "\n", "## ", "> ", "- ", "1. "),
        *("[", "](", ")", "[[", "]]", "|", "![", "*", "**", "_", "~~", "<", ">", "\\"),
        *("https://blank.example/", "@blank", "#12", "[^1]", "[^1]: ", "| - |\n", ": "),
    ]
)


@given(st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES).map("".join))
def test_terms_stand_in_prose_alone_whatever_the_text(text):
    html = rendered(text).html
    bare = markup.render(text, anchor_prefix="t", resolve_entry=linked).html

    outline, without = Outline(), Outline()
    outline.feed(html)
    without.feed(bare)

    forbidden = {"a", "code", "pre", *(f"h{level}" for level in range(1, 7))}
    assert all(forbidden.isdisjoint(within) for within in outline.terms)
    assert outline.words == without.words
