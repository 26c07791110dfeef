"""An address somebody noted leads to what it named, for ever."""

from datetime import timedelta

import pytest
from django.urls import reverse

from repertoire import proposing, revising
from repertoire.models import Entry
from repertoire.text import Text
from tests.makers import NOON, make_entry, make_full, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea(domain):
    return make_full(domain=domain, name="Bea Corva")


def write(by, title, hours=0):
    return revising.write(
        domain=by.domain,
        membership=by,
        kind=Entry.Kind.TERM,
        text=Text(title, "What it is.", ""),
        at=NOON + timedelta(hours=hours),
    )


def rename(entry, by, title, hours):
    entry.refresh_from_db()
    text = Text(title, entry.meaning, "")
    revising.revise(
        entry=entry,
        membership=by,
        base=entry.current,
        text=text,
        at=NOON + timedelta(hours=hours),
    )
    entry.refresh_from_db()
    return entry


def address(domain, slug, shelf="vocabulary", page=""):
    return f"{reverse('repertoire:index', args=[domain.slug])}{shelf}/{slug}/{page}"


def test_every_name_an_entry_ever_had_leads_to_it(client, domain, bea):
    entry = write(bea, "Blank")
    for hours, title in enumerate(["Trip blank", "Field blank", "Clean blank"], 1):
        rename(entry, bea, title, hours)

    for slug in ("blank", "trip-blank", "field-blank"):
        response = client.get(address(domain, slug))
        assert response.status_code == 301
        assert response["Location"] == address(domain, "clean-blank")
        assert response["Cache-Control"] == "private, max-age=3600"


@pytest.mark.parametrize(
    "page", ["history/", "uses/", "card/", "diff/1..2/", "history/?page=2&b=%C3%A9"]
)
def test_an_old_address_leads_to_the_same_page_of_the_entry(client, domain, bea, page):
    rename(write(bea, "Blank"), bea, "Field blank", 1)

    response = client.get(address(domain, "blank", page=page))

    assert response.status_code == 301
    assert response["Location"] == address(domain, "field-blank", page=page)


def test_nothing_is_posted_to_an_old_address(client, domain, bea):
    client.force_login(bea.member)
    rename(write(bea, "Blank"), bea, "Field blank", 1)

    assert client.post(address(domain, "blank", page="confirm/")).status_code == 404


def test_an_entry_that_changed_shelves_is_found_from_the_old_one(client, domain, bea):
    entry = rename(write(bea, "Blank"), bea, "Field blank", 1)
    Entry.objects.filter(pk=entry.pk).update(kind=Entry.Kind.TOOL)

    for slug in ("field-blank", "blank"):
        response = client.get(address(domain, slug))
        assert response.status_code == 301
        assert response["Location"] == address(domain, "field-blank", "tools")


def test_between_two_of_one_name_on_other_shelves_nobody_is_sent(client, domain, bea):
    for kind in (Entry.Kind.TOOL, Entry.Kind.STORY):
        make_entry(domain=domain, kind=kind, title="Blank", slug="blank")

    assert client.get(address(domain, "blank")).status_code == 404


def test_a_name_taken_anew_is_the_new_entrys(client, domain, bea):
    older = rename(write(bea, "Blank"), bea, "Field blank", 1)
    newer = write(bea, "Blank", 2)

    assert client.get(address(domain, "blank")).context is None
    assert client.get(newer.get_absolute_url()).status_code == 200
    assert client.get(older.get_absolute_url()).status_code == 200


def test_a_name_two_had_leads_to_who_had_it_last(client, domain, bea):
    older = rename(write(bea, "Blank"), bea, "Field blank", 1)
    newer = rename(write(bea, "Blank", 2), bea, "Office blank", 3)
    rename(older, bea, "Clean blank", 4)

    response = client.get(address(domain, "blank"))

    assert response["Location"] == newer.get_absolute_url()


def test_a_proposal_turned_down_gives_the_name_back(client, domain, bea):
    older = rename(write(bea, "Blank"), bea, "Field blank", 1)
    newcomer = make_membership(domain=domain)
    proposed = write(newcomer, "Blank", 2)

    assert client.get(proposed.get_absolute_url()).status_code == 200
    proposing.decline(
        proposal=proposed.revisions.get(), membership=bea, words="We say it.", at=NOON
    )
    response = client.get(address(domain, "blank"))

    assert response.status_code == 301
    assert response["Location"] == older.get_absolute_url()


def test_an_address_nobody_ever_had_leads_nowhere(client, domain, bea):
    write(bea, "Blank")

    assert client.get(address(domain, "blanc")).status_code == 404


def test_a_private_entry_is_not_given_away_by_its_old_address(client, domain, bea):
    entry = rename(write(bea, "Blank"), bea, "Field blank", 1)
    domain.visibility = "members"
    domain.save()

    assert client.get(address(domain, "blank")).status_code == 404
    client.force_login(bea.member)
    assert client.get(address(domain, "blank"))["Location"] == entry.get_absolute_url()
