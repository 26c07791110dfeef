from datetime import timedelta

import pytest

from domain.centrality import Centrality, Zone
from domain.models import Domain
from domain.refusal import Refused
from members.models import Notification, OrganizerAct, Participation
from tasks import claiming, narrating, observing, proposing
from tasks.models import Claim, Observation, Submission, Task, Verdict
from tests.makers import (
    NOON,
    make_agent,
    make_claim,
    make_core,
    make_domain,
    make_full,
    make_membership,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def claimed(task, membership, at=NOON, **more):
    return claiming.claim(task=task, membership=membership, at=at, **more)


def refusal(task, membership):
    with pytest.raises(Refused) as refused:
        claimed(task, membership)
    return refused.value.refusal.code


def test_a_newcomer_may_claim_work_at_the_edge():
    newcomer = make_membership()
    task = make_task(domain=newcomer.domain)

    claim = claimed(task, newcomer)

    task.refresh_from_db()
    assert list(task.claims.live()) == [claim]
    assert claim.due_at == NOON + newcomer.domain.claim_window
    assert (claim.seat, claim.generation) == (1, 1)
    assert task.state == Task.State.HELD


def test_a_claim_is_one_line_in_the_ledger_that_moves_nobody():
    newcomer = make_membership()
    task = make_task(domain=newcomer.domain)

    claim = claimed(task, newcomer)

    line = Participation.objects.get()
    assert (line.kind, line.channel) == ("claimed", "")
    assert (line.key, line.item) == (f"claim:{claim.pk}", f"task:{task.pk}")
    assert (line.giver, line.centrality) == (newcomer, Centrality.PERIPHERY)


def test_a_task_may_set_its_own_window():
    newcomer = make_membership()
    task = make_task(domain=newcomer.domain, claim_window=2 * DAY)

    assert claimed(task, newcomer).due_at == NOON + 2 * DAY


def test_each_seat_is_taken_once_and_the_task_is_held_when_all_are():
    domain = make_domain()
    task = make_task(domain=domain, seats=2)
    first, second, third = (make_membership(domain=domain) for _ in range(3))

    assert claimed(task, first).seat == 1
    task.refresh_from_db()
    assert task.state == Task.State.OPEN
    assert claimed(task, second).seat == 2
    task.refresh_from_db()
    assert task.state == Task.State.HELD
    assert refusal(task, third) == "seat_taken"


def test_a_part_is_claimed_by_its_seat():
    domain = make_domain()
    task = make_task(domain=domain, seats=3)

    assert claimed(task, make_membership(domain=domain), seat=2).seat == 2
    with pytest.raises(Refused) as refused:
        claimed(task, make_membership(domain=domain), seat=2)
    assert refused.value.refusal.code == "seat_taken"
    assert claimed(task, make_membership(domain=domain)).seat == 1


def test_nobody_takes_two_seats_of_one_task():
    member = make_full()
    task = make_task(domain=member.domain, seats=2)
    claimed(task, member)

    assert refusal(task, member) == "yours_already"


def test_members_of_elsewhere_and_of_the_past_are_refused():
    task = make_task()
    gone = make_membership(domain=task.domain, left_at=NOON)

    assert refusal(task, make_membership()) == "elsewhere"
    assert refusal(task, gone) == "elsewhere"


def test_a_proposal_and_a_closed_task_are_refused():
    member = make_membership()
    draft = make_task(domain=member.domain, state="draft", opened_at=None)
    done = make_task(domain=member.domain, state="done", closed_at=NOON)

    assert refusal(draft, member) == "proposed"
    assert refusal(done, member) == "closed"


@pytest.mark.parametrize(
    ("zone", "centrality"),
    [
        (Zone.PERIPHERY, Centrality.ACTIVE),
        (Zone.PERIPHERY, Centrality.CORE),
        (Zone.INBOUND, Centrality.CORE),
    ],
)
def test_two_zones_further_in_is_out_of_reach(zone, centrality):
    member = make_membership(zone=zone, position=4.9, recognisers=3)
    task = make_task(domain=member.domain, centrality=centrality)

    assert refusal(task, member) == "out_of_reach"


def test_one_zone_further_in_opens_to_who_stands_near_its_cut():
    member = make_membership(position=1.5)
    task = make_task(domain=member.domain, centrality=Centrality.INBOUND)

    assert claimed(task, member).membership == member


def test_one_zone_further_in_stays_shut_to_who_does_not():
    member = make_membership(position=1.49)
    task = make_task(domain=member.domain, centrality=Centrality.INBOUND)

    with pytest.raises(Refused) as refused:
        claimed(task, member)

    assert refused.value.refusal.code == "not_ready"
    assert "about 1 more of your tasks" in refused.value.refusal.opens


def test_active_work_asks_for_one_full_recogniser_as_well():
    domain = make_domain()
    alone = make_membership(domain=domain, zone=Zone.INBOUND, position=4.8)
    known = make_membership(
        domain=domain, zone=Zone.INBOUND, position=4.8, recognisers=1
    )
    task = make_task(domain=domain, centrality=Centrality.ACTIVE)

    assert refusal(task, alone) == "not_ready"
    assert claimed(task, known).membership == known


def test_having_watched_to_the_end_with_a_word_opens_one_too():
    domain = make_domain()
    watcher = make_membership(domain=domain)
    watched = make_task(domain=domain, centrality=Centrality.INBOUND, state="done")
    observation = Observation.objects.create(
        task=watched, membership=watcher, seat=1, since_at=NOON, to_the_end=True
    )
    task = make_task(domain=domain, centrality=Centrality.INBOUND)

    assert refusal(task, watcher) == "not_ready"
    observation.vouched_by = make_full(domain=domain)
    observation.save()

    assert claimed(task, watcher).membership == watcher


def test_only_one_task_further_in_at_a_time():
    member = make_membership(zone=Zone.INBOUND, position=4.8, recognisers=1)
    first, second = (
        make_task(domain=member.domain, centrality=Centrality.ACTIVE) for _ in range(2)
    )
    claim = claimed(first, member)
    make_submission(claim=claim)

    assert refusal(second, member) == "one_further_in"


@pytest.mark.parametrize(
    ("zone", "most"),
    [(Zone.PERIPHERY, 1), (Zone.INBOUND, 2), (Zone.ACTIVE, 3), (Zone.CORE, 5)],
)
def test_hands_hold_only_so_much(zone, most):
    member = make_membership(zone=zone)
    for _ in range(most):
        claimed(make_task(domain=member.domain), member)

    assert refusal(make_task(domain=member.domain), member) == "hands_full"


def test_what_waits_for_a_reviewer_does_not_fill_the_hands():
    member = make_membership()
    make_submission(task=make_task(domain=member.domain), membership=member)

    assert claimed(make_task(domain=member.domain), member).is_live


def test_what_was_returned_fills_them_again():
    member = make_membership()
    make_submission(
        task=make_task(domain=member.domain),
        membership=member,
        outcome=Verdict.RETURNED,
        settled_at=NOON,
    )

    assert refusal(make_task(domain=member.domain), member) == "hands_full"


def test_agents_hold_one_and_two_after_ten_recognitions():
    domain = make_domain()
    agent = make_membership(domain=domain, member=make_agent(), zone=Zone.ACTIVE)
    tasks = [make_task(domain=domain) for _ in range(3)]
    claimed(tasks[0], agent)

    assert refusal(tasks[1], agent) == "hands_full"
    for _ in range(10):
        make_submission(
            claim=make_claim(
                task=make_task(domain=domain),
                membership=agent,
                ended_at=NOON,
                ending=Claim.Ending.DONE,
            ),
            outcome=Verdict.RECOGNISED,
            settled_at=NOON,
        )
    claimed(tasks[1], agent)
    assert refusal(tasks[2], agent) == "hands_full"


def test_agents_keep_off_what_is_kept_for_newcomers_or_for_people():
    domain = make_domain()
    agent = make_membership(domain=domain, member=make_agent())

    kept = make_task(domain=domain, for_newcomers=True)
    for_people = make_task(domain=domain, agents_welcome=False)
    further_in = make_task(domain=domain, centrality=Centrality.INBOUND)

    assert refusal(kept, agent) == "kept_for_newcomers"
    assert refusal(for_people, agent) == "people_only"
    agent.position = 1.9
    agent.save()
    assert refusal(further_in, agent) == "out_of_reach"


def test_members_further_in_leave_newcomers_what_is_kept_for_them():
    domain = make_domain()
    kept = make_task(domain=domain, for_newcomers=True)

    assert refusal(kept, make_full(domain=domain)) == "kept_for_newcomers"
    assert claimed(kept, make_membership(domain=domain)).is_live


def returned(author, **more):
    """A seat given up while changes were asked for."""
    claim = make_claim(
        task=make_task(domain=author.domain, **more),
        membership=author,
        ended_at=NOON - timedelta(hours=1),
        ending=Claim.Ending.LAPSED,
    )
    make_submission(claim=claim, outcome=Verdict.RETURNED, settled_at=NOON - DAY)
    claim.task.state = Task.State.OPEN
    claim.task.save()
    return claim.task


def test_returned_work_goes_to_its_author_or_further_in_never_to_another_newcomer():
    domain = make_domain()
    author = make_membership(domain=domain)

    task = returned(author)

    assert refusal(task, make_membership(domain=domain)) == "returned_work"
    assert claimed(task, author).membership == author
    task = returned(make_membership(domain=domain))
    further_in = make_membership(domain=domain, zone=Zone.INBOUND)
    assert claimed(task, further_in).membership == further_in


def test_returned_work_of_the_core_goes_to_the_core():
    domain = make_domain()
    task = returned(make_core(domain=domain))

    assert refusal(task, make_full(domain=domain)) == "returned_work"
    assert claimed(task, make_core(domain=domain)).is_live


def test_beside_returned_work_a_free_seat_is_free():
    domain = make_domain()
    task = returned(make_membership(domain=domain), seats=2)

    assert claimed(task, make_membership(domain=domain)).seat == 2
    assert refusal(task, make_membership(domain=domain)) == "returned_work"


def test_claiming_gives_back_the_observer_seat():
    member = make_membership()
    task = make_task(domain=member.domain)
    observing.observe(task=task, membership=member, at=NOON)

    claimed(task, member)

    assert not task.observations.live().exists()


def test_a_seat_past_due_is_free_before_the_sweep_comes():
    domain = make_domain()
    late = make_claim(task=make_task(domain=domain), claimed_at=NOON - 8 * DAY)

    claim = claimed(late.task, make_membership(domain=domain))

    late.refresh_from_db()
    assert late.ending == Claim.Ending.LAPSED
    assert claim.generation == late.generation + 1


def test_extending_twice_in_silence_and_then_with_a_note():
    member = make_membership()
    task = make_task(domain=member.domain)
    claim = claimed(task, member)

    for day in (1, 2):
        claim = claiming.extend(claim=claim, membership=member, at=NOON + day * DAY)
    assert claim.due_at == NOON + 9 * DAY
    with pytest.raises(Refused) as refused:
        claiming.extend(claim=claim, membership=member, at=NOON + 3 * DAY)
    assert refused.value.refusal.code == "needs_a_note"

    narrating.note(task=task, membership=member, body="Half done.", at=NOON + 3 * DAY)
    claim = claiming.extend(claim=claim, membership=member, at=NOON + 4 * DAY)
    assert claim.due_at == NOON + 11 * DAY


def test_a_reviewer_extends_what_its_holder_may_not_and_the_holder_is_told():
    member = make_membership()
    claim = claimed(make_task(domain=member.domain), member)
    claim.extensions = 2
    claim.save()
    reviewer = make_full(domain=member.domain)

    claim = claiming.extend(claim=claim, membership=reviewer, at=NOON + 5 * DAY)

    assert claim.due_at == NOON + 12 * DAY
    assert Notification.objects.get().member == member.member


def test_others_do_not_extend():
    member = make_membership()
    claim = claimed(make_task(domain=member.domain), member)

    with pytest.raises(Refused) as refused:
        claiming.extend(
            claim=claim, membership=make_membership(domain=member.domain), at=NOON
        )

    assert refused.value.refusal.code == "not_yours"


def test_what_lapsed_is_not_extended():
    member = make_membership()
    claim = claimed(make_task(domain=member.domain), member)
    claiming.release_overdue(at=NOON + 8 * DAY)

    with pytest.raises(Refused) as refused:
        claiming.extend(claim=claim, membership=member, at=NOON + 8 * DAY)

    assert refused.value.refusal.code == "lapsed"


def test_putting_back_keeps_the_notes_and_opens_the_seat():
    member = make_membership()
    task = make_task(domain=member.domain)
    claim = claimed(task, member)
    narrating.note(task=task, membership=member, body="Read the sheet.", at=NOON)

    claim = claiming.release(
        claim=claim, membership=member, words="No time after all.", at=NOON + DAY
    )

    task.refresh_from_db()
    assert (claim.ending, claim.ending_words) == ("released", "No time after all.")
    assert task.state == Task.State.OPEN
    assert task.log.count() == 1
    assert Participation.objects.filter(kind="released").count() == 1


def test_what_waits_for_a_reviewer_is_not_put_back():
    submission = make_submission()

    with pytest.raises(Refused) as refused:
        claiming.release(claim=submission.claim, membership=submission.author, at=NOON)

    assert refused.value.refusal.code == "handed_in"


def test_only_its_holder_puts_a_task_back_or_an_organizer_with_a_trace():
    claim = make_claim(task=make_task(is_awaited=True))
    domain = claim.task.domain
    organizer = make_full(domain=domain, is_organizer=True)

    with pytest.raises(Refused) as refused:
        claiming.release(claim=claim, membership=make_full(domain=domain), at=NOON)
    claiming.release(claim=claim, membership=organizer, words="Asked by mail.", at=NOON)

    assert refused.value.refusal.code == "not_yours"
    assert OrganizerAct.objects.get().about == claim.membership
    assert Notification.objects.get().member == claim.membership.member


def test_the_sweep_puts_back_what_is_due_and_says_so_kindly():
    claim = make_claim(claimed_at=NOON - 8 * DAY)
    watcher = make_membership(domain=claim.task.domain)
    observing.observe(task=claim.task, membership=watcher, at=NOON - 2 * DAY)

    assert claiming.release_overdue(at=NOON) == 1

    claim.refresh_from_db()
    claim.task.refresh_from_db()
    assert claim.ending == Claim.Ending.LAPSED
    assert claim.task.state == Task.State.OPEN
    told = {n.member: n.sentence for n in Notification.objects.all()}
    assert told == {
        claim.membership.member: (
            "Put back after a quiet week. It is yours again if you want it."
        ),
        watcher.member: "It is back on the board, with its notes.",
    }
    assert claiming.release_overdue(at=NOON) == 0


def test_the_sweep_leaves_what_waits_for_a_review_and_what_is_not_due():
    make_submission(claim=make_claim(claimed_at=NOON - 20 * DAY))
    make_claim(claimed_at=NOON - 6 * DAY)

    assert claiming.release_overdue(at=NOON) == 0


def test_holders_are_reminded_once_two_days_before_the_end():
    member = make_membership()
    claim = claimed(make_task(domain=member.domain), member)

    assert claiming.remind(at=NOON + 4 * DAY) == 0
    assert claiming.remind(at=NOON + 5 * DAY) == 1
    assert claiming.remind(at=NOON + 5 * DAY) == 0
    told = Notification.objects.get()
    assert (told.member, told.kind) == (member.member, "claim_ends")

    claiming.extend(claim=claim, membership=member, at=NOON + 6 * DAY)
    assert claiming.remind(at=NOON + 11 * DAY) == 1


def test_a_short_lease_is_mentioned_half_way():
    member = make_membership()
    claimed(make_task(domain=member.domain, claim_window=DAY), member)

    assert claiming.remind(at=NOON + timedelta(hours=1)) == 0
    assert claiming.remind(at=NOON + timedelta(hours=13)) == 1


def test_a_visitor_holds_a_seat_for_a_quarter_of_an_hour():
    task = make_task()

    held = claiming.hold(task=task, hold_key="a-visitor", at=NOON)

    task.refresh_from_db()
    assert (held.membership, held.due_at) == (None, NOON + timedelta(minutes=15))
    assert task.state == Task.State.HELD
    assert not Participation.objects.exists()
    again = claiming.hold(task=task, hold_key="a-visitor", at=NOON)
    assert again == held


def test_a_visitor_who_changes_their_mind_holds_the_new_one_only():
    domain = make_domain()
    first, second = make_task(domain=domain), make_task(domain=domain)

    claiming.hold(task=second, hold_key="a-visitor", at=NOON)
    claiming.hold(task=first, hold_key="a-visitor", at=NOON)

    assert Claim.objects.live().get().task == first
    second.refresh_from_db()
    assert second.state == Task.State.OPEN


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"centrality": Centrality.INBOUND}, "out_of_reach"),
        ({"state": "done", "closed_at": NOON}, "closed"),
    ],
)
def test_what_is_not_first_work_is_not_held(given, code):
    with pytest.raises(Refused) as refused:
        claiming.hold(task=make_task(**given), hold_key="a-visitor", at=NOON)

    assert refused.value.refusal.code == code


