"""A stranger comes for a task and ends further in: the whole way, with script and without."""

import re

import pytest
from django.utils import timezone

from cop.health import measuring
from members import positioning
from members.models import Membership
from tasks import claiming, reviewing
from tasks.models import Submission, Verdict
from tests.browser import community
from tests.makers import let_reviews_go

TITLE = "Transcribe the Mill Bridge field sheets"
PRAISE = "You left the smudged reading open and said so, instead of guessing at it."
POINTS = (
    "Write the units beside each column, because the dataset mixes two of them.",
    "Name the sheet each row comes from, so that a reader can look it up again.",
)


def worker(at):
    """What the worker does by itself within a minute."""
    claiming.release_overdue(at=at)
    claiming.remind(at=at)
    reviewing.release_overdue(at=at)
    reviewing.make_up_for_waits(at=at)
    positioning.reposition_stale(at=at)


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])
def test_from_a_visitor_to_recognised_work(scripts, open_window, mailoutbox):
    river = community.begin(now=timezone.now())
    home = f"/c/{river.domain.slug}/"

    def look(window):
        worker(timezone.now())
        # Pages are the same markup either way: once over each of them is enough.
        if scripts:
            window.look_over()

    maya = open_window(scripts=scripts, expected=(422,))
    take_a_seat(maya, home, look)
    write_in_the_log(maya, look)
    confirm_the_address(maya, mailoutbox, look)
    hand_in(maya, home, look)

    amara = open_window(river.veteran.member, scripts=scripts)
    send_back(amara, home, look)
    answer(maya, home, look)
    recognise(amara, home, look)

    newcomer = Membership.objects.get(domain=river.domain, name="Maya Lindt")
    assert newcomer.position > 0
    assert Submission.objects.filter(
        author=newcomer, round=2, outcome=Verdict.RECOGNISED
    ).exists()
    see_ones_path(maya, home, newcomer, look)

    measuring.measure(domain=river.domain, at=timezone.now())
    jun = open_window(river.organizer.member, scripts=scripts)
    see_it_in_the_community(jun, home, look)


def take_a_seat(maya, home, look):
    maya.visit(home)
    look(maya)
    maya.press("button", f"Claim: {TITLE}")
    assert maya.sees("You are about to take:")
    assert maya.sees(TITLE)
    look(maya)
    maya.fill("Name", "Maya Lindt")
    maya.fill("Email", "maya@example.org")
    maya.fill("Password", "twelve quiet herons")
    maya.press("button", "Create account and take the seat")

    assert maya.sees("You have it until")
    assert maya.focused().startswith("You have it until")
    assert maya.path.startswith(f"{home}tasks/")
    assert maya.clicks <= 2
    assert maya.typed <= 3
    look(maya)


def write_in_the_log(maya, look):
    note = "I read the whole sheet once before typing anything."
    maya.page.locator("#log textarea[name=body]").last.fill(note)
    maya.press("button", "Add", within=maya.page.locator("#log"))
    maya.wait_for(note)
    if maya.scripts:
        maya.wait_for("Added.")
    look(maya)


def confirm_the_address(maya, mailoutbox, look):
    task = maya.path
    maya.press("link", "Hand in")
    assert maya.sees("Confirm your e-mail address before you hand in.")
    look(maya)
    (mail,) = [mail for mail in mailoutbox if mail.to == ["maya@example.org"]]
    maya.visit(re.search(r"http\S+", mail.body).group())
    look(maya)
    maya.press("button", "Yes, that is me")
    look(maya)
    maya.visit(task)


def hand_in(maya, home, look):
    maya.press("link", "Hand in")
    look(maya)
    maya.press("button", "Hand in")
    assert maya.sees("There is a problem")
    if maya.scripts:
        assert "There is a problem" in maya.focused()
    look(maya)
    maya.page.locator("#id_body").fill("Time 09:10, water 11.4, turbidity 6.2")
    maya.page.locator("#id_narration").fill("Top to bottom, then once more backwards.")
    maya.page.locator("#id_unsure").fill("The third nitrate: 2.1 or 2.7.")
    maya.press("button", "Hand in")
    assert re.fullmatch(rf"{home}tasks/\d+/submissions/\d+/", maya.path)
    assert maya.sees("We promise one within 48 hours")
    look(maya)


def send_back(amara, home, look):
    open_the_review(amara, home, look)
    amara.page.locator("#id_works").fill(PRAISE)
    amara.page.get_by_label("Needs changes").check()
    for number, point in enumerate(POINTS, 1):
        amara.page.get_by_label(f"Change {number}", exact=True).fill(point)
    look(amara)
    amara.press("button", "Send review")
    assert amara.sees("Sent to Maya.")
    let_reviews_go()
    look(amara)


def open_the_review(amara, home, look):
    amara.visit(home)
    look(amara)
    amara.press("link", "Review desk 1 waiting")
    look(amara)
    amara.press("button", f"Review: {TITLE}, Maya Lindt")
    look(amara)


def answer(maya, home, look):
    maya.visit(home)
    assert maya.path == f"{home}start/"
    assert maya.sees("Changes asked of you")
    look(maya)
    maya.press("link", "See what")
    assert maya.sees(PRAISE)
    assert maya.sees(POINTS[0])
    look(maya)
    maya.press("link", "Answer and hand in")
    for number, done in enumerate(("Units added.", "Sheet numbers added."), 1):
        maya.fill(f"What you did about change {number}", done)
    look(maya)
    maya.press("button", "Hand in")
    assert maya.sees("We promise one within 48 hours")


def recognise(amara, home, look):
    open_the_review(amara, home, look)
    assert amara.sees("Sheet numbers added.")
    amara.page.locator("#id_works").fill(PRAISE)
    amara.page.get_by_label("Competent as is").check()
    amara.press("button", "Send review")
    assert amara.sees("Sent to Maya.")
    let_reviews_go()
    look(amara)


def see_ones_path(maya, home, newcomer, look):
    maya.visit("/me/notifications/")
    look(maya)
    maya.visit(f"{home}people/{newcomer.handle}/")
    assert maya.sees("Moments others recognised")
    assert maya.sees(PRAISE)
    look(maya)


def see_it_in_the_community(jun, home, look):
    jun.visit(home)
    jun.press("link", "Health")
    assert jun.sees("Community health")
    look(jun)
