"""Every constant the position hangs on, each with its reason.

A domain may run under rules of its own; whatever they are, a result can always be told
apart by the rules it was made under, because the engine reads nothing else.
"""

import math
from dataclasses import dataclass

from domain.centrality import Centrality, Zone


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a zone begins on the way in, and where it ends on the way out.

    The gap between the two keeps somebody who stands at the line from changing zone
    with every small act and every quiet week.
    """

    enter: float
    leave: float


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of one domain's positions. Times are days, positions plain numbers."""

    #: Level: a year. Practices have seasons, and a shorter memory would move people
    #: outward each winter.
    level_half_life: float = 365.0
    #: Momentum: two months. Short enough to tell who is on the way before the year can,
    #: long enough that a fortnight's leave costs a tenth of the roots.
    momentum_half_life: float = 60.0

    #: What those who are not full members say counts for a third: peers see real
    #: things, and cannot yet answer for what is competent.
    outsider_factor: float = 0.3
    #: However many outsiders praise, together they weigh less than one recognition by
    #: a full member; otherwise any number of accounts could make a member of each other.
    outsider_cap: float = 0.75
    #: Carrying others' work counts twice: it is rarer than doing one's own and what
    #: a practice's core mostly does.
    stewardship_factor: float = 2.0

    #: A full member's recognition gates the way in until it has faded to a quarter:
    #: two half-lives of one plain piece of work.
    recogniser_threshold: float = 0.25
    #: Beyond the door of inbound, what nobody full has recognised yet takes half ...
    unrecognised_from: float = 2.0
    #: ... the steps: it still tells apart those who carry much from those who carry
    #: little, and no zone past inbound opens without recognisers.
    unrecognised_factor: float = 0.5
    #: Share of the full members who must have recognised somebody's work.
    recognisers_share: float = 0.15
    #: One will do where there are few ...
    recognisers_least: int = 1
    #: ... and three are never one friendly reviewer, in a community of any size.
    recognisers_most: int = 3

    #: Zones, from the edge inward. Absolute: nobody falls because another rises.
    inbound: Cut = Cut(enter=2.0, leave=1.5)
    active: Cut = Cut(enter=5.0, leave=3.75)
    core: Cut = Cut(enter=8.5, leave=7.0)
    #: Weekly runs below the cut before a full member's zone ends: a holiday is not
    #: a departure.
    runs_below: int = 4
    #: Full members who did nothing for a year are away: they answer for nobody's work
    #: until one recognised piece of their own brings them back.
    silent_after: float = 365.0

    #: Founders, and what organizers decide by hand, hold for half a year, then the
    #: ledger has had time to speak. Both can be renewed.
    term: float = 180.0
    #: Two can only agree with each other; it takes three to start a practice.
    fewest_founders: int = 3
    #: With fewer active full members than this, a fall in evidence says more about
    #: the few who could give it than about those who did not get it.
    fewest_active: int = 3
    #: Somebody who did something in the last quarter is active.
    active_within: float = 90.0

    #: Evidence of this window tells whether a set of members mostly praises itself.
    ring_window: float = 90.0
    #: Beyond eight, what looks like a ring is a community.
    ring_size: int = 8
    #: More than this share of what each member of the set gave and got was mutual,
    #: beyond what chance makes so.
    ring_share: float = 0.6
    #: Fewer lines than this are chance.
    ring_lines: int = 10

    #: Heading: the pace of a quarter beside that of the year.
    pace_half_life: float = 90.0
    #: A review weighs two works, as in the position.
    review_works: float = 2.0
    #: Busier now than over the year: on the way in.
    heading_in: float = 1.0
    #: From this position a member can be said to head in.
    heading_in_from: float = 2.0
    #: So much busier that half the way to the first cut is enough.
    heading_in_fast: float = 1.6
    heading_in_fast_from: float = 1.0
    #: Full members at half their year's pace or more are settled.
    settled: float = 0.5
    #: Under a third of the year's pace, twice running, is heading out.
    heading_out: float = 0.3
    runs_quiet: int = 2
    #: A fifth of a year's own work, done outside one's own area, makes a bridge ...
    bridging_share: float = 0.2
    #: ... where others keep to theirs: it is twice the share of everybody else. What
    #: everybody does joins nothing, because nothing is apart.
    bridging_times: float = 2.0
    #: So do two entries that others used outside their area in a year, or a second
    #: domain. One is an accident.
    bridging_entries: int = 2
    bridging_within: float = 365.0
    bridging_domains: int = 2
    #: A share of less evidence than this many works says nothing.
    bridging_least: float = 3.0

    #: Work by what hangs on it, from 1 at the periphery to 2 at the core. Equal steps:
    #: nothing measured says where between the ends the two middle ones lie.
    centrality: tuple[float, float, float, float] = (1.0, 4 / 3, 5 / 3, 2.0)
    #: Recognised as handed in, after one round of remediation, after more.
    remediation: tuple[float, float, float] = (1.0, 0.8, 0.6)
    #: Competent with help: used, and half as telling.
    accommodated: float = 0.5
    #: A decisive review; those after the second no longer decide, nor do reviews of
    #: work that somebody else is known to have approved.
    review: float = 1.0
    decisive_reviews: int = 2
    later_review: float = 0.5
    #: Reviews beyond this many in one day count with the root: read with care, eight
    #: fill a day.
    reviews_a_day: int = 8
    #: Guidance the author answered before the work was recognised.
    guidance: float = 0.5
    #: Walking a newcomer to work that somebody else then recognised.
    companion: float = 1.0
    #: An entry or edit taken in; a use of one's entry, or of one's report or trial of
    #: what another mended; tending that was accepted.
    entry: float = 0.5
    usage: float = 0.5
    tending: float = 0.5

    #: Within this of the next cut one such task is within reach.
    ready_within: float = 0.5
    #: Where the map's innermost point lies. A position is a logarithm already: from
    #: the core's edge to here takes fourteen times as many people recognising and
    #: carried. Nobody needs telling apart beyond, least of all in a picture.
    map_centre: float = 15.0

    def half_lives(self) -> tuple[float, float]:
        return self.level_half_life, self.momentum_half_life

    def pace_half_lives(self) -> tuple[float, float]:
        return self.level_half_life, self.pace_half_life

    def cut(self, zone: int) -> Cut:
        """Return the cut of a zone; the periphery begins at nothing and never ends."""
        cuts = {
            Zone.INBOUND: self.inbound,
            Zone.ACTIVE: self.active,
            Zone.CORE: self.core,
        }
        return cuts.get(Zone(zone), Cut(enter=0.0, leave=0.0))

    def recognisers_needed(self, full: int) -> int:
        """Return q, how many of ``full`` full members must have recognised the work.

        ``q = clamp(ceil(share * full), least, most)``.
        """
        # Rounded first: 0.15 * 20 is a hair above 3 in binary.
        share = math.ceil(round(self.recognisers_share * full, 9))
        return min(max(share, self.recognisers_least), self.recognisers_most)

    def weight_of(self, centrality: int) -> float:
        """Return c, what a piece of work weighs by its centrality."""
        return self.centrality[Centrality(centrality) - Centrality.PERIPHERY]


DEFAULT = Rules()
