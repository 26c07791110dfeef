"""What is found, and which of it first: each part of the weight by itself."""

from datetime import timedelta

import pytest

from cop.finding import matches
from cop.finding.asked import Asked
from cop.finding.scope import Scope
from members.models import Membership
from repertoire.models import Entry
from tasks.models import Citation, LogEntry, Task
from tests.makers import (
    NOON,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    return make_domain()


def find(domain, words, at=NOON, **more):
    scope = Scope((domain.pk,), (), (domain.language,))
    return matches.find(Asked(words=words, **more), scope=scope, at=at)


def weights(domain, words, **more):
    return {m.key: m.weight for m in find(domain, words, **more).best}


def entry(domain, title, body="Nothing else.", **more):
    more = {"meaning": "", "changed_at": NOON, "written_at": NOON, **more}
    return make_entry(domain=domain, title=title, body=body, **more)


def test_a_name_says_more_than_a_sentence_and_a_sentence_more_than_a_text(domain):
    text = entry(domain, "Three", body="Of turbidity.")
    sentence = entry(domain, "Two", meaning="Of turbidity.")
    name = entry(domain, "Turbidity")

    found = find(domain, "turbidity")

    assert [match.key for match in found.best] == [name.pk, sentence.pk, text.pk]
    assert all(0 < match.weight < 1 for match in found.best)


def test_freshness_halves_its_half_each_year_and_never_takes_more(domain):
    ages = [0, 365, 730, 36_500]
    entries = [
        entry(
            domain,
            f"Turbidity {n}",
            changed_at=NOON - timedelta(days=age),
            written_at=NOON - timedelta(days=age),
        )
        for n, age in enumerate(ages)
    ]

    weighed = weights(domain, "turbidity")

    newest = weighed[entries[0].pk]
    kept = [weighed[each.pk] / newest for each in entries]
    assert kept == pytest.approx([1, 0.75, 0.625, 0.5], abs=1e-4)


def test_being_confirmed_makes_an_entry_fresh_and_people_do_not_age(domain):
    old = NOON - timedelta(days=730)
    stale = entry(domain, "Turbidity one", written_at=old, changed_at=old)
    fresh = entry(
        domain, "Turbidity two", written_at=old, changed_at=old, confirmed_at=NOON
    )
    weighed = weights(domain, "turbidity")
    assert weighed[fresh.pk] / weighed[stale.pk] == pytest.approx(1.6)

    long_here = make_membership(domain=domain, name="Ines Duarte", joined_at=old)
    new = make_membership(domain=domain, name="Ines Vrba", joined_at=NOON)
    weighed = weights(domain, "ines")
    assert weighed[long_here.pk] == weighed[new.pk]


def test_notes_age_twice_as_fast(domain):
    task = make_task(domain=domain)
    notes = [
        LogEntry.objects.create(
            task=task, author=task.raised_by, body="Turbid", written_at=NOON - age
        )
        for age in (timedelta(0), timedelta(days=180))
    ]

    weighed = weights(domain, "turbid")

    assert weighed[notes[1].pk] / weighed[notes[0].pk] == pytest.approx(0.75)


def used(entry, *, days_ago):
    task = make_task(domain=entry.domain, title="Elsewhere")
    Citation.objects.create(
        domain=entry.domain,
        entry=entry,
        task=task,
        cited_at=NOON - timedelta(days=days_ago),
    )


def test_uses_count_half_as_much_per_90_days_and_at_most_double(domain):
    plain, lately, before, long_ago, much = (
        entry(domain, f"Turbidity {n}") for n in range(5)
    )
    used(lately, days_ago=0)
    used(before, days_ago=90)
    used(long_ago, days_ago=400)
    for _ in range(60):
        used(much, days_ago=0)

    weighed = weights(domain, "turbidity")

    gained = [weighed[e.pk] / weighed[plain.pk] for e in (lately, before, long_ago)]
    assert gained == pytest.approx([1 + 1 / 11, 1 + 0.5 / 10.5, 1])
    # The latest fifty are read.
    assert weighed[much.pk] / weighed[plain.pk] == pytest.approx(1 + 50 / 60)


def test_the_last_word_may_still_be_in_the_typing(domain):
    found = entry(domain, "Sampling plan", body="Where and when.")

    for typed in ("sam", "sampl", "samplin", "sampling", "sampling p", "sampling pla"):
        expected = {found.pk} if typed != "sampling p" else set()
        assert set(weights(domain, typed)) == expected, typed
    assert weights(domain, "sa") == {}
    assert weights(domain, "samplin plan") == {}


def test_words_are_found_in_all_their_forms_and_without_their_accents(domain):
    rivers = entry(domain, "Measuring rivers")
    rafael = make_membership(domain=domain, name="Rafaël Müller-Costa")

    assert set(weights(domain, "measured river")) == {rivers.pk}
    for typed in ("rafael", "Rafaël", "muller", "müller costa", "COSTA"):
        assert set(weights(domain, typed)) == {rafael.pk}, typed


def test_phrases_alternatives_and_what_is_left_out(domain):
    field = entry(domain, "Field blank")
    blank = entry(domain, "Blank", body="From the field.")
    other = entry(domain, "Secchi disc")

    assert set(weights(domain, "field blank")) == {field.pk, blank.pk}
    assert set(weights(domain, '"field blank"')) == {field.pk}
    assert set(weights(domain, "blank -field")) == set()
    assert set(weights(domain, "secchi or blank")) == {field.pk, blank.pk, other.pk}


def test_narrowed_by_kind_area_and_time_while_counting_all_kinds(domain):
    sampling, data = domain.areas.order_by("place")
    old = NOON - timedelta(days=40)
    term = entry(domain, "Turbidity", area=sampling)
    task = make_task(domain=domain, title="Plot turbidity", area=data, opened_at=old)
    scope = Scope((domain.pk,), (), ("english",))

    tasks = find(domain, "turbidity", kind="tasks")
    lately = find(domain, "turbidity", time="month")
    there = matches.find(
        Asked(words="turbidity"), scope=scope, area_id=data.pk, at=NOON
    )

    assert ([m.key for m in tasks.best], tasks.numbers) == (
        [task.pk],
        {"entry": 1, "task": 1},
    )
    assert ([m.key for m in lately.best], lately.numbers) == ([term.pk], {"entry": 1})
    assert [m.key for m in there.best] == [task.pk]


def test_communities_in_two_languages_are_searched_at_once(domain):
    german = make_domain(language="german")
    here = entry(domain, "Sampling the river")
    there = entry(german, "Proben der Flüsse")
    scope = Scope((domain.pk, german.pk), (), ("english", "german"))

    def keys(words):
        found = matches.find(Asked(words=words), scope=scope, at=NOON)
        return [match.key for match in found.best]

    assert keys("rivers") == [here.pk]
    assert keys("fluss probe") == [there.pk]


def test_of_what_is_everywhere_the_latest_and_whatever_is_called_so(
    domain, monkeypatch
):
    monkeypatch.setattr(matches, "MOST_WEIGHED", 3)
    old = NOON - timedelta(days=900)
    author = make_full(domain=domain)
    named = entry(domain, "River", written_by=author, written_at=old, changed_at=old)
    for number in range(5):
        entry(domain, f"Other {number}", body="By the river.", written_by=author)

    found = find(domain, "river")

    assert found.best[0].key == named.pk
    assert found.numbers == {"entry": 4}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("feild blank", "Field blank"),
        ("turbidty", "Turbidity"),
        ("sechi disk", "Secchi disc"),
        ("nor hadad", "Noor Haddad"),
        ("transcibe mil bridge", "Transcribe the Mill Bridge field sheets"),
    ],
)
def test_a_mistyped_name_is_recognized(domain, typed, meant):
    for title in ("Field blank", "Turbidity", "Secchi disc"):
        entry(domain, title)
    make_membership(domain=domain, name="Noor Haddad")
    make_task(domain=domain)
    scope = Scope((domain.pk,), (), ("english",))

    near = matches.alike(Asked(words=typed), scope=scope, at=NOON)

    models = {"entry": Entry, "task": Task, "member": Membership}
    assert str(models[near[0].kind].objects.get(pk=near[0].key)) == meant


def test_what_is_nothing_like_it_is_not_offered(domain):
    entry(domain, "Field blank")
    scope = Scope((domain.pk,), (), ("english",))

    for typed in ("bicycle", "fi", "xyzzy plugh", "blanket statement of account"):
        assert matches.alike(Asked(words=typed), scope=scope, at=NOON) == [], typed


def test_a_scope_without_communities_finds_nothing(domain):
    nowhere = Scope((), (), ())

    assert matches.find(Asked(words="river"), scope=nowhere, at=NOON).best == []
    assert matches.alike(Asked(words="river"), scope=nowhere, at=NOON) == []
