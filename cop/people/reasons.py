"""Why somebody stands where they stand, and what would take them further, in words.

The engine gives the facts. Nothing here says a number of the position's own: a
member reads works, people and dates.
"""

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.contrib.humanize.templatetags.humanize import apnumber
from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cop.people import grounds
from cop.people.grounds import Grounds
from domain.centrality import Centrality, Zone
from domain.models import Area, Domain
from domain.questions import Given, question
from members import practice
from members.models import Membership, Participation, Ruling
from members.names import more_than_a_name
from members.position import explanation, outlook
from members.position.evidence import Channel
from members.position.explanation import Explanation, Gate, GateCode
from members.position.heading import Bridges
from members.position.outlook import Act, Way
from members.position.rules import Rules
from members.position.run import Practice, Run
from repertoire.models import Entry
from tasks.models import Task

Heading = Membership.Heading

MOST_PLANNED: Final = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One condition of the next zone, as the stepper shows it."""

    done: bool
    words: str
    note: str


@dataclass(frozen=True, slots=True)
class Prospect:
    """Something to do, what the engine says it comes to, and where it can be done."""

    #: work, review, look or entry: which page it is done on.
    kind: str
    words: str
    outcome: str
    opens: bool
    tasks: Sequence[Task] = ()

    @property
    def headline(self) -> str:
        return capfirst(self.words)


@dataclass(frozen=True, slots=True)
class Reasons:
    explained: Explanation
    next_zone: Zone | None
    steps: list[Step]
    holds_until: datetime | None
    rulings: list[Ruling]
    prospects: list[Prospect] = field(default_factory=list)
    grounds: Grounds | None = None
    #: Why the trajectory heads where it heads, in a sentence or two.
    heading: list[str] = field(default_factory=list)


def of(
    who: Membership,
    *,
    at: datetime,
    in_full: bool = False,
    tasks: Sequence[Task] = (),
) -> Reasons:
    """Explain one member's position.

    ``in_full`` with all it rests on and what would take them further; ``tasks`` are
    those they could take next.
    """
    domain = who.domain
    rulings, practised, run, explained = read(who, at=at)
    in_force = [one for one in rulings if one.begins_at <= at < one.ends_at]
    prospects = _prospects(practised, run, who, explained, tasks) if in_full else []
    fading = explained.fading
    return Reasons(
        explained=explained,
        next_zone=explained.next_zone,
        steps=[_step(gate, explained, in_force, prospects) for gate in explained.gates],
        holds_until=practice.moment(fading.at)
        if fading and math.isfinite(fading.at)
        else None,
        rulings=in_force,
        prospects=prospects,
        grounds=grounds.of(explained, domain=domain, rules=practised.rules, at=at)
        if in_full
        else None,
        heading=_heading(who, practised, explained, at=at) if in_full else [],
    )


def read(
    who: Membership, *, at: datetime
) -> tuple[list[Ruling], Practice, Run, Explanation]:
    """Read what one member's position is made of, and what organizers ruled."""
    rulings = _rulings_about.ask(who=who.pk)
    practised, run = practice.about(who, at=at)
    return rulings, practised, run, explanation.explain(practised, run, who.pk)


@question
def _rulings_about() -> QuerySet[Ruling]:
    return (
        Ruling.objects.filter(membership=Given("who"))
        .select_related("organizer")
        .defer(*more_than_a_name("organizer"))
        .order_by("ends_at", "pk")
    )


def _step(
    gate: Gate,
    explained: Explanation,
    rulings: Sequence[Ruling],
    prospects: Sequence[Prospect],
) -> Step:
    have, need = round(gate.have), round(gate.need)
    match gate.code:
        case GateCode.POSITION:
            note = "" if gate.is_met else _still_missing(prospects)
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


def _still_missing(prospects: Sequence[Prospect]) -> str:
    """What would do, of what the engine was asked."""
    enough = [prospect.words for prospect in prospects if prospect.opens]
    if len(enough) == 1:
        return _("It takes %(act)s.") % {"act": enough[0]}
    if enough:
        return _("It takes one of these: %(acts)s.") % {"acts": "; ".join(enough)}
    if any(prospect.kind in ("review", "look") for prospect in prospects):
        return _(
            "A good deal more of it, from several people. Helping others’ work along "
            "counts twice."
        )
    # Agents judge nobody's work, and newcomers not yet.
    return _("A good deal more of it, from several people.") if prospects else ""


