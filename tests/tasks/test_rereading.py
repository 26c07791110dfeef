from datetime import timedelta
from fractions import Fraction

import pytest

from domain.refusal import Refused
from members.models import Participation
from tasks import agreement, rereading, reviewing
from tasks.models import Observation, Rereading, Verdict
from tests.makers import (
    NOON,
    make_agent,
    make_core,
    make_domain,
    make_full,
    make_membership,
    make_submission,
    make_task,
    make_verdict,
)

WORKS = "You left the smudged reading open instead of guessing at it."


@pytest.fixture
def domain(db):
    return make_domain()


def judged(domain, reviewer=None, **given):
    work = make_submission(
        task=make_task(domain=domain),
        outcome="recognised",
        settled_at=NOON,
        **given,
    )
    first = make_verdict(submission=work, reviewer=reviewer or make_full(domain=domain))
    return Rereading.objects.create(submission=work, first=first, chosen_at=NOON)


def draw(reader, at=NOON):
    return rereading.draw(membership=reader, at=at)


def send(found, reader, verdict=Verdict.RECOGNISED, **given):
    return rereading.send(
        rereading=found,
        reader=reader,
        **{"verdict": verdict, "words": WORKS, "at": NOON, **given},
    )


def code_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.refusal.code


def test_about_one_in_twenty_is_in_the_sample_and_always_the_same():
    sample = [number for number in range(20_000) if rereading.is_in_sample(number)]

    assert 900 < len(sample) < 1_100
    assert sample == [n for n in range(20_000) if rereading.is_in_sample(n)]


@pytest.mark.parametrize("practice", [False, True])
def test_settling_puts_a_round_of_real_work_into_the_sample(
    domain, monkeypatch, practice
):
    monkeypatch.setattr(rereading, "is_in_sample", lambda number: True)
    work = make_submission(
        task=make_task(domain=domain, is_practice=practice),
        membership=make_membership(domain=domain, threshold_at=NOON),
    )
    review = reviewing.take(submission=work, reviewer=make_full(domain=domain), at=NOON)

    reviewing.send(review=review, verdict="recognised", works=WORKS, version=1, at=NOON)

    assert list(Rereading.objects.values_list("first", flat=True)) == (
        [] if practice else [review.pk]
    )


def test_a_threshold_everybody_is_told_of_is_not_in_the_sample(domain, monkeypatch):
    monkeypatch.setattr(rereading, "is_in_sample", lambda number: True)
    work = make_submission(task=make_task(domain=domain))
    review = reviewing.take(submission=work, reviewer=make_full(domain=domain), at=NOON)

    reviewing.send(review=review, verdict="recognised", works=WORKS, version=1, at=NOON)

    assert not Rereading.objects.exists()


def test_whoever_watched_it_or_gave_it_back_is_not_handed_it(domain):
    found, reader = judged(domain), make_full(domain=domain)
    watcher = make_full(domain=domain)
    Observation.objects.create(
        task=found.submission.task, membership=watcher, seat=1, since_at=NOON
    )

    assert not rereading.waits_for(watcher, at=NOON)
    draw(reader)
    assert rereading.put_back(rereading=found, reader=reader)
    assert not rereading.waits_for(reader, at=NOON)


def test_a_second_reading_changes_nothing_for_the_author(domain):
    found, reader = judged(domain), make_full(domain=domain)
    lines = Participation.objects.count()

    again = send(draw(reader), reader, Verdict.DECLINED)

    assert again == found
    assert (again.verdict, again.sent_at) == ("declined", NOON)
    assert again.submission.outcome == "recognised"
    assert Participation.objects.count() == lines
    assert send(again, reader).verdict == "declined"


def test_nobody_reads_again_what_they_or_their_hands_have_read(domain):
    first, person = make_full(domain=domain), make_full(domain=domain)
    found = judged(domain, first)
    agent = make_agent(sponsor=person.member)
    author = make_membership(domain=domain, member=agent)
    judged(domain, first, membership=author)
    Rereading.objects.filter(pk=found.pk).delete()
    may_not = [
        first,
        person,
        make_full(domain=domain, member=make_agent()),
        make_membership(domain=domain),
        make_full(),
    ]

    for reader in may_not:
        assert code_of(lambda reader=reader: draw(reader)) == "nothing_to_reread"
    assert draw(make_full(domain=domain))


