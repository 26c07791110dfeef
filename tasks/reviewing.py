"""Reviewing: reading others' work under a lease, and saying what it is worth."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import apnumber
from django.db import IntegrityError, transaction
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain.refusal import Refusal, Refused
from members import drafting, notifying, participating, turns
from members.models import Membership, Notification, Participation
from tasks import (
    asking,
    citing,
    legitimacy_of_review,
    locks,
    recognising,
    rereading,
    verdict_places,
)
from tasks.models import Point, Review, Submission, Verdict
from tasks.models.submission import SubmissionQuerySet

#: A sweep that found more than this leaves the rest to the next, a minute later.
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Words:
    """A review as typed; ``version`` is the version of the work that was read."""

    verdict: str
    works: str
    points: list[str]
    looked_at: str
    reason: str
    version: int

    @classmethod
    def of(
        cls,
        *,
        verdict: str,
        works: str,
        version: int,
        points: Sequence[str] = (),
        looked_at: str = "",
        reason: str = "",
    ) -> "Words":
        return cls(
            verdict=verdict,
            works=works.strip(),
            points=[point.strip() for point in points if point.strip()],
            looked_at=looked_at.strip(),
            reason=reason.strip(),
            version=version,
        )


def draft_key(submission_id: int) -> str:
    return f"review:{submission_id}"


@transaction.atomic
def take(*, submission: Submission, reviewer: Membership, at: datetime) -> Review:
    """Give the member a place at a submission for a while, or raise ``Refused``."""
    submission = _read(submission.pk)
    mine = submission.reviews.under_way().filter(reviewer=reviewer).first()
    if mine is not None and mine.due_at >= at:
        return mine
    submission.reviews.overdue(at=at).update(released_at=at)
    _insist(
        legitimacy_of_review.refusal_to_review(submission=submission, reviewer=reviewer)
    )
    return _occupy(submission, reviewer, at=at)


def keep_longer(*, review: Review, at: datetime) -> Review:
    """Let the reader go on for another window, as long as the place is theirs."""
    due_at = at + review.submission.task.domain.review_window
    kept = Review.objects.in_hand().filter(pk=review.pk).update(due_at=due_at)
    if not kept:
        raise Refused(lease_over())
    review.due_at = due_at
    return review


def put_back(*, review: Review, at: datetime) -> bool:
    """Give the place to somebody else; return whether it was still the reader's."""
    return bool(Review.objects.in_hand().filter(pk=review.pk).update(released_at=at))


def release_overdue(*, at: datetime) -> int:
    """Give back every place whose reader has gone quiet; return how many.

    What they typed stays theirs, as a draft.
    """
    return Review.objects.overdue(at=at).update(released_at=at)


def send(*, review: Review, at: datetime, **typed: Any) -> Review:
    """Say what the work is worth, or raise ``Refused`` and keep the text as a draft.

    What was typed is given as ``Words.of`` takes it. With the last verdict it takes, the
    submission is settled.
    """
    words = Words.of(**typed)
    try:
        with transaction.atomic():
            return _send(review, words, at=at)
    except Refused:
        keep_as_draft(review, words, at=at)
        raise


def keep_as_draft(review: Review, words: Words, *, at: datetime) -> None:
    drafting.keep(
        member=review.reviewer.member,
        key=draft_key(review.submission_id),
        fields=asdict(words),
        at=at,
    )


@transaction.atomic
def give_first_look(
    *,
    submission: Submission,
    reader: Membership,
    works: str,
    at: datetime,
    looked_at: str = "",
) -> Review:
    """Give advice on work that waits for its verdict: how members learn to judge."""
    submission = _lock(submission.pk)
    _insist(legitimacy_of_review.refusal_to_look(submission=submission, reader=reader))
    if len(works.strip()) < legitimacy_of_review.SHORTEST_PRAISE:
        raise Refused(Refusal("works", _("Say what you see: point at the thing.")))
    review = Review.objects.create(
        submission=submission,
        reviewer=reader,
        is_first_look=True,
        claimed_at=at,
        due_at=at + submission.task.domain.review_window,
        works=works.strip(),
        looked_at=looked_at.strip(),
        version_read=submission.version,
        sent_at=at,
    )
    _record(review, Participation.Kind.LOOKED, at=at)
    _cite(review, at=at)
    _tell_author(
        review,
        _("%(name)s had a first look. The verdict is still to come.")
        % {"name": reader.first_name},
        at=at,
    )
    drafting.let_go(member=reader.member, key=draft_key(submission.pk))
    return review


