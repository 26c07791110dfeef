import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.centrality import Zone
from members.models import Draft
from tasks import sending, submitting
from tasks.models import Citation, Point, Rereading, Review, Submission, Verdict
from tests.makers import (
    HTMX,
    NOON,
    let_reviews_go,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_review,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db

PIECE = {**HTMX, "HX-Target": "draft_state"}
WORKS = "You left the smudged reading open instead of guessing at it."
POINT = "Add which bank the sample came from. The two banks differ by 0.3."


@pytest.fixture
def domain():
    return make_domain()


def waits(domain, **given):
    """Work anybody may pick: its author is past the threshold."""
    author = make_membership(domain=domain, threshold_at=timezone.now())
    task = make_task(
        domain=domain,
        **{
            key: given.pop(key)
            for key in ("title", "area", "centrality")
            if key in given
        },
    )
    return make_submission(task=task, membership=author, **given)


@pytest.fixture
def submission(domain):
    return waits(domain)


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
    coming = waits(domain, title="Photo labels")

    response = veteran.post(to("review", submission), form(), follow=True)

    assert response.redirect_chain[-1][0] == to("review", coming)
    assertContains(response, "Next: Photo labels.")
    assertContains(response, f"Undo: {submission.task.title}")
    let_reviews_go()
    submission.refresh_from_db()
    assert submission.outcome == Verdict.RECOGNISED
    assertNotContains(veteran.get(to("review", coming)), "Undo")


def test_after_the_last_one_there_is_the_desk(veteran, submission, reviewer):
    reading(submission, reviewer)

    response = veteran.post(
        to("review", submission),
        form(verdict="returned", point=[POINT, ""]),
    )

    assertRedirects(response, reverse("tasks:desk", args=[submission.task.domain.slug]))
    let_reviews_go()
    assert Review.objects.get().points.get().text == POINT


def test_a_review_is_taken_back_for_as_long_as_it_has_not_gone(
    veteran, submission, reviewer
):
    reading(submission, reviewer)
    veteran.post(to("review", submission), form())
    page = veteran.get(to("review", submission))
    assertContains(page, "Until then you can take it back.")
    assertNotContains(page, "Send review")

    undone = veteran.post(to("take_back_review", submission), follow=True)

    assert undone.redirect_chain[-1][0] == to("review", submission)
    assertContains(undone, "Taken back before anybody read it.")
    assertContains(undone, WORKS)
    assertContains(undone, "Send review")

    veteran.post(to("review", submission), form())
    let_reviews_go()
    late = veteran.post(to("take_back_review", submission), follow=True)
    assertContains(late, "has it already, so it stays as you sent it.")
    submission.refresh_from_db()
    assert submission.outcome == Verdict.RECOGNISED


def test_nobody_takes_back_the_review_of_another(veteran, submission, domain):
    other = reading(submission, make_full(domain=domain))
    sending.finish(
        review=other, at=timezone.now(), verdict="recognised", works=WORKS, version=1
    )

    veteran.post(to("take_back_review", submission))

    assert let_reviews_go() == 1


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
        waits(
            domain,
            title=title,
            handed_in_at=now - timedelta(hours=hours),
            is_first=is_first,
        )

    page = veteran.get(desk).content.decode()

    assert (
        page.index("First work") < page.index("Waits long") < page.index("Waits less")
    )
    assert "Three fit in 10 minutes" in page


def test_the_desk_knows_the_time_one_has(veteran, domain, desk):
    waits(domain, centrality=2)

    assertContains(veteran.get(desk, {"fits": 10}), "One fits in 10 minutes")
    assertContains(veteran.get(desk, {"fits": 5}), "Longer")
    assertContains(veteran.get(desk, {"fits": 0}), "One waits")
    assertContains(veteran.get(desk, {"fits": "x", "area": "nowhere"}), "One fits")


def test_the_desk_can_be_narrowed_to_an_area_and_to_what_one_was_asked(
    veteran, domain, desk
):
    sampling, data = domain.areas.order_by("place")
    waits(domain, title="In data", area=data)
    waits(domain, title="In sampling", area=sampling)

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


@pytest.mark.parametrize("waiting", [3, 60])
def test_the_desk_costs_the_same_however_much_waits(
    veteran, domain, desk, waiting, django_assert_num_queries
):
    raised_by = make_full(domain=domain)
    author = make_membership(domain=domain, threshold_at=timezone.now())
    for _ in range(waiting):
        make_submission(
            task=make_task(domain=domain, raised_by=raised_by), membership=author
        )
    veteran.get(desk)

    with django_assert_num_queries(23):
        veteran.get(desk)


def test_first_works_are_drawn_and_their_authors_not_told(veteran, domain, desk):
    newcomer = make_membership(domain=domain, name="Wen Liu")
    first = make_submission(
        task=make_task(domain=domain, title="Photo labels"), membership=newcomer
    )

    page = veteran.get(desk)
    assertContains(page, "One newcomer’s first work waits")
    assertNotContains(page, "Wen Liu")
    assertNotContains(page, "Photo labels")
    picked = veteran.post(to("take", first))
    assertContains(picked, "is drawn, so that nobody picks", status_code=409)

    address = reverse("tasks:draw", args=[domain.slug])
    assertRedirects(veteran.post(address, {"fits": "10"}), to("review", first))
    assertRedirects(veteran.post(address, {"fits": "10"}), to("review", first))
    assertContains(veteran.get(to("review", first)), "Send review")
    assert Review.objects.under_way().count() == 1


def test_passing_on_takes_a_reason_and_it_does_not_come_back(veteran, domain, desk):
    first = make_submission(task=make_task(domain=domain))
    address = reverse("tasks:draw", args=[domain.slug])
    veteran.post(address)

    wrong = veteran.post(to("skip", first), {"reason": "no"})
    assertContains(wrong, "Say why, in a few words", status_code=422)
    assertRedirects(veteran.post(to("skip", first), {"reason": "My neighbour."}), desk)

    assertContains(veteran.get(desk), "Nobody is waiting.")
    nothing = veteran.post(address, follow=True)
    assertContains(nothing, "No first work waits for a reader just now.")


def test_what_waits_too_long_is_said_with_what_still_waits_counted(
    veteran, domain, desk
):
    now = timezone.now()
    assertContains(veteran.get(desk), "Too early to say")
    author = make_membership(domain=domain, threshold_at=now)
    raiser = make_full(domain=domain)
    for _ in range(20):
        make_submission(
            task=make_task(domain=domain, raised_by=raiser),
            membership=author,
            handed_in_at=now - timedelta(days=2),
            settled_at=now - timedelta(days=1),
            outcome="recognised",
        )
    own = make_submission(
        task=make_task(domain=domain, raised_by=raiser), membership=author
    )

    assertContains(veteran.get(desk), "Half of the work here has its verdict within")
    veteran.force_login(author.member)
    Submission.objects.filter(pk=own.pk).update(handed_in_at=now)
    assertContains(veteran.get(own.get_absolute_url()), "Half of work like this")


def test_a_remark_made_three_times_is_offered_to_the_repertoire(
    veteran, reviewer, domain, desk
):
    now = timezone.now()
    for number in range(3):
        review = make_verdict(
            Verdict.RETURNED,
            submission=make_submission(
                task=make_task(domain=domain), outcome="returned", settled_at=now
            ),
            reviewer=reviewer,
            sent_at=now,
        )
        Point.objects.create(
            review=review,
            number=1,
            text=f"Say which bank the samples came from ({number}): banks differ.",
        )

    page = veteran.get(desk)

    assertContains(page, "Asked of three people this month.")
    assertContains(page, "Words they share: which, bank, samples, came, from")
    address = re.search(r'href="([^"]*repertoire/new[^"]*)"', page.content.decode())
    form = veteran.get(html.unescape(address.group(1)))
    assertContains(form, "Say which bank the samples came from")
    assertContains(form, review.submission.get_absolute_url())


# Several in one sitting


def sit(domain, **given):
    return reverse("tasks:sitting", args=[domain.slug]), {
        f"s{pk}-{name}": value
        for pk, typed in given["typed"].items()
        for name, value in form(**typed).items()
    }


def test_one_authors_small_things_are_read_in_one_sitting(veteran, domain, desk):
    author = make_membership(
        domain=domain, name="Pageturner", threshold_at=timezone.now()
    )
    raiser = make_full(domain=domain)
    works = [
        make_submission(
            task=make_task(domain=domain, title=f"Sheet {n}", raised_by=raiser),
            membership=author,
        )
        for n in range(3)
    ]
    assertContains(veteran.get(desk), "Three by Pageturner")
    take = reverse("tasks:take_together", args=[domain.slug])
    own_page, _ = sit(domain, typed={})
    taken = veteran.post(take, {"submission": [work.pk for work in works]})
    assertRedirects(taken, own_page)

    whole, thin, untouched = works
    address, typed = sit(
        domain,
        typed={
            whole.pk: {},
            thin.pk: {"verdict": "returned"},
            untouched.pk: {"works": "", "verdict": ""},
        },
    )
    page = veteran.post(address, typed)

    assertContains(page, "Name at least one change", status_code=422)
    assertContains(page, "Undo: Sheet 0", status_code=422)
    assertNotContains(page, f"s{whole.pk}-works", status_code=422)
    assertContains(page, WORKS, status_code=422)
    let_reviews_go()
    whole.refresh_from_db()
    assert whole.outcome == Verdict.RECOGNISED
    assert Draft.objects.filter(key=f"review:{thin.pk}").exists()
    assert not Draft.objects.filter(key=f"review:{untouched.pk}").exists()

    _, typed = sit(
        domain,
        typed={
            thin.pk: {"verdict": "returned", "point": [POINT]},
            untouched.pk: {"works": "", "verdict": ""},
        },
    )
    assertRedirects(veteran.post(address, typed), address)
    let_reviews_go()
    thin.refresh_from_db()
    assert (thin.outcome, thin.reviews.get().points.get().text) == ("returned", POINT)
    assertContains(veteran.get(address), "Sheet 2")


def test_a_sitting_keeps_drafts_and_leases(veteran, reviewer, domain):
    work = waits(domain)
    review = reading(work, reviewer)
    address, typed = sit(domain, typed={work.pk: {"works": "Half a sen"}})

    draft = reverse("tasks:sitting_draft", args=[domain.slug])
    assertContains(veteran.post(draft, typed, headers=PIECE), "Drafts saved")
    assertRedirects(veteran.post(draft, typed), address)
    assertContains(veteran.get(address), "Half a sen")
    keep = reverse("tasks:keep_together", args=[domain.slug])
    assertRedirects(veteran.post(keep), address)
    assert Review.objects.get(pk=review.pk).due_at > review.due_at


def test_whoever_sits_down_to_nothing_is_told(veteran, domain, submission, desk):
    address, _ = sit(domain, typed={})
    assertContains(veteran.get(address), "You are reading nothing just now.")
    make_review(submission=submission, claimed_at=timezone.now())
    take = reverse("tasks:take_together", args=[domain.slug])

    page = veteran.post(take, {"submission": [submission.pk]}, follow=True)

    assertContains(page, "is reading this")


# Read again, blind


def test_a_blind_reading_shows_the_work_alone_and_then_what_was_said(
    veteran, reviewer, domain, desk
):
    now = timezone.now()
    work = waits(domain, outcome="recognised", settled_at=now, body="Nine readings.")
    first = make_verdict(
        submission=work,
        reviewer=make_full(domain=domain, name="Jun Sato"),
        works="The smudge is left open, which is how it should be.",
    )
    found = Rereading.objects.create(submission=work, first=first, chosen_at=now)

    assertContains(veteran.get(desk), "Read one again")
    page = reverse("tasks:reread", args=[domain.slug, found.pk])
    assertRedirects(veteran.post(reverse("tasks:draw_again", args=[domain.slug])), page)
    blind = veteran.get(page)
    assertContains(blind, "Nine readings.")
    for hidden in (work.author.name, "Jun Sato", first.works):
        assertNotContains(blind, hidden)
    assertRedirects(veteran.get(work.get_absolute_url()), page)
    draft = reverse("tasks:reread_draft", args=[domain.slug, found.pk])
    assertContains(veteran.post(draft, {"words": "Half"}, headers=PIECE), "Draft saved")

    assert veteran.post(page, {"words": "Thin", "verdict": ""}).status_code == 422
    assertRedirects(veteran.post(page, {"words": WORKS, "verdict": "returned"}), page)

    told = veteran.get(page)
    assertContains(told, "You read it differently")
    assertContains(told, first.works)
    assertContains(
        veteran.get(desk), "You said the same as another reader 0 of 1 time."
    )
    work.refresh_from_db()
    assert work.outcome == "recognised"


def test_a_blind_reading_is_left_to_somebody_else(veteran, reviewer, domain, desk):
    now = timezone.now()
    work = waits(domain, outcome="recognised", settled_at=now)
    found = Rereading.objects.create(
        submission=work, first=make_verdict(submission=work), chosen_at=now
    )
    veteran.post(reverse("tasks:draw_again", args=[domain.slug]))

    back = reverse("tasks:reread_put_back", args=[domain.slug, found.pk])

    assertRedirects(veteran.post(back), desk)
    page = reverse("tasks:reread", args=[domain.slug, found.pk])
    assert veteran.get(page).status_code == 404


def test_what_the_work_contradicts_is_said_beside_the_review(
    client, veteran, reviewer, submission
):
    domain, task = submission.task.domain, submission.task
    entry = make_entry(domain=domain, title="Lock spike", slug="lock-spike")
    Citation.objects.create(
        domain=domain, entry=entry, task=task, submission=submission, cited_at=NOON
    )
    reading(submission, reviewer)
    at = [domain.slug, entry.shelf, entry.slug]
    contradict = reverse("repertoire:contradict", args=at)
    page = client.get(to("review", submission))
    assertContains(page, f'formaction="{contradict}"')

    client.post(contradict, {"words": "It took nine minutes.", "task": task.pk})

    page = client.get(entry.get_absolute_url())
    assertContains(page, "Somebody says this does not hold.")
    assertContains(page, f'href="{task.get_absolute_url()}">the work that shows it')
    desk = client.get(reverse("repertoire:tending", args=[domain.slug]))
    assertContains(desk, "It took nine minutes.")