def test_two_readers_meet_once(domain):
    first, second = make_full(domain=domain), make_full(domain=domain)
    judged(domain, first)
    send(draw(second), second)
    judged(domain, first)
    judged(domain, second)

    assert not rereading.waits_for(first, at=NOON)
    assert code_of(lambda: draw(first)) == "nothing_to_reread"
    assert code_of(lambda: draw(second)) == "nothing_to_reread"
    assert rereading.waits_for(make_full(domain=domain), at=NOON)


def test_it_is_a_lease_that_ends_by_itself(domain):
    found, reader = judged(domain), make_full(domain=domain)
    assert draw(reader) == draw(reader) == found
    assert code_of(lambda: draw(make_full(domain=domain))) == "nothing_to_reread"
    late = NOON + timedelta(hours=2)

    assert rereading.release_overdue(at=late) == 1

    assert code_of(lambda: send(found, reader)) == "lease_over"
    other = make_full(domain=domain)
    assert send(draw(other, at=late), other, at=late).reader == other
    assert not rereading.put_back(rereading=found, reader=other)


@pytest.mark.parametrize(
    ("given", "code"), [({"verdict": "fine"}, "verdict"), ({"words": "ok"}, "words")]
)
def test_a_reading_says_what_it_sees(domain, given, code):
    judged(domain)
    reader = make_full(domain=domain)
    found = draw(reader)

    assert code_of(lambda: send(found, reader, **given)) == code


# Agreement


def test_kappa_is_cohens():
    """The example of two readers and fifty applications, known from textbooks."""
    pairs = (
        [("yes", "yes")] * 20
        + [("yes", "no")] * 5
        + [("no", "yes")] * 10
        + [("no", "no")] * 15
    )

    found = agreement.of_pairs(pairs)

    assert (found.pairs, found.same) == (50, 35)
    assert found.kappa == pytest.approx(0.4)
    # The normal approximation gives 0.19 to 0.61.
    assert found.low == pytest.approx(0.19, abs=0.03)
    assert found.high == pytest.approx(0.60, abs=0.03)


@pytest.mark.parametrize(
    ("table", "published", "digits"),
    [
        # Cohen, A coefficient of agreement for nominal scales (1960): two hundred cases,
        # .70 agreed, .41 by chance.
        ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], Fraction(29, 59), 0.492),
        # Fleiss, Statistical methods for rates and proportions (1981), table 13.1: a
        # hundred, .89 agreed, .66 by chance.
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], Fraction(23, 34), 0.676),
    ],
)
def test_kappa_is_the_published_one(table, published, digits):
    pairs = [
        (str(first), str(second))
        for first, row in enumerate(table)
        for second, count in enumerate(row)
        for _ in range(count)
    ]

    found = agreement.of_pairs(pairs)

    assert round(float(published), 3) == digits
    assert found.kappa == pytest.approx(float(published), abs=1e-6)
    assert found.low < found.kappa < found.high


def test_with_few_pairs_or_one_verdict_only_nothing_is_said():
    assert agreement.of_pairs([("a", "a"), ("b", "b")] * 9).kappa is None
    assert agreement.of_pairs([("a", "a")] * 40).kappa is None


def test_complete_agreement_is_still_not_certain():
    found = agreement.of_pairs([("a", "a"), ("b", "b")] * 10)

    assert found.kappa == 1.0
    assert found.low < 0.97


def test_pairs_are_blind_readings_and_the_first_two_verdicts(domain):
    one, other = make_core(domain=domain), make_core(domain=domain)
    work = make_submission(task=make_task(domain=domain, centrality=3), places=2)
    make_verdict(submission=work, reviewer=one)
    make_verdict(Verdict.RETURNED, submission=work, reviewer=other, place=2)
    judged(domain, one)
    third = make_full(domain=domain)
    send(draw(third), third)

    pairs = agreement.pairs_of(domain, at=NOON)
    own = agreement.pairs_of(domain, at=NOON, membership=other)

    assert sorted(pairs) == [("recognised", "recognised"), ("recognised", "returned")]
    assert own == [("returned", "recognised")]
    assert agreement.pairs_of(domain, at=NOON, membership=make_full()) == []
