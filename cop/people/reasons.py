"""Why somebody stands where they stand, and what would take them further, in words.

The engine gives the facts. Nothing here says a number of the position's own: a
member reads works, people and dates.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain.centrality import Zone
from domain.models import Domain
from members import practice
from members.models import Membership, Participation, Ruling
from members.position import amounts, explanation
from members.position.evidence import Channel, Kind, Line
from members.position.explanation import Carried, Explanation, Gate, GateCode, Part
from members.position.rules import DEFAULT
from members.position.run import Practice, Run
from tasks.models import Task

#: The heaviest pairs and items say most of it; the rest would not be read.
MOST_PAIRS, MOST_ITEMS = 4, 3
#: Beyond this "about" is no longer worth saying.
MOST_FORETOLD = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One condition of the next zone, as the stepper shows it."""

    done: bool
    words: str
    note: str


@dataclass(frozen=True, slots=True)
class Support:
    """What one other member's evidence rests on: their name, and the heaviest items."""

    name: str
    items: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Prospect:
    """An open task, and what its recognition would bring."""

    task: Task
    words: str


@dataclass(frozen=True, slots=True)
class Reasons:
    explained: Explanation
    next_zone: Zone | None
    steps: list[Step]
    work: list[Support]
    stewardship: list[Support]
    holds_until: datetime | None
    rulings: list[Ruling]
    prospects: list[Prospect]


def of(who: Membership, *, at: datetime, tasks: Sequence[Task] = ()) -> Reasons:
    """Explain one member's position; ``tasks`` are those they could take next."""
    domain = who.domain
    practised, run = practice.about_one(who, at=at)
    explained = explanation.explain(practised, run, who.pk)
    rulings = list(
        Ruling.objects.filter(membership=who, begins_at__lte=at, ends_at__gt=at)
        .select_related("organizer")
        .order_by("ends_at", "pk")
    )
    told = _titles(domain, explained)
    names = _names(domain, explained)
    fading = explained.fading
    return Reasons(
        explained=explained,
        next_zone=explained.next_zone,
        steps=[_step(gate, explained, domain, rulings) for gate in explained.gates],
        work=_supports(explained.work, names, told),
        stewardship=_supports(explained.stewardship, names, told),
        holds_until=practice.moment(fading.at)
        if fading and math.isfinite(fading.at)
        else None,
        rulings=rulings,
        prospects=_prospects(practised, run, who, explained, tasks),
    )


def _step(
    gate: Gate, explained: Explanation, domain: Domain, rulings: Sequence[Ruling]
) -> Step:
    have, need = round(gate.have), round(gate.need)
    match gate.code:
        case GateCode.POSITION:
            note = "" if gate.is_met else _still_missing(gate, explained, domain)
            return Step(gate.is_met, _("Enough work that others recognised"), note)
        case GateCode.RECOGNISERS:
            words = ngettext(
                "Recognised by one full member",
                "Recognised by %(need)d different full members",
                need,
            ) % {"need": need}
            note = _("%(have)d of %(need)d so far") % {"have": have, "need": need}
            return Step(gate.is_met, words, "" if gate.is_met else note)
        case GateCode.SILENT:
            return Step(
                gate.is_met,
                _("One recognised piece of work after the quiet year"),
                _("It brings everything back."),
            )
        case GateCode.ORGANIZERS:
            held = next((one for one in rulings if one.at_most < Zone.CORE), None)
            return Step(
                gate.is_met,
                _("Held back by the organizers for now"),
                held.reason if held else "",
            )
    return Step(gate.is_met, _("A full member"), "")


