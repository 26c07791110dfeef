"""A search on connections set up otherwise, and on a database that went back and forth."""

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from domain import rewording
from domain.models import Findable
from tasks.models import LogEntry
from tests.makers import make_domain, make_entry, make_full, make_task

pytestmark = pytest.mark.django_db(transaction=True)

#: Before anything was read for a search.
BEFORE = [
    ("tasks", "0011_reviews_on_their_way"),
    ("repertoire", "0001_entries_and_revisions"),
    ("members", "0015_companions"),
    ("domain", "0002_domains_and_areas"),
]


@pytest.fixture
def community():
    domain = make_domain()
    author = make_full(domain=domain, name="Sluice Keeper")
    make_entry(
        domain=domain, written_by=author, title="Weir gauge", body="By the sluice."
    )
    task = make_task(domain=domain, raised_by=author, title="Photograph the sluice")
    LogEntry.objects.create(
        task=task, author=author, body="The sluice was shut.", written_at=timezone.now()
    )
    return domain


@pytest.fixture
def connected():
    """Connect anew, with other options; and back again."""
    before = connection.settings_dict["OPTIONS"].copy()

    def connect(*, without_cursors, **options):
        connection.close()
        connection.settings_dict["OPTIONS"] |= options
        connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = without_cursors

    yield connect
    connection.close()
    connection.settings_dict["OPTIONS"] = before
    connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = False


def found(client, domain, words):
    caches["quick"].clear()
    page = client.get(reverse("cop:search"), {"q": words, "in": domain.slug})
    assert page.status_code == 200
    return page.content.decode().count("<mark>")


@pytest.mark.parametrize("without_cursors", [True, False])
@pytest.mark.parametrize("binding", [True, False])
def test_it_finds_the_same_however_values_are_bound(
    client, community, connected, binding, without_cursors
):
    asked = ("sluice", '"the sluice" -weir', "sluise")
    before = [found(client, community, words) for words in asked]
    connected(
        server_side_binding=binding,
        prepare_threshold=1,
        without_cursors=without_cursors,
    )

    assert before[0] == 5
    for _ in range(3):
        # Asked again it is answered by a prepared statement.
        assert [found(client, community, words) for words in asked] == before
    community.language = "german"
    community.save()
    rewording.reword_stale()
    assert set(Findable.objects.values_list("language", flat=True)) == {"german"}


def test_what_can_be_found_goes_and_comes_back_with_the_migration(client, community):
    there_was = list(Findable.objects.order_by("kind", "key").values_list())

    try:
        MigrationExecutor(connection).migrate(BEFORE)
        tables = connection.introspection.table_names()
    finally:
        call_command("migrate", verbosity=0)

    assert Findable._meta.db_table not in tables
    there_is = list(Findable.objects.order_by("kind", "key").values_list())
    assert [row[1:] for row in there_is] == [row[1:] for row in there_was]
    assert found(client, community, "sluice") == 5
