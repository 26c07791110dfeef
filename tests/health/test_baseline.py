"""The table of people who worked alone, as organizers bring it."""

import pytest

from cop.health import baseline
from cop.health.baseline import Row, Unreadable


def test_a_line_is_a_person():
    rows = baseline.read(
        "start,reached,when\n2026-01-01,yes,2026-02-10\n2026-01-05,no,2026-03-01\n"
    )

    assert rows == [Row(40, True), Row(55, False)]


def test_columns_may_stand_in_any_order_and_beside_others():
    (row,) = baseline.read(
        "\ufeffName, When ,Reached,Start\nx,2026-01-03,Y,2026-01-01\n"
    )

    assert row == Row(2, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "name the columns"),
        ("a,b\n1,2\n", "name the columns"),
        ("start,reached,when\n", "nobody in it"),
        (
            "start,reached,when\n1.2.2026,yes,2026-02-03\n",
            "Line 2: “1.2.2026” is no day",
        ),
        ("start,reached,when\n2026-01-02,maybe,2026-02-03\n", "neither yes nor no"),
        ("start,reached,when\n2026-01-02,yes,2026-01-01\n", "ends before it starts"),
        ("start,reached,when\n2026-01-02\n", "Line 2"),
    ],
)
def test_what_cannot_be_read_is_told_by_line(text, said):
    with pytest.raises(Unreadable, match=said):
        baseline.read(text)


def test_every_wrong_line_is_told_and_at_most_ten():
    text = "start,reached,when\n" + "x,yes,y\n" * 30

    with pytest.raises(Unreadable) as told:
        baseline.read(text)

    assert len(told.value.troubles) == 10