@transaction.atomic
def ask_second_opinion(
    *, submission: Submission, membership: Membership, at: datetime
) -> Submission:
    """Invite another reader at the author's wish, once; they advise the first."""
    submission = _lock(submission.pk)
    _insist(
        legitimacy_of_review.refusal_to_ask_again(
            submission=submission, membership=membership
        )
    )
    submission.second_opinion_at = at
    submission.save(update_fields=["second_opinion_at"])
    asking.ask(
        submission=submission,
        sentence=_("%(name)s asks for a second opinion.") % {"name": membership.name},
        at=at,
    )
    return submission


def note_opened(*, submission: Submission, reader: Membership, at: datetime) -> int:
    """Note that the author has read what was said; return how many reviews were new."""
    if reader.pk != submission.author_id:
        return 0
    return submission.reviews.sent().filter(opened_at=None).update(opened_at=at)


def make_room(*, membership: Membership, capacity: str, minutes: int) -> Membership:
    """Say how much one reviews here, and how long one mostly has for it."""
    membership.capacity, membership.review_minutes = capacity, minutes
    membership.save(update_fields=["capacity", "review_minutes"])
    return membership


def make_up_for_waits(*, at: datetime) -> int:
    """Ask others where a verdict is late, and tell the author whom; return how many.

    Where that has not helped, organizers are told.
    """
    late = _longest_first(Submission.objects.late(at=at))
    for submission_id in late:
        _make_up_for_wait(submission_id, at=at)
    stalled = _longest_first(Submission.objects.stalled(at=at))
    for submission_id in stalled:
        _tell_organizers(submission_id, at=at)
    return len(late) + len(stalled)


def _longest_first(waiting: SubmissionQuerySet) -> list[int]:
    found = waiting.order_by("handed_in_at", "pk").values_list("pk", flat=True)
    return list(found[:MOST_AT_ONCE])


@transaction.atomic
def _make_up_for_wait(submission_id: int, *, at: datetime) -> None:
    submission = _lock(submission_id)
    if submission.slipped_at is not None or not submission.is_waiting:
        return
    submission.slipped_at = at
    submission.save(update_fields=["slipped_at"])
    before = asking.asked(submission)
    now = asking.ask(submission=submission, at=at, most=turns.ASKED_WHEN_LATE)
    notifying.notify(
        member=submission.author.member,
        kind=Notification.Kind.TASK,
        key=f"slipped:{submission.pk}",
        domain=submission.task.domain,
        title=submission.task.title,
        sentence=_slipped(before, now),
        path=submission.get_absolute_url(),
        at=at,
    )


@transaction.atomic
def _tell_organizers(submission_id: int, *, at: datetime) -> None:
    submission = _lock(submission_id)
    if submission.stalled_at is not None or not submission.is_waiting:
        return
    submission.stalled_at = at
    submission.save(update_fields=["stalled_at"])
    task = submission.task
    organizers = Membership.objects.organizers().filter(domain=task.domain)
    names = _names(asking.asked(submission))
    waited = _("%(name)s has waited four days for a verdict.") % {
        "name": submission.author.name
    }
    asked = (
        _("We asked %(names)s.") % {"names": names}
        if names
        else _("There was nobody with room to ask.")
    )
    notifying.notify_all(
        members=[one.member for one in organizers.select_related("member")],
        kind=Notification.Kind.STALLED,
        key=f"stalled:{submission.pk}",
        domain=task.domain,
        actor=submission.author,
        title=task.title,
        sentence=f"{waited} {asked}",
        path=submission.get_absolute_url(),
        at=at,
    )


def _slipped(before: Sequence[Membership], now: Sequence[Membership]) -> str:
    waited = _names(before)
    late = (
        ngettext(
            "%(names)s has not got to it.",
            "%(names)s have not got to it.",
            len(before),
        )
        % {"names": waited}
        if waited
        else _("Nobody has got to it.")
    )
    if not now:
        return _("%(late)s It stays at the front of the desk.") % {"late": late}
    return _("%(late)s We asked %(names)s.") % {"late": late, "names": _names(now)}


def _names(people: Sequence[Membership]) -> str:
    names = [person.first_name for person in people]
    if len(names) < 2:  # noqa: PLR2004 - "and" stands between two
        return "".join(names)
    return _("%(names)s and %(last)s") % {
        "names": ", ".join(names[:-1]),
        "last": names[-1],
    }


def locked(review: Review) -> Review:
    """The review under its locks, after those of author, task and submission."""
    submission = _lock(review.submission_id)
    review = _alone(review.pk)
    review.submission = submission
    return review


