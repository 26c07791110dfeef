"""Wherever an agent is named, the word stands beside its name; in its square, too."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import resolve, reverse
from django.utils import timezone

from cop.health import measuring
from cop.health.signs import SIGNS
from domain.centrality import Zone
from members import pausing
from members.models import Membership, Participation
from repertoire import revising
from repertoire.models import Entry
from repertoire.text import Text
from tasks import claiming, gathering, narrating, observing
from tests.makers import (
    make_agent,
    make_domain,
    make_full,
    make_member,
    make_membership,
    make_review,
    make_submission,
    make_task,
    make_verdict,
)
from tests.tasks.test_gatherings import WEEK, plan

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"
#: Whoever answers for it types its name without the word.
TYPED = f'value="{NAME}"'
TOLD_APART = re.compile(
    r"(?:</\w+>|\s|&nbsp;)*(?:<span class=\"tag\">agent</span>|, agent\b|\(agent\))"
)
#: A link to a page of the site.
LINK = re.compile(r'href="(/[^"#]*)')
#: Of pages of one kind, as many are looked at as the first tell apart.
MOST_OF_A_KIND = 6


@pytest.fixture
def scene():
    """An agent that holds, writes, hands in, watches, reads and proposes."""
    now = timezone.now()
    domain = make_domain(founded_at=now - timedelta(days=400))
    sponsor = make_membership(domain=domain, member=make_member(name="Tomas Vrba"))
    member = make_agent(name=NAME, handle="quillfeather", sponsor=sponsor.member)
    agent = make_membership(
        domain=domain,
        member=member,
        zone=Zone.INBOUND,
        position=2.5,
        trajectory_sight=Membership.Sight.EVERYONE,
        main_area=domain.areas.first(),
        map_x=10.0,
        map_y=20.0,
        map_angle=0.5,
    )
    organizer = make_full(domain=domain, is_organizer=True)
    raised = make_task(domain=domain, raised_by=agent, title="Label the photos")
    held = make_task(domain=domain, raised_by=organizer, observer_seats=2)
    claiming.claim(task=held, membership=agent, at=now)
    narrating.note(task=held, membership=agent, body="Page one first.", at=now)
    watched = make_task(domain=domain, raised_by=organizer, observer_seats=2)
    claiming.claim(task=watched, membership=sponsor, at=now)
    observing.observe(task=watched, membership=agent, at=now)
    read = make_submission(
        task=make_task(domain=domain, raised_by=organizer), membership=agent
    )
    make_verdict(submission=read, reviewer=organizer)
    waiting = make_submission(
        task=make_task(domain=domain, raised_by=organizer), membership=agent
    )
    looked_at = make_submission(
        task=make_task(domain=domain, raised_by=organizer), membership=organizer
    )
    make_review(
        submission=looked_at,
        reviewer=agent,
        is_first_look=True,
        place=None,
        works="The units are there.",
        version_read=1,
        sent_at=now,
    )
    entry = revising.write(
        domain=domain,
        membership=agent,
        kind=Entry.Kind.TERM,
        text=Text("Field blank", "Clean water.", ""),
        at=now,
    )
    gone_by = gathering.announce(
        membership=organizer,
        plan=plan(read.task, held, starts_at=now - timedelta(days=1)),
        at=now - WEEK,
    )
    gathering.tell(
        gathering=gone_by,
        membership=organizer,
        there=[agent, sponsor],
        came_of_it="The sheets are in.",
        version=gone_by.version,
        at=now,
    )
    ahead = gathering.announce(
        membership=organizer, plan=plan(held, starts_at=now + WEEK), at=now
    )
    gathering.answer(gathering=ahead, membership=agent, coming=True, at=now)
    unable = gathering.announce(
        membership=organizer, plan=plan(held, starts_at=now + WEEK), at=now
    )
    gathering.answer(gathering=unable, membership=agent, coming=False, at=now)
    Participation.objects.create(
        domain=domain,
        key="recognised:read",
        kind=Participation.Kind.RECOGNISED,
        channel=Participation.Channel.WORK,
        giver=organizer,
        receiver=agent,
        amount=1.0,
        item=f"submission:{read.pk}",
        title=read.task.title,
        path=read.get_absolute_url(),
        centrality=1,
        area=read.task.area,
        occurred_at=now - timedelta(days=1),
    )
    measuring.measure(domain=domain, at=now)
    paused = pausing.pause(membership=agent, by=organizer, words="Odd.", at=now)
    tasks = [raised, held, watched, read.task, waiting.task, looked_at.task]
    pages = [
        domain.get_absolute_url(),
        reverse("members:people", args=[domain.slug]),
        reverse("members:people", args=[domain.slug]) + "?view=list",
        reverse("members:people", args=[domain.slug]) + "?member=quillfeather",
        paused.get_absolute_url(),
        reverse("members:log", args=[domain.slug, "quillfeather"]),
        reverse("members:reasons", args=[domain.slug, "quillfeather"]),
        reverse("tasks:board", args=[domain.slug]),
        reverse("tasks:board", args=[domain.slug]) + "?view=table",
        reverse("tasks:desk", args=[domain.slug]),
        reverse("repertoire:index", args=[domain.slug]),
        reverse("repertoire:tending", args=[domain.slug]),
        entry.get_absolute_url(),
        entry.get_absolute_url() + "history/",
        entry.get_absolute_url() + "authors/",
        reverse("members:roster", args=[domain.slug]) + "?q=quill",
        reverse("members:roster", args=[domain.slug]) + "?member=quillfeather",
        reverse("members:agent_rules", args=[domain.slug]),
        reverse("members:organizer_log", args=[domain.slug]),
        reverse("health:reviews", args=[domain.slug]),
        *(reverse("health:sign", args=[domain.slug, sign]) for sign in SIGNS),
        *(one.get_absolute_url() for one in (gone_by, ahead, unable)),
        "/search/?q=quillfeather",
        "/search/?q=page",
        "/me/notifications/",
        *(task.get_absolute_url() for task in tasks),
        *(task.get_absolute_url() + "history/" for task in tasks),
        *(one.get_absolute_url() for one in (read, waiting, looked_at)),
        waiting.get_review_url(),
    ]
    return organizer, sponsor, pages


def crawl(client, pages):
    """Each of the pages, and what is linked from there: no more than a few of a kind."""
    ahead, seen, kinds = list(pages), set(pages), Counter()
    for page in ahead:
        response = client.get(page)
        if response.status_code != 200 or "html" not in response["Content-Type"]:
            continue
        html = response.content.decode()
        yield page, html
        for link in LINK.findall(html.replace("&amp;", "&")):
            if link in seen or link.startswith("/static/"):
                continue
            kind = resolve(link.partition("?")[0]).view_name
            kinds[kind] += 1
            if kinds[kind] <= MOST_OF_A_KIND:
                seen.add(link)
                ahead.append(link)


def not_told_apart(html):
    """What stands around each mention of the name that does not say what it is."""
    html = html.replace(TYPED, "")
    return [
        html[max(0, mention.start() - 80) : mention.end() + 40]
        for mention in re.finditer(NAME, html)
        if not TOLD_APART.match(html, mention.end())
    ]


@pytest.mark.parametrize("reader", ["organizer", "sponsor", "visitor"])
def test_wherever_an_agent_is_named_the_word_stands_beside_its_name(
    client, scene, reader
):
    organizer, sponsor, pages = scene
    if reader != "visitor":
        client.force_login({"organizer": organizer, "sponsor": sponsor}[reader].member)
    unmarked, named_on = [], Counter()

    for page, html in crawl(client, pages):
        named_on[resolve(page.partition("?")[0]).view_name] += html.count(NAME)
        unmarked += [(page, around) for around in not_told_apart(html)]

    assert not unmarked, "\n\n".join(f"{page}: {around}" for page, around in unmarked)
    expected = {"members:people", "members:profile", "tasks:task", "tasks:gathering"}
    if reader == "organizer":
        expected |= {"health:sign", "members:roster", "tasks:desk"}
    assert expected <= {kind for kind, mentions in named_on.items() if mentions}


def test_its_profile_says_what_it_is_and_who_answers_for_it(client, scene):
    _organizer, sponsor, pages = scene

    page = client.get(pages[4]).content.decode()

    for words in (
        f'<a href="{sponsor.get_absolute_url()}">Tomas Vrba</a>',
        "Transcribes what was written by hand.",
        "a script",
        "agents@example.org",
        "Paused by an organizer",
        "av-agent",
    ):
        assert words in page


def test_the_map_draws_it_as_a_square_and_says_so(client, scene):
    page = client.get(scene[2][1]).content.decode()

    assert f'aria-label="{NAME}, agent' in page
    assert '<rect class="s"' in page
