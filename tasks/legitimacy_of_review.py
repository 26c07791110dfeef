"""Who may hand in, and who may judge: asked by every door and by every deed.

Each question returns the ``Refusal`` that stands in the way, or ``None``.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain.centrality import Zone
from domain.refusal import Refusal
from members import legitimacy_of_agents
from members.models import Membership
from tasks import legitimacy, verdict_places
from tasks.models import (
    Claim,
    Point,
    Rereading,
    Review,
    Submission,
    Task,
    Verdict,
)

#: Room for one exact sentence. Shorter is "good job", which teaches nobody anything.
SHORTEST_PRAISE = 40
#: A change and its because do not fit into less.
SHORTEST_POINT = 40
#: What a decline or an accommodation has to explain takes a sentence too.
SHORTEST_REASON = 20


def refusal_to_hand_in(*, claim: Claim, generation: int) -> Refusal | None:
    """Whether the holder of this claim may hand in work done under ``generation``."""
    task, author = claim.task, claim.membership
    if author is None:
        return still_a_visitor()
    if task.state in (Task.State.DONE, Task.State.WITHDRAWN):
        return Refusal(
            "task_closed",
            _("This task was closed while you worked on it."),
            _("Your text is kept as a draft."),
        )
    if claim.ended_at is not None or generation != claim.generation:
        return legitimacy.lease_lapsed()
    return legitimacy_of_agents.refusal_to_act(
        membership=author
    ) or refusal_to_speak_unconfirmed(author=author)


def still_a_visitor() -> Refusal:
    return Refusal(
        "sign_up_first",
        _("This seat is only being kept for you."),
        _("Create an account and take it, then hand in."),
    )


def refusal_to_speak_unconfirmed(*, author: Membership) -> Refusal | None:
    """People confirm their address first; agents are answered for by a sponsor."""
    if author.is_agent or author.member_id is None:
        return None
    if EmailAddress.objects.filter(user=author.member_id, verified=True).exists():
        return None
    return Refusal(
        "email_unconfirmed",
        _("Confirm your e-mail address before you hand in."),
        _("Follow the link in the mail we sent you. Your text is kept as a draft."),
    )


def refusal_of_answers(
    *, points: Iterable[Point], answers: dict[int, str]
) -> Refusal | None:
    """Whether each change the last review asked for has its answer."""
    unanswered = [p for p in points if not answers.get(p.pk, "").strip()]
    if not unanswered:
        return None
    numbers = ", ".join(str(point.number) for point in unanswered)
    return Refusal(
        "unanswered",
        ngettext(
            "Say what you did about change %(numbers)s.",
            "Say what you did about changes %(numbers)s.",
            len(unanswered),
        )
        % {"numbers": numbers},
        _("“I see it differently, because …” is an answer too."),
    )


def refusal_to_change(
    *, submission: Submission, membership: Membership
) -> Refusal | None:
    """Whether what was handed in may still be edited or withdrawn."""
    if submission.author_id != membership.pk:
        return not_the_author()
    if refusal := legitimacy_of_agents.refusal_to_act(membership=membership):
        return refusal
    if submission.withdrawn_at is not None:
        return Refusal("withdrawn", _("You took this round back."))
    if submission.reviews.sent().filter(place__isnull=False).exists():
        return Refusal(
            "verdict_given",
            _("Somebody has answered this round, so it stays as they read it."),
            _("What you would change goes into the next round."),
        )
    return None


def not_the_author() -> Refusal:
    return Refusal("not_yours", _("Only its author changes what was handed in."))


def refusal_to_read(*, submission: Submission, reader: Membership) -> Refusal | None:
    """Whether two members are far enough apart for one to judge the other's work."""
    author = submission.author
    if reader.domain_id != author.domain_id or not reader.is_present:
        return Refusal(
            "elsewhere", _("Only members of this community review work here.")
        )
    if refusal := legitimacy_of_agents.refusal_to_act(membership=reader):
        return refusal
    if reader.pk == author.pk:
        return Refusal(
            "own_work",
            _("This is your own work; somebody else reviews it."),
            _("Those who may have been asked already."),
        )
    if any(one.pk == reader.pk for one in submission.others):
        return Refusal(
            "own_work",
            _("Part of this is your own work; somebody else reviews it."),
            _("Those who may have been asked already."),
        )
    if any(one.is_in_same_hands_as(reader) for one in submission.authors):
        return Refusal(
            "same_hands",
            _(
                "You and %(name)s answer to the same person, so this is not yours to judge."
            )
            % {"name": author.name},
        )
    return None


