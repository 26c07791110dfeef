from repertoire.text import Text, merge

BASE = Text(
    "Field blank", "Clean water carried along.", "Carry one per trip.\n\nRinse it."
)


def changed(**fields: str) -> Text:
    return Text(
        **{"title": BASE.title, "meaning": BASE.meaning, "body": BASE.body, **fields}
    )


def test_what_nobody_sees_is_tidied_away():
    text = Text("  Field \n blank ", " Clean  water. ", "\r\n\r\none\r\ntwo\n\n")

    assert text.tidied() == Text("Field blank", "Clean water.", "one\ntwo")


def test_fields_changed_by_one_are_taken_from_them():
    merged = merge(BASE, changed(meaning="Clean water."), changed(title="Trip blank"))

    assert merged.is_clean
    assert merged.text == changed(meaning="Clean water.", title="Trip blank")


def test_a_field_changed_by_both_is_a_conflict_in_my_words():
    merged = merge(BASE, changed(meaning="Mine."), changed(meaning="Theirs."))

    assert (merged.fields, merged.text.meaning) == (("meaning",), "Mine.")
    assert not merged.is_clean


def test_the_same_change_by_both_is_none():
    merged = merge(BASE, changed(meaning="Same."), changed(meaning="Same."))

    assert merged.is_clean
