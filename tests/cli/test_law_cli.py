"""``mabele law``: the scenarios replayed, two days compared, a draft tried on past files."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from casework_town import COL, ROW, rectangle, settle_town
from click.testing import CliRunner
from run import mabele

from api.cli import cli, main
from geo.casework.content import Content
from geo.casework.files import Draft, open_draft, take_step
from geo.casework.work import StepOrder
from geo.law import scenarios
from geo.register.connection import engine_for


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
    described = {rule: change["description"] for rule, change in changes.items()}
    assert described["kind.EGC.exists"] == (
        "The law knows agreements of a holder with EGC inside a title."
    )
    assert described["host_event/b/transfer"] == (
        "What a host title's transfer does to an allocation by route b."
    )
    assert described["overlap/EGC on PE/PEPM"] == (
        "On the same ground: agreement with EGC (Décret 25/05) on exploitation permit (PE) or "
        "small-mine exploitation permit (PEPM)."
    )
    assert all(described.values())


def test_diff_of_one_day_is_empty() -> None:
    answer = CliRunner().invoke(cli, ["law", "diff", "2020-01-06", "2020-01-06"])
    assert answer.output == "0 rules differ between 2020-01-06 and 2020-01-06\n"


def test_diff_says_both_values() -> None:
    answer = CliRunner().invoke(cli, ["law", "diff", "2018-03-08", "2018-05-03"])
    said = "Cadastral review (instruction cadastrale).\n    clock.cadastral_review: 10 → 20\n"
    assert said in answer.output
    assert "size.PR.max_cells" not in answer.output


# ---- replay, on a real register ---------------------------------------------------------------

THREE_CARRES = """
parameters:
  size.PR.max_cells:
    description: "Carrés of a research permit at most."
    type: integer
    unit: "carrés"
    values:
      - {from: 2002-07-11, to: 2025-03-03, value: 471,
         text: code, article: "art. 53", source: thaurfin, confidence: S}
      - {from: 2025-03-03, to: null, value: 3,
         text: code, article: "art. 53", source: not_found, confidence: S}
"""


@pytest.fixture(scope="module")
def register(database):
    """Two applications for research permits, filed on 3 March 2025: of four carrés, and of two."""
    engine = engine_for(database.app, pool_size=2)
    town = settle_town(engine, date(2025, 3, 3))
    for width in (2, 1):
        content = Content(kind="PR", substances=("Cu",), term_years=Decimal(5))
        ground = rectangle(COL + 40, ROW + 5 * width, width, 2)
        party = next(iter(town["company"].parties))
        draft = Draft("title", "new", content, ground, party, province="Lualaba")
        file_id = open_draft(town.office, town["company"], draft)
        take_step(town.office, town["company"], file_id, "file", StepOrder(), expected_steps=0)
    engine.dispose()
    return {
        "DATABASE_URL": database.owner,
        "DATABASE_APP_URL": database.app,
        "DATABASE_PUBLIC_URL": database.public,
    }


def replayed(register, tmp_path: Path, text: str, *options):
    draft = tmp_path / "draft.yaml"
    draft.write_text(text, encoding="utf-8")
    return mabele("law", "replay", "--with", draft, *options, **register)


def test_replay_lists_the_decision_that_would_differ(register, tmp_path: Path) -> None:
    done = replayed(register, tmp_path, THREE_CARRES, "--json")
    assert done.code == 0, done.err
    assert (done.answer["files"], done.answer["unread"]) == (2, [])
    (differing,) = done.answer["differing"]
    assert differing["number"] == "D-2025-00001"
    assert (differing["moment"], differing["day"]) == ("filing", "2025-03-03")
    assert differing["draft"] == "block"
    assert differing["before"] == differing["today"] != "block"
    assert differing["changed"] == [
        {"code": "max_cells", "subject": "", "before": ["allow"], "after": ["block"]}
    ]
    shown = replayed(register, tmp_path, THREE_CARRES)
    assert "max_cells: allow → block" in shown.out
    assert shown.out.endswith("2 judgements, 1 would differ, 0 not judged again\n")


def test_replay_under_the_same_rule_differs_in_nothing(register, tmp_path: Path) -> None:
    done = replayed(register, tmp_path, THREE_CARRES.replace("value: 3,", "value: 471,"))
    assert done.out == "2 judgements, 0 would differ, 0 not judged again\n"


def test_replay_refuses_a_bad_draft_with_its_line(register, tmp_path: Path) -> None:
    done = replayed(register, tmp_path, THREE_CARRES.replace("value: 3,", "value: few,"))
    assert done.code != 0
    assert "draft.yaml:10: 'few' is not a decimal number" in done.err


def test_replay_needs_a_draft() -> None:
    assert main(["law", "replay"]) == 2
