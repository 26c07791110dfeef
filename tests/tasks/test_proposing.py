from dataclasses import replace
from datetime import timedelta

import pytest

from domain.centrality import Centrality, Consequence, Reliance, Zone
from domain.refusal import Refused
from members.models import Notification, Participation
from tasks import claiming, observing, proposing
from tasks.models import Change, Claim, Task
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


def need(domain, **given):
    return proposing.Need(
        **{
            "title": "Label the Weir Lane photos",
            "brief": "Twelve photos; say what each shows.",
            "beneficiary": "Walkers",
            "use": "Goes on the public photo map",
            "area": domain.areas.get(name="Data"),
            "consequence": Consequence.PUT_RIGHT,
            "reliance": Reliance.ONE,
            "effort_minutes": 15,
            **given,
        }
    )


def code(act, **given):
    with pytest.raises(Refused) as refused:
        act(at=NOON, **given)
    return refused.value.refusal.code


def test_what_an_active_member_proposes_is_open_at_once():
    member = make_full()

    task = proposing.propose(membership=member, need=need(member.domain), at=NOON)

    assert (task.state, task.opened_by, task.opened_at) == ("open", member, NOON)
    assert task.centrality == Centrality.PERIPHERY
    line = Participation.objects.get()
    assert (line.kind, line.giver, line.item) == ("raised", member, f"task:{task.pk}")


@pytest.mark.parametrize("zone", [Zone.PERIPHERY, Zone.INBOUND])
def test_what_others_propose_waits_for_somebody_to_open_it(zone):
    member = make_membership(zone=zone)

    task = proposing.propose(membership=member, need=need(member.domain), at=NOON)

    assert (task.state, task.opened_at) == ("draft", None)


def test_from_inbound_members_open_what_lies_in_their_areas():
    member = make_membership(zone=Zone.INBOUND)
    member.areas.add(member.domain.areas.get(name="Data"))

    task = proposing.propose(membership=member, need=need(member.domain), at=NOON)

    assert task.state == Task.State.OPEN


def test_an_agent_proposes_and_a_person_opens():
    domain = make_domain()
    agent = make_membership(domain=domain, member=make_agent(), zone=Zone.ACTIVE)
    task = proposing.propose(membership=agent, need=need(domain), at=NOON)

    assert task.state == Task.State.DRAFT
    assert code(proposing.open_task, task=task, membership=agent) == "agents_propose"
    opened = proposing.open_task(
        task=task, membership=make_full(domain=domain), at=NOON
    )

    assert opened.state == Task.State.OPEN


def test_whoever_proposed_hears_that_it_was_opened():
    newcomer = make_membership()
    task = proposing.propose(membership=newcomer, need=need(newcomer.domain), at=NOON)

    proposing.open_task(
        task=task, membership=make_full(domain=newcomer.domain), at=NOON
    )

    assert Notification.objects.get().member == newcomer.member


def test_who_may_not_open():
    domain = make_domain()
    task = make_task(domain=domain, state="draft", opened_at=None)
    newcomer = make_membership(domain=domain)
    inbound = make_membership(domain=domain, zone=Zone.INBOUND)
    gone = make_full(domain=domain, left_at=NOON)
    opened = make_task(domain=domain)

    assert (
        code(proposing.open_task, task=task, membership=newcomer) == "not_yours_to_open"
    )
    assert code(proposing.open_task, task=task, membership=inbound) == "not_your_area"
    assert code(proposing.open_task, task=task, membership=gone) == "elsewhere"
    assert (
        code(proposing.open_task, task=opened, membership=make_full(domain=domain))
        == "open_already"
    )


def test_an_organizer_opens_from_any_zone():
    organizer = make_membership(is_organizer=True)

    task = proposing.propose(membership=organizer, need=need(organizer.domain), at=NOON)

    assert task.state == Task.State.OPEN


@pytest.mark.parametrize("missing", ["beneficiary", "use"])
def test_no_beneficiary_no_task(missing):
    member = make_full()

    wanted = need(member.domain, **{missing: " "})

    assert code(proposing.propose, membership=member, need=wanted) == "no_beneficiary"


