import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from members.models import Draft
from tasks.models import Claim, Submission
from tests.makers import (
    HTMX,
    NOON,
    make_claim,
    make_member,
    make_membership,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim():
    return make_claim()


@pytest.fixture
def address(claim):
    return reverse("tasks:submit", args=[claim.task.domain.slug, claim.task_id])


@pytest.fixture
def author(client, claim):
    client.force_login(claim.membership.member)
    return client


def form(claim, **given):
    return {
        "generation": claim.generation,
        "body": "One page.",
        "links": "",
        "narration": "",
        "unsure": "",
        **given,
    }


def test_handing_in_leads_to_what_happens_next(author, address, claim):
    assertContains(author.get(address), "Anything you are not sure of?")

    response = author.post(address, form(claim, links="https://example.org/a\n"))

    submission = Submission.objects.get()
    assertRedirects(response, submission.get_absolute_url())
    assert submission.links == ["https://example.org/a"]
    page = author.get(submission.get_absolute_url())
    assertContains(page, "Handed in")
    assertContains(page, "We promise one within 48 hours")


def test_a_form_with_nothing_in_it_says_what_to_do(author, address, claim):
    response = author.post(
        address, form(claim, body="", narration="Line by line.", links="ftp://x")
    )

    assertContains(response, "There is a problem", status_code=422)
    assertContains(response, "It starts with https://", status_code=422)
    assertContains(response, "Line by line.", status_code=422)
    assertContains(response, "<title>Error:", status_code=422)


def test_a_lapsed_seat_answers_409_with_the_way_back(author, address, claim):
    Claim.objects.filter(pk=claim.pk).update(ended_at=NOON, ending=Claim.Ending.LAPSED)
    claim.task.state = "open"
    claim.task.save()

    response = author.post(address, form(claim))

    assertContains(response, 'data-refusal="lease_lapsed"', status_code=409)
    assertContains(response, "Take it back and hand in", status_code=409)
    assertContains(response, "One page.", status_code=409)

    response = author.post(address, form(claim, take_back="1"))
    assertRedirects(response, Submission.objects.get().get_absolute_url())


def test_an_unconfirmed_address_keeps_the_text(client):
    stranger = make_membership(member=make_member(confirmed=False))
    claim = make_claim(membership=stranger, task=make_task(domain=stranger.domain))
    client.force_login(stranger.member)
    address = reverse("tasks:submit", args=[stranger.domain.slug, claim.task_id])

    response = client.post(address, form(claim))

    assertContains(response, 'data-refusal="email_unconfirmed"', status_code=409)
    assertContains(client.get(address), "One page.")


def test_drafts_are_kept_with_and_without_javascript(author, claim):
    address = reverse(
        "tasks:submit_draft", args=[claim.task.domain.slug, claim.task_id]
    )

    plain = author.post(address, form(claim, body="So far."))
    assert plain.status_code == 302
    piece = author.post(
        address,
        form(claim, body="A bit more."),
        headers={**HTMX, "HX-Target": "draft_state"},
    )

    assertContains(piece, "Draft saved")
    assertNotContains(piece, "<h1>")
    assert Draft.objects.get().fields["body"] == "A bit more."


def test_without_a_seat_there_is_nothing_to_hand_in(client, claim, address):
    other = make_membership(domain=claim.task.domain)
    client.force_login(other.member)

    assertRedirects(client.get(address), claim.task.get_absolute_url())


def test_files_come_back_as_downloads(author, address, claim, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = SimpleUploadedFile("sheet.html", b"<script>alert(1)</script>")
    author.post(address, form(claim, attachments=[page]))
    submission = Submission.objects.get()
    kept = submission.attachments.get()

    response = author.get(
        reverse(
            "tasks:attachment",
            args=[claim.task.domain.slug, claim.task_id, submission.pk, kept.pk],
        )
    )

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="sheet.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"


def test_what_waits_is_between_its_author_and_the_community(client):
    submission = make_submission()

    assert client.get(submission.get_absolute_url()).status_code == 404
    client.force_login(make_membership(domain=submission.task.domain).member)
    assert client.get(submission.get_absolute_url()).status_code == 200


def test_the_world_reads_what_is_in_use_and_who_recognised_it(client):
    submission = make_submission(outcome="recognised", settled_at=NOON)
    review = make_verdict(submission=submission)

    page = client.get(submission.get_absolute_url())

    assertContains(page, f"Competent as is, reviewed by {review.reviewer.first_name}")
    assertContains(page, review.works)


def test_a_round_of_another_community_is_not_found_here(client):
    submission = make_submission()
    stranger = make_membership()
    client.force_login(stranger.member)

    address = reverse(
        "tasks:submission",
        args=[stranger.domain.slug, submission.task_id, submission.pk],
    )

    assert client.get(address).status_code == 404


def test_a_round_is_changed_and_taken_back(author, claim):
    submission = make_submission(claim=claim)
    args = [claim.task.domain.slug, claim.task_id, submission.pk]
    edit = reverse("tasks:edit_submission", args=args)

    assertContains(author.get(edit), submission.body)
    assertRedirects(
        author.post(edit, form(claim, body="Mended.")), submission.get_absolute_url()
    )
    assertRedirects(
        author.post(reverse("tasks:withdraw_submission", args=args)),
        submission.get_absolute_url(),
    )

    submission.refresh_from_db()
    assert (submission.body, submission.version) == ("Mended.", 2)
    assert submission.withdrawn_at is not None


def test_seeing_it_differently_invites_another_reader_once(author, claim):
    submission = make_submission(claim=claim, outcome="declined", settled_at=NOON)
    make_verdict("declined", submission=submission)
    address = reverse(
        "tasks:second_opinion",
        args=[claim.task.domain.slug, claim.task_id, submission.pk],
    )

    assertContains(author.get(submission.get_absolute_url()), "I see it differently")
    assertRedirects(author.post(address), submission.get_absolute_url())
    again = author.post(address)

    assertContains(again, 'data-refusal="asked_already"', status_code=409)


@pytest.mark.parametrize("rounds", [1, 4])
def test_a_round_costs_the_same_however_many_there_were(
    author, claim, rounds, django_assert_max_num_queries
):
    for number in range(1, rounds + 1):
        submission = make_submission(
            claim=claim, round=number, outcome="returned", settled_at=NOON
        )
        make_verdict("returned", submission=submission)
    address = submission.get_absolute_url()
    author.get(address)

    with django_assert_max_num_queries(22):
        author.get(address)
