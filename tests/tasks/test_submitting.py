from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from domain.centrality import Centrality
from domain.refusal import Refused
from members.models import Draft, Notification, Participation
from tasks import claiming, reviewing, submitting
from tasks.models import Citation, Claim, Point, Submission, Task, Verdict
from tests.makers import (
    NOON,
    make_claim,
    make_domain,
    make_entry,
    make_full,
    make_member,
    make_membership,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db

BODY = "Time 09:10, water 11.4, turbidity 6.2, nitrate 2.1"
POINT = "Add which bank the sample came from. The two banks differ by 0.3."


@pytest.fixture
def claim():
    return make_claim()


def hand_in(claim, **given):
    return submitting.hand_in(
        **{
            "claim": claim,
            "generation": claim.generation,
            "body": BODY,
            "at": NOON,
            **given,
        }
    )


def refusal_of(**given):
    with pytest.raises(Refused) as refused:
        hand_in(**given)
    return refused.value.refusal


def returned(claim, *points):
    """A first round that came back, asking for ``points``."""
    submission = hand_in(claim, at=NOON - timedelta(hours=2))
    reviewer = make_full(domain=claim.task.domain)
    review = reviewing.take(
        submission=submission, reviewer=reviewer, at=NOON - timedelta(hours=1)
    )
    return reviewing.send(
        review=review,
        verdict=Verdict.RETURNED,
        works="You left the smudged reading open instead of guessing.",
        points=points or (POINT,),
        version=1,
        at=NOON - timedelta(minutes=30),
    )


def test_work_handed_in_waits_for_its_verdict(claim):
    submission = hand_in(
        claim,
        links=["https://example.org/sheet"],
        narration="Read the whole sheet first.",
        unsure="The third figure is smudged.",
    )

    assert submission.is_waiting
    assert (submission.round, submission.version, submission.places) == (1, 1, 1)
    assert submission.links == ["https://example.org/sheet"]
    claim.task.refresh_from_db()
    assert claim.task.state == Task.State.IN_REVIEW


def test_handing_in_is_told_in_the_ledger_and_moves_nobody(claim):
    submission = hand_in(claim)

    line = Participation.objects.get(kind=Participation.Kind.HANDED_IN)
    assert line.item == f"submission:{submission.pk}"
    assert line.giver == claim.membership
    assert (line.channel, line.amount) == ("", 0)


def test_the_calls_of_the_practice_take_two_verdicts():
    active = make_task(centrality=Centrality.ACTIVE)
    core = make_task(centrality=Centrality.CORE)

    assert hand_in(make_claim(task=active)).places == 2
    assert hand_in(make_claim(task=core)).places == 2


def test_handing_in_the_same_twice_gives_the_one_submission(claim):
    first = hand_in(claim)
    second = hand_in(claim, at=NOON + timedelta(seconds=1))

    assert first == second
    assert Submission.objects.count() == 1


def test_other_text_is_never_swallowed_by_the_round_that_waits(claim):
    hand_in(claim)

    refusal = refusal_of(claim=claim, body="Something quite different.")

    assert refusal.code == "handed_in_already"
    assert Draft.objects.get().fields["body"] == "Something quite different."


def test_a_first_work_goes_to_the_front_and_a_second_does_not():
    newcomer = make_membership()
    first = hand_in(
        make_claim(membership=newcomer, task=make_task(domain=newcomer.domain))
    )
    second = hand_in(
        make_claim(membership=newcomer, task=make_task(domain=newcomer.domain))
    )
    settled_in = make_full(domain=newcomer.domain)
    veteran = hand_in(
        make_claim(membership=settled_in, task=make_task(domain=newcomer.domain))
    )

    assert (first.is_first, second.is_first, veteran.is_first) == (True, False, False)


def test_a_seat_that_went_back_is_refused_and_the_text_kept(claim):
    Claim.objects.filter(pk=claim.pk).update(ended_at=NOON, ending=Claim.Ending.LAPSED)

    refusal = refusal_of(claim=claim, narration="Line by line.")

    assert refusal.code == "lease_lapsed"
    assert refusal.opens
    draft = Draft.objects.get(member=claim.membership.member)
    assert draft.key == f"hand_in:{claim.task_id}"
    assert (draft.fields["body"], draft.fields["narration"]) == (BODY, "Line by line.")
    assert not Submission.objects.exists()


def test_work_done_under_an_older_generation_is_refused(claim):
    assert (
        refusal_of(claim=claim, generation=claim.generation - 1).code == "lease_lapsed"
    )
    assert (
        refusal_of(claim=claim, generation=claim.generation + 1).code == "lease_lapsed"
    )


def test_a_lapsed_seat_that_is_free_is_taken_back_with_the_work(claim):
    claiming.release_overdue(at=claim.due_at + timedelta(minutes=1))

    submission = submitting.take_back_and_hand_in(
        task=claim.task,
        membership=claim.membership,
        body=BODY,
        at=claim.due_at + timedelta(hours=1),
    )

    assert submission.claim != claim
    assert submission.claim.generation > claim.generation
    assert submission.is_waiting


def test_a_lapsed_seat_somebody_else_took_keeps_the_text(claim):
    claiming.release_overdue(at=claim.due_at + timedelta(minutes=1))
    later = claim.due_at + timedelta(hours=1)
    other = make_membership(domain=claim.task.domain)
    claiming.claim(task=claim.task, membership=other, at=later)

    with pytest.raises(Refused):
        submitting.take_back_and_hand_in(
            task=claim.task, membership=claim.membership, body=BODY, at=later
        )

    assert Draft.objects.get(member=claim.membership.member).fields["body"] == BODY


def test_people_confirm_their_address_before_they_hand_in():
    stranger = make_membership(member=make_member(confirmed=False))
    claim = make_claim(membership=stranger, task=make_task(domain=stranger.domain))

    assert refusal_of(claim=claim).code == "email_unconfirmed"
    assert Draft.objects.filter(member=stranger.member).exists()


def test_a_closed_task_takes_no_more_work(claim):
    Task.objects.filter(pk=claim.task_id).update(state=Task.State.WITHDRAWN)

    assert refusal_of(claim=claim).code == "task_closed"


def test_there_must_be_something_to_look_at(claim):
    assert refusal_of(claim=claim, body="  ").code == "nothing_made"
    assert hand_in(claim, body="", links=["https://example.org/"]).is_waiting


def test_more_files_than_anybody_opens_are_refused(claim):
    files = [SimpleUploadedFile(f"{n}.csv", b"a,b") for n in range(6)]

    assert refusal_of(claim=claim, files=files).code == "too_many_files"


def test_an_empty_file_and_one_too_large_are_refused(claim):
    large = SimpleUploadedFile("scan.tif", b"x")
    large.size = 11 * 1024 * 1024

    assert refusal_of(claim=claim, files=[large]).code == "file_too_large"
    empty = SimpleUploadedFile("empty.csv", b"")
    assert refusal_of(claim=claim, files=[empty]).code == "file_empty"


def test_a_files_name_loses_its_path_and_what_misleads(claim, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("x", b"data")
    file._name = "..\\..\\etc/sheet\u202efdp.exe\x00"

    submission = hand_in(claim, files=[file])

    kept = submission.attachments.get()
    assert kept.name == "sheetfdp.exe"
    assert "sheet" not in kept.file.name
    assert kept.size == 4


def test_files_of_work_that_was_refused_do_not_stay_behind(claim, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    returned(claim)
    file = SimpleUploadedFile("sheet.csv", b"a,b")

    assert refusal_of(claim=claim, files=[file]).code == "unanswered"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_next_round_answers_each_change(claim):
    review = returned(claim, POINT, POINT.replace("bank", "side"))
    first, second = review.points.order_by("number")

    refusal = refusal_of(claim=claim, answers={first.pk: "Left bank, added."})
    assert refusal.code == "unanswered"
    assert "2" in refusal.sentence

    submission = hand_in(
        claim, answers={first.pk: "Left bank, added.", second.pk: "Both sides now."}
    )

    assert submission.round == 2
    assert list(
        submission.answers.values_list("answer", flat=True).order_by("number")
    ) == [
        "Left bank, added.",
        "Both sides now.",
    ]


def test_rounds_go_on_counting_when_the_seat_was_lost_in_between(claim):
    review = returned(claim)
    claim.refresh_from_db()
    claiming.release(claim=claim, membership=claim.membership, at=NOON)

    submission = submitting.take_back_and_hand_in(
        task=claim.task,
        membership=claim.membership,
        body=BODY,
        answers={review.points.get().pk: "Left bank, added."},
        at=NOON,
    )

    assert submission.round == 2


def test_a_draft_is_let_go_once_the_work_has_arrived(claim):
    refusal_of(claim=claim, generation=0)

    hand_in(claim)

    assert not Draft.objects.exists()


def test_what_was_handed_in_can_be_changed_until_it_is_judged(claim):
    submission = hand_in(claim)

    changed = submitting.edit(
        submission=submission, membership=claim.membership, body="Mended.", at=NOON
    )
    assert (changed.body, changed.version) == ("Mended.", 2)

    make_verdict(submission=submission, reviewer=make_full(domain=claim.task.domain))
    with pytest.raises(Refused) as refused:
        submitting.edit(
            submission=submission, membership=claim.membership, body="No.", at=NOON
        )
    assert refused.value.refusal.code == "verdict_given"


def test_nobody_changes_or_takes_back_what_somebody_else_handed_in(claim):
    submission = hand_in(claim)
    other = make_membership(domain=claim.task.domain)

    with pytest.raises(Refused) as edited:
        submitting.edit(submission=submission, membership=other, body="No.", at=NOON)
    with pytest.raises(Refused) as withdrawn:
        submitting.withdraw(submission=submission, membership=other, at=NOON)

    assert edited.value.refusal.code == withdrawn.value.refusal.code == "not_yours"


def test_a_round_taken_back_leaves_the_seat_and_frees_its_reader(claim):
    submission = hand_in(claim)
    review = reviewing.take(
        submission=submission, reviewer=make_full(domain=claim.task.domain), at=NOON
    )

    submitting.withdraw(submission=submission, membership=claim.membership, at=NOON)

    claim.refresh_from_db()
    review.refresh_from_db()
    claim.task.refresh_from_db()
    assert claim.is_live
    assert review.released_at == NOON
    assert claim.task.state == Task.State.HELD
    assert hand_in(claim, body="Better.").round == 2


def test_entries_the_work_uses_are_noted(claim):
    domain = claim.task.domain
    linked = make_entry(domain=domain, title="Two-bank rule", slug="two-bank-rule")
    met = make_entry(domain=domain, title="Field blank", slug="field-blank")
    domain.vocabulary_version += 1
    domain.save()
    claim.task.domain.refresh_from_db()

    submission = hand_in(
        claim, body="By the [[two-bank rule]].", narration="I carried a field blank."
    )

    uses = Citation.objects.filter(submission=submission)
    assert dict(uses.values_list("entry", "explicit")) == {
        linked.pk: True,
        met.pk: False,
    }


def test_a_few_who_may_review_are_asked_and_nobody_else():
    domain = make_domain()
    reviewers = [make_full(domain=domain) for _ in range(5)]
    make_full(domain=domain, capacity="none")
    make_full(domain=domain, away_until=NOON.date())
    raised_by = reviewers[0]
    claim = make_claim(task=make_task(domain=domain, raised_by=raised_by))

    hand_in(claim)

    told = Notification.objects.filter(kind=Notification.Kind.REVIEW_WAITS)
    assert {n.member for n in told} == {r.member for r in reviewers[:3]}


def test_those_asked_least_are_asked_next():
    domain = make_domain()
    reviewers = [make_full(domain=domain) for _ in range(4)]
    for _ in range(2):
        hand_in(make_claim(task=make_task(domain=domain, raised_by=reviewers[0])))

    told = Notification.objects.filter(kind=Notification.Kind.REVIEW_WAITS)
    assert {n.member for n in told} == {r.member for r in reviewers}


def test_whoever_read_the_round_before_is_asked_first(claim):
    reviewers = [make_full(domain=claim.task.domain) for _ in range(6)]
    submission = hand_in(claim)
    last = reviewers[-1]
    review = reviewing.take(submission=submission, reviewer=last, at=NOON)
    reviewing.send(
        review=review,
        verdict=Verdict.RETURNED,
        works="You left the smudged reading open instead of guessing.",
        points=[POINT],
        version=1,
        at=NOON,
    )
    point = Point.objects.get()

    second = hand_in(claim, answers={point.pk: "Added."})

    told = Notification.objects.filter(key=f"review_waits:{second.pk}").order_by("pk")
    assert told[0].member == last.member
