from datetime import timedelta, timezone
from importlib import import_module
from math import sqrt

import pytest
from django.db import connection

from domain.centrality import Centrality, Zone
from members import participating
from members.models import Notification, Participation
from repertoire.models import Revision
from tasks import observing, recognising, reviewing, submitting, voiding
from tasks.models import Point, Task, Verdict
from tests.makers import (
    NOON,
    make_agent,
    make_claim,
    make_core,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db

WORKS = "You left the smudged reading open instead of guessing at it."
POINT = "Add which bank the sample came from. The two banks differ by 0.3."
HELP = "We converted the units for this sheet together."

Kind = Participation.Kind


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def reviewer(domain):
    return make_full(domain=domain)


def hand_in(domain, author=None, body="One page.", at=NOON, claim=None, **task):
    claim = claim or make_claim(
        task=make_task(domain=domain, **task),
        **({"membership": author} if author else {}),
    )
    return submitting.hand_in(
        claim=claim,
        generation=claim.generation,
        body=body,
        answers={point.pk: "Done." for point in Point.objects.filter(answer="")},
        at=at,
    )


def judge(submission, reviewer, verdict=Verdict.RECOGNISED, at=NOON):
    review = reviewing.take(submission=submission, reviewer=reviewer, at=at)
    return reviewing.send(
        review=review,
        verdict=verdict,
        works=WORKS,
        points=[POINT] if verdict == Verdict.RETURNED else [],
        reason=HELP,
        version=submission.version,
        at=at,
    )


def lines(kind):
    return list(Participation.objects.filter(kind=kind).order_by("pk"))


def test_recognised_work_and_its_review_each_write_one_line(domain, reviewer):
    submission = hand_in(domain)
    judge(submission, reviewer)

    (work,), (review,) = lines(Kind.RECOGNISED), lines(Kind.REVIEWED)
    assert (work.channel, work.giver, work.receiver) == (
        "work",
        reviewer,
        submission.author,
    )
    assert work.amount == 1.0
    assert (review.channel, review.giver) == ("stewardship", reviewer)
    assert (review.receiver, review.amount) == (submission.author, 1.0)
    assert work.item == review.item == f"submission:{submission.pk}"
    assert (work.centrality, work.area) == (1, submission.task.area)


def test_more_central_work_weighs_more(domain):
    make_core(domain=domain)
    core = make_core(domain=domain)
    submission = hand_in(
        domain, author=make_full(domain=domain), centrality=Centrality.CORE
    )
    judge(submission, core)
    judge(submission, make_full(domain=domain))

    amounts = [line.amount for line in lines(Kind.RECOGNISED)]
    assert amounts == [1.0, 1.0]  # 2.0, shared by two
    assert [line.amount for line in lines(Kind.REVIEWED)] == [1.0, 1.0]


def give_reviews(many, *, by, at=NOON, **given):
    """Enter reviews of others' work that somebody gave on a day."""
    for number in range(many):
        participating.record(
            **{
                "domain": by.domain,
                "kind": Kind.REVIEWED,
                "channel": Participation.Channel.STEWARDSHIP,
                "amount": 1.0,
                "key": f"review:{by.pk}-{at}-{number}",
                "item": f"submission:{by.pk}-{number}",
                "giver": by,
                "receiver": make_membership(domain=by.domain),
                "at": at,
                **given,
            }
        )


def worth_of_a_review(domain, reviewer, at=NOON):
    """What a review of work that is recognised now is worth to who gave it."""
    submission = hand_in(domain, at=at)
    judge(submission, reviewer, at=at)
    return Participation.objects.get(
        kind=Kind.REVIEWED, item=f"submission:{submission.pk}"
    ).amount


def test_reviews_of_one_day_beyond_the_eighth_count_with_the_root(domain, reviewer):
    midnight = NOON.replace(hour=0)
    tomorrow = midnight + timedelta(days=1)
    moments = [midnight + timedelta(hours=2 * number) for number in range(11)]

    worth = [worth_of_a_review(domain, reviewer, at=at) for at in moments]

    assert worth[:9] == [1.0] * 9
    assert worth[9] == pytest.approx(sqrt(2) - 1)
    assert worth[10] == pytest.approx(sqrt(3) - sqrt(2))
    assert worth_of_a_review(domain, reviewer, at=tomorrow) == 1.0


def test_a_day_is_one_in_utc_wherever_the_clock_hangs(domain, reviewer):
    midnight = NOON.replace(hour=0)
    give_reviews(9, by=reviewer, at=midnight - timedelta(hours=1))
    east = timezone(timedelta(hours=9))

    # Already the next day in the east when these are given, and still this one.
    late = (midnight - timedelta(minutes=1)).astimezone(east)
    assert worth_of_a_review(domain, reviewer, at=late) < 1.0
    assert worth_of_a_review(domain, reviewer, at=midnight.astimezone(east)) == 1.0


def test_a_sponsor_and_their_agents_share_a_day(domain, reviewer):
    one, other = (
        make_full(domain=domain, member=make_agent(sponsor=reviewer.member))
        for _ in range(2)
    )
    give_reviews(5, by=reviewer)
    give_reviews(4, by=one)

    assert participating.reviews_that_day(other, at=NOON) == 9
    assert worth_of_a_review(domain, reviewer) == pytest.approx(sqrt(2) - 1)
    assert worth_of_a_review(domain, make_full(domain=domain)) == 1.0


def test_agents_whose_sponsor_is_elsewhere_share_a_day(domain):
    sponsor = make_membership().member
    one, other = (
        make_full(domain=domain, member=make_agent(sponsor=sponsor)) for _ in range(2)
    )
    give_reviews(9, by=one)

    assert participating.reviews_that_day(other, at=NOON) == 9


def test_whoever_closed_their_account_shares_a_day_with_nobody(domain):
    gone, other = (make_full(domain=domain) for _ in range(2))
    for membership in (gone, other):
        membership.member = None
        membership.save()
    give_reviews(3, by=gone)

    assert participating.reviews_that_day(gone, at=NOON) == 3
    assert participating.reviews_that_day(other, at=NOON) == 0


def test_what_carried_nobody_here_fills_no_day(domain, reviewer):
    elsewhere = make_full(member=reviewer.member)
    give_reviews(9, by=elsewhere)
    give_reviews(
        9,
        by=reviewer,
        channel=Participation.Channel.NONE,
        amount=0.0,
        practice=True,
    )
    give_reviews(
        9,
        by=reviewer,
        at=NOON - timedelta(hours=1),
        channel=Participation.Channel.NONE,
        amount=0.0,
    )

    assert worth_of_a_review(domain, reviewer) == 1.0


def test_reviews_a_history_tells_of_fill_no_day(domain, reviewer):
    for number in range(9):
        give_reviews(1, by=reviewer, key=f"work:{number}:reviewed")

    assert worth_of_a_review(domain, reviewer) == 1.0


def test_a_review_entered_already_keeps_what_it_counts_for(domain, reviewer):
    submission = hand_in(domain)
    review = judge(submission, reviewer)
    give_reviews(20, by=reviewer)

    recognising.settle(
        submission=submission, outcome=Verdict.RETURNED, reviews=[review], at=NOON
    )

    line = Participation.objects.get(key=f"review:{review.pk}")
    assert line.amount == 1.0


def test_each_round_of_remediation_weighs_less_and_guidance_is_credited(
    domain, reviewer
):
    claim = make_claim(task=make_task(domain=domain))
    other = make_full(domain=domain)
    judge(hand_in(domain, claim=claim), other, Verdict.RETURNED)
    claim.refresh_from_db()
    submission = hand_in(domain, claim=claim)
    judge(submission, reviewer)

    (work,), (guided,) = lines(Kind.RECOGNISED), lines(Kind.GUIDED)
    assert (work.amount, work.rounds) == (0.8, 2)
    assert (guided.giver, guided.amount, guided.channel) == (other, 0.5, "stewardship")
    assert guided.item == work.item == f"submission:{submission.pk}"
    submission.author.refresh_from_db()
    assert submission.author.threshold_at is None
    assert submission.author.last_recognised_at == NOON


@pytest.mark.parametrize("mended", [True, False])
def test_a_first_look_counts_as_guidance_when_the_author_mended_the_work_after_it(
    domain, reviewer, mended
):
    submission = hand_in(domain)
    looker = make_membership(domain=domain, zone=Zone.INBOUND, position=2.5)
    reviewing.give_first_look(
        submission=submission,
        reader=looker,
        works="Every row is there; I could not find which bank it is from.",
        at=NOON,
    )
    if mended:
        submission = submitting.edit(
            submission=submission,
            membership=submission.author,
            body="The same rows, left bank.",
            at=NOON,
        )
    judge(submission, reviewer)

    assert [line.giver for line in lines(Kind.GUIDED)] == [looker] * mended


def test_guidance_is_credited_only_once_the_work_is_recognised(domain, reviewer):
    judge(hand_in(domain), reviewer, Verdict.RETURNED)

    assert lines(Kind.GUIDED) == []
    (returned,) = lines(Kind.RETURNED)
    assert (returned.channel, returned.amount) == ("", 0.0)
    assert len(lines(Kind.REVIEWED)) == 1


def test_accommodated_work_counts_half_and_is_no_threshold(domain, reviewer):
    submission = hand_in(domain)
    judge(submission, reviewer, Verdict.ACCOMMODATED)

    (work,) = lines(Kind.RECOGNISED)
    assert (work.amount, work.accommodated) == (0.5, True)
    submission.author.refresh_from_db()
    assert submission.author.threshold_at is None


def test_declined_work_moves_only_who_read_it(domain, reviewer):
    judge(hand_in(domain), reviewer, Verdict.DECLINED)

    assert lines(Kind.RECOGNISED) == []
    assert len(lines(Kind.DECLINED)) == 1


def test_practice_is_told_and_moves_nobody(domain, reviewer):
    submission = hand_in(domain, is_practice=True)
    judge(submission, reviewer)

    assert {line.channel for line in Participation.objects.all()} == {""}
    assert all(line.practice for line in lines(Kind.RECOGNISED))
    submission.author.refresh_from_db()
    assert submission.author.threshold_at is None


def test_the_first_clean_recognition_is_the_threshold(domain, reviewer):
    organizer = make_membership(domain=domain, is_organizer=True)
    elsewhere = make_full()
    submission = hand_in(domain)
    judge(submission, reviewer)

    submission.refresh_from_db()
    submission.author.refresh_from_db()
    assert submission.is_threshold
    assert submission.author.threshold_at == NOON
    assert len(lines(Kind.THRESHOLD)) == 1
    told = Notification.objects.filter(kind=Notification.Kind.THRESHOLD)
    members = {n.member for n in told}
    assert {submission.author.member, reviewer.member, organizer.member} <= members
    assert elsewhere.member not in members
    for notification in told:
        assert (
            "a real task, and more experienced members recognised the output as"
            " competent, without remediation and without special accommodation"
        ) in notification.sentence


def test_the_threshold_is_crossed_once(domain, reviewer):
    author = make_membership(domain=domain)
    judge(hand_in(domain, author=author), reviewer)
    second = hand_in(domain, author=author)
    judge(second, reviewer, at=NOON + timedelta(days=1))

    second.refresh_from_db()
    author.refresh_from_db()
    assert not second.is_threshold
    assert author.threshold_at == NOON
    assert author.last_recognised_at == NOON + timedelta(days=1)
    assert len(lines(Kind.THRESHOLD)) == 1


def make_term(domain, **given):
    entry = make_entry(domain=domain, **given)
    domain.vocabulary_version += 1
    domain.save(update_fields=["vocabulary_version"])
    return entry


def test_an_entry_used_in_recognised_work_credits_its_authors(domain, reviewer):
    entry = make_term(
        domain,
        title="Two-bank rule",
        slug="two-bank-rule",
        meaning="",
        body="Measure on both banks.",
    )
    second = make_full(domain=domain)
    Revision.objects.create(
        entry=entry,
        number=2,
        author=second,
        author_zone=second.zone,
        title=entry.title,
        body="Measure on both banks.\n\nThey differ by a third, mostly after rain that has fallen.",
        written_at=NOON,
    )
    submission = hand_in(domain, body="By the [[two-bank rule]].")
    judge(submission, reviewer)

    used = lines(Kind.USED)
    assert {line.receiver for line in used} == {entry.written_by, second}
    assert {line.giver for line in used} == {submission.author}
    assert {line.receiver: line.amount for line in used} == {
        entry.written_by: pytest.approx(0.5 * 4 / 15),
        second: pytest.approx(0.5 * 11 / 15),
    }
    assert {line.channel for line in used} == {"work"}
    assert {line.item for line in used} == {f"submission:{submission.pk}"}
    (work,) = lines(Kind.RECOGNISED)
    assert work.entries == [entry.pk]


def test_a_use_outside_the_entrys_area_says_where_it_came_from(domain, reviewer):
    sampling, data = domain.areas.order_by("place")
    for place, area in enumerate((sampling, data, None)):
        make_term(domain, title=f"Rule {place}", slug=f"rule-{place}", area=area)
    submission = hand_in(domain, body="[[Rule 0]], [[Rule 1]] and [[Rule 2]].")
    judge(submission, reviewer)

    assert submission.task.area == sampling
    assert {line.carried_from for line in lines(Kind.USED)} == {None, data}
    assert Participation.objects.carried_over().get().carried_from == data


def test_lines_from_before_that_was_told_are_told_it(domain, reviewer):
    told = import_module("tasks.migrations.0007_uses_outside_the_area")
    sampling, data = domain.areas.order_by("place")
    for place, area in enumerate((sampling, data)):
        make_term(domain, title=f"Rule {place}", slug=f"rule-{place}", area=area)
    judge(hand_in(domain, body="[[Rule 0]] and [[Rule 1]]."), reviewer)
    Participation.objects.update(carried_from=None)

    with connection.cursor() as cursor:
        cursor.execute(told.TELL)
    assert Participation.objects.carried_over().get().carried_from == data
    with connection.cursor() as cursor:
        cursor.execute(told.FORGET)
    assert not Participation.objects.carried_over().exists()


def test_what_one_wrote_of_an_entry_oneself_counts_for_nobody(domain, reviewer):
    author = make_membership(domain=domain)
    entry = make_term(
        domain, title="Rule", slug="rule", meaning="", body="One two three four."
    )
    Revision.objects.create(
        entry=entry,
        number=2,
        author=author,
        author_zone=author.zone,
        title=entry.title,
        body="One two three four.\n\nFive six seven eight.",
        written_at=NOON,
    )
    judge(hand_in(domain, author=author, body="By the [[rule]]."), reviewer)

    (line,) = lines(Kind.USED)
    assert line.receiver == entry.written_by
    assert line.amount == pytest.approx(0.25)


def test_work_that_was_recognised_wrongly_used_nothing(domain, reviewer):
    make_term(domain, title="Rule", slug="rule")
    judge(hand_in(domain, body="By the [[rule]]."), reviewer)
    (work,), (used,) = lines(Kind.RECOGNISED), lines(Kind.USED)

    voiding.void(
        line=work,
        organizer=make_full(domain=domain, is_organizer=True),
        reason="It was copied.",
        at=NOON,
    )

    assert not Participation.objects.filter(pk=used.pk).standing().exists()
    counter = Participation.objects.get(key=f"countered:{used.key}")
    assert counter.amount == -used.amount


def test_what_an_agent_uses_of_its_sponsors_credits_nobody(domain, reviewer):
    sponsor = make_full(domain=domain)
    data = domain.areas.get(name="Data")
    make_term(domain, title="Rule", slug="rule", area=data, written_by=sponsor)
    agent = make_membership(domain=domain, member=make_agent(sponsor=sponsor.member))
    judge(hand_in(domain, author=agent, body="By the [[rule]]."), reviewer)

    assert lines(Kind.USED) == []


def test_a_use_counts_once_a_quarter(domain, reviewer):
    author = make_membership(domain=domain)
    make_term(domain, title="Two-bank rule", slug="two-bank-rule")
    for days in (0, 10, 91):
        at = NOON + timedelta(days=days)
        submission = hand_in(
            domain, author=author, body=f"[[two-bank rule]], day {days}", at=at
        )
        judge(submission, reviewer, at=at)

    assert [line.occurred_at for line in lines(Kind.USED)] == [
        NOON,
        NOON + timedelta(days=91),
    ]


def test_ones_own_entry_and_a_word_met_in_passing_credit_nobody(domain, reviewer):
    author = make_membership(domain=domain)
    make_term(domain, title="Own way", slug="own-way", written_by=author)
    make_term(domain, title="Field blank", slug="field-blank")
    judge(hand_in(domain, author=author, body="[[own way]], a field blank"), reviewer)

    assert lines(Kind.USED) == []
    (work,) = lines(Kind.RECOGNISED)
    assert len(work.entries) == 2


def test_a_task_of_two_seats_is_done_when_both_are(domain, reviewer):
    task = make_task(domain=domain, seats=2)
    first = make_claim(task=task, seat=1)
    second = make_claim(task=task, seat=2)

    judge(hand_in(domain, claim=first), reviewer)
    task.refresh_from_db()
    assert task.state != Task.State.DONE

    judge(hand_in(domain, claim=second), reviewer)
    task.refresh_from_db()
    assert task.state == Task.State.DONE
    assert task.closed_at == NOON


def test_who_watched_to_the_end_is_told_and_marked(domain, reviewer):
    claim = make_claim(task=make_task(domain=domain))
    watcher = make_membership(domain=domain, zone=Zone.INBOUND)
    seat = observing.observe(task=claim.task, membership=watcher, at=NOON)

    judge(hand_in(domain, claim=claim), reviewer)

    seat.refresh_from_db()
    assert seat.to_the_end
    assert seat.ended_at == NOON
    told = Notification.objects.filter(
        member=watcher.member, kind=Notification.Kind.OBSERVED
    )
    assert told.filter(key__startswith="settled:").exists()
