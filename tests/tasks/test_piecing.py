"""A jigsaw: parts in other hands and areas, taught, made ready, handed in as one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.centrality import Zone
from domain.refusal import Refused
from members.models import Notification, Participation
from tasks import claiming, legitimacy, piecing, proposing, reviewing, submitting
from tasks.models import Claim, Part, Submission, Task, Verdict
from tests.makers import (
    NOON,
    make_core,
    make_domain,
    make_full,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
LESSON = "The blank goes with you all day, or it shows nothing."
WORKS = "Every reading carries its bank and its hour, in all three parts."
POINT = "Say which bank the third sample came from. The two differ by 0.3."


@pytest.fixture
def domain():
    return make_domain(areas=("Sampling", "Data", "Writing"))


def make_jigsaw(domain):
    areas = domain.areas.order_by("place")
    task = make_task(domain=domain, seats=3)
    for seat, area in enumerate(areas, start=1):
        Part.objects.create(task=task, seat=seat, title=f"{area} part", area=area)
    return task


def held(task, **given):
    """A jigsaw with each part in somebody's hands."""
    return [
        claiming.claim(
            task=task,
            membership=make_membership(domain=task.domain, **given),
            seat=seat,
            at=NOON,
        )
        for seat in (1, 2, 3)
    ]


def teach(claim, at=NOON):
    return piecing.teach(
        task=claim.task, membership=claim.membership, body=LESSON, at=at
    )


def make_ready(claim, at=NOON):
    if not Part.objects.filter(seat=claim.seat, taught_in__claim=claim).exists():
        teach(claim, at)
    return piecing.mark_ready(task=claim.task, membership=claim.membership, at=at)


def hand_in(claim, body="The whole page.", at=NOON, **given):
    return submitting.hand_in(
        claim=claim, generation=claim.generation, body=body, at=at, **given
    )


def judge(submission, reviewer, verdict=Verdict.RECOGNISED, at=NOON):
    review = reviewing.take(submission=submission, reviewer=reviewer, at=at)
    reviewing.send(
        review=review,
        version=1,
        verdict=verdict,
        works=WORKS,
        points=[POINT] if verdict == Verdict.RETURNED else [],
        reason="Somebody else did this meanwhile." if verdict == "declined" else "",
        at=at,
    )
    return review


def refusal_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.refusal.code


def test_a_jigsaw_is_raised_with_a_seat_for_each_part(domain):
    raiser = make_full(domain=domain)
    like = make_task(domain=domain)
    need = proposing.Need(
        **{name: getattr(like, name) for name in proposing.Need.__slots__}
    )
    sampling, data, _writing = domain.areas.order_by("place")

    def propose(*pieces):
        return proposing.propose(
            membership=raiser,
            need=need,
            pieces=[proposing.Piece(title, area) for title, area in pieces],
            at=NOON,
        )

    task = propose(("Draw the samples", sampling), ("Type them in", data))

    assert (task.seats, task.is_jigsaw) == (2, True)
    assert list(task.parts.order_by("seat").values_list("title", flat=True)) == [
        "Draw the samples",
        "Type them in",
    ]
    assert refusal_of(lambda: propose(("One", data))) == "one_area_a_part"
    assert refusal_of(lambda: propose(("A", data), ("B", data))) == "one_area_a_part"


def test_one_part_a_member_and_the_one_asked_for(domain):
    task = make_jigsaw(domain)
    one, other = (make_membership(domain=domain, zone=Zone.ACTIVE) for _ in range(2))

    claim = claiming.claim(task=task, membership=one, seat=2, at=NOON)

    def take(membership, seat):
        return lambda: claiming.claim(
            task=task, membership=membership, seat=seat, at=NOON
        )

    assert claim.seat == 2
    assert refusal_of(take(one, 3)) == "yours_already"
    assert refusal_of(take(other, 2)) == "seat_taken"
    assert take(other, 3)().seat == 3


