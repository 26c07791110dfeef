from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from members import notifying
from members.models import Notification
from tests.makers import HTMX, make_full, make_member

pytestmark = pytest.mark.django_db

PAGE = "/me/notifications/"


@pytest.fixture
def member(client):
    member = make_member()
    client.force_login(member)
    return member


def tell(member, key="review:1", **given):
    return notifying.notify(
        **{
            "member": member,
            "kind": Notification.Kind.REVIEWED,
            "key": key,
            "title": "Mill Bridge field sheets",
            "sentence": "Amara asks for two changes.",
            "path": "/c/river-watch/tasks/1/",
            "at": timezone.now(),
            **given,
        }
    )


def test_a_visitor_signs_in_first(client):
    response = client.get(PAGE)

    assertRedirects(
        response, f"/accounts/login/?next={PAGE}", fetch_redirect_response=False
    )


def test_nothing_told_says_what_comes_here(client, member):
    assertContains(client.get(PAGE), "Nothing here.")


def test_all_about_one_thing_stands_together_with_the_words_first(client, member):
    amara = make_full(name="Amara Okoye")
    tell(member, "review:1", actor=amara, quote="You left the smudged reading open.")
    tell(member, "seen:1", sentence="Bea started observing your log.")
    tell(member, "other", sentence="It is open.", path="/c/river-watch/tasks/2/")

    page = client.get(PAGE)
    html = page.content.decode()

    assert html.count('<li id="thing_') == 2
    assert html.index("smudged reading") < html.index("Amara asks for two changes.")


def test_only_ones_own_are_shown(client, member):
    tell(make_member(), title="Somebody else’s")

    assertNotContains(client.get(PAGE), "Somebody else’s")


def test_reviews_can_be_shown_alone(client, member):
    tell(member, "a", title="Mine", path="/a/")
    tell(
        member,
        "b",
        title="For me to read",
        path="/b/",
        kind=Notification.Kind.REVIEW_WAITS,
    )

    page = client.get(PAGE, {"only": "reviews"})
    assertContains(page, f'href="{PAGE}?only=mine"')

    assertContains(page, "For me to read")
    assertNotContains(page, "Mine")


def test_going_there_is_having_read_it(client, member):
    told = tell(member)
    same = tell(member, "seen:1")

    response = client.get(reverse("members:open_notification", args=[told.pk]))

    same.refresh_from_db()
    assert response["Location"] == told.path
    assert same.read_at is not None


def test_nobody_opens_anothers(client, member):
    told = tell(make_member())

    response = client.get(reverse("members:open_notification", args=[told.pk]))

    told.refresh_from_db()
    assert (response.status_code, told.read_at) == (404, None)


def test_one_thing_is_marked_and_unmarked_in_its_row(client, member):
    told = tell(member)
    form = {"about": told.path, "thing": told.pk}

    read = client.post(reverse("members:read_notifications"), form, headers=HTMX)
    told.refresh_from_db()
    was = told.read_at
    unread = client.post(reverse("members:unread_notifications"), form, headers=HTMX)
    told.refresh_from_db()

    assertContains(read, f'<li id="thing_{told.pk}">')
    assertContains(read, "Mark unread")
    assertNotContains(read, "<h1>")
    assertContains(unread, "Mark read")
    assert was is not None
    assert told.read_at is None


def test_marking_all_leaves_what_came_meanwhile(client, member):
    shown = tell(member, "a")
    later = tell(member, "b")

    response = client.post(reverse("members:read_notifications"), {"until": shown.pk})

    shown.refresh_from_db()
    later.refresh_from_db()
    assertRedirects(response, PAGE, fetch_redirect_response=False)
    assert shown.read_at is not None
    assert later.read_at is None


def test_what_was_read_long_ago_is_not_unread_by_a_click(client, member):
    told = tell(member)
    Notification.objects.update(read_at=timezone.now() - timedelta(hours=1))

    client.post(reverse("members:unread_notifications"), {"about": told.path})

    told.refresh_from_db()
    assert told.read_at is not None


def queries(client, django_assert_max_num_queries, count, member):
    for number in range(count):
        tell(member, f"k:{number}", path=f"/t/{number}/", actor=make_full())
    with django_assert_max_num_queries(50) as asked:
        client.get(PAGE)
    return len(asked)


def test_the_page_costs_the_same_with_3_and_with_300(
    client, member, django_assert_max_num_queries
):
    few = queries(client, django_assert_max_num_queries, 3, member)
    Notification.objects.all().delete()
    many = queries(client, django_assert_max_num_queries, 300, member)

    assert few == many
