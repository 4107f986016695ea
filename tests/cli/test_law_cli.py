"""``mabele law``: the scenarios replayed, two days compared."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from api.cli import cli, main
from geo.law import scenarios


def test_check_counts_the_scenarios() -> None:
    answer = CliRunner().invoke(cli, ["law", "check", "--json"], catch_exceptions=False)
    counted = json.loads(answer.output)
    assert set(counted) == {"scenarios", "failed"}
    assert counted["scenarios"] >= 120
    assert counted["failed"] == 0


def test_check_of_another_country() -> None:
    answer = CliRunner().invoke(cli, ["law", "check", "--jurisdiction", "pe"])
    assert answer.output == "9 scenarios, 0 failed\n"


def test_a_failed_scenario_ends_with_its_own_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scenarios, "failures_of", lambda law, found: {"x": ["x on 2020: no"]})
    assert main(["law", "check"]) == 1
    assert "x on 2020: no" in capsys.readouterr().out


def test_diff_names_what_began_with_the_decree() -> None:
    answer = CliRunner().invoke(cli, ["law", "diff", "2025-02-20", "2025-02-21", "--json"])
    changes = {change["rule"]: change for change in json.loads(answer.output)["changes"]}
    assert changes["route_b.agreement_required"]["since"] == "2025-02-21"
    assert changes["overlap/EGC on PE/PEPM"]["before"] is None
    assert "route_b.rights_stay" not in changes


def test_diff_of_one_day_is_empty() -> None:
    answer = CliRunner().invoke(cli, ["law", "diff", "2020-01-06", "2020-01-06"])
    assert answer.output == "0 rules differ between 2020-01-06 and 2020-01-06\n"


def test_diff_says_both_values() -> None:
    answer = CliRunner().invoke(cli, ["law", "diff", "2018-03-08", "2018-05-03"])
    assert "clock.cadastral_review: 10 → 20\n" in answer.output
    assert "size.PR.max_cells" not in answer.output
