import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.centrality import Centrality, Consequence, Zone
from domain.models import Domain
from tasks import legitimacy, stating
from tasks.models import Claim, Task
from tests.makers import (
    HTMX,
    NOON,
    make_agent,
    make_claim,
    make_domain,
    make_full,
    make_member,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer():
    return make_membership(name="Maya Lindt")


@pytest.fixture
def board(newcomer):
    return reverse("tasks:board", args=[newcomer.domain.slug])


@pytest.fixture
def signed_in(client, newcomer):
    client.force_login(newcomer.member)
    return client


def titles(response):
    page = response.content.decode()
    board = page[page.index('id="board"') :]
    return re.findall(r'(?:class="cover"|scope="row"><a) href="[^"]+">([^<]+)<', board)


def total(response):
    words = re.search(r'id="count"[^>]*>([^<]+) task', response.content.decode())[1]
    return 1 if words == "One" else int(words)


def count_beside(response, value):
    page = response.content.decode()
    return int(re.search(rf'value="{value}"[^>]*>[^<]+<span class="n">(\d+)', page)[1])


def fill(domain, number):
    """Tasks of every zone, some held, some watched."""
    raised_by = make_full(domain=domain)
    for each in range(number):
        task = make_task(
            domain=domain,
            raised_by=raised_by,
            title=f"Task {each}",
            centrality=each % 4 + 1,
            seats=2,
        )
        if each % 3 == 0:
            make_claim(task=task)
            stating.restate(task, at=NOON)


def test_a_visitor_sees_work_of_every_zone_before_any_account(client):
    domain = make_domain()
    make_task(domain=domain, title="Check 12 photo labels")
    make_task(domain=domain, title="Sign off the report", centrality=Centrality.CORE)

    page = client.get(reverse("tasks:board", args=[domain.slug]))

    assertContains(page, "Nothing here is an exercise.")
    assertContains(page, "Check 12 photo labels")
    assertContains(page, "Sign off the report")
    assertContains(page, "Feeds the public autumn dataset")


def test_the_ladder_says_where_one_stands_and_what_opens_next(
    signed_in, newcomer, board
):
    make_task(domain=newcomer.domain)
    make_task(domain=newcomer.domain, centrality=Centrality.INBOUND)

    page = signed_in.get(board)

    assertContains(page, "You are here.")
    assertContains(page, "About 4 more recognised tasks open Inbound work.")
    assertContains(page, "Opens soon.")
    assertContains(page, "Observe any of these today")


def test_a_row_offers_the_one_thing_to_do(signed_in, newcomer, board):
    mine = make_task(domain=newcomer.domain)
    further = make_task(domain=newcomer.domain, centrality=Centrality.CORE)
    slug = newcomer.domain.slug

    page = signed_in.get(board).content.decode()

    assert reverse("tasks:claim", args=[slug, mine.pk]) in page
    assert reverse("tasks:observe", args=[slug, further.pk]) in page
    assert reverse("tasks:claim", args=[slug, further.pk]) not in page


def test_the_next_step_is_real_and_in_an_area_of_ones_own(signed_in, newcomer, board):
    domain = newcomer.domain
    data = domain.areas.get(name="Data")
    newcomer.areas.add(data)
    make_task(domain=domain, title="Elsewhere", is_awaited=True)
    make_task(domain=domain, title="An exercise", area=data, is_practice=True)
    make_task(domain=domain, title="The one to take", area=data)

    page = signed_in.get(board)

    card = page.content.decode().split('id="board"')[0]
    assert "The one to take" in card
    assert "An exercise" not in card
    assertContains(page, "Your next step, Maya")
    assertContains(page, "Data is one of your areas")


def test_full_hands_and_full_members_are_offered_no_next_step(client, newcomer, board):
    make_task(domain=newcomer.domain)
    make_claim(task=make_task(domain=newcomer.domain), membership=newcomer)
    full = make_full(domain=newcomer.domain)

    for member in (newcomer, full):
        client.force_login(member.member)
        assertNotContains(client.get(board), "Your next step")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"Small", "Long", "Held", "Core"}),
        ("show=me", {"Small", "Long"}),
        ("open=me", {"Small", "Long"}),
        ("show=awaited", {"Long"}),
        ("show=observe", {"Small", "Long", "Held"}),
        ("show=proposed", {"Draft"}),
        ("area=data", {"Long"}),
        ("area=data&area=sampling", {"Small", "Long", "Held", "Core"}),
        ("time=short", {"Small", "Held", "Core"}),
        ("time=long", {"Long"}),
        ("seat=agents", {"Small", "Held", "Core"}),
        ("zone=4", {"Core"}),
        ("q=hydrophone", {"Long"}),
        ("q=%00nothing", set()),
        (
            "zone=9&sort=worst&show=odd&time=never&view=odd",
            {"Small", "Long", "Held", "Core"},
        ),
    ],
)
@pytest.mark.parametrize("view", ["ladder", "table"])
def test_filters_narrow_the_board(client, query, expected, view):
    newcomer = make_membership()
    domain = newcomer.domain
    client.force_login(newcomer.member)
    board = reverse("tasks:board", args=[domain.slug])
    make_task(domain=domain, title="Small")
    make_task(
        domain=domain,
        title="Long",
        brief="Place the hydrophone.",
        area=domain.areas.get(name="Data"),
        effort_minutes=300,
        is_awaited=True,
        agents_welcome=False,
    )
    make_claim(task=make_task(domain=domain, title="Held"))
    make_task(domain=domain, title="Core", centrality=Centrality.CORE, observer_seats=0)
    make_task(domain=domain, title="Draft", state="draft", opened_at=None)
    make_task(domain=domain, title="Done", state="done", closed_at=NOON)
    make_task(title="Elsewhere")

    page = client.get(f"{board}?view={view}&{query}")

    assert set(titles(page)) == expected
    assert total(page) == len(expected)


