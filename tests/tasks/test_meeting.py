"""A task lists the words somebody will meet in it."""

import re

import pytest

from repertoire.models import Entry
from tests.makers import make_domain, make_entry, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    return make_domain()


def met_on(client, task):
    page = client.get(task.get_absolute_url()).content.decode()
    found = re.search(r'id="meets".*?</section>', page, re.DOTALL)
    return re.findall(
        r'<a class="term" href="([^"]+)">([^<]+)</a>', found[0] if found else ""
    )


def test_a_task_lists_what_it_links_to_and_the_terms_it_uses_once(client, domain):
    blank, sheet = (
        make_entry(domain=domain, title=title, slug=title.lower().replace(" ", "-"))
        for title in ("Field blank", "Field sheet")
    )
    kit = make_entry(
        domain=domain, kind=Entry.Kind.TOOL, title="Kit list", slug="kit-list"
    )
    make_entry(domain=domain, title="Weir", slug="weir")
    task = make_task(
        domain=domain,
        title="Transcribe the field sheets",
        brief="Take the [[kit list]]. Two field blanks, `weir`.",
        done_means="Every field blank is typed in.",
    )

    assert met_on(client, task) == [
        (entry.get_absolute_url(), entry.title) for entry in (kit, sheet, blank)
    ]


def test_a_name_that_asks_is_not_met_before_somebody_says_which(client, domain):
    for title in ("Field blank", "Trip blank"):
        make_entry(
            domain=domain,
            title=title,
            slug=title.lower().replace(" ", "-"),
            aliases=["blank"],
        )

    assert met_on(client, make_task(domain=domain, brief="Rinse a blank.")) == []


def test_a_task_without_words_of_the_repertoire_lists_none(client, domain):
    assert met_on(client, make_task(domain=domain)) == []
