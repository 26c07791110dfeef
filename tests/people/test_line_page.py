"""One line of the ledger: who reads it, who disputes it, who answers, what follows."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from members import disputing, positioning
from members.models import (
    Dispute,
    Notification,
    OrganizerAct,
    Participation,
    TrajectoryPoint,
    Voiding,
)
from members.participating import record
from members.position import amounts
from tests.makers import (
    make_agent,
    make_domain,
    make_full,
    make_member,
    make_membership,
    make_submission,
)

pytestmark = pytest.mark.django_db

WHY = "I never handed this in; it was Noor's."


def recognised(author, by, *, days_ago=5, **given):
    number = Participation.objects.count()
    return record(
        **{
            "domain": author.domain,
            "kind": Participation.Kind.RECOGNISED,
            "channel": Participation.Channel.WORK,
            "giver": by,
            "receiver": author,
            "amount": amounts.work(centrality=1),
            "key": f"recognised:{number}",
            "item": f"work:{number}",
            "title": "Check the outliers",
            "centrality": 1,
            "at": timezone.now() - timedelta(days=days_ago),
            **given,
        }
    )


@pytest.fixture
def community():
    """Three founders, two of them organizers, and somebody they recognised."""
    domain = make_domain()
    until = timezone.now() + timedelta(days=90)
    founders = [
        make_full(domain=domain, founder_until=until, is_organizer=number < 2)
        for number in range(3)
    ]
    author = make_membership(domain=domain, name="Maya Lindt")
    return author, founders


@pytest.fixture
def author(community):
    return community[0]


@pytest.fixture
def founders(community):
    return community[1]


@pytest.fixture
def line(author, founders):
    return recognised(author, founders[2])


def answer(line):
    return reverse(
        "members:answer", args=[line.domain.slug, line.gainer.handle, line.pk]
    )


def dispute(line):
    return reverse(
        "members:dispute", args=[line.domain.slug, line.gainer.handle, line.pk]
    )


def disputes(domain):
    return reverse("members:disputes", args=[domain.slug])


def test_both_sides_and_organizers_read_a_line_and_nobody_else(
    client, author, founders, line
):
    sponsored = make_membership(
        domain=author.domain, member=make_agent(sponsor=author.member)
    )
    stranger = make_membership(domain=author.domain)
    about_the_agent = recognised(sponsored, founders[2])
    seen = {}
    for name, reader in {
        "author": author,
        "recogniser": founders[2],
        "organizer": founders[0],
        "stranger": stranger,
    }.items():
        client.force_login(reader.member)
        seen[name] = [
            client.get(disputing.address_of(one)).status_code
            for one in (line, about_the_agent)
        ]

    assert seen == {
        "author": [200, 200],
        "recogniser": [200, 200],
        "organizer": [200, 200],
        "stranger": [404, 404],
    }


def test_a_visitor_signs_in_first(client, line):
    assert client.get(disputing.address_of(line)).status_code == 302


def test_a_line_stands_at_the_addresses_of_its_two_sides_alone(client, author, line):
    other = make_membership(domain=author.domain)
    client.force_login(author.member)

    address = reverse("members:line", args=[author.domain.slug, other.handle, line.pk])

    assert client.get(address).status_code == 404


def test_a_member_disputes_a_line_of_their_own_and_organizers_are_told(
    client, author, founders, line
):
    client.force_login(author.member)
    page = client.get(disputing.address_of(line))
    response = client.post(dispute(line), {"reason": WHY})

    assertContains(page, "Is this line wrong?")
    assertRedirects(response, disputing.address_of(line))
    told = Notification.objects.filter(kind=Notification.Kind.DISPUTE)
    assert {one.member for one in told} == {founders[0].member, founders[1].member}
    assert {one.path for one in told} == {disputing.address_of(line)}
    client.force_login(founders[0].member)
    assertContains(client.get(disputes(author.domain)), WHY.replace("'", "&#39;"))


def test_the_other_side_can_dispute_it_too(client, founders, line):
    client.force_login(founders[2].member)

    client.post(dispute(line), {"reason": "I meant another piece."})

    assert Dispute.objects.get().membership == founders[2]


def test_a_dispute_without_a_reason_comes_back_with_the_form(client, author, line):
    client.force_login(author.member)

    page = client.post(dispute(line), {"reason": "  "})

    assert page.status_code == 422
    assertContains(page, "There is a problem", status_code=422)
    assertContains(page, "Say why: both sides read it.", status_code=422)
    assert not Dispute.objects.exists()


def test_one_open_dispute_a_line_and_member(client, author, line):
    client.force_login(author.member)
    client.post(dispute(line), {"reason": WHY})

    again = client.post(dispute(line), {"reason": "And once more."})

    assert again.status_code == 409
    assertContains(again, "You have disputed this line already.", status_code=409)
    assert Dispute.objects.count() == 1


def test_an_organizer_keeps_a_line_and_says_why(client, author, founders, line):
    raised = disputing.dispute(
        line=line, membership=author, reason=WHY, at=timezone.now()
    )
    client.force_login(founders[0].member)

    page = client.get(disputing.address_of(line))
    client.post(
        answer(line),
        {"what": "keep", "dispute": raised.pk, "reason": "It has your name."},
    )

    assertContains(page, "Keep the line")
    raised.refresh_from_db()
    assert (raised.is_kept, raised.answer) == (True, "It has your name.")
    assert not Voiding.objects.exists()
    told = Notification.objects.get(member=author.member)
    assert told.quote == "It has your name."
    assert OrganizerAct.objects.get().what == "Kept a disputed line: Check the outliers"


def test_what_was_answered_is_not_answered_again(client, author, founders, line):
    raised = disputing.dispute(
        line=line, membership=author, reason=WHY, at=timezone.now()
    )
    keeping = {"what": "keep", "dispute": raised.pk, "reason": "It stands."}
    client.force_login(founders[0].member)
    client.post(answer(line), keeping)

    again = client.post(answer(line), keeping)

    assert again.status_code == 409
    assertContains(again, "Somebody has answered this dispute already", status_code=409)


def test_voiding_a_line_answers_its_disputes_and_everything_follows(
    client, author, founders, line
):
    now = timezone.now()
    recognised(author, founders[0], days_ago=3, key="later", title="The second")
    author.threshold_at = line.occurred_at
    author.last_recognised_at = Participation.objects.get(key="later").occurred_at
    author.save()
    record(
        domain=author.domain,
        kind=Participation.Kind.THRESHOLD,
        key=f"threshold:{author.pk}",
        giver=author,
        item=line.item,
        at=line.occurred_at,
    )
    raised = disputing.dispute(line=line, membership=author, reason=WHY, at=now)
    positioning.reposition(domain=author.domain, at=now, everybody=True)
    author.refresh_from_db()
    before = author.position
    client.force_login(founders[0].member)

    client.post(answer(line), {"what": "void", "reason": "Noor did it."})

    counter = Participation.objects.get(voids__line=line)
    assert (counter.kind, counter.amount) == ("countered", -line.amount)
    assert Participation.objects.filter(pk=line.pk).exists()
    raised.refresh_from_db()
    assert (raised.is_kept, raised.answer) == (False, "Noor did it.")
    act = OrganizerAct.objects.get()
    assert (act.what, act.reason) == (
        "Voided a line: Check the outliers",
        "Noor did it.",
    )
    told = Notification.objects.filter(key=f"voided:{line.pk}")
    assert {one.member for one in told} == {author.member, founders[2].member}

    positioning.reposition_stale(at=timezone.now())
    author.refresh_from_db()
    later = Participation.objects.get(key="later")
    assert author.position < before
    assert author.threshold_at == author.last_recognised_at == later.occurred_at
    (moved,) = Participation.objects.filter(kind="threshold", voiding=None)
    assert moved.item == later.item
    # The weeks lived through already are lived through again, in stretches of a job.
    while positioning.go_on(at=timezone.now()):
        pass
    assert not TrajectoryPoint.objects.filter(
        membership=author, position__gte=before
    ).exists()


def test_a_voided_threshold_that_was_the_only_one_is_yet_to_come(
    client, author, founders, line
):
    submission = make_submission()
    submission.is_threshold = True
    submission.save()
    own = recognised(
        submission.author,
        make_full(domain=submission.author.domain),
        item=f"submission:{submission.pk}",
    )
    whose = submission.author
    whose.threshold_at = whose.last_recognised_at = own.occurred_at
    whose.save()
    organizer = make_full(domain=whose.domain, is_organizer=True)
    client.force_login(organizer.member)

    client.post(answer(own), {"what": "void", "reason": "It was a copy."})

    whose.refresh_from_db()
    submission.refresh_from_db()
    assert (whose.threshold_at, whose.last_recognised_at) == (None, None)
    assert not submission.is_threshold


def test_a_voided_line_is_shown_struck_through_with_its_reason(
    client, author, founders, line
):
    disputing.void(
        line=line, organizer=founders[0], reason="Noor did it.", at=timezone.now()
    )
    client.force_login(author.member)

    page = client.get(disputing.address_of(line))
    every = client.get(
        reverse("members:reasons", args=[author.domain.slug, author.handle])
    )

    for shown in (page, every):
        assertContains(shown, "<s>Check the outliers</s>")
        assertContains(shown, "Noor did it.")
    assertNotContains(page, "Dispute this line")


def test_an_organizer_decides_nothing_about_themselves(client, founders):
    own = recognised(founders[0], founders[2])
    given = recognised(founders[2], founders[0])
    client.force_login(founders[0].member)

    for line in (own, given):
        page = client.get(disputing.address_of(line))
        refused = client.post(answer(line), {"what": "void", "reason": "Modesty."})
        assertNotContains(page, "Void the line")
        assert refused.status_code == 409
        assertContains(refused, "another organizer decides.", status_code=409)
    assert not Voiding.objects.exists()


def test_nor_about_an_agent_they_answer_for(client, founders):
    agent = make_membership(
        domain=founders[0].domain, member=make_agent(sponsor=founders[0].member)
    )
    line = recognised(agent, founders[2])
    client.force_login(founders[0].member)

    refused = client.post(answer(line), {"what": "void", "reason": "A slip."})

    assert refused.status_code == 409


def test_the_only_organizer_is_told_to_find_another(client):
    organizer = make_full(is_organizer=True)
    line = recognised(organizer, make_full(domain=organizer.domain))
    client.force_login(organizer.member)

    refused = client.post(answer(line), {"what": "void", "reason": "A slip."})

    assertContains(
        refused,
        "You are the only organizer here: make somebody else one first.",
        status_code=409,
    )


def test_only_organizers_void(client, author, line):
    client.force_login(author.member)

    response = client.post(answer(line), {"what": "void", "reason": "Mine, mine."})

    assert response.status_code == 404
    assert not Voiding.objects.exists()


def test_a_voided_line_is_not_voided_again(client, author, founders, line):
    disputing.void(
        line=line, organizer=founders[0], reason="Noor did it.", at=timezone.now()
    )
    client.force_login(founders[1].member)

    again = client.post(answer(line), {"what": "void", "reason": "I agree."})

    assertContains(again, "This line has been voided already.", status_code=409)
    assert Participation.objects.filter(kind="countered").count() == 1


def test_what_moves_nobody_cannot_be_disputed(client, author):
    line = record(
        domain=author.domain,
        kind=Participation.Kind.CLAIMED,
        key="claimed:1",
        item="task:1",
        giver=author,
        at=timezone.now(),
    )
    client.force_login(author.member)

    address = reverse("members:line", args=[author.domain.slug, author.handle, line.pk])

    assert client.get(address).status_code == 404


def test_two_lines_about_the_same_are_voided_one_by_one(client, author, founders):
    """A review and the guidance in it run between the same two, about one thing."""
    review, guidance = (
        record(
            domain=author.domain,
            kind=kind,
            channel=Participation.Channel.STEWARDSHIP,
            giver=founders[2],
            receiver=author,
            amount=amount,
            key=f"{kind}:1",
            item="submission:1",
            title="Field sheets",
            at=timezone.now() - timedelta(days=2),
        )
        for kind, amount in (("reviewed", 1.0), ("guided", 0.5))
    )
    disputing.void(
        line=guidance,
        organizer=founders[0],
        reason="Said, not done.",
        at=timezone.now(),
    )

    assert list(Participation.objects.filter(item="submission:1").standing()) == [
        review
    ]


def test_a_share_taken_back_by_an_import_leaves_the_line(author, founders, line):
    record(
        domain=author.domain,
        kind=Participation.Kind.COUNTERED,
        channel=Participation.Channel.WORK,
        giver=line.giver,
        receiver=author,
        amount=-line.amount / 2,
        key=f"{line.key}~1",
        item=line.item,
        at=timezone.now(),
    )

    assert list(Participation.objects.evidence().standing()) == [line]


def test_the_disputes_of_a_community_are_for_its_organizers(client, author):
    client.force_login(author.member)

    assert client.get(disputes(author.domain)).status_code == 404


def test_nobody_disputes_anything_at_first(client, founders):
    client.force_login(founders[0].member)

    assertContains(
        client.get(disputes(founders[0].domain)), "Nobody disputes anything."
    )


def test_every_line_is_for_oneself_ones_sponsor_and_organizers(client, founders):
    sponsor = make_member()
    agent = make_membership(
        domain=founders[0].domain, member=make_agent(sponsor=sponsor)
    )
    recognised(agent, founders[2], title="Label the photos")
    running = make_membership(domain=founders[0].domain, member=sponsor)
    address = reverse("members:reasons", args=[agent.domain.slug, agent.handle])
    seen = []
    for reader in (running, founders[0], founders[2]):
        client.force_login(reader.member)
        seen.append(client.get(address).status_code)

    assert seen == [200, 200, 404]


def test_whoever_disputed_reads_what_happens_next_under_their_own_name(
    client, author, line
):
    client.force_login(author.member)
    page = client.post(dispute(line), {"reason": "It was another sheet."}, follow=True)

    assertContains(page, "It counts until an organizer whom it is not about has")
    assertContains(page, f"{author.member.name}, your pages")
