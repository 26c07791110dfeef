"""The review desk's own reading: what waits, how long it will take, what fits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    CharField,
    Count,
    Exists,
    OuterRef,
    QuerySet,
    Value,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Concat, Length
from django.utils.translation import gettext as _

from domain.centrality import Zone
from domain.models import Domain
from domain.questions import Given, number_of, question
from members.models import Membership, Notification
from tasks.models import Claim, Review, Skip, Submission, Verdict
from tasks.models.submission import (
    ASKED_WITH,
    SubmissionQuerySet,
    asked_by,
)
from tasks.reading_times import ReadingTimes, Work

#: Older reviews tell about people who may not be here any more.
LOOKED_BACK = timedelta(days=180)
#: So many recent ones give the same median as all of them.
SAMPLE = 200

#: What one may say to "I have … minutes"; 0 stands for more.
TIMES = (5, 10, 30, 0)

#: Further down the desk than this nobody looks in one sitting.
MOST_SHOWN = 50


#: What takes longer deserves a sitting of its own.
SMALL_MINUTES = 10
#: More than this nobody reads in one sitting and does justice to.
MOST_TOGETHER = 5
MOST_PILES = 3

#: What a row of the desk says; what was handed in may be long.
SHOWN = (
    "round",
    "is_first",
    "handed_in_at",
    "task__title",
    "task__centrality",
    "task__effort_minutes",
    "task__area",
    "task__domain",
    "author__name",
    "author__handle",
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
class Together:
    """Small things alike that can be read in one sitting: of one author, or one kind."""

    items: list[Item]
    is_one_author: bool

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.items)

    @property
    def first(self) -> Submission:
        return self.items[0].submission


@dataclass(frozen=True, slots=True)
class ToDraw:
    """What is handed out and not picked: how much of it there is, not whose."""

    fitting: int
    all: int
    minutes: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that waits, split at the time the reader has."""

    fitting: list[Item] = field(default_factory=list)
    longer: list[Item] = field(default_factory=list)
    #: More than is shown.
    beyond: int = 0
    to_draw: ToDraw | None = None

    def __len__(self) -> int:
        drawn = self.to_draw.all if self.to_draw else 0
        return len(self.fitting) + len(self.longer) + self.beyond + drawn

    def together(self) -> list[Together]:
        """What could be read in one sitting: one author's first, then of one kind."""
        small = [i for i in (*self.fitting, *self.longer) if i.minutes <= SMALL_MINUTES]
        found: list[Together] = []
        in_one: set[int] = set()
        for is_one_author in (True, False):
            piles: dict[object, list[Item]] = {}
            for item in small:
                of = item.submission
                alike = (
                    of.author_id
                    if is_one_author
                    else (of.task.area_id, of.task.centrality)
                )
                if of.pk not in in_one:
                    piles.setdefault(alike, []).append(item)
            for pile in piles.values():
                if len(pile) > 1:
                    found.append(Together(pile[:MOST_TOGETHER], is_one_author))
                    in_one |= {item.submission.pk for item in pile}
        return found[:MOST_PILES]

    @property
    def number_fitting(self) -> int:
        return len(self.fitting) + (self.to_draw.fitting if self.to_draw else 0)


def desk_of(
    membership: Membership,
    *,
    minutes: int,
    times: ReadingTimes,
    area_id: int | None = None,
    mine: bool = False,
) -> Desk:
    """What waits for a verdict the member may give, in the order it should be read.

    First works whose verdict may be their author's threshold are handed out one by one
    (``drawing.draw``), but for those the member was asked to read.
    """
    if not membership.is_full or membership.is_agent:
        return Desk()
    given = {**asked_by(membership), "area": area_id, "member": membership.member_id}
    shown = _offered.ask(mine, area_id is not None, **given)
    drawn = [] if mine else _to_draw.ask(area_id is not None, **given)
    return _desk(shown, membership, minutes, times, drawn)


@question
def _offered(mine: bool, within_an_area: bool) -> QuerySet[Submission]:
    waiting = _open_to_reader(within_an_area=within_an_area)
    waiting = waiting.picked_by(Given("reader"))
    if mine:
        asked = Notification.objects.filter(
            member=Given("member"),
            domain=Given("domain"),
            kind=Notification.Kind.REVIEW_WAITS,
            key=Concat(Value("review_waits:"), Cast(OuterRef("pk"), CharField())),
        )
        waiting = waiting.filter(Exists(asked))
    return _shown(waiting)


