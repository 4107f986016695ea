"""The state of every carré, beside a plain count carré by carré that shares no code with it."""

from __future__ import annotations

from datetime import date

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from law_oracle import Right as Plain
from siting_oracle import Laid, state_at

from geo.law import load_law
from geo.law.facts import RightFacts
from geo.law.values import Verdict
from geo.perimeter import Perimeter
from geo.siting.ground import GroundRead, Right
from geo.siting.site import parts_of
from geo.siting.states import _CODES, Asking, RouteB, StateCode
from geo.siting.sweep import divided

LAW = load_law()
DAYS = (
    *(date(2002, 7, 10), date(2015, 6, 30), date(2018, 3, 9), date(2018, 5, 2)),
    *(date(2018, 5, 3), date(2025, 2, 20), date(2025, 2, 21), date(2026, 11, 23)),
)
KINDS = ("PR", "PE", "PEPM", "PER", "ARPC", "AECP", "AECT", "ZEA")
FIELD = Perimeter.from_runs([(row, 0, 8) for row in range(6)])
FILED, GRANTED = date(2000, 1, 5), date(2001, 2, 6)


def cells_of(ground: Perimeter) -> frozenset[tuple[int, int]]:
    return frozenset(ground)


@st.composite
def laid(draw: st.DrawFn) -> Laid:
    """A right on a rectangle that may reach beyond the ground; before every day asked."""
    left, bottom = draw(st.integers(-2, 7)), draw(st.integers(-2, 5))
    wide, high = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    pending = draw(st.booleans())
    kind = draw(st.sampled_from(KINDS[:-1] if pending else KINDS))
    right = Plain(kind, pending, FILED, None if pending else GRANTED, "holder")
    cells = frozenset((left + c, bottom + r) for c in range(wide) for r in range(high))
    return Laid(right, cells, not pending and kind != "ZEA" and draw(st.booleans()))


def as_right(number: int, one: Laid) -> Right:
    state = "application" if one.right.pending else "suspended" if one.suspended else "granted"
    facts = RightFacts(
        kind=one.right.kind,
        state=state,
        filed_on=one.right.filed_on,
        granted_on=one.right.granted_on,
        holders=frozenset({"holder"}),
        code=str(number),
    )
    ground = Perimeter.from_cells(sorted(one.cells))
    return Right(f"{one.right.kind} {number}", number, facts, ground)


@settings(max_examples=60)
@given(rights=st.lists(laid(), max_size=6), day=st.sampled_from(DAYS))
def test_every_carre_has_the_state_of_a_plain_count(rights: list[Laid], day: date) -> None:
    read = GroundRead(FIELD, day, tuple(as_right(n, one) for n, one in enumerate(rights)))
    counted: dict[tuple[int, int], str] = {}
    for part in parts_of(read, LAW, None):
        for cell in part.ground:
            assert cell not in counted
            counted[cell] = part.state.code.value
    assert counted == {cell: state_at(cell, rights, day) for cell in FIELD}


@given(rights=st.lists(laid(), max_size=8))
def test_ground_is_shared_out_without_gap_or_overlap(rights: list[Laid]) -> None:
    grounds = [Perimeter.from_cells(sorted(one.cells)) for one in rights]
    parts = divided(FIELD, grounds)
    for which, part in parts.items():
        for cell in part:
            assert which == {n for n, one in enumerate(rights) if cell in one.cells}
    assert sum(part.count for part in parts.values()) == FIELD.count


def right(kind: str, state: str = "granted", **more: object) -> Right:
    given_ = {"filed_on": FILED, "granted_on": GRANTED, "holders": frozenset({"h"}), **more}
    return Right(f"{kind} 1", 1, RightFacts(kind=kind, state=state, code="1", **given_), FIELD)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "state", "route_b"),
    [
        (date(2018, 3, 8), StateCode.BLOCKED, RouteB.NO_LEGAL_BASIS),
        (date(2018, 3, 9), StateCode.LEGAL_REVIEW, RouteB.NO_LEGAL_BASIS),
        (date(2018, 5, 3), StateCode.ROUTE_A, RouteB.NO_LEGAL_BASIS),
        (date(2025, 2, 20), StateCode.ROUTE_A, RouteB.NO_LEGAL_BASIS),
        (date(2025, 2, 21), StateCode.ROUTE_A, RouteB.POSSIBLE),
    ],
)
def test_a_permit_on_each_side_of_the_dates(day: date, state: StateCode, route_b: RouteB) -> None:
    found = Asking(LAW, day).state_of([right("PE")])
    assert (found.code, found.route_b) == (state, route_b)
    assert [host.name for host in found.hosts] == ["PE 1"]
    assert found.because[0].finding.article


@pytest.mark.parametrize(
    ("substances", "route_b"),
    [({"Co", "Cu"}, RouteB.POSSIBLE), ({"Cu"}, RouteB.NOT_STRATEGIC), (None, RouteB.POSSIBLE)],
)
def test_route_b_is_for_strategic_substances(substances: set[str] | None, route_b: RouteB) -> None:
    asked = frozenset(substances) if substances is not None else None
    assert Asking(LAW, date(2025, 3, 3), asked).state_of([right("PE")]).route_b is route_b


def test_a_suspended_host_bars_both_routes_and_a_research_permit_leaves_b_open() -> None:
    asking = Asking(LAW, date(2025, 3, 3))
    found = asking.state_of([right("PE", "suspended")])
    assert (found.code, found.route_b) == (StateCode.BLOCKED, RouteB.BLOCKED)
    found = asking.state_of([right("PR")])
    assert (found.code, found.route_b) == (StateCode.ROUTE_A, RouteB.LEGAL_REVIEW)


def test_an_earlier_application_reserves_and_one_over_a_permit_is_a_question_of_law() -> None:
    asking = Asking(LAW, date(2025, 3, 3))
    waiting = right("PR", "application", granted_on=None)
    assert asking.state_of([waiting]).code is StateCode.RESERVED
    assert asking.state_of([waiting, right("PE")]).code is StateCode.LEGAL_REVIEW


def test_every_verdict_has_a_state() -> None:
    asked_nothing = {Verdict.NOT_APPLICABLE}
    assert set(_CODES) == set(Verdict) - asked_nothing
