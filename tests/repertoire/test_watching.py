import pytest

from domain.refusal import Refused
from members.models import Notification, Participation
from repertoire import revising, watching
from repertoire.models import Revision
from repertoire.text import Text
from tests.makers import NOON, make_entry, make_full, make_membership

pytestmark = pytest.mark.django_db

BODY = "Carry a bottel per trip.\n\nRinse it."


@pytest.fixture
def entry():
    return make_entry(body=BODY)


@pytest.fixture
def mend(entry):
    author = make_membership(domain=entry.domain, name="Maya Lindt")
    return revise(entry, author, BODY.replace("bottel", "bottle"))


@pytest.fixture
def steward(entry):
    return make_full(domain=entry.domain, name="Amara Okoye")


def revise(entry, membership, body):
    entry.refresh_from_db()
    return revising.revise(
        entry=entry,
        membership=membership,
        base=entry.current,
        text=Text(entry.title, entry.meaning, body),
        at=NOON,
    ).revision


def test_a_mend_waits_to_be_looked_at_and_its_author_is_told(mend, steward):
    assert list(Revision.objects.unwatched()) == [mend]

    watching.look(mend=mend, membership=steward, at=NOON)

    assert not Revision.objects.unwatched().exists()
    told = Notification.objects.get(member=mend.author.member)
    assert told.sentence == "Amara Okoye looked at your mend. It stays."
    assert not Participation.objects.evidence().exists()


def test_undoing_keeps_what_came_after(entry, mend, steward):
    later = BODY.replace("bottel", "bottle").replace("Rinse it.", "Rinse it twice.")
    revise(entry, steward, later)

    watching.undo(mend=mend, membership=steward, words="It is a name.", at=NOON)

    entry.refresh_from_db()
    assert entry.current.body == BODY.replace("Rinse it.", "Rinse it twice.")
    mend.refresh_from_db()
    assert mend.undone_by == entry.current
    told = Notification.objects.get(member=mend.author.member)
    assert told.quote == "It is a name."
    assert "put the text back" in told.sentence


def test_what_was_changed_again_is_undone_by_hand(entry, mend, steward):
    revise(entry, steward, "Carry a flask per trip.\n\nRinse it.")

    with pytest.raises(Refused) as refused:
        watching.undo(mend=mend, membership=steward, at=NOON)

    assert refused.value.refusal.code == "changed_since"
    mend.refresh_from_db()
    assert mend.looked_at is None


def test_who_looks(entry, mend, steward):
    def code(membership):
        with pytest.raises(Refused) as refused:
            watching.look(mend=mend, membership=membership, at=NOON)
        return refused.value.refusal.code

    assert code(make_membership(domain=entry.domain)) == "for_full_members"
    assert code(make_full()) == "elsewhere"
    watching.look(mend=mend, membership=steward, at=NOON)
    assert code(make_full(domain=entry.domain)) == "settled"
