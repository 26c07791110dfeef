"""Evidence in a history from elsewhere: which of its acts tell where people stood.

Pure: acts in, ledger lines out. What a history calls an act is in
``docs/history-format.md``; why each counts as it does is in ``docs/position.md``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from members.position import amounts
from members.position.evidence import COMMONS, Channel, Kind, Line
from members.position.rules import DEFAULT, Rules


class ActKind(StrEnum):
    """What a history can tell that somebody did."""

    CONTRIBUTION = "contribution"
    REVIEW = "review"
    ACK = "ack"
    TEST = "test"
    HELP = "help"
    MENTOR = "mentor"
    REPORT = "report"
    INTEGRATE = "integrate"


#: The acts by which somebody vouches for another's work.
VOUCHES = frozenset({ActKind.REVIEW, ActKind.ACK})

#: What an author made use of: telling what is wrong and trying what was mended is work
#: at the edge, and carries nobody.
_USED_BY_AUTHORS = frozenset({ActKind.REPORT, ActKind.TEST})


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a history: ``actor`` did ``kind``, to ``subject``'s part of ``work``."""

    t: datetime
    actor: str
    kind: ActKind
    subject: str | None
    work: str
    area: str | None = None
    size: int | None = None
    docs_only: bool = False
    files: int | None = None


def lines_of(
    acts: Iterable[Act], *, integrations: bool = False, rules: Rules = DEFAULT
) -> Iterator[Line]:
    """Yield the ledger lines a history's acts give, in order of time.

    Everything about one work must be among ``acts``, in any order. Givers, receivers,
    items and areas are the history's own names. With ``integrations`` work nobody is
    known to have reviewed is recognised by who integrated it.
    """
    works: dict[str, list[Act]] = {}
    for act in acts:
        works.setdefault(act.work, []).append(act)
    lines = [
        line
        for about in works.values()
        for line in _lines_of_work(about, integrations=integrations, rules=rules)
    ]
    lines.sort(key=lambda line: (line.at, line.key))
    yield from lines


def days(moment: datetime) -> float:
    """Return days since the start of 1970, in UTC, as the engine counts."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() / 86_400


def _lines_of_work(
    acts: list[Act], *, integrations: bool, rules: Rules
) -> Iterator[Line]:
    accepted = {act.actor: act for act in acts if act.kind is ActKind.CONTRIBUTION}
    for author, contribution in accepted.items():
        about = [act for act in acts if act.subject == author and act.actor != author]
        vouchers = _first_by_actor(about, VOUCHES)
        recognisers = vouchers
        if integrations and not vouchers:
            recognisers = _first_by_actor(about, {ActKind.INTEGRATE})
        given = amounts.work(
            centrality=1, recognisers=max(len(recognisers), 1), rules=rules
        )
        for act in recognisers.values():
            yield _line(Kind.RECOGNISED, act, contribution, given)
        approvers = _first_by_actor(about, {ActKind.ACK})
        decided = _a_review_of(len(approvers or vouchers), rules)
        for actor, act in vouchers.items():
            is_decisive = not approvers or actor in approvers
            reviewed = decided if is_decisive else rules.later_review
            yield _line(Kind.REVIEWED, act, contribution, reviewed)
        if not recognisers:
            yield _let_in(contribution, rules)
            continue
        for kind, which, amount in (
            (Kind.GUIDED, {ActKind.HELP}, rules.guidance),
            (Kind.MENTORED, {ActKind.MENTOR}, rules.companion),
            (Kind.USED, _USED_BY_AUTHORS, rules.usage),
        ):
            for act in _first_by_actor(about, which).values():
                yield _line(kind, act, contribution, amount)


def _let_in(contribution: Act, rules: Rules) -> Line:
    """Return the line of work that was accepted by nobody knows whom."""
    return Line(
        key=f"{contribution.work}:{Kind.RECOGNISED}::{contribution.actor}",
        channel=Channel.WORK,
        kind=Kind.RECOGNISED,
        giver=COMMONS,
        receiver=contribution.actor,
        amount=amounts.work(centrality=1, rules=rules),
        item=f"{contribution.work}:{contribution.actor}",
        at=days(contribution.t),
        area=contribution.area,
    )


def _first_by_actor(
    acts: list[Act], kinds: frozenset[ActKind] | set[ActKind]
) -> dict[str, Act]:
    """Return each actor's first act of these kinds."""
    first: dict[str, Act] = {}
    for act in sorted(acts, key=lambda act: (act.t, act.actor)):
        if act.kind in kinds:
            first.setdefault(act.actor, act)
    return first


def _a_review_of(reviews: int, rules: Rules) -> float:
    """Return what each of several deciding reviews is worth, their order unknown.

    No day of reviews is too full here: a history tells the day on which work was let in,
    not the one on which it was read.
    """
    places = range(1, reviews + 1)
    total = sum(amounts.review(place=place, rules=rules) for place in places)
    return total / reviews if reviews else 0.0


def _line(kind: Kind, act: Act, contribution: Act, amount: float) -> Line:
    """Return the line of one act about one author's contribution.

    It counts from when both were there: vouching for what is accepted later confirms
    nothing yet.
    """
    is_stewardship = kind not in {Kind.RECOGNISED, Kind.USED}
    giver, receiver = act.actor, contribution.actor
    if kind is Kind.USED:
        # An author who mends what was reported, or names who tried it, says by it that
        # the report was right, or the trial of use.
        giver, receiver = receiver, giver
    return Line(
        key=f"{act.work}:{kind}:{giver}:{receiver}",
        channel=Channel.STEWARDSHIP if is_stewardship else Channel.WORK,
        kind=kind,
        giver=giver,
        receiver=receiver,
        amount=amount,
        item=f"{act.work}:{contribution.actor}",
        at=days(max(act.t, contribution.t)),
        area=contribution.area,
    )