def test_the_counts_beside_the_filters_are_what_they_show(signed_in, newcomer, board):
    fill(newcomer.domain, 13)

    counts = signed_in.get(board)

    for name in ("all", "me", "observe", "awaited"):
        page = signed_in.get(f"{board}?view=table&show={name}")
        assert total(page) == count_beside(counts, name), name
    for name in ("short", "medium", "long"):
        page = signed_in.get(f"{board}?view=table&time={name}")
        assert total(page) == count_beside(counts, name), name


@pytest.mark.parametrize("zone", Zone)
@pytest.mark.parametrize("agents", [None, *Domain.Agents])
def test_what_is_open_to_me_is_what_i_may_claim(zone, agents):
    """Of people, and of agents under each of a community's rules for them."""
    domain = make_domain(agents=agents or Domain.Agents.ACTIVE)
    domain.areas.filter(slug="data").update(agents_welcome=False)
    member = make_membership(
        domain=domain, member=make_agent() if agents else make_member(), zone=zone
    )
    fill(domain, 8)
    for area in domain.areas.all():
        make_task(domain=domain, area=area)
        make_task(domain=domain, area=area, agents_welcome=False)
    make_task(domain=domain, for_newcomers=True)
    sent_back = make_claim(
        task=make_task(domain=domain), ended_at=NOON, ending=Claim.Ending.LAPSED
    )
    sent_back.task.state = Task.State.OPEN
    sent_back.task.save()
    standing = legitimacy.standing_of(member)
    tasks = Task.objects.filter(domain=domain).with_seats(member)

    by_query = set(
        tasks.open_to(
            member, furthest_in=standing.furthest_in, further_in=standing.further_in
        )
    )
    by_rule = {
        task
        for task in tasks.select_related("domain", "area")
        if not legitimacy.refusal_to_claim(
            task=task, membership=member, standing=standing
        )
    }

    assert by_query == by_rule


def test_the_board_says_when_nothing_matches_and_when_nothing_is_there(
    signed_in, newcomer, board
):
    assertContains(signed_in.get(board), "What small thing do you keep putting off?")
    make_task(domain=newcomer.domain)
    assertContains(
        signed_in.get(f"{board}?q=zebra"),
        "No tasks match. 1 is open without the filter.",
    )


