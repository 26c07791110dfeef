from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from cop.bridges import importing
from cop.bridges.evidence import Act, ActKind, lines_of
from cop.bridges.models import Identity, Import, ImportedAct
from domain.centrality import Centrality, Zone
from domain.models import Domain
from members import joining, ledger
from members.models import Membership, Participation, TrajectoryPoint
from members.position.evidence import Evidence
from tests.bridges.histories import PEOPLE, act, works, write
from tests.makers import NOON, make_domain, make_member, make_membership

pytestmark = pytest.mark.django_db

WORKS = 60


@pytest.fixture
def domain():
    return make_domain(areas=())


def bring_in(path, domain):
    """All of an import but the years."""
    importing.history_of(domain, counts_integrations=None)
    run = importing.take_in(domain=domain, path=path, source=path.name, at=NOON)
    importing.draw_areas(domain=domain)
    importing.backdate(domain=domain)
    return importing.write(run=run, at=NOON)


def command(path, slug, *more):
    call_command("import_history", str(path), "--domain", slug, *more)


def evidence(domain):
    """What the ledger says in sum, whatever lines it took to say it."""
    sums = (
        Participation.objects.evidence()
        .filter(domain=domain)
        .values_list("channel", "giver__name", "receiver__name", "item")
        .annotate(sum=Sum("amount"))
    )
    return {tuple(pair): round(total, 9) for *pair, total in sums if abs(total) > 1e-9}


def counts(domain):
    return {
        "acts": ImportedAct.objects.filter(domain=domain).count(),
        "people": domain.memberships.count(),
        "lines": domain.participations.count(),
        "areas": domain.areas.count(),
    }


def test_a_history_becomes_people_areas_and_lines(domain, tmp_path):
    lines = works(WORKS)
    path = write(tmp_path / "history.jsonl", lines)

    run = bring_in(path, domain)

    kinds = Counter(line["kind"] for line in lines)
    assert run.taken_in == dict(kinds)
    assert (run.lines, run.known, run.refused) == (len(lines), 0, 0)
    assert run.people_new == len(PEOPLE)
    assert run.finished_at == NOON
    people = domain.memberships.order_by("name")
    assert [one.name for one in people] == sorted(PEOPLE)
    assert not people.with_account().exists()
    areas = domain.areas.order_by("place").values_list("name", flat=True)
    assert sorted(areas) == ["Data", "Docs", "Field / mill"]
    assert run.ledger_lines == domain.participations.count()
    assert not ImportedAct.objects.filter(written=False).exists()


def test_a_recogniser_gives_and_the_steward_gains(domain, tmp_path):
    lines = [
        act(area="data"),
        act(kind="review", actor="amara", subject="jun", t="2026-03-04T12:00:00Z"),
    ]

    bring_in(write(tmp_path / "history.jsonl", lines), domain)

    recognised, reviewed = domain.participations.order_by("kind")
    assert (recognised.kind, recognised.channel) == ("recognised", "work")
    assert (recognised.giver.name, recognised.receiver.name) == ("amara", "jun")
    assert recognised.amount == 1.0
    assert recognised.item == "work:sheet-14:jun"
    assert recognised.occurred_at == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert recognised.area.name == "Data"
    assert not recognised.counted
    assert (reviewed.kind, reviewed.channel) == ("reviewed", "stewardship")
    assert reviewed.giver.name == "amara"


def test_work_let_in_by_nobody_knows_whom_moves_its_author(domain, tmp_path):
    bring_in(write(tmp_path / "history.jsonl", [act(title="Sheet 14")]), domain)

    [line] = domain.participations.all()
    assert (line.kind, line.giver, line.amount) == ("recognised", None, 1.0)
    assert (line.receiver.name, line.title) == ("jun", "Sheet 14")
    importing.settle(domain=domain, at=NOON)
    jun = domain.memberships.get(name="jun")
    assert jun.position > 0
    assert jun.recognisers == 0
    assert jun.threshold_at is None


def test_once_a_file_says_who_let_work_in_it_is_theirs(domain, tmp_path):
    review = act(kind="review", actor="amara", subject="jun")
    bring_in(write(tmp_path / "first.jsonl", [act()]), domain)
    bring_in(write(tmp_path / "second.jsonl", [review]), domain)

    evidence = ledger.read(domain, at=NOON).evidence
    told = evidence.columns
    people = {evidence.people.ids[number] for number in told.other[told.is_recognition]}
    assert people == {domain.memberships.get(name="amara").pk}


