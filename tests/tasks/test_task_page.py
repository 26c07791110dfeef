import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.centrality import Centrality, Zone
from members.models import Membership
from tasks import claiming, narrating, observing, proposing, stating
from tasks.models import Claim, LogEntry, Task, Verdict
from tests.makers import (
    HTMX,
    NOON,
    make_claim,
    make_domain,
    make_full,
    make_member,
    make_membership,
    make_submission,
    make_task,
    make_verdict,
)
from tests.tasks.test_proposing import need

pytestmark = pytest.mark.django_db

PANEL = {**HTMX, "HX-Target": "seats_panel"}


@pytest.fixture
def newcomer():
    return make_membership(name="Maya Lindt")


@pytest.fixture
def signed_in(client, newcomer):
    client.force_login(newcomer.member)
    return client


def at(name, task, *more):
    return reverse(f"tasks:{name}", args=[task.domain.slug, task.pk, *more])


def held_by(membership, **given):
    task = make_task(domain=membership.domain, **given)
    return claiming.claim(task=task, membership=membership, at=timezone.now())


def test_the_page_says_what_is_needed_for_whom_and_by_whom(client):
    task = make_task(
        brief="One **scanned** page.", if_wrong="A second reader compares."
    )

    page = client.get(task.get_absolute_url())

    assertContains(page, "Transcribe the Mill Bridge field sheets</h1>")
    assertContains(page, "Feeds the public autumn dataset")
    assertContains(page, "<strong>scanned</strong>")
    assertContains(page, f"Asked for by {task.raised_by.name}.")
    assertContains(page, "A second reader compares.")
    assertContains(page, "One Active or Core member, never its author.")


def test_what_good_looks_like_comes_from_finished_neighbours(client):
    task = make_task()
    done = make_submission(
        task=make_task(domain=task.domain, title="The Weir Lane sheets"),
        outcome=Verdict.RECOGNISED,
        settled_at=NOON,
    )
    make_verdict(submission=done)

    page = client.get(task.get_absolute_url())

    assertContains(page, "What good looks like")
    assertContains(page, "The Weir Lane sheets")
    assertContains(page, "You left the smudged reading open instead of guessing.")


def test_claiming_swaps_the_panel_and_says_until_when(signed_in, newcomer):
    task = make_task(domain=newcomer.domain)

    panel = signed_in.post(at("claim", task), headers=PANEL)

    assertContains(panel, "You have it until")
    assertContains(panel, "Hand in")
    assertContains(panel, 'id="task_states" hx-swap-oob="true"')
    assertNotContains(panel, "<h1>")
    assert "HX-Target" in panel["Vary"]


def test_a_refusal_says_why_and_what_would_open_the_door(signed_in, newcomer):
    task = make_task(domain=newcomer.domain, centrality=Centrality.CORE)

    panel = signed_in.post(at("claim", task), headers=PANEL)
    page = signed_in.post(at("claim", task))

    for answer in (panel, page):
        assertContains(answer, 'data-refusal="out_of_reach"', status_code=409)
        assertContains(answer, "Observe it", status_code=409)
    assertContains(page, "<h1>", status_code=409)


def test_the_page_says_beforehand_why_not(signed_in, newcomer):
    task = make_task(domain=newcomer.domain, centrality=Centrality.INBOUND)

    page = signed_in.get(task.get_absolute_url())

    assertContains(page, 'data-refusal="not_ready"')
    assertNotContains(page, at("claim", task))


def test_putting_it_back_keeps_the_words(signed_in, newcomer):
    claim = held_by(newcomer)

    response = signed_in.post(at("release", claim.task), {"words": "No time."})

    claim.refresh_from_db()
    assertRedirects(response, claim.task.get_absolute_url())
    assert claim.ending_words == "No time."


def test_keeping_it_longer_and_what_follows_twice(signed_in, newcomer):
    claim = held_by(newcomer)

    for _ in range(2):
        assert (
            signed_in.post(at("extend", claim.task), headers=PANEL).status_code == 200
        )
    panel = signed_in.post(at("extend", claim.task), headers=PANEL)

    assertContains(panel, "You have extended twice without a note.", status_code=409)


