"""The signs of a community's health, one module each."""

from cop.health.signs import (
    competence,
    first_response,
    growth,
    legitimacy,
    mandate,
    reach_inbound,
    results_used,
    stakes,
    supply,
    top_three,
    uptake,
)
from cop.health.signs.reading import Sign

SIGNS: dict[str, Sign] = {
    module.SIGN.name: module.SIGN
    for module in (
        uptake,
        stakes,
        growth,
        mandate,
        legitimacy,
        competence,
        results_used,
        supply,
        first_response,
        reach_inbound,
        top_three,
    )
}
