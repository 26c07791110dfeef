from datetime import timedelta

from repertoire.coinages import Said
from repertoire.synonyms import Ear
from repertoire.vocabulary import Term, Vocabulary
from tests.makers import NOON

TERMS = [
    Term("a", "Field blank", "/a/", ("trip blank",), "Clean water carried on a trip."),
    Term("b", "Travel bottle", "/b/", (), "A bottle of clean water carried on a trip."),
    Term("c", "Drift check", "/c/", (), "Whether a meter still shows what it did."),
]


def ear(*said: Said, terms: list[Term] = TERMS) -> Ear:
    listening = Ear(lambda: iter(said), Vocabulary(terms))
    listening.listen(at=NOON)
    return listening


def text(member: int, words: str, days: int = 1) -> Said:
    return Said(member, "/", "t", NOON - timedelta(days=days), words)


def test_each_name_is_counted_with_who_says_it_most():
    uses = ear(
        text(1, "a trip blank, trip blanks"),
        text(2, "a field blank and a trip blank"),
        text(3, "trip blank. trip blank. trip blank."),
        text(3, "trip blank", days=120),
        text(4, "trip blank", days=300),
        text(5, "trip blank", days=300),
    ).uses

    trip = uses["a", "trip blank"]
    assert (trip.said, trip.people, trip.texts) == (9, 5, 6)
    assert (trip.lately, trip.before) == (6, 1)
    assert trip.speakers[:2] == [3, 1]
    assert uses["a", "Field blank"].said == 1


def test_a_name_two_entries_share_counts_for_neither():
    terms = [Term("a", "Kit", "/a/", ("set",)), Term("b", "Set", "/b/")]

    assert ear(text(1, "a set, sets"), terms=terms).uses == {}


def test_code_and_quotations_are_not_said():
    assert ear(text(1, "`field blank`\n\n> a field blank")).uses == {}


def test_entries_that_mean_the_same_and_are_used_alike_are_one_perhaps():
    said = [
        text(n, f"Rinse the {name} before you fill it under the bridge.")
        for name in ("field blank", "travel bottle", "drift check")
        for n in range(5)
    ]

    (pair,) = ear(*said).pairs()

    assert {pair.first, pair.second} == {"a", "b"}
    assert {"rinse", "fill", "bridge"} <= set(pair.around)


def test_the_same_meaning_used_otherwise_is_something_else():
    said = [text(n, "Rinse the field blank before you fill it.") for n in range(5)]
    said += [text(n, "Sell a travel bottle to visitors.") for n in range(5)]

    assert ear(*said).pairs() == []


def test_a_few_uses_do_not_tell():
    said = [
        text(n, f"Rinse the {name} before you fill it.")
        for name in ("field blank", "travel bottle")
        for n in range(2)
    ]

    assert ear(*said).pairs() == []
