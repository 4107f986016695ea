"""Applications that an import brought: they block, are taken up by two people, and end by a ruling.

Code minier art. 33 and 34: first come, first served; what is not ruled on keeps later ones out.
"""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from casework_steps import HOLDER, act, add, draft, file, rectangle, settled, step, title_on
from casework_town import COL, ROW
from sqlalchemy import text

from geo.errors import LawForbids, NotFound, NotPermitted, SecondPersonNeeded, StepRefused
from geo.register.writer import approve_report, record_reading
from geo.sources.rows import Holder, State

sys.path.append(str(Path(__file__).resolve().parents[1] / "register"))
from sample_register import official, reading, row

GROUND = rectangle(COL + 40, ROW, 2, 2)
DAY = date(2025, 3, 3)


def imported(town, filed_on: date | None = date(2014, 2, 3)) -> int:
    """An application of an earlier register on free ground; its title."""
    rows = [
        row(1, GROUND, "D 77", state=State.APPLICATION, filed_on=filed_on, granted_on=None,
            expires_on=None, holders=(Holder(HOLDER, Decimal(100)),)),
    ]  # fmt: skip
    made, content = reading(rows)
    with official(town.engine, "agent") as unit:
        report = record_reading(unit, made, content=content, source="CAMI", as_of=date(2024, 6, 30))
    assert report.state == "pending"
    with official(town.engine, "agent2") as unit:
        approve_report(unit, report.import_id)
    with town.official() as unit:
        asked = text("select title_id from register.title_version where code = 'D 77'")
        return int(unit.connection.scalar(asked))


def take_over(town, title: int, ground=GROUND, login="agent", **more) -> int:
    """A draft that takes the application over."""
    more.setdefault("party_id", town.parties[HOLDER])
    return draft(
        town, "title", "taken_over", ground, login, title_id=title, substances=("Cu",),
        term_years=Decimal(5), **more,
    )  # fmt: skip


def taken_over(town, title: int) -> int:
    """An application taken over by two people."""
    file_id = take_over(town, title)
    add(town, "agent", file_id, "evidence")
    step(town, "agent", file_id, "propose_take_over", reason="registre de 2024")
    step(town, "agent2", file_id, "confirm_take_over")
    return file_id


def later(town) -> int:
    """Another company's application for the same ground, filed today."""
    file_id = draft(
        town, "title", "new", GROUND, "rival", substances=("Cu",), term_years=Decimal(5),
        declared_cells=4,
    )  # fmt: skip
    step(town, "rival", file_id, "file")
    return file_id


def test_an_imported_application_blocks_until_it_was_rejected(town) -> None:
    title, rival = imported(town), later(town)
    with pytest.raises(LawForbids) as waits:
        settled(town, "agent", rival, "propose_favourable")
    assert {found.code for found in waits.value.findings} == {"overlap"}
    old = taken_over(town, title)
    made = file(town, old)
    assert (made.number, made.title_id) == ("D-2025-00002", title)
    step(town, "agent", old, "propose_unfavourable", reason="incomplet")
    step(town, "agent2", old, "confirm_unfavourable")
    refusal = act("rejection", DAY, "Décision 12")
    step(town, "minister", old, "refuse", reason="incomplet", act=refusal)
    with pytest.raises(LawForbids):
        settled(town, "agent", rival, "propose_favourable")
    town.clock.go_to(date(2025, 4, 3))
    step(town, "agent", old, "close_refused")
    assert title_on(town, title, date(2025, 4, 3)).state == "rejected"
    assert list(title_on(town, title, date(2025, 4, 3)).grounds) == []
    assert settled(town, "agent", rival, "propose_favourable").state == "favourable_proposed"


def test_its_rank_is_the_day_of_the_earlier_register(town) -> None:
    """Filed in 2014, taken over after the rival filed: it goes first, and is granted."""
    title = imported(town)
    later(town)
    old = taken_over(town, title)
    judged = settled(town, "agent", old, "propose_favourable").judged
    assert judged.rules_on == date(2014, 2, 3)
    settled(town, "agent2", old, "confirm_favourable")
    step(town, "agent", old, "forward")
    decision = act("grant", DAY)
    settled(town, "minister", old, "grant", act=decision)
    step(town, "agent", old, "prepare_registration")
    settled(town, "agent2", old, "register", act=decision, payload={"code": "PR 77"})
    granted = title_on(town, title, DAY)
    assert (granted.code, granted.state, granted.filed_on) == ("PR 77", "granted", date(2014, 2, 3))
    assert [ground.standing for ground in granted.grounds] == ["held"]