def test_a_site_counts_what_the_engine_alone_counts(domain, tmp_path):
    lines = works(WORKS)
    bring_in(write(tmp_path / "history.jsonl", lines), domain)

    acts = [
        Act(
            datetime.fromisoformat(one["t"]),
            one["actor"],
            ActKind(one["kind"]),
            one.get("subject"),
            one["work"],
            one.get("area"),
        )
        for one in lines
    ]
    plain = Evidence()
    plain.take_in(lines_of(acts))
    columns, here = plain.columns, ledger.read(domain, at=NOON).evidence.columns
    assert here.at.size == columns.at.size
    assert here.amount.sum() == pytest.approx(columns.amount.sum())
    assert here.is_recognition.sum() == columns.is_recognition.sum()


def test_what_richer_sources_tell_weighs(domain, tmp_path):
    review = {"kind": "review", "actor": "amara", "subject": "jun"}
    lines = [
        act(work="core", centrality="core"),
        act(work="core", **review),
        act(work="rework", rounds=2),
        act(work="rework", **review),
        act(work="helped", accommodated=True, url="https://example.org/14"),
        act(work="helped", **review),
    ]

    bring_in(write(tmp_path / "history.jsonl", lines), domain)

    recognised = domain.participations.filter(kind="recognised")
    amounts = dict(recognised.values_list("item", "amount"))
    assert amounts == {
        "work:core:jun": 2.0,
        "work:rework:jun": 0.8,
        "work:helped:jun": 0.5,
    }
    helped = recognised.get(item="work:helped:jun")
    assert helped.accommodated
    assert helped.path == "https://example.org/14"
    core = recognised.get(item="work:core:jun")
    assert core.centrality == Centrality.CORE


def test_integrations_recognise_only_where_asked(tmp_path):
    lines = [act(), act(kind="integrate", actor="maya", subject="jun")]
    path = write(tmp_path / "history.jsonl", lines)
    with_them, without = make_domain(), make_domain()
    importing.history_of(with_them, counts_integrations=True)

    bring_in(path, with_them)
    bring_in(path, without)

    assert [line.kind for line in with_them.participations.all()] == ["recognised"]
    assert [line.giver.name for line in with_them.participations.all()] == ["maya"]
    assert [line.giver for line in without.participations.all()] == [None]


def test_running_again_adds_nothing(domain, tmp_path):
    path = write(tmp_path / "history.jsonl", works(WORKS))
    first = bring_in(path, domain)
    before = counts(domain)

    second = bring_in(path, domain)

    assert counts(domain) == before
    assert second.pk != first.pk
    assert second.known == first.lines
    assert (second.taken_in, second.ledger_lines, second.people_new) == ({}, 0, 0)


def test_a_line_told_twice_counts_once(domain, tmp_path):
    run = bring_in(write(tmp_path / "history.jsonl", [act(), act()]), domain)

    assert (run.taken_in, run.known, run.refused) == ({"contribution": 1}, 1, 0)


def test_packed_and_plain_files_bring_the_same(tmp_path):
    lines = works(WORKS)
    plain, packed = make_domain(areas=()), make_domain(areas=())

    bring_in(write(tmp_path / "history.jsonl", lines), plain)
    bring_in(write(tmp_path / "history.jsonl.gz", lines), packed)

    assert evidence(plain) == evidence(packed)
    assert counts(plain) == counts(packed)


def test_files_may_overlap_in_any_order(tmp_path):
    lines = works(WORKS)
    # The cut goes through works: reviews of what one file tells stand in the other.
    one = write(tmp_path / "one.jsonl", lines[::2] + lines[:20])
    other = write(tmp_path / "other.jsonl", lines[1::2] + lines[40:60])
    whole = write(tmp_path / "whole.jsonl", lines)
    domains = [make_domain(areas=()) for _ in range(3)]

    for domain, paths in zip(
        domains, ([whole], [one, other], [other, one]), strict=True
    ):
        for path in paths:
            bring_in(path, domain)

    assert evidence(domains[1]) == evidence(domains[0])
    assert evidence(domains[2]) == evidence(domains[0])
    acts = [counts(domain)["acts"] for domain in domains]
    assert acts == [len(lines)] * 3