def refusal_to_review(
    *, submission: Submission, reviewer: Membership
) -> Refusal | None:
    """Whether a member may give one of the verdicts that settle this submission."""
    if refusal := refusal_to_read(submission=submission, reader=reviewer):
        return refusal
    return (
        refusal_of_standing(submission=submission, reviewer=reviewer)
        or refusal_of_state(submission=submission)
        or _refusal_of_place(submission, reviewer)
    )


def refusal_to_pick(
    *, submission: Submission, reviewer: Membership, at: datetime
) -> Refusal | None:
    """Whether a member may choose to read this themselves.

    Where the verdict may be the author's threshold the desk hands it out, unless the
    member was asked to read it, or is reading it.
    """
    mine = submission.reviews.under_way().filter(reviewer=reviewer, due_at__gte=at)
    drawn = Submission.objects.waiting().filter(pk=submission.pk)
    if mine.exists() or not drawn.drawn_for(reviewer.pk).exists():
        return None
    return Refusal(
        "drawn",
        _("Which newcomer’s first work you read is drawn, so that nobody picks."),
        _("Draw one on the review desk."),
    )


def refusal_of_standing(
    *, submission: Submission, reviewer: Membership
) -> Refusal | None:
    """Whether the reader stands far enough in to judge the work of its authors."""
    if reviewer.is_agent:
        return Refusal(
            "agents_advise",
            _("An agent's review never settles anything."),
            _("A first look is welcome, and is shown as an agent's."),
        )
    domain = reviewer.domain
    if not reviewer.is_full:
        return Refusal(
            "not_full",
            _("Verdicts are given from %(zone)s on.")
            % {"zone": domain.zone_name(Zone.ACTIVE)},
            _("You can give a first look: advice, without a verdict.")
            if reviewer.zone >= Zone.INBOUND
            else _("First looks open at %(zone)s.")
            % {"zone": domain.zone_name(Zone.INBOUND)},
        )
    if not verdict_places.is_far_enough_in(
        reader=reviewer.zone,
        core=core_size(submission),
        core_authors=submission.core_authors,
    ):
        author = max(submission.authors, key=lambda one: one.zone)
        return Refusal(
            "less_central",
            _(
                "%(name)s works further in than you do, so somebody from %(zone)s reads this."
            )
            % {"name": author.name, "zone": domain.zone_name(author.zone)},
            _("You can give a first look: advice, without a verdict."),
        )
    return None


def refusal_of_state(*, submission: Submission) -> Refusal | None:
    """Whether this round still takes verdicts, or at least a second opinion."""
    if submission.withdrawn_at is not None:
        return Refusal(
            "withdrawn",
            _("%(name)s took this round back.")
            % {"name": submission.author.first_name},
            _("The next round will be on the desk when it is handed in."),
        )
    if submission.settled_at is not None and submission.second_opinion_at is None:
        return Refusal(
            "settled",
            _("This round has been settled."),
            _("Its author may ask for a second opinion."),
        )
    return None


def refusal_to_look(*, submission: Submission, reader: Membership) -> Refusal | None:
    """Whether a member may give a first look: advice, no verdict."""
    if refusal := refusal_to_read(submission=submission, reader=reader):
        return refusal
    if reader.zone < Zone.INBOUND:
        return Refusal(
            "first_looks_open_at_inbound",
            _("First looks open at %(zone)s.")
            % {"zone": reader.domain.zone_name(Zone.INBOUND)},
            _("Observe somebody's log meanwhile: that is how one learns to look."),
        )
    if not submission.is_waiting:
        return Refusal("settled", _("This round has been settled."))
    if submission.reviews.standing().filter(reviewer=reader).exists():
        return Refusal("read_already", _("You have looked at this round already."))
    return None


