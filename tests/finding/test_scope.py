"""Who finds what: never more than the pages show them."""

import pytest
from django.db import transaction
from django.urls import reverse

from domain.models import Domain, Findable
from tasks.models import LogEntry, Task
from tests.makers import (
    NOON,
    make_agent,
    make_domain,
    make_entry,
    make_full,
    make_member,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db

OPEN = {
    "entry",
    "open task",
    "withdrawn task",
    "note of the open task",
    "member",
    "agent",
}
INSIDE = OPEN | {"draft", "note of the draft"}


class Shelf:
    """A community with one of everything that holds the word."""

    def __init__(self, visibility):
        self.domain = make_domain(visibility=visibility)
        own = {"domain": self.domain}
        teller = make_full(**own, name="Amara Okoye")
        make_entry(**own, written_by=teller, title="Sluice: entry")
        make_entry(**own, written_by=teller, title="Sluice: retired", retired_at=NOON)
        proposed = make_entry(**own, written_by=teller, title="Sluice: proposed")
        proposed.current = None
        proposed.save()
        work = {**own, "raised_by": teller}
        states = {
            "open task": Task.State.OPEN,
            "withdrawn task": Task.State.WITHDRAWN,
            "draft": Task.State.DRAFT,
        }
        tasks = {
            name: make_task(**work, title=f"Sluice: {name}", state=state)
            for name, state in states.items()
        }
        for name, words in (
            ("open task", "note of the open task"),
            ("draft", "note of the draft"),
        ):
            LogEntry.objects.create(
                task=tasks[name],
                author=teller,
                body=f"Sluice: {words}",
                written_at=NOON,
            )
        make_membership(**own, name="Sluice: member")
        make_membership(**own, name="Sluice: agent", member=make_agent())
        make_membership(**own, name="Sluice: left", left_at=NOON)
        self.newcomer = make_membership(**own).member
        self.former = make_membership(**own, left_at=NOON).member


@pytest.fixture(scope="module")
def shelves(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield {v.value: Shelf(v.value) for v in Domain.Visibility}
        transaction.set_rollback(True)


def found(client, **asked):
    answer = client.get(reverse("cop:search"), {"q": "sluice", **asked})
    if answer.status_code == 404:
        return None
    text = answer.content.decode()
    names = INSIDE | {"retired", "proposed", "left"}
    marks = "<mark>Sluice</mark>: "
    return {name for name in names if f"{marks}{name}<" in text}


@pytest.mark.parametrize(
    ("who", "visibility", "may"),
    [
        ("visitor", "public", (OPEN, OPEN)),
        ("stranger", "public", (OPEN, OPEN)),
        ("newcomer", "public", (INSIDE, INSIDE)),
        ("former", "public", (OPEN, OPEN)),
        # Whoever has the address may read it; nobody is led there.
        ("visitor", "unlisted", (OPEN, set())),
        ("stranger", "unlisted", (OPEN, set())),
        ("newcomer", "unlisted", (INSIDE, INSIDE)),
        ("former", "unlisted", (OPEN, set())),
        ("visitor", "members", (None, set())),
        ("stranger", "members", (None, set())),
        ("newcomer", "members", (INSIDE, INSIDE)),
        ("former", "members", (None, set())),
    ],
)
def test_nobody_finds_more_than_they_may_read(client, shelves, who, visibility, may):
    shelf = shelves[visibility]
    others = [other.domain for other in shelves.values() if other is not shelf]
    Findable.objects.filter(domain__in=others).delete()
    if who == "stranger":
        client.force_login(make_member())
    elif who != "visitor":
        client.force_login(getattr(shelf, who))

    within, everywhere = found(client, **{"in": shelf.domain.slug}), found(client)
    assert (within, everywhere) == may


def test_what_is_hidden_is_not_even_counted(client, shelves):
    domain = shelves["public"].domain

    page = client.get(reverse("cop:search"), {"q": "sluice draft", "in": domain.slug})
    client.force_login(shelves["public"].newcomer)
    inside = client.get(reverse("cop:search"), {"q": "sluice draft", "in": domain.slug})

    assert 'All <span class="meta">0</span>' in page.content.decode()
    assert 'All <span class="meta">2</span>' in inside.content.decode()


def test_a_closed_community_cannot_be_told_from_one_that_is_not_there(client, shelves):
    closed = shelves["members"].domain

    answers = [
        client.get(reverse("cop:search"), {"q": "sluice", "in": slug}).status_code
        for slug in (closed.slug, "no-such-community")
    ]

    assert answers == [404, 404]
