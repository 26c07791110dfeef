import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.languages import Language
from repertoire.vocabulary import Mention, Term, Vocabulary

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
    "fields",
    "blanking",
    "two-bank",
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
    ["afield blank", "field blanket", "field_blank", "field  blank9", "fieldblank"],
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


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Log", "logs logged logging"),
        ("Gauge", "gauges gauged gauging gauge's"),
        ("Study", "studies studied studying"),
        ("Die", "dies died dying"),
        ("Cancel", "cancels cancelled canceled"),
        ("Plan", "plans planned planning"),
        ("Cross-check", "cross-checked cross-checking"),
        ("Narrate", "narrates narrated narrating"),
        ("Two-bank rule", "two-bank rules"),
        ("Gas", "gases"),
        ("Bus", "buses"),
        ("Hero", "heroes"),
    ],
)
def test_the_forms_of_a_name_are_found(title, words):
    said = words.split() if " " not in title else [words]

    assert [len(found(word, title)) for word in said] == [1] * len(said)


#: Alike, or of one stem even, and something else.
FALSE_FRIENDS = [
    *[("see", "seed"), ("fee", "feed"), ("bee", "been"), ("be", "bed")],
    *[("car", "caring"), ("hop", "hoping"), ("star", "staring"), ("tap", "taped")],
    *[("plan", "planed"), ("pin", "pining"), ("cod", "coding"), ("new", "news")],
    *[("even", "evening"), ("mean", "means"), ("mean", "meaning"), ("in", "inning")],
    *[("build", "building"), ("wed", "wedding"), ("rail", "railing")],
    *[("organ", "organization"), ("organize", "organ"), ("general", "generally")],
    *[("universe", "university"), ("past", "paste"), ("sing", "singed")],
    *[("rate", "ratio"), ("narrate", "narration"), ("sample", "sampler")],
    *[("goods", "good"), ("customs", "custom"), ("means", "mean"), ("arms", "arm")],
    *[("sampling", "sample"), ("sampling", "sampled"), ("reading", "read")],
    *[("lens", "len"), ("pass", "pas"), ("DO", "does"), ("DO", "do"), ("IT", "its")],
    *[("field blank", "fields blank"), ("two-bank rule", "two-banks rule")],
    *[("blank", "field_blank"), ("wing", "winger"), ("corn", "corner")],
]


@pytest.mark.parametrize(("title", "word"), FALSE_FRIENDS)
def test_false_friends_are_not_taken_for_forms(title, word):
    assert found(word, title) == []


@pytest.mark.parametrize("language", Language.values)
def test_every_language_a_community_may_write_in_is_known(language):
    terms = Vocabulary([Term("x", "Feldprobe", "/x/")], language=language)

    assert [m.words for m in terms.mentions("die Feldprobe")] == ["Feldprobe"]


def test_another_language_has_other_forms():
    terms = Vocabulary([Term("x", "Feldprobe", "/x/")], language="german")

    assert [m.words for m in terms.mentions("Feldproben, Feldprobenahme")] == [
        "Feldproben"
    ]


def test_hyphens_and_spaces_tell_no_two_things_apart():
    assert found("the two bank rule, a two-bank\nrule", "Two-bank rule") == [
        "two bank rule",
        "two-bank\nrule",
    ]


@pytest.mark.parametrize("gap", ["\n\n", " - ", ". ", ", ", "   ", " @home "])
def test_words_that_are_not_together_are_no_name(gap):
    assert found(f"two bank{gap}rule", "Two-bank rule") == []


def test_signs_belong_to_a_name():
    assert found("C++ and .NET, not C++11, a.NET or C+", "C++", ".NET") == [
        "C++",
        ".NET",
    ]


def test_a_closer_name_comes_before_a_form_of_another():
    terms = [Term("a", "Sample", "/a/"), Term("b", "Sampling", "/b/")]

    words = [m.term.slug for m in Vocabulary(terms).mentions("sampling sampled")]

    assert words == ["b", "a"]


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


def asking() -> Vocabulary:
    return Vocabulary(
        [
            Term("kit", "Kit", "/kit/", ("blank", "set")),
            Term("paper", "Blank", "/paper/"),
            Term("water", "Field blank", "/water/", ("trip blank",)),
        ],
        choice_url=lambda name: f"/choice/?name={name}",
    )


def test_a_name_that_two_entries_go_by_asks_which():
    (mention,) = asking().mentions("two blanks")

    assert [term.slug for term in mention.terms] == ["paper", "kit"]
    assert (mention.term, mention.asks) == (None, True)
    assert mention.url == "/choice/?name=Blank"


def test_a_mark_that_asks_counts_for_none_of_them():
    reader = asking().reader()

    pieces = reader.split("a blank, a set, a blank")

    assert [p.words for p in pieces if isinstance(p, Mention)] == ["blank", "set"]
    assert list(reader.met) == ["kit"]


def test_only_the_shared_name_asks():
    assert [m.asks for m in asking().mentions("kit, field blank, trip blank")] == [
        False,
        False,
        False,
    ]


def test_a_name_in_capitals_is_another_than_the_same_letters():
    terms = Vocabulary([Term("a", "DO", "/a/"), Term("b", "Do", "/b/")])

    assert [m.terms[0].slug for m in terms.mentions("DO do")] == ["a", "b"]


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


def test_a_reader_remembers_over_pieces_of_a_section():
    reader = vocabulary("Blank").reader()

    assert [type(p) for p in reader.split("a blank")] == [str, Mention]
    assert reader.split("a blank") == ["a blank"]
    assert list(reader.met) == ["blank"]


def test_the_next_section_explains_anew():
    reader = vocabulary("Blank").reader()
    reader.split("a blank")

    reader.turn_to_next_section()

    assert [type(p) for p in reader.split("a blank")] == [str, Mention]


def test_what_the_reader_knows_is_neither_marked_nor_met():
    reader = vocabulary("Blank").reader(["blank"])

    assert reader.split("a blank") == ["a blank"]
    assert list(reader.met) == []


def test_more_words_than_are_kept_change_nothing(monkeypatch):
    monkeypatch.setattr("repertoire.vocabulary._MOST_KEPT", 3)
    terms = vocabulary("Blank")

    texts = [f"blank {' '.join(f'word{n}{m}' for m in range(5))}" for n in range(4)]

    assert [len(terms.mentions(text)) for text in texts] == [1] * 4


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
