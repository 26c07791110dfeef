"""Reading what was typed: whatever it is, it becomes a search or a sentence."""

import pytest
from django.db import connection

from cop.finding.asked import LONGEST, Asked

ODD = [
    "",
    "  ",
    "\x00",
    "((( | & ! :* <->",
    "'",
    "''",
    "\\",
    "l'eau \\' OR 1=1 --",
    "field:*A & blank",
    '"never closed',
    "-",
    "--",
    "- -x -",
    "or or or",
    "OR",
    "<script>alert(1)</script>",
    "%(words)s %s %",
    "\ue000\ue001mark",
    "e\u0301tang",
    "水質 検査",
    "☃ 🐟",
    "\u202etxt.exe",
    "https://example.org/a?b=c",
    "noor@example.org",
    "7 -9.1 pH-7 A/B",
    "the of and",
    "a" * 10_000,
    "word " * 2_000,
    "x" * 199 + " yz",
]


@pytest.mark.parametrize("typed", ODD, ids=range(len(ODD)))
@pytest.mark.django_db
def test_whatever_is_typed_postgresql_can_read(typed):
    asked = Asked.of({"q": typed})

    assert len(asked.words) <= LONGEST
    assert asked.words.isprintable()
    if asked.can_be_found:
        with connection.cursor() as cursor:
            for only_names in (False, True):
                query = asked.as_query(only_names=only_names)
                cursor.execute("SELECT to_tsquery('english', %s)", [query])


def test_too_much_is_cut_between_words():
    asked = Asked.of({"q": "word " * 100})

    assert (asked.words, asked.is_cut) == (" ".join(["word"] * 12), True)
    assert Asked.of({"q": "x" * 500}).words == "x" * LONGEST
    assert not Asked.of({"q": " two \n words "}).is_cut


@pytest.mark.parametrize(
    ("typed", "has"),
    [
        ("field blank", False),
        ('"field blank"', True),
        ("field OR blank", True),
        ("field -blank", True),
        ("mill-bridge", False),
        ("- field", False),
        ("order", False),
    ],
)
def test_operators_are_told_from_words(typed, has):
    assert Asked(words=typed).has_operators is has


def test_only_filters_that_there_are_count():
    asked = Asked.of({"q": "x", "type": "users", "time": "never", "page": "last"})

    assert (asked.kind, asked.time, asked.page) == ("", "", "last")


def test_the_address_asks_the_same():
    asked = Asked(words="field blank", kind="tasks", within="river-watch")

    assert asked.address(page=2) == "?q=field+blank&in=river-watch&type=tasks&page=2"
    assert asked.address(type="") == "?q=field+blank&in=river-watch"
