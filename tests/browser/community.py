"""A young community, made by its own deeds, so that positions are what its ledger says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.centrality import Consequence, Reliance
from domain.models import Domain
from members import founding, joining, positioning
from members.models import Membership
from tasks import proposing
from tasks.models import Task
from tests.makers import make_member

FOUNDED_AGO = timedelta(days=60)


@dataclass(frozen=True)
class Young:
    domain: Domain
    organizer: Membership
    veteran: Membership
    raiser: Membership
    task: Task


def begin(*, now: datetime, areas: Sequence[str] = ("Sampling", "Data")) -> Young:
    """Three founders, a task at the edge, and four newcomers who only look so far."""
    then = now - FOUNDED_AGO
    organizer = founding.found(
        member=make_member(handle="jun-sato", name="Jun Sato"),
        name="River Watch",
        concern="We measure the Tamsel and publish what we find.",
        stakes="What nobody measures is allowed.",
        served="Everyone who drinks from the Tamsel or swims in it.",
        unprompted="Walk the river on Saturdays and argue about the numbers.",
        areas=tuple(areas),
        at=then,
    )
    domain = organizer.domain
    veteran, raiser = (
        _founder(organizer, name, at=then) for name in ("Amara Okoye", "Ines Duarte")
    )
    for name in ("Ravi Vance", "Mina Zeller", "Tilda Rook", "Haru Bando"):
        joining.join(domain=domain, member=_account(name), at=now)
    task = raise_task(
        raiser, "Transcribe the Mill Bridge field sheets", at=now - timedelta(days=1)
    )
    positioning.reposition(domain=domain, at=now, everybody=True)
    return Young(domain, organizer, veteran, raiser, task)


def raise_task(
    raiser: Membership,
    title: str,
    *,
    at: datetime,
    area: str = "Data",
    parts: Sequence[tuple[str, str]] = (),
    **given: Any,
) -> Task:
    """Open a small task at the edge; ``parts`` are titles with their areas."""
    areas = raiser.domain.areas
    return proposing.propose(
        membership=raiser,
        need=proposing.Need(
            **{
                "title": title,
                "brief": "One scanned page of readings, to be typed in as they stand.",
                "beneficiary": "Readers of the autumn dataset",
                "use": "Feeds the public autumn dataset",
                "area": areas.get(name=area),
                "consequence": Consequence.PUT_RIGHT,
                "reliance": Reliance.ONE,
                "effort_minutes": 20,
                "done_means": "Every reading stands in the sheet.",
                **given,
            }
        ),
        pieces=[proposing.Piece(part, areas.get(name=name)) for part, name in parts],
        at=at,
    )


def _founder(organizer: Membership, name: str, *, at: datetime) -> Membership:
    membership = joining.join(domain=organizer.domain, member=_account(name), at=at)
    return founding.name_founder(membership=membership, organizer=organizer, at=at)


def _account(name: str):
    return make_member(handle=name.lower().replace(" ", "-"), name=name)