def refusal_to_reread(*, rereading: Rereading, reader: Membership) -> Refusal | None:
    """Whether a member may read settled work again, blind."""
    submission = rereading.submission
    if refusal := refusal_to_read(submission=submission, reader=reader):
        return refusal
    if refusal := refusal_of_standing(submission=submission, reviewer=reader):
        return refusal
    first = rereading.first.reviewer
    if first.is_in_same_hands_as(reader):
        return Refusal(
            "same_hands",
            _("You and its first reader answer to the same person."),
        )
    if Review.objects.filter(
        submission__task=submission.task_id,
        submission__author=submission.author_id,
        reviewer=reader,
    ).exists():
        return Refusal("read_already", _("You have read this work before."))
    return None


def refusal_to_ask_again(
    *, submission: Submission, membership: Membership
) -> Refusal | None:
    """Whether the author may ask for a second opinion on a settled round."""
    if submission.author_id != membership.pk:
        return Refusal("not_yours", _("Only its author asks for a second opinion."))
    if submission.settled_at is None:
        return Refusal(
            "not_settled",
            _("Nobody has judged this round yet."),
            _("You can ask for a second opinion on the verdict."),
        )
    if submission.second_opinion_at is not None:
        return Refusal(
            "asked_already",
            _("You have asked for a second opinion on this round."),
            _("If the two differ, talk to both of them."),
        )
    return None


def refusals_of_verdict(
    *, verdict: str, works: str, points: Sequence[str], reason: str
) -> list[Refusal]:
    """All a review still lacks of what its author needs to hear; codes name fields."""
    lacks = []
    if len(works.strip()) < SHORTEST_PRAISE:
        lacks.append(
            Refusal(
                "works", _("Say what works, and how you can tell: point at the thing.")
            )
        )
    if verdict not in Verdict.values:
        lacks.append(Refusal("verdict", _("Choose whether it can be used.")))
    if verdict == Verdict.RETURNED:
        if not points:
            lacks.append(
                Refusal("points", _("Name at least one change, and why it matters."))
            )
        elif any(len(point) < SHORTEST_POINT for point in points):
            lacks.append(Refusal("points", _("Say for each change why it matters.")))
    explains = {
        Verdict.DECLINED.value: _("Say why it is not wanted."),
        Verdict.ACCOMMODATED.value: _("Say what help it took."),
    }
    if verdict in explains and len(reason.strip()) < SHORTEST_REASON:
        lacks.append(Refusal("reason", explains[verdict]))
    return lacks


def open_place(
    *, submission: Submission, reviewer: Membership, core: int
) -> int | None:
    """The verdict place this reader would take: the hardest to fill comes first."""
    taken = {review.place for review in submission.reviews.standing()}
    admitted = places_open_to(submission=submission, reviewer=reviewer, core=core)
    return next((number for number in admitted if number not in taken), None)


def places_open_to(
    *, submission: Submission, reviewer: Membership, core: int
) -> list[int]:
    """The places of this submission that ask no more than the reader's zone."""
    if submission.settled_at is not None:
        return [verdict_places.SECOND_OPINION]
    zones = verdict_places.zones(
        centrality=submission.task.centrality,
        core=core,
        core_authors=submission.core_authors,
    )
    return [
        number
        for number, zone in enumerate(zones[: submission.places], start=1)
        if reviewer.zone >= zone
    ]


def core_size(submission: Submission) -> int:
    return Membership.objects.core_of(submission.author.domain_id).count()


def _refusal_of_place(submission: Submission, reviewer: Membership) -> Refusal | None:
    standing = list(submission.reviews.standing().select_related("reviewer"))
    if any(review.reviewer_id == reviewer.pk for review in standing):
        return Refusal("read_already", _("You have read this round already."))
    open_to = places_open_to(
        submission=submission, reviewer=reviewer, core=core_size(submission)
    )
    there = {review.place: review for review in standing if review.place in open_to}
    if len(there) < len(open_to):
        return None
    reading = next((r for r in there.values() if r.sent_at is None), None)
    if reading:
        return Refusal(
            "taken",
            _("%(name)s is reading this.") % {"name": reading.reviewer.first_name},
            _("If they put it back, it is on the desk again."),
        )
    if submission.settled_at is not None:
        return Refusal("taken", _("Somebody has given the second opinion."))
    return Refusal(
        "place_for_core",
        _("What is still needed here is a verdict from %(zone)s.")
        % {"zone": reviewer.domain.zone_name(Zone.CORE)},
        _("You can give a first look: advice, without a verdict."),
    )
