import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.centrality import Centrality
from tasks.models import Task
from tests.makers import HTMX, make_claim, make_full, make_membership, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def full():
    return make_full()


@pytest.fixture
def signed_in(client, full):
    client.force_login(full.member)
    return client


@pytest.fixture
def new(full):
    return reverse("tasks:new", args=[full.domain.slug])


def typed(domain, **other):
    return {
        "title": "Label the photos",
        "brief": "Twelve photos; say what each shows.",
        "beneficiary": "Walkers",
        "use": "Goes on the public photo map",
        "area": domain.areas.get(name="Data").pk,
        "consequence": "1",
        "reliance": "1",
        "effort_minutes": "15",
        "seats": "1",
        "observer_seats": "3",
        "agents_welcome": "on",
        **other,
    }


def test_proposing_leads_to_the_open_task(signed_in, full, new):
    response = signed_in.post(new, typed(full.domain))

    task = Task.objects.get()
    assertRedirects(response, task.get_absolute_url())
    assert (task.state, task.centrality) == ("open", Centrality.PERIPHERY)


def test_a_newcomers_proposal_waits_and_says_so(client):
    newcomer = make_membership()
    client.force_login(newcomer.member)
    new = reverse("tasks:new", args=[newcomer.domain.slug])

    page = client.post(new, typed(newcomer.domain), follow=True)

    assertContains(page, "Proposed. A member who knows the area opens it.")
    assert Task.objects.get().state == Task.State.DRAFT


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("beneficiary", "Who needs this? If nobody does, it is practice"),
        ("use", "Say what the result is used for."),
        ("consequence", "Choose one of the four."),
        ("title", "Say in one line what is to be done."),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_the_rest_stays(
    signed_in, full, new, field, words
):
    page = signed_in.post(new, typed(full.domain, **{field: ""}))

    assertContains(page, words, status_code=422)
    assertContains(page, "There is a problem", status_code=422)
    assertContains(page, "Twelve photos; say what each shows.", status_code=422)
    assertContains(page, "<title>Error: ", status_code=422)
    assert not Task.objects.exists()


def test_where_it_belongs_is_shown_without_judging_the_rest(signed_in, full, new):
    asked = {"look": "1", "consequence": "4", "reliance": "4", "title": "Sign off"}

    page = signed_in.post(new, asked)
    piece = signed_in.post(new, asked, headers={**HTMX, "HX-Target": "placed"})

    assertContains(page, "For the core.")
    assertContains(page, "Sign off")
    assertNotContains(page, "There is a problem")
    assertContains(piece, "For the core.")
    assertNotContains(piece, "<h1>")


def test_editing_keeps_what_is_there_and_saves_what_changed(signed_in, full):
    task = make_task(domain=full.domain)
    address = reverse("tasks:edit", args=[full.domain.slug, task.pk])

    assertContains(signed_in.get(address), task.brief)
    response = signed_in.post(address, typed(full.domain, consequence="3"))

    task.refresh_from_db()
    assertRedirects(response, task.get_absolute_url())
    assert (task.title, task.centrality) == ("Label the photos", Centrality.INBOUND)


def test_who_may_not_edit_is_told_why(client, full):
    task = make_task(domain=full.domain)
    client.force_login(make_membership(domain=full.domain).member)
    address = reverse("tasks:edit", args=[full.domain.slug, task.pk])

    for page in (client.get(address), client.post(address, typed(full.domain))):
        assertContains(page, 'data-refusal="not_yours_to_open"', status_code=409)


def test_placing_it_elsewhere_takes_a_reason(signed_in, full):
    task = make_task(domain=full.domain)
    address = reverse("tasks:override", args=[full.domain.slug, task.pk])

    wrong = signed_in.post(address, {"centrality": "3", "reason": ""})
    signed_in.post(address, {"centrality": "3", "reason": "The council quotes it."})

    assertContains(wrong, "Say why", status_code=422)
    page = signed_in.get(task.get_absolute_url())
    assertContains(page, f"Placed at Active by {full.name}:")
    assertContains(page, "The council quotes it.")


def test_closing_it_unfinished_is_an_honourable_ending(client):
    claim = make_claim()
    client.force_login(claim.membership.member)
    address = reverse("tasks:withdraw", args=[claim.task.domain.slug, claim.task_id])

    assertContains(client.get(address), "is work.")
    wrong = client.post(address, {"ending": "impossible"})
    refused = client.post(address, {"ending": "unwanted", "reason": "No."})
    done = client.post(
        address, {"ending": "impossible", "reason": "Under water."}, follow=True
    )

    assertContains(wrong, "Say why", status_code=422)
    assertContains(refused, 'data-refusal="not_yours_to_open"', status_code=409)
    assertContains(done, "Cannot be done.")
    assertContains(done, "Under water.")


@pytest.mark.parametrize("name", ["new", "edit", "withdraw"])
def test_visitors_sign_in_first(client, name):
    task = make_task()
    args = [task.domain.slug] + ([] if name == "new" else [task.pk])

    response = client.get(reverse(f"tasks:{name}", args=args))

    assert response.status_code == 302
    assert "login" in response["Location"]
