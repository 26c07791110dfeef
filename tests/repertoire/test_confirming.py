import pytest

from domain.refusal import Refused
from members.models import Participation
from repertoire import confirming
from repertoire.models import Entry
from tests.makers import NOON, make_agent, make_entry, make_full, make_membership

pytestmark = pytest.mark.django_db

DEEDS = [confirming.confirm, confirming.retire, confirming.bring_back]


def test_confirming_says_who_and_when():
    entry = make_entry()
    member = make_full(domain=entry.domain)

    confirming.confirm(entry=entry, membership=member, at=NOON)

    entry.refresh_from_db()
    assert (entry.confirmed_at, entry.confirmed_by) == (NOON, member)


def test_confirming_moves_nobody():
    entry = make_entry()

    for _ in range(2):
        confirming.confirm(
            entry=entry, membership=make_full(domain=entry.domain), at=NOON
        )

    assert not Participation.objects.evidence().exists()
    assert Participation.objects.count() == 2


def test_out_of_use_and_back():
    entry = make_entry()
    member = make_full(domain=entry.domain)

    confirming.retire(entry=entry, membership=member, at=NOON)
    assert not Entry.objects.living().exists()
    confirming.bring_back(entry=entry, membership=member, at=NOON)

    assert list(Entry.objects.living()) == [entry]
    entry.domain.refresh_from_db()
    assert entry.domain.vocabulary_version == 3


@pytest.mark.parametrize("deed", DEEDS)
def test_newcomers_agents_and_strangers_do_not_tend(deed):
    entry = make_entry()
    agent = make_full(domain=entry.domain, member=make_agent())
    cases = {
        make_membership(domain=entry.domain): "for_full_members",
        agent: "agents_propose",
        make_full(): "elsewhere",
    }

    for member, code in cases.items():
        with pytest.raises(Refused) as refused:
            deed(entry=entry, membership=member, at=NOON)
        assert refused.value.refusal.code == code