@question
def _to_draw(within_an_area: bool) -> QuerySet[Submission]:
    waiting = _open_to_reader(within_an_area=within_an_area)
    waiting = waiting.drawn_for(Given("reader"))
    return (
        waiting.annotate(of=Window(Count("pk")), length=_LENGTH)
        .select_related("task")
        .only(*(name for name in SHOWN if not name.startswith("author__")))
        .order_by("handed_in_at", "pk")[:MOST_SHOWN]
    )


def _open_to_reader(*, within_an_area: bool) -> SubmissionQuerySet:
    waiting = Submission.objects.offered(*map(Given, ASKED_WITH))
    return waiting.filter(task__area=Given("area")) if within_an_area else waiting


def to_draw(
    membership: Membership, *, minutes: int, area_id: int | None, at: datetime
) -> list[Submission]:
    """What may be handed to the member in the time there is, longest waiting first."""
    if not membership.is_full or membership.is_agent:
        return []
    times = reading_times(membership.domain, at=at)
    waiting = _to_draw.ask(area_id is not None, **asked_by(membership), area=area_id)
    return [
        one for one in waiting if not minutes or times.minutes(_work(one)) <= minutes
    ]


def being_read(membership: Membership, *, at: datetime) -> Review | None:
    """What the member drew and has not answered yet."""
    reading = (
        Review.objects.in_hand()
        .filter(reviewer=membership, due_at__gte=at)
        .select_related("submission__task__domain", "reviewer")
        .order_by("claimed_at", "pk")
    )
    drawn = set(
        Submission.objects.filter(reviews__in=reading)
        .drawn_for(membership.pk)
        .values_list("pk", flat=True)
    )
    return next((one for one in reading if one.submission_id in drawn), None)


def to_look_at(
    membership: Membership,
    *,
    minutes: int,
    times: ReadingTimes,
    area_id: int | None = None,
) -> Desk:
    """What the member may have a first look at: a verdict on it is one zone further in."""
    if membership.zone < Zone.INBOUND or membership.zone == Zone.CORE:
        return Desk()
    if membership.is_agent or not membership.is_full:
        shown = _not_read_yet.ask(
            area_id is not None,
            domain=membership.domain_id,
            who=membership.pk,
            area=area_id,
        )
    else:
        given = {**asked_by(membership), "who": membership.pk, "area": area_id}
        shown = _beyond_a_verdict.ask(area_id is not None, **given)
    return _desk(shown, membership, minutes, times)


@question
def _not_read_yet(within_an_area: bool) -> QuerySet[Submission]:
    return _shown(_unread(within_an_area=within_an_area))


@question
def _beyond_a_verdict(within_an_area: bool) -> QuerySet[Submission]:
    takes_a_place = Submission.objects.offered(*map(Given, ASKED_WITH))
    being_read = Review.objects.standing().filter(
        submission=OuterRef("pk"), place__isnull=False
    )
    waiting = _unread(within_an_area=within_an_area).exclude(
        pk__in=takes_a_place.values("pk")
    )
    return _shown(waiting.filter(~Exists(being_read)))


def _unread(*, within_an_area: bool) -> SubmissionQuerySet:
    own = Review.objects.standing().filter(
        submission=OuterRef("pk"), reviewer=Given("who")
    )
    passed_on = Skip.objects.filter(submission=OuterRef("pk"), membership=Given("who"))
    waiting = (
        Submission.objects.waiting()
        .filter(task__domain=Given("domain"))
        .exclude(author=Given("who"))
        .filter(~Exists(own), ~Exists(passed_on))
    )
    return waiting.filter(task__area=Given("area")) if within_an_area else waiting


def for_another_opinion(membership: Membership, *, times: ReadingTimes) -> list[Item]:
    """Settled work whose author asked for another reader."""
    asking = (
        Submission.objects.asking_for_another_reader(membership)
        .select_related("task", "author")
        .annotate(length=_LENGTH)
        .only(*SHOWN)
        .order_by("second_opinion_at", "pk")[:MOST_SHOWN]
    )
    return [_item(one, membership, times) for one in asking]


@dataclass(frozen=True, slots=True)
class OwnReviews:
    """A member's reviews that are not with their authors yet."""

    reading: list[Review]
    #: Finished; they can still be taken back.
    on_their_way: list[Review]
    #: Sent, and opened by nobody yet.
    unread: list[Review]


def own_reviews(membership: Membership) -> OwnReviews:
    own = _own_reviews.ask(who=membership.pk)
    for review in own:
        review.submission.task.domain = membership.domain
    unsent = [review for review in own if review.sent_at is None]
    return OwnReviews(
        reading=[review for review in unsent if review.finished_at is None],
        on_their_way=[review for review in unsent if review.finished_at is not None],
        unread=[review for review in own if review.sent_at is not None],
    )


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
        .only(
            "finished_at",
            "sent_at",
            "due_at",
            *(f"submission__{field}" for field in SHOWN),
        )
        .order_by("-claimed_at", "-pk")[:MOST_SHOWN]
    )


