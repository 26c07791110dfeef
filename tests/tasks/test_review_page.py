from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.centrality import Zone
from members.models import Draft
from tasks import submitting
from tasks.models import Review, Verdict
from tests.makers import (
    HTMX,
    make_domain,
    make_full,
    make_membership,
    make_review,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db

WORKS = "You left the smudged reading open instead of guessing at it."
POINT = "Add which bank the sample came from. The two banks differ by 0.3."


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def submission(domain):
    return make_submission(task=make_task(domain=domain))


@pytest.fixture
def reviewer(domain):
    return make_full(domain=domain)


@pytest.fixture
def veteran(client, reviewer):
    client.force_login(reviewer.member)
    return client


def to(name, submission):
    return reverse(f"tasks:{name}", args=[submission.task.domain.slug, submission.pk])


def reading(submission, reviewer):
    return make_review(
        submission=submission, reviewer=reviewer, claimed_at=timezone.now()
    )


def form(**given):
    return {
        "version": 1,
        "works": WORKS,
        "verdict": Verdict.RECOGNISED.value,
        "reason": "",
        "looked_at": "",
        "point": ["", ""],
        **given,
    }


def test_taking_leads_to_the_workspace(veteran, submission):
    page = veteran.get(to("review", submission))
    assertContains(page, "Review this")
    assertNotContains(page, "Send review")

    assertRedirects(veteran.post(to("take", submission)), to("review", submission))

    page = veteran.get(to("review", submission))
    assertContains(page, "Yours until")
    for words in ("Competent as is", "Needs changes", "Competent, accommodated"):
        assertContains(page, words)
    assertContains(page, 'aria-label="Change 1"')


def test_sending_leads_to_the_next_that_fits(veteran, submission, reviewer, domain):
    reading(submission, reviewer)
    coming = make_submission(task=make_task(domain=domain, title="Photo labels"))

    response = veteran.post(to("review", submission), form(), follow=True)

    assert response.redirect_chain[-1][0] == to("review", coming)
    assertContains(response, "Next: Photo labels.")
    submission.refresh_from_db()
    assert submission.outcome == Verdict.RECOGNISED


def test_after_the_last_one_there_is_the_desk(veteran, submission, reviewer):
    reading(submission, reviewer)

    response = veteran.post(
        to("review", submission),
        form(verdict="returned", point=[POINT, ""]),
    )

    assertRedirects(response, reverse("tasks:desk", args=[submission.task.domain.slug]))
    assert Review.objects.get().points.get().text == POINT


def test_what_is_missing_is_said_at_its_field_and_the_rest_kept(
    veteran, submission, reviewer
):
    reading(submission, reviewer)

    response = veteran.post(
        to("review", submission),
        form(works="Good job!", verdict="returned", point=["Fix it.", ""]),
    )

    assertContains(response, "There is a problem", status_code=422)
    assertContains(response, "point at the thing", status_code=422)
    assertContains(response, "Say for each change why it matters.", status_code=422)
    assertContains(response, "Good job!", status_code=422)
    assertContains(response, "Fix it.", status_code=422)


def test_a_changed_version_answers_409_with_the_text_kept(
    veteran, submission, reviewer
):
    reading(submission, reviewer)
    submitting.edit(
        submission=submission,
        membership=submission.author,
        body="Mended.",
        at=timezone.now(),
    )

    response = veteran.post(to("review", submission), form())

    assertContains(response, 'data-refusal="changed_meanwhile"', status_code=409)
    assertContains(response, WORKS, status_code=409)
    assertContains(response, "Mended.", status_code=409)
    assertContains(response, 'name="version" value="2"', status_code=409)


def test_what_somebody_else_reads_answers_409(veteran, submission):
    other = make_full(domain=submission.task.domain, name="Amara Okoye")
    reading(submission, other)

    response = veteran.post(to("take", submission))

    assertContains(response, 'data-refusal="taken"', status_code=409)
    assertContains(response, "Amara is reading this.", status_code=409)


def test_drafts_are_kept_with_and_without_javascript(veteran, submission, reviewer):
    reading(submission, reviewer)

    plain = veteran.post(
        to("review_draft", submission), form(works="So far", version=1)
    )
    assertRedirects(plain, to("review", submission))
    piece = veteran.post(
        to("review_draft", submission),
        form(works="A bit more", point=["Half a", ""]),
        headers={**HTMX, "HX-Target": "draft_state"},
    )

    assertContains(piece, "Draft saved")
    assertNotContains(piece, "<h1")
    assert Draft.objects.get().fields["works"] == "A bit more"
    page = veteran.get(to("review", submission))
    assertContains(page, "A bit more")
    assertContains(page, "Half a")


def test_a_lease_is_kept_longer_and_put_back(veteran, submission, reviewer):
    review = reading(submission, reviewer)
    due_at = review.due_at

    piece = veteran.post(to("keep", submission), headers={**HTMX, "HX-Target": "lease"})
    assertContains(piece, "Yours until")
    assertNotContains(piece, "<h1")
    review.refresh_from_db()
    assert review.due_at > due_at - timedelta(seconds=1)

    response = veteran.post(to("put_back", submission))
    assertRedirects(response, reverse("tasks:desk", args=[submission.task.domain.slug]))
    review.refresh_from_db()
    assert review.released_at is not None


def test_one_is_told_why_it_is_not_theirs_to_judge(client, submission):
    client.force_login(submission.author.member)

    assertContains(client.get(to("review", submission)), 'data-refusal="own_work"')


def test_a_first_look_is_given_from_inbound_on(client, domain, submission):
    reader = make_membership(domain=domain, zone=Zone.INBOUND)
    client.force_login(reader.member)

    thin = client.post(to("first_look", submission), {"works": "Nice."})
    sent = client.post(to("first_look", submission), {"works": WORKS})

    assertContains(thin, "There is a problem", status_code=422)
    assertRedirects(sent, reverse("tasks:desk", args=[domain.slug]))
    again = client.post(to("first_look", submission), {"works": WORKS})
    assertContains(again, 'data-refusal="read_already"', status_code=409)


def test_the_workspace_keeps_other_verdicts_to_itself(veteran, domain):
    submission = make_submission(task=make_task(domain=domain, centrality=3), places=2)
    make_verdict(submission=submission, place=1)

    page = veteran.get(submission.get_absolute_url())

    assertNotContains(page, "instead of guessing")


# The desk


@pytest.fixture
def desk(domain):
    return reverse("tasks:desk", args=[domain.slug])


def test_the_desk_puts_first_works_first_then_the_longest_wait(veteran, domain, desk):
    now = timezone.now()
    for title, hours, is_first in [
        ("Waits long", 50, False),
        ("Waits less", 5, False),
        ("First work", 1, True),
    ]:
        make_submission(
            task=make_task(domain=domain, title=title),
            handed_in_at=now - timedelta(hours=hours),
            is_first=is_first,
        )

    page = veteran.get(desk).content.decode()

    assert (
        page.index("First work") < page.index("Waits long") < page.index("Waits less")
    )
    assert "Three fit in 10 minutes" in page


def test_the_desk_knows_the_time_one_has(veteran, domain, desk):
    make_submission(task=make_task(domain=domain, centrality=2))

    assertContains(veteran.get(desk, {"fits": 10}), "One fits in 10 minutes")
    assertContains(veteran.get(desk, {"fits": 5}), "Longer")
    assertContains(veteran.get(desk, {"fits": 0}), "One waits")
    assertContains(veteran.get(desk, {"fits": "x", "area": "nowhere"}), "One fits")


def test_the_desk_can_be_narrowed_to_an_area_and_to_what_one_was_asked(
    veteran, domain, desk
):
    sampling, data = domain.areas.order_by("place")
    make_submission(task=make_task(domain=domain, title="In data", area=data))
    make_submission(task=make_task(domain=domain, title="In sampling", area=sampling))

    page = veteran.get(desk, {"area": "data"})

    assertContains(page, "In data")
    assertNotContains(page, "In sampling")
    assertNotContains(veteran.get(desk, {"mine": 1}), "In data")


def test_an_empty_desk_is_the_whole_point(veteran, desk):
    assertContains(veteran.get(desk), "Nobody is waiting. That is the whole point.")


def test_who_cannot_review_yet_sees_what_opens_it(client, domain, desk):
    make_submission(task=make_task(domain=domain))
    client.force_login(make_membership(domain=domain).member)
    assertContains(client.get(desk), "First looks open at Inbound.")

    client.force_login(make_membership(domain=domain, zone=Zone.INBOUND).member)
    assertContains(client.get(desk), "First look")


def test_capacity_is_said_on_the_desk(veteran, reviewer, domain, desk):
    address = reverse("tasks:make_room", args=[domain.slug])

    assertRedirects(
        veteran.post(address, {"capacity": "half", "review_minutes": "30"}), desk
    )
    wrong = veteran.post(address, {"capacity": "lots", "review_minutes": "30"})

    assert wrong.status_code == 422
    reviewer.refresh_from_db()
    assert (reviewer.capacity, reviewer.review_minutes) == ("half", 30)


def test_estimates_are_the_median_of_reviews_given_here(veteran, domain, desk):
    now = timezone.now()
    for minutes in (2, 3, 3, 4, 900):
        make_verdict(
            submission=make_submission(
                task=make_task(domain=domain), outcome="recognised", settled_at=now
            ),
            claimed_at=now - timedelta(minutes=minutes),
            sent_at=now,
        )
    make_submission(task=make_task(domain=domain))

    assertContains(veteran.get(desk), "about 3 min")


@pytest.mark.parametrize("waiting", [3, 300])
def test_the_desk_costs_the_same_however_much_waits(
    veteran, domain, desk, waiting, django_assert_num_queries
):
    raised_by = make_full(domain=domain)
    author = make_membership(domain=domain)
    for _ in range(waiting):
        make_submission(
            task=make_task(domain=domain, raised_by=raised_by), membership=author
        )
    veteran.get(desk)

    with django_assert_num_queries(12):
        veteran.get(desk)
