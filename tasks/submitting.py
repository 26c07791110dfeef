"""Submitting: handing work in, changing it before it is judged, taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from domain.filing import Upload
from domain.refusal import Refusal, Refused
from members import drafting, participating
from members.models import Membership, Participation
from tasks import (
    asking,
    attaching,
    citing,
    claiming,
    legitimacy_of_parts,
    legitimacy_of_review,
    locks,
    observing,
    stating,
    verdict_places,
)
from tasks.models import Attachment, Claim, Point, Submission, Task, Verdict

#: More than this is a list of sources, and belongs into the text.
MOST_LINKS = 10


@dataclass(slots=True)
class _Work:
    """What is handed in, as typed."""

    body: str
    links: list[str]
    narration: str
    unsure: str
    answers: dict[int, str] = field(default_factory=dict)

    def as_draft(self) -> dict[str, object]:
        return {
            "body": self.body,
            "links": "\n".join(self.links),
            "narration": self.narration,
            "unsure": self.unsure,
            **{f"answer_{pk}": text for pk, text in self.answers.items()},
        }


def draft_key(task_id: int) -> str:
    return f"hand_in:{task_id}"


def hand_in(
    *,
    claim: Claim,
    generation: int,
    body: str,
    at: datetime,
    links: Sequence[str] = (),
    narration: str = "",
    unsure: str = "",
    answers: dict[int, str] | None = None,
    files: Sequence[Upload] = (),
) -> Submission:
    """Hand in the work of one claim, or raise ``Refused`` and keep it as a draft.

    Handing in the same twice, by a double click or after a lost answer, gives the one
    submission.
    """
    work = _Work(body, list(links), narration, unsure, answers or {})
    stored: list[Attachment] = []
    try:
        with transaction.atomic():
            return _hand_in(claim, generation, work, files, stored, at=at)
    except Refused:
        author = claim.membership
        drafting.keep(
            member=author.member if author else None,
            key=draft_key(claim.task_id),
            fields=work.as_draft(),
            at=at,
        )
        raise
    except Exception:
        attaching.forget(stored)
        raise


def take_back_and_hand_in(
    *,
    task: Task,
    membership: Membership,
    body: str,
    at: datetime,
    links: Sequence[str] = (),
    narration: str = "",
    unsure: str = "",
    answers: dict[int, str] | None = None,
    files: Sequence[Upload] = (),
) -> Submission:
    """Claim the seat that went back to the board again, and hand in what was done.

    If the work is refused the seat is kept: it is what the member asked for.
    """
    claim = task.claims.live().filter(membership=membership).first()
    if claim is None:
        try:
            claim = claiming.claim(task=task, membership=membership, at=at)
        except Refused:
            work = _Work(body, list(links), narration, unsure, answers or {})
            drafting.keep(
                member=membership.member,
                key=draft_key(task.pk),
                fields=work.as_draft(),
                at=at,
            )
            raise
    return hand_in(
        claim=claim,
        generation=claim.generation,
        body=body,
        links=links,
        narration=narration,
        unsure=unsure,
        answers=answers,
        files=files,
        at=at,
    )


@transaction.atomic
def edit(
    *,
    submission: Submission,
    membership: Membership,
    body: str,
    at: datetime,
    links: Sequence[str] = (),
    narration: str = "",
    unsure: str = "",
    files: Sequence[Upload] = (),
    dropped: Sequence[int] = (),
) -> Submission:
    """Change what was handed in; whoever is reading it is told by its new version."""
    locks.member_and_task(membership, submission.task_id)
    submission = _locked(submission)
    _insist(
        legitimacy_of_review.refusal_to_change(
            submission=submission, membership=membership
        )
    )
    remaining = submission.attachments.exclude(pk__in=dropped)
    _insist(
        refusal_of_content(body=body, links=links, files=files, kept=remaining.count())
    )

    submission.body, submission.links = body, list(links)
    submission.narration, submission.unsure = narration, unsure
    submission.version += 1
    submission.save(update_fields=["body", "links", "narration", "unsure", "version"])
    gone = list(submission.attachments.filter(pk__in=dropped))
    submission.attachments.filter(pk__in=dropped).delete()
    attaching.attach(submission=submission, files=files)
    transaction.on_commit(lambda: attaching.forget(gone))
    _cite(submission, at=at)
    return submission


@transaction.atomic
def withdraw(
    *, submission: Submission, membership: Membership, at: datetime
) -> Submission:
    """Take a round back before anybody has judged it; the seat stays the author's."""
    _, task = locks.member_and_task(membership, submission.task_id)
    submission = _locked(submission)
    _insist(
        legitimacy_of_review.refusal_to_change(
            submission=submission, membership=membership
        )
    )
    submission.withdrawn_at = at
    submission.save(update_fields=["withdrawn_at"])
    submission.reviews.under_way().update(released_at=at)
    claim = submission.claim
    claim.due_at = max(claim.due_at, at + task.window)
    claim.save(update_fields=["due_at"])
    stating.restate(task, at=at)
    return submission