def _prospects(
    practised: Practice,
    run: Run,
    who: Membership,
    explained: Explanation,
    tasks: Sequence[Task],
) -> list[Prospect]:
    """What somebody could do, each put before the engine."""
    by = outlook.readers(practised, run, who.pk)
    centrality = tasks[0].centrality if tasks else who.zone
    suited = [task for task in tasks if task.centrality == centrality]
    area = suited[0].area if suited else who.main_area
    found = []
    for kind, act in _acts(who, by, centrality, practised.rules):
        way = outlook.way(practised, run, who.pk, act)
        if way is None:
            continue
        outcome = _outcome(way, explained, who.domain)
        # Work is what the board is full of; a dozen of anything else is no plan.
        if outcome and (kind == "work" or way.times <= MOST_PLANNED):
            found.append(
                Prospect(
                    kind=kind,
                    words=_words(kind, way.times, who.domain, centrality, area),
                    outcome=outcome,
                    opens=way.opens,
                    tasks=suited if kind == "work" else (),
                )
            )
    return sorted(found, key=lambda prospect: not prospect.opens)


def _acts(
    who: Membership, by: Sequence[Hashable], centrality: int, rules: Rules
) -> Iterator[tuple[str, Act]]:
    """The acts open to somebody of this zone and kind."""
    if by:
        yield "work", outlook.works(who.pk, by=by, centrality=centrality, rules=rules)
    if who.is_full and not who.is_agent:
        yield "review", outlook.reviews(who.pk, rules=rules)
    elif by and who.zone == Zone.INBOUND and not who.is_agent:
        yield "look", outlook.first_looks(who.pk, by=by, rules=rules)
    if by and not who.is_full:
        yield "entry", outlook.entries(who.pk, by=by, rules=rules)


def _outcome(way: Way, explained: Explanation, domain: Domain) -> str:
    """What it comes to: a zone that opens, one that holds longer, or a step."""
    gain = way.gain
    if way.opens:
        return _("Opens %(zone)s work.") % {"zone": domain.zone_name(gain.zone)}
    if explained.next_zone is not None:
        return _("A step further in.")
    now, then = explained.fading, gain.fading
    if now is None or then is None or not then.at > now.at + 1:
        return ""
    return _("Holds %(zone)s until %(then)s instead of %(now)s.") % {
        "zone": domain.zone_name(gain.zone),
        "then": _day(then.at),
        "now": _day(now.at),
    }


def _words(
    kind: str, times: int, domain: Domain, centrality: int, area: Area | None
) -> str:
    """An act so many times, as a thing to do."""
    told = {
        "count": apnumber(times),
        "zone": domain.zone_name(centrality),
        "area": area.name if area else "",
    }
    match kind:
        case "review":
            return (
                ngettext(
                    "one review of a newcomer’s work",
                    "%(count)s reviews of newcomers’ work",
                    times,
                )
                % told
            )
        case "look":
            return (
                ngettext(
                    "one first look that its author answers",
                    "%(count)s first looks that their authors answer",
                    times,
                )
                % told
            )
        case "entry":
            return (
                ngettext(
                    "one entry taken into the repertoire",
                    "%(count)s entries taken into the repertoire, by different people",
                    times,
                )
                % told
            )
    return _work_words(times, centrality=centrality, has_area=bool(area)) % told


def _work_words(times: int, *, centrality: int, has_area: bool) -> str:
    if centrality >= Centrality.ACTIVE:
        if has_area:
            return ngettext(
                "one recognised %(zone)s task in %(area)s, read by someone from the "
                "core",
                "%(count)s recognised %(zone)s tasks, each read by someone from the "
                "core",
                times,
            )
        return ngettext(
            "one recognised %(zone)s task, read by someone from the core",
            "%(count)s recognised %(zone)s tasks, each read by someone from the core",
            times,
        )
    if has_area:
        return ngettext(
            "one recognised %(zone)s task in %(area)s",
            "%(count)s recognised %(zone)s tasks, read by different people",
            times,
        )
    return ngettext(
        "one recognised %(zone)s task",
        "%(count)s recognised %(zone)s tasks, read by different people",
        times,
    )