def test_where_people_ask_to_join_nothing_is_held():
    task = make_task(domain=make_domain(joining=Domain.Joining.REQUEST))

    with pytest.raises(Refused) as refused:
        claiming.hold(task=task, hold_key="a-visitor", at=NOON)

    assert refused.value.refusal.code == "ask_to_join"


def test_a_held_seat_is_nobody_elses_until_it_runs_out():
    task = make_task()
    claiming.hold(task=task, hold_key="a-visitor", at=NOON)
    member = make_membership(domain=task.domain)

    assert refusal(task, member) == "seat_taken"
    assert claiming.release_overdue(at=NOON + timedelta(minutes=16)) == 1
    assert claimed(task, member, at=NOON + timedelta(minutes=17)).is_live


def test_signing_up_turns_the_hold_into_a_claim():
    task = make_task()
    claiming.hold(task=task, hold_key="a-visitor", at=NOON)
    newcomer = make_membership(domain=task.domain)

    claim = claiming.take_up(
        task=task, hold_key="a-visitor", membership=newcomer, at=NOON
    )

    assert (claim.membership, claim.hold_key) == (newcomer, "")
    assert claim.due_at == NOON + task.window
    assert list(task.claims.live()) == [claim]
    again = claiming.take_up(
        task=task, hold_key="a-visitor", membership=newcomer, at=NOON
    )
    assert again == claim


