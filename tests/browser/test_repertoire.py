"""A word on its way: from a remark into the repertoire, into other work, onto profiles."""

import re

import pytest
from django.utils import timezone

from members import joining, positioning
from repertoire.models import Entry
from tasks import claiming, proposing, reviewing, submitting
from tasks.models import Submission, Task, Verdict
from tests.browser import community
from tests.makers import make_member

REMARK = "Carry a field blank, so that the trip itself can be told from the river."
PRAISE = "You left the smudged reading open and said so, instead of guessing at it."


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])
def test_a_word_from_a_remark_to_both_profiles(scripts, open_window):
    river = community.begin(now=timezone.now())
    home = f"/c/{river.domain.slug}/"
    maya = newcomer(river, "Maya Lindt")
    returned = sent_back(river, maya)
    task = another_task(river)

    def look(window):
        if scripts:
            window.look_over()

    hers = open_window(maya.member, scripts=scripts)
    propose_the_word(hers, returned, look)
    amaras = open_window(river.veteran.member, scripts=scripts)
    take_it_in(amaras, home, look)
    entry = Entry.objects.get()
    assert entry.current.origin.author == river.veteran

    noor = newcomer(river, "Noor Haddad")
    noors = open_window(noor.member, scripts=scripts)
    meet_it(noors, task, entry, look)
    recognised_with_it(river, noor, task)

    noors.visit(entry.get_absolute_url())
    assert noors.sees("In recognised work")
    assert noors.sees("Grew out of work")
    look(noors)
    see_ones_words(noors, home, noor, look)
    hers.visit(f"{home}people/{maya.handle}/")
    assert hers.sees("Taken in: Field blank")
    assert hers.sees("Words used in: Photograph the weir")
    look(hers)


def newcomer(river, name):
    member = make_member(handle=name.lower().replace(" ", "-"), name=name)
    return joining.join(domain=river.domain, member=member, at=timezone.now())


def another_task(river) -> Task:
    return proposing.propose(
        membership=river.raiser,
        need=proposing.Need(
            title="Photograph the weir",
            brief="Take the field blank along, and photograph the scale.",
            beneficiary="Readers of the photo map",
            use="Goes on the public photo map",
            area=river.task.area,
            consequence=river.task.consequence,
            reliance=river.task.reliance,
            effort_minutes=20,
            done_means="The scale can be read.",
        ),
        at=timezone.now(),
    )


def hand_in(task, member, body) -> Submission:
    now = timezone.now()
    claim = claiming.claim(task=task, membership=member, at=now)
    return submitting.hand_in(
        claim=claim, generation=claim.generation, body=body, at=now
    )


def judge(river, submission, verdict, points=()):
    now = timezone.now()
    review = reviewing.take(submission=submission, reviewer=river.veteran, at=now)
    reviewing.send(
        review=review,
        verdict=verdict,
        works=PRAISE,
        points=list(points),
        version=submission.version,
        at=now,
    )
    positioning.reposition(domain=river.domain, at=now, everybody=True)


def sent_back(river, maya) -> Submission:
    submission = hand_in(river.task, maya, "Time 09:10, water 11.4")
    judge(river, submission, Verdict.RETURNED, [REMARK])
    return submission


def recognised_with_it(river, noor, task):
    submission = hand_in(task, noor, "With a [[field blank]], as the task says.")
    judge(river, submission, Verdict.RECOGNISED)


def propose_the_word(maya, returned, look):
    maya.visit(returned.get_absolute_url())
    point = maya.page.locator(".asked")
    point.get_by_text("Keep this").click()
    look(maya)
    maya.press("link", "Make this an entry", within=point)
    assert maya.sees("It says that it grew out of this")
    look(maya)
    maya.fill("Name", "Field blank")
    maya.page.locator("#id_meaning").fill("Clean water carried along on the trip.")
    maya.press("button", "Propose it")
    assert maya.sees("It waits for an active member to take it in.")
    look(maya)


def take_it_in(amara, home, look):
    amara.visit(f"{home}repertoire/")
    look(amara)
    amara.press("link", "Field blank")
    look(amara)
    amara.page.locator("#id_words").fill("Thank you, we never wrote that down.")
    amara.page.get_by_role("button", name=re.compile("Take it in")).first.click()
    amara.page.wait_for_load_state()
    assert amara.sees("Field blank")


def meet_it(noor, task, entry, look):
    noor.visit(task.get_absolute_url())
    term = noor.page.locator("a.term", has_text="field blank").first
    assert term.get_attribute("href") == entry.get_absolute_url()
    look(noor)


def see_ones_words(noor, home, member, look):
    noor.visit(f"{home}people/{member.handle}/")
    assert noor.sees("in work that was recognised")
    noor.page.get_by_text("Month by month").click()
    assert noor.sees("In recognised work:")
    look(noor)
