from datetime import timedelta

import pytest

from domain.centrality import Centrality, Zone
from domain.refusal import Refused
from members.models import Draft, Notification, Participation
from tasks import legitimacy_of_review, reviewing, submitting
from tasks.models import Review, Submission, Task, Verdict
from tests.makers import (
    NOON,
    make_agent,
    make_claim,
    make_core,
    make_domain,
    make_full,
    make_membership,
    make_review,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db

WORKS = "You left the smudged reading open instead of guessing at it."
POINT = "Add which bank the sample came from. The two banks differ by 0.3."
REASON = "The dataset no longer covers this reach of the river."


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def submission(domain):
    return make_submission(task=make_task(domain=domain))


def take(submission, reviewer, at=NOON):
    return reviewing.take(submission=submission, reviewer=reviewer, at=at)


def send(review, verdict=Verdict.RECOGNISED, **given):
    return reviewing.send(
        **{
            "review": review,
            "verdict": verdict,
            "works": WORKS,
            "points": [POINT] if verdict == Verdict.RETURNED else [],
            "reason": REASON
            if verdict in (Verdict.DECLINED, Verdict.ACCOMMODATED)
            else "",
            "version": review.submission.version,
            "at": NOON,
            **given,
        }
    )


def refusal_to_take(submission, reviewer):
    with pytest.raises(Refused) as refused:
        take(submission, reviewer)
    return refused.value.refusal.code


def refusal_to_send(review, verdict=Verdict.RECOGNISED, **given):
    with pytest.raises(Refused) as refused:
        send(review, verdict, **given)
    return refused.value.refusal


def work_of(domain, centrality, **author):
    given = {"zone": centrality, "position": 1.0, **author}
    return make_submission(
        task=make_task(domain=domain, centrality=centrality),
        membership=make_membership(domain=domain, **given),
        places=2 if centrality >= Centrality.ACTIVE else 1,
    )


def share(work, *zones, **given):
    """Make it a jigsaw's, of which members of these zones hold the other parts."""
    work.task.seats += len(zones)
    work.task.save(update_fields=["seats"])
    for seat, zone in enumerate(zones, start=2):
        holder = make_membership(domain=work.task.domain, zone=zone, **given)
        claim = make_claim(task=work.task, membership=holder, seat=seat)
        work.shared_with.add(claim)
    return work


# Who may


def test_nobody_reviews_their_own_work(domain):
    own = work_of(domain, Centrality.PERIPHERY, zone=Zone.CORE)

    assert refusal_to_take(own, own.author) == "own_work"


def test_a_sponsor_and_their_agent_do_not_review_each_other(domain):
    agent = make_agent()
    theirs = make_submission(
        task=make_task(domain=domain),
        membership=make_membership(domain=domain, member=agent),
    )
    sponsor = make_full(domain=domain, member=agent.sponsor)

    assert refusal_to_take(theirs, sponsor) == "same_hands"


def test_two_agents_of_one_sponsor_do_not_look_at_each_others_work(domain):
    first = make_agent()
    second = make_agent(sponsor=first.sponsor)
    theirs = make_submission(
        task=make_task(domain=domain),
        membership=make_membership(domain=domain, member=first),
    )
    other = make_full(domain=domain, member=second)

    refusal = legitimacy_of_review.refusal_to_look(submission=theirs, reader=other)

    assert refusal.code == "same_hands"


def test_an_agent_gives_no_verdict_and_may_give_a_first_look(domain, submission):
    agent = make_full(domain=domain, member=make_agent())

    assert refusal_to_take(submission, agent) == "agents_advise"
    assert (
        legitimacy_of_review.refusal_to_look(submission=submission, reader=agent)
        is None
    )


def test_verdicts_are_for_full_members(domain, submission):
    assert refusal_to_take(submission, make_membership(domain=domain)) == "not_full"
    inbound = make_membership(domain=domain, zone=Zone.INBOUND)
    assert refusal_to_take(submission, inbound) == "not_full"


def test_members_of_elsewhere_do_not_review_here(submission):
    assert refusal_to_take(submission, make_full()) == "elsewhere"


def test_nobody_judges_somebody_further_in(domain):
    for _ in range(3):
        make_core(domain=domain)
    theirs = work_of(domain, Centrality.PERIPHERY, zone=Zone.CORE)

    assert refusal_to_take(theirs, make_full(domain=domain)) == "less_central"


def test_where_the_core_is_one_person_active_members_judge_their_work(domain):
    theirs = work_of(domain, Centrality.CORE)

    first = take(theirs, make_full(domain=domain))
    second = take(theirs, make_full(domain=domain))

    assert {first.place, second.place} == {1, 2}


def test_what_is_shared_is_judged_by_the_most_central_of_its_holders(domain):
    judges = [make_core(domain=domain) for _ in range(2)]
    ours = work_of(domain, Centrality.PERIPHERY, zone=Zone.INBOUND)
    share(ours, Zone.CORE)

    assert refusal_to_take(ours, make_full(domain=domain)) == "less_central"
    assert take(ours, judges[0]).place == 1


def test_where_the_rest_of_the_core_is_one_active_members_judge_what_it_shared(domain):
    make_core(domain=domain)
    ours = share(work_of(domain, Centrality.CORE), Zone.CORE)

    places = {take(ours, make_full(domain=domain)).place, 1}

    assert places == {1, 2}


def test_a_second_opinion_on_what_is_shared_is_offered_as_its_verdict_is(domain):
    ours = share(work_of(domain, Centrality.PERIPHERY), Zone.CORE)
    judges = [make_core(domain=domain) for _ in range(2)]
    send(take(ours, judges[0]))
    reviewing.ask_second_opinion(submission=ours, membership=ours.author, at=NOON)

    def is_asked(reader):
        asking = Submission.objects.asking_for_another_reader(reader)
        return asking.filter(pk=ours.pk).exists()

    assert is_asked(judges[1])
    assert not is_asked(judges[0])
    assert not is_asked(ours.others[0])
    assert not is_asked(make_full(domain=domain))


def test_active_work_takes_one_verdict_from_the_core(domain):
    for _ in range(3):
        make_core(domain=domain)
    work = work_of(domain, Centrality.ACTIVE)

    assert take(work, make_full(domain=domain)).place == 2
    assert refusal_to_take(work, make_full(domain=domain)) == "taken"
    assert take(work, make_core(domain=domain)).place == 1


def test_core_work_takes_two_verdicts_from_the_core(domain):
    for _ in range(3):
        make_core(domain=domain)
    work = work_of(domain, Centrality.CORE, zone=Zone.ACTIVE)

    assert refusal_to_take(work, make_full(domain=domain)) == "place_for_core"
    assert take(work, make_core(domain=domain)).place == 1
    assert take(work, make_core(domain=domain)).place == 2


def test_a_small_core_shares_core_work_with_one_active_member(domain):
    core = make_core(domain=domain)
    make_core(domain=domain)
    work = work_of(domain, Centrality.CORE, zone=Zone.ACTIVE)

    assert take(work, make_full(domain=domain)).place == 2
    assert take(work, core).place == 1


@pytest.mark.parametrize("zone", [Zone.ACTIVE, Zone.CORE])
@pytest.mark.parametrize("core", [0, 1, 3])
def test_the_desk_offers_exactly_what_may_be_taken(domain, core, zone):
    for _ in range(core):
        make_core(domain=domain)
    reader = make_full(domain=domain, zone=zone)
    agent, second = (make_agent(sponsor=reader.member) for _ in range(2))
    works = [
        work_of(domain, centrality, zone=author)
        for centrality in Centrality
        for author in Zone
    ]
    works += [
        share(work_of(domain, centrality, zone=author), *others)
        for centrality in Centrality
        for author in (Zone.PERIPHERY, Zone.CORE)
        for others in ((Zone.ACTIVE,), (Zone.CORE,), (Zone.CORE, Zone.CORE))
    ]
    works += [
        share(work_of(domain, Centrality.PERIPHERY), Zone.PERIPHERY, member=second),
        make_submission(
            task=make_task(domain=domain),
            membership=make_membership(domain=domain, member=agent),
        ),
        make_submission(task=make_task(domain=domain), membership=reader),
        make_review(submission=work_of(domain, Centrality.INBOUND)).submission,
        make_review(submission=work_of(domain, Centrality.CORE), place=2).submission,
        make_review(submission=work_of(domain, Centrality.ACTIVE), place=1).submission,
    ]

    offered = set(Submission.objects.reviewable_by(reader))

    assert offered == {
        work
        for work in works
        if legitimacy_of_review.refusal_to_review(
            submission=Submission.objects.get(pk=work.pk), reviewer=reader
        )
        is None
    }


# The lease


def test_taking_is_a_lease_of_the_domains_window(domain, submission):
    review = take(submission, make_full(domain=domain))

    assert review.place == 1
    assert review.due_at == NOON + domain.review_window


def test_taking_twice_is_one_lease(domain, submission):
    reviewer = make_full(domain=domain)

    assert take(submission, reviewer) == take(submission, reviewer)


def test_what_somebody_is_reading_is_not_taken_by_others(domain, submission):
    take(submission, make_full(domain=domain, name="Amara Okoye"))

    with pytest.raises(Refused) as refused:
        take(submission, make_full(domain=domain))

    assert refused.value.refusal.code == "taken"
    assert refused.value.refusal.sentence == "Amara is reading this."


def test_a_lease_run_out_makes_place_even_before_the_sweep(domain, submission):
    review = take(submission, make_full(domain=domain))

    later = review.due_at + timedelta(minutes=1)
    other = take(submission, make_full(domain=domain), at=later)

    review.refresh_from_db()
    assert review.released_at == later
    assert other.place == 1


def test_a_reader_keeps_it_longer_or_puts_it_back(domain, submission):
    review = take(submission, make_full(domain=domain))

    kept = reviewing.keep_longer(review=review, at=NOON + timedelta(minutes=50))
    assert kept.due_at == NOON + timedelta(minutes=110)

    assert reviewing.put_back(review=review, at=NOON)
    assert not reviewing.put_back(review=review, at=NOON)
    with pytest.raises(Refused) as refused:
        reviewing.keep_longer(review=review, at=NOON)
    assert refused.value.refusal.code == "lease_over"


def test_the_sweep_gives_back_what_ran_out_and_nothing_else(domain, submission):
    quiet = take(submission, make_full(domain=domain))
    other = make_submission(task=make_task(domain=domain))
    reading = take(other, make_full(domain=domain), at=NOON + timedelta(minutes=30))

    assert reviewing.release_overdue(at=NOON + timedelta(minutes=61)) == 1

    assert list(Review.objects.under_way()) == [reading]
    quiet.refresh_from_db()
    assert quiet.released_at is not None


def test_a_review_sent_after_its_hour_counts_if_nobody_else_took_it(domain, submission):
    review = take(submission, make_full(domain=domain))
    reviewing.release_overdue(at=NOON + timedelta(hours=2))

    sent = send(review, at=NOON + timedelta(hours=3))

    submission.refresh_from_db()
    assert submission.outcome == Verdict.RECOGNISED
    assert sent.place == 1


def test_a_review_sent_too_late_is_refused_and_kept(domain, submission):
    late = make_full(domain=domain)
    review = take(submission, late)
    reviewing.release_overdue(at=NOON + timedelta(hours=2))
    take(submission, make_full(domain=domain), at=NOON + timedelta(hours=2))

    assert refusal_to_send(review, at=NOON + timedelta(hours=3)).code == "taken"
    assert Draft.objects.get(member=late.member).fields["works"] == WORKS


# What a review says


@pytest.mark.parametrize(
    ("verdict", "given", "code"),
    [
        (Verdict.RECOGNISED, {"works": "Good job!"}, "works"),
        ("splendid", {}, "verdict"),
        ("", {}, "verdict"),
        (Verdict.RETURNED, {"points": []}, "points"),
        (Verdict.RETURNED, {"points": [POINT, "Fix it."]}, "points"),
        (Verdict.DECLINED, {"reason": ""}, "reason"),
        (Verdict.ACCOMMODATED, {"reason": "  "}, "reason"),
    ],
)
def test_a_review_says_what_its_author_needs_to_hear(
    domain, submission, verdict, given, code
):
    review = take(submission, make_full(domain=domain))

    refusal = refusal_to_send(review, verdict, **given)

    assert refusal.code == code
    review.refresh_from_db()
    assert review.sent_at is None
    assert Draft.objects.get().key == f"review:{submission.pk}"


def test_a_verdict_on_a_version_nobody_read_is_refused(domain, submission):
    review = take(submission, make_full(domain=domain))
    submitting.edit(
        submission=submission, membership=submission.author, body="Mended.", at=NOON
    )

    refusal = refusal_to_send(review, version=1)

    assert refusal.code == "changed_meanwhile"
    assert Draft.objects.get(member=review.reviewer.member).fields["version"] == 1
    send(review, version=2)
    submission.refresh_from_db()
    assert submission.outcome == Verdict.RECOGNISED


def test_a_round_taken_back_takes_no_verdict(domain, submission):
    review = take(submission, make_full(domain=domain))
    submitting.withdraw(submission=submission, membership=submission.author, at=NOON)

    assert refusal_to_send(review).code == "withdrawn"


def test_sending_twice_is_one_review_and_a_second_verdict_is_refused(
    domain, submission
):
    review = take(submission, make_full(domain=domain))

    assert send(review) == send(review)
    assert refusal_to_send(review, works=f"{WORKS} Really.").code == "sent_already"


def test_a_settled_round_takes_no_further_verdict(domain, submission):
    send(take(submission, make_full(domain=domain)))

    assert refusal_to_take(submission, make_full(domain=domain)) == "settled"


def test_a_reader_who_is_no_longer_full_does_not_settle_anything(domain, submission):
    reviewer = make_full(domain=domain)
    review = take(submission, reviewer)
    reviewer.zone = Zone.INBOUND
    reviewer.save()

    assert refusal_to_send(review).code == "not_full"


# What follows


def test_returned_work_stays_with_its_author(domain, submission):
    review = send(
        take(submission, make_full(domain=domain, name="Amara Okoye")),
        Verdict.RETURNED,
        points=[POINT, POINT.replace("bank", "side")],
    )

    submission.refresh_from_db()
    claim = submission.claim
    assert submission.outcome == Verdict.RETURNED
    assert claim.is_live
    assert claim.due_at >= NOON + submission.task.window
    assert [point.number for point in review.points.order_by("number")] == [1, 2]
    submission.task.refresh_from_db()
    assert submission.task.state == Task.State.HELD
    told = Notification.objects.get(
        member=submission.author.member, kind=Notification.Kind.REVIEWED
    )
    assert told.quote == WORKS
    assert told.sentence.startswith("Amara asks for two changes. The seat is yours")


def test_recognised_work_is_told_in_the_reviewers_words(domain, submission):
    send(take(submission, make_full(domain=domain, name="Amara Okoye")))

    told = Notification.objects.get(
        member=submission.author.member, kind=Notification.Kind.REVIEWED
    )
    assert told.quote == WORKS
    assert told.sentence == (
        "Amara recognised this as competent. It can go in today, the way it stands."
    )


def test_declined_work_leaves_the_seat_to_others_with_its_reason(domain, submission):
    send(take(submission, make_full(domain=domain)), Verdict.DECLINED)

    submission.refresh_from_db()
    submission.task.refresh_from_db()
    assert submission.claim.ending == "released"
    assert submission.claim.ending_words == REASON
    assert submission.task.state == Task.State.OPEN


def test_accommodated_work_is_in_use(domain, submission):
    send(take(submission, make_full(domain=domain)), Verdict.ACCOMMODATED)

    submission.refresh_from_db()
    submission.task.refresh_from_db()
    assert submission.outcome == Verdict.ACCOMMODATED
    assert submission.task.state == Task.State.DONE


def test_one_of_two_verdicts_settles_nothing_and_says_so(domain):
    for _ in range(3):
        make_core(domain=domain)
    work = work_of(domain, Centrality.ACTIVE)

    send(take(work, make_full(domain=domain, name="Noor Haddad")))

    work.refresh_from_db()
    assert work.is_waiting
    told = Notification.objects.get(
        member=work.author.member, kind=Notification.Kind.REVIEWED
    )
    assert told.sentence == "Noor has read it. One more reader decides with them."
    assert not Participation.objects.exclude(channel="").exists()


def test_two_verdicts_that_agree_settle(domain):
    core = make_core(domain=domain)
    work = work_of(domain, Centrality.ACTIVE)

    send(take(work, make_full(domain=domain)))
    send(take(work, core))

    work.refresh_from_db()
    assert work.outcome == Verdict.RECOGNISED


def test_two_verdicts_that_differ_are_kept_and_a_third_from_the_core_settles(domain):
    core = [make_core(domain=domain) for _ in range(3)]
    work = work_of(domain, Centrality.ACTIVE)

    send(take(work, make_full(domain=domain)), Verdict.RETURNED)
    send(take(work, core[0]), Verdict.RECOGNISED)

    work.refresh_from_db()
    assert work.is_waiting
    assert work.reviews.sent().count() == 2
    assert refusal_to_take(work, make_full(domain=domain)) == "place_for_core"

    send(take(work, core[1]), Verdict.RECOGNISED)

    work.refresh_from_db()
    assert work.outcome == Verdict.RECOGNISED
    assert work.reviews.sent().count() == 3
    recognised = Participation.objects.filter(kind=Participation.Kind.RECOGNISED)
    assert {line.giver for line in recognised} == {core[0], core[1]}


# First looks and second opinions


def test_a_first_look_advises_and_moves_nobody(domain, submission):
    reader = make_membership(domain=domain, zone=Zone.INBOUND)

    look = reviewing.give_first_look(
        submission=submission, reader=reader, works=WORKS, at=NOON
    )

    submission.refresh_from_db()
    assert look.is_first_look
    assert submission.is_waiting
    line = Participation.objects.get(kind=Participation.Kind.LOOKED)
    assert (line.channel, line.giver) == ("", reader)
    take(submission, make_full(domain=domain))


@pytest.mark.parametrize(
    ("zone", "code"), [(Zone.PERIPHERY, "first_looks_open_at_inbound")]
)
def test_first_looks_open_at_inbound(domain, submission, zone, code):
    reader = make_membership(domain=domain, zone=zone)

    with pytest.raises(Refused) as refused:
        reviewing.give_first_look(
            submission=submission, reader=reader, works=WORKS, at=NOON
        )

    assert refused.value.refusal.code == code


def test_one_looks_once_and_points_at_something(domain, submission):
    reader = make_membership(domain=domain, zone=Zone.INBOUND)
    with pytest.raises(Refused) as thin:
        reviewing.give_first_look(
            submission=submission, reader=reader, works="Nice.", at=NOON
        )
    reviewing.give_first_look(
        submission=submission, reader=reader, works=WORKS, at=NOON
    )
    with pytest.raises(Refused) as again:
        reviewing.give_first_look(
            submission=submission, reader=reader, works=WORKS, at=NOON
        )

    assert thin.value.refusal.code == "works"
    assert again.value.refusal.code == "read_already"


def test_the_author_asks_for_a_second_opinion_once(domain, submission):
    first, second, third = (make_full(domain=domain) for _ in range(3))
    send(take(submission, first), Verdict.RETURNED)

    asked = reviewing.ask_second_opinion(
        submission=submission, membership=submission.author, at=NOON
    )
    told = Notification.objects.filter(key=f"second_opinion:{submission.pk}")
    assert {n.member for n in told} >= {second.member, third.member}
    assert first.member not in {n.member for n in told}

    opinion = send(take(asked, second), Verdict.RECOGNISED)

    submission.refresh_from_db()
    assert opinion.is_second_opinion
    assert submission.outcome == Verdict.RETURNED
    assert refusal_to_take(submission, third) == "taken"
    with pytest.raises(Refused) as again:
        reviewing.ask_second_opinion(
            submission=submission, membership=submission.author, at=NOON
        )
    assert again.value.refusal.code == "asked_already"
    lines = Participation.objects.filter(giver=second).exclude(channel="")
    assert not lines.exists()


def test_only_the_author_asks_again_and_only_about_a_verdict(domain, submission):
    with pytest.raises(Refused) as early:
        reviewing.ask_second_opinion(
            submission=submission, membership=submission.author, at=NOON
        )
    with pytest.raises(Refused) as other:
        reviewing.ask_second_opinion(
            submission=submission, membership=make_full(domain=domain), at=NOON
        )

    assert early.value.refusal.code == "not_settled"
    assert other.value.refusal.code == "not_yours"


# Waits


def test_a_wait_that_slips_is_told_once_with_who_was_asked(domain):
    asked = make_full(domain=domain, name="Amara Okoye")
    task = make_task(domain=domain, raised_by=asked)
    submission = submitting.hand_in(
        claim=(claim := make_claim(task=task)),
        generation=claim.generation,
        body="One page.",
        at=NOON,
    )
    make_full(domain=domain, name="Noor Haddad")
    make_full(domain=domain, name="Kofi Mensah")
    late = NOON + timedelta(hours=49)

    assert reviewing.make_up_for_waits(at=NOON + timedelta(hours=47)) == 0
    assert reviewing.make_up_for_waits(at=late) == 1
    assert reviewing.make_up_for_waits(at=late) == 0

    told = Notification.objects.get(key=f"slipped:{submission.pk}")
    assert told.member == submission.author.member
    assert told.sentence == "Amara has not got to it. We asked Noor and Kofi."


def test_the_author_opening_the_page_is_what_makes_a_review_read(domain, submission):
    review = send(take(submission, make_full(domain=domain)))

    assert not reviewing.note_opened(
        submission=submission, reader=review.reviewer, at=NOON
    )
    assert reviewing.note_opened(
        submission=submission, reader=submission.author, at=NOON
    )
    review.refresh_from_db()
    assert review.opened_at == NOON