def test_four_rows_a_zone_and_then_all_of_them(signed_in, newcomer, board):
    for _ in range(6):
        make_task(domain=newcomer.domain)

    page = signed_in.get(board)

    assert len(titles(page)) == 4
    assertContains(page, "All 6")
    assertContains(page, "?view=table&amp;zone=1")


def test_the_table_pages_and_sorts(signed_in, newcomer, board):
    raised_by = make_full(domain=newcomer.domain)
    for number in range(52):
        make_task(
            domain=newcomer.domain, raised_by=raised_by, title=f"Task {number:02}"
        )

    first = signed_in.get(f"{board}?view=table&sort=title")
    second = signed_in.get(f"{board}?view=table&sort=title&page=2")

    assert titles(first)[:2] == ["Task 00", "Task 01"]
    assert titles(second) == ["Task 50", "Task 51"]
    assertContains(first, "Next page")


def test_htmx_gets_the_list_alone(signed_in, newcomer, board):
    make_task(domain=newcomer.domain)

    piece = signed_in.get(board, headers={**HTMX, "HX-Target": "board"})

    assertContains(piece, 'id="board"')
    assertNotContains(piece, "<h1>")
    assert "HX-Target" in piece["Vary"]


def test_claiming_from_a_row_gives_the_row(signed_in, newcomer):
    task = make_task(domain=newcomer.domain)
    address = reverse("tasks:claim", args=[newcomer.domain.slug, task.pk])

    row = signed_in.post(address, headers={**HTMX, "HX-Target": f"task_{task.pk}"})

    assertContains(row, f'id="task_{task.pk}"')
    assertContains(row, "You have it until")
    assertNotContains(row, "<h1>")


def test_a_seat_just_taken_is_a_conflict_in_place_of_the_row(signed_in, newcomer):
    domain = newcomer.domain
    task = make_task(domain=domain, title="The one just taken")
    other = make_task(domain=domain, title="Close to it")
    make_claim(task=task, claimed_at=timezone.now())
    address = reverse("tasks:claim", args=[domain.slug, task.pk])

    row = signed_in.post(address, headers={**HTMX, "HX-Target": f"task_{task.pk}"})

    assertContains(row, "Someone took this seat a moment ago.", status_code=409)
    assertContains(row, 'data-refusal="seat_taken"', status_code=409)
    assertContains(row, other.title, status_code=409)
    assertContains(row, "Observe", status_code=409)


def test_without_javascript_claiming_leads_to_the_task(signed_in, newcomer):
    task = make_task(domain=newcomer.domain)

    response = signed_in.post(
        reverse("tasks:claim", args=[newcomer.domain.slug, task.pk])
    )

    assertRedirects(response, f"{task.get_absolute_url()}#until")
    assert task.claims.live().get().membership == newcomer


def test_a_board_for_members_does_not_exist_for_others(client):
    domain = make_domain(visibility="members")

    assert client.get(reverse("tasks:board", args=[domain.slug])).status_code == 404


@pytest.mark.parametrize("view", ["ladder", "table"])
@pytest.mark.parametrize("zone", [Zone.PERIPHERY, Zone.ACTIVE])
def test_the_board_costs_the_same_with_three_rows_and_three_hundred(
    client, django_assert_max_num_queries, view, zone
):
    costs = []
    for number in (3, 300):
        member = make_membership(zone=zone)
        fill(member.domain, number)
        address = reverse("tasks:board", args=[member.domain.slug])
        client.force_login(member.member)
        client.get(address)
        with django_assert_max_num_queries(14) as counted:
            client.get(f"{address}?view={view}")
        costs.append(len(counted))

    assert costs[0] == costs[1]


def test_what_is_hard_to_undo_says_so_on_its_row(signed_in, newcomer, board):
    make_task(
        domain=newcomer.domain,
        consequence=Consequence.CANNOT_BE_UNDONE,
        opened_at=NOON - timedelta(days=2),
    )

    assertContains(signed_in.get(board), "Cannot be undone")