def test_a_part_is_ready_once_its_holder_has_taught_it(domain):
    claims = held(make_jigsaw(domain))
    one = claims[0]

    early = refusal_of(
        lambda: piecing.mark_ready(task=one.task, membership=one.membership, at=NOON)
    )
    note = teach(one)
    part = piecing.mark_ready(task=one.task, membership=one.membership, at=NOON)

    assert (early, part.taught_in, part.ready_under) == ("teach_first", note, one)
    told = Notification.objects.filter(member=claims[1].membership.member)
    assert told.order_by("pk").first().quote == LESSON


def test_who_holds_no_part_teaches_none(domain):
    task = make_jigsaw(domain)
    passer_by = make_membership(domain=domain)

    assert (
        refusal_of(
            lambda: piecing.teach(task=task, membership=passer_by, body="x", at=NOON)
        )
        == "no_part"
    )


def test_the_whole_waits_for_every_part(domain):
    task = make_jigsaw(domain)
    one = claiming.claim(
        task=task, membership=make_membership(domain=domain), seat=1, at=NOON
    )
    make_ready(one)
    free = refusal_of(lambda: hand_in(one))
    others = [
        claiming.claim(
            task=task, membership=make_membership(domain=domain), seat=seat, at=NOON
        )
        for seat in (2, 3)
    ]
    make_ready(others[0])

    unready = refusal_of(lambda: hand_in(one))
    make_ready(others[1])
    submission = hand_in(others[1])

    assert (free, unready) == ("parts_free", "parts_not_ready")
    assert set(submission.others) == {one.membership, others[0].membership}
    task.refresh_from_db()
    assert task.state == Task.State.IN_REVIEW
    assert refusal_of(lambda: hand_in(one)) == "handed_in_already"
    assert (
        refusal_of(
            lambda: claiming.release(claim=one, membership=one.membership, at=NOON)
        )
        == "handed_in"
    )


def test_a_ready_part_waits_for_the_others_and_not_on_its_holder(domain):
    claims = held(make_jigsaw(domain))
    make_ready(claims[0])
    late = NOON + 2 * WEEK

    assert legitimacy.standing_of(claims[0].membership).in_hand == 0
    assert claiming.release_overdue(at=late) == 2

    endings = Claim.objects.order_by("seat").values_list("ending", flat=True)
    assert list(endings) == ["", "lapsed", "lapsed"]


def test_once_all_are_ready_the_clock_runs_for_all(domain):
    claims = held(make_jigsaw(domain))
    later = NOON + timedelta(days=5)
    for claim in claims:
        make_ready(claim, later)

    due = set(Claim.objects.values_list("due_at", flat=True))

    assert due == {later + WEEK}
    assert claiming.release_overdue(at=later + WEEK + timedelta(seconds=1)) == 3
    assert not Part.objects.filter(ready_under__isnull=False).exists()


def test_a_part_put_back_is_taught_anew_by_the_next(domain):
    task = make_jigsaw(domain)
    one = held(task)[0]
    make_ready(one)
    claiming.release(claim=one, membership=one.membership, at=NOON)
    after = claiming.claim(
        task=task, membership=make_membership(domain=domain), seat=1, at=NOON
    )

    assert (
        refusal_of(
            lambda: piecing.mark_ready(task=task, membership=after.membership, at=NOON)
        )
        == "teach_first"
    )


def test_not_ready_after_all(domain):
    claims = held(make_jigsaw(domain))
    for claim in claims:
        make_ready(claim)

    def again():
        return piecing.take_up_again(
            task=claims[1].task, membership=claims[1].membership, at=NOON
        )

    assert again().ready_under is None
    assert refusal_of(again) == "not_marked"
    assert refusal_of(lambda: hand_in(claims[0])) == "parts_not_ready"


def all_handed_in(domain, **given):
    claims = held(make_jigsaw(domain), **given)
    for claim in claims:
        make_ready(claim)
    return claims, hand_in(claims[0])


