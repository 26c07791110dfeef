"""An organizer reads how the community is doing, does something, and sees what came of it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cop.health import jobs, measuring
from cop.health.models import Finding, Move, State
from members.models import Notification
from tasks.models import Submission
from tests.makers import (
    make_core,
    make_domain,
    make_full,
    make_member,
    make_membership,
    make_submission,
    make_task,
    make_verdict,
)

HERE = "/c/river-watch/health/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

#: Work of the last weeks; what is later than the first verdicts waits.
WORKS, WAITING = 40, 6


@pytest.fixture
def river(transactional_db):
    """A community whose work waits long, and two who could read it."""
    now = timezone.now()
    domain = make_domain(
        slug="river-watch", name="River Watch", founded_at=now - 400 * DAY
    )
    for make, name in ((make_full, "Jun Sato"), (make_core, "Amara Okoye")):
        handle = name.lower().replace(" ", "-")
        make(
            domain=domain,
            member=make_member(handle=handle, name=name),
            is_organizer=name == "Jun Sato",
            joined_at=now - 390 * DAY,
        )
    author = make_membership(
        domain=domain,
        member=make_member(handle="maya-lindt", name="Maya Lindt"),
        joined_at=now - 60 * DAY,
    )
    for number in range(WORKS):
        work = hand_in(domain, author, at=now - (6 + number) * DAY)
        if number >= WAITING:
            answer(
                work, who(domain, "amara-okoye"), after=(60 + 10 * (number % 9)) * HOUR
            )
    jobs.night(domain, at=now)
    return domain


def who(domain, handle):
    return domain.memberships.select_related("member", "domain").get(handle=handle)


def hand_in(domain, author, *, at):
    task = make_task(domain=domain, raised_at=at, opened_at=at)
    return make_submission(task=task, membership=author, handed_in_at=at)


def answer(work, reader, *, after):
    at = work.handed_in_at + after
    make_verdict(submission=work, reviewer=reader, claimed_at=at - HOUR, sent_at=at)
    work.outcome, work.settled_at = "recognised", at
    work.save()


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])
def test_from_a_sentence_to_what_came_of_a_move(scripts, river, open_window):
    jun = open_window(who(river, "jun-sato").member, scripts=scripts)

    def look():
        if scripts:
            jun.look_over()

    jun.visit(HERE)
    assert jun.page.locator(".lede").inner_text()
    look()
    follow_to_the_rows(jun, look)
    press_the_move(jun, look)
    told_to(open_window(who(river, "amara-okoye").member, scripts=scripts))
    four_weeks_pass(river)
    see_what_came_of_it(jun, river, look)


def follow_to_the_rows(jun, look):
    """From the question over the evidence to one row for each thing the figure counts."""
    jun.press("link", re.compile(r"See what is behind this.*way in"))
    assert jun.path == f"{HERE}no-path-inward/"
    assert jun.sees("What this means")
    assert jun.sees("How it is worked out")
    look()
    card = jun.page.locator("section[aria-labelledby=first_response]")
    figure = re.match(r"(\d+) of (\d+) pieces of work", card.locator("h4").inner_text())
    answered, cases = map(int, figure.groups())
    assert (answered, cases) == (WORKS - WAITING, WORKS)
    jun.press(
        "link", re.compile(r"pieces of work\s*: Wait for a first verdict, median")
    )
    counted = jun.page.locator("tbody tr td:last-child").all_inner_texts()
    assert (len(counted), counted.count("yes")) == (cases, answered)
    look()


def press_the_move(jun, look):
    jun.visit(HERE)
    row = jun.page.locator(".rows > li", has_text="Ask for readers")
    assert "6 pieces of work" in row.inner_text()
    jun.press("button", "Ask reviewers", within=row)
    assert jun.sees("Done. What came of it stands under Health in four weeks.")
    assert jun.sees("four weeks are not over yet")
    look()


def told_to(amara):
    """What the move did: whoever may read has been asked."""
    amara.visit("/me/notifications/")
    assert Notification.objects.filter(kind=Notification.Kind.REVIEW_WAITS).exists()
    assert amara.page.locator("#main").get_by_text("handed in").first.is_visible()


def four_weeks_pass(domain):
    """Work is answered within hours now; each night the worker takes its readings."""
    now, amara = timezone.now(), who(domain, "amara-okoye")
    for work in Submission.objects.waiting().filter(task__domain=domain):
        answer(work, amara, after=now - work.handed_in_at + HOUR)
    author = who(domain, "maya-lindt")
    for number in range(3 * 28):
        work = hand_in(domain, author, at=now + number * 8 * HOUR)
        answer(work, amara, after=(2 + number % 3) * HOUR)
    for night in range(1, 30):
        jobs.night(domain, at=now + night * DAY)


def see_what_came_of_it(jun, domain, look):
    move = Move.objects.get(domain=domain, way="ask", made_at__isnull=False)
    assert move.outcome == Move.Outcome.HELPED

    jun.visit(HERE)
    row = jun.page.locator(".rows > li", has_text="Ask for readers").last
    told = row.inner_text()
    assert "Ask for readers: helped" in told
    found = re.search(
        r"Wait for a first verdict, median: (\d+) h → (\d+) h "
        r"\(a difference between −(\d+) h and −(\d+) h\)",
        told,
    )
    was, now, most, least = map(int, found.groups())
    assert least < was - now < most
    look()


def test_one_thing_is_done_from_its_row(river, open_window):
    jun = open_window(who(river, "jun-sato").member)
    jun.visit(f"{HERE}no-path-inward/")
    card = jun.page.locator("section[aria-labelledby=first_response]")
    buttons = card.get_by_role("button", name=re.compile("^Ask reviewers: "))
    assert buttons.count() == 5

    buttons.first.click()
    jun.page.wait_for_load_state()

    assert jun.path == f"{HERE}no-path-inward/"
    assert jun.sees("Done.")
    assert Move.objects.get(domain=river, way="ask").made_at is None
    jun.visit(HERE)
    assert jun.sees("5 pieces of work have waited")


def test_a_diagnosis_is_explained_and_closes_by_itself(river, open_window):
    today = timezone.localdate()
    opened = river.diagnoses.create(
        mode="no-path-inward",
        opened_on=today - 20 * DAY,
        measured_on=today - DAY,
        sentence="Hardly. The way in is blocked in more than one place.",
    )
    jun = open_window(who(river, "jun-sato").member)
    jun.visit(f"{HERE}no-path-inward/")
    assert jun.sees("Since ")
    jun.fill("What you make of it", "Amara is away until the floods are over.")
    jun.press("button", "Note it")
    assert jun.page.locator("blockquote").inner_text().startswith("Amara is away")
    jun.look_over()

    gone = Finding(
        domain=river, mode=opened.mode, on=today, state=State.CLEAR, sentence=""
    )
    measuring.follow(gone, {})

    jun.visit(f"{HERE}no-path-inward/")
    assert jun.sees("Found gone on ")
    assert jun.sees("Amara is away until the floods are over.")
    assert not jun.page.get_by_label("What you make of it").count()
    jun.look_over()


GOOD = "start;reached;when\n" + "".join(
    f"2025-01-{day:02};yes;2025-03-{day:02}\n" for day in range(1, 29)
)
WRONG = {
    "start,reached,when\n2025-01-01,yes,2025-02-01\n\n2025-01-01,perhaps,2025-02-01\n": (
        "Line 4: “perhaps” is neither yes nor no."
    ),
    "name,age\nMaya,30\n": "The first line has to name the columns",
    "start,reached,when\n2025-03-01,no,2025-02-01\n": "Line 2: it ends before it starts.",
    'start,reached,when\n"<script>alert(1)</script>",no,2025-02-01\n': "is no day",
    "start,reached,when\n" + '"' + "x" * 200_000: "this is no CSV",
    "start,reached,when\n": "There is nobody in it.",
    "\x00\x01\x02": "The first line has to name the columns",
    "": "The file is empty.",
}


def table(text):
    return {"name": "alone.csv", "mimeType": "text/csv", "buffer": text.encode()}


def test_a_table_of_people_who_worked_alone_is_brought_in(river, open_window):
    jun = open_window(who(river, "jun-sato").member, expected=(422,))
    jun.visit(f"{HERE}competence/")
    jun.look_over()
    name = "Who they were, and at what"
    jun.fill(name, "Transcribing alone")
    for text, says in WRONG.items():
        jun.page.get_by_label("Table", exact=True).set_input_files(table(text))
        jun.press("button", "Take it in")
        assert jun.sees("There is a problem"), text[:60]
        assert jun.sees(says), text[:60]
        assert jun.page.get_by_label(name, exact=True).input_value() == (
            "Transcribing alone"
        )
    jun.look_over()

    jun.page.get_by_label("Table", exact=True).set_input_files(table(GOOD))
    jun.press("button", "Take it in")

    assert jun.sees("The table is taken in.")
    assert jun.sees("“Transcribing alone”, 28 people")
    jun.look_over()


@pytest.mark.parametrize("handle", ["maya-lindt", "amara-okoye", None])
def test_others_are_told_that_it_is_not_open_to_them(handle, river, open_window):
    member = who(river, handle).member if handle else None
    window = open_window(member, expected=(403,))
    for page in ("", "no-domain/", "signs/uptake/", "competence/", "reviews/"):
        window.visit(HERE + page)
        assert window.sees("How River Watch is doing is read by its organizers."), page
    window.look_over()


def test_people_agents_and_areas_are_told_apart(river, open_window):
    jun = open_window(who(river, "jun-sato").member, scripts=False)
    jun.visit(HERE)
    for press, says in (
        ("Agents", "Agents are counted, people are not."),
        ("Both", "People and agents are counted."),
        ("Data", "Only what was done in Data."),
        ("People", "People are counted, agents are not."),
    ):
        jun.press("link", press, within=jun.page.locator(".seg"))
        assert jun.sees(says)
        assert jun.page.locator(".seg [aria-current]").first.inner_text() == press
