from datetime import timedelta

import pytest

from repertoire.models import Coinage, Likeness, NameUse
from tasks import jobs, overhearing
from tasks.models import LogEntry, Point, Task
from tests.makers import (
    NOON,
    make_claim,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db

PLAIN = (
    "We would like to know more about it before the end of the week. There are many"
    " people who think that this will be better for all of them. I have been there and"
    " it was very good. It is not clear what they want from us."
)


@pytest.fixture
def domain():
    return make_domain(slug="river-watch")


def narrate(domain, words, *, people=4, each=2, at=NOON - timedelta(days=1)):
    for number in range(people):
        member = make_membership(domain=domain, name=f"Zz Qq{'x' * number}")
        task = make_task(domain=domain, brief=PLAIN)
        claim = make_claim(task=task, membership=member)
        for said in range(each):
            LogEntry.objects.create(
                task=task,
                claim=claim,
                author=member,
                # No two sentences alike: what all say alike is a template's.
                body=f"{PLAIN} {words}, {number}, {said}.",
                written_at=at,
            )


def test_what_several_members_write_in_their_logs_is_proposed(domain):
    narrate(domain, "The sonde was dirty")

    overhearing.overhear(at=NOON)

    coinage = Coinage.objects.get(domain=domain, words="sonde")
    assert (coinage.said, coinage.people, coinage.texts) == (8, 4, 8)
    assert coinage.places[0]["sentence"] == "The sonde was dirty, 0, 0."
    assert coinage.places[0]["path"].startswith("/c/river-watch/tasks/")
    assert coinage.heard_at == NOON


def test_words_of_every_kind_of_text_are_heard(domain):
    task = make_task(domain=domain, brief="The sonde.")
    submission = make_submission(task=task, body="The sonde.", narration="A sonde.")
    review = make_verdict(
        submission=submission, works="The sonde as it should be, see?"
    )
    Point.objects.create(review=review, number=1, text="Rinse the sonde.")
    make_entry(domain=domain, body="All about sondes.")
    make_task(domain=domain, brief="A draft of a sonde.", state=Task.State.DRAFT)

    said = list(overhearing.said_in(domain, at=NOON))

    assert sum("sonde" in one.text for one in said) == 5
    assert [one.member for one in said] == sorted(one.member for one in said)


def test_what_is_older_than_a_year_is_no_word_in_use(domain):
    narrate(domain, "The sonde was dirty", at=NOON - timedelta(days=400))

    overhearing.overhear(at=NOON)

    assert not Coinage.objects.filter(words="sonde").exists()


def test_another_night_renews_what_is_said_and_forgets_what_is_not(domain):
    narrate(domain, "The sonde was dirty")
    overhearing.overhear(at=NOON)

    overhearing.overhear(at=NOON + timedelta(days=1))
    assert Coinage.objects.get(words="sonde").heard_at == NOON + timedelta(days=1)
    overhearing.overhear(at=NOON + timedelta(days=500))

    assert not Coinage.objects.exists()


def test_what_was_set_aside_stays_so(domain):
    narrate(domain, "The sonde was dirty")
    overhearing.overhear(at=NOON)
    veteran = make_full(domain=domain)
    Coinage.objects.update(set_aside_by=veteran, set_aside_at=NOON)

    overhearing.overhear(at=NOON + timedelta(days=1))

    coinage = Coinage.objects.get(words="sonde")
    assert coinage.set_aside_by == veteran


def test_names_of_entries_are_counted_where_they_are_said(domain):
    entry = make_entry(
        domain=domain, title="Field blank", slug="field-blank", aliases=["trip blank"]
    )
    narrate(domain, "Two trip blanks, one field blank.")

    overhearing.overhear(at=NOON)

    uses = {use.name: use for use in NameUse.objects.filter(entry=entry)}
    assert (uses["trip blank"].said, uses["trip blank"].people) == (8, 4)
    assert len(uses["trip blank"].speakers) == 3


def test_likely_doubles_are_found_and_told_apart_for_good(domain):
    meaning = "Clean water carried along on a trip."
    for title in ("Field blank", "Travel bottle"):
        make_entry(
            domain=domain,
            title=title,
            slug=title.lower().replace(" ", "-"),
            meaning=meaning,
        )
        narrate(domain, f"Rinse the {title.lower()} under the bridge first.")

    overhearing.overhear(at=NOON)
    likeness = Likeness.objects.get()
    likeness.settled_by, likeness.settled_at = make_full(domain=domain), NOON
    likeness.save()
    overhearing.overhear(at=NOON + timedelta(days=1))

    assert not Likeness.objects.waiting().exists()
    assert Likeness.objects.count() == 1


def test_communities_are_listened_to_apart(domain):
    narrate(domain, "The sonde was dirty", people=2)
    narrate(make_domain(), "The sonde was dirty", people=2)

    overhearing.overhear(at=NOON)

    assert not Coinage.objects.filter(words="sonde").exists()
    assert jobs.overhear() == 2
