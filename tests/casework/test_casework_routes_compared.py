"""Both routes side by side for one proposal: what each takes from the permit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from casework_artisanal import Case, proposal, route_b
from casework_town import COL, HOLDER, ROW, rectangle

from geo.casework.files import Draft
from geo.casework.reading import file_of
from geo.casework.routes_compared import RoutesCompared, routes_compared
from geo.errors import StepRefused


def compared(town, case, login="company") -> RoutesCompared:
    """The comparison as an account sees it."""
    with town.office.at_work(town[login], "") as unit:
        return routes_compared(town.office, unit, file_of(unit, case.id))


def test_in_2025_route_a_takes_the_carres_and_route_b_charges_them(town) -> None:
    """12 × 84.955 = 1,019.46 ha; 88 × 84.955 = 7,476.04; 100 × 84.955 = 8,495.5."""
    said = compared(town, proposal(town))
    assert (said.host_cells, said.cells, said.outside) == (100, 12, 0)
    assert said.legal_area_ha == Decimal("1019.460")
    a, b = said.a, said.b
    assert (a.title_divided, a.host_cells_after, a.encumbered_cells) == (True, 88, 0)
    assert (b.title_divided, b.host_cells_after, b.encumbered_cells) == (False, 100, 12)
    assert (a.host_area_after_ha, b.host_area_after_ha) == (
        Decimal("7476.040"),
        Decimal("8495.500"),
    )
    assert (a.basis.available, b.basis.available) == (True, True)
    assert (a.nominal_end, b.nominal_end) == (None, date(2030, 6, 1))


def test_what_no_text_states_is_undetermined(town) -> None:
    """Rates after 2018, the time to leave a zone, who is liable (domain.md 6, ZEA-8)."""
    said = compared(town, proposal(town))
    fee_a, fee_b = said.a.fees[0], said.b.fees[0]
    assert (fee_a.change, fee_a.before.amount, fee_a.after.cells) == (None, None, 88)
    assert fee_b.after.cells == 100
    assert said.a.closure_days is None
    assert said.a.liable_for_work.fr.startswith("indéterminé")
    assert said.b.consent_withdrawn.effect.value == "needs_legal_review"
    assert "titre reste entier" in said.b.pays_fees.fr
    assert "Décret 25/05" in said.b.label.fr
    assert "often described as an amendment" in said.b.label.en


def test_before_its_first_day_route_b_is_not_there(town) -> None:
    town.clock.go_to(date(2020, 6, 1))
    b = compared(town, proposal(town)).b
    assert (b.basis.available, b.basis.first_day) == (False, date(2025, 2, 21))
    assert (b.title_divided, b.host_cells_after, b.encumbered_cells) == (None, None, None)
    assert b.pays_fees.en.startswith("undetermined")


def test_in_april_2018_route_a_is_unsure(town) -> None:
    town.clock.go_to(date(2018, 4, 1))
    a = compared(town, proposal(town, "route_a")).a
    assert (a.basis.available, a.title_divided, a.host_cells_after) == (None, None, None)


def test_ground_beyond_the_permit_is_given_by_no_route(town) -> None:
    said = compared(town, proposal(town, ground=rectangle(COL - 1, ROW, 4, 1)))
    assert (said.cells, said.outside, said.a.host_cells_after) == (3, 1, 97)


def test_a_filed_proposal_keeps_the_law_of_its_filing(town) -> None:
    case = proposal(town)
    case.step("company", "file")
    town.clock.go_to(date(2026, 1, 5))
    assert compared(town, case, "egc").on == date(2025, 3, 3)


def test_without_ground_there_is_nothing_to_compare(town) -> None:
    draft = Draft(
        "allocation", "route_b", route_b(), None, town.parties[HOLDER],
        host_title_id=town.titles["PE 525"],
    )  # fmt: skip
    case = Case(town, "company", draft)
    with pytest.raises(StepRefused) as refused:
        compared(town, case)
    assert "dessinez" in (refused.value.fr or "")