def open_points(*, task: Task, author: Membership) -> list[Point]:
    """The changes the author's last returned round was asked for, to be answered."""
    last = (
        Submission.objects.of_one_work(task=task, author=author)
        .filter(withdrawn_at=None)
        .order_by("-round", "-pk")
        .first()
    )
    if last is None or last.outcome != Verdict.RETURNED:
        return []
    return list(
        Point.objects.filter(review__submission=last, review__released_at=None)
        .filter(review__verdict=Verdict.RETURNED)
        .select_related("review__reviewer")
        .order_by("review__place", "number")
    )


def refusal_of_content(
    *, body: str, links: Sequence[str], files: Sequence[Upload], kept: int = 0
) -> Refusal | None:
    """Whether there is something to look at, and not more than can be."""
    if not body.strip() and not links and not files and not kept:
        return Refusal(
            "nothing_made", _("Write what you made, paste a link or add a file.")
        )
    if len(links) > MOST_LINKS:
        return Refusal(
            "too_many_links",
            _("Paste %(most)d links at most.") % {"most": MOST_LINKS},
            _("The rest can stand in the text."),
        )
    return attaching.refusal_to_attach(files, kept=kept)


def _hand_in(
    claim: Claim,
    generation: int,
    work: _Work,
    files: Sequence[Upload],
    stored: list[Attachment],
    *,
    at: datetime,
) -> Submission:
    if claim.membership is None:
        raise Refused(legitimacy_of_review.still_a_visitor())
    author, task = locks.member_and_task(claim.membership, claim.task_id)
    # Read under the lock: the sweep may have ended it while this was on its way.
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    claim.task, claim.membership = task, author

    waiting = claim.submissions.waiting().first()
    if waiting is not None and generation == claim.generation:
        return _the_same(waiting, work)
    _insist(legitimacy_of_review.refusal_to_hand_in(claim=claim, generation=generation))
    _insist(legitimacy_of_parts.refusal_of_parts(task=task, claim=claim))
    _insist(refusal_of_content(body=work.body, links=work.links, files=files))
    points = open_points(task=task, author=author)
    _insist(
        legitimacy_of_review.refusal_of_answers(points=points, answers=work.answers)
    )

    rounds = Submission.objects.of_one_work(task=task, author=author)
    last = rounds.order_by("-round").values_list("round", flat=True).first()
    submission = Submission.objects.create(
        task=task,
        claim=claim,
        author=author,
        round=(last or 0) + 1,
        body=work.body,
        links=work.links,
        narration=work.narration,
        unsure=work.unsure,
        handed_in_at=at,
        places=verdict_places.needed(task.centrality),
        is_first=not author.is_full
        and not author.submissions.exclude(task=task).exists(),
    )
    if task.is_jigsaw:
        submission.shared_with.set(task.claims.live().exclude(pk=claim.pk))
    stored += attaching.attach(submission=submission, files=files)
    for point in points:
        point.answer, point.answered_in = work.answers[point.pk].strip(), submission
    Point.objects.bulk_update(points, ["answer", "answered_in"])
    _cite(submission, at=at)
    stating.restate(task, at=at)
    participating.record(
        domain=task.domain,
        kind=Participation.Kind.HANDED_IN,
        key=f"handed_in:{submission.pk}",
        item=f"submission:{submission.pk}",
        giver=author,
        title=task.title,
        path=submission.get_absolute_url(),
        centrality=task.centrality,
        area=task.area,
        rounds=submission.round,
        practice=task.is_practice,
        at=at,
    )
    asking.ask(submission=submission, at=at)
    observing.tell(
        task=task,
        actor=author,
        key=f"handed_in:{submission.pk}",
        sentence=_("%(name)s handed in round %(round)d.")
        % {"name": author.name, "round": submission.round},
        at=at,
    )
    drafting.let_go(member=author.member, key=draft_key(task.pk))
    return submission


def _the_same(waiting: Submission, work: _Work) -> Submission:
    """The round that waits already, if this is it; other text must not be swallowed."""
    arrived = (waiting.body, waiting.links, waiting.narration, waiting.unsure)
    if arrived != (work.body, work.links, work.narration, work.unsure):
        raise Refused(
            Refusal(
                "handed_in_already",
                _("A round of yours is waiting for its review already."),
                _("Change that one, as long as nobody has judged it."),
            )
        )
    return waiting


def _cite(submission: Submission, *, at: datetime) -> None:
    texts = (submission.body, submission.narration, submission.unsure)
    citing.cite(
        task=submission.task,
        submission=submission,
        member=submission.author,
        text="\n\n".join(text for text in texts if text),
        at=at,
    )


def _locked(submission: Submission) -> Submission:
    Submission.objects.select_for_update(no_key=True).only("pk").get(pk=submission.pk)
    return Submission.objects.select_related(
        "task__domain", "task__area", "author", "claim"
    ).get(pk=submission.pk)


def _insist(refusal: Refusal | None) -> None:
    if refusal:
        raise Refused(refusal)
