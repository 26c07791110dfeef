"""Two answers to one proposal: one settles it, the other is told.

On real connections, the guard shown to matter by taking it out in the same run.
"""

import os
import time

import pytest

from members.models import Participation
from repertoire import proposing, revising
from repertoire.models import Revision
from repertoire.text import Text
from tests.makers import NOON, make_domain, make_entry, make_full, make_membership
from tests.races.test_verdict_race import Rivals

pytestmark = pytest.mark.django_db(transaction=True)

#: `make test-races` runs two hundred.
ROUNDS = int(os.environ.get("RACE_ROUNDS", "20"))


@pytest.fixture
def rivals():
    rivals = Rivals(3)
    yield rivals
    rivals.leave()


def answer_at_once(rivals, rounds):
    """Let two take a proposal in and one turn it down; return how many settled each."""
    domain = make_domain()
    author = make_membership(domain=domain)
    first, second, third = (make_full(domain=domain) for _ in range(3))
    settled = []
    for _ in range(rounds):
        entry = make_entry(domain=domain)
        proposal = revising.revise(
            entry=entry,
            membership=author,
            base=entry.current,
            text=Text(entry.title, entry.meaning, "Quite other words. " * 9),
            at=NOON,
        ).revision
        given = {"proposal": proposal, "words": "Thank you.", "at": NOON}
        outcomes = rivals.race(
            lambda given=given: proposing.take_in(membership=first, **given),
            lambda given=given: proposing.take_in(membership=second, **given),
            lambda given=given: proposing.decline(membership=third, **given),
        )
        assert {o for o in outcomes if isinstance(o, str)} <= {"settled"}
        settled.append(sum(not isinstance(o, str) for o in outcomes))
        proposal.refresh_from_db()
        entry.refresh_from_db()
        if settled[-1] == 1:
            is_live = proposal.state == Revision.State.LIVE
            assert is_live == (entry.current == proposal)
            lines = Participation.objects.evidence().filter(
                item=f"revision:{proposal.pk}"
            )
            assert lines.count() == (2 if is_live else 0)
    return settled


def test_one_answers_and_the_others_are_told(rivals):
    assert answer_at_once(rivals, ROUNDS) == [1] * ROUNDS


def test_without_the_lock_one_proposal_is_settled_by_several(rivals, monkeypatch):
    def read(proposal):
        found = Revision.objects.select_related(
            "base", "entry__domain", "author__member"
        ).get(pk=proposal.pk)
        time.sleep(0.1)
        return found

    monkeypatch.setattr(proposing, "locked", read)

    assert max(answer_at_once(rivals, 10)) > 1
