import random
import sys

import pytest
from hypothesis import given

from repertoire import alike
from repertoire.alike import lines
from repertoire.difference import (
    Change,
    Move,
    Row,
    Skipped,
    compare,
    folded,
    paragraph_changes,
    words_changed,
)
from repertoire.threeway import merge
from tests.repertoire.texts import LINES as TEXTS
from tests.repertoire.texts import WRITTEN


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


@given(TEXTS | WRITTEN, TEXTS | WRITTEN)
def test_both_texts_can_be_read_off_the_rows(old, new):
    rows = compare(old, new)

    before = [row for row in rows if row.old_number]
    after = [row for row in rows if row.new_number]
    assert "\n".join("".join(s.text for s in row.old) for row in before) == old
    assert "\n".join("".join(s.text for s in row.new) for row in after) == new
    assert [row.old_number for row in before] == list(range(1, len(before) + 1))
    assert [row.new_number for row in after] == list(range(1, len(after) + 1))


def test_what_was_not_there_is_not_taken_out():
    assert [row.change for row in compare("", "a")] == [Change.ADDED]
    assert [row.change for row in compare("a", "")] == [Change.REMOVED]


@given(TEXTS | WRITTEN)
def test_a_text_does_not_differ_from_itself(text):
    assert {row.change for row in compare(text, text)} == {Change.SAME}


PARAGRAPHS = [
    "Carry one field blank on every trip you make.",
    "Rinse the bottle twice before you fill it here.",
    "Label it with the day and your own initials.",
    "Keep it cold until it reaches the laboratory.",
]


def test_a_paragraph_that_stands_elsewhere_has_moved_on_both_sides():
    old = "\n\n".join(PARAGRAPHS)
    new = "\n\n".join([*PARAGRAPHS[1:], PARAGRAPHS[0]])

    moved = [row for row in compare(old, new) if row.change == Change.MOVED]

    left, came = moved
    assert (left.old_number, left.new_number) == (1, None)
    assert left.move == Move(line=7, paragraph=4, is_up=False, is_first=True)
    assert (came.old_number, came.new_number) == (None, 7)
    assert came.move == Move(line=1, paragraph=1, is_up=False, is_first=True)


def test_what_was_changed_on_the_way_is_marked_on_both_sides():
    old = "\n\n".join(PARAGRAPHS)
    new = "\n\n".join([*PARAGRAPHS[1:], PARAGRAPHS[0].replace("one", "two")])

    left, came = (row for row in compare(old, new) if row.change == Change.MOVED)

    assert [s.text for s in left.old if s.changed] == ["one"]
    assert [s.text for s in came.new if s.changed] == ["two"]


def test_lines_that_moved_together_are_told_once():
    wrapped = PARAGRAPHS[0].replace("on every", "\non every")
    old = "\n\n".join([wrapped, *PARAGRAPHS[1:]])
    new = "\n\n".join([*PARAGRAPHS[1:], wrapped])

    moves = [row.move for row in compare(old, new) if row.move]

    assert [move.is_first for move in moves] == [True, False, True, False]
    assert {move.paragraph for move in moves} == {1, 4}


def test_empty_lines_that_went_along_with_what_moved_are_left_out():
    old = "\n\n".join(PARAGRAPHS)
    new = "\n\n".join([*PARAGRAPHS[1:], PARAGRAPHS[0]])

    rows = [row for row in folded(compare(old, new)) if isinstance(row, Row)]

    assert {row.change for row in rows} == {Change.MOVED, Change.SAME}


def test_two_short_lines_that_happen_to_be_alike_have_not_moved():
    assert Change.MOVED not in {
        change for change, *_ in changes("x one\na b c d e", "a b c d e\none y")
    }


def test_words_are_marked_within_the_cells_of_a_table():
    old = "| site | depth |\n|---|---|\n| Mill weir | 2 m |"
    new = "| site      | depth |\n|-----------|---|\n| Mill bridge | 2 m |"

    head, rule, row = compare(old, new)

    assert (head.change, rule.change) == (Change.SAME, Change.SAME)
    assert [s.text for s in row.old if s.changed] == ["weir"]
    assert [s.text for s in row.new if s.changed] == ["bridge"]


def test_words_are_marked_within_code():
    old = "```\nwait(5)\nread(probe)\n```"

    rows = compare(old, old.replace("wait(5)", "wait(30)"))

    (row,) = (row for row in rows if row.change != Change.SAME)
    assert [s.text for s in (*row.old, *row.new) if s.changed] == ["5", "30"]


def test_what_became_of_each_paragraph():
    first, second, third, fourth = PARAGRAPHS
    edited = second.replace("twice", "three times")

    found = paragraph_changes(
        f"{first}\n\n{second}\n\nGone.\n\n{third}\n\n{fourth}",
        f"{fourth}\n\n{first}\n\n{edited}\n\nNew.\n\n{third}",
    )

    assert [(change.change, change.number, change.was) for change in found] == [
        (Change.MOVED, 1, 5),
        (Change.CHANGED, 3, None),
        (Change.ADDED, 4, None),
        (Change.REMOVED, 3, None),
    ]


def test_to_move_is_more_than_to_mend():
    old = "\n\n".join(PARAGRAPHS)

    assert words_changed(old, "\n\n".join([*PARAGRAPHS[1:], PARAGRAPHS[0]])) == 9


@given(WRITTEN, WRITTEN)
def test_no_paragraph_is_told_twice_and_none_forgotten(old, new):
    changes = paragraph_changes(old, new)
    came = [c.number for c in changes if c.change != Change.REMOVED]
    gone = [c.number for c in changes if c.change == Change.REMOVED]

    before, after = (len(alike.paragraphs(lines(text))) for text in (old, new))
    assert len(set(came)) == len(came)
    assert len(set(gone)) == len(gone)
    added = [c for c in changes if c.change == Change.ADDED]
    assert before - len(gone) == after - len(added)


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
