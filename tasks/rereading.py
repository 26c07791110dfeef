"""Rereading: settled work read once more, blind, to see whether verdicts agree.

One in twenty settled rounds of real work is in the sample, whatever the verdict was: were
it recognised work alone, whoever reads it would know what was said, and two readers who
always say the same of one kind of work could not be told from chance. Which rounds they
are hangs on their numbers under the site's key, so nobody can steer it or see it coming.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from domain.questions import Given, question
from domain.refusal import Refusal, Refused
from members import drafting
from members.models import Membership
from tasks import legitimacy_of_review, locks
from tasks.models import Rereading, Review, Submission, Verdict
from tasks.models.rereading import RereadingQuerySet

#: One in twenty.
SHARE = 0.05
#: Nobody is sent looking for work older than this.
WAITS_FOR = timedelta(days=90)
#: Looked through for one the member may read.
LOOKED_THROUGH = 50


def draft_key(rereading_id: int) -> str:
    return f"rereading:{rereading_id}"


def is_in_sample(submission_id: int) -> bool:
    digest = salted_hmac(
        "tasks.rereading", str(submission_id), algorithm="sha256"
    ).digest()
    return int.from_bytes(digest[:8], "big") < SHARE * 2**64


def choose(
    *, submission: Submission, reviews: Sequence[Review], at: datetime
) -> Rereading | None:
    """Put a round that was just settled into the sample, if that is where it falls."""
    if (
        submission.task.is_practice
        # Everybody further in is told of a threshold: nobody is blind to it.
        or submission.is_threshold
        or not is_in_sample(submission.pk)
    ):
        return None
    first = next(r for r in reviews if r.verdict == submission.outcome)
    return Rereading.objects.get_or_create(
        submission=submission, defaults={"first": first, "chosen_at": at}
    )[0]


def kept_from(membership: Membership | None, *, task_id: int) -> Rereading | None:
    """The member's open reading of work on this task: nothing else of it is shown them."""
    if not withheld_from(membership):
        return None
    found = Rereading.objects.under_way().filter(reader=membership)
    return found.filter(submission__task=task_id).first()


def own(membership: Membership, *, at: datetime) -> Rereading | None:
    """What the member is reading again just now."""
    return (
        Rereading.objects.under_way()
        .filter(reader=membership, due_at__gte=at)
        .select_related("submission__task__domain", "submission__author")
        .first()
    )


def withheld_from(membership: Membership | None) -> int:
    """The submission whose verdict is kept from the member until they have given theirs."""
    who = reads_blind(membership)
    return (_withheld.first(who=who) or 0) if who else 0


def reads_blind(membership: Membership | None) -> int:
    """The member by key, for questions that leave out what they read; 0 if they never do."""
    if membership is None or not membership.is_full or membership.is_agent:
        return 0
    return membership.pk


@question
def _withheld() -> QuerySet[Rereading, int]:
    under_way = Rereading.objects.under_way().filter(reader=Given("who"))
    return under_way.values_list("submission", flat=True)


def waits_for(membership: Membership, *, at: datetime) -> bool:
    """Whether there may be something the member could be handed to read again."""
    return _free_for(membership, at=at).exists()


def _free_for(membership: Membership, *, at: datetime) -> RereadingQuerySet:
    here = Rereading.objects.filter(submission__task__domain=membership.domain_id)
    if not membership.is_full or membership.is_agent:
        return here.none()
    # Two readers meet once: it is the practice that is asked, not a pair.
    met = here.sent().filter(
        Q(reader=membership, first__reviewer=OuterRef("first__reviewer"))
        | Q(first__reviewer=membership, reader=OuterRef("first__reviewer"))
    )
    return (
        here.free(at=at)
        .filter(chosen_at__gt=at - WAITS_FOR)
        .filter(~Exists(met))
        .exclude(left_by=membership)
        # Whoever watched it was told how it ended.
        .exclude(submission__task__observations__membership=membership)
        .exclude(first__reviewer=membership)
        .exclude(submission__author=membership)
        .exclude(submission__shared_with__membership=membership)
    )


