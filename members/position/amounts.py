"""What each act is worth, from the facts of the act. Amounts are in plain works."""

import math

from members.position.rules import DEFAULT, Rules


def work(
    *,
    centrality: int,
    remediations: int = 0,
    accommodated: bool = False,
    recognisers: int = 1,
    practice: bool = False,
    rules: Rules = DEFAULT,
) -> float:
    """Return what each of ``recognisers`` gives for one recognised piece of work.

    ``remediations`` is the number of rounds after the first. Accommodated work counts
    half whatever the rounds; practice is not work anybody relies on.
    """
    if practice:
        return 0.0
    last = len(rules.remediation) - 1
    clean = rules.remediation[min(remediations, last)]
    share = rules.accommodated if accommodated else clean
    return share * rules.weight_of(centrality) / recognisers


def review(
    *,
    place: int,
    before_decision: bool = True,
    nth: int = 1,
    rules: Rules = DEFAULT,
) -> float:
    """Return what a verdict is worth to who gave it; ``place`` is 1 for the first.

    A verdict on what was settled before its reviewer took it up confirms nothing. The
    ``nth`` its giver gave that day counts for ``sqrt(n - 8) - sqrt(n - 9)`` beyond the
    eighth, so that n of them count ``8 + sqrt(n - 8)``: one more never takes from those
    before it.
    """
    if not before_decision:
        return 0.0
    worth = rules.review if place <= rules.decisive_reviews else rules.later_review
    beyond = nth - rules.reviews_a_day
    if beyond > 0:
        worth *= math.sqrt(beyond) - math.sqrt(beyond - 1)
    return worth


def guidance(*, answered: bool, recognised: bool, rules: Rules = DEFAULT) -> float:
    """Return what guidance adds once its author answered it and was then recognised."""
    return rules.guidance if answered and recognised else 0.0


def companion(*, rules: Rules = DEFAULT) -> float:
    """Return what it is worth that one's newcomer was recognised by somebody else."""
    return rules.companion


def entry(*, rules: Rules = DEFAULT) -> float:
    """Return what an entry or edit taken in by a steward is worth to its author."""
    return rules.entry


def usage(*, rules: Rules = DEFAULT) -> float:
    """Return what a use of one's entry in another's recognised work is worth."""
    return rules.usage


def tending(*, rules: Rules = DEFAULT) -> float:
    """Return what accepted tending (confirming, merging, settling) is worth."""
    return rules.tending
