from collections import Counter

import pytest

from cop.programs import pace
from tests.doors.calling import forget_pace
from tests.makers import make_agent, make_domain, make_membership


@pytest.fixture(autouse=True)
def a_new_minute():
    forget_pace()


@pytest.fixture
def one_long_minute(monkeypatch):
    """A minute of this test's own, which neither another test nor the clock ends."""
    counts = Counter()

    def count(key):
        name = key.rpartition(":")[0]
        counts[name] += 1
        return counts[name]

    monkeypatch.setattr(pace, "_count", count)


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def agent(domain):
    """An agent here, beside whoever answers for it."""
    sponsor = make_membership(domain=domain, name="Tomas Vrba")
    account = make_agent(sponsor=sponsor.member, calls_a_minute=120)
    return make_membership(domain=domain, member=account, name="Driftwood")
