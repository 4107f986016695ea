"""Corrections of what was assessed, drawn and found; documents; withheld terms; suspension."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from operation_ground import AREA, box, geojson, pit
from operation_people import BEGUN, LAW, PAPER_SHA256, PEOPLE, House
from sqlalchemy import text

from geo.casework.content import Content
from geo.casework.files import Draft, open_draft, take_step
from geo.casework.office import Office
from geo.casework.operation.ground import layout_ground
from geo.casework.operation.judged import law_of_area
from geo.casework.operation.orders import (
    Assess,
    CloseFinding,
    Decide,
    Declare,
    DescribeCooperative,
    Find,
    Inspect,
)
from geo.casework.operation.reading import read_record
from geo.casework.operation.record import Severity, accepted_layout
from geo.casework.operation.writing import (
    decide_assessment,
    decide_layout,
    keep,
    submit_layout,
)
from geo.casework.refusals import refused_by_name
from geo.casework.work import StepOrder
from geo.errors import (
    FileChanged,
    InputError,
    MabeleError,
    NotFound,
    NotPermitted,
    StepRefused,
)
from geo.register.connection import UnitOfWork
from geo.register.people import ROLE_OF, Actor

DAY = date(2025, 9, 1)
NOON = datetime(2025, 9, 1, 11, tzinfo=UTC)
YES = Decide(on_day=DAY, accepted=True, reason="reviewed")
ASSESS = Assess(
    on_day=DAY,
    document_sha256=PAPER_SHA256,
    organisation="EGC",
    vintage=2025,
    resources="inferred",
)
VISIT = Inspect(on_day=DAY, authority="SAEMAPE", summary="visit")


def kept(house: House, login: str, area: int, order: Any, at: datetime | None = None) -> int:
    with house.work(login) as unit:
        return keep(unit, area, order, at)


@contextmanager
def refused(house: House, login: str, error: type[MabeleError]) -> Iterator[UnitOfWork]:
    with pytest.raises(error), house.work(login) as unit:
        yield unit


def last_revision(house: House) -> int:
    with house.owner.connect() as connection:
        return int(connection.scalar(text("select max(id) from register.revision")))


def test_a_corrected_assessment_is_decided_anew(house: House) -> None:
    area = house.allocation
    first = kept(house, "egc.one", area, ASSESS)
    with house.work("egc.two") as unit:
        decide_assessment(unit, area, first, YES)
    then = last_revision(house)
    second = kept(house, "egc.one", area, ASSESS.model_copy(update={"corrects": first}))
    with house.work("officer") as unit:
        now = {a.id: a for a in read_record(unit, area).assessments}
        before = {a.id: a for a in read_record(unit, area, then).assessments}
    assert first not in now
    assert now[second].corrects == first
    assert now[second].decision is None
    assert before[first].decision
    assert second not in before
    with refused(house, "egc.one", FileChanged) as unit:  # corrected once
        keep(unit, area, ASSESS.model_copy(update={"corrects": first}))
    with refused(house, "egc.one", InputError) as unit:
        keep(unit, house.egc_ground, ASSESS.model_copy(update={"corrects": second}))
    third = kept(house, "egc.two", area, ASSESS)
    kept(house, "egc.two", area, ASSESS.model_copy(update={"corrects": third}))
    with refused(house, "inspector.one", FileChanged) as unit:  # decide on the correction
        decide_assessment(unit, area, third, YES)


def test_a_corrected_layout_is_another_version(house: House) -> None:
    area = house.allocation
    with house.work("egc.one") as unit:
        first = submit_layout(unit, area, geojson(pit("P1", box(100, 100))), DAY, LAW)
    with house.work("egc.two") as unit:
        decide_layout(unit, area, first.id, YES, LAW)
    with house.work("officer") as unit:
        in_force = accepted_layout(read_record(unit, area), DAY)
    assert in_force
    assert in_force.id == first.id
    with house.work("egc.one") as unit:
        drawn = geojson(pit("P1", box(100, 100), "7"))
        second = submit_layout(unit, area, drawn, DAY, LAW, corrects=first.id)
    assert second.version == first.version + 1
    with house.work("officer") as unit:
        record = read_record(unit, area)
    assert first.id not in {layout.id for layout in record.layouts}
    assert accepted_layout(record, DAY) != in_force
    with refused(house, "inspector.one", NotFound) as unit:
        decide_layout(unit, area, first.id, YES, LAW)
    with refused(house, "egc.one", FileChanged) as unit:
        submit_layout(unit, area, drawn, DAY, LAW, corrects=first.id)


def test_a_finding_is_corrected_by_its_own_and_closed_in_its_last_form(house: House) -> None:
    area = house.egc_ground
    visit = kept(house, "inspector.one", area, VISIT)
    found = Find(on_day=DAY, severity="high", text="no masks", inspection_id=visit)
    first = kept(house, "inspector.one", area, found)
    milder = found.model_copy(update={"severity": Severity.MINOR, "corrects": first})
    with refused(house, "egc.one", NotPermitted) as unit:  # not what an inspection found
        keep(unit, area, milder)
    second = kept(house, "inspector.two", area, milder)
    with house.work("egc.one") as unit:
        findings = {f.id: f for f in read_record(unit, area).findings}
    assert first not in findings
    assert findings[second].severity == "minor"
    with refused(house, "inspector.one", FileChanged) as unit:
        keep(unit, area, CloseFinding(on_day=DAY, finding_id=first, remediation="x"))
    kept(house, "inspector.one", area, CloseFinding(on_day=DAY, finding_id=second, remediation="x"))
    with refused(house, "inspector.one", FileChanged) as unit:
        keep(unit, area, found.model_copy(update={"corrects": second}))


@pytest.mark.parametrize(
    "order",
    [
        ASSESS.model_copy(update={"document_sha256": "ab" * 32}),
        DescribeCooperative(
            on_day=DAY,
            party_id=1,
            approval_reference="A 1",
            approved_on=DAY,
            approval_sha256="ab" * 32,
        ),
    ],
    ids=["assessment", "approval"],
)
def test_a_document_is_one_that_was_uploaded(house: House, order: Any) -> None:
    with refused(house, "egc.one", StepRefused) as unit:
        keep(unit, house.allocation, order)
    field = "document_sha256" if isinstance(order, Assess) else "approval_sha256"
    assert kept(house, "egc.one", house.allocation, order.model_copy(update={field: PAPER_SHA256}))


def test_the_file_of_a_layout_is_kept(house: House) -> None:
    content = geojson(pit("P9", box(100, 100)))
    with house.work("egc.one") as unit:
        made = submit_layout(unit, house.allocation, content, DAY, LAW)
    with house.owner.connect() as connection:
        stored = connection.scalar(
            text(
                "select c.content from casework.mine_layout l join casework.document_content c "
                "on c.sha256 = l.file_sha256 where l.id = :id"
            ),
            {"id": made.id},
        )
    assert bytes(stored) == content


def test_a_layout_is_checked_by_the_ground_of_its_day(house: House) -> None:
    with house.work("egc.one") as unit:
        ground = layout_ground(unit, house.allocation, BEGUN, egc_standard=True)
        assert ground.area.equals(AREA.outline())
        assert sorted(ground.portions) == ["WA 1", "WA 2"]
        known = last_revision(house)
        assert layout_ground(
            unit, house.allocation, BEGUN, egc_standard=True, as_known_on=known
        ).area.equals(AREA.outline())
        with pytest.raises(NotFound):  # the allocation did not exist yet
            layout_ground(unit, house.allocation, BEGUN - timedelta(days=1), egc_standard=True)
        with pytest.raises(NotFound):  # nor did the register know of it
            layout_ground(unit, house.allocation, BEGUN, egc_standard=True, as_known_on=1)
    with refused(house, "egc.one", NotFound) as unit:
        drawn = geojson(pit("P1", box(100, 100)))
        submit_layout(unit, house.allocation, drawn, BEGUN - timedelta(days=1), LAW)


TERMS = Declare(
    on_day=DAY,
    month=date(2025, 8, 1),
    substance="Co",
    tonnes=Decimal("10.5"),
    declared_by="egc",
    price=Decimal("4.20"),
    price_currency="USD",
    price_unit="kg",
    buyer="Négoce X",
    buyer_kind="other",
)


def test_price_and_buyer_are_withheld_from_the_host_unless_shared(house: House) -> None:
    area = house.allocation
    kept_back = kept(house, "egc.one", area, TERMS)
    shared = kept(house, "egc.one", area, TERMS.model_copy(update={"terms_shared": True}))
    for login in ("egc.two", "officer", "inspector.one", "legal", "minister"):
        with house.work(login) as unit:
            found = {d.id: d for d in read_record(unit, area).declarations}
        assert {found[kept_back].buyer, found[shared].buyer} == {"Négoce X"}
        assert not found[kept_back].terms_withheld
    with house.work("company") as unit:
        record = read_record(unit, area)
        law = law_of_area(unit, LAW, record, DAY, None)
    found = {d.id: d for d in record.declarations}
    hidden = found[kept_back]
    assert (hidden.price, hidden.buyer, hidden.buyer_kind) == (None, None, None)
    assert (hidden.terms_withheld, hidden.tonnes) == (True, Decimal("10.5"))
    assert (found[shared].price, found[shared].buyer) == (Decimal("4.20"), "Négoce X")
    assert shared in law.declarations
    assert kept_back not in law.declarations
    sole = law.declarations[shared].judgement.of("sole_buyer")
    assert [f.verdict.value for f in sole] == ["block"]
    with refused(house, "company", NotPermitted) as unit:
        unit.connection.execute(text("select price from casework.production_declaration"))
    with house.work("stranger") as unit:
        rows = unit.connection.execute(text("select * from casework.declared_production"))
        assert rows.all() == []


class Opened:
    """An area whose operation stands open, as its file says."""

    def __init__(self, house: House, area: int, subject: str) -> None:
        self.house, self.area = house, area
        self.office = Office(house.engine, LAW, lambda: NOON)
        draft = Draft("operation", subject, Content(kind="PE"), title_id=area)
        self.file = open_draft(self.office, self.actor("egc.one"), draft)
        order = StepOrder(reason="x")
        take_step(self.office, self.actor("egc.one"), self.file, "file", order, expected_steps=0)
        with house.owner.begin() as connection:  # the way there is told elsewhere
            connection.execute(
                text("update casework.case_file set state = 'open' where id = :id"),
                {"id": self.file},
            )

    def actor(self, login: str) -> Actor:
        account = self.house.accounts[login]
        return Actor(login=login, role=ROLE_OF[PEOPLE[login]], account_id=account)

    @property
    def state(self) -> str:
        with self.house.owner.connect() as connection:
            return str(
                connection.scalar(
                    text("select state from casework.case_file where id = :id"), {"id": self.file}
                )
            )


def test_no_area_stays_open_while_a_critical_finding_stands(house: House) -> None:
    opened = Opened(house, house.egc_ground, "egc_ground")
    visit = kept(house, "inspector.one", opened.area, VISIT)
    high = Find(on_day=DAY, severity="high", text="no masks", inspection_id=visit)
    found = kept(house, "inspector.one", opened.area, high, NOON)
    assert opened.state == "open"
    with house.work("inspector.one", commit=False) as unit:
        keep(unit, opened.area, high.model_copy(update={"severity": Severity.CRITICAL}), NOON)
    assert opened.state == "open"  # what was not committed did not happen
    worse = high.model_copy(update={"severity": Severity.CRITICAL, "corrects": found})
    with house.work("inspector.two") as unit:
        unit.connection.execute(  # past the program: the database takes the step itself
            text(
                "insert into casework.operation_finding (area_title_id, on_day, severity, text, "
                "inspection_id, corrects) values (:area, :day, 'critical', 'a child', :visit, :old)"
            ),
            {"area": opened.area, "day": DAY, "visit": visit, "old": worse.corrects},
        )
    assert opened.state == "suspended"
    with refused(house, "inspector.one", StepRefused) as unit, refused_by_name():
        unit.connection.execute(
            text(
                "insert into casework.case_step (file_id, seq, action, from_state, to_state, at) "
                "values (:file, 3, 'lift', 'suspended', 'open', now())"
            ),
            {"file": opened.file},
        )
    assert opened.state == "suspended"


@pytest.mark.parametrize("login", ["company", "officer", "legal", "minister", "stranger"])
def test_who_finds_nothing_suspends_nothing(house: House, login: str) -> None:
    found = Find(on_day=DAY, severity="critical", text="x", inspection_id=1)
    with refused(house, login, NotPermitted) as unit:
        keep(unit, house.egc_ground, found, NOON)


STEP = text(
    "insert into casework.case_step (file_id, seq, action, from_state, to_state, at) "
    "values (:file, :seq, :action, 'x', 'x', :at)"
)


def _raw_step(house: House, file: int, seq: int, action: str) -> None:
    """Take a step past the program, as the database alone would let it."""
    with house.work("inspector.one") as unit, refused_by_name():
        unit.open_revision()
        unit.connection.execute(STEP, {"file": file, "seq": seq, "action": action, "at": NOON})


def test_what_the_database_refuses_of_a_step_is_said_in_both_languages(house: House) -> None:
    office = Office(house.engine, LAW, lambda: NOON)
    inspector = Actor("inspector.one", ROLE_OF["mabele_inspector"], house.accounts["inspector.one"])
    draft = Draft("operation", "zone", Content(kind="ZEA"), title_id=house.zone)
    first, second = (open_draft(office, inspector, draft) for _ in range(2))
    _raw_step(house, first, 1, "file")
    with pytest.raises(StepRefused, match="has a file already") as told:
        _raw_step(house, second, 1, "file")
    assert "déjà son dossier" in told.value.fr
    with pytest.raises(StepRefused, match="assessment was accepted") as told:
        _raw_step(house, first, 2, "confirm_assessment")
    assert "évaluation géologique" in told.value.fr
    number = kept(house, "inspector.one", house.zone, ASSESS)
    with house.work("inspector.two") as unit:
        decide_assessment(unit, house.zone, number, YES)
    _raw_step(house, first, 2, "confirm_assessment")
    with pytest.raises(StepRefused, match="layout was accepted") as told:
        _raw_step(house, first, 3, "confirm_layout")
    assert "plan d’exploitation" in told.value.fr
