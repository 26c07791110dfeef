from collections import Counter

import pytest
from hypothesis import given

from repertoire.alike import lines
from repertoire.threeway import Conflict, merge
from tests.repertoire.texts import LINES, WRITTEN

TEXTS = LINES | WRITTEN

ONE = "Carry one field blank on every trip you make."
TWO = "Rinse the bottle twice before you fill it here."
THREE = "Label it with the day and your own initials."
FOUR = "Keep it cold until it reaches the laboratory."


def text_of(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


BASE = text_of(ONE, TWO, THREE, FOUR)
MOVED = text_of(TWO, THREE, ONE, FOUR)


def test_changes_in_different_places_are_both_taken():
    merged = merge("a\n\nb\n\nc", "A\n\nb\n\nc", "a\n\nb\n\nC")

    assert (merged.text, merged.is_clean) == ("A\n\nb\n\nC", True)


def test_changes_to_neighbouring_lines_are_both_taken():
    assert merge("- a\n- b", "- A\n- b", "- a\n- B").text == "- A\n- B"


def test_different_changes_of_one_line_are_a_conflict_that_loses_nothing():
    merged = merge("a\nb\nc", "a\nmine\nc", "a\ntheirs\nc")

    assert merged.conflicts == (Conflict(("b",), ("mine",), ("theirs",)),)
    assert merged.text == "a\ntheirs\nmine\nc"


def test_the_same_change_by_both_is_taken_once():
    merged = merge("a\nb", "a\nB\nnew", "a\nB\nnew")

    assert (merged.text, merged.is_clean) == ("a\nB\nnew", True)


def test_a_line_removed_by_one_and_edited_by_the_other_is_a_conflict():
    merged = merge("a\nb\nc", "a\nc", "a\nB\nc")

    assert merged.conflicts == (Conflict(("b",), (), ("B",)),)
    assert merged.text == "a\nB\nc"


def test_a_line_removed_by_both_is_gone():
    assert merge("a\nb\nc", "a\nc", "a\nc").text == "a\nc"


def test_lines_removed_by_one_and_added_beside_by_the_other_are_both_done():
    assert merge("a\nb\nc", "a\nc", "a\nb\nnew\nc").text == "a\nnew\nc"


def test_lines_both_added_to_one_paragraph_are_a_conflict():
    merged = merge("a", "a\nmine", "a\ntheirs")

    assert merged.conflicts == (Conflict((), ("mine",), ("theirs",)),)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("a", "a\n\nmine", "a\n\ntheirs", "a\n\ntheirs\n\nmine"),
        ("a", "mine\n\na", "theirs\n\na", "theirs\n\nmine\n\na"),
        ("a\n\nb", "a\n\nm\n\nb", "a\n\nt\n\nb", "a\n\nt\n\nm\n\nb"),
        ("- a", "- a\n- mine", "- a\n- theirs", "- a\n- theirs\n- mine"),
        (
            "- a",
            "- a\n- mine\n  more",
            "- a\n- theirs",
            "- a\n- theirs\n- mine\n  more",
        ),
        ("|a|\n|-|", "|a|\n|-|\n|m|", "|a|\n|-|\n|t|", "|a|\n|-|\n|t|\n|m|"),
    ],
)
def test_what_is_whole_by_itself_is_kept_of_both_theirs_first(
    base, mine, theirs, merged
):
    found = merge(base, mine, theirs)

    assert (found.text, found.is_clean) == (merged, True)


def test_two_first_texts_of_one_entry_are_a_conflict():
    assert not merge("", "mine", "theirs").is_clean


def test_a_paragraph_both_added_is_there_once_with_what_one_added_below():
    merged = merge("a", "a\n\nboth\n\nmine", "a\n\nboth")

    assert (merged.text, merged.is_clean) == ("a\n\nboth\n\nmine", True)


def test_an_item_and_a_paragraph_added_in_one_place_are_a_conflict():
    assert not merge("- a", "- a\n- mine", "- a\n\ntheirs").is_clean
    assert not merge("- a", "- a\n\nmine", "- a\n- theirs").is_clean


def test_the_same_paragraph_added_by_both_among_others_is_a_conflict():
    merged = merge("a", "a\n\nboth\n\nmine", "a\n\ntheirs\n\nboth\n\nmore")

    assert not merged.is_clean


def test_a_line_added_within_what_the_other_rewrote_is_a_conflict():
    merged = merge("a\nb\nc\nd", "a\nX\nY\nd", "a\nb\nnew\nc\nd")

    assert merged.conflicts == (Conflict(("b", "c"), ("X", "Y"), ("b", "new", "c")),)


@pytest.mark.parametrize(
    "edited",
    [
        ONE.replace("one", "two"),
        ONE.replace("on every", "\non every"),
        f"{ONE}\nTwo below 5 °C.",
    ],
)
def test_a_paragraph_one_moved_and_the_other_changed_is_both(edited):
    theirs = BASE.replace(ONE, edited)

    merged = merge(BASE, MOVED, theirs)

    assert (merged.text, merged.is_clean) == (MOVED.replace(ONE, edited), True)
    assert merge(BASE, theirs, MOVED) == merged


