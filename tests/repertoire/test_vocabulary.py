import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repertoire.vocabulary import Mention, Term, Vocabulary, plural

WORDS = [
    "field",
    "blank",
    "Fields",
    "two",
    "bank",
    "rule",
    "do",
    "DO",
    "-",
    "'s",
    "ß",
    "İ",
]


def vocabulary(*titles: str, **aliases: tuple[str, ...]) -> Vocabulary:
    return Vocabulary(
        [
            Term(
                title.lower().replace(" ", "-"),
                title,
                f"/{title}/",
                aliases.get(title, ()),
            )
            for title in titles
        ]
    )


def found(text: str, *titles: str, **aliases: tuple[str, ...]) -> list[str]:
    return [m.words for m in vocabulary(*titles, **aliases).mentions(text)]


def test_a_term_is_found_whatever_its_case():
    assert found("FIELD blank, Field Blank", "Field blank") == [
        "FIELD blank",
        "Field Blank",
    ]


@pytest.mark.parametrize(
    "text",
    ["afield blank", "field blanked", "field_blank", "field  blank9", "fieldblank"],
)
def test_a_part_of_a_word_is_no_term(text):
    assert found(text, "Field blank") == []


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Field blank", "two field blanks"),
        ("Field blank", "the field blank's water"),
        ("Gauge box", "both gauge boxes"),
        ("Drift study", "all drift studies"),
        ("Survey", "three surveys"),
        ("Pass", "the passes"),
    ],
)
def test_regular_plurals_and_possessives_are_found(title, text):
    assert len(found(text, title)) == 1


def test_plurals_as_english_makes_them():
    singulars = ["blank", "box", "bus", "match", "study", "survey", "DO"]

    assert [plural(word) for word in singulars] == [
        *("blanks", "boxes", "buses", "matches", "studies", "surveys", "DOs")
    ]


def test_an_acronym_counts_only_as_written():
    assert found("Do measure DO, not do; two DOs", "DO") == ["DO", "DOs"]


def test_the_longest_term_wins_and_none_overlap():
    titles = ("Field", "Field blank", "Blank", "Blank rule")

    assert found("a field blank rule", *titles) == ["field blank"]


def test_a_longer_term_that_is_no_word_here_hides_none():
    assert found("a field blanket", "Field", "Field blank") == ["field"]


def test_an_alias_leads_to_its_term():
    terms = Vocabulary([Term("field-blank", "Field blank", "/b/", ("trip blank",))])

    (mention,) = terms.mentions("one trip blank")

    assert mention.term.slug == "field-blank"


def test_a_title_comes_before_another_terms_alias():
    terms = Vocabulary(
        [Term("a", "Kit", "/a/", ("blank",)), Term("b", "Blank", "/b/")],
    )

    (mention,) = terms.mentions("a blank")

    assert mention.term.slug == "b"


def test_a_term_may_be_broken_over_lines_and_set_with_other_marks():
    assert found("field\nblank", "Field blank") == ["field\nblank"]
    assert found("the skipper’s rule", "Skipper's rule") == ["skipper’s rule"]


def test_addresses_are_no_prose():
    text = "https://a.example/blank?blank blank@blank.example (see://blank)"

    assert found(text, "Blank") == []


def test_a_character_that_lowers_to_two_moves_nothing():
    (mention,) = vocabulary("Blank").mentions("İİ blank İ")

    assert (mention.start, mention.words) == (3, "blank")


def test_no_terms_find_nothing():
    assert Vocabulary([]).mentions("anything") == []


def test_plain_text_is_escaped_and_each_term_linked_once():
    html = vocabulary("Blank").mark_plain("<b> blank & blank")

    assert html == '&lt;b&gt; <a class="term" href="/Blank/">blank</a> &amp; blank'


def test_a_reader_remembers_over_pieces():
    reader = vocabulary("Blank").reader()

    assert [type(p) for p in reader.split("a blank")] == [str, Mention]
    assert reader.split("a blank") == ["a blank"]
    assert list(reader.met) == ["blank"]


@given(
    st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join) | st.text(max_size=10),
    st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join) | st.text(max_size=60),
)
def test_mentions_stand_where_they_say_and_the_text_is_whole(title, text):
    terms = vocabulary(title, "field blank")

    mentions = terms.mentions(text)
    pieces = terms.reader().split(text)

    assert all(text[m.start : m.end] == m.words for m in mentions)
    assert all(a.end <= b.start for a, b in itertools.pairwise(mentions))
    assert "".join(p if isinstance(p, str) else p.words for p in pieces) == text


@given(
    st.sampled_from(["kit", "field blank", "gauge box", "study"]), st.text(max_size=30)
)
def test_a_term_standing_free_is_always_found(title, around):
    text = f"{around} .\n{title}.\n. {around}"

    assert title in found(text, title)
