import random
from collections.abc import Iterator
from itertools import cycle

import pytest

from repertoire import coinages
from repertoire.coinages import Ear, Said, likelihood
from repertoire.ordinary import counted
from repertoire.vocabulary import Term, Vocabulary
from tests.makers import NOON

LISTED, COUNTS = zip(*counted().items(), strict=True)


def filler(seed: int) -> str:
    """Sixty words as often as ordinary text has them: nothing of it stands out."""
    return " ".join(random.Random(seed).choices(LISTED, COUNTS, k=60))


def texts(*sentences: str, people: int = 5, each: int = 3) -> list[Said]:
    """So many texts by so many people, each with one of the sentences."""
    said = cycle(sentences)
    return [
        Said(
            member,
            f"/tasks/{member}-{number}/",
            f"Task {number}",
            NOON,
            # Never the same sentence twice: nobody says what a template says.
            f"{filler(member * each + number)}.\n\n{next(said)}, and "
            f"{filler(1000 + member * each + number)[:40]}.\n\nAnd that is it.",
        )
        for member in range(people)
        for number in range(each)
    ]


def heard(said: list[Said], **given: object) -> list[coinages.Coinage]:
    known = given.pop("known", Vocabulary(()))
    return Ear(lambda: iter(said), known, **given).coinages()


def words(said: list[Said], **given: object) -> list[str]:
    return [one.words for one in heard(said, **given)]


def test_a_word_of_the_community_is_heard_with_who_says_it_and_where():
    (sonde,) = heard(texts("That was the sonde"))

    assert (sonde.words, sonde.said, sonde.people, sonde.texts) == ("sonde", 15, 5, 15)
    assert sonde.elsewhere < 1e-6
    assert [place.path for place in sonde.places] == [
        *("/tasks/0-0/", "/tasks/1-0/", "/tasks/2-0/")
    ]
    assert sonde.places[0].sentence.startswith("That was the sonde")


def test_what_stands_in_a_template_is_said_by_nobody():
    alike = [
        one._replace(text=f"{filler(place)}.\n\nThat was the sonde.")
        for place, one in enumerate(texts("x"))
    ]

    assert words(alike) == []


def test_forms_of_a_word_are_counted_together_and_told_as_most_write_it():
    said = texts("These are the sondes", "Get a sonde for you", "Get a sonde for me")

    assert [(one.words, one.said) for one in heard(said)] == [("sonde", 15)]


@pytest.mark.parametrize(("people", "each"), [(2, 10), (3, 1)])
def test_the_habit_of_one_or_two_is_no_word_of_the_community(people, each):
    assert words(texts("That was the sonde", people=people, each=each)) == []


def test_ordinary_words_do_not_stand_out():
    assert words(texts("We know what they do")) == []


def test_a_phrase_comes_instead_of_its_words():
    assert words(texts("There is a lock spike")) == ["lock spike"]


def test_a_phrase_may_have_grammar_within_and_never_at_its_ends():
    found = words(texts("That is the weir of doom"))

    assert "weir of doom" in found
    assert not any({one.split()[0], one.split()[-1]} & {"the", "of"} for one in found)


def test_what_has_an_entry_is_nothing_new():
    known = Vocabulary([Term("s", "Sonde", "/s/"), Term("l", "Lock spike", "/l/")])

    said = texts("Two sondes and a lock spike", "A lock-spike, the sonde")

    assert words(said, known=known) == []


def test_a_name_all_in_capitals_is_nothing_new_in_capitals():
    known = Vocabulary([Term("n", "Nephelo unit", "/n/", ("NTX",))])

    assert words(texts("That was the NTX"), known=known) == []
    assert words(texts("That was the ntx"), known=known) == ["ntx"]


@pytest.mark.parametrize(
    "sentence",
    [
        "`sonde`",
        "see\n\n```\nsonde\n```\n\nthere",
        "see\n\n> the sonde was there\n\nfor that",
        "[[sonde]]",
        "[there](/sonde/)",
        "https://sonde.example/",
        "@sonde",
        "it didn't, isn't, they've",
        "sonde4 4711",
    ],
)
def test_code_quotations_links_and_shortened_words_are_no_words(sentence):
    assert words(texts(sentence)) == []


def test_names_of_members_are_no_words():
    assert words(texts("This is Amara and that is it"), names={"amara"}) == []


def test_what_was_answered_is_counted_on():
    (first,) = heard(texts("That was the sonde"))

    (again,) = heard(texts("That was the sonde"), answered={first.key})

    assert again == first


def test_a_possessive_is_the_word_itself():
    assert words(texts("This is the sonde's and that is not")) == ["sonde"]


def test_without_a_list_of_ordinary_text_rarity_here_has_to_do():
    said = texts("Sonde war das", *(["Das war es"] * 7), people=8, each=4)

    found = heard(said, language="german")

    assert "sonde" in [one.words for one in found]
    assert "war" not in [one.words for one in found]
    assert {one.elsewhere for one in found} == {None}


def test_a_community_that_writes_otherwise_is_not_compared_with_english():
    dutch = [
        Said(m, "/", "t", NOON, f"De sluis lekt weer {'zoals' if n else 'soms'} gister")
        for m in range(5)
        for n in range(4)
    ]

    assert not any(one.elsewhere for one in heard(dutch))


def test_memory_has_a_bound_and_what_many_say_stays(monkeypatch):
    monkeypatch.setattr(coinages, "MOST_COUNTED", 160)
    said = [
        text._replace(text=f"{text.text} {letters(number)} {letters(number + 700)}")
        for number, text in enumerate(texts("That was the sonde", people=12))
    ]

    found = heard(said)

    assert found[0].words == "sonde"


def letters(number: int) -> str:
    return "zq" + "".join(chr(ord("a") + int(digit)) for digit in str(number))


def test_the_texts_are_had_a_few_times_and_never_kept():
    asked = []

    def said() -> Iterator[Said]:
        asked.append(1)
        yield from texts("That was the sonde")

    Ear(said, Vocabulary(())).coinages()

    assert len(asked) == 3


def test_likelihood_is_dunnings():
    # By hand: 10 of 1,000 against 10 of 100,000.
    assert likelihood(10, 1000, 10, 100_000) == pytest.approx(64.776, abs=0.001)
    assert likelihood(10, 1000, 1000, 100_000) == pytest.approx(0.0, abs=1e-9)