def test_one_more_recogniser_makes_every_share_smaller(domain, tmp_path):
    review = act(kind="review", actor="amara", subject="jun")
    second = act(kind="ack", actor="noor", subject="jun")

    bring_in(write(tmp_path / "one.jsonl", [act(), review]), domain)
    bring_in(write(tmp_path / "two.jsonl", [second]), domain)

    item = "work:sheet-14:jun"
    assert evidence(domain)[("work", "amara", "jun", item)] == 0.5
    assert evidence(domain)[("work", "noor", "jun", item)] == 0.5
    taken_back = domain.participations.get(kind="countered", channel="work")
    assert (taken_back.giver.name, taken_back.amount) == ("amara", -0.5)


def test_an_approval_told_later_takes_half_of_a_review_back(domain, tmp_path):
    review = act(kind="review", actor="amara", subject="jun")
    approval = act(kind="ack", actor="noor", subject="jun")

    bring_in(write(tmp_path / "one.jsonl", [act(), review]), domain)
    bring_in(write(tmp_path / "two.jsonl", [approval]), domain)

    item = "work:sheet-14:jun"
    assert evidence(domain)[("stewardship", "amara", "jun", item)] == 0.5
    assert evidence(domain)[("stewardship", "noor", "jun", item)] == 1.0


def test_lines_are_refused_and_files_are_not(domain, tmp_path):
    lines = [act(), b"nonsense\n", act(kind="like"), act(work="next")]

    run = bring_in(write(tmp_path / "history.jsonl", lines), domain)

    assert run.refused == 2
    refused = run.refused_lines.order_by("number").values_list("number", "code")
    assert list(refused) == [(2, "bad_json"), (3, "unknown_kind")]
    assert ImportedAct.objects.filter(domain=domain).count() == 2


def test_people_came_when_they_first_did_something(domain, tmp_path):
    later = act(work="late", t="2026-05-01T00:00:00Z")

    bring_in(write(tmp_path / "late.jsonl", [later]), domain)
    bring_in(write(tmp_path / "early.jsonl", [act(t="2020-05-01T00:00:00Z")]), domain)

    domain.refresh_from_db()
    first = datetime(2020, 5, 1, tzinfo=UTC)
    assert domain.memberships.get().joined_at == first
    assert domain.founded_at == first


def test_people_carry_when_their_work_was_recognised(domain, tmp_path):
    review = {"kind": "review", "actor": "amara", "subject": "jun"}
    lines = [
        told
        for day, more in ((1, {"rounds": 2}), (2, {}), (3, {"accommodated": True}))
        for told in (
            act(work=f"{day}", t=f"2026-03-0{day}T00:00:00Z", **more),
            act(work=f"{day}", t=f"2026-03-0{day}T00:00:00Z", **review),
        )
    ]
    bring_in(write(tmp_path / "history.jsonl", lines), domain)

    importing.settle(domain=domain, at=NOON)

    jun, amara = domain.memberships.order_by("-name")
    assert jun.threshold_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert jun.last_recognised_at == datetime(2026, 3, 3, tzinfo=UTC)
    assert (amara.threshold_at, amara.last_recognised_at) == (None, None)


def test_handles_are_free_and_fit_an_address(domain, tmp_path):
    make_membership(domain=domain, member=make_member(handle="jun-sato"))
    lines = [
        act(actor=actor, work=actor)
        for actor in ("Jun Sato", "jun_sato", "佐藤 潤", "m_633b05dc", "x" * 100)
    ]

    bring_in(write(tmp_path / "history.jsonl", lines), domain)

    handles = domain.memberships.filter(member=None).values_list("handle", flat=True)
    assert sorted(handles) == [
        "jun-sato-2",
        "jun-sato-3",
        "m-633b05dc",
        "person",
        "x" * 30,
    ]


def test_a_later_file_may_give_people_their_names(domain, tmp_path):
    bring_in(write(tmp_path / "one.jsonl", [act(actor="m_1")]), domain)
    named = act(actor="m_1", work="other", name="Jun Sato")

    bring_in(write(tmp_path / "two.jsonl", [named]), domain)

    assert domain.memberships.get().name == "Jun Sato"


def test_who_took_over_their_past_is_still_found(domain, tmp_path):
    bring_in(write(tmp_path / "one.jsonl", [act(actor="m_1")]), domain)
    member = make_member(handle="jun", name="Jun Sato")
    joining.claim_membership(
        membership=domain.memberships.get(), member=member, at=NOON
    )

    run = bring_in(
        write(tmp_path / "two.jsonl", [act(actor="m_1", work="b", name="J")]), domain
    )

    assert run.people_new == 0
    assert domain.memberships.get().name == "Jun Sato"
    assert Identity.objects.get(domain=domain).membership.member == member


