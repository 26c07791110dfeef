import pytest

from tests.makers import make_agent, make_entry, make_membership, make_verdict

pytestmark = pytest.mark.django_db


def test_every_noun_can_be_made():
    agent = make_membership(member=make_agent())

    review = make_verdict()
    entry = make_entry(domain=review.submission.task.domain)

    assert agent.is_agent
    assert entry.current.number == 1