def test_an_area_of_another_community_is_refused():
    member = make_full()

    wanted = need(make_domain())

    assert code(proposing.propose, membership=member, need=wanted) == "elsewhere"


def test_an_edit_tells_whoever_holds_or_watches_it_and_gives_the_time_back():
    task = make_task(title="Label the Weir Lane photos")
    keeper = make_full(domain=task.domain)
    holder = make_membership(domain=task.domain)
    claim = claiming.claim(task=task, membership=holder, at=NOON)
    watcher = make_membership(domain=task.domain)
    observing.observe(task=task, membership=watcher, at=NOON)

    proposing.edit(
        task=task,
        membership=keeper,
        need=need(task.domain, area=task.area),
        at=NOON + 4 * DAY,
    )

    claim.refresh_from_db()
    assert claim.due_at == NOON + 11 * DAY
    told = Notification.objects.values_list("member", flat=True)
    assert set(told) == {holder.member.pk, watcher.member.pk}
    change = Change.objects.get()
    assert change.changed_by == keeper
    assert change.fields["use"] == [
        "Feeds the public autumn dataset",
        "Goes on the public photo map",
    ]
    assert "title" not in change.fields


def test_saving_without_a_change_tells_nobody():
    member = make_full()
    wanted = need(member.domain)
    task = proposing.propose(membership=member, need=wanted, at=NOON)

    proposing.edit(task=task, membership=member, need=wanted, at=NOON)

    assert not Change.objects.exists()


def test_new_answers_derive_the_centrality_anew_and_end_an_override():
    member = make_core()
    task = proposing.propose(membership=member, need=need(member.domain), at=NOON)
    proposing.override(
        task=task,
        membership=member,
        centrality=Centrality.ACTIVE,
        reason="The council quotes it.",
        at=NOON,
    )

    task = proposing.edit(
        task=task,
        membership=member,
        need=need(member.domain, consequence=Consequence.OTHERS_HELD_UP),
        at=NOON,
    )

    assert task.centrality == Centrality.INBOUND
    assert (task.override_reason, task.overridden_by) == ("", None)


def test_whoever_raised_it_edits_the_words_but_not_how_central_it_is():
    newcomer = make_membership()
    domain = newcomer.domain
    task = proposing.propose(membership=newcomer, need=need(domain), at=NOON)
    proposing.open_task(task=task, membership=make_full(domain=domain), at=NOON)

    edited = proposing.edit(
        task=task, membership=newcomer, need=need(domain, title="Photos"), at=NOON
    )

    assert edited.title == "Photos"
    harder = need(domain, consequence=Consequence.CANNOT_BE_UNDONE)
    assert (
        code(proposing.edit, task=task, membership=newcomer, need=harder)
        == "not_yours_to_regauge"
    )


def test_others_do_not_edit_and_nobody_edits_what_is_closed():
    task = make_task()
    wanted = need(task.domain)
    stranger = make_membership(domain=task.domain)
    done = make_task(domain=task.domain, state="done", closed_at=NOON)

    assert (
        code(proposing.edit, task=task, membership=stranger, need=wanted)
        == "not_yours_to_open"
    )
    assert (
        code(proposing.edit, task=done, membership=done.raised_by, need=wanted)
        == "closed"
    )


def test_seats_that_are_taken_stay():
    task = make_task(seats=3)
    for seat in (1, 2):
        make_claim(task=task, seat=seat)
    keeper = make_full(domain=task.domain)

    fewer = need(task.domain, seats=1)

    assert (
        code(proposing.edit, task=task, membership=keeper, need=fewer) == "seats_in_use"
    )
    edited = proposing.edit(
        task=task, membership=keeper, need=replace(fewer, seats=2), at=NOON
    )
    assert edited.state == Task.State.HELD


