from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from django.utils.http import http_date

from domain.models import Domain
from repertoire import proposing, revising
from repertoire.models import Entry
from repertoire.text import Text
from tests.makers import NOON, make_entry, make_full, make_membership

pytestmark = pytest.mark.django_db

ATOM = {"atom": "http://www.w3.org/2005/Atom"}


def later(hours):
    return NOON + timedelta(hours=hours)


def feed_of(domain, shelf=None):
    if shelf:
        return reverse("repertoire:shelf_changes", args=[domain.slug, shelf])
    return reverse("repertoire:changes", args=[domain.slug])


def told(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(response.content)

    def said(entry, name):
        return entry.findtext(f"atom:{name}", namespaces=ATOM)

    return feed, [
        {name: said(one, name) for name in ("title", "id", "updated", "summary")}
        | {
            "link": one.find("atom:link", ATOM).get("href"),
            "author": one.findtext("atom:author/atom:name", namespaces=ATOM),
        }
        for one in feed.findall("atom:entry", ATOM)
    ]


@pytest.fixture
def bea(domain):
    return make_full(domain=domain, name="Bea Corva")


@pytest.fixture
def blank(domain, bea):
    return make_entry(domain=domain, title="Field blank", slug="blank", written_by=bea)


def revise(entry, by, at, **changed):
    entry.refresh_from_db()
    now = Text.of(entry.current)
    text = Text(
        changed.get("title", now.title), now.meaning, changed.get("body", now.body)
    )
    return revising.revise(
        entry=entry,
        membership=by,
        base=entry.current,
        text=text,
        why=changed.get("why", ""),
        at=at,
    )


def test_each_version_is_told_once_latest_first_with_who_and_why(
    client, domain, blank, bea
):
    revise(blank, bea, later(1), body="One.", why="<b>Cold</b> & wet")
    revise(blank, bea, later(2), body="Two.")

    feed, versions = told(client.get(feed_of(domain)))

    assert [one["summary"] for one in versions] == [
        f"<p>Version 3</p><p>{blank.meaning}</p>",
        f"<p>Version 2: &lt;b&gt;Cold&lt;/b&gt; &amp; wet</p><p>{blank.meaning}</p>",
        f"<p>New</p><p>{blank.meaning}</p>",
    ]
    assert versions[0] == {
        **versions[0],
        "title": "Field blank",
        "author": "Bea Corva",
        "updated": "2026-11-16T14:00:00+00:00",
        "link": f"http://testserver{blank.get_absolute_url()}diff/2..3/",
    }
    assert feed.findtext("atom:updated", namespaces=ATOM) == versions[0]["updated"]
    assert (
        feed.find("atom:link[@rel='self']", ATOM).get("href").endswith(feed_of(domain))
    )


def test_a_version_is_the_same_one_when_its_entry_goes_by_another_name(
    client, domain, blank, bea
):
    _feed, [before] = told(client.get(feed_of(domain)))

    revise(blank, bea, later(1), title="Trip blank")
    _feed, [_renamed, after] = told(client.get(feed_of(domain)))

    assert after["id"] == before["id"]
    assert after["link"].endswith("/vocabulary/trip-blank/")


def test_a_proposal_is_told_when_it_is_taken_in(client, domain, blank, bea):
    newcomer = make_membership(domain=domain, name="Maya Lindt")
    words = (
        "Another way of saying all of this, which takes rather more words than before"
    )
    proposal = revise(blank, newcomer, later(1), body=words).revision
    _feed, before = told(client.get(feed_of(domain)))

    proposing.take_in(
        proposal=proposal, membership=bea, words="Thank you.", at=later(3)
    )
    _feed, [taken_in, _first] = told(client.get(feed_of(domain)))

    assert len(before) == 1
    assert taken_in["author"] == "Maya Lindt"
    assert taken_in["updated"] == "2026-11-16T15:00:00+00:00"


def test_a_shelf_has_a_feed_of_its_own(client, domain, blank):
    make_entry(domain=domain, kind=Entry.Kind.TOOL, title="Pump", slug="pump")

    _feed, tools = told(client.get(feed_of(domain, "tools")))
    _feed, stories = told(client.get(feed_of(domain, "stories")))

    assert [one["title"] for one in tools] == ["Pump"]
    assert stories == []


def test_what_is_out_of_use_is_told_no_longer(client, domain, blank):
    Entry.objects.update(retired_at=NOON)

    assert told(client.get(feed_of(domain)))[1] == []


def test_who_has_read_it_is_told_only_that_nothing_is_new(client, domain, blank, bea):
    first = client.get(feed_of(domain))

    unchanged = client.get(feed_of(domain), headers={"If-None-Match": first["ETag"]})
    not_since = client.get(
        feed_of(domain), headers={"If-Modified-Since": first["Last-Modified"]}
    )
    revise(blank, bea, later(1), body="New.")
    changed = client.get(feed_of(domain), headers={"If-None-Match": first["ETag"]})

    assert first["Last-Modified"] == http_date(blank.changed_at.timestamp())
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert not_since.status_code == 304
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_a_private_community_tells_its_members_and_nobody_else(
    client, domain, blank, bea
):
    Domain.objects.update(visibility=Domain.Visibility.MEMBERS)

    assert client.get(feed_of(domain)).status_code == 404
    client.force_login(bea.member)
    own = client.get(feed_of(domain))

    assert len(told(own)[1]) == 1
    assert own["Cache-Control"] == "private"


def test_pages_name_the_feed_where_a_feed_reader_can_read_it(client, domain, bea):
    client.force_login(bea.member)
    index = reverse("repertoire:index", args=[domain.slug])
    link = f'<link rel="alternate" type="application/atom+xml" title="What changed in the repertoire" href="{feed_of(domain)}">'

    assert link in client.get(index).text
    assert feed_of(domain, "tools") in client.get(f"{index}?kind=tools").text
    Domain.objects.update(visibility=Domain.Visibility.MEMBERS)
    assert link not in client.get(index).text


@pytest.mark.parametrize("entries", [1, 6])
def test_a_feed_costs_the_same_however_much_changed(
    client, domain, bea, entries, django_assert_num_queries
):
    for number in range(entries):
        entry = make_entry(domain=domain, written_by=bea)
        revise(entry, bea, later(number), body="New.")

    with django_assert_num_queries(3):
        assert len(told(client.get(feed_of(domain)))[1]) == 2 * entries
