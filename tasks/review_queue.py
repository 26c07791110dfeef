"""The review desk's own reading: what waits, how long it will take, what fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, TypeAlias

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Value,
    Window,
)
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from domain.centrality import Centrality
from domain.models import Domain
from domain.questions import Given, number_of, question
from members.models import Membership, Notification
from tasks.models import Claim, Review, Submission, Verdict
from tasks.models.submission import (
    ASKED_WITH,
    SubmissionQuerySet,
    asked_by,
)

#: Minutes a review takes where fewer than ``FEWEST_KNOWN`` have been given lately.
ASSUMED_MINUTES = {
    Centrality.PERIPHERY: 5,
    Centrality.INBOUND: 8,
    Centrality.ACTIVE: 15,
    Centrality.CORE: 25,
}
FEWEST_KNOWN = 5
#: Older reviews tell about people who may not be here any more.
LOOKED_BACK = timedelta(days=180)
#: So many recent ones give the same median as all of them.
SAMPLE = 200

Estimates: TypeAlias = dict[Centrality, int]

#: What one may say to "I have … minutes"; 0 stands for more.
TIMES = (5, 10, 30, 0)

#: Further down the desk than this nobody looks in one sitting.
MOST_SHOWN = 50


#: What a row of the desk says; what was handed in may be long.
SHOWN = (
    "round",
    "is_first",
    "handed_in_at",
    "task__title",
    "task__centrality",
    "task__domain",
    "author__name",
    "author__kind",
    "author__zone",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One submission on the desk, as its row says it."""

    submission: Submission
    minutes: int

    @property
    def stage(self) -> str:
        if self.submission.round > 1:
            return _("round %(round)d") % {"round": self.submission.round}
        return _("first task") if self.submission.is_first else ""

    def fits(self, minutes: int) -> bool:
        return not minutes or self.minutes <= minutes


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that waits, split at the time the reader has."""

    fitting: list[Item]
    longer: list[Item]
    #: More than is shown.
    beyond: int

    def __len__(self) -> int:
        return len(self.fitting) + len(self.longer) + self.beyond


def desk_of(
    membership: Membership,
    *,
    minutes: int,
    usual: Estimates,
    area_id: int | None = None,
    mine: bool = False,
) -> Desk:
    """What waits for a verdict the member may give, in the order it should be read."""
    if not membership.is_full or membership.is_agent:
        return Desk([], [], 0)
    waiting = _offered.ask(
        mine,
        area_id is not None,
        **asked_by(membership),
        area=area_id,
        member=membership.member_id,
    )
    return _desk(waiting, membership, minutes, usual)


@question
def _offered(mine: bool, within_an_area: bool) -> QuerySet[Submission]:
    waiting = Submission.objects.offered(*map(Given, ASKED_WITH))
    if mine:
        asked = Notification.objects.filter(
            member=Given("member"),
            domain=Given("domain"),
            kind=Notification.Kind.REVIEW_WAITS,
            key=Concat(Value("review_waits:"), Cast(OuterRef("pk"), CharField())),
        )
        waiting = waiting.filter(Exists(asked))
    return _shown(waiting, within_an_area=within_an_area)


def to_look_at(
    membership: Membership,
    *,
    minutes: int,
    usual: Estimates,
    area_id: int | None = None,
) -> Desk:
    """What a member who gives no verdicts yet may have a first look at."""
    waiting = _not_read_yet.ask(
        area_id is not None,
        domain=membership.domain_id,
        who=membership.pk,
        area=area_id,
    )
    return _desk(waiting, membership, minutes, usual)


@question
def _not_read_yet(within_an_area: bool) -> QuerySet[Submission]:
    own = Review.objects.standing().filter(
        submission=OuterRef("pk"), reviewer=Given("who")
    )
    waiting = (
        Submission.objects.waiting()
        .filter(task__domain=Given("domain"))
        .exclude(author=Given("who"))
        .filter(~Exists(own))
    )
    return _shown(waiting, within_an_area=within_an_area)


def for_another_opinion(membership: Membership, *, usual: Estimates) -> list[Item]:
    """Settled work whose author asked for another reader."""
    asking = (
        Submission.objects.asking_for_another_reader(membership)
        .select_related("task", "author")
        .only(*SHOWN)
        .order_by("second_opinion_at", "pk")[:MOST_SHOWN]
    )
    return [_item(one, membership, usual) for one in asking]


def own_reviews(membership: Membership) -> tuple[list[Review], list[Review]]:
    """What the member is reading, and what they sent that nobody has opened yet."""
    own = _own_reviews.ask(who=membership.pk)
    for review in own:
        review.submission.task.domain = membership.domain
    reading = [review for review in own if review.sent_at is None]
    unread = [review for review in own if review.sent_at is not None]
    return reading, unread


@question
def _own_reviews() -> QuerySet[Review]:
    return (
        Review.objects.standing()
        .filter(
            reviewer=Given("who"),
            opened_at=None,
            submission__author__member__isnull=False,
        )
        .select_related("submission__task", "submission__author")
        .only("sent_at", "due_at", *(f"submission__{field}" for field in SHOWN))
        .order_by("-claimed_at", "-pk")[:MOST_SHOWN]
    )


def read_by_others(membership: Membership) -> int:
    """How many submissions of the domain somebody else is reading right now."""
    return (
        _number_read_by_others.first(domain=membership.domain_id, who=membership.pk)
        or 0
    )


@question
def _number_read_by_others() -> QuerySet[Review, int]:
    return number_of(
        Review.objects.under_way()
        .filter(submission__task__domain=Given("domain"), place__gte=0)
        .exclude(reviewer=Given("who"))
    )


def waiting_on_authors(membership: Membership) -> list[Submission]:
    """Rounds the member sent back, whose next one has not been handed in."""
    returned = _returned_by.ask(domain=membership.domain_id, who=membership.pk)
    for submission in returned:
        submission.task.domain = membership.domain
    return returned


@question
def _returned_by() -> QuerySet[Submission]:
    next_round = Submission.objects.filter(
        claim=OuterRef("claim"), round__gt=OuterRef("round"), withdrawn_at=None
    )
    return (
        Submission.objects.filter(
            task__domain=Given("domain"),
            outcome=Verdict.RETURNED,
            claim__in=Claim.objects.live(),
            reviews__in=Review.objects.sent().filter(
                reviewer=Given("who"), verdict=Verdict.RETURNED
            ),
        )
        .filter(~Exists(next_round))
        .select_related("task", "author", "claim")
        .only("claim__due_at", *SHOWN)
        .order_by("claim__due_at", "pk")[:MOST_SHOWN]
    )


def next_for(
    membership: Membership, *, minutes: int, at: datetime
) -> Submission | None:
    """What to read next in the time there is."""
    usual = estimates(membership.domain, at=at)
    desk = desk_of(membership, minutes=minutes, usual=usual)
    return desk.fitting[0].submission if desk.fitting else None


def estimates(domain: Domain, *, at: datetime) -> Estimates:
    """Minutes a review takes, by the work's centrality: the median of past ones."""
    known: dict[int, list[timedelta]] = {}
    for centrality, time in _took.ask(domain=domain.pk, since=at - LOOKED_BACK):
        known.setdefault(centrality, []).append(time)
    return {
        centrality: _minutes(known.get(centrality, ()), ASSUMED_MINUTES[centrality])
        for centrality in Centrality
    }