def test_a_full_member_gives_a_holder_more_time(client, newcomer):
    claim = held_by(newcomer)
    reviewer = make_full(domain=newcomer.domain)
    client.force_login(reviewer.member)

    client.post(at("extend", claim.task), {"claim": claim.pk})

    assert newcomer.member.notifications.get().actor == reviewer


def test_without_a_seat_there_is_nothing_to_put_back(signed_in, newcomer):
    task = make_task(domain=newcomer.domain)

    for given in ({}, {"claim": "99999999999999999999"}, {"claim": "x"}):
        panel = signed_in.post(at("release", task), given, headers=PANEL)
        assertContains(panel, 'data-refusal="no_seat"', status_code=409)


def test_a_note_is_added_in_place_and_the_field_stays(signed_in, newcomer):
    claim = held_by(newcomer)

    piece = signed_in.post(
        at("log", claim.task),
        {"body": "Read the *whole* sheet once."},
        headers={**HTMX, "HX-Target": "log"},
    )

    assertContains(piece, "Read the <em>whole</em> sheet once.")
    assertContains(piece, "Added.")
    assertContains(piece, 'id="id_body"')
    assertNotContains(piece, "<h1>")


def test_an_empty_note_is_answered_at_the_field(signed_in, newcomer):
    claim = held_by(newcomer)

    page = signed_in.post(at("log", claim.task), {"body": " "})

    assertContains(page, "Write a line first.", status_code=422)
    assertContains(page, "There is a problem", status_code=422)


def test_who_only_passes_by_writes_no_note(signed_in, newcomer):
    claim = make_claim(task=make_task(domain=newcomer.domain))

    page = signed_in.post(at("log", claim.task), {"body": "Hello."})

    assertContains(page, 'data-refusal="no_seat"', status_code=409)


def test_an_observers_question_stands_under_its_note(client, newcomer):
    holder = make_full(domain=newcomer.domain)
    claim = held_by(holder)
    note = narrating.note(
        task=claim.task, membership=holder, body="2.1 or 2.7", at=timezone.now()
    )
    client.force_login(newcomer.member)
    client.post(at("observe", claim.task))

    response = client.post(
        at("log", claim.task), {"body": "Why not ask Kofi?", "about": note.pk}
    )

    assertRedirects(
        response, f"{claim.task.get_absolute_url()}#log", fetch_redirect_response=False
    )
    assertContains(client.get(claim.task.get_absolute_url()), "Why not ask Kofi?")


def test_observing_and_leaving_swap_the_panel(signed_in, newcomer):
    task = make_task(domain=newcomer.domain, centrality=Centrality.CORE)

    watching = signed_in.post(at("observe", task), headers=PANEL)
    left = signed_in.post(at("unobserve", task), headers=PANEL)

    assertContains(watching, "You are observing.")
    assertContains(left, "Observe")
    assertNotContains(left, "You are observing.")


def test_whoever_did_it_vouches_on_the_page(signed_in, newcomer):
    claim = held_by(newcomer)
    watcher = make_membership(domain=newcomer.domain, name="Bea Novak")
    seat = observing.observe(task=claim.task, membership=watcher, at=NOON)
    claim.ended_at, claim.ending = timezone.now(), Claim.Ending.DONE
    claim.save()
    stating.restate(claim.task, at=timezone.now())

    assertContains(signed_in.get(claim.task.get_absolute_url()), "Vouch for Bea")
    panel = signed_in.post(at("vouch", claim.task, seat.pk), headers=PANEL)

    assertContains(panel, "is vouched for")


