"""Rules of a domain's own: shown, tried without trace, set with a reason."""

import pytest
from django.core.management import CommandError, call_command

from domain.centrality import Zone
from domain.refusal import Refused
from members import positioning, regulating
from members.models import Reckoning, RulesVersion, TrajectoryPoint
from tests.makers import NOON, make_membership
from tests.members.test_positioning import busy, domain, founders, standings

__all__ = ["domain", "founders"]

pytestmark = pytest.mark.django_db

STRICTER = {"active": [7.0, 6.0], "core": [9.0, 8.0]}


@pytest.fixture
def author(domain, founders):
    author = make_membership(domain=domain, name="Nell Ito")
    busy(author, founders=founders, works=16)
    positioning.reposition(domain=domain, at=NOON, everybody=True)
    author.refresh_from_db()
    assert author.zone == Zone.ACTIVE
    return author


def test_a_preview_says_who_would_move_and_changes_nothing(author):
    before = standings(author.domain)
    points = TrajectoryPoint.objects.count()

    moves = regulating.preview(domain=author.domain, changed=STRICTER, at=NOON)

    assert [(move.membership, move.before, move.after) for move in moves] == [
        (author, Zone.ACTIVE, Zone.INBOUND)
    ]
    assert standings(author.domain) == before
    assert TrajectoryPoint.objects.count() == points
    assert Reckoning.objects.count() == 1


def test_what_is_set_does_what_was_previewed(author):
    regulating.set_rules(
        domain=author.domain, changed=STRICTER, reason="We are many by now.", at=NOON
    )

    author.refresh_from_db()
    assert author.zone == Zone.INBOUND
    assert Reckoning.objects.current().get().rules.number == 1


def test_going_back_to_the_defaults_brings_everybody_back(author):
    before = standings(author.domain)
    regulating.set_rules(
        domain=author.domain, changed=STRICTER, reason="Tried.", at=NOON
    )

    regulating.set_rules(
        domain=author.domain, changed={}, reason="Did no good.", at=NOON
    )

    assert standings(author.domain) == before
    assert RulesVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"nonsense": 1}, "unknown_setting"),
        ({"review": 3}, "unknown_setting"),
        ({"reviews_a_day": 80}, "unknown_setting"),
        ({"level_half_life": "long"}, "bad_setting"),
        ({"level_half_life": 3}, "bad_setting"),
        ({"level_half_life": float("nan")}, "bad_setting"),
        ({"runs_below": 2.5}, "bad_setting"),
        ({"runs_below": -1}, "bad_setting"),
        ({"active": 5}, "bad_setting"),
        ({"active": [5, 5]}, "cuts_without_gap"),
        ({"active": [9, 3]}, "cuts_out_of_order"),
    ],
)
def test_what_are_no_rules_is_refused_in_a_sentence(author, changed, code):
    with pytest.raises(Refused) as refused:
        regulating.preview(domain=author.domain, changed=changed, at=NOON)

    assert refused.value.refusal.code == code
    assert refused.value.refusal.sentence


def test_rules_are_set_for_a_reason(author):
    with pytest.raises(Refused):
        regulating.set_rules(domain=author.domain, changed={}, reason=" ", at=NOON)

    assert not RulesVersion.objects.exists()


def test_by_hand_they_are_shown_tried_and_set(author, capsys):
    slug = author.domain.slug

    call_command("position_rules", slug)
    assert "level_half_life = 365.0" in capsys.readouterr().out

    call_command("position_rules", slug, "active=7,6", "core=9,8")
    tried = capsys.readouterr().out
    assert "Nell Ito: Active → Inbound" in tried
    assert "Nothing is changed yet" in tried

    call_command("position_rules", slug, "active=7,6", "core=9,8", reason="Many.")
    assert f"{slug}: version 1 is in force" in capsys.readouterr().out
    call_command("position_rules", slug, "core=default", reason="Enough.")
    call_command("position_rules", slug)
    shown = capsys.readouterr().out
    assert "active = [7, 6]" in shown
    assert "core = [9, 8]" not in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere",), "no domain"),
        (("{slug}", "active"), "NAME=VALUE"),
        (("{slug}", "colour=1"), "There is no setting"),
    ],
)
def test_bad_words_by_hand_are_answered_in_a_sentence(author, arguments, words):
    given = [argument.format(slug=author.domain.slug) for argument in arguments]

    with pytest.raises(CommandError, match=words):
        call_command("position_rules", *given)
