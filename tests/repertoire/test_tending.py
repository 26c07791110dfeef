from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from repertoire import (
    confirming,
    contradicting,
    reading,
    rendering,
    revising,
    tending,
)
from repertoire.models import EntryLink, Revision
from repertoire.tending import Why
from repertoire.text import Text
from tasks.models import Citation
from tests.makers import (
    HTMX,
    NOON,
    make_agent,
    make_entry,
    make_full,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def revise(entry, membership, body, at=NOON, meaning=None):
    return revising.revise(
        entry=entry,
        membership=membership,
        base=entry.current,
        text=Text(entry.title, meaning or entry.meaning, body),
        at=at,
    ).revision


def reasons(domain, at=NOON):
    return [
        (matter.entry or matter.wanted, [concern.why for concern in matter.concerns])
        for matter in tending.desk(domain, at=at)
    ]


def desk_of(domain):
    return reverse("repertoire:tending", args=[domain.slug])


def test_what_misleads_comes_first_then_people_then_what_went_stale(domain):
    newcomer = make_membership(domain=domain)
    doubted = make_entry(domain=domain)
    proposed = make_entry(domain=domain)
    mended = make_entry(domain=domain, body="Carry a bottel.")
    used = make_entry(domain=domain)
    never, old = (
        make_entry(domain=domain, written_at=NOON - 300 * DAY, changed_at=NOON)
        for _ in range(2)
    )
    overtaken = make_entry(domain=domain)
    task = make_task(domain=domain)
    for entry, ago in ((used, 0), (old, 200)):
        at = NOON - ago * DAY
        Citation.objects.create(domain=domain, entry=entry, task=task, cited_at=at)
    EntryLink.objects.create(source=used, wanted="Lock spike")
    EntryLink.objects.create(source=used, target=overtaken)
    confirming.overtake(
        entry=overtaken, by=used, membership=make_full(domain=domain), at=NOON
    )
    contradicting.contradict(
        entry=doubted, membership=newcomer, words="It is not so.", at=NOON
    )
    revise(proposed, newcomer, "Something else altogether. " * 5)
    revise(mended, newcomer, "Carry a bottle.")

    assert reasons(domain) == [
        (doubted, [Why.CONTRADICTED]),
        (proposed, [Why.PROPOSED]),
        (mended, [Why.MENDED]),
        (overtaken, [Why.LINKS_OVERTAKEN]),
        (used, [Why.NEVER_CONFIRMED]),
        ("Lock spike", [Why.WANTED]),
        (never, [Why.NEVER_USED]),
        (old, [Why.UNUSED]),
    ]


def test_quiet_entries_say_why_and_rest_when_confirmed(domain):
    gone = make_membership(domain=domain, left_at=NOON)
    past = {"written_at": NOON - 300 * DAY, "changed_at": NOON - 300 * DAY}
    entry = make_entry(domain=domain, written_by=gone, **past)

    assert reasons(domain) == [(entry, [Why.ORPHANED, Why.UNREAD, Why.NEVER_USED])]

    reader = make_membership(domain=domain)
    assert reading.read(entry=entry, membership=reader, on=NOON.date())
    assert reasons(domain) == [(entry, [Why.ORPHANED, Why.NEVER_USED])]
    confirming.confirm(entry=entry, membership=make_full(domain=domain), at=NOON)
    assert reasons(domain) == []


def test_reading_is_noted_once_a_day_by_people_of_the_area(domain):
    sampling, data = domain.areas.order_by("place")
    entry = make_entry(domain=domain, area=sampling)
    inside, outside = (make_membership(domain=domain) for _ in range(2))
    inside.areas.add(sampling)
    outside.areas.add(data)
    agent = make_membership(domain=domain, member=make_agent())
    today = NOON.date()

    assert not reading.read(entry=entry, membership=None, on=today)
    assert not reading.read(entry=entry, membership=outside, on=today)
    assert not reading.read(entry=entry, membership=agent, on=today)
    assert reading.read(entry=entry, membership=inside, on=today)
    entry.refresh_from_db()
    assert entry.read_on == today
    assert not reading.read(entry=entry, membership=inside, on=today)


def test_ten_are_shown_and_asked_for_at_one_price(
    client, domain, veteran, django_assert_max_num_queries
):
    newcomers = [make_membership(domain=domain) for _ in range(14)]
    for newcomer in newcomers:
        entry = make_entry(domain=domain, body="Carry a bottel.")
        revise(entry, newcomer, "Carry a bottle.")
        contradicting.contradict(
            entry=make_entry(domain=domain), membership=newcomer, words="No.", at=NOON
        )

    with django_assert_max_num_queries(20):
        page = client.get(desk_of(domain))

    assertContains(page, "says that it does not hold", count=10)


def test_an_empty_desk_says_so(client, domain, veteran):
    assertContains(client.get(desk_of(domain)), "Everything here holds")


def test_a_mend_is_looked_at_in_one_click(client, domain, veteran):
    newcomer = make_membership(domain=domain, name="Maya Lindt")
    entry = make_entry(
        domain=domain, title="Kit list", slug="kit-list", body="Carry a bottel."
    )
    mend = revise(entry, newcomer, "Carry a bottle.", at=timezone.now())
    page = client.get(desk_of(domain))
    assertContains(page, "Maya Lindt mended it")
    assertContains(page, "<ins>bottle</ins>")
    at = [domain.slug, entry.shelf, entry.slug, mend.pk]

    response = client.post(reverse("repertoire:look", args=at), {"from": "desk"})

    assertRedirects(response, desk_of(domain))
    assertContains(client.get(desk_of(domain)), "Everything here holds")


def test_the_desk_shows_all_that_a_mend_changed(client, domain, veteran):
    newcomer = make_membership(domain=domain)
    entry = make_entry(domain=domain, meaning="Clean watr.", body="Carry a bottel.")
    revise(
        entry, newcomer, "Carry a bottle.", meaning="Clean water.", at=timezone.now()
    )

    page = client.get(desk_of(domain))

    assertContains(page, "<ins>water</ins>")
    assertContains(page, "<ins>bottle</ins>")


def test_what_is_up_to_others_does_not_hide_what_can_be_done(client, domain, veteran):
    entry = make_entry(domain=domain, body="Carry a bottel.")
    agent = make_membership(domain=domain, member=make_agent(sponsor=veteran.member))
    mend = revise(entry, make_membership(domain=domain), "Carry a bottle.")
    entry.refresh_from_db()
    revise(entry, agent, "Something else altogether. " * 5)
    at = [domain.slug, entry.shelf, entry.slug, mend.pk]

    Revision.objects.update(written_at=timezone.now())

    page = client.get(desk_of(domain))
    assertNotContains(page, "Read and answer")
    assertContains(page, f'formaction="{reverse("repertoire:undo", args=at)}"')


def test_htmx_gets_the_desk_as_it_is_now(client, domain, veteran):
    newcomer = make_membership(domain=domain)
    entry = make_entry(domain=domain, body="Carry a bottel.")
    mend = revise(entry, newcomer, "Carry a bottle.", at=timezone.now())
    at = [domain.slug, entry.shelf, entry.slug, mend.pk]

    page = client.post(
        reverse("repertoire:undo", args=at),
        {"from": "desk", "words": "It is a name."},
        headers={**HTMX, "HX-Target": "desk"},
        follow=True,
    )

    assertContains(page, '<div id="desk">')
    assertNotContains(page, "<html")
    entry.refresh_from_db()
    assert entry.current.body == "Carry a bottel."


def test_newcomers_read_along(client, domain, newcomer):
    entry = make_entry(domain=domain, body="Carry a bottel.")
    revise(entry, make_membership(domain=domain), "Carry a bottle.", at=timezone.now())

    page = client.get(desk_of(domain))

    assertContains(page, "nobody has looked yet")
    assertNotContains(page, "Looked at")


def test_any_member_says_on_the_entry_that_it_does_not_hold(client, domain, newcomer):
    entry = make_entry(domain=domain)
    task = make_task(domain=domain)
    page = client.get(entry.get_absolute_url(), {"task": task.pk})
    assertContains(page, f'value="{task.pk}"')
    at = [domain.slug, entry.shelf, entry.slug]

    client.post(
        reverse("repertoire:contradict", args=at),
        {"words": "At the weir it is two.", "task": task.pk},
    )

    page = client.get(entry.get_absolute_url())
    assertContains(page, "At the weir it is two.")
    assertContains(page, task.get_absolute_url())


def test_what_is_doubted_is_not_offered_for_confirming(client, domain, veteran):
    entry = make_entry(domain=domain)
    still_true = reverse(
        "repertoire:confirm", args=[domain.slug, entry.shelf, entry.slug]
    )
    assertContains(client.get(entry.get_absolute_url()), still_true)
    contradicting.contradict(entry=entry, membership=veteran, words="No.", at=NOON)

    assertNotContains(client.get(entry.get_absolute_url()), still_true)


def test_a_doubt_is_answered_on_the_desk(client, domain, veteran):
    entry = make_entry(domain=domain)
    said = contradicting.contradict(
        entry=entry, membership=make_membership(domain=domain), words="No.", at=NOON
    )
    at = [domain.slug, entry.shelf, entry.slug, said.pk]
    holds = reverse("repertoire:uphold", args=at)
    assertContains(client.get(desk_of(domain)), holds)

    client.post(holds, {"from": "desk", "words": "It is another river."})

    assertContains(client.get(desk_of(domain)), "Everything here holds")
    page = client.get(entry.get_absolute_url())
    assertContains(page, "It is another river.")


def test_what_links_to_an_overtaken_entry_leads_to_the_one_that_stands_for_it(
    domain, veteran
):
    jar, bottle, flask = (
        make_entry(domain=domain, title=title, slug=title.lower())
        for title in ("Jar", "Bottle", "Flask")
    )
    for entry, by in ((jar, bottle), (bottle, flask)):
        confirming.overtake(entry=entry, by=by, membership=veteran, at=NOON)
    domain.refresh_from_db()

    for name in ("Jar", "bottle", "vocabulary/jar"):
        assert rendering.lexicon_of(domain).links[name.casefold()].title == "Flask"
    used = rendering.reader_of(domain).used_in("Rinse the [[Jar]] first.")
    assert (used.entries, used.wanted) == ([(flask.pk, True)], [])


def test_an_overtaken_entry_sends_on_says_by_what_and_comes_back(
    client, domain, veteran
):
    old = make_entry(domain=domain, title="Bottle", slug="bottle")
    new = make_entry(domain=domain, title="Flask", slug="flask")
    at = [domain.slug, old.shelf, old.slug]
    page = client.post(reverse("repertoire:overtake", args=at), {"by": "Nothing"})
    assertContains(page, "no other entry of this name", status_code=422)

    client.post(reverse("repertoire:overtake", args=at), {"by": "flask"})

    response = client.get(old.get_absolute_url())
    assertRedirects(response, new.get_absolute_url())
    assertContains(client.get(new.get_absolute_url()), "Overtook")
    page = client.get(old.get_absolute_url(), {"stay": 1})
    assertContains(page, "Overtaken since")
    client.post(reverse("repertoire:bring_back", args=at))
    assert client.get(old.get_absolute_url()).status_code == 200