def test_a_visitor_claims_first_and_signs_up_second(client):
    task = make_task()
    member = make_member(name="Wen Liu")

    held = client.post(at("claim", task))
    sign_up = client.get(at("take_up", task))

    assertRedirects(held, at("take_up", task), fetch_redirect_response=False)
    assert sign_up.status_code == 302
    assert reverse("members:join", args=[task.domain.slug]) in sign_up["Location"]
    assert client.session["taking_title"] == task.title
    assert task.claims.live().get().is_hold
    assertContains(client.get(task.get_absolute_url()), "Kept for you until")

    client.force_login(member)
    membership = make_membership(domain=task.domain, member=member)
    taken = client.get(at("take_up", task))

    assertRedirects(
        taken, f"{task.get_absolute_url()}#until", fetch_redirect_response=False
    )
    assert task.claims.live().get().membership == membership
    assertContains(client.get(task.get_absolute_url()), "You have it until")


def test_htmx_leads_a_visitor_to_a_whole_page(client):
    task = make_task()

    answer = client.post(at("claim", task), headers=PANEL)

    assert (answer.status_code, answer["HX-Redirect"]) == (204, at("take_up", task))


def test_a_held_seat_that_cannot_be_taken_up_says_why(client):
    task = make_task()
    client.post(at("claim", task))
    busy = make_membership(domain=task.domain)
    held_by(busy)
    client.force_login(busy.member)

    page = client.get(at("take_up", task), follow=True)

    assertContains(page, "as many as your place carries")
    assert not task.claims.live().exists()


def test_a_member_of_nothing_joins_on_the_way(client):
    task = make_task()
    client.force_login(make_member())

    response = client.post(at("claim", task))

    assertRedirects(response, at("take_up", task), fetch_redirect_response=False)
    assert not Membership.objects.filter(member__handle="nobody").exists()


def test_a_proposal_is_seen_by_members_and_opened_by_those_who_may(client, newcomer):
    task = make_task(domain=newcomer.domain, state="draft", opened_at=None)
    full = make_full(domain=newcomer.domain)

    assert client.get(task.get_absolute_url()).status_code == 404
    client.force_login(newcomer.member)
    assertNotContains(client.get(task.get_absolute_url()), "Open this task")
    assertContains(
        client.post(at("open", task)), 'data-refusal="not_yours', status_code=409
    )
    client.force_login(full.member)
    assertContains(client.get(task.get_absolute_url()), "Open this task")
    client.post(at("open", task))

    task.refresh_from_db()
    assert task.state == Task.State.OPEN


def test_where_the_result_went_is_said_on_the_page(client):
    claim = make_claim(ended_at=NOON, ending=Claim.Ending.DONE)
    stating.restate(claim.task, at=NOON)
    full = make_full(domain=claim.task.domain)
    client.force_login(full.member)

    wrong = client.post(at("used", claim.task), {"used_in": ""})
    client.post(at("used", claim.task), {"used_in": "the autumn dataset"})

    assertContains(wrong, "Say where it went.", status_code=422)
    assertContains(client.get(claim.task.get_absolute_url()), "the autumn dataset")


def test_what_needs_changes_is_never_said_in_public(client):
    returned = make_submission(outcome=Verdict.RETURNED, settled_at=NOON)

    page = client.get(returned.task.get_absolute_url())

    assertContains(page, "In progress, round 2")
    assertNotContains(page, "Needs changes")


def test_a_change_is_said_and_its_history_shows_it(signed_in, newcomer):
    task = make_task(domain=newcomer.domain)
    proposing.edit(
        task=task,
        membership=make_full(domain=task.domain, name="Amara Okoye"),
        need=need(task.domain),
        at=timezone.now(),
    )

    assertContains(signed_in.get(task.get_absolute_url()), "What is needed changed on")
    history = signed_in.get(at("history", task))
    assertContains(history, "<ins>Goes on the public photo map</ins>")
    assertContains(history, "<del>Feeds the public autumn dataset</del>")
    assertContains(history, "Amara Okoye")


def test_a_task_of_elsewhere_or_of_nowhere_is_not_found(signed_in, newcomer):
    elsewhere = make_task()
    slug = newcomer.domain.slug

    for pk in (elsewhere.pk, 10**9):
        for name in ("task", "history", "edit", "withdraw"):
            address = reverse(f"tasks:{name}", args=[slug, pk])
            assert signed_in.get(address).status_code == 404
        for name in ("claim", "observe", "release", "extend", "log", "open", "used"):
            address = reverse(f"tasks:{name}", args=[slug, pk])
            assert signed_in.post(address, {"body": "x"}).status_code == 404, name


