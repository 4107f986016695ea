"""Correction of a registered perimeter: two people, a new revision, nothing overwritten."""

from __future__ import annotations

from datetime import date

import pytest
from casework_steps import act, add, draft, file, rectangle, refuse_neighbours, step, title_on
from casework_town import COL, ROW
from sqlalchemy import text

from geo.errors import NotPermitted, SecondPersonNeeded, StepRefused

TRUE = rectangle(COL, ROW, 9, 10)
SINCE = date(2009, 4, 3)


def correction(town, ground=TRUE, **more) -> int:
    """A correction of PE 525: it has nine columns, not ten."""
    more = {"starts_on": SINCE, "title_id": town.titles["PE 525"], **more}
    file_id = draft(town, "correction", "perimeter", ground, "agent", kind="PE", **more)
    add(town, "agent", file_id, "evidence")
    return file_id


def test_two_people_correct_and_both_clocks_tell(town) -> None:
    cadastre = {"agent", "chief"}
    file_id = correction(town)
    refuse_neighbours(town, file_id, {"propose": cadastre, "drop": cadastre})
    step(town, "agent", file_id, "propose", reason="relevé de terrain")
    beside = {"return": cadastre, "confirm": {"chief"}, "reject": {"chief"}}
    refuse_neighbours(town, file_id, beside)
    order = act("correction", date(2025, 3, 3), "PV 12")
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", file_id, "confirm", act=order)
    with town.official() as unit:
        before = int(unit.connection.scalar(text("select max(id) from register.revision")))
    assert step(town, "agent2", file_id, "confirm", act=order).state == "registered"
    refuse_neighbours(town, file_id, {})
    title = town.titles["PE 525"]
    for day in (SINCE, date(2017, 1, 1), date(2025, 3, 4)):
        assert title_on(town, title, day).grounds[0].cells == 90
        assert title_on(town, title, day, before).grounds[0].cells == 100


def test_a_correction_sent_back_keeps_its_number(town) -> None:
    file_id = correction(town)
    number = step(town, "agent", file_id, "propose", reason="essai").number
    filed_at = file(town, file_id).filed_at
    step(town, "chief", file_id, "return", reason="plan manquant")
    town.clock.go_to(date(2025, 3, 10))
    assert step(town, "agent", file_id, "propose", reason="essai").number == number
    assert file(town, file_id).filed_at == filed_at


def test_who_opened_it_does_not_confirm_what_another_proposed(town) -> None:
    file_id = correction(town)
    step(town, "agent2", file_id, "propose", reason="essai")
    order = act("correction", date(2025, 3, 3), "PV 12")
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", file_id, "confirm", act=order)
    assert step(town, "chief", file_id, "confirm", act=order).state == "registered"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"starts_on": None}, "from which day"),
        ({"starts_on": date(2025, 3, 4)}, "no correction"),
        ({"title_id": None}, "name the title"),
        ({"ground": rectangle(COL, ROW, 10, 10)}, "already"),
        ({"ground": None}, "no carré"),
    ],
    ids=["no day", "of tomorrow", "no title", "nothing corrected", "no ground"],
)
def test_what_is_no_correction_is_refused(town, more, said) -> None:
    file_id = correction(town, **more)
    with pytest.raises(StepRefused, match=said) as refused:
        step(town, "agent", file_id, "propose", reason="essai")
    assert refused.value.fr


@pytest.mark.parametrize("lacking", ["evidence", "reason"])
def test_a_correction_has_evidence_and_a_reason(town, lacking) -> None:
    if lacking == "reason":
        file_id, order = correction(town), {}
    else:
        file_id = draft(
            town,
            "correction",
            "perimeter",
            TRUE,
            "agent",
            kind="PE",
            starts_on=SINCE,
            title_id=town.titles["PE 525"],
        )
        order = {"reason": "essai"}
    with pytest.raises(StepRefused, match=lacking) as refused:
        step(town, "agent", file_id, "propose", **order)
    assert refused.value.fr


def test_a_company_corrects_nothing(town) -> None:
    with pytest.raises(NotPermitted):
        draft(town, "correction", "perimeter", TRUE, "company", title_id=town.titles["PE 525"])