def _still_missing(gate: Gate, explained: Explanation, domain: Domain) -> str:
    """About how much more of the usual would do.

    Each further work from somebody who has not recognised any yet adds the root of its
    amount to W, each review of a further author that of its own to S; the position is
    solved for how many it takes.
    """
    zone = explained.zone
    of_work = math.sqrt(amounts.work(centrality=zone))
    works = _how_many(
        gate.need - explained.stewardship.adds, explained.work, 1.0, of_work
    )
    said = []
    if works <= MOST_FORETOLD:
        said.append(
            ngettext(
                "one more recognised %(zone)s task",
                "%(count)s more recognised %(zone)s tasks, read by different people",
                works,
            )
            % {"count": apnumber(works), "zone": domain.zone_name(zone)}
        )
    if zone.is_full:
        reviews = _how_many(
            gate.need - explained.work.adds,
            explained.stewardship,
            DEFAULT.stewardship_factor,
            math.sqrt(amounts.review(place=1)),
        )
        if reviews <= MOST_FORETOLD:
            said.append(
                ngettext(
                    "one more author’s work reviewed",
                    "%(count)s more authors’ work reviewed",
                    reviews,
                )
                % {"count": apnumber(reviews)}
            )
    if not said:
        return _(
            "A good deal more of it, from several people. Helping others’ work along "
            "counts twice."
        )
    return _("About %(acts)s") % {"acts": _(", or ").join(said)}


def _how_many(wanted: float, part: Part, factor: float, root: float) -> int:
    """Solve ``factor * ln(1 + sum + n * root) = wanted`` for n, rounded up."""
    if wanted / factor > math.log(1e6):
        return MOST_FORETOLD + 1
    reached = 1.0 + part.credited + part.outside_counted
    return max(1, math.ceil((math.exp(wanted / factor) - reached) / root - 1e-9))


def _supports(
    part: Part, names: Mapping[object, str], told: Mapping[str, tuple[str, str]]
) -> list[Support]:
    return [
        Support(
            name=_named(pair, names),
            items=tuple(
                dict.fromkeys(
                    told[item.line.key]
                    for item in pair.items[:MOST_ITEMS]
                    if told.get(item.line.key, ("", ""))[0]
                )
            ),
            more=max(0, len(pair.items) - MOST_ITEMS),
        )
        for pair in part.pairs[:MOST_PAIRS]
    ]


def _named(pair: Carried, names: Mapping[object, str]) -> str:
    return _(" and ").join(names.get(other, _("Somebody")) for other in pair.others[:3])


def _shown(explained: Explanation) -> Iterable[Carried]:
    yield from explained.work.pairs[:MOST_PAIRS]
    yield from explained.stewardship.pairs[:MOST_PAIRS]


def _names(domain: Domain, explained: Explanation) -> dict[object, str]:
    others = {
        other
        for pair in _shown(explained)
        for other in pair.others
        if isinstance(other, int)
    }
    return dict(domain.memberships.filter(pk__in=others).values_list("pk", "name"))


def _titles(domain: Domain, explained: Explanation) -> dict[str, tuple[str, str]]:
    keys = {
        item.line.key for pair in _shown(explained) for item in pair.items[:MOST_ITEMS]
    }
    lines = Participation.objects.filter(domain=domain, key__in=keys)
    return {
        key: (title, path)
        for key, title, path in lines.values_list("key", "title", "path")
    }


def _prospects(
    practised: Practice,
    run: Run,
    who: Membership,
    explained: Explanation,
    tasks: Sequence[Task],
) -> list[Prospect]:
    """What each task would bring, recognised as it is by the reader it would help most."""
    known = set(explained.recognisers)
    others = sorted(
        (one for one in run.full_members() if one != who.pk and isinstance(one, int)),
        key=lambda one: (one in known, one),
    )
    if not others:
        return []
    words: dict[int, str] = {}
    for centrality in {task.centrality for task in tasks}:
        line = Line(
            key=f"imagined:{centrality}",
            channel=Channel.WORK,
            kind=Kind.RECOGNISED,
            giver=others[0],
            receiver=who.pk,
            amount=amounts.work(centrality=centrality),
            item=f"imagined:{centrality}",
            at=run.at,
        )
        gain = explanation.what_if(practised, run, who.pk, [line])
        words[centrality] = (
            _("Recognised, it opens %(zone)s work.")
            % {"zone": who.domain.zone_name(gain.zone)}
            if gain.zone > explained.zone
            else _("Recognised, it is a step further in.")
            if gain.gain > 0
            else ""
        )
    return [Prospect(task, words[task.centrality]) for task in tasks]