def test_a_paragraph_moved_and_changed_by_one_and_changed_elsewhere_by_the_other():
    wrapped = ONE.replace("on every", "\non every")
    base, moved = BASE.replace(ONE, wrapped), MOVED.replace(ONE, wrapped)

    merged = merge(base, moved.replace("one", "two"), base.replace("make", "take"))

    assert merged.is_clean
    assert merged.text == moved.replace("one", "two").replace("make", "take")


def test_two_paragraphs_moved_by_two_people_are_both_moved():
    by_me = text_of(TWO, THREE, ONE, FOUR)
    by_them = text_of(FOUR, ONE, TWO, THREE)

    merged = merge(BASE, by_me, by_them)

    assert (merged.text, merged.is_clean) == (
        text_of(FOUR, TWO, THREE, ONE),
        True,
    )


def test_a_paragraph_both_moved_to_one_place_is_there_once():
    merged = merge(BASE, MOVED, MOVED.replace("one", "two"))

    assert (merged.text, merged.is_clean) == (MOVED.replace("one", "two"), True)


def test_a_paragraph_two_people_moved_to_two_places_is_a_conflict_of_place():
    elsewhere = text_of(TWO, THREE, FOUR, ONE)

    merged = merge(BASE, MOVED, elsewhere)

    assert merged.conflicts == (Conflict((ONE,), (ONE,), (ONE,), is_move=True),)
    assert merged.text.count(ONE) == 2


def test_a_paragraph_one_moved_and_the_other_took_out_is_a_conflict():
    merged = merge(BASE, MOVED, BASE.replace(f"{ONE}\n\n", ""))
    turned = merge(BASE, BASE.replace(f"{ONE}\n\n", ""), MOVED)

    assert merged.conflicts == (Conflict((ONE,), (ONE,), (), is_move=True),)
    assert turned.conflicts == (Conflict((ONE,), (), (ONE,), is_move=True),)
    assert ONE in merged.text


def test_a_paragraph_taken_out_by_one_and_changed_by_the_other_is_a_conflict():
    edited = ONE.replace("one", "two")

    merged = merge(BASE, BASE.replace(f"{ONE}\n\n", ""), BASE.replace(ONE, edited))

    assert merged.conflicts == (Conflict((ONE, ""), (), (edited, "")),)


def test_neighbouring_lines_of_a_wrapped_paragraph_are_both_taken():
    base = "Carry one\non every trip\nyou make."

    merged = merge(base, base.replace("one", "two"), base.replace("every", "each"))

    assert (merged.text, merged.is_clean) == (
        "Carry two\non each trip\nyou make.",
        True,
    )


def test_the_same_line_of_a_wrapped_paragraph_is_a_conflict_of_that_line_alone():
    base = "Carry one\non every trip\nyou make."

    merged = merge(base, base.replace("every", "each"), base.replace("every", "any"))

    assert merged.conflicts == (
        Conflict(("on every trip",), ("on each trip",), ("on any trip",)),
    )


@given(TEXTS, TEXTS)
def test_one_persons_change_alone_is_taken_as_it_is(base, changed):
    assert merge(base, changed, base).text == changed
    assert merge(base, base, changed).text == changed
    assert merge(base, changed, changed).text == changed


@given(TEXTS, TEXTS, TEXTS)
def test_it_is_a_conflict_whoever_comes_second(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)

    assert one.is_clean == other.is_clean
    if one.is_clean:
        # Only what both added in one place depends on who came first.
        assert sorted(lines(one.text)) == sorted(lines(other.text))


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_anybody_wrote_is_lost(base, mine, theirs):
    merged = merge(base, mine, theirs)

    written = (set(lines(mine)) | set(lines(theirs))) - set(lines(base))
    assert written <= set(lines(merged.text))


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_left_alone_by_both_is_lost(base, mine, theirs):
    # Of a line that was there twice, each of the two may have taken out another.
    once = {line for line, count in Counter(lines(base)).items() if count == 1}
    kept = once & set(lines(mine)) & set(lines(theirs))

    assert kept <= set(lines(merge(base, mine, theirs).text))


@given(TEXTS, TEXTS, TEXTS)
def test_a_conflict_shows_what_each_of_the_two_wrote(base, mine, theirs):
    for conflict in merge(base, mine, theirs).conflicts:
        assert set(conflict.mine) <= set(lines(mine))
        assert set(conflict.theirs) <= set(lines(theirs))
        assert set(conflict.base) <= set(lines(base))


@given(TEXTS, TEXTS, TEXTS)
def test_what_was_merged_merges_again_to_itself(base, mine, theirs):
    merged = merge(base, mine, theirs)

    if merged.is_clean:
        assert merge(theirs, merged.text, theirs).text == merged.text
        assert merge(base, merged.text, merged.text).text == merged.text
