import pytest

from repertoire.mends import MOST_WORDS, Touches, is_mend, more_than_a_mend
from repertoire.text import Text

BASE = Text(
    "Field blank",
    "Clean water caried along.",
    "Carry one per trip, and do not open it.\n\n"
    "| Site | Limit |\n|---|---|\n| Mill Bridge | 2.1 |\n\n"
    "Read [the sheet](https://sheets.example.org/a) first, then run `fill --dry`.\n\n"
    "```\nfill --all\n```",
)


def changed(**fields):
    return Text(
        **{"title": BASE.title, "meaning": BASE.meaning, "body": BASE.body, **fields}
    )


def with_body(old, new):
    assert old in BASE.body
    return changed(body=BASE.body.replace(old, new))


@pytest.mark.parametrize(
    "after",
    [
        BASE,
        with_body("Carry", "Please carry"),
        with_body("trip, and", "trip; and"),
        with_body("the sheet", "the field sheet"),
        with_body("open it", "open [[field blank|it]]"),
        with_body("Mill Bridge", "Mill bridge"),
        changed(meaning="Clean water carried along."),
    ],
)
def test_spelling_links_and_clearer_words_are_mends(after):
    assert is_mend(BASE, after)


@pytest.mark.parametrize(
    ("after", "touched"),
    [
        (changed(title="Trip blank"), Touches.NAME),
        (changed(meaning="Dirty river carried along."), Touches.MEANING),
        (changed(meaning="Clean water carried along to compare."), Touches.MEANING),
        (with_body("Carry", "word " * (MOST_WORDS + 1) + "carry"), Touches.SIZE),
        (with_body("Carry one", "Carry two"), Touches.SENSE),
        (with_body("do not", "do"), Touches.SENSE),
        (with_body("and do", "and always do"), Touches.SENSE),
        (with_body("2.1", "21"), Touches.NUMBERS),
        (with_body("per trip", "per 2 trips"), Touches.NUMBERS),
        (with_body("fill --dry", "fill --wet"), Touches.CODE),
        (with_body("fill --all", "fill --some"), Touches.CODE),
        (with_body("first, then", "//shop.example first, then"), Touches.ADDRESSES),
        (with_body("example.org/a", "example.org/b"), Touches.ADDRESSES),
        (with_body("first, then", "www.shop.example, then"), Touches.ADDRESSES),
        (with_body("first", "![map](/a.png)"), Touches.ADDRESSES),
        (changed(body=f"{BASE.body}\n\nRinse it."), Touches.PARAGRAPHS),
    ],
)
def test_what_may_say_something_else_is_more_than_a_mend(after, touched):
    assert more_than_a_mend(BASE, after) is touched


def test_taking_a_short_text_out_is_no_mend():
    short = Text("Field blank", "", "Rinse it.")

    assert more_than_a_mend(short, Text("Field blank", "", "")) is Touches.PARAGRAPHS
