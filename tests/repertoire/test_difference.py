import random
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repertoire.difference import Change, Conflict, Row, Skipped, compare, folded, merge

TEXTS = st.lists(
    st.sampled_from(["", "a", "b", "c", "one two", "one three"]), max_size=12
).map("\n".join)


def changes(old: str, new: str) -> list[tuple[Change, str, str]]:
    return [
        (row.change, "".join(s.text for s in row.old), "".join(s.text for s in row.new))
        for row in compare(old, new)
    ]


def test_a_changed_line_stands_beside_what_it_became():
    (row,) = compare("Carry one per trip.", "Carry one per trip, two below 5 °C.")

    assert row.change == Change.CHANGED
    assert [(s.text, s.changed) for s in row.old] == [
        ("Carry one per trip", False),
        (".", False),
    ]
    assert [(s.text, s.changed) for s in row.new] == [
        ("Carry one per trip", False),
        (", two below 5 °C", True),
        (".", False),
    ]


def test_lines_with_little_in_common_are_one_removed_and_one_added():
    assert changes("Rinse it twice.", "Label every bottle.") == [
        (Change.REMOVED, "Rinse it twice.", ""),
        (Change.ADDED, "", "Label every bottle."),
    ]


def test_an_added_line_leaves_the_others_the_same():
    assert changes("a\nc", "a\nb\nc") == [
        (Change.SAME, "a", "a"),
        (Change.ADDED, "", "b"),
        (Change.SAME, "c", "c"),
    ]


def test_line_ends_of_another_machine_are_no_change():
    assert {change for change, *_ in changes("a\nb", "a\r\nb")} == {Change.SAME}


def test_what_is_far_from_any_change_is_left_out():
    old = "\n".join(str(n) for n in range(20))

    rows = list(folded(compare(old, old.replace("10", "ten")), context=1))

    assert rows[0] == Skipped(9)
    assert rows[-1] == Skipped(8)
    assert [row.old_number for row in rows if isinstance(row, Row)] == [
        10,
        11,
        None,
        12,
    ]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off_the_rows(old, new):
    rows = compare(old, new)

    before = [row for row in rows if row.old_number]
    after = [row for row in rows if row.new_number]
    assert "\n".join("".join(s.text for s in row.old) for row in before) == old
    assert "\n".join("".join(s.text for s in row.new) for row in after) == new
    assert [row.old_number for row in before] == list(range(1, len(before) + 1))
    assert [row.new_number for row in after] == list(range(1, len(after) + 1))


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text):
    assert {row.change for row in compare(text, text)} == {Change.SAME}


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


def test_different_lines_added_in_one_place_are_a_conflict():
    merged = merge("a", "a\nmine", "a\ntheirs")

    assert merged.conflicts == (Conflict((), ("mine",), ("theirs",)),)


def test_a_line_added_within_what_the_other_rewrote_is_a_conflict():
    merged = merge("a\nb\nc\nd", "a\nX\nY\nd", "a\nb\nnew\nc\nd")

    assert merged.conflicts == (Conflict(("b", "c"), ("X", "Y"), ("b", "new", "c")),)


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
        assert one.text == other.text


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_anybody_wrote_is_lost(base, mine, theirs):
    merged = merge(base, mine, theirs).text.split("\n")

    written = (set(mine.split("\n")) | set(theirs.split("\n"))) - set(base.split("\n"))
    assert written <= set(merged)


def calls_to(function, *texts: str) -> int:
    calls = 0

    def count(*_):
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        function(*texts)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "line",
    [
        lambda n: "a",
        lambda n: random.choice("abc"),
        str,
        lambda n: str(-n),
        lambda n: "a b " * 20,
    ],
)
def test_the_work_grows_no_faster_than_the_text(line):
    def texts(size):
        old = "\n".join(line(n) for n in range(size))
        new = "\n".join(line(n) for n in reversed(range(size)))
        return old, f"{new}\nmore", f"first\n{old}"

    once, fourfold = texts(1_000), texts(4_000)

    assert calls_to(compare, *fourfold[:2]) < 8 * calls_to(compare, *once[:2])
    assert calls_to(merge, *fourfold) < 8 * calls_to(merge, *once)
