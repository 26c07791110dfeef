"""The ways in, one heading after another, each walked by those who walk it."""

import re
import struct
import zlib
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from domain.centrality import Consequence, Reliance, Zone
from members.models import Companion, Membership, Participation
from tasks import claiming, narrating, reviewing, submitting
from tasks.models import Claim, Task, Verdict
from tests.browser import community
from tests.browser.community import raise_task
from tests.browser.windows import DESK, PHONE
from tests.makers import make_entry, make_member, make_membership

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"]),
]

#: Either theme and either width once; the walk over the pages tries them all.
LOOKS = ((DESK, "light"), (PHONE, "dark"))

DAY = timedelta(days=1)
PRAISE = "You left the smudged reading open and said so, instead of guessing at it."
LOOKED = "First the header, then the smudges, then what was left open."
POINT = "Name the sheet each row comes from, so that a reader can look it up again."

#: A day lost if it goes wrong, for a handful: work of the second zone.
INBOUND = {"consequence": Consequence.DAY_LOST, "reliance": Reliance.SOME}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def river(now):
    return community.begin(now=now, areas=("Sampling", "Data", "Writing"))


@pytest.fixture
def look(scripts):
    """Look pages over: they are the same markup with script and without."""
    return lambda window: window.look_over(LOOKS) if scripts else None


