import random
from dataclasses import dataclass
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repertoire.authorship import Paragraph, authorship, shares
from tests.repertoire.texts import LINES, WRITTEN

AMARA, BEA, JUN = 1, 2, 3

ONE = "Carry one field blank on every trip you make."
TWO = "Rinse the bottle twice before you fill it here."


@dataclass(frozen=True)
class Version:
    author_id: int
    body: str
    meaning: str = ""


def paragraphs(versions):
    return list(authorship(versions).paragraphs)


HISTORIES = st.lists(
    st.builds(
        Version, st.sampled_from([AMARA, BEA, JUN]), LINES | WRITTEN, st.just("")
    ),
    min_size=1,
    max_size=8,
)


def test_each_paragraph_is_whose_it_is():
    versions = [Version(AMARA, ONE), Version(BEA, f"{ONE}\n\n{TWO}")]

    assert paragraphs(versions) == [Paragraph(ONE, 0, ()), Paragraph(TWO, 1, ())]
    assert shares(versions) == {AMARA: 0.5, BEA: 0.5}


def test_a_paragraph_mended_by_a_few_words_keeps_its_author_and_names_the_mender():
    mended = ONE.replace("one", "two")
    versions = [Version(AMARA, ONE), Version(BEA, mended), Version(JUN, f"{mended}!")]

    assert paragraphs(versions) == [Paragraph(f"{mended}!", 0, (1, 2))]
    assert shares(versions) == {AMARA: 8 / 9, BEA: 1 / 9}


def test_to_take_words_out_is_to_mend():
    shorter = ONE.replace(" you make", "")

    (found,) = paragraphs([Version(AMARA, ONE), Version(BEA, shorter)])

    assert (found.written, found.mended) == (0, (1,))


def test_a_paragraph_most_of_whose_words_are_anothers_is_theirs():
    again = "Carry a blank of clean water along on every single trip, in winter two."

    (found,) = paragraphs([Version(AMARA, ONE), Version(BEA, again)])

    assert (found.written, found.mended) == (1, ())


def test_to_move_is_not_to_write():
    versions = [
        Version(AMARA, f"{ONE}\n\n{TWO}"),
        Version(BEA, f"{TWO}\n\n{ONE}"),
        Version(BEA, f"{TWO.replace('twice', 'once')}\n\n{ONE}"),
    ]

    assert shares(versions) == {AMARA: 17 / 18, BEA: 1 / 18}


@pytest.mark.parametrize(
    "body",
    [
        f"{ONE} {TWO}",
        f"{TWO} {ONE}",
        f"{ONE}\n{TWO}",
        f"Carry one field blank\n\non every trip you make.\n\n{TWO}",
    ],
)
def test_to_split_and_to_join_is_not_to_write(body):
    assert shares([Version(AMARA, f"{ONE}\n\n{TWO}"), Version(BEA, body)]) == {
        AMARA: 1.0
    }


def test_to_restore_is_not_to_write():
    versions = [Version(AMARA, f"{ONE}\n\n{TWO}"), Version(BEA, TWO)]
    versions += [Version(BEA, f"{ONE}\n\n{TWO}")]

    assert shares(versions) == {AMARA: 1.0}
    assert paragraphs(versions)[0] == Paragraph(ONE, 0, ())


def test_the_meaning_has_an_author_of_its_own():
    versions = [Version(AMARA, ONE), Version(BEA, ONE, "Clean water.")]

    assert authorship(versions[:1]).meaning is None
    assert authorship(versions).meaning == Paragraph("Clean water.", 1, ())


def test_the_meaning_counts_and_the_name_does_not():
    versions = [
        Version(AMARA, "", "Clean water carried along."),
        Version(BEA, "", "Clean water carried along to compare with."),
    ]

    assert shares(versions) == {AMARA: 4 / 7, BEA: 3 / 7}


def test_a_text_without_words_is_its_first_authors():
    assert shares([Version(AMARA, ""), Version(BEA, "---")]) == {AMARA: 1.0}
    assert paragraphs([Version(AMARA, ""), Version(BEA, "---")]) == [
        Paragraph("---", 1, ())
    ]
    assert shares([]) == {}


@given(HISTORIES)
def test_shares_add_up_to_one_and_go_to_authors_alone(versions):
    found = shares(versions)

    assert sum(found.values()) == pytest.approx(1)
    assert set(found) <= {version.author_id for version in versions}


@given(HISTORIES)
def test_the_paragraphs_are_those_of_the_living_text(versions):
    found = paragraphs(versions)

    living = "\n".join(versions[-1].body.split())
    assert "\n".join("\n".join(p.text for p in found).split()) == living
    for paragraph in found:
        assert all(paragraph.written < n < len(versions) for n in paragraph.mended)


@given(HISTORIES, st.sampled_from([AMARA, BEA, JUN]))
def test_a_version_that_changes_nothing_gives_nobody_anything(versions, author):
    again = [*versions, Version(author, versions[-1].body)]

    assert shares(again) == shares(versions)


@given(HISTORIES, st.data())
def test_coming_back_to_a_version_gives_back_its_shares(versions, data):
    whole = st.integers(0, len(versions) - 1)
    first = versions[data.draw(whole)]
    start = [Version(AMARA, TWO), first]

    assert shares([*start, Version(BEA, "Gone."), Version(BEA, first.body)]) == (
        pytest.approx(shares(start))
    )


def a_long_life(words: int, versions: int) -> list[Version]:
    """A text of so many words, changed here and there by five people."""
    lot = random.Random(7)
    text = [
        " ".join(f"w{lot.randrange(2_000)}" for _ in range(50))
        for _ in range(words // 50)
    ]
    life = []
    for _ in range(versions):
        for place in lot.sample(range(len(text)), 5):
            written = text[place].split()
            written[lot.randrange(50)] = f"w{lot.randrange(2_000)}"
            text[place] = " ".join(written)
        text.insert(lot.randrange(len(text)), text.pop(lot.randrange(len(text))))
        life.append(Version(lot.randrange(5), "\n\n".join(text)))
    return life


def test_ten_thousand_words_of_two_hundred_versions_are_told_at_once():
    life = a_long_life(10_000, 200)

    started = process_time()
    shares(life)

    # Half a second on a machine of 2026: here only against work that grows out of hand.
    assert process_time() - started < 4