@pytest.mark.parametrize("zone", [Zone.PERIPHERY, Zone.ACTIVE])
def test_the_page_costs_the_same_however_long_its_past(
    client, django_assert_max_num_queries, zone
):
    costs = []
    domain = make_domain()
    reader = make_membership(domain=domain, zone=zone)
    client.force_login(reader.member)
    for number in (3, 300):
        claim = held_by(make_full(domain=domain), observer_seats=10)
        task, holder = claim.task, claim.membership
        for each in range(number):
            narrating.note(
                task=task,
                membership=holder,
                body=f"Note {each}",
                at=NOON + timedelta(minutes=each),
            )
        for _ in range(number // 30):
            observing.observe(
                task=task, membership=make_membership(domain=domain), at=NOON
            )
        for each in range(1, number // 3 + 1):
            make_submission(
                claim=claim, round=each, outcome=Verdict.RETURNED, settled_at=NOON
            )
        client.get(task.get_absolute_url())
        with django_assert_max_num_queries(16) as counted:
            client.get(task.get_absolute_url())
        costs.append(len(counted))

    assert costs[0] == costs[1]


def test_work_of_the_next_zone_says_what_it_takes_as_things_to_do(signed_in, newcomer):
    task = make_task(domain=newcomer.domain, centrality=Centrality.INBOUND)

    page = signed_in.get(task.get_absolute_url())

    assertContains(page, "When the time comes")
    assertContains(page, "Watch Inbound work to its end")
    assertContains(page, "Have the word of whoever did it")


# Long logs


@pytest.fixture
def log():
    """120 notes, a minute apart, and a question asked after the last about the first."""
    task = make_task()
    author = make_full(domain=task.domain)
    notes = LogEntry.objects.bulk_create(
        LogEntry(
            task=task,
            author=author,
            body=f"Sheet {number}.",
            written_at=NOON + timedelta(minutes=number),
        )
        for number in range(120)
    )
    question = LogEntry.objects.create(
        task=task,
        author=author,
        about=notes[0],
        body="Which bank?",
        written_at=NOON + timedelta(days=1),
    )
    return [*notes, question]


def shown(page):
    body = page.content.decode()
    return [int(number) for number in re.findall(r"<p>Sheet (\d+)\.</p>", body)]


def test_a_long_log_shows_its_latest_notes_and_leads_to_earlier_ones(client, log):
    task = log[0].task

    page = client.get(task.get_absolute_url())

    assert shown(page) == list(range(70, 120))
    assertContains(page, f'href="{task.url_of_note(log[70].pk)}">Earlier notes')
    assertNotContains(page, "Later notes")

    page = client.get(task.url_of_note(log[69].pk))

    assert shown(page) == list(range(45, 95))
    assertContains(page, f'href="{task.url_of_note(log[45].pk)}">Earlier notes')
    assertContains(page, f'href="{task.url_of_note(log[94].pk)}">Later notes')


def test_an_old_note_is_read_among_those_around_it(client, log):
    page = client.get(log[0].task.url_of_note(log[10].pk))

    assert shown(page) == list(range(36))
    assertContains(page, f'id="note_{log[10].pk}"')
    assertNotContains(page, "Earlier notes")


def test_a_question_is_read_below_the_note_it_is_about(client, log):
    page = client.get(log[0].task.url_of_note(log[-1].pk))

    assert shown(page)[0] == 0
    assertContains(page, f'id="note_{log[-1].pk}"')


@pytest.mark.parametrize("asked", ["0", "x", "9" * 30, ""])
def test_a_note_that_is_not_there_shows_the_latest(client, log, asked):
    page = client.get(log[0].task.get_absolute_url(), {"note": asked})

    assert shown(page)[-1] == 119