@pytest.fixture
def folder(tmp_path, settings):
    """Where pictures are kept, for this test alone."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def newcomer(river, name="Tilda Rook"):
    return Membership.objects.get(domain=river.domain, name=name)


def further_in(river, name, at: datetime):
    """Somebody one zone in, who was seen here lately."""
    who = make_membership(
        domain=river.domain,
        member=make_member(handle=name.lower().replace(" ", "-"), name=name),
        zone=Zone.INBOUND,
        position=2.6,
        joined_at=at - 50 * DAY,
        zone_since=at - 20 * DAY,
    )
    narrating_there = claimed(raise_task(river.raiser, "Rinse", at=at), who, at=at)
    narrating.note(
        task=narrating_there.task, membership=who, body="Rinsed twice.", at=at
    )
    claiming.release(claim=narrating_there, membership=who, words="", at=at)
    return who


def claimed(task: Task, who: Membership, *, at: datetime) -> Claim:
    return claiming.claim(task=task, membership=who, at=at)


def handed_in(claim: Claim, *, at: datetime):
    return submitting.hand_in(
        claim=claim,
        generation=claim.generation,
        body="Time 09:10, water 11.4, turbidity 6.2",
        narration="Top to bottom, then once more **backwards**.",
        at=at,
    )


def judged(submission, reviewer: Membership, *, at, verdict=Verdict.RECOGNISED):
    review = reviewing.take(submission=submission, reviewer=reviewer, at=at)
    return reviewing.send(
        review=review,
        version=submission.version,
        verdict=verdict,
        works=PRAISE,
        looked_at=LOOKED,
        points=[POINT] if verdict == Verdict.RETURNED else [],
        at=at,
    )


def answer_to(whom: str):
    """The name of what answers them: whom is said to those who cannot see it."""
    return re.compile(rf"Answer ?: {whom}")


def finish(claim: Claim, reader: Membership) -> None:
    """Hand the work in and have it recognised, after all that happened so far."""
    at = timezone.now()
    judged(handed_in(claim, at=at), reader, at=at)


def log_of(window, words: str):
    """The note in the log that says this."""
    return window.page.locator("#log .prose").filter(has_text=words)


# Next step


def test_a_newcomer_is_offered_one_real_task_and_two_others(
    scripts, river, now, look, open_window
):
    raise_task(river.raiser, "Check 12 photo labels", at=now, area="Sampling")
    raise_task(river.raiser, "Sort the year by gauge", at=now, effort_minutes=480)
    raise_task(river.raiser, "Try the titration", at=now - 9 * DAY, is_practice=True)
    sent_back = raise_task(river.raiser, "Copy the gate log", at=now - 9 * DAY)
    claim = claimed(sent_back, newcomer(river, "Ravi Vance"), at=now)
    judged(handed_in(claim, at=now), river.veteran, at=now, verdict=Verdict.RETURNED)
    claim.refresh_from_db()
    claiming.release(claim=claim, membership=claim.membership, words="", at=now)
    tilda = open_window(newcomer(river).member, scripts=scripts)
    home = f"/c/{river.domain.slug}/"

    tilda.visit(home)
    assert tilda.sees("Picked without knowing how much time you have.")
    look(tilda)
    tilda.press("link", "Say how much, and what you like doing")
    tilda.page.get_by_label("Data", exact=True).check()
    tilda.page.get_by_label("About an hour a week").check()
    tilda.press("button", "Save")
    tilda.visit(home)

    card = tilda.page.locator("#next_step")
    assert not tilda.sees("Picked without knowing how much time you have.")
    assert heading_of(card) == river.task.title
    assert card.get_by_text("Because Data is one of your areas").first.is_visible()
    assert card.get_by_text("it fits into the time you have").first.is_visible()
    others = card.get_by_role("listitem")
    assert others.count() == 2
    assert all("Because " in said for said in others.all_inner_texts())
    assert not tilda.sees("Try the titration")
    assert not tilda.sees("Copy the gate log")
    look(tilda)

    tilda.press("link", "Something else (1 of 3)")
    tilda.wait_for("Something else (2 of 3)")
    assert heading_of(card) != river.task.title
    tilda.press("button", f"Claim: {river.task.title}")
    tilda.wait_for("You have it until")
    assert tilda.path == river.task.get_absolute_url()


def heading_of(card):
    return card.get_by_role("heading").first.inner_text()


# Reaching inward


def test_watching_to_the_end_and_a_companions_word_open_the_next_zone(
    scripts, river, now, look, open_window
):
    maya, kofi = newcomer(river), further_in(river, "Kofi Mensah", now)
    walk(maya, kofi, at=now)
    watched = raise_task(river.raiser, "Recalibrate the logger", at=now, **INBOUND)
    wished = raise_task(river.raiser, "Check the nitrates", at=now, **INBOUND)
    claim = claimed(watched, river.veteran, at=now)
    tilda = open_window(maya.member, scripts=scripts)

    tilda.visit(wished.get_absolute_url())
    seats = tilda.page.locator("#seats_panel")
    assert tilda.sees("This is Inbound work; it opens soon.")
    assert not seats.get_by_role("button", name="Claim", exact=True).count()
    seats.get_by_text("When the time comes").click()
    assert tilda.sees("Or by watching")
    look(tilda)
    tilda.press("link", "Watch Inbound work to its end")
    tilda.press("link", watched.title)
    tilda.press("button", "Observe")
    tilda.wait_for("You are observing.")
    finish(claim, river.raiser)

    companion = open_window(kofi.member, scripts=scripts)
    companion.visit(watched.get_absolute_url())
    assert companion.sees("watched to the end")
    companion.press("button", "Vouch for Tilda")
    companion.wait_for("is vouched for")
    look(companion)

    tilda.visit(f"/c/{river.domain.slug}/start/")
    tilda.page.get_by_text("What it takes, step by step").click()
    assert tilda.sees("Kofi Mensah vouches for you in Data.")
    look(tilda)
    tilda.visit(wished.get_absolute_url())
    tilda.press("button", "Claim")
    tilda.wait_for("You have it until")


def walk(maya: Membership, peer: Membership, *, at: datetime) -> Companion:
    return Companion.objects.create(
        newcomer=maya,
        peer=peer,
        offered_at=at,
        newcomer_said_at=at,
        peer_said_at=at,
        begun_at=at,
    )


# Companion


def test_a_companion_is_offered_walks_along_and_stays_if_both_wish(
    scripts, river, now, look, open_window
):
    noor = further_in(river, "Noor Haddad", now - DAY)
    maya = open_window(
        make_member(handle="maya-lindt", name="Maya Lindt"), scripts=scripts
    )
    peer = open_window(noor.member, scripts=scripts)
    home, page = (f"/c/{river.domain.slug}/{end}" for end in ("", "companions/"))

    maya.visit(f"{home}join/")
    maya.press("button", "Join")
    assert maya.sees("Noor Haddad could walk with you.")
    maya.press("link", answer_to("Noor Haddad"))
    look(maya)
    maya.press("button", "Yes, please")
    assert maya.sees("You said yes; Noor Haddad has not answered yet.")

    peer.visit(home)
    assert peer.sees("Would you walk Maya Lindt in?")
    peer.press("link", answer_to("Maya Lindt"))
    look(peer)
    peer.press("button", "Walk Maya in")
    assert peer.sees("Between two tasks.")

    new = newcomer(river, "Maya Lindt")
    submission = handed_in(claimed(river.task, new, at=now), at=now)
    peer.visit(page)
    assert peer.sees(f"“{river.task.title}” waits for a reader.")
    assert peer.page.get_by_role("link", name="Give it a first look").is_visible()
    peer.page.get_by_text("Send Maya a word").click()
    peer.fill("Only Maya reads this", "They read in the evening. Take the next one.")
    look(peer)
    peer.press("button", "Send")
    assert peer.sees("Sent to Maya.")
    maya.visit("/me/notifications/")
    assert maya.sees("They read in the evening. Take the next one.")

    judged(submission, river.veteran, at=timezone.now())
    maya.visit(page)
    assert maya.sees("Walked with you until")
    assert not maya.page.get_by_role("heading", name="Walks with you").count()
    maya.press("button", "Go on together for longer: Noor Haddad")
    look(maya)
    peer.visit(page)
    assert peer.sees("Maya wishes to go on walking with you, for longer.")
    peer.press("button", "Gladly")
    assert peer.sees("You have been their mentor since")
    look(peer)
    assert Participation.objects.filter(
        kind=Participation.Kind.MENTORED, giver=noor, receiver=new
    ).exists()


# Observing


def test_an_observer_reads_the_log_as_it_is_written_asks_and_is_answered(
    scripts, river, now, look, open_window
):
    task = raise_task(river.raiser, "Recalibrate the logger", at=now, **INBOUND)
    claim = claimed(task, river.veteran, at=now)
    narrating.note(
        task=task, membership=river.veteran, body="Took it out of the water.", at=now
    )
    tilda = open_window(newcomer(river).member, scripts=scripts)
    amara = open_window(river.veteran.member, scripts=scripts)
    here = task.get_absolute_url()

    tilda.visit(f"/c/{river.domain.slug}/start/")
    tilda.press("button", f"Observe: {task.title}")
    tilda.visit(here)
    assert tilda.sees("Took it out of the water.")
    amara.visit(here)
    amara.page.locator("#log textarea[name=body]").last.fill("The warm one first.")
    amara.press("button", "Add", within=amara.page.locator("#log"))
    log_of(amara, "The warm one first.").wait_for()
    tilda.visit(here)
    assert log_of(tilda, "The warm one first.").is_visible()

    tilda.page.get_by_text("Ask whoever does it").click()
    tilda.fill("Your question", "Why the warm one first?")
    look(tilda)
    tilda.press("button", "Ask")
    assert tilda.sees("Not answered yet.")
    amara.visit("/me/notifications/")
    assert amara.sees("Tilda Rook watches, and asks. Answer when you like.")
    amara.visit(here)
    amara.fill("Your answer, when you like", "The cold one creeps while you wait.")
    look(amara)
    amara.press("button", answer_to("Why the warm one first"))
    assert amara.sees("The cold one creeps while you wait.")
    tilda.visit(f"{here}questions/")
    assert tilda.sees("The cold one creeps while you wait.")
    look(tilda)

    finish(claim, river.raiser)
    tilda.visit(f"/c/{river.domain.slug}/people/tilda-rook/")
    assert tilda.sees("Watched to the end")
    assert tilda.page.get_by_role("link", name=task.title).first.is_visible()


# Narration


def test_what_somebody_narrates_is_there_beside_the_next_task_of_its_kind(
    scripts, folder, river, look, open_window
):
    now = timezone.now()
    make_entry(domain=river.domain, title="Field blank", slug="field-blank")
    claim = claimed(river.task, river.veteran, at=now)
    amara = open_window(river.veteran.member, scripts=scripts)
    ines = open_window(river.raiser.member, scripts=scripts)
    here = river.task.get_absolute_url()

    amara.visit(here)
    log = amara.page.locator("#log")
    log.get_by_label("What are you looking at").fill(
        "The header **first**, then the [[field blank]]."
    )
    log.get_by_text("Show a picture").click()
    log.get_by_label("Pictures").set_input_files(a_picture(folder))
    log.get_by_label("What they show").fill("A sheet with a smudged seven")
    amara.press("button", "Add", within=log)
    amara.page.get_by_alt_text("A sheet with a smudged seven").wait_for()
    log.get_by_label("What are you looking at").fill("Left the smudge open.")
    amara.press("button", "Add", within=log)
    log_of(amara, "Left the smudge open.").wait_for()

    ines.visit(here)
    note = ines.page.locator("#log .tl > li").first
    assert note.locator("strong", has_text="first").is_visible()
    assert note.get_by_role("link", name="field blank").is_visible()
    assert is_shown(note.get_by_alt_text("A sheet with a smudged seven"))
    note.get_by_text("Worth watching").click()
    note.get_by_label("From here to").select_option(label="Left the smudge open.")
    note.get_by_label("What there is to see").fill("How a smudge is left open.")
    look(ines)
    ines.press("button", "Mark it", within=note)
    ines.wait_for("Worth watching from here, says Ines Duarte.")
    finish(claim, river.raiser)

    beside = raise_task(river.raiser, "Transcribe the Sallow Ford sheets", at=now)
    tilda = open_window(newcomer(river).member, scripts=scripts)
    tilda.visit(beside.get_absolute_url())
    assert tilda.sees("What good looks like")
    assert tilda.sees(PRAISE)
    tilda.page.get_by_text("How Amara went about it").click()
    assert tilda.sees("Left the smudge open.")
    tilda.page.get_by_text("What Ines looked at, in order").click()
    assert tilda.sees(LOOKED)
    look(tilda)
    tilda.press("link", "worth watching")
    assert tilda.path == here
    assert tilda.sees("How a smudge is left open.")


def a_picture(folder):
    """A white square, the least that is a picture."""
    side = 24
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(b"\0" + b"\xdd" * side for _ in range(side)))),
        (b"IEND", b""),
    )
    picture = folder / "sheet.png"
    picture.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(body))
            + kind
            + body
            + struct.pack(">I", zlib.crc32(kind + body))
            for kind, body in chunks
        )
    )
    return picture


def is_shown(image):
    image.scroll_into_view_if_needed()
    return image.evaluate(
        "i => i.decode().then(() => i.naturalWidth > 0).catch(() => false)"
    )


# Cohorts


def test_those_who_came_together_piece_one_work_together(
    scripts, river, now, look, open_window
):
    parts = {
        "Ravi Vance": "Say how each sample was taken",
        "Mina Zeller": "Work out the three averages",
        "Tilda Rook": "Write it for the council",
    }
    areas = ("Sampling", "Data", "Writing")
    task = raise_task(
        river.raiser,
        "One page on the winter samples",
        at=now,
        parts=list(zip(parts.values(), areas, strict=True)),
    )
    people = {name: newcomer(river, name) for name in parts}
    windows = {
        name: open_window(who.member, scripts=scripts) for name, who in people.items()
    }
    ravi, _mina, tilda = windows.values()

    ravi.visit(f"/c/{river.domain.slug}/start/")
    ravi.press("link", "those who came when you did")
    assert all(ravi.sees(name) for name in parts)
    look(ravi)
    ravi.press("link", task.title)
    for name, window in windows.items():
        window.visit(task.get_absolute_url())
        window.press("button", f"Claim: {parts[name]}")
        window.wait_for("You have it until")
    look(tilda)
    tilda.visit(f"/c/{river.domain.slug}/people/cohort/{now:%Y-%m}/")
    assert tilda.page.get_by_role("link", name=task.title).count() >= len(parts)

    for name, window in windows.items():
        window.visit(task.get_absolute_url())
        assert window.sees("The whole is handed in once every part is ready")
        assert not window.page.get_by_role("link", name="Hand in", exact=True).count()
        window.fill("Teach it to the others", f"{name} says what one has to know.")
        window.press("button", "Teach it")
        window.press("button", "My part is ready")
    tilda.visit(task.get_absolute_url())
    assert all(tilda.sees(f"{name} says what one has to know.") for name in parts)
    tilda.press("link", "Hand in")
    tilda.page.locator("#id_body").fill("The page, with every number traced.")
    tilda.press("button", "Hand in")
    assert tilda.sees("We promise one within 48 hours")
    look(tilda)

    ravi.visit(task.get_absolute_url())
    assert ravi.sees("handed in with the whole")
    judged(task.submissions.get(), river.veteran, at=timezone.now())
    for name, window in windows.items():
        window.visit(f"/c/{river.domain.slug}/people/{people[name].handle}/")
        assert window.sees("Moments others recognised")
        assert window.sees(PRAISE)
    look(ravi)
    recognised = Participation.objects.filter(
        kind=Participation.Kind.RECOGNISED, title=task.title
    )
    assert {line.receiver_id for line in recognised} == {p.pk for p in people.values()}
