from datetime import timedelta

import pytest

from domain.refusal import Refused
from members import joining, leaving, pausing
from members.models import Notification, Pause
from repertoire import revising
from repertoire.models import Entry
from repertoire.text import Text
from tasks import claiming, halting, narrating, observing, proposing, submitting
from tasks.models import Claim, Submission, Verdict
from tests.makers import (
    NOON,
    make_agent,
    make_claim,
    make_full,
    make_membership,
    make_review,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def sponsor():
    return make_membership()


@pytest.fixture
def agent(sponsor):
    member = make_agent(sponsor=sponsor.member, name="Driftwood", most_returned=2)
    return make_membership(domain=sponsor.domain, member=member)


def held_by(agent, **given):
    task = make_task(domain=agent.domain)
    return make_claim(task=task, membership=agent, claimed_at=NOON, **given)


def lapsed(agent, at, ending=Claim.Ending.LAPSED):
    return held_by(agent, ended_at=at, ending=ending)


def settled(agent, at, outcome=Verdict.RETURNED):
    claim = held_by(agent, ended_at=at, ending=Claim.Ending.DONE)
    return make_submission(claim=claim, settled_at=at, outcome=outcome)


def code_of(deed, **given):
    with pytest.raises(Refused) as refused:
        deed(**given)
    return refused.value.refusal.code


def test_what_a_paused_agent_held_is_back_at_once_with_its_notes(sponsor, agent):
    claim = held_by(agent)
    narrating.note(task=claim.task, membership=agent, body="Page one.", at=NOON)

    halting.halt(membership=agent, by=sponsor, at=NOON + HOUR)

    claim.refresh_from_db()
    claim.task.refresh_from_db()
    assert (claim.ended_at, claim.ending) == (NOON + HOUR, Claim.Ending.RELEASED)
    assert claim.task.state == claim.task.State.OPEN
    assert claim.task.log.get().body == "Page one."


def test_what_it_had_handed_in_is_still_read(sponsor, agent):
    work = make_submission(claim=held_by(agent))

    halting.halt(membership=agent, by=sponsor, at=NOON)

    assert Submission.objects.waiting().get() == work
    assert work.claim.task.claims.live().exists()
    assert make_review(submission=work)


def test_one_press_pauses_it_in_every_community(sponsor, agent):
    elsewhere = make_membership(member=sponsor.member)
    other = make_membership(domain=elsewhere.domain, member=agent.member)
    held_by(agent)

    given_back = halting.halt_everywhere(
        agent=agent.member, sponsor=sponsor.member, at=NOON
    )

    other.refresh_from_db()
    assert given_back == 1
    assert other.paused_at == NOON


def test_a_paused_agent_does_nothing(sponsor, agent):
    claim, free = held_by(agent), make_task(domain=agent.domain)
    entry = {"kind": Entry.Kind.TERM, "text": Text("Blank", "Clean water.", "")}
    need = proposing.Need(
        title="Label photos",
        brief="Ten of them.",
        beneficiary="Readers",
        use="The page",
        area=free.area,
        consequence=1,
        reliance=1,
        effort_minutes=10,
        done_means="",
    )
    pausing.pause(membership=agent, by=sponsor, at=NOON)

    who = {"membership": agent, "at": NOON}
    work = {"generation": claim.generation, "body": "Done.", "narration": "So."}
    codes = {
        code_of(claiming.claim, task=free, **who),
        code_of(narrating.note, task=claim.task, body="Page one.", **who),
        code_of(submitting.hand_in, claim=claim, at=NOON, **work),
        code_of(claiming.extend, claim=claim, **who),
        code_of(observing.observe, task=free, **who),
        code_of(proposing.propose, need=need, **who),
        code_of(revising.write, domain=agent.domain, **entry, **who),
    }

    assert codes == {"paused"}


def test_three_claims_that_ran_out_in_a_row_pause_it_and_its_sponsor_hears(
    sponsor, agent
):
    for hours in (1, 2, 3):
        assert halting.halt_the_stuck(at=NOON) == 0
        lapsed(agent, NOON + hours * HOUR)

    assert halting.halt_the_stuck(at=NOON + 4 * HOUR) == 1
    assert agent.pauses.get().cause == Pause.Cause.LAPSED
    told = Notification.objects.get(member=sponsor.member)
    assert "Three of its claims ran out in a row" in told.sentence


def test_one_that_did_not_run_out_is_no_row(agent):
    for hours, ending in enumerate(
        (
            Claim.Ending.LAPSED,
            Claim.Ending.LAPSED,
            Claim.Ending.RELEASED,
            Claim.Ending.LAPSED,
        ),
        start=1,
    ):
        lapsed(agent, NOON + hours * HOUR, ending)

    assert halting.halt_the_stuck(at=NOON) == 0


def test_work_that_comes_back_as_often_as_its_sponsor_said_pauses_it(agent):
    settled(agent, NOON)
    assert halting.halt_the_stuck(at=NOON) == 0
    settled(agent, NOON + HOUR)

    assert halting.halt_the_stuck(at=NOON + HOUR) == 1
    assert agent.pauses.get().cause == Pause.Cause.RETURNED


def test_a_recognition_between_is_no_row(agent):
    settled(agent, NOON)
    settled(agent, NOON + HOUR, Verdict.RECOGNISED)
    settled(agent, NOON + 2 * HOUR)

    assert halting.halt_the_stuck(at=NOON + 2 * HOUR) == 0


def test_let_go_on_it_is_not_paused_again_for_the_same(sponsor, agent):
    for minutes in (1, 2):
        settled(agent, NOON + minutes * MINUTE)
    for minutes in (3, 4, 5):
        lapsed(agent, NOON + minutes * MINUTE)

    # Once for each cause, and then only for what came after.
    for hours, halted in ((1, 1), (2, 1), (3, 0)):
        assert halting.halt_the_stuck(at=NOON + hours * HOUR) == halted
        pausing.resume(membership=agent, by=sponsor, at=NOON + hours * HOUR)
    lapsed(agent, NOON + 4 * HOUR)
    settled(agent, NOON + 4 * HOUR)
    assert halting.halt_the_stuck(at=NOON + 5 * HOUR) == 0


def test_the_agents_of_a_suspended_sponsor_stop_and_give_back(sponsor, agent):
    claim = held_by(agent)
    sponsor.member.is_active = False
    sponsor.member.save()

    halting.halt_the_stuck(at=NOON)

    claim.refresh_from_db()
    assert agent.pauses.get().cause == Pause.Cause.ALONE
    assert claim.ended_at == NOON


def test_a_sponsor_who_leaves_pauses_and_the_sweep_gives_back(sponsor, agent):
    claim = held_by(agent)

    leaving.leave(membership=sponsor, at=NOON)
    halting.halt_the_stuck(at=NOON + HOUR)

    claim.refresh_from_db()
    assert claim.ended_at == NOON + HOUR
    back = joining.join(domain=sponsor.domain, member=sponsor.member, at=NOON)
    pausing.resume(membership=agent, by=back, at=NOON + HOUR)
    agent.refresh_from_db()
    assert agent.paused_at is None


def test_people_are_never_stuck():
    person = make_full()
    for hours in (1, 2, 3):
        lapsed(person, NOON + hours * HOUR)

    assert halting.halt_the_stuck(at=NOON + 4 * HOUR) == 0
