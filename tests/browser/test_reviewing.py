"""The veteran's side of walking in: reading others' work, told through what people press."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cop.health import measuring
from domain.centrality import Zone
from members.models import Draft, Membership
from tasks import asking, reviewing
from tasks.models import Point, Rereading, Review, Verdict
from tests.makers import (
    let_reviews_go,
    make_core,
    make_domain,
    make_full,
    make_member,
    make_membership,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db(transaction=True)

HERE = "/c/river-watch/"
DESK = f"{HERE}review/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORKS = "You left the smudged reading open and said so, instead of guessing at it."
POINT = "Say which bank the samples came from, because the two banks differ by a third."

either_way = pytest.mark.parametrize(
    "scripts", [True, False], ids=["script", "no script"]
)


@pytest.fixture
def domain():
    return make_domain(slug="river-watch", name="River Watch")


@pytest.fixture
def amara(domain):
    return join(make_core, domain, "Amara Okoye")


@pytest.fixture
def kofi(domain):
    return join(make_core, domain, "Kofi Asante")


@pytest.fixture
def jun(domain):
    return join(make_full, domain, "Jun Sato", is_organizer=True)


@pytest.fixture
def maya(domain):
    """Past the threshold, so that what she hands in may be picked."""
    return join(make_membership, domain, "Maya Lindt", threshold_at=timezone.now())


def join(make, domain, name, **given):
    member = make_member(handle=name.lower().replace(" ", "-"), name=name)
    return make(domain=domain, member=member, **given)


def hand_in(author, title, *, hours=1, **given):
    task = {"domain": author.domain, "title": title, "raised_by": raiser_of(author)}
    for name in ("centrality", "area"):
        if name in given:
            task[name] = given.pop(name)
    return make_submission(
        task=make_task(**task),
        membership=author,
        handed_in_at=timezone.now() - hours * HOUR,
        **given,
    )


def raiser_of(author):
    """Somebody who raises tasks and reads nothing."""
    found = Membership.objects.filter(domain=author.domain, name="Ines Duarte").first()
    return found or join(make_membership, author.domain, "Ines Duarte")


def judged(author, reviewer, *, days=1, verdict=Verdict.RECOGNISED, waited=2 * HOUR):
    """Work whose verdict came so many days ago."""
    at = timezone.now() - days * DAY
    work = hand_in(author, f"Count the herons {days}", outcome=verdict, settled_at=at)
    type(work).objects.filter(pk=work.pk).update(handed_in_at=at - waited)
    return make_verdict(
        verdict, submission=work, reviewer=reviewer, claimed_at=at - HOUR, sent_at=at
    )


def write_a_review(window, *, prefix="", verdict="Competent as is", point=""):
    window.page.locator(f"#id_{prefix}works").fill(WORKS)
    within = window.page
    if prefix:
        within = window.page.locator(f"section:has(#id_{prefix}works)")
    within.get_by_label(verdict, exact=False).first.check()
    if point:
        within.get_by_label("Change 1", exact=True).fill(point)


def rows(window):
    return window.page.locator("#main .rows h3").all_inner_texts()


# Review desk


@either_way
def test_ten_minutes_at_the_desk(scripts, open_window, domain, amara, maya):
    newcomer = join(make_membership, domain, "Wen Liu")
    first = hand_in(newcomer, "Label the bottles", is_first=True)
    old = hand_in(maya, "Check the drift", hours=30)
    new = hand_in(maya, "Type the autumn sheets", hours=2)
    hand_in(maya, "Write the reader’s guide", hours=40, centrality=3)
    window = open_window(amara.member, scripts=scripts, expected=(422,))

    # What fits, first works handed out, and the rest by age.
    window.visit(HERE)
    window.press("link", "Review desk 4 waiting")
    window.press("link", "5 minutes")
    assert window.sees("Three fit in five minutes")
    assert window.sees("One newcomer’s first work waits")
    assert not window.sees(first.task.title)
    fitting = [old.task.title, new.task.title]
    assert rows(window)[:3] == [*fitting, "Write the reader’s guide"]

    # Drawn, under a lease that can be kept longer.
    window.press("button", "Draw one")
    assert window.sees(first.task.title)
    assert window.sees("Yours until")
    window.press("button", "Keep it longer")
    window.wait_for("Yours until")

    # What it lacks is said, with what was typed.
    window.page.locator("#id_works").fill("Good.")
    window.press("button", "Send review")
    window.wait_for("There is a problem")
    if scripts:
        window.look_over()
    assert window.page.locator("#id_works").input_value() == "Good."

    # Sent, on to what the lot leaves, and taken back within the minute.
    write_a_review(window)
    window.press("button", "Send review")
    assert window.sees(f"Sent to Wen. Next: {old.task.title}.")
    assert window.sees(f"{first.task.title}: Wen has your review from")
    if scripts:
        window.look_over()
    window.press("button", f"Undo: {first.task.title}, Wen Liu")
    assert window.sees("Taken back before anybody read it. Your text is here.")
    assert window.page.locator("#id_works").input_value() == WORKS

    window.press("button", "Send review")
    let_reviews_go()
    first.refresh_from_db()
    assert first.outcome == Verdict.RECOGNISED
    wen = open_window(newcomer.member, scripts=scripts)
    wen.visit("/me/notifications/")
    assert wen.sees(WORKS)


def test_what_somebody_leaves_lying_comes_back_by_itself(
    open_window, domain, amara, kofi, maya
):
    work = hand_in(maya, "Check the drift")
    window = open_window(amara.member)
    window.visit(DESK)
    window.press("button", f"Review: {work.task.title}, Maya Lindt")
    window.page.locator("#id_works").fill("Half a sentence")
    window.wait_for("Draft saved")
    other = open_window(kofi.member)
    other.visit(DESK)
    assert other.sees("Nobody is waiting. That is the whole point.")
    assert other.sees("Someone is reading: 1")

    late = timezone.now() + domain.review_window + HOUR
    assert reviewing.release_overdue(at=late) == 1

    other.visit(DESK)
    other.press("button", f"Review: {work.task.title}, Maya Lindt")
    window.visit(work.get_review_url())
    assert window.sees("Kofi is reading this.")
    other.press("button", "Put it back")
    window.visit(work.get_review_url())
    window.press("button", "Review this")
    assert window.page.locator("#id_works").input_value() == "Half a sentence"


# What is typed last


def test_what_was_typed_last_is_kept_by_leaving_and_by_signing_out(
    open_window, amara, maya
):
    work = hand_in(maya, "Check the drift")
    reviewing.take(submission=work, reviewer=amara, at=timezone.now())
    window = open_window(amara.member)
    window.visit(work.get_review_url())
    window.page.locator("#id_works").fill("Typed a moment before leaving")
    window.press("link", "Repertoire", within=window.page.locator(".tabs-nav"))
    window.visit(work.get_review_url())
    field = window.page.locator("#id_works")
    assert field.input_value() == "Typed a moment before leaving"

    field.fill("Typed a moment before signing out")
    window.visit("/accounts/logout/")
    window.press("button", "Sign out", within=window.page.locator("#main"))

    kept = Draft.objects.get(key=reviewing.draft_key(work.pk))
    assert kept.fields["works"] == "Typed a moment before signing out"


# First look, second opinion, read again blind


@either_way
def test_a_first_look_from_one_zone_short(scripts, open_window, domain, amara, maya):
    noor = join(make_membership, domain, "Noor Haddad", zone=Zone.INBOUND, position=2.6)
    work = hand_in(maya, "Check the drift")
    window = open_window(noor.member, scripts=scripts, expected=(422,))

    window.visit(DESK)
    assert window.sees("You can give first looks.")
    window.press("link", f"First look: {work.task.title}, Maya Lindt")
    window.page.locator("#id_works").fill("Nice.")
    window.press("button", "Send first look")
    window.wait_for("There is a problem")
    window.page.locator("#id_works").fill(WORKS)
    window.press("button", "Send first look")
    assert window.sees("Sent to Maya.")

    author = open_window(maya.member, scripts=scripts)
    author.visit(work.get_absolute_url())
    assert author.sees(WORKS)
    assert author.sees("We promise one within 48 hours")
    work.refresh_from_db()
    assert work.is_waiting


@either_way
def test_an_author_who_sees_it_differently_asks_once(
    scripts, open_window, amara, kofi, maya
):
    work = judged(maya, amara, verdict=Verdict.RETURNED).submission
    author = open_window(maya.member, scripts=scripts)
    author.visit(work.get_absolute_url())
    author.press("button", "I see it differently")
    assert author.sees("You asked for a second opinion.")

    window = open_window(kofi.member, scripts=scripts)
    window.visit(DESK)
    assert window.sees("Judged already; the author would like another reader.")
    window.press("button", f"Review: {work.task.title}, Maya Lindt")
    write_a_review(window)
    window.press("button", "Send review")
    let_reviews_go()

    author.visit(work.get_absolute_url())
    assert author.sees(WORKS)
    assert author.page.get_by_role("button", name="I see it differently").count() == 0
    work.refresh_from_db()
    assert work.outcome == Verdict.RETURNED


@either_way
def test_settled_work_is_read_again_blind(scripts, open_window, amara, kofi, maya):
    first = judged(maya, kofi)
    work = first.submission
    Rereading.objects.create(submission=work, first=first, chosen_at=timezone.now())
    window = open_window(amara.member, scripts=scripts, expected=(403, 422))

    window.visit(DESK)
    window.press("button", "Read one again")
    assert window.sees(work.task.title)
    for hidden in ("Maya Lindt", "Kofi Asante", first.works):
        assert not window.sees(hidden)
    reading = window.path
    for page in ("", "history/"):
        window.visit(f"{work.task.get_absolute_url()}{page}")
        assert window.path == reading
    window.press("button", "Send reading")
    window.wait_for("There is a problem")
    window.page.locator("#id_words").fill(WORKS)
    window.page.get_by_label("Competent as is").check()
    window.press("button", "Send reading")
    window.wait_for("You agree")
    assert window.sees(first.works)
    assert window.sees("Kofi Asante")

    # Each reader their own agreement, organizers everybody's.
    window.visit(DESK)
    assert window.sees("You said the same as another reader 1 of 1 time.")
    window.visit(f"{HERE}health/reviews/")
    assert not window.sees("Whether readers agree")
    jun = join(make_full, amara.domain, "Jun Sato", is_organizer=True)
    organizer = open_window(jun.member, scripts=scripts)
    organizer.visit(f"{HERE}health/reviews/")
    assert organizer.sees("Too early to say: 1 of the 20 pieces of work")


def test_organizers_see_how_far_readers_agree(open_window, amara, kofi, jun, maya):
    for number in range(20):
        verdict = Verdict.RETURNED if number % 3 else Verdict.RECOGNISED
        first = judged(maya, amara, days=number + 1, verdict=verdict)
        Rereading.objects.create(
            submission=first.submission,
            first=first,
            chosen_at=first.sent_at,
            reader=kofi,
            claimed_at=first.sent_at,
            due_at=first.sent_at + HOUR,
            verdict=Verdict.RECOGNISED if number == 1 else verdict,
            words=WORKS,
            sent_at=first.sent_at,
        )
    window = open_window(jun.member)

    window.visit(f"{HERE}health/reviews/")

    assert window.sees("Two readers said the same of 19 of 20 pieces of work.")
    assert window.sees("Beyond what chance would give: 0.89 of 1, between")


# Honest waiting


def test_waiting_is_told_as_it_is(open_window, domain, amara, jun, maya):
    work = hand_in(maya, "Check the drift", hours=3)
    make_task(domain=domain, raised_by=amara, title="Count the herons by the weir")
    author = open_window(maya.member)
    author.visit(work.get_absolute_url())
    assert author.sees("Too early to say how long a verdict takes.")
    assert author.sees("You can go on working on something else:")
    author.press("link", "Count the herons by the weir")
    author.press("button", "Claim")
    author.wait_for("You have it until")

    for number in range(20):
        judged(maya, amara, days=number + 1, waited=(number + 4) * HOUR)
    author.visit(work.get_absolute_url())
    assert author.sees("what still waits is counted too")

    # After two days others are asked, and the author is told whom.
    now = timezone.now()
    assert reviewing.make_up_for_waits(at=now + 2 * DAY) == 1
    author.visit("/me/notifications/")
    assert author.sees("We asked")
    asked = {one.name for one in asking.asked(work)}
    assert asked == {"Amara Okoye", "Jun Sato"}

    # After four, organizers know.
    assert reviewing.make_up_for_waits(at=now + 4 * DAY) == 1
    organizer = open_window(jun.member)
    organizer.visit("/me/notifications/")
    assert organizer.sees("Maya Lindt has waited four days for a verdict.")


# Load


@either_way
def test_nobody_is_asked_beyond_the_room_they_gave(
    scripts, open_window, amara, kofi, maya
):
    window = open_window(amara.member, scripts=scripts)
    window.visit(DESK)
    assert window.sees("We ask up to 6, and never while you are away.")
    window.page.get_by_label("Capacity").select_option("None for now")
    window.page.get_by_label("I mostly have").select_option("30 minutes")
    window.press("button", "Save", within=window.page.locator("#main"))
    assert window.sees("We ask up to 0")
    assert window.page.locator("#fits_30").get_attribute("aria-current") == "true"

    other = open_window(kofi.member, scripts=scripts)
    other.visit("/me/settings/in/river-watch/")
    back = timezone.localdate() + 7 * DAY
    other.page.get_by_label("Away until").fill(f"{back:%Y-%m-%d}")
    other.press("button", "Save", within=other.page.locator("#main"))

    work, now = hand_in(maya, "Check the drift"), timezone.now()
    assert asking.ask(submission=work, at=now) == []
    assert asking.ask(submission=work, at=now + 8 * DAY) == [kofi]

    other.visit("/me/settings/in/river-watch/")
    other.page.get_by_label("Away until").fill("")
    other.press("button", "Save", within=other.page.locator("#main"))
    again = hand_in(maya, "Check the drift once more")
    assert asking.ask(submission=again, at=now) == [kofi]


def test_organizers_see_how_few_carry_the_reviews(open_window, amara, kofi, jun, maya):
    domain = maya.domain
    sampling, data = domain.areas.order_by("place")[:2]
    for number in range(6):
        review = judged(maya, kofi if number % 3 == 0 else amara, days=number + 1)
        task = review.submission.task
        type(task).objects.filter(pk=task.pk).update(
            area=data if number % 3 else sampling
        )
    measuring.measure(domain=domain, at=timezone.now())
    window = open_window(jun.member)

    window.visit(f"{HERE}health/")
    window.press("link", "Who carries the reviews")

    few = window.page.get_by_role("region", name="How few give half of the verdicts")
    assert few.get_by_role("row", name="All areas 6 2 1: Amara Okoye").is_visible()
    assert few.get_by_role("row", name=f"{data.name} 4 1 1: Amara Okoye").is_visible()
    assert few.get_by_role("row", name=f"{sampling.name} 2 1 1: Kofi").is_visible()
    people = window.page.get_by_role("region", name="By person")
    assert people.get_by_role("row", name="Amara Okoye 4 67").is_visible()


# The quick path


@either_way
def test_many_small_things_in_one_sitting(scripts, open_window, amara, maya):
    works = [hand_in(maya, f"Sheet {number}", hours=9 - number) for number in range(3)]
    window = open_window(amara.member, scripts=scripts, expected=(422,))
    window.visit(DESK)
    assert window.sees("Three by Maya Lindt")
    window.press("button", "Read together")
    assert window.sees("Each has a verdict of its own.")

    whole, thin, untouched = works
    write_a_review(window, prefix=f"s{whole.pk}-")
    write_a_review(window, prefix=f"s{thin.pk}-", verdict="Needs changes")
    window.press("button", "Send what is done")
    window.wait_for("There is a problem")
    assert window.sees("Name at least one change, and why it matters.")
    assert window.sees("Sheet 0: Maya has your review from")
    if scripts:
        window.look_over()
    write_a_review(window, prefix=f"s{thin.pk}-", verdict="Needs changes", point=POINT)
    window.press("button", "Send what is done")
    assert window.sees("Sent to Maya.")
    window.press("button", "Undo: Sheet 1, Maya Lindt")
    assert window.page.locator("#id_works").input_value() == WORKS
    window.press("button", "Send review")
    let_reviews_go()

    assert [Review.objects.get(submission=work).verdict for work in works] == [
        Verdict.RECOGNISED,
        Verdict.RETURNED,
        "",
    ]
    assert window.path == DESK or window.path == untouched.get_review_url()


# Remarks that recur


@either_way
def test_a_remark_made_three_times_becomes_an_entry(
    scripts, open_window, domain, amara
):
    for number, name in enumerate(("Wen Liu", "Bea Tomasi", "Ravi Vance")):
        author = join(make_membership, domain, name, threshold_at=timezone.now())
        review = judged(author, amara, days=number + 1, verdict=Verdict.RETURNED)
        Point.objects.create(review=review, number=1, text=POINT)
    window = open_window(amara.member, scripts=scripts)

    window.visit(DESK)
    assert window.sees("Asked of three people this month.")
    window.press("link", "Write it into the repertoire")
    assert POINT in window.page.locator("[name=body]").input_value()
    window.page.locator("[name=title]").fill("Name the bank")
    window.page.locator("[name=meaning]").fill("Every sample says which bank it is of.")
    window.press("button", "Save the entry")

    assert window.page.get_by_role("heading", name="Name the bank").is_visible()
    window.visit(DESK)
    assert not window.sees("Said again and again")