def test_where_no_day_is_known_the_order_stays_unknown(town) -> None:
    title = imported(town, filed_on=None)
    later(town)
    old = taken_over(town, title)
    judged = step(town, "agent", old, "propose_unfavourable", reason="essai").judged
    assert judged.facts.proposal.filed_on is None
    assert judged.facts.proposal.filed_order is None
    (overlap,) = judged.settled.judgement.of("overlap")
    assert "Which came first is not known" in overlap.message.en


def test_two_people_take_it_over_with_a_paper_and_a_reason(town) -> None:
    file_id = take_over(town, imported(town))
    with pytest.raises(StepRefused, match="evidence"):
        step(town, "agent", file_id, "propose_take_over", reason="essai")
    add(town, "agent", file_id, "evidence")
    with pytest.raises(StepRefused, match="reason"):
        step(town, "agent", file_id, "propose_take_over")
    step(town, "agent2", file_id, "propose_take_over", reason="essai")
    for login in ("agent", "agent2"):
        with pytest.raises(SecondPersonNeeded):
            step(town, login, file_id, "confirm_take_over")
    assert step(town, "chief", file_id, "confirm_take_over").state == "filed"


def test_a_company_takes_nothing_over(town) -> None:
    title = imported(town)
    with pytest.raises(NotPermitted):
        take_over(town, title, login="company")
    file_id = take_over(town, title)
    with pytest.raises(NotFound):
        step(town, "company", file_id, "file")


def test_only_a_pending_application_without_a_file_and_its_own_carres(town) -> None:
    title = imported(town)
    for wrong, more, said in (
        (town.titles["PE 525"], {}, "no pending application"),
        (title, {"ground": rectangle(COL + 40, ROW, 3, 2)}, "not those"),
        (title, {"kind": "PE"}, "kind PR"),
        (title, {"party_id": next(iter(town["rival"].parties))}, "not held by the applicant"),
    ):
        file_id = take_over(town, wrong, **more)
        add(town, "agent", file_id, "evidence")
        with pytest.raises(StepRefused, match=said) as refused:
            step(town, "agent", file_id, "propose_take_over", reason="essai")
        assert refused.value.fr
    taken_over(town, title)
    again = take_over(town, title)
    add(town, "agent", again, "evidence")
    with pytest.raises(StepRefused, match="D-2025-00001"):
        step(town, "agent", again, "propose_take_over", reason="essai")


def test_the_cadastre_records_a_withdrawal_by_letter_that_another_brought(town) -> None:
    title = imported(town)
    old = taken_over(town, title)
    with pytest.raises(StepRefused, match="withdrawal_letter"):
        step(town, "agent", old, "record_withdrawal", reason="lettre")
    add(town, "agent", old, "withdrawal_letter")
    with pytest.raises(StepRefused, match="another person"):
        step(town, "agent", old, "record_withdrawal", reason="lettre")
    assert step(town, "agent2", old, "record_withdrawal", reason="lettre").state == "withdrawn"
    assert title_on(town, title, DAY).state == "withdrawn"
    own = later(town)
    add(town, "agent", own, "withdrawal_letter")
    with pytest.raises(StepRefused, match="itself"):
        step(town, "agent2", own, "record_withdrawal", reason="lettre")


def test_its_applicant_appeals_like_any_other(town) -> None:
    old = taken_over(town, imported(town))
    step(town, "agent", old, "propose_unfavourable", reason="incomplet")
    step(town, "agent2", old, "confirm_unfavourable")
    step(town, "minister", old, "refuse", reason="x", act=act("rejection", DAY, "Décision 12"))
    add(town, "company", old, "appeal")
    assert step(town, "company", old, "appeal").state == "appealed"