def under_way(membership: Membership) -> list[Review]:
    """What the member is reading, whole, in the order they took it up."""
    reading = (
        Review.objects.in_hand()
        .filter(reviewer=membership, place__isnull=False)
        .select_related(
            "submission__task__area",
            "submission__author__member",
            "submission__author__domain",
            "reviewer__member",
            "reviewer__domain",
        )
        .prefetch_related("submission__attachments")
        .order_by("claimed_at", "pk")
    )
    for review in reading:
        review.submission.task.domain = membership.domain
    return list(reading)


def on_their_way(membership: Membership) -> list[Review]:
    """What the member finished a moment ago and can still take back, the last first."""
    finished = (
        Review.objects.finished()
        .filter(reviewer=membership)
        .select_related("submission__task", "submission__author")
        .order_by("-finished_at", "-pk")
    )
    for review in finished:
        review.submission.task.domain = membership.domain
    return list(finished)


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
    """What to read next in the time there is; None where a first work is to be drawn."""
    times = reading_times(membership.domain, at=at)
    desk = desk_of(membership, minutes=minutes, times=times)
    if not desk.fitting or (desk.to_draw and desk.to_draw.fitting):
        return None
    return desk.fitting[0].submission


def reading_times(domain: Domain, *, at: datetime) -> ReadingTimes:
    """How long reviews took here lately, by the work that was read."""
    rows = _took.ask(domain=domain.pk, since=at - LOOKED_BACK)
    # Several sent in one sitting were read one after the other, under leases taken
    # together.
    sittings = Counter((row[0], row[1], row[2]) for row in rows)
    return ReadingTimes(
        [
            (
                Work(*about),
                (done_at - claimed_at)
                / timedelta(minutes=1)
                / sittings[reviewer, claimed_at, done_at],
            )
            for reviewer, claimed_at, done_at, *about in rows
        ]
    )


@question
def _took() -> QuerySet[Review, Any]:
    return (
        Review.objects.sent()
        .filter(
            submission__task__domain=Given("domain"),
            is_first_look=False,
            sent_at__gt=Given("since"),
        )
        .annotate(
            length=Length("submission__body") + Length("submission__narration"),
            # What lay ready for a minute was not read meanwhile.
            done_at=Coalesce("finished_at", "sent_at"),
        )
        .order_by("-sent_at")
        .values_list(
            "reviewer",
            "claimed_at",
            "done_at",
            "submission__task__centrality",
            "submission__task__area",
            "submission__task__effort_minutes",
            "length",
            "submission__round",
        )[:SAMPLE]
    )


_LENGTH = Length("body") + Length("narration")


def _shown(waiting: SubmissionQuerySet) -> QuerySet[Submission]:
    return (
        waiting.annotate(of=Window(Count("pk")), length=_LENGTH)
        .select_related("task", "author")
        .only(*SHOWN)
        .newcomers_first()[:MOST_SHOWN]
    )


def _desk(
    shown: Sequence[Submission],
    membership: Membership,
    minutes: int,
    times: ReadingTimes,
    drawn: Sequence[Submission] = (),
) -> Desk:
    # What the window counted stands on every row; no model declares it.
    beyond = vars(shown[0])["of"] - len(shown) if shown else 0
    items = [_item(one, membership, times) for one in shown]
    return Desk(
        fitting=[item for item in items if item.fits(minutes)],
        longer=[item for item in items if not item.fits(minutes)],
        beyond=beyond,
        to_draw=_drawn(drawn, minutes, times) if drawn else None,
    )


def _drawn(drawn: Sequence[Submission], minutes: int, times: ReadingTimes) -> ToDraw:
    took = [times.minutes(_work(one)) for one in drawn]
    fitting = [time for time in took if not minutes or time <= minutes]
    return ToDraw(
        fitting=len(fitting),
        all=vars(drawn[0])["of"],
        minutes=max(fitting or took),
        oldest_at=drawn[0].handed_in_at,
    )


def _item(submission: Submission, membership: Membership, times: ReadingTimes) -> Item:
    # Known already: a row's address must not cost a query.
    submission.task.domain = membership.domain
    return Item(submission, times.minutes(_work(submission)))


def _work(submission: Submission) -> Work:
    task = submission.task
    return Work(
        centrality=task.centrality,
        area=task.area_id,
        effort=task.effort_minutes,
        length=vars(submission)["length"],
        round=submission.round,
    )