def test_many_areas_share_one_and_read_well(domain, tmp_path):
    lines = [
        act(work=f"{folder}-{number}", area=folder)
        for size, folder in enumerate(
            ["(root)", ".github", "my_tools/sub-dir", *(f"part-{n}" for n in range(12))]
        )
        for number in range(20 - size)
    ]

    bring_in(write(tmp_path / "history.jsonl", lines), domain)

    areas = list(domain.areas.order_by("place").values_list("name", flat=True))
    assert areas[:4] == ["Top level", "Github", "My tools / sub dir", "Part 0"]
    assert areas[-1] == "Other"
    assert len(areas) == 10
    last = Participation.objects.filter(domain=domain, item__startswith="work:part-11")
    assert {line.area.name for line in last} == {"Other"}


def test_areas_there_are_used(tmp_path):
    domain = make_domain(areas=("Data",))

    bring_in(write(tmp_path / "one.jsonl", [act(area="data"), act(work="2")]), domain)

    assert list(domain.areas.order_by("place").values_list("name", flat=True)) == [
        "Data",
        "Other",
    ]


def test_the_command_makes_a_domain_and_lives_through_its_years(tmp_path, capsys):
    lines = works(700)
    path = write(tmp_path / "river.jsonl", [*lines, b"nonsense\n"])

    command(path, "old-river", "--create")

    domain = Domain.objects.get(slug="old-river")
    assert domain.name == "Old river"
    assert "an organizer can say it" in domain.concern
    assert domain.memberships.filter(founder_until__isnull=False).count() == 3
    assert domain.memberships.filter(zone__gte=Zone.ACTIVE).exists()
    assert TrajectoryPoint.objects.filter(membership__domain=domain).count() > 20
    told = capsys.readouterr()
    assert "contribution 700" in told.out
    assert "6 new, 0 known" in told.out
    assert f"line {len(lines) + 1}: The line is not JSON. [bad_json]" in told.err


def test_the_command_goes_on_after_an_import_left_unwritten(tmp_path):
    """One file was read in part and never again; its works are written all the same."""
    domain = make_domain(areas=())
    left = write(tmp_path / "left.jsonl", works(WORKS))
    importing.take_in(domain=domain, path=left, source="left", at=NOON)

    command(write(tmp_path / "other.jsonl", [act()]), domain.slug)

    assert not ImportedAct.objects.filter(written=False).exists()
    assert domain.participations.filter(item="work:work-0:maya").exists()


def test_many_refused_lines_go_into_a_file(tmp_path, capsys, monkeypatch):
    domain = make_domain()
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path / "history.jsonl", [b"nonsense\n"] * 30)

    command(path, domain.slug)

    run = Import.objects.get()
    kept = tmp_path / f"refused-{domain.slug}-{run.pk}.txt"
    assert len(kept.read_text().splitlines()) == 30
    assert str(kept) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("slug", "more", "because"),
    [
        ("nowhere", (), "There is no domain"),
        ("No Where", ("--create",), "small letters"),
        ("n" * 51, ("--create",), "small letters"),
    ],
)
def test_the_command_says_what_is_wrong_with_the_domain(tmp_path, slug, more, because):
    path = write(tmp_path / "history.jsonl", [act()])

    with pytest.raises(CommandError, match=because):
        command(path, slug, *more)

    assert not Domain.objects.exists()


def test_the_command_says_what_is_wrong_with_the_file(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        command(tmp_path / "nothing.jsonl", "river", "--create")

    assert not Domain.objects.exists()


def test_a_domain_counts_integrations_or_not(tmp_path):
    domain = make_domain()
    path = write(tmp_path / "history.jsonl", [act()])
    command(path, domain.slug, "--integrations")

    with pytest.raises(CommandError, match="counted integrations"):
        command(path, domain.slug, "--no-integrations")

    command(path, domain.slug)


def test_an_empty_file_brings_nothing(domain, tmp_path):
    run = bring_in(write(tmp_path / "history.jsonl", []), domain)

    assert (run.lines, run.taken_in, run.finished_at) == (0, {}, NOON)
    assert not Membership.objects.filter(domain=domain).exists()


def test_acts_of_the_future_wait(domain, tmp_path):
    soon = (NOON + timedelta(days=2)).isoformat()
    path = write(tmp_path / "history.jsonl", [act(t=soon)])

    assert bring_in(path, domain).refused == 1
