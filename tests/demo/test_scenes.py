"""The scenes of River Watch, played among its people without the year before them."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from cop.demo.river_watch import people, scenes, telling
from cop.demo.river_watch.living import DAY, HOUR, WEEK, River
from domain.centrality import Centrality, Zone
from members.models import Companion, Membership
from repertoire.models import Entry, Revision
from tasks import came_of
from tasks.models import Gathering, Question, Stretch, Submission, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def river(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    river = River(timezone.now())
    river.found(river.ago(55))
    for person in people.CAST:
        if person.name != people.FOUNDER:
            at = river.ago(person.weeks_ago)
            river.calendar.plan(at, lambda then, who=person: river.join(who, then))
    river.calendar.plan(river.ago(4), lambda then: stand(river, then))
    for scene in telling.SCENES:
        scene.play(river)
    river.calendar.live_until(river.now, passed=lambda at: None)
    return river


def stand(river, at):
    """Where everybody is by then, and busy: the year before would have told."""
    # As it was done a year ago already.
    river.propose_kind("Amara Okoye", scenes.LOGGER, site="Dunford", day="", at=at)
    for name, pk in river.members.items():
        person = river.cast[name]
        zone = (
            Zone.CORE
            if name in (people.FOUNDER, *people.FOUNDERS)
            else Zone.ACTIVE
            if person.weeks_ago > 30
            else Zone.INBOUND
            if person.weeks_ago > 15
            else Zone.PERIPHERY
        )
        Membership.objects.filter(pk=pk).update(zone=zone, threshold_at=at - 10 * WEEK)
        if zone == Zone.INBOUND and not person.is_agent:
            river.propose(name, Centrality.PERIPHERY, at)


def task(river, title):
    return Task.objects.get(domain=river.domain, title__startswith=title)


def sign_in(client, river, name):
    client.force_login(river.membership(name).member)


def page(client, name, *args):
    return client.get(reverse(name, args=["river-watch", *args]))


def test_what_the_scenes_leave_behind_is_on_the_pages(client, river):
    counted = task(river, "Count what lives")
    flood = task(river, "Find how high")
    logger = river.membership("Maya Lindt").observations.live().get().task

    assert counted.state == Task.State.DONE
    assert {part.area.name for part in counted.parts.all()} == {
        "Sampling",
        "Data",
        "Outreach",
    }
    (whole,) = counted.submissions.all()
    assert len({one.pk for one in whole.authors}) == 3
    assert Stretch.objects.filter(task__in=(counted, logger)).count() == 2
    assert Question.objects.filter(task=logger).unanswered().count() == 1
    gone_by, coming = Gathering.objects.order_by("starts_at")
    assert set(gone_by.attendances.there().values_list("membership", flat=True)) >= {
        one.pk for one in whole.authors
    }
    assert came_of.of([gone_by])[gone_by.pk].recognised == [whole]
    assert coming.starts_at > river.now
    assertContains(page(client, "domain:home"), coming.title)

    sign_in(client, river, "Maya Lindt")
    assertContains(page(client, "tasks:board"), "free: Outreach")
    assertContains(client.get(flood.get_absolute_url()), "Ask the neighbours")
    watched = client.get(logger.get_absolute_url())
    assertContains(watched, "no longer by how much")
    assertContains(watched, "She measures the dirt before she takes it away")
    walked = Companion.objects.near_peers().get(
        newcomer__name="Maya Lindt", begun_at__isnull=False
    )
    mentor = Companion.objects.get(
        newcomer__name="Maya Lindt", bond=Companion.Bond.MENTOR
    )
    assert (walked.ending, mentor.peer) == (Companion.Ending.COMPETENT, walked.peer)
    assert mentor.is_begun
    assertContains(page(client, "members:companions"), walked.peer.name)
    cohort = page(client, "members:cohort", river.membership("Maya Lindt").cohort)
    for name in ("Maya Lindt", "Wen Liu", "Mina Zeller", "Ravi Vance"):
        assertContains(cohort, name)
    seen = river.membership("Maya Lindt").observations.get(task=counted)
    assert seen.vouched_by is not None

    sign_in(client, river, "Amara Okoye")
    read = page(client, "tasks:desk")
    assertContains(read, "Asked of four people this month.")
    assertContains(read, reverse("tasks:take_together", args=["river-watch"]))
    again = Submission.objects.exclude(second_opinion_at=None).get()
    assert again.reviews.filter(is_second_opinion=True, sent_at__isnull=False).exists()


def test_the_newcomer_who_fell_silent_shows_to_whoever_walks_her_in(client, river):
    bond = Companion.objects.near_peers().begun().get(newcomer__name="Mina Zeller")

    client.force_login(bond.peer.member)

    assertContains(page(client, "members:companions"), "Mina")
    claim = bond.newcomer.claims.get()
    assert river.now - claim.log.latest("written_at").written_at > 6 * DAY + 20 * HOUR


def test_what_the_repertoire_lived_through_is_on_its_pages(client, river):
    def entry(title):
        return Entry.objects.get(domain=river.domain, title=title)

    sign_in(client, river, "Amara Okoye")
    desk = page(client, "repertoire:tending")
    for matter in ("Quiet hour", "Lock spike", "The dirt that was worth keeping"):
        assertContains(desk, matter)
    clock = client.get(entry("River clock").get_absolute_url())
    assertContains(clock, "Grew out of work")
    assertContains(clock, "/log/pictures/")
    choice = client.get(
        reverse("repertoire:choice", args=["river-watch"]), {"name": "standard"}
    )
    assertContains(choice, "Turbidity standard")
    assertContains(choice, "Limit value")
    transect = entry("A day on the transect")
    assert transect.revisions.living().values("author").distinct().count() > 4
    assertContains(client.get(transect.get_absolute_url()), "Where the bed is stones")
    assert entry("Cloudiness").overtaken_by == entry("Turbidity")
    given_back = Revision.objects.get(entry=transect, rest_of__isnull=False)
    assert given_back.author.name == "Ivo Petrov"
    declined = Revision.objects.get(entry=entry("Two-bank rule"), state="declined")
    assert declined.settled_words
    looked, waiting = Revision.objects.filter(is_mend=True).order_by("written_at")
    assert (looked.looked_at is None, waiting.looked_at is None) == (False, True)
