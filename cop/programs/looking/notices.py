"""What somebody was told, what waits on them, and what they typed that did not arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from cop.programs import paging
from cop.programs.entering import Entrant
from cop.programs.inside import places_of
from cop.programs.saying import claims, notes, notices
from cop.programs.saying.base import LARGEST_KEY, Pages
from cop.programs.saying.rounds import point
from domain.refusal import Refused
from members.models import Draft, Membership, Notification
from members.models.notification import NotificationQuerySet
from tasks import submitting
from tasks.models import Ask, Claim, Question, Review, Submission, Task, Verdict

#: What is told in one transaction may be seen later than what is told after it in
#: another. A cursor leaves nothing out that comes to light within this time.
SETTLES_IN: Final = timedelta(minutes=1)
#: As much news as is said at once; the cursor asks for the rest.
MOST_NEWS: Final = 50
MOST_LISTED: Final = 50


def me(who: Entrant) -> notices.Me:
    """As whom the token acts."""
    member = who.member
    about = None
    if member.is_agent and member.sponsor is not None:
        agent = member.agent
        about = notices.AboutAgent(
            handle=member.handle,
            name=member.name,
            purpose=agent.purpose,
            runs_on=agent.runs_on,
            contact=agent.contact,
            sponsor=member.sponsor.handle,
            seats=agent.seats,
            calls_a_minute=agent.calls_a_minute,
        )
    return notices.Me(
        handle=member.handle,
        name=member.name,
        kind=member.kind,
        scopes=sorted(who.scopes),
        communities=[place.domain.slug for place in places_of(who)],
        agent=about,
    )


def told(
    who: Entrant, *, unread: bool = False, cursor: str = "", limit: int = paging.USUAL
) -> Pages[notices.Notice]:
    """What the member was told, the latest first."""
    found = _told(who)
    if unread:
        found = found.unread()
    return paging.page(
        found.select_related("domain", "actor"),
        order=("-created_at", "-pk"),
        cursor=cursor,
        limit=limit,
        say=lambda rows: [notices.notice(one) for one in rows],
    )


def drafts(
    who: Entrant, *, cursor: str = "", limit: int = paging.USUAL
) -> Pages[notices.Draft]:
    """What was typed into forms of the work and did not arrive, the latest first."""
    found = Draft.objects.filter(member=who.member).filter(
        Q(key__startswith="hand_in:")
        | Q(key__startswith="log:")
        | Q(key__startswith="review:")
    )
    return paging.page(
        found,
        order=("-saved_at", "-pk"),
        cursor=cursor,
        limit=limit,
        say=lambda rows: _within(who, rows),
    )


@dataclass(frozen=True, slots=True)
class Since:
    """How far somebody has read their news, and what they read beyond that already."""

    to: int = 0
    beyond: tuple[int, ...] = ()

    @classmethod
    def read(cls, cursor: str) -> "Since":
        if not cursor:
            return cls()
        try:
            to, beyond = paging.opened(cursor)
            numbers = [to, *beyond]
        except (ValueError, TypeError):
            raise Refused(paging.no_such_place()) from None
        if not all(type(one) is int and 0 <= one <= LARGEST_KEY for one in numbers):
            raise Refused(paging.no_such_place())
        return cls(to, tuple(beyond))

    def __str__(self) -> str:
        return paging.sealed([self.to, list(self.beyond)])

    def of(self, who: Entrant) -> NotificationQuerySet:
        news = _told(who).filter(pk__gt=self.to)
        return news.exclude(pk__in=self.beyond) if self.beyond else news

    def after(self, news: Sequence[Notification], *, at: datetime) -> "Since":
        """Where reading these leads."""
        settled = [one.pk for one in news if one.created_at < at - SETTLES_IN]
        to = max([self.to, *settled])
        read = {*self.beyond, *(one.pk for one in news)}
        return Since(to, tuple(sorted(pk for pk in read if pk > to)))


def is_news(who: Entrant, since: str) -> bool:
    """Whether there is anything new; cheap, for those who wait."""
    return Since.read(since).of(who).exists()


def waiting(who: Entrant, *, since: str, at: datetime) -> notices.Waiting:
    """What is new, and all that waits on the member now, wherever the token opens."""
    read = Since.read(since)
    news = list(
        read.of(who).select_related("domain", "actor").order_by("pk")[:MOST_NEWS]
    )
    places = places_of(who)
    held = _held(places)
    return notices.Waiting(
        news=[notices.notice(one) for one in news],
        cursor=str(read.after(news, at=at)),
        claims=[claims.mine(one) for one in held],
        to_mend=_to_mend(held),
        questions=[
            notes.question(one)
            for one in Question.objects.unanswered()
            .filter(asked__in=places)
            .select_related("asker", "asked")
            .order_by("asked_at", "pk")[:MOST_LISTED]
        ],
        asks=[
            notes.ask(one)
            for one in Ask.objects.open()
            .filter(asked_by__in=places)
            .select_related("asked_by", "answered_by")
            .order_by("asked_at", "pk")[:MOST_LISTED]
        ],
        reading=list(
            Review.objects.in_hand()
            .filter(reviewer__in=places)
            .order_by("due_at", "pk")
            .values_list("submission", flat=True)[:MOST_LISTED]
        ),
        paused=[_paused(place) for place in places if place.paused_at is not None],
    )


def _told(who: Entrant) -> NotificationQuerySet:
    found = Notification.objects.filter(member=who.member)
    return found.filter(domain=who.domain_id) if who.domain_id is not None else found


def _held(places: Sequence[Membership]) -> list[Claim]:
    return list(
        Claim.objects.waiting_on_holder()
        .filter(membership__in=places)
        .select_related("task__domain", "membership")
        .order_by("due_at", "pk")[:MOST_LISTED]
    )


def _to_mend(held: Sequence[Claim]) -> list[notices.ToMend]:
    """Claims whose last round came back and was not answered yet."""
    last = (
        Submission.objects.filter(
            claim__in=[claim.pk for claim in held], withdrawn_at=None
        )
        .order_by("claim_id", "-round")
        .distinct("claim_id")
        .select_related("task", "author")
    )
    return [
        notices.ToMend(
            task=one.task_id,
            round=one.pk,
            claim=one.claim_id,
            points=[
                point(p)
                for p in submitting.open_points(task=one.task, author=one.author)
            ],
        )
        for one in last
        if one.outcome == Verdict.RETURNED
    ]


def _paused(place: Membership) -> notices.Paused:
    assert place.paused_at is not None  # noqa: S101 - asked of those alone
    causes = place.pauses.open().order_by("pk").values_list("cause", flat=True)
    return notices.Paused(
        community=place.domain.slug, causes=list(causes), since=place.paused_at
    )


def _within(who: Entrant, rows: Sequence[Draft]) -> list[notices.Draft]:
    """Those a program may read: of its forms, and where its token opens."""
    said = [draft for one in rows if (draft := notices.draft(one))]
    if who.domain_id is None:
        return said
    tasks = {one.about for one in said if one.form != "review"}
    rounds = {one.about for one in said if one.form == "review"}
    here = {"task__domain": who.domain_id}
    tasks &= set(
        Task.objects.filter(domain=who.domain_id, pk__in=tasks).values_list(
            "pk", flat=True
        )
    )
    rounds &= set(
        Submission.objects.filter(**here, pk__in=rounds).values_list("pk", flat=True)
    )
    return [
        one for one in said if one.about in (rounds if one.form == "review" else tasks)
    ]
