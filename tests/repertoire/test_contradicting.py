from datetime import timedelta

import pytest

from domain.refusal import Refused
from members.models import Notification, Participation
from repertoire import confirming, contradicting, revising
from repertoire.models import Contradiction
from repertoire.text import Text
from tests.makers import NOON, make_entry, make_full, make_membership

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def entry():
    return make_entry()


@pytest.fixture
def doubter(entry):
    return make_membership(domain=entry.domain, name="Wen Liu")


@pytest.fixture
def steward(entry):
    return make_full(domain=entry.domain, name="Amara Okoye")


@pytest.fixture
def said(entry, doubter):
    return contradicting.contradict(
        entry=entry, membership=doubter, words="At the weir it is two.", at=NOON
    )


def code_of(deed, **given):
    with pytest.raises(Refused) as refused:
        deed(at=LATER, **given)
    return refused.value.refusal.code


def told(membership):
    return Notification.objects.filter(
        member=membership.member, key__startswith="contradiction"
    )


def test_a_doubt_stands_and_its_authors_are_told(entry, doubter, said):
    assert list(Contradiction.objects.standing()) == [said]
    assert told(entry.written_by).get().quote == "At the weir it is two."
    given = {"entry": entry, "membership": doubter, "words": "Again."}
    assert code_of(contradicting.contradict, **given) == "said_already"
    assert not Participation.objects.evidence().exists()


def test_nobody_confirms_over_a_doubt(entry, said, steward):
    given = {"entry": entry, "membership": steward}

    assert code_of(confirming.confirm, **given) == "contradicted"


def test_somebody_says_why_it_holds_and_both_sides_hear(entry, doubter, said, steward):
    given = {"contradiction": said, "membership": steward}
    assert code_of(contradicting.uphold, words=" ", **given) == "no_reason"

    contradicting.uphold(words="The weir is another river.", at=LATER, **given)

    assert not Contradiction.objects.standing().exists()
    for one in (doubter, entry.written_by):
        assert told(one).filter(quote="The weir is another river.").exists()
    assert code_of(contradicting.uphold, words="Again.", **given) == "settled"


def test_mended_is_said_after_mending(entry, said, steward):
    given = {"contradiction": said, "membership": steward}
    assert code_of(contradicting.mended, **given) == "not_mended"

    revising.revise(
        entry=entry,
        membership=steward,
        base=entry.current,
        text=Text(entry.title, entry.meaning, "Two at the weir."),
        at=LATER,
    )
    contradicting.mended(at=LATER, **given)

    said.refresh_from_db()
    assert said.outcome == Contradiction.Outcome.MENDED


def test_who_answers(entry, doubter, said):
    holds = {"contradiction": said, "words": "It does."}
    other = make_membership(domain=entry.domain)
    assert (
        code_of(contradicting.uphold, membership=other, **holds) == "for_full_members"
    )
    own = {"membership": entry.written_by}
    assert code_of(contradicting.uphold, **own, **holds) == "own_work"

    contradicting.uphold(membership=doubter, at=LATER, **holds)

    assert not Contradiction.objects.standing().exists()
