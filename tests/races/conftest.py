"""The track the races are run on, and what they came to, told at the end of a run."""

import pytest
from django.db.models import QuerySet

from tests.races import racing

TOLD = "race"


class Track:
    def __init__(self, tell):
        self.tell = tell

    def none_wrong(self, race, rounds=racing.ROUNDS):
        """Every round comes out right, whoever comes first."""
        tally = racing.run(race, rounds=rounds)
        self.tell(TOLD, str(tally))
        assert (tally.wrong, tally.faults) == ([], [])
        if rounds >= racing.MANY:
            # A race that always goes one way has not been run.
            assert set(tally.first) >= set(race.sides)
            assert tally.overlapped > rounds / 2

    def one_wrong(self, race, at_most=300):
        """Without its guard, a round soon comes out wrong."""
        tally = racing.run(race, rounds=at_most, until_wrong=True)
        self.tell(TOLD, str(tally))
        assert tally.wrong


@pytest.fixture
def track(record_property):
    return Track(record_property)


@pytest.fixture
def without_locks(monkeypatch):
    """Rows are read as they are: check, then write, as if nobody else were there."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_given: rows)


def pytest_terminal_summary(terminalreporter):
    told = [
        (report.nodeid.rpartition("::")[2], tally)
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, tally in report.user_properties
        if name == TOLD and report.when == "call"
    ]
    if not told:
        return
    terminalreporter.section("races")
    for name, tally in sorted(told):
        terminalreporter.line(f"{name}: {tally}")
