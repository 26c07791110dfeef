"""The vocabulary each process keeps: kept while nothing changes, and never kept wrongly."""

import pytest
from django.db import transaction
from django.db.models import F

from domain.models import Domain
from repertoire import confirming, proposing, rendering, revising, wording
from repertoire.models import Entry
from repertoire.text import Text
from tests.makers import (
    NOON,
    make_domain,
    make_entry,
    make_full,
    make_likeness,
    make_membership,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def steward(domain):
    return make_full(domain=domain)


@pytest.fixture
def entry(domain):
    return make_entry(domain=domain, title="Lock spike", slug="lock-spike")


def terms_in(text, domain):
    """What a page of a new request finds."""
    domain = Domain.objects.get(pk=domain.pk)
    return [m.words for m in rendering.lexicon_of(domain).vocabulary.mentions(text)]


@pytest.fixture
def elsewhere(monkeypatch):
    """Does something in another process, which keeps a vocabulary of its own."""

    def do(deed):
        with monkeypatch.context() as patch:
            patch.setattr(rendering, "_kept", {})
            return deed()

    return do


def rename(entry, membership, title):
    entry.refresh_from_db()
    return revising.revise(
        entry=entry,
        membership=membership,
        base=entry.current,
        text=Text(title, "What it means.", "Wait for it to pass."),
        at=NOON,
    )


def test_it_is_built_once_and_asks_for_nothing_while_warm(
    domain, entry, django_assert_num_queries
):
    assert terms_in("A lock spike.", domain) == ["lock spike"]

    with django_assert_num_queries(1):  # the community's, which every page asks for
        assert terms_in("Two lock spikes.", domain) == ["lock spikes"]


def test_what_changes_in_one_process_is_found_in_all(domain, entry, steward, elsewhere):
    text = "A lock spike, a sonde jump."
    other = make_entry(domain=domain, title="Weir", slug="weir")
    newcomer = make_membership(domain=domain)
    assert terms_in(text, domain) == ["lock spike"]

    by = {"entry": entry, "membership": steward, "at": NOON}
    elsewhere(lambda: confirming.retire(**by))
    assert terms_in(text, domain) == []
    elsewhere(lambda: confirming.bring_back(**by))
    assert terms_in(text, domain) == ["lock spike"]
    elsewhere(lambda: rename(entry, steward, "Sonde jump"))
    assert terms_in(text, domain) == ["sonde jump"]
    proposal = elsewhere(lambda: rename(entry, newcomer, "Lock spike")).revision
    assert terms_in(text, domain) == ["sonde jump"]
    elsewhere(
        lambda: proposing.take_in(
            proposal=proposal, membership=steward, words="Thank you.", at=NOON
        )
    )
    assert terms_in(text, domain) == ["lock spike"]
    elsewhere(lambda: confirming.overtake(**by, by=other))
    assert terms_in(text, domain) == []
    elsewhere(
        lambda: revising.write(
            domain=domain,
            membership=steward,
            kind=Entry.Kind.TERM,
            text=Text("Sonde jump", "Another thing.", ""),
            at=NOON,
        )
    )
    assert terms_in(text, domain) == ["sonde jump"]


def test_what_is_rolled_back_was_never_kept(domain, entry, steward, elsewhere):
    other = make_entry(domain=domain, title="Sonde jump", slug="sonde-jump")
    likeness = make_likeness(entries=(entry, other))
    text = "A lock spike, a sonde jump."
    assert terms_in(text, domain) == ["lock spike", "sonde jump"]

    with transaction.atomic():
        wording.unite(likeness=likeness, stays=entry, membership=steward, at=NOON)
        transaction.set_rollback(True)
    # The next change of another process counts on from where it was.
    for _ in range(2):
        Domain.objects.update(vocabulary_version=F("vocabulary_version") + 1)
        found = rendering.lexicon_of(Domain.objects.get(pk=domain.pk))
        names = [m.terms[0].title for m in found.vocabulary.mentions(text)]
        assert names == ["Lock spike", "Sonde jump"]
