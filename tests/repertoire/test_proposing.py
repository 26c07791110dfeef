from datetime import timedelta

import pytest

from domain.refusal import Refused
from members import turns
from members.models import Notification, Participation
from repertoire import asking, proposing, revising, waits
from repertoire.models import Revision
from repertoire.text import Text
from tests.makers import NOON, make_agent, make_entry, make_full, make_membership

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
BODY = "Carry one per trip.\n\nRinse it."
POCKET = "Carry one per trip, in the side pocket of the blue bag."
COLD = "Store it cold for as long as the trip lasts, and longer."


@pytest.fixture
def entry():
    return make_entry(title="Field blank", slug="field-blank", body=BODY)


@pytest.fixture
def steward(entry):
    return make_full(domain=entry.domain, name="Amara Okoye")


@pytest.fixture
def proposal(entry):
    author = make_membership(domain=entry.domain, name="Maya Lindt")
    return propose(entry, author, f"{POCKET}\n\nRinse it.\n\n{COLD}")


def propose(entry, author, body, at=NOON):
    return revising.revise(
        entry=entry,
        membership=author,
        base=entry.current,
        text=Text(entry.title, entry.meaning, body),
        at=at,
    ).revision


def take_in(proposal, steward, **given):
    return proposing.take_in(
        **{"proposal": proposal, "membership": steward, "words": "Thank you.", **given},
        at=NOON,
    )


def code_of(deed, *args, **given):
    with pytest.raises(Refused) as refused:
        deed(*args, **given)
    return refused.value.refusal.code


def test_a_part_is_taken_in_and_the_rest_given_back(entry, proposal, steward):
    take_in(proposal, steward, numbers={0}, reason="We do not know yet.")

    entry.refresh_from_db()
    assert entry.current == proposal
    assert entry.current.body == f"{POCKET}\n\nRinse it."
    rest = proposal.rests.get()
    assert (rest.state, rest.base, rest.author) == (
        Revision.State.DECLINED,
        proposal,
        proposal.author,
    )
    assert rest.body == f"{POCKET}\n\nRinse it.\n\n{COLD}"
    assert rest.settled_words == "We do not know yet."
    told = Notification.objects.get(member=proposal.author.member)
    assert "took in part" in told.sentence
    assert told.path == proposing.path_of(rest)


def test_a_part_counts_by_its_share_of_the_words(proposal, steward):
    take_in(proposal, steward, numbers={0}, reason="We do not know yet.")

    amounts = dict(Participation.objects.evidence().values_list("kind", "amount"))
    put_in, of = 8, 8 + 12
    assert amounts == {
        "taken_in": pytest.approx(0.5 * put_in / of),
        "tended": 0.5,
    }


def test_the_rest_can_be_proposed_again(entry, proposal, steward):
    take_in(proposal, steward, numbers={0}, reason="We do not know yet.")
    entry.refresh_from_db()
    rest = proposal.rests.get()

    again = propose(entry, proposal.author, rest.body)
    take_in(again, steward)

    entry.refresh_from_db()
    assert entry.current.body == f"{POCKET}\n\nRinse it.\n\n{COLD}"


def test_thanks_and_reasons_are_somebodys_own_words(proposal, steward):
    assert code_of(take_in, proposal, steward, words=" ") == "no_thanks"
    assert code_of(take_in, proposal, steward, numbers={0}) == "no_reason"
    assert code_of(take_in, proposal, steward, numbers=set()) == "nothing_chosen"
    proposal.refresh_from_db()
    assert proposal.state == Revision.State.PROPOSED


def test_all_ticked_is_the_whole(proposal, steward):
    take_in(proposal, steward, numbers={0, 1})

    assert not proposal.rests.exists()


def test_what_was_edited_on_taking_in_is_a_version_of_its_own(entry, proposal, steward):
    edited = Text(entry.title, entry.meaning, f"{POCKET}\n\nRinse it.\n\nKeep it cold.")

    saved = take_in(proposal, steward, text=edited, base=entry.current)

    versions = entry.revisions.living().order_by("number")
    assert [(v.number, v.author) for v in versions][1:] == [
        (2, proposal.author),
        (3, steward),
    ]
    assert saved.revision.body.endswith("Keep it cold.")
    proposal.refresh_from_db()
    assert COLD in proposal.body


def test_a_few_are_asked_whoever_wrote_it_first(entry, steward):
    make_full(domain=entry.domain, away_until=NOON.date())
    make_full(domain=entry.domain, member=make_agent())
    knows = make_full(domain=entry.domain)
    knows.areas.add(*entry.domain.areas.all())
    for _ in range(3):
        make_full(domain=entry.domain)
    entry.area = entry.domain.areas.first()
    entry.save()

    proposal = propose(entry, make_membership(domain=entry.domain), COLD * 2)

    asked = asking.asked(proposal)
    assert len(asked) == turns.ASKED_AT_ONCE
    assert {entry.written_by, knows} <= set(asked)


def test_after_two_days_more_are_asked_after_four_organizers_told(entry, proposal):
    more = [make_full(domain=entry.domain) for _ in range(2)]
    organizer = make_membership(domain=entry.domain, is_organizer=True)

    assert proposing.make_up_for_waits(at=NOON + 47 * HOUR) == 0
    proposing.make_up_for_waits(at=NOON + 49 * HOUR)

    assert set(more) <= set(asking.asked(proposal))
    told = Notification.objects.filter(member=proposal.author.member)
    assert "waited two days" in told.get().sentence
    proposing.make_up_for_waits(at=NOON + 97 * HOUR)
    stalled = Notification.objects.filter(kind=Notification.Kind.STALLED)
    assert [one.member for one in stalled] == [organizer.member]
    assert proposing.make_up_for_waits(at=NOON + 98 * HOUR) == 0


def test_waits_count_what_still_waits(entry, steward):
    assert waits.expected(entry.domain, at=NOON) is None
    author = make_membership(domain=entry.domain)
    Revision.objects.bulk_create(
        Revision(
            entry=entry,
            author=author,
            author_zone=1,
            title="Field blank",
            state=Revision.State.DECLINED if n < 20 else Revision.State.PROPOSED,
            settled_by=steward if n < 20 else None,
            settled_at=NOON if n < 20 else None,
            written_at=NOON - (n + 1) * HOUR,
        )
        for n in range(40)
    )

    assert waits.expected(entry.domain, at=NOON).usual == 20 * HOUR