def test_every_holder_is_an_author_and_gains_their_share(domain):
    claims, submission = all_handed_in(domain)
    reviewer = make_full(domain=domain)

    judge(submission, reviewer)

    lines = Participation.objects.filter(kind=Participation.Kind.RECOGNISED)
    gained = {line.receiver: line.amount for line in lines}
    assert gained == {claim.membership: pytest.approx(1 / 3) for claim in claims}
    thresholds = Participation.objects.filter(kind=Participation.Kind.THRESHOLD)
    assert {line.giver for line in thresholds} == set(gained)
    for claim in claims:
        claim.refresh_from_db()
        claim.membership.refresh_from_db()
        assert (claim.ending, claim.membership.threshold_at) == ("done", NOON)
        assert Notification.objects.filter(
            member=claim.membership.member, kind="reviewed"
        ).exists()
    claims[0].task.refresh_from_db()
    assert claims[0].task.state == Task.State.DONE


def test_nobody_judges_a_whole_they_made_a_part_of(domain):
    claims, submission = all_handed_in(domain, zone=Zone.ACTIVE)
    other = claims[1].membership

    assert not Submission.objects.reviewable_by(other).exists()
    assert (
        refusal_of(
            lambda: reviewing.take(submission=submission, reviewer=other, at=NOON)
        )
        == "own_work"
    )
    stranger = make_full(domain=domain)
    assert Submission.objects.reviewable_by(stranger).get() == submission


def test_a_whole_is_judged_as_its_most_central_holder_is(client, domain):
    claims = [
        claiming.claim(
            task=task,
            membership=make_membership(
                domain=domain, zone=zone, threshold_at=NOON, name=f"{zone.label} holder"
            ),
            seat=seat,
            at=NOON,
        )
        for task in [make_jigsaw(domain)]
        for seat, zone in enumerate((Zone.INBOUND, Zone.CORE, Zone.ACTIVE), start=1)
    ]
    for claim in claims:
        make_ready(claim)
    judges = [make_core(domain=domain) for _ in range(2)]
    submission = hand_in(claims[0])
    desk = reverse("tasks:desk", args=[domain.slug])
    take = reverse("tasks:take", args=[domain.slug, submission.pk])

    def refused_on_the_page(reader):
        client.force_login(reader.member)
        assertNotContains(client.get(desk), take)
        return client.post(take)

    outer = refused_on_the_page(make_full(domain=domain))
    assertContains(outer, "Core holder works further in than you", status_code=409)
    for claim in claims[1:]:
        holder = refused_on_the_page(claim.membership)
        assertContains(holder, "Part of this is your own work", status_code=409)

    asked = Notification.objects.filter(kind="review_waits").values_list("member")
    assert {pk for (pk,) in asked} <= {judge.member_id for judge in judges}
    client.force_login(judges[0].member)
    assertContains(client.get(desk), take)
    assertRedirects(client.post(take), submission.get_review_url())


def test_what_comes_back_is_everybodys_again_and_any_of_them_answers(domain):
    claims, submission = all_handed_in(domain)
    reviewer = make_full(domain=domain)
    judge(submission, reviewer, Verdict.RETURNED)

    unready = refusal_of(lambda: hand_in(claims[1]))
    for claim in claims:
        make_ready(claim)
    (point,) = submitting.open_points(
        task=Task.objects.get(), author=claims[1].membership
    )
    second = hand_in(claims[1], body="Mended.", answers={point.pk: "The left one."})
    judge(second, reviewer)

    lines = Participation.objects.filter(kind=Participation.Kind.RECOGNISED)
    assert (unready, second.round) == ("parts_not_ready", 2)
    assert [line.rounds for line in lines] == [2, 2, 2]
    assert {round(line.amount, 3) for line in lines} == {round(0.8 / 3, 3)}
    assert not Participation.objects.filter(kind=Participation.Kind.THRESHOLD).exists()