def _heading(
    who: Membership, practised: Practice, explained: Explanation, *, at: datetime
) -> list[str]:
    """Say by what the heading was told, with the figures it came from."""
    quarter, year = grounds.figures(explained, at=at)
    figures = _("The last 90 days: %(quarter)s. The last twelve months: %(year)s.") % {
        "quarter": _acts_done(*quarter),
        "year": _acts_done(*year),
    }
    match who.heading:
        case Heading.IN:
            said = _("The last quarter is at least as busy as the year.")
        case Heading.SETTLED if quarter == (0, 0):
            said = _(
                "Nothing in the last 90 days, which is not yet long at the pace of the "
                "time before."
            )
        case Heading.SETTLED:
            said = _(
                "Counting more what is recent, the pace is at least half of the year’s."
            )
        case Heading.OUT if quarter == (0, 0):
            said = _(
                "Nothing in the last 90 days, and at the pace of the time before there "
                "would have been something. That is a pace, not a verdict."
            )
        case Heading.OUT:
            said = _(
                "The last quarter is under a third of the year’s pace, two weeks "
                "running. That is a pace, not a verdict."
            )
        case Heading.BRIDGING:
            said = _bridge(who, practised, explained, at=at)
        case _:
            said = _("Too little has been recognised lately to point anywhere yet.")
    return [said, figures] if year != (0, 0) else [said]


def _acts_done(works: int, reviews: int) -> str:
    """Works and reviews in words, those there are none of left out."""
    done = ngettext(
        "%(works)d piece of work recognised",
        "%(works)d pieces of work recognised",
        works,
    ) % {"works": works}
    read = ngettext("%(reviews)d review", "%(reviews)d reviews", reviews) % {
        "reviews": reviews
    }
    if not works and not reviews:
        return _("nothing")
    if not reviews:
        return done
    return _("%(done)s, %(read)s") % {"done": done, "read": read} if works else read


def _bridge(
    who: Membership, practised: Practice, explained: Explanation, *, at: datetime
) -> str:
    """What a bridge joins: areas by entries, domains, or areas by the year's own work."""
    rules = practised.rules
    ties = practised.circumstances.bridges.get(who.pk, Bridges())
    joins = []
    now, within = practice.days(at), rules.bridging_within
    if ties.entries(at=now, within=within) >= rules.bridging_entries:
        joins.append(_entries_elsewhere(who, since=practice.moment(now - within)))
    if ties.domains >= rules.bridging_domains:
        joins.append(_("At home in another community on this site as well."))
    return " ".join(joins) or _areas_joined(who, explained, at=at)


def _entries_elsewhere(who: Membership, *, since: datetime) -> str:
    uses: dict[int, set[str]] = {}
    belongs: dict[int, str] = {}
    lines = Participation.objects.carried_over().filter(
        receiver=who, occurred_at__gt=since
    )
    for entries, area, came_from in lines.earliest_first().values_list(
        "entries", "area__name", "carried_from__name"
    ):
        for entry in entries:
            belongs[entry] = came_from
            uses.setdefault(entry, set()).add(area)
    titles = Entry.objects.filter(pk__in=uses).by_title().values_list("pk", "title")
    return _("Others use outside its area what was written here: %(entries)s.") % {
        "entries": "; ".join(
            _("%(title)s, of %(area)s, in %(others)s")
            % {
                "title": title,
                "area": belongs[entry],
                "others": get_text_list(sorted(uses[entry]), _("and")),
            }
            for entry, title in titles
        )
    }


def _areas_joined(who: Membership, explained: Explanation, *, at: datetime) -> str:
    since = practice.days(at) - grounds.YEAR
    own = {
        (item.line.item, item.line.area)
        for item in grounds.items(explained)
        if item.line.channel is Channel.WORK and item.line.at > since
    }
    away = Counter(
        area
        for _item, area in own
        if isinstance(area, int) and area != who.main_area_id
    )
    if who.main_area is None or not away:
        return _("It was so before, and there has been too little since to tell anew.")
    names = dict(who.domain.areas.filter(pk__in=list(away)).values_list("pk", "name"))
    return _(
        "Most of what is recognised and reviewed lies in %(area)s; the work itself also "
        "in %(others)s. That is twice as much outside one’s own area as is usual here."
    ) % {
        "area": who.main_area.name,
        "others": ", ".join(
            _("%(area)s (%(count)d)") % {"area": names.get(area, "–"), "count": count}
            for area, count in away.most_common()
        ),
    }


def _day(at: float) -> str:
    return formats.date_format(timezone.localtime(practice.moment(at)), "j F Y")
