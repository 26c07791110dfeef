"""Recognising: what follows when a submission is settled.

One transaction holds the outcome, the lines in the ledger and whom to tell, so that no
verdict moves anybody without a line, and no line stands for a verdict that was undone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Q
from django.utils.translation import gettext as _

from domain.models import Area, Domain
from members import accompanying, notifying, participating
from members.models import Companion, Membership, Notification, Participation
from members.position import amounts
from repertoire import authorship
from repertoire.authors import NEEDED
from repertoire.models import Entry
from tasks import observing, piecing, stating
from tasks.models import Citation, Claim, Review, Submission, Verdict
from tasks.said import IN_USE

#: One member leaning on one entry again and again says it once a quarter.
USE_COUNTS_AGAIN_AFTER = timedelta(days=90)
#: What a newcomer does later than this was not done because somebody walked with them.
WALKED_WITHIN = timedelta(days=90)


class _About(TypedDict):
    domain: Domain
    item: str
    title: str
    path: str
    centrality: int
    area: Area
    practice: bool


def settle(
    *,
    submission: Submission,
    outcome: Verdict,
    reviews: Sequence[Review],
    at: datetime,
) -> Submission:
    """Settle a submission whose verdicts are in, with all that follows from it.

    The caller holds the locks of author, task and submission, in that order.
    ``reviews`` are the decisive ones, in the order they were sent.
    """
    submission.outcome, submission.settled_at = outcome, at
    submission.save(update_fields=["outcome", "settled_at"])
    submission.reviews.under_way().filter(is_second_opinion=False).update(
        released_at=at
    )
    _write_reviews(submission, reviews, at=at)
    if outcome in IN_USE:
        _write_work(submission, outcome, reviews, at=at)
        _write_guidance(submission, at=at)
        _write_uses(submission, at=at)
    else:
        _write_refusal_of_work(submission, outcome, reviews, at=at)
    if outcome == Verdict.RECOGNISED:
        # Before the threshold, with which a companion has done their part.
        _write_companions(submission, reviews, at=at)
        _recognise(submission, at=at)
    _close_or_renew_claim(submission, outcome, reviews, at=at)
    # Before restating: with the last seat done, those who watch leave theirs.
    observing.tell(
        task=submission.task,
        actor=submission.author,
        key=f"settled:{submission.pk}",
        sentence=_settled_sentence(submission),
        at=at,
    )
    stating.restate(submission.task, at=at)
    return submission


def remediations(submission: Submission) -> int:
    """How many earlier rounds of this work came back to its author."""
    rounds = Submission.objects.of_one_work(
        task=submission.task, author=submission.author_id
    )
    return rounds.filter(outcome=Verdict.RETURNED, round__lt=submission.round).count()


def _write_reviews(
    submission: Submission, reviews: Sequence[Review], *, at: datetime
) -> None:
    practice = submission.task.is_practice
    for place, review in enumerate(reviews, start=1):
        amount = 0.0
        if not practice:
            nth = 1 + participating.reviews_that_day(review.reviewer, at=at)
            amount = amounts.review(place=place, nth=nth)
        participating.record(
            **_about(submission),
            kind=Participation.Kind.REVIEWED,
            key=f"review:{review.pk}",
            giver=review.reviewer,
            receiver=submission.author,
            channel=_channel(Participation.Channel.STEWARDSHIP, practice=practice),
            amount=amount,
            at=at,
        )


def _write_work(
    submission: Submission,
    outcome: Verdict,
    reviews: Sequence[Review],
    *,
    at: datetime,
) -> None:
    task = submission.task
    recognisers = [review for review in reviews if review.verdict == outcome]
    mended = remediations(submission)
    accommodated = outcome == Verdict.ACCOMMODATED
    amount = amounts.work(
        centrality=task.centrality,
        remediations=mended,
        accommodated=accommodated,
        recognisers=len(recognisers),
        practice=task.is_practice,
    )
    used = Citation.objects.filter(submission=submission).values_list(
        "entry", flat=True
    )
    authors = submission.authors
    for review in recognisers:
        for author in authors:
            key = f"recognised:{review.pk}"
            participating.record(
                **_about(submission),
                kind=Participation.Kind.RECOGNISED,
                # Of work shared by several, who handed it in has the plain key.
                key=key if author is submission.author else f"{key}:{author.pk}",
                giver=review.reviewer,
                receiver=author,
                channel=_channel(Participation.Channel.WORK, practice=task.is_practice),
                amount=amount / len(authors),
                rounds=mended + 1,
                accommodated=accommodated,
                entries=used,
                at=at,
            )


def _write_guidance(submission: Submission, *, at: datetime) -> None:
    """Credit those whose guidance the author answered on the way here.

    A point a reviewer asked for is answered in a later round; a first look is answered
    when the author changed the work after it, before anybody judged it. That is how
    members who may not judge yet come to carry others.
    """
    if submission.task.is_practice:
        return
    earlier = Submission.objects.of_one_work(
        task=submission.task, author=submission.author_id
    ).filter(round__lt=submission.round)
    asked = Q(
        submission__in=earlier.values("pk"),
        points__answered_in__isnull=False,
    ) & ~Q(points__answer="")
    looked = Q(
        submission=submission, is_first_look=True, version_read__lt=submission.version
    )
    guided = (
        Review.objects.sent().filter(asked | looked).select_related("reviewer")
    ).distinct()
    for review in guided:
        participating.record(
            **_about(submission),
            kind=Participation.Kind.GUIDED,
            key=f"guided:{review.pk}",
            giver=review.reviewer,
            receiver=submission.author,
            channel=Participation.Channel.STEWARDSHIP,
            amount=amounts.guidance(answered=True, recognised=True),
            at=at,
        )


def _write_uses(submission: Submission, *, at: datetime) -> None:
    """Credit the authors of entries the work leans on, each entry once in a while.

    Each gets the share of it that is theirs of the living text as it stands now. What
    those who made the work wrote themselves, or others in the same hands, counts for
    nobody.
    """
    task, makers = submission.task, submission.authors
    cited = set(
        Citation.objects.filter(submission=submission, explicit=True).values_list(
            "entry", flat=True
        )
    )
    if task.is_practice or not cited:
        return
    lately = Participation.objects.standing().filter(
        domain=task.domain,
        kind=Participation.Kind.USED,
        giver=submission.author,
        occurred_at__gt=at - USE_COUNTS_AGAIN_AFTER,
        entries__overlap=list(cited),
    )
    credited = {entry for line in lately for entry in line.entries}
    newly = Entry.objects.filter(pk__in=cited - credited).select_related("area")
    for entry in newly.order_by("pk"):
        versions = entry.revisions.living().order_by("number")
        shares = authorship.shares(list(versions.only(*NEEDED)))
        authors = Membership.objects.filter(pk__in=shares).select_related("member")
        for author in authors.order_by("pk"):
            if any(
                author.pk == maker.pk or author.is_in_same_hands_as(maker)
                for maker in makers
            ):
                continue
            participating.record(
                **_about(submission),
                kind=Participation.Kind.USED,
                key=f"used:{submission.pk}:{entry.pk}:{author.pk}",
                giver=submission.author,
                receiver=author,
                channel=Participation.Channel.WORK,
                amount=amounts.usage() * shares[author.pk],
                entries=[entry.pk],
                carried_from=None if entry.area_id == task.area_id else entry.area,
                at=at,
            )


def _write_companions(
    submission: Submission, reviews: Sequence[Review], *, at: datetime
) -> None:
    """Credit whoever walks with the author for the next work others recognise.

    Once for each bond, however often two members begin it anew.
    """
    if submission.task.is_practice:
        return
    walking = Companion.objects.begun().filter(
        newcomer__in=submission.authors, begun_at__gt=at - WALKED_WITHIN
    )
    for companion in walking.select_related("newcomer", "peer__member").order_by("pk"):
        author, peer = companion.newcomer, companion.peer
        by_another = any(
            review.verdict == Verdict.RECOGNISED
            and review.reviewer.is_full
            and review.reviewer_id != peer.pk
            and not review.reviewer.is_in_same_hands_as(peer)
            for review in reviews
        )
        if by_another:
            participating.record(
                **_about(submission),
                kind=Participation.Kind.MENTORED,
                key=f"mentored:{companion.bond}:{peer.pk}:{author.pk}",
                giver=peer,
                receiver=author,
                channel=Participation.Channel.STEWARDSHIP,
                amount=amounts.companion(),
                at=at,
            )


def _write_refusal_of_work(
    submission: Submission,
    outcome: Verdict,
    reviews: Sequence[Review],
    *,
    at: datetime,
) -> None:
    kind = (
        Participation.Kind.RETURNED
        if outcome == Verdict.RETURNED
        else Participation.Kind.DECLINED
    )
    for review in reviews:
        if review.verdict == outcome:
            participating.record(
                **_about(submission),
                kind=kind,
                key=f"{outcome.value}:{review.pk}",
                giver=review.reviewer,
                receiver=submission.author,
                rounds=submission.round,
                at=at,
            )


def _recognise(submission: Submission, *, at: datetime) -> None:
    if submission.task.is_practice:
        return
    authors = submission.authors
    Membership.objects.filter(pk__in=[author.pk for author in authors]).update(
        last_recognised_at=at
    )
    if remediations(submission):
        return
    for author in authors:
        _cross_threshold(submission, author, at=at)


def _cross_threshold(
    submission: Submission, author: Membership, *, at: datetime
) -> None:
    # Set once, whoever asks first: the row decides, not what was read of it before.
    first = Membership.objects.filter(pk=author.pk, threshold_at=None).update(
        threshold_at=at
    )
    if not first:
        return
    if author is submission.author:
        submission.is_threshold = True
        submission.save(update_fields=["is_threshold"])
    participating.record(
        **_about(submission),
        kind=Participation.Kind.THRESHOLD,
        key=f"threshold:{author.pk}:{submission.pk}",
        giver=author,
        at=at,
    )
    _tell_of_the_threshold(submission, author, at=at)
    accompanying.end_with_threshold(newcomer=author, at=at)


def _tell_of_the_threshold(
    submission: Submission, author: Membership, *, at: datetime
) -> None:
    task = submission.task
    notifying.notify(
        member=author.member,
        kind=Notification.Kind.THRESHOLD,
        key=f"threshold:{author.pk}",
        domain=task.domain,
        title=task.title,
        sentence=_(
            "You completed a real task, and more experienced members recognised the"
            " output as competent, without remediation and without special"
            " accommodation. From here on %(community)s counts on you."
        )
        % {"community": task.domain.name},
        path=submission.get_absolute_url(),
        at=at,
    )
    community = Membership.objects.present().with_account().filter(domain=task.domain)
    told = (community.full() | community.organizers()).exclude(pk=author.pk).distinct()
    notifying.notify_all(
        members=[membership.member for membership in told.select_related("member")],
        kind=Notification.Kind.THRESHOLD,
        key=f"threshold:{author.pk}",
        domain=task.domain,
        actor=author,
        title=task.title,
        sentence=_(
            "%(name)s completed a real task, and more experienced members recognised"
            " the output as competent, without remediation and without special"
            " accommodation."
        )
        % {"name": author.name},
        path=submission.get_absolute_url(),
        at=at,
    )


def _close_or_renew_claim(
    submission: Submission, outcome: Verdict, reviews: Sequence[Review], *, at: datetime
) -> None:
    claim = submission.claim
    if outcome == Verdict.RETURNED and submission.task.is_jigsaw:
        piecing.begin_again(task=submission.task, at=at)
        return
    if outcome == Verdict.RETURNED:
        # The clock did not run while others were reading.
        claim.due_at = max(claim.due_at, at + submission.task.window)
        claim.reminded_at, claim.extensions = None, 0
        claim.save(update_fields=["due_at", "reminded_at", "extensions"])
        return
    words = ""
    if outcome == Verdict.DECLINED:
        words = next(
            (review.reason for review in reviews if review.verdict == outcome), ""
        )
        submission.task.parts.update(ready_under=None)
    # All parts of a jigsaw end as the whole does.
    Claim.objects.filter(Q(pk=claim.pk) | Q(shared_in=submission)).filter(
        ended_at=None
    ).update(
        ended_at=at,
        ending=Claim.Ending.DONE if outcome in IN_USE else Claim.Ending.RELEASED,
        ending_words=words,
    )


def _settled_sentence(submission: Submission) -> str:
    name = submission.author.name
    match submission.outcome:
        case Verdict.RECOGNISED:
            return _("%(name)s's work was recognised as competent.") % {"name": name}
        case Verdict.ACCOMMODATED:
            return _("%(name)s's work is in use, with help.") % {"name": name}
        case Verdict.RETURNED:
            return _("%(name)s goes on with round %(round)d.") % {
                "name": name,
                "round": submission.round + 1,
            }
    return _("%(name)s's work was not wanted after all; the review says why.") % {
        "name": name
    }


def _about(submission: Submission) -> _About:
    """What every line about one settled submission says alike."""
    task = submission.task
    return {
        "domain": task.domain,
        "item": f"submission:{submission.pk}",
        "title": task.title,
        "path": submission.get_absolute_url(),
        "centrality": task.centrality,
        "area": task.area,
        "practice": task.is_practice,
    }


def _channel(
    channel: Participation.Channel, *, practice: bool
) -> Participation.Channel:
    """Practice is told and moves nobody: nobody relies on it."""
    return Participation.Channel.NONE if practice else channel