def test_what_is_not_wanted_frees_every_part(domain):
    claims, submission = all_handed_in(domain)

    judge(submission, make_full(domain=domain), Verdict.DECLINED)

    assert set(Claim.objects.values_list("ending", flat=True)) == {"released"}
    assert not Part.objects.filter(ready_under__isnull=False).exists()
    claims[0].task.refresh_from_db()
    assert claims[0].task.state == Task.State.OPEN


def test_the_pages_of_a_jigsaw(client, domain):
    task = make_jigsaw(domain)
    own = make_membership(domain=domain, name="Maya Lindt")
    client.force_login(own.member)
    slug = domain.slug
    board = client.get(reverse("tasks:board", args=[slug]))
    assertContains(board, "3 parts, free: Sampling, Data, Writing")
    assertContains(client.get(task.get_absolute_url()), "Claim: Data part")

    client.post(reverse("tasks:claim", args=[slug, task.pk]), {"seat": "2"})
    assertContains(client.get(task.get_absolute_url()), "Teach it to the others")
    early = client.post(reverse("tasks:ready", args=[slug, task.pk]))
    assertContains(early, 'data-refusal="teach_first"', status_code=409)
    lesson = reverse("tasks:teach", args=[slug, task.pk])
    empty = client.post(lesson, {"body": ""})
    assertContains(empty, 'href="#id_body"', status_code=422)
    assertContains(empty, 'id="id_body"', status_code=422)
    taught = client.post(lesson, {"body": LESSON})
    assertRedirects(taught, f"{task.get_absolute_url()}#parts")
    client.post(reverse("tasks:ready", args=[slug, task.pk]))
    page = client.get(task.get_absolute_url())
    assertContains(page, "Not ready after all")
    assertContains(page, LESSON)
    assertContains(page, "once every part is ready; 1 of 3 are.")
    assertNotContains(page, reverse("tasks:submit", args=[slug, task.pk]))
    submit = client.get(reverse("tasks:submit", args=[slug, task.pk]))
    assertContains(submit, "the whole needs every part")
    client.post(reverse("tasks:take_up_again", args=[slug, task.pk]))

    assert own.claims.get().seat == 2
    assert client.get(reverse("tasks:parts", args=[slug, task.pk])).status_code == 200


def test_a_task_without_parts_has_no_page_of_parts(client, domain):
    task = make_task(domain=domain, seats=2)

    response = client.get(reverse("tasks:parts", args=[domain.slug, task.pk]))

    assert response.status_code == 404


def test_the_workspace_shows_the_logs_of_all_parts(client, domain):
    claims, submission = all_handed_in(domain)
    reviewer = make_full(domain=domain)
    client.force_login(reviewer.member)

    page = client.get(submission.get_review_url())

    assertContains(page, LESSON, count=3)
    for claim in claims:
        assertContains(page, claim.membership.name)


def test_parts_are_proposed_on_the_page(client, domain):
    own = make_full(domain=domain)
    client.force_login(own.member)
    address = reverse("tasks:new", args=[domain.slug])
    need = {
        "title": "One day on the river",
        "brief": "From the bank to the dataset.",
        "beneficiary": "Readers",
        "use": "Feeds the dataset",
        "area": domain.areas.get(slug="data").pk,
        "consequence": "1",
        "reliance": "1",
        "effort_minutes": "60",
        "seats": "1",
        "observer_seats": "3",
    }

    wrong = client.post(address, {**need, "parts": "Cooking: soup"})
    client.post(address, {**need, "parts": "Sampling: Draw it\n\ndata: Type it in"})

    assertContains(wrong, "Begin “Cooking: soup” with an area", status_code=422)
    task = Task.objects.get(title="One day on the river")
    assert [part.title for part in task.parts.order_by("seat")] == [
        "Draw it",
        "Type it in",
    ]
