"""A section is taken out and put back, and nothing around it moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repertoire import alike, markup, sections

BODY = """Carry one per trip.

# Before
Rinse it.
## At home
Label it.

```
# no heading
```

> # nor this

After
=====

Pour it.[^1]

## After

Twice.

[^1]: Slowly."""


def names(body):
    return [h.name for h in markup.headings(body) if h.lines]


def test_a_section_is_its_heading_and_all_below():
    assert names(BODY) == ["before", "at-home", "after", "after:2"]
    assert sections.find(BODY, "before").text == BODY[21 : BODY.index("\n\nAfter\n")]
    assert sections.find(BODY, "at-home").text.endswith("> # nor this")
    assert sections.find(BODY, "after").title == "After"
    assert sections.find(BODY, "after:2").text == "## After\n\nTwice.\n\n[^1]: Slowly."


@pytest.mark.parametrize("name", ["no-heading", "nor-this", "", "x"])
def test_what_is_no_heading_begins_no_section(name):
    assert sections.find(BODY, name) is None


def test_what_is_put_back_takes_the_place_of_the_section_alone():
    changed = sections.find(BODY, "at-home").put_back(
        "\r\n## At home\r\nNumber it.\r\n"
    )

    assert changed == (
        "Carry one per trip.\n\n# Before\nRinse it.\n\n## At home\nNumber it.\n\n"
        + BODY[BODY.index("After\n===") :]
    )


def test_a_section_left_empty_is_taken_out():
    assert sections.find("a\n\n# b\nc\n# d\ne", "b").put_back(" \n") == "a\n\n# d\ne"
    assert sections.find("a\n\n# b\nc", "b").put_back("") == "a\n"


PIECES = st.sampled_from(
    [
        "# a",
        "## b",
        "a",
        "b\n===",
        "> # c",
        "```\n# d\n```",
        "- x",
        "",
        "[^1]: n",
        "c\r",
    ]
)
BODIES = st.lists(PIECES, max_size=12).map("\n".join)


@given(BODIES)
def test_what_was_not_changed_is_put_back_as_it_was(body):
    told = "\n".join(alike.lines(body))
    for name in names(body):
        section = sections.find(body, name)

        assert section.put_back(section.text) == told
        first, end = section.place_of(section.text)
        assert told.split("\n")[first:end][: len(section.lines)] == list(section.lines)


@given(BODIES)
def test_what_is_around_a_section_stays_whatever_becomes_of_it(body):
    for name in names(body):
        section = sections.find(body, name)
        changed = section.put_back("# New\n\nOther words.")

        assert changed.startswith("\n".join([*section.before, ""]))
        assert changed.endswith(
            "\n".join(["", *section.after]) if section.after else "."
        )
        assert [h.text for h in markup.headings(changed)].count("New") == 1
