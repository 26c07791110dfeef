"""Stuck: where newcomers cannot go on by themselves, and the one thing to do about it.

For whoever walks them in. Nothing here is told to anybody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Membership, Participation
from tasks import legitimacy_of_review
from tasks.models import Claim, Submission, Verdict

#: Somebody new who did nothing for so long may not come back by themselves.
SILENT_AFTER = timedelta(days=7)
#: So many rounds returned, and the words of a review alone do not help.
RETURNED_OFTEN = 2


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where one newcomer is now, since when, and what their companion can do."""

    newcomer: Membership
    #: "returned", "waiting" or "silent"; nothing where they are getting on.
    code: str
    sentence: str
    since_at: datetime
    do: str = ""
    path: str = ""

    @property
    def is_stuck(self) -> bool:
        return bool(self.code)


def of(
    newcomers: Sequence[Membership], *, reader: Membership, at: datetime
) -> list[Whereabouts]:
    """Where each of the newcomers is, in three questions for all of them."""
    if not newcomers:
        return []
    rounds: dict[int, list[Submission]] = {}
    for handed_in in (
        Submission.objects.filter(
            author__in=newcomers, claim__ended_at=None, withdrawn_at=None
        )
        .select_related("task__domain", "author__member")
        .order_by("handed_in_at", "pk")
    ):
        rounds.setdefault(handed_in.author_id, []).append(handed_in)
    held = {
        claim.membership_id: claim
        for claim in Claim.objects.live()
        .filter(membership__in=newcomers)
        .select_related("task__domain")
        .order_by("-claimed_at", "-pk")
    }
    acted = dict(
        Participation.objects.filter(giver__in=newcomers)
        .values_list("giver")
        .annotate(Max("occurred_at"))
    )
    return [
        _whereabouts(
            one,
            rounds.get(one.pk, []),
            held.get(one.pk),
            acted.get(one.pk, one.joined_at),
            reader=reader,
            at=at,
        )
        for one in newcomers
    ]


def _whereabouts(
    newcomer: Membership,
    rounds: Sequence[Submission],
    held: Claim | None,
    acted_at: datetime,
    *,
    reader: Membership,
    at: datetime,
) -> Whereabouts:
    waiting = next((one for one in rounds if one.is_waiting), None)
    if waiting is not None:
        do, path = _about_waiting(waiting, reader)
        return Whereabouts(
            newcomer,
            "waiting",
            _("“%(title)s” waits for a reader.") % {"title": waiting.task.title},
            waiting.handed_in_at,
            do,
            path,
        )
    returned = [one for one in rounds if one.outcome == Verdict.RETURNED]
    last = rounds[-1] if rounds else None
    if last in returned and last is not None:
        of_this = [one for one in returned if one.claim_id == last.claim_id]
        if len(of_this) >= RETURNED_OFTEN:
            return Whereabouts(
                newcomer,
                "returned",
                _("“%(title)s” came back %(count)d times.")
                % {"title": last.task.title, "count": len(of_this)},
                last.settled_at or last.handed_in_at,
                _("Read the last review, and go through it with them"),
                last.get_absolute_url(),
            )
    if at - acted_at > SILENT_AFTER:
        return Whereabouts(
            newcomer,
            "silent",
            _("Quiet, with “%(title)s” in hand.") % {"title": held.task.title}
            if held
            else _("Quiet, with nothing in hand."),
            acted_at,
            _("Send them a word"),
            f"#word_{newcomer.pk}",
        )
    return Whereabouts(
        newcomer,
        "",
        _("At work on “%(title)s”.") % {"title": held.task.title}
        if held
        else _("Between two tasks."),
        acted_at,
    )


def _about_waiting(waiting: Submission, reader: Membership) -> tuple[str, str]:
    """What helps work that waits: a verdict, a first look, or somebody else asked."""
    slug = waiting.task.domain.slug
    if not legitimacy_of_review.refusal_to_review(submission=waiting, reviewer=reader):
        return _("Read it yourself"), waiting.get_review_url()
    if not legitimacy_of_review.refusal_to_look(submission=waiting, reader=reader):
        return (
            _("Give it a first look"),
            reverse("tasks:first_look", args=[slug, waiting.pk]),
        )
    return _("See what they handed in"), waiting.get_absolute_url()