def unless_said_otherwise(review: Review, words: Words) -> Review:
    """A review that was sent, for whoever sends the same once more."""
    if (review.verdict, review.works) == (words.verdict, words.works):
        return review
    raise Refused(Refusal("sent_already", _("You have sent this review already.")))


def insist_on(words: Words, submission: Submission) -> None:
    """Raise ``Refused`` unless the words say enough of the version that is there now."""
    if words.version != submission.version:
        raise Refused(
            Refusal(
                "changed_meanwhile",
                _("%(name)s changed this while you were reading.")
                % {"name": submission.author.first_name},
                _("Your text is kept. Look at what changed, then send it."),
            )
        )
    lacks = legitimacy_of_review.refusals_of_verdict(
        verdict=words.verdict,
        works=words.works,
        points=words.points,
        reason=words.reason,
    )
    if lacks:
        raise Refused(lacks[0])


def _send(review: Review, words: Words, *, at: datetime) -> Review:
    review = locked(review)
    submission = review.submission
    if review.sent_at is not None:
        return unless_said_otherwise(review, words)
    review = still_entitled(review, at=at)
    insist_on(words, submission)
    review.verdict, review.works, review.reason = (
        words.verdict,
        words.works,
        words.reason,
    )
    review.looked_at, review.version_read = words.looked_at, words.version
    review.sent_at = at
    review.save(
        update_fields=[
            "verdict", "works", "reason", "looked_at", "version_read", "sent_at",
        ]
    )  # fmt: skip
    if review.verdict == Verdict.RETURNED:
        Point.objects.bulk_create(
            Point(review=review, number=number, text=text)
            for number, text in enumerate(words.points, start=1)
        )
    _cite(review, at=at)
    drafting.let_go(member=review.reviewer.member, key=draft_key(submission.pk))
    if review.is_second_opinion:
        _record(review, Participation.Kind.REVIEWED, at=at)
        _tell_author(
            review,
            _("%(name)s read it as you asked, and calls it: %(verdict)s.")
            % {
                "name": review.reviewer.first_name,
                "verdict": Verdict(review.verdict).label,
            },
            at=at,
        )
    else:
        _count_verdicts(submission, review, at=at)
    return review


def still_entitled(review: Review, *, at: datetime) -> Review:
    """The review with its place, which a reader who ran late gets back if it is free."""
    submission, reviewer = review.submission, review.reviewer
    if review.released_at is not None:
        mine = submission.reviews.under_way().filter(reviewer=reviewer).first()
        if mine is not None:
            mine.reviewer, mine.submission = reviewer, submission
            return mine
        _insist(
            legitimacy_of_review.refusal_to_review(
                submission=submission, reviewer=reviewer
            )
        )
        return _occupy(submission, reviewer, at=at)
    _insist(
        legitimacy_of_review.refusal_to_read(submission=submission, reader=reviewer)
        or legitimacy_of_review.refusal_of_standing(
            submission=submission, reviewer=reviewer
        )
        or legitimacy_of_review.refusal_of_state(submission=submission)
    )
    return review


def _occupy(submission: Submission, reviewer: Membership, *, at: datetime) -> Review:
    """Write the lease. The constraint is the guard: many may see one place free.

    Whoever loses it looks again: another place may still be.
    """
    for _try in range(verdict_places.THIRD_READER):
        place = legitimacy_of_review.open_place(
            submission=submission,
            reviewer=reviewer,
            core=legitimacy_of_review.core_size(submission),
        )
        if place is None:
            break
        try:
            with transaction.atomic():
                return Review.objects.create(
                    submission=submission,
                    reviewer=reviewer,
                    place=place,
                    is_second_opinion=place == verdict_places.SECOND_OPINION,
                    claimed_at=at,
                    due_at=at + submission.task.domain.review_window,
                )
        except IntegrityError:
            continue
    raise Refused(_taken_just_now())


def _count_verdicts(submission: Submission, review: Review, *, at: datetime) -> None:
    """Settle with the last verdict it takes; where two differ, a third reader does."""
    decisive = list(
        submission.reviews.standing()
        .sent()
        .filter(place__gt=verdict_places.SECOND_OPINION)
        .select_related("reviewer__member")
        .order_by("sent_at", "pk")
    )
    said = {sent.verdict for sent in decisive}
    if len(decisive) < submission.places:
        _tell_author(review, _one_more_reads(review), at=at)
        return
    if len(said) > 1 and len(decisive) < verdict_places.THIRD_READER:
        submission.places = verdict_places.THIRD_READER
        submission.save(update_fields=["places"])
        asking.ask(
            submission=submission,
            sentence=_("Two readers differ; a third one settles it."),
            at=at,
        )
        _tell_author(
            review,
            _("Two readers differ. Both reviews are kept; a third reader settles it."),
            at=at,
        )
        return
    outcome = Verdict(review.verdict)
    recognising.settle(submission=submission, outcome=outcome, reviews=decisive, at=at)
    rereading.choose(submission=submission, reviews=decisive, at=at)
    _tell_author(review, said_to_author(review), at=at)


