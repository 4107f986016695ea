"""The life of a title application, step by step, on a real register."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from casework_town import COL, HOLDER, ROW, rectangle

from geo.casework.content import Content
from geo.casework.documents import Paper, add_document
from geo.casework.files import Draft, open_draft, take_step
from geo.casework.work import StepOrder
from geo.errors import (
    FileChanged,
    NotFound,
    NotPermitted,
    SecondPersonNeeded,
    StepRefused,
)
from geo.register.orders import ActOrder

PDF = b"%PDF-1.4 scan"


def application(town, login="company", col=COL + 40, **more) -> int:
    """A draft for a research permit on free ground."""
    content = Content(kind="PR", substances=("Cu", "Co"), term_years=Decimal(5), declared_cells=4)
    party = next(iter(town[login].parties), town.parties[HOLDER])
    draft = Draft(
        "title", "new", content, rectangle(col, ROW, 2, 2), party, province="Lualaba", **more
    )
    return open_draft(town.office, town[login], draft)


def step(town, login, file_id, action, count, **order):
    """Take a step."""
    return take_step(
        town.office, town[login], file_id, action, StepOrder(**order), expected_steps=count
    )


def test_filing_gives_a_number_an_instant_and_a_claim(town) -> None:
    file_id = application(town)
    taken = step(town, "company", file_id, "file", 0)
    assert (taken.state, taken.number) == ("filed", "D-2025-00001")
    with town.official() as unit:
        from geo.casework.reading import file_of
        from geo.register.reader import Reader

        file = file_of(unit, file_id)
        assert file.filed_at.date() == date(2025, 3, 3)
        title = Reader(unit.connection).title(file.title_id, on=date(2025, 3, 3))
    assert (title.state, title.grounds[0].standing, title.grounds[0].cells) == (
        "application",
        "claimed",
        4,
    )


def test_a_draft_is_seen_by_its_proposer_alone(town) -> None:
    from geo.casework.reading import file_of

    file_id = application(town)
    for login in town.actors:
        with town.office.at_work(town[login], "") as unit:
            if login in ("company", "clerk"):
                assert file_of(unit, file_id).state == "draft"
            else:
                with pytest.raises(NotFound):
                    file_of(unit, file_id)


def test_who_prepares_does_not_sign(town) -> None:
    file_id = application(town, "clerk")
    with pytest.raises(StepRefused, match="mandate"):
        step(town, "clerk", file_id, "file", 0)
    assert step(town, "company", file_id, "file", 0).state == "filed"


def test_nobody_files_for_another_company(town) -> None:
    with pytest.raises(NotPermitted):
        open_draft(
            town.office,
            town["rival"],
            Draft("title", "new", Content(kind="PR"), None, town.parties[HOLDER]),
        )


def test_a_step_decided_on_an_older_state_is_refused(town) -> None:
    file_id = application(town)
    step(town, "company", file_id, "file", 0)
    with pytest.raises(FileChanged):
        step(town, "agent", file_id, "propose_unfavourable", 0, reason="essai")


def test_two_people_sign_the_cadastral_opinion(town) -> None:
    file_id = application(town)
    step(town, "company", file_id, "file", 0)
    step(town, "agent", file_id, "propose_unfavourable", 1, reason="hors délai")
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", file_id, "confirm_unfavourable", 2)
    assert step(town, "agent2", file_id, "confirm_unfavourable", 2).state == "with_minister"


def test_a_paper_filing_keeps_both_instants(town) -> None:
    received = datetime(2025, 2, 26, 9, 15, tzinfo=UTC)
    first = application(town)
    step(town, "company", first, "file", 0)
    paper = application(
        town, "agent", paper_received_at=received, paper_reason="panne d’électricité"
    )
    with pytest.raises(StepRefused, match="scan"):
        step(town, "agent", paper, "enter_paper", 0, reason="panne")
    add_document(town.office, town["agent"], paper, Paper("scan", "dépôt.pdf", PDF))
    step(town, "agent", paper, "enter_paper", 0, reason="panne")
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", paper, "confirm_paper", 1)
    with pytest.raises(StepRefused, match="D-2025-00001"):
        step(town, "agent2", paper, "confirm_paper", 1)
    seen = {"displaced": ["D-2025-00001"]}
    taken = step(town, "agent2", paper, "confirm_paper", 1, payload=seen)
    with town.official() as unit:
        from geo.casework.reading import file_of

        file = file_of(unit, paper)
    assert (taken.number, file.filed_at) == ("D-2025-00002", received)
    assert file.entered_at > received
    assert file.paper_reason == "panne d’électricité"


def test_a_company_enters_no_paper(town) -> None:
    with pytest.raises(NotPermitted):
        application(
            town,
            "company",
            paper_received_at=datetime(2025, 2, 1, tzinfo=UTC),
            paper_reason="panne",
        )


def test_the_minister_refuses_and_the_ground_is_free_again(town) -> None:
    file_id = application(town)
    step(town, "company", file_id, "file", 0)
    step(town, "agent", file_id, "propose_unfavourable", 1, reason="incomplet")
    step(town, "agent2", file_id, "confirm_unfavourable", 2)
    act = ActOrder("rejection", "Décision 12/2025", date(2025, 3, 3))
    step(town, "minister", file_id, "refuse", 3, reason="incomplet", act=act)
    with pytest.raises(NotPermitted):
        step(town, "company", file_id, "close_refused", 4)
    town.clock.go_to(date(2025, 4, 2))
    with pytest.raises(StepRefused, match="2025-04-02"):
        step(town, "agent", file_id, "close_refused", 4)
    town.clock.go_to(date(2025, 4, 3))
    assert step(town, "agent", file_id, "close_refused", 4).state == "rejected"
    with town.official() as unit:
        from geo.register.reader import Reader

        met = Reader(unit.connection).grounds_meeting(
            rectangle(COL + 40, ROW, 2, 2), date(2025, 4, 4)
        )
    assert met == []
