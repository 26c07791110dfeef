from datetime import timedelta

import pytest

from domain.refusal import Refused
from members.models import Notification, Participation
from tasks import claiming, narrating, observing
from tasks.models import Citation
from tests.makers import (
    NOON,
    make_claim,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def refusal(**given):
    with pytest.raises(Refused) as refused:
        narrating.note(at=NOON, **{"body": "Why not ask Kofi?", **given})
    return refused.value.refusal.code


def test_a_note_renews_the_lease_and_enters_the_ledger():
    member = make_membership()
    task = make_task(domain=member.domain)
    claim = claiming.claim(task=task, membership=member, at=NOON)
    claiming.remind(at=NOON + 6 * DAY)

    note = narrating.note(
        task=task,
        membership=member,
        body=" Read the whole sheet once. ",
        at=NOON + 6 * DAY,
    )

    claim.refresh_from_db()
    assert (claim.due_at, claim.reminded_at) == (NOON + 13 * DAY, None)
    assert (note.body, note.claim) == ("Read the whole sheet once.", claim)
    assert Participation.objects.get(kind="narrated").key == f"note:{note.pk}"


def test_a_note_cites_the_repertoire_it_uses():
    claim = make_claim()
    blank = make_entry(domain=claim.task.domain, title="Field blank")

    narrating.note(
        task=claim.task,
        membership=claim.membership,
        body="I took the [[Field blank]] first.",
        at=NOON,
    )

    cited = Citation.objects.get()
    assert (cited.entry, cited.member) == (blank, claim.membership)
    assert cited.explicit


def test_an_observers_question_hangs_on_the_note_and_reaches_its_author():
    claim = make_claim()
    task, holder = claim.task, claim.membership
    watcher = make_membership(domain=task.domain)
    observing.observe(task=task, membership=watcher, at=NOON)
    note = narrating.note(
        task=task, membership=holder, body="Third nitrate: 2.1 or 2.7", at=NOON
    )

    question = narrating.note(
        task=task, membership=watcher, body="Why not ask Kofi?", about=note, at=NOON
    )
    answer = narrating.note(
        task=task, membership=holder, body="He is away.", about=question, at=NOON
    )

    assert (question.about, question.claim) == (note, None)
    assert answer.about == note
    told = list(Notification.objects.order_by("pk").values_list("member", "quote"))
    assert told == [
        (holder.member.pk, "Why not ask Kofi?"),
        (watcher.member.pk, "He is away."),
    ]


def test_without_a_seat_nobody_writes_in_the_log():
    domain = make_domain()
    claim = make_claim(task=make_task(domain=domain))
    note = narrating.note(
        task=claim.task, membership=claim.membership, body="A note.", at=NOON
    )
    passer_by = make_membership(domain=domain)

    assert refusal(task=claim.task, membership=passer_by) == "no_seat"
    assert refusal(task=claim.task, membership=passer_by, about=note) == "not_observing"
    assert refusal(task=claim.task, membership=make_membership()) == "elsewhere"
    assert narrating.note(
        task=claim.task,
        membership=make_full(domain=domain),
        body="Ask Kofi.",
        about=note,
        at=NOON,
    )


def test_an_empty_note_is_none():
    claim = make_claim()

    assert refusal(task=claim.task, membership=claim.membership, body=" ") == "empty"
