from datetime import timedelta

import pytest

from tasks import remarks
from tasks.models import Point, Verdict
from tests.makers import (
    NOON,
    make_domain,
    make_entry,
    make_full,
    make_submission,
    make_task,
    make_verdict,
)

BANK = "Add which bank the samples came from, because the two banks differ by 0.3."
BANKS = "Please add the bank each sample came from: banks differ, because of the weir."
UNITS = "Give the unit of every nitrate reading, or nobody can use the column."


def test_word_endings_accents_and_case_do_not_tell_remarks_apart():
    first, second = (frozenset(remarks.words_of(text)) for text in (BANK, BANKS))

    assert remarks.overlap(first, second) >= remarks.ALIKE
    assert remarks.overlap(first, frozenset(remarks.words_of(UNITS))) < 0.2
    assert remarks.words_of("ÉCHANTILLONS, of the") == ["echant"]


@pytest.fixture
def domain(db):
    return make_domain()


def said(domain, reviewer, text, at=NOON, submission=None):
    review = make_verdict(
        Verdict.RETURNED,
        submission=submission
        or make_submission(
            task=make_task(domain=domain), outcome="returned", settled_at=at
        ),
        reviewer=reviewer,
        sent_at=at,
        claimed_at=at - timedelta(minutes=5),
    )
    return Point.objects.create(review=review, number=1, text=text)


def test_three_authors_within_a_month_make_a_remark(domain):
    reader, other = make_full(domain=domain), make_full(domain=domain)
    said(domain, reader, BANK)
    said(domain, other, BANKS)
    said(domain, other, UNITS)
    said(domain, reader, BANK, at=NOON - timedelta(days=31))
    assert remarks.recurring(reader, at=NOON) == []

    said(domain, other, BANK)

    found = remarks.recurring(reader, at=NOON)
    assert [one.authors for one in found] == [3]
    assert {"bank", "because"} <= set(found[0].shared_words())
    # Who never said it is not asked to write it down.
    assert remarks.recurring(make_full(domain=domain), at=NOON) == []


def test_one_author_told_three_times_is_no_remark_of_the_community(domain):
    reader = make_full(domain=domain)
    first = said(domain, reader, BANK).review.submission
    for round_ in (2, 3):
        again = make_submission(
            claim=first.claim, round=round_, outcome="returned", settled_at=NOON
        )
        said(domain, reader, BANK, submission=again)

    assert remarks.recurring(reader, at=NOON) == []


def test_what_an_entry_goes_back_to_is_offered_no_more(domain):
    reader = make_full(domain=domain)
    points = [said(domain, reader, BANK) for _ in range(3)]
    assert len(remarks.recurring(reader, at=NOON)) == 1
    path = points[0].review.submission.get_absolute_url()

    make_entry(domain=domain, body=f"Banks differ ([said here]({path})).")

    assert remarks.recurring(reader, at=NOON) == []
