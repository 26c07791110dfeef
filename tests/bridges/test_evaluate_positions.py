"""The command that holds positions against a community whose core is known."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cop.bridges.evaluating import baselines, measures
from tests.bridges import practices
from tests.bridges.histories import act


@pytest.fixture(scope="module", autouse=True)
def few_resamples():
    """Draw people anew a few times only: how intervals come about is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measures, "RESAMPLES", 40)
        yield


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Every figure of the invented community, and the report."""
    return evaluated(tmp_path_factory.mktemp("practice"))


def evaluated(folder, *options, lines=None, listed=None):
    events, core = practices.files(folder, lines, listed)
    out, told = StringIO(), folder / "told.json"
    call_command(
        "evaluate_positions", events, core, "--json", told, *options, stdout=out
    )

    def refuse(constant):
        raise AssertionError(constant)

    text = told.read_text(encoding="utf-8")
    return json.loads(text, parse_constant=refuse), out.getvalue()


def refused(folder, *options, **given):
    with pytest.raises(CommandError) as caught:
        evaluated(folder, *options, **given)
    return str(caught.value)


def test_figures_stand_under_names_that_stay(told):
    figures, _ = told

    for its in (figures, *figures["baselines"].values()):
        for scope in (its, its["all"]):
            for question in ("standing", "promotion"):
                assert 0 <= scope[question]["ap"] <= 1
                assert 0 <= scope[question]["auc"] <= 1
                low, high = scope[question]["ap_interval"]
                assert 0 <= low <= high <= 1
            assert 0 <= scope["standing"]["p_at_core"] <= 1
    assert list(figures["baselines"]) == list(baselines.NAMES)


def test_positions_tell_who_is_core_and_who_comes_next(told):
    figures, _ = told

    assert figures["standing"]["ap"] == 1.0
    assert figures["promotion"]["ap"] > 0.9
    assert figures["promotion"]["looks"] == 3
    assert figures["lead_time"]["entries"] == 3
    assert figures["stability"]["rank_correlation"] > 0.9


def test_the_report_says_what_was_judged(told):
    _, report = told

    assert "Judged at the end of 2021-12-31. Integration is left out." in report
    assert "The list names 6 as core; 6 of them are in the history" in report
    for title in ("STANDING", "PROMOTION", "FROM WEEK TO WEEK", "WITHOUT ONE KIND"):
        assert title in report


def test_every_kind_of_evidence_is_left_out_once_and_integration_never(told):
    figures, _ = told

    assert set(figures["without"]) == {"review"}
    assert figures["without"]["review"]["acts"] > 500


def test_integration_counts_only_when_asked_for(tmp_path, told):
    figures, report = evaluated(tmp_path, "--integrations")

    assert "Integration is counted." in report
    assert set(figures["without"]) == {"review", "integrate"}
    assert figures["history"]["lines"] == told[0]["history"]["lines"]


def test_the_same_comes_of_it_whatever_the_order_of_lines(tmp_path, told):
    lines = practices.acts()
    lines.reverse()

    assert evaluated(tmp_path, lines=lines)[0] == told[0]


def test_nothing_after_the_day_judged_at_is_looked_at(tmp_path):
    early = evaluated(tmp_path, "--at", "2020-06-30")[0]
    until = [line for line in practices.acts() if line["t"] < "2020-07-01"]
    (tmp_path / "cut").mkdir()
    cut = evaluated(tmp_path / "cut", "--at", "2020-06-30", lines=until)[0]

    assert early["at"] == "2020-06-30"
    assert early["core"]["listed"] == 5
    assert early["core"]["entered_on_known_days"] == 2
    assert early == cut


def test_a_history_without_any_review_is_judged_all_the_same(tmp_path):
    lines = [one for one in practices.acts() if one["kind"] == "contribution"]
    figures, _ = evaluated(tmp_path, lines=lines)

    assert figures["without"] == {}
    assert figures["history"]["founders"] == 0
    assert figures["standing"]["ap"] > 0.9


def test_where_nobody_entered_the_reason_stands_in_place_of_figures(tmp_path):
    fixed = practices.core(
        core=list(practices.FIRST),
        became={},
        history=[{"date": "2018-07-01", "in": list(practices.FIRST), "out": []}],
    )
    figures, report = evaluated(tmp_path, listed=fixed)

    assert figures["promotion"]["ap"] is None
    assert figures["promotion"]["looks"] == 0
    assert figures["promotion"]["reason"] in report
    assert figures["lead_time"]["median_days"] is None


def test_a_community_that_is_all_core_is_told_so(tmp_path):
    lines = [
        act(actor="ada", t="2020-01-01T00:00:00Z", work="a"),
        act(
            actor="ben",
            kind="review",
            subject="ada",
            t="2020-01-02T00:00:00Z",
            work="a",
        ),
    ]
    listed = practices.core(
        core=["ada", "ben"], became={}, history=[], as_of="2020-02-01"
    )
    figures, report = evaluated(tmp_path, lines=lines, listed=listed)

    assert figures["standing"]["auc"] is None
    assert "All who were active are in the core." in report


def test_core_members_who_did_nothing_are_counted_and_not_judged(tmp_path):
    listed = practices.core(core=[*practices.core()["core"], "zoe"])
    figures, report = evaluated(tmp_path, listed=listed)

    assert figures["core"]["listed"] == 7
    assert figures["core"]["with_acts"] == 6
    assert figures["standing"]["in"] == 6
    assert "names 7 as core; 6 of them are in the history" in report


def test_what_cannot_be_judged_is_refused_with_a_reason(tmp_path):
    nobody = practices.core(core=["zoe"], became={}, history=[])

    assert "begins on 2018-01-01" in refused(tmp_path, "--at", "2010-01-01")
    assert "is not a day" in refused(tmp_path, "--at", "June")
    assert "nobody in the core on that day" in refused(tmp_path, "--at", "2018-03-01")
    assert "do not belong together" in refused(tmp_path, listed=nobody)
    assert "nothing that anybody did" in refused(tmp_path, lines=[])
    assert "lists nobody as core" in refused(tmp_path, listed=practices.core(core=[]))


def test_files_that_cannot_be_read_or_written_are_named(tmp_path):
    events, core = practices.files(tmp_path)
    missing, folder = tmp_path / "missing.jsonl", tmp_path / "no" / "told.json"

    with pytest.raises(CommandError, match=r"missing\.jsonl cannot be read: No such"):
        call_command("evaluate_positions", missing, core)
    with pytest.raises(CommandError, match=r"none\.json cannot be read: No such"):
        call_command("evaluate_positions", events, tmp_path / "none.json")
    with pytest.raises(CommandError, match=r"told\.json cannot be written: No such"):
        call_command(
            "evaluate_positions", events, core, "--json", folder, stdout=StringIO()
        )


def test_lines_that_are_none_are_told_and_passed_over(tmp_path):
    events, core = practices.files(tmp_path, [b"nonsense\n", *practices.acts()])
    err = StringIO()
    call_command("evaluate_positions", events, core, stdout=StringIO(), stderr=err)

    assert "line 1: The line is not JSON." in err.getvalue()
    assert "1 lines of" in err.getvalue()
