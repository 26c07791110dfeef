"""Texts for Hypothesis: short lines in any order, and paragraphs that people move."""

from hypothesis import strategies as st

LINES = st.lists(
    st.sampled_from(["", "a", "b", "c", "one two", "one three"]), max_size=12
).map("\n".join)

_SENTENCES = [
    "Carry one field blank on every trip you make.",
    "Carry two field blanks on every trip you make.",
    "Rinse the bottle twice before you fill it here.",
    "Rinse the bottle twice\nbefore you fill it here.",
    "Label it with the day and your own initials.",
    "Keep it cold until it reaches the laboratory.",
    "## Winter",
    "- ice\n- gloves",
    "```\nread(probe)\n\nwait(5)\n```",
]

#: Whole paragraphs, each at most once: what changes between two is order and wording.
WRITTEN = st.lists(st.sampled_from(_SENTENCES), max_size=7, unique=True).map(
    "\n\n".join
)
