import json
from random import Random

import pytest
from django.db import transaction

from bench.planted import write
from bench.planted_figures import figures, first_call, misses, table
from bench.planted_kinds import KINDS, SEVERITIES
from bench.planted_living import begun, lived
from bench.planted_ways import AFTER, BEFORE, FIRST_READ, TROUBLES, healthy, troubled
from cop.health.signs import SIGNS
from members.models import Participation
from tasks.models import Submission, Task

NO_DOMAIN, DISGUISE, NO_PATH = TROUBLES
WEEKS = BEFORE + AFTER - FIRST_READ + 1


def life(kind, seed=1, called=(), week=30, size=30):
    """A life in which some failures were called from a week after the onset on."""
    calm = BEFORE - FIRST_READ + week
    return {
        "kind": kind,
        "seed": seed,
        "size": size,
        "states": {
            failure: "c" * calm + "a" * (WEEKS - calm)
            if failure in called
            else "c" * WEEKS
            for failure in TROUBLES
        },
    }


@pytest.mark.django_db
def test_a_life_is_lived_through_the_deeds_and_read_week_by_week():
    kind = KINDS["small-in-trouble"]
    with transaction.atomic():
        community = begun(kind, seed=1, weeks=4)
        told = lived(community, kind, weeks=12)
        kinds = set(Participation.objects.values_list("kind", flat=True))
        works = Submission.objects.exclude(settled_at=None).count()
        exercises = Task.objects.filter(is_practice=True).count()
        transaction.set_rollback(True)

    assert kinds >= {"joined", "raised", "claimed", "handed_in", "reviewed"}
    assert works > 0
    assert exercises > 0
    assert told["states"] == dict.fromkeys(TROUBLES, "tttt")
    assert told["signs"].keys() == SIGNS.keys()
    assert told["size"] in range(5, 8)
    assert json.loads(json.dumps(told))["called_by"] == {}


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_says_what_goes_wrong(name):
    kind = KINDS[name]
    ways = healthy(Random(1), sizes=kind.sizes)

    changed = troubled(ways, failures=kind.failures)

    assert (changed == ways) == (not kind.failures)
    assert set(kind.failures.values()) <= set(SEVERITIES)


def test_the_figures_have_the_names_that_are_asked_for():
    lives = [
        *(
            life(f"{failure}.{severity}", called=[failure], week=20 + 4 * place)
            for failure in TROUBLES
            for place, severity in enumerate(SEVERITIES)
        ),
        life("healthy"),
        life("small"),
        life("small-in-trouble", called=[NO_PATH]),
    ]

    told = figures(lives)

    for failure in TROUBLES:
        assert told[failure]["sensitivity"] == dict.fromkeys(SEVERITIES, 1.0)
        assert told[failure]["false_alarms"] == 0.0
        assert told[failure]["weeks_to_call"] == 26
        assert told[failure]["lives"]["sensitivity"]["mild"] == {"found": 1, "of": 1}
        assert told[failure]["cross_alarms"] == 0.0
    assert told["small"]["small"] == {"lives": 1, "called": 0, "too_early": 0.0}
    assert misses(told) == []
    assert f"| {NO_PATH} | 1 of 1 (21% to 100%)" in table(told)


def test_what_is_missed_and_called_wrongly_is_told():
    lives = [
        life("healthy", called=[NO_PATH], week=-5),
        life(f"{NO_DOMAIN}.plain"),
        life(f"{DISGUISE}.severe", called=[DISGUISE, NO_PATH]),
        life(f"{NO_DOMAIN}+{NO_PATH}", called=[NO_PATH]),
        life("small", called=[NO_DOMAIN]),
    ]

    told = figures(lives)

    assert told[NO_PATH]["false_alarms"] == 1.0
    assert told[NO_PATH]["cross_alarms_by_kind"] == {
        f"{NO_DOMAIN}.plain": 0.0,
        f"{DISGUISE}.severe": 1.0,
    }
    assert told[NO_DOMAIN]["together"][f"{NO_DOMAIN}+{NO_PATH}"] == 0.0
    assert told[NO_PATH]["together"][f"{NO_DOMAIN}+{NO_PATH}"] == 1.0
    assert misses(told) == [
        f"{NO_DOMAIN}: plain found in 0%",
        f"{NO_PATH}: called in 100% of healthy lives",
        "called in 1 healthy small communities",
    ]


def test_a_call_before_the_onset_does_not_find_what_comes():
    early = life(f"{NO_PATH}.plain", called=[NO_PATH], week=-5)
    early["states"][NO_PATH] = early["states"][NO_PATH][:12] + "c" * (WEEKS - 12)

    assert first_call(early, NO_PATH) == -5
    assert first_call(early, NO_PATH, since=1) is None


def test_what_was_lived_is_kept_on_lines(tmp_path):
    lives = [life("healthy"), life("small", seed=2)]

    write(tmp_path / "told.json", lives)

    kept = json.loads((tmp_path / "told.json").read_text())
    assert kept["lives"] == lives
    assert kept[NO_DOMAIN]["false_alarms"] == 0.0