def said_to_author(review: Review) -> str:
    """What happened, in the second line: the reviewer's own words come first."""
    name, submission = review.reviewer.first_name, review.submission
    match review.verdict:
        case Verdict.RECOGNISED:
            return _(
                "%(name)s recognised this as competent. It can go in today, the way it"
                " stands."
            ) % {"name": name}
        case Verdict.RETURNED:
            changes = review.points.count()
            return ngettext(
                "%(name)s asks for one change. The seat is yours until %(due)s.",
                "%(name)s asks for %(changes)s changes. The seat is yours until %(due)s.",
                changes,
            ) % {
                "name": name,
                "changes": apnumber(changes),
                "due": formats.date_format(submission.claim.due_at, "l H:i"),
            }
        case Verdict.ACCOMMODATED:
            return _(
                "%(name)s took it in, with help: %(help)s It is in use. Next time, try"
                " that part alone."
            ) % {"name": name, "help": _sentence(review.reason)}
    return _("%(name)s says why it is not wanted: %(reason)s Your notes stay.") % {
        "name": name,
        "reason": _sentence(review.reason),
    }


def _one_more_reads(review: Review) -> str:
    return _("%(name)s has read it. One more reader decides with them.") % {
        "name": review.reviewer.first_name
    }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _tell_author(review: Review, sentence: str, *, at: datetime) -> None:
    task = review.submission.task
    for author in review.submission.authors:
        notifying.notify(
            member=author.member,
            kind=Notification.Kind.REVIEWED,
            key=f"review:{review.pk}",
            domain=task.domain,
            actor=review.reviewer,
            title=task.title,
            quote=review.works,
            sentence=sentence,
            path=review.submission.get_absolute_url(),
            at=at,
        )


def _record(review: Review, kind: Participation.Kind, *, at: datetime) -> None:
    """A reading that decides nothing is told in the ledger, and moves nobody."""
    submission, task = review.submission, review.submission.task
    participating.record(
        domain=task.domain,
        kind=kind,
        key=f"review:{review.pk}",
        item=f"submission:{submission.pk}",
        giver=review.reviewer,
        receiver=submission.author,
        title=task.title,
        path=submission.get_absolute_url(),
        centrality=task.centrality,
        area=task.area,
        practice=task.is_practice,
        at=at,
    )


def _cite(review: Review, *, at: datetime) -> None:
    points = review.points.values_list("text", flat=True)
    citing.cite(
        task=review.submission.task,
        review=review,
        member=review.reviewer,
        text="\n\n".join([review.works, *points, review.looked_at, review.reason]),
        at=at,
    )


def _alone(review_id: int) -> Review:
    """The lease, locked: the sweep takes it back before the verdict or not at all."""
    Review.objects.select_for_update(no_key=True).only("pk").get(pk=review_id)
    return Review.objects.select_related("reviewer__member", "reviewer__domain").get(
        pk=review_id
    )


def _lock(submission_id: int) -> Submission:
    """Author, task and submission, in the order every deed takes them."""
    named = Submission.objects.select_related("author", "task").get(pk=submission_id)
    locks.members(named.authors)
    author, task = locks.member_and_task(named.author, named.task_id)
    Submission.objects.select_for_update(no_key=True).only("pk").get(pk=submission_id)
    submission = _read(submission_id)
    submission.author, submission.task = author, task
    return submission


def _read(submission_id: int) -> Submission:
    return Submission.objects.select_related(
        "task__domain", "task__area", "author__member", "author__domain", "claim"
    ).get(pk=submission_id)


def _taken_just_now() -> Refusal:
    return Refusal(
        "taken",
        _("Somebody took this up a moment ago."),
        _("If they put it back, it is on the desk again."),
    )


def lease_over() -> Refusal:
    """What a reader is told whose time with a piece of work is up."""
    return Refusal(
        "lease_over",
        _("Your hour with this has ended, and it is on the desk again."),
        _("Take it up again: what you typed is kept."),
    )


def _insist(refusal: Refusal | None) -> None:
    if refusal:
        raise Refused(refusal)