def test_active_members_place_a_task_elsewhere_with_a_reason():
    task = make_task()
    member = make_full(domain=task.domain)

    moved = proposing.override(
        task=task,
        membership=member,
        centrality=Centrality.CORE,
        reason="It carries our name.",
        at=NOON,
    )

    assert (moved.centrality, moved.overridden_by) == (Centrality.CORE, member)
    assert Change.objects.get().fields == {"centrality": ["Periphery", "Core"]}


def test_without_a_reason_or_from_further_out_nothing_is_overridden():
    task = make_task()
    given = {"task": task, "centrality": Centrality.CORE}

    assert (
        code(
            proposing.override,
            membership=make_full(domain=task.domain),
            reason=" ",
            **given,
        )
        == "no_reason"
    )
    assert (
        code(
            proposing.override,
            membership=make_membership(domain=task.domain, zone=Zone.INBOUND),
            reason="Because.",
            **given,
        )
        == "not_yours_to_override"
    )


def test_its_holder_may_say_that_it_cannot_be_done():
    claim = make_claim()
    watcher = make_membership(domain=claim.task.domain)
    observing.observe(task=claim.task, membership=watcher, at=NOON)

    task = proposing.withdraw(
        task=claim.task,
        membership=claim.membership,
        ending=Task.Ending.IMPOSSIBLE,
        reason="The sheet is under water.",
        at=NOON,
    )

    claim.refresh_from_db()
    assert (task.state, task.ending) == ("withdrawn", "impossible")
    assert claim.ending == Claim.Ending.CLOSED
    assert not task.observations.live().exists()
    told = set(Notification.objects.values_list("member", flat=True))
    assert told == {watcher.member.pk, task.raised_by.member.pk}


def test_who_may_not_end_a_task():
    claim = make_claim()
    task = claim.task
    stranger = make_membership(domain=task.domain)
    given = {"task": task, "reason": "No."}

    assert (
        code(
            proposing.withdraw,
            membership=stranger,
            ending=Task.Ending.UNWANTED,
            **given,
        )
        == "not_yours_to_open"
    )
    assert (
        code(
            proposing.withdraw,
            membership=claim.membership,
            ending=Task.Ending.UNWANTED,
            **given,
        )
        == "not_yours_to_open"
    )


def test_an_ending_needs_a_reason_and_is_not_doneness():
    task = make_task()
    keeper = make_full(domain=task.domain)

    assert (
        code(
            proposing.withdraw,
            task=task,
            membership=keeper,
            ending=Task.Ending.SPLIT,
            reason="",
        )
        == "no_reason"
    )
    assert (
        code(
            proposing.withdraw,
            task=task,
            membership=keeper,
            ending=Task.Ending.DONE,
            reason="Done.",
        )
        == "not_an_ending"
    )


def test_what_waits_for_a_reviewer_is_not_closed_over():
    submission = make_submission()

    assert (
        code(
            proposing.withdraw,
            task=submission.task,
            membership=make_core(domain=submission.task.domain),
            ending=Task.Ending.UNWANTED,
            reason="Changed our minds.",
        )
        == "waits_for_review"
    )


def test_a_result_in_use_is_told_to_whoever_made_it():
    claim = make_claim(ended_at=NOON, ending=Claim.Ending.DONE)
    task = claim.task
    task.state, task.closed_at = Task.State.DONE, NOON
    task.save()

    used = proposing.mark_used(
        task=task,
        membership=make_full(domain=task.domain),
        used_in="the autumn dataset",
        at=NOON,
    )

    assert (used.used_in, used.used_at) == ("the autumn dataset", NOON)
    assert Notification.objects.get().sentence == (
        "Your work is in use: the autumn dataset."
    )


def test_who_may_not_say_where_a_result_went():
    task = make_task()
    given = {"membership": make_full(domain=task.domain), "used_in": "the dataset"}
    done = make_task(domain=task.domain, state="done", closed_at=NOON)
    newcomer = make_membership(domain=task.domain)

    assert code(proposing.mark_used, task=task, **given) == "not_done"
    assert (
        code(proposing.mark_used, task=done, membership=newcomer, used_in="x")
        == "not_yours_to_tell"
    )
    assert code(proposing.mark_used, task=done, **{**given, "used_in": ""}) == "no_use"