@question
def _took() -> QuerySet[Review, Any]:
    return (
        Review.objects.sent()
        .filter(
            submission__task__domain=Given("domain"),
            is_first_look=False,
            sent_at__gt=Given("since"),
        )
        .order_by("-sent_at")
        .values_list("submission__task__centrality", F("sent_at") - F("claimed_at"))[
            :SAMPLE
        ]
    )


def usual_wait(domain: Domain, *, at: datetime) -> timedelta | None:
    """How long a verdict usually takes here: the median, once there are enough."""
    waited: Iterable[timedelta] = (
        Submission.objects.filter(task__domain=domain, settled_at__gt=at - LOOKED_BACK)
        .order_by("-settled_at")
        .values_list(F("settled_at") - F("handed_in_at"), flat=True)[:SAMPLE]
    )
    minutes = [_in_minutes(time) for time in waited]
    if len(minutes) < FEWEST_KNOWN:
        return None
    return timedelta(minutes=median(minutes))


def _shown(
    waiting: SubmissionQuerySet, *, within_an_area: bool
) -> QuerySet[Submission]:
    if within_an_area:
        waiting = waiting.filter(task__area=Given("area"))
    return (
        waiting.annotate(of=Window(Count("pk")))
        .select_related("task", "author")
        .only(*SHOWN)
        .newcomers_first()[:MOST_SHOWN]
    )


def _desk(
    shown: Sequence[Submission],
    membership: Membership,
    minutes: int,
    usual: Estimates,
) -> Desk:
    # What the window counted stands on every row; no model declares it.
    beyond = vars(shown[0])["of"] - len(shown) if shown else 0
    items = [_item(one, membership, usual) for one in shown]
    return Desk(
        fitting=[item for item in items if item.fits(minutes)],
        longer=[item for item in items if not item.fits(minutes)],
        beyond=beyond,
    )


def _item(submission: Submission, membership: Membership, usual: Estimates) -> Item:
    # Known already: a row's address must not cost a query.
    submission.task.domain = membership.domain
    return Item(submission, usual[Centrality(submission.task.centrality)])


def _minutes(took: Iterable[timedelta], assumed: int) -> int:
    minutes = [_in_minutes(time) for time in took]
    # The median: one tab forgotten overnight must not make reviews look long.
    return max(1, round(median(minutes))) if len(minutes) >= FEWEST_KNOWN else assumed


def _in_minutes(time: timedelta) -> float:
    return time / timedelta(minutes=1)