def test_a_hold_that_ran_out_is_no_loss_while_the_seat_is_free():
    task = make_task()
    claiming.hold(task=task, hold_key="a-visitor", at=NOON)
    later = NOON + timedelta(hours=1)
    claiming.release_overdue(at=later)
    newcomer = make_membership(domain=task.domain)

    claim = claiming.take_up(
        task=task, hold_key="a-visitor", membership=newcomer, at=later
    )

    assert claim.membership == newcomer


def test_a_hold_its_member_may_not_claim_goes_back_to_the_board():
    domain = make_domain()
    task = make_task(domain=domain)
    claiming.hold(task=task, hold_key="a-visitor", at=NOON)
    busy = make_membership(domain=domain)
    claimed(make_task(domain=domain), busy)

    with pytest.raises(Refused) as refused:
        claiming.take_up(task=task, hold_key="a-visitor", membership=busy, at=NOON)

    task.refresh_from_db()
    assert refused.value.refusal.code == "hands_full"
    assert not task.claims.live().exists()
    assert task.state == Task.State.OPEN


def test_observers_hear_of_moves():
    domain = make_domain()
    task = make_task(domain=domain)
    watcher = make_membership(domain=domain)
    observing.observe(task=task, membership=watcher, at=NOON)

    claim = claimed(task, make_membership(domain=domain))
    narrating.note(
        task=task, membership=claim.membership, body="A note.", at=NOON + DAY
    )
    claiming.release(claim=claim, membership=claim.membership, at=NOON + DAY)

    assert [n.kind for n in Notification.objects.filter(member=watcher.member)] == [
        "observed",
        "observed",
    ]


def test_a_withdrawn_task_is_in_nobodys_hands():
    claim = make_claim()
    proposing.withdraw(
        task=claim.task,
        membership=make_full(domain=claim.task.domain),
        ending=Task.Ending.UNWANTED,
        reason="The authority published it.",
        at=NOON,
    )

    assert claiming.release_overdue(at=NOON + 30 * DAY) == 0
    assert not Submission.objects.exists()
