"""The signs of a community's health, one module each."""

from typing import Final

from cop.health.signs import (
    absence_reviews,
    absence_works,
    by_full,
    competence,
    first_response,
    growth,
    legitimacy,
    loss,
    mandate,
    next_open,
    offered,
    practice_first,
    practice_share,
    reach_active,
    reach_inbound,
    remediation,
    renewal,
    results_used,
    second_work,
    slow_response,
    spread,
    stakes,
    supply,
    top_three,
    uptake,
    users,
    verdict_wait,
)
from cop.health.signs.reading import Sign

SIGNS: Final[dict[str, Sign]] = {
    module.SIGN.name: module.SIGN
    for module in (
        uptake,
        users,
        stakes,
        growth,
        spread,
        practice_share,
        mandate,
        legitimacy,
        results_used,
        practice_first,
        by_full,
        competence,
        remediation,
        supply,
        next_open,
        first_response,
        slow_response,
        verdict_wait,
        offered,
        reach_inbound,
        reach_active,
        renewal,
        loss,
        second_work,
        absence_works,
        absence_reviews,
        top_three,
    )
}