def _waiting_for(membership: Membership, *, at: datetime) -> list[Rereading]:
    """What the member can be handed, what was chosen first in front."""
    free = (
        _free_for(membership, at=at)
        .select_related(
            "submission__task__domain",
            "submission__author__member",
            "first__reviewer__member",
        )
        .order_by("chosen_at", "pk")[:LOOKED_THROUGH]
    )
    return [
        one
        for one in free
        if legitimacy_of_review.refusal_to_reread(rereading=one, reader=membership)
        is None
    ]


@transaction.atomic
def draw(*, membership: Membership, at: datetime) -> Rereading:
    """Hand the member one piece of settled work to read again, or raise ``Refused``."""
    mine = own(membership, at=at)
    if mine is not None:
        return mine
    _leave(Rereading.objects.under_way().filter(reader=membership, due_at__lt=at))
    for one in _waiting_for(membership, at=at):
        try:
            with transaction.atomic():
                taken = (
                    Rereading.objects.free(at=at)
                    .filter(pk=one.pk)
                    .update(
                        reader=membership,
                        claimed_at=at,
                        due_at=at + membership.domain.review_window,
                    )
                )
        except IntegrityError:
            # Drawn in another window a moment ago: that one it is.
            mine = own(membership, at=at)
            if mine is not None:
                return mine
            continue
        if taken:
            one.refresh_from_db(fields=["reader", "claimed_at", "due_at"])
            return one
    raise Refused(
        Refusal(
            "nothing_to_reread",
            _("Nothing waits to be read again."),
            _("One in twenty pieces of work is; the desk says when."),
        )
    )


def put_back(*, rereading: Rereading, reader: Membership) -> bool:
    """Leave it to somebody else; return whether it was still the reader's."""
    return bool(
        _leave(Rereading.objects.under_way().filter(pk=rereading.pk, reader=reader))
    )


@transaction.atomic
def send(
    *,
    rereading: Rereading,
    reader: Membership,
    verdict: str,
    words: str,
    at: datetime,
) -> Rereading:
    """Say what it is worth, not knowing what was said; nobody moves by it."""
    _held, task = locks.member_and_task(reader, rereading.submission.task_id)
    found = (
        Rereading.objects.select_for_update(no_key=True, of=("self",))
        .select_related("submission", "first")
        .get(pk=rereading.pk)
    )
    found.submission.task = task
    if found.sent_at is not None and found.reader_id == reader.pk:
        return found
    if found.sent_at is not None or found.reader_id != reader.pk:
        raise Refused(_no_longer_yours())
    if verdict not in Verdict.values:
        raise Refused(Refusal("verdict", _("Choose whether it can be used.")))
    if len(words.strip()) < legitimacy_of_review.SHORTEST_PRAISE:
        raise Refused(Refusal("words", _("Say what you see: point at the thing.")))
    found.verdict, found.words, found.sent_at = verdict, words.strip(), at
    found.save(update_fields=["verdict", "words", "sent_at"])
    drafting.let_go(member=reader.member, key=draft_key(found.pk))
    return found


def release_overdue(*, at: datetime) -> int:
    """Give back what its reader has gone quiet on; return how many."""
    return _leave(Rereading.objects.under_way().filter(due_at__lt=at))


@transaction.atomic
def _leave(held: RereadingQuerySet) -> int:
    """Give back, and to nobody twice: with it in their hands no more they may look."""
    rows = list(held.select_for_update(no_key=True).values_list("pk", "reader"))
    left_by = Rereading.left_by.through
    left_by.objects.bulk_create(
        (left_by(rereading_id=pk, membership_id=reader) for pk, reader in rows),
        ignore_conflicts=True,
    )
    given_back = Rereading.objects.filter(pk__in=[pk for pk, _reader in rows])
    return given_back.update(reader=None, claimed_at=None, due_at=None)


def _no_longer_yours() -> Refusal:
    return Refusal(
        "lease_over",
        _("Your hour with this has ended, and somebody else may have it now."),
        _("What you typed is kept."),
    )
