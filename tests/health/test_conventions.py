"""Conventions among agents: how like people's their words are, and whether they drift."""

import numpy as np
import pytest
from scipy import sparse

from cop.health.signs import SIGNS, conventions
from cop.health.signs.reading import Scope, Who, is_past
from members.models import Participation
from tests.health.pasts import NOW, Telling

WORDS = 300
WINDOWS = {"now": 10.0, "before": 100.0}


class Talk:
    """A community in which people and agents tell of their work, by seed."""

    def __init__(self, seed, *, people=6, agents=3):
        self.told = Telling()
        self.draw = np.random.default_rng(seed)
        self.people = [self.told.people() for _ in range(people)]
        self.agents = [self.told.people(is_agent=True) for _ in range(agents)]
        # A few words come up often and many rarely, as in every language.
        usual = 1 / np.arange(1, WORDS + 1)
        self.usual = usual / usual.sum()

    def works(self, who, words, *, when, number):
        for _ in range(number):
            author = int(self.draw.choice(who))
            at = NOW - WINDOWS[when] - self.draw.uniform(0, 60)
            work = next(self.told.keys)
            said = np.bincount(self.draw.choice(WORDS, 40, p=words), minlength=WORDS)
            for word in np.flatnonzero(said):
                self.told.words(
                    work=work, who=author, at=at, word=int(word), times=int(said[word])
                )

    def of_their_own(self, share):
        """The usual words, of which a share are others."""
        return (1 - share) * self.usual + share * self.usual[::-1]

    def lives(self, *, before, now, number=60):
        """People tell as ever; agents with so many words of their own, then and now."""
        for when, share in (("before", before), ("now", now)):
            self.works(self.people, self.usual, when=when, number=number)
            self.works(self.agents, self.of_their_own(share), when=when, number=number)

    def take(self, name):
        return SIGNS[name].take(self.told.past(), NOW, Scope(Who.AGENTS)).measure


def test_of_one_source_agents_and_people_are_wholly_alike():
    found = []
    for seed in range(8):
        talk = Talk(seed)
        talk.lives(before=0, now=0)
        found.append(talk.take("agents_words").value)

    assert np.mean(found) == pytest.approx(1.0, abs=0.01)


def test_with_no_word_in_common_they_are_not_alike_at_all():
    talk = Talk(1)
    half = np.where(np.arange(WORDS) < WORDS // 2, talk.usual, 0)
    for who, words in ((talk.people, half), (talk.agents, half[::-1])):
        talk.works(who, words / words.sum(), when="now", number=40)

    assert talk.take("agents_words").value == pytest.approx(0.0, abs=1e-9)


def test_the_figure_is_jensen_and_shannons():
    """Two groups told of (4, 4, 0) and (0, 4, 4) times: half their words are shared."""
    one = conventions.Speech(
        np.arange(20), np.ones(20), sparse.csr_array([[4.0, 4, 0]] * 20)
    )
    other = conventions.Speech(
        np.arange(20), np.ones(20), sparse.csr_array([[0, 4, 4.0]] * 20)
    )

    # Of works that are all the same no chance of the draw is to be taken off, but that
    # of dealing them otherwise is: some 1 %.
    found = conventions.likeness(one, other)
    assert found.value == pytest.approx(0.5, abs=0.02)
    assert np.ptp(found.draws) == pytest.approx(0.0, abs=1e-9)


def test_words_of_their_own_make_them_less_alike():
    values = []
    for share in (0.0, 0.2, 0.5):
        talk = Talk(3)
        talk.lives(before=0, now=share)
        values.append(talk.take("agents_words").value)

    assert values[0] > values[1] + 0.02 > values[2] + 0.04


def test_drift_is_told_where_there_is_some():
    told = []
    for seed in range(10):
        talk = Talk(seed)
        talk.lives(before=0, now=0.5)
        told.append(is_past(talk.take("agents_drift").past))

    assert sum(told) >= 9


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_where_agents_stay_as_they_are_hardly_ever_is_drift_told(share):
    told = []
    for seed in range(40):
        talk = Talk(seed)
        talk.lives(before=share, now=share, number=30)
        told.append(is_past(talk.take("agents_drift").past))

    assert sum(told) <= 2


def test_coming_nearer_is_no_drift():
    talk = Talk(5)
    talk.lives(before=0.5, now=0)

    measure = talk.take("agents_drift")
    assert measure.value < 0
    assert measure.past == 0.0


def test_the_interval_holds_the_figure():
    talk = Talk(6)
    talk.lives(before=0.1, now=0.3)

    for name in ("agents_words", "agents_drift", "agents_alike"):
        measure = talk.take(name)
        assert measure.low <= measure.value <= measure.high


def test_agents_with_one_way_of_telling_are_more_alike_than_others():
    values = []
    for own in (False, True):
        talk = Talk(7)
        for agent in talk.agents:
            shift = np.roll(talk.usual, 50 * agent if own else 0)
            talk.works([agent], shift, when="now", number=30)
        values.append(talk.take("agents_alike").value)

    assert values[0] > 0.98
    assert values[1] < 0.7


def test_of_fewer_than_twenty_works_nothing_is_said():
    talk = Talk(8)
    talk.lives(before=0, now=0, number=19)

    for name in ("agents_words", "agents_drift", "agents_alike"):
        assert talk.take(name).value is None


@pytest.mark.parametrize(
    "name", ["agents_uptake", "agents_words", "agents_drift", "agents_alike"]
)
def test_they_are_told_of_agents_alone_and_of_no_area(name):
    talk = Talk(9)
    talk.lives(before=0, now=0)

    for scope in (Scope(), Scope(Who.BOTH), Scope(Who.AGENTS, area=1)):
        assert SIGNS[name].take(talk.told.past(), NOW, scope).measure.value is None


def test_agents_who_pass_the_repertoire_by_are_told_against_people():
    told = Telling()
    writer, reader = told.people(), told.people()
    agent = told.people(is_agent=True)
    entry = told.entries(writer=writer)
    for author, uses in ((reader, 20), (agent, 2)):
        for number in range(30):
            line = told.line(
                Participation.Kind.RECOGNISED,
                receiver=author,
                giver=writer,
                at=NOW - 5,
                is_work=True,
            )
            if number < uses:
                told.leanings(line=line, entry=entry)

    measure = SIGNS["agents_uptake"].take(told.past(), NOW, Scope(Who.AGENTS)).measure
    assert measure.value == pytest.approx(0.1)
    assert is_past(measure.past)
