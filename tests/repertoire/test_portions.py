from hypothesis import given
from hypothesis import strategies as st

from repertoire.portions import chosen, portions
from repertoire.text import Text

BEFORE = Text(
    "Field blank",
    "Clean water.",
    "Carry one per trip.\n\nRinse it well before use.\n\nLabel it with the day.",
)


def to(body, **fields):
    return Text(
        **{"title": BEFORE.title, "meaning": BEFORE.meaning, "body": body, **fields}
    )


def test_each_changed_paragraph_and_field_is_a_portion():
    after = to(
        "Carry one per trip and team.\n\nRinse it well before use.\n\n"
        "Label it with the day.\n\nThrow nothing away at all.",
        meaning="Clean water, carried along.",
    )

    assert [portion.field for portion in portions(BEFORE, after)] == [
        "meaning",
        "body",
        "body",
    ]
    assert chosen(BEFORE, after, {1}).body == BEFORE.body.replace(
        "per trip.", "per trip and team."
    )
    assert chosen(BEFORE, after, {0}).meaning == after.meaning
    assert chosen(BEFORE, after, {0, 1, 2}) == after
    assert chosen(BEFORE, after, set()) == BEFORE


def test_a_paragraph_taken_out_can_stay():
    after = to("Carry one per trip.\n\nLabel it with the day and hour.")

    gone, labelled = portions(BEFORE, after)

    assert (gone.was, gone.now) == ("Rinse it well before use.", "")
    assert chosen(BEFORE, after, {1}).body == (
        "Carry one per trip.\n\nRinse it well before use.\n\n"
        "Label it with the day and hour."
    )
    assert labelled.now == "Label it with the day and hour."


def test_a_move_is_taken_in_whole_or_not_at_all():
    after = to(
        "Label it with the day.\n\nCarry one per trip.\n\nRinse it well before use."
    )

    assert len(portions(BEFORE, after)) == 1
    assert chosen(BEFORE, after, set()) == BEFORE
    assert chosen(BEFORE, after, {0}) == after


PARAGRAPHS = st.sampled_from(
    [
        "Carry one per trip.",
        "Rinse it well before use.",
        "Label it with the day.",
        "Carry one per trip and team.",
        "```\na\n\nb\n```",
    ]
)
BODIES = st.lists(PARAGRAPHS, max_size=7).map("\n\n".join)


@given(BODIES, BODIES)
def test_everything_is_the_whole_and_nothing_is_none_of_it(old, new):
    before, after = to(old), to(new)
    every = range(len(portions(before, after)))

    assert chosen(before, after, ()) == before
    assert chosen(before, after, every) == after
    for n in every:
        # What one choice leaves out is still there to be chosen.
        rest = portions(chosen(before, after, {n}), after)
        assert len(rest) < len(every) or len(every) == 0
