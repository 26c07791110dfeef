"""Whoever reads settled work again, blind, finds nowhere what was said of it before."""

import html
import re
from urllib.parse import urldefrag, urljoin

import pytest
from django.urls import reverse
from django.utils import timezone

from tasks import rereading, reviewing
from tasks.models import Rereading, Verdict
from tests.makers import (
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_submission,
    make_task,
)

WORKS = "The field blank comes first, as it should, and the smudge is left open."
LOOKED_AT = "The second column against the photographs of the bottles."
HELP = "We converted the units together, since two of them were mixed."
VERDICT = "Competent, accommodated"

#: Far more pages than the community has.
MOST_PAGES = 400
#: What no page tells, and what signs the reader out.
ELSEWHERE = re.compile(r"/(accounts|static|help|search)/|\.csv|/edit/|/tasks/new/")


@pytest.fixture
def domain(db):
    return make_domain()


@pytest.fixture
def reader(domain):
    return make_full(domain=domain, name="Amara Okoye")


@pytest.fixture
def found(domain):
    """Work in use with help, told of wherever the site tells of work."""
    now = timezone.now()
    make_entry(domain=domain, title="Field blank", slug="field-blank")
    author = make_membership(domain=domain, name="Maya Lindt", threshold_at=now)
    first = make_full(domain=domain, name="Jun Sato")
    task = make_task(domain=domain, title="Label the bottles of the weir")
    make_task(domain=domain, title="Label the bottles of the mill")
    work = make_submission(task=task, membership=author)
    review = reviewing.take(submission=work, reviewer=first, at=now)
    review = reviewing.send(
        review=review,
        verdict=Verdict.ACCOMMODATED,
        works=WORKS,
        looked_at=LOOKED_AT,
        reason=HELP,
        version=1,
        at=now,
    )
    # One in twenty falls into the sample by itself.
    return Rereading.objects.get_or_create(
        submission=work, defaults={"first": review, "chosen_at": now}
    )[0]


def pages(client, start):
    """Every page that can be reached by following links, by its address."""
    seen, ahead = {}, [start]
    while ahead and len(seen) < MOST_PAGES:
        address = ahead.pop(0)
        if address in seen:
            continue
        response = client.get(address)
        if response.status_code == 302:
            seen[address] = ""
            ahead.append(urljoin(address, response["Location"]))
            continue
        if "text/html" not in response.headers.get("Content-Type", ""):
            seen[address] = ""
            continue
        seen[address] = html.unescape(response.content.decode())
        for link in re.findall(r'(?:href|data-card)="([^"]+)"', seen[address]):
            onward = urldefrag(urljoin(address, html.unescape(link))).url
            if onward.startswith("/") and not ELSEWHERE.search(onward):
                ahead.append(onward)
    assert len(seen) < MOST_PAGES
    return seen


def tells(seen, words, *, beside=""):
    return {
        address for address, page in seen.items() if words in page and beside in page
    }


def test_nothing_reachable_says_what_was_said_until_theirs_is_sent(
    client, domain, reader, found
):
    client.force_login(reader.member)
    home = reverse("domain:home", args=[domain.slug])
    task = found.submission.task
    before = pages(client, home)
    assert tells(before, WORKS)
    assert tells(before, VERDICT, beside=task.title)

    client.post(reverse("tasks:draw_again", args=[domain.slug]))
    own = reverse("tasks:reread", args=[domain.slug, found.pk])
    during = pages(client, home)

    assert own in during
    for words in (WORKS, LOOKED_AT, HELP, "smudge is left open"):
        assert not tells(during, words)
    assert tells(during, VERDICT, beside=task.title) <= {own}
    assert not tells(during, "with help", beside=task.title) - {own}
    for name in ("task", "history"):
        response = client.get(reverse(f"tasks:{name}", args=[domain.slug, task.pk]))
        assert response.url == own

    client.post(own, {"words": WORKS.upper(), "verdict": "recognised"})
    assert tells(pages(client, home), WORKS)


def test_whoever_gives_it_back_may_look_and_is_not_handed_it_again(
    client, domain, reader, found
):
    client.force_login(reader.member)
    client.post(reverse("tasks:draw_again", args=[domain.slug]))
    client.post(reverse("tasks:reread_put_back", args=[domain.slug, found.pk]))

    assert client.get(found.submission.task.get_absolute_url()).status_code == 200
    assert not rereading.waits_for(reader, at=timezone.now())
    assert rereading.waits_for(make_full(domain=domain), at=timezone.now())
