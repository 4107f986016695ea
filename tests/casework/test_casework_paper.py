"""Filings on paper: two officials, both instants, and whoever comes after is named first."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from casework_steps import (
    HOLDER,
    Decimal,
    act,
    add,
    draft,
    file,
    rectangle,
    settled,
    step,
    steps_of,
    title_on,
)
from casework_town import COL, ROW

from geo.casework.files import take_step
from geo.errors import FileChanged, NotFound, SecondPersonNeeded, StepRefused
from geo.register.connection import COMPANY, UnitOfWork

RECEIVED = datetime(2025, 2, 26, 9, 15, tzinfo=UTC)
GROUND = rectangle(COL + 40, ROW, 2, 2)


def asked(town, login="company", ground=GROUND, **more) -> int:
    """An application for a research permit on free ground."""
    return draft(
        town,
        "title",
        "new",
        ground,
        login,
        party_id=town.parties[HOLDER],
        substances=("Cu",),
        term_years=Decimal(5),
        declared_cells=ground.count,
        **more,
    )


def on_paper(town, received=RECEIVED, ground=GROUND) -> int:
    """A paper filing, scanned."""
    file_id = asked(
        town, "agent", ground, paper_received_at=received, paper_reason="panne d’électricité"
    )
    add(town, "agent", file_id, "scan")
    return file_id


def test_a_paper_received_after_now_is_refused(town) -> None:
    file_id = on_paper(town, datetime(2025, 3, 3, 12, 0, tzinfo=UTC))
    with pytest.raises(StepRefused, match="after now") as refused:
        step(town, "agent", file_id, "enter_paper", reason="panne")
    assert refused.value.fr
    town.clock.go_to(date(2025, 3, 4))
    assert step(town, "agent", file_id, "enter_paper", reason="panne").state == "paper_entered"


def test_only_what_was_received_on_paper_is_entered_so(town) -> None:
    file_id = asked(town, "agent")
    add(town, "agent", file_id, "scan")
    with pytest.raises(StepRefused, match="only a filing on paper"):
        step(town, "agent", file_id, "enter_paper", reason="panne")


def test_the_company_does_not_file_the_offices_paper(town) -> None:
    """Else one person would file by an instant of the past."""
    file_id = on_paper(town)
    with pytest.raises(NotFound):
        step(town, "company", file_id, "file")


def test_nor_by_raw_sql(town) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    file_id = on_paper(town)
    with (
        UnitOfWork(town.engine, COMPANY, "company", "x") as unit,
        pytest.raises(DBAPIError, match=r"second person|row-level security"),
    ):
        unit.connection.execute(
            text(
                "insert into casework.case_step (file_id, seq, action, from_state, to_state, at, "
                "version_number) values (:file, 1, 'file', '', '', now(), 1)"
            ),
            {"file": file_id},
        )


@pytest.mark.parametrize("login", ["agent2", "chief"])
def test_a_second_official_confirms_and_the_claim_is_of_the_receipt(town, login) -> None:
    file_id = on_paper(town)
    step(town, "agent", file_id, "enter_paper", reason="panne")
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", file_id, "confirm_paper")
    step(town, login, file_id, "confirm_paper")
    made = file(town, file_id)
    assert (made.filed_at, made.paper_reason) == (RECEIVED, "panne d’électricité")
    assert made.entered_at.date() == date(2025, 3, 3)
    claim = title_on(town, made.title_id, date(2025, 2, 26))
    assert (claim.filed_on, claim.grounds[0].standing) == (date(2025, 2, 26), "claimed")


def test_the_rules_are_those_of_the_receipt(town) -> None:
    file_id = on_paper(town)
    step(town, "agent", file_id, "enter_paper", reason="panne")
    judged = step(town, "agent2", file_id, "confirm_paper").judged
    assert (judged.rules_on, judged.day) == (date(2025, 2, 26), date(2025, 3, 3))


def test_a_file_decided_meanwhile_is_named_as_such(town) -> None:
    first = asked(town)
    step(town, "company", first, "file")
    settled(town, "agent", first, "propose_favourable")
    settled(town, "agent2", first, "confirm_favourable")
    step(town, "agent", first, "forward")
    decision = act("grant", date(2025, 3, 3))
    settled(town, "minister", first, "grant", act=decision)
    step(town, "agent", first, "prepare_registration")
    settled(town, "agent2", first, "register", act=decision, payload={"code": "PR 900"})
    still_open = asked(town, ground=rectangle(COL + 41, ROW, 3, 2))
    step(town, "company", still_open, "file")
    paper = on_paper(town)
    step(town, "agent", paper, "enter_paper", reason="panne")
    with pytest.raises(StepRefused) as refused:
        step(town, "agent2", paper, "confirm_paper")
    assert "Open: D-2025-00002." in str(refused.value)
    assert "Decided already, and not undone by it: D-2025-00001." in str(refused.value)
    assert "Déjà décidées" in refused.value.fr
    with pytest.raises(StepRefused, match="D-2025-00001"):
        step(town, "agent2", paper, "confirm_paper", payload={"displaced": ["D-2025-00002"]})
    seen = {"displaced": ["D-2025-00001", "D-2025-00002"]}
    assert step(town, "agent2", paper, "confirm_paper", payload=seen).state == "filed"


def test_a_file_filed_while_the_second_person_looks_stops_the_confirmation(town, monkeypatch):
    """It is filed after the check and before the lock: the step is examined once more."""
    paper = on_paper(town)
    step(town, "agent", paper, "enter_paper", reason="panne")
    rival = asked(town)
    from geo.casework import files

    once = files._examined

    def late(*asked):
        work = once(*asked)
        if work.file.id == paper and work.transition.action == "confirm_paper":
            monkeypatch.setattr(files, "_examined", once)
            step(town, "company", rival, "file")
        return work

    monkeypatch.setattr(files, "_examined", late)
    with pytest.raises(StepRefused, match="D-2025-00001"):
        step(town, "agent2", paper, "confirm_paper")


def test_a_paper_sent_back_is_entered_anew_and_gets_one_number(town) -> None:
    paper = on_paper(town)
    step(town, "agent", paper, "enter_paper", reason="panne")
    with pytest.raises(StepRefused, match="reason"):
        step(town, "chief", paper, "return_paper")
    step(town, "chief", paper, "return_paper", reason="scan illisible")
    with pytest.raises(FileChanged):
        take_step(town.office, town["agent"], paper, "enter_paper", expected_steps=0)
    assert steps_of(town, paper) == 2
    step(town, "agent2", paper, "enter_paper", reason="panne")
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", paper, "confirm_paper")
    assert step(town, "chief", paper, "confirm_paper").number == "D-2025-00001"
