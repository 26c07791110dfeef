import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tasks.models import Verdict
from tests.makers import (
    make_claim,
    make_domain,
    make_full,
    make_member,
    make_membership,
    make_review,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db


def test_a_visitor_signs_in_first(client):
    assertRedirects(
        client.get("/me/"), "/accounts/login/?next=/me/", fetch_redirect_response=False
    )


def test_somebody_without_a_community_is_shown_the_way_to_one(client):
    client.force_login(make_member())

    assertContains(client.get("/me/"), "You belong to no community yet.")


def test_an_empty_bench_offers_the_next_step(client):
    own = make_membership()
    client.force_login(own.member)

    page = client.get("/me/")

    assertContains(page, "Nothing on your bench.")
    assertContains(page, "See your next step")


def test_what_one_holds_is_there_from_every_community(client):
    member = make_member()
    for title in ("Photo labels", "Seed list"):
        domain = make_domain()
        own = make_membership(domain=domain, member=member)
        make_claim(task=make_task(domain=domain, title=title), membership=own)
    make_claim(task=make_task(title="Somebody else’s"))
    client.force_login(member)

    page = client.get("/me/")

    assertContains(page, "Photo labels")
    assertContains(page, "Seed list")
    assertNotContains(page, "Somebody else’s")


def test_changes_asked_for_stand_first_and_apart(client):
    author = make_membership()
    task = make_task(domain=author.domain, title="Weir Lane")
    submission = make_submission(task=task, membership=author)
    make_verdict(Verdict.RETURNED, submission=submission)
    submission.outcome, submission.settled_at = (
        Verdict.RETURNED,
        submission.handed_in_at,
    )
    submission.save()
    client.force_login(author.member)

    page = client.get("/me/")

    assertContains(page, "Changes asked of you")
    assertContains(page, submission.get_absolute_url())
    assertNotContains(page, "Nothing on your bench.")


def test_work_that_waits_for_a_reader_says_so(client):
    submission = make_submission()
    client.force_login(submission.author.member)

    assertContains(client.get("/me/"), "waits for a reader")


def test_what_one_reads_and_what_waits_to_be_read(client):
    reviewer = make_full()
    review = make_review(
        submission=make_submission(task=make_task(domain=reviewer.domain)),
        reviewer=reviewer,
    )
    make_submission(task=make_task(domain=reviewer.domain))
    client.force_login(reviewer.member)

    page = client.get("/me/")

    assertContains(page, "You are reading")
    assertContains(page, review.submission.author.name)
    assertContains(page, "One piece of work waits for a reader")


def test_the_page_costs_the_same_however_much_one_holds(
    client, django_assert_max_num_queries
):
    costs = []
    for count in (1, 6):
        own = make_membership()
        for _ in range(count):
            make_claim(task=make_task(domain=own.domain), membership=own)
        client.force_login(own.member)
        with django_assert_max_num_queries(40) as asked:
            client.get("/me/")
        costs.append(len(asked))

    assert costs[0] == costs[1]
