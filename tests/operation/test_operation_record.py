"""The record on real PostGIS: who reads and writes it, four eyes, corrections on both clocks."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from operation_ground import box, geojson, pit
from operation_people import COMPANY_NAME, EGC_NAME, LAW, PAPER_SHA256, House
from sqlalchemy import text

from geo.casework.operation.cooperatives import CooperativeFacts, cooperative_facts
from geo.casework.operation.orders import (
    Assess,
    AssessStandard,
    CheckCondition,
    CloseFinding,
    CountCards,
    Decide,
    Declare,
    DescribeCooperative,
    Find,
    Inspect,
    KeepArea,
    ReportIncident,
)
from geo.casework.operation.production import totals_by_month
from geo.casework.operation.reading import (
    features_of,
    issues_of,
    read_incidents,
    read_record,
)
from geo.casework.operation.refusals import refused_in_words
from geo.casework.operation.writing import (
    decide_assessment,
    decide_layout,
    keep,
    submit_layout,
)
from geo.errors import (
    FileChanged,
    FileRefused,
    InputError,
    LawForbids,
    MabeleError,
    NotFound,
    NotPermitted,
    SecondPersonNeeded,
    StepRefused,
)
from geo.register.connection import engine_for

DAY = date(2025, 9, 1)
ASSESS = Assess(
    on_day=DAY, document_sha256=PAPER_SHA256, organisation="EGC", vintage=2025, resources="inferred"
)
YES, NO = (Decide(on_day=DAY, accepted=yes, reason="reviewed") for yes in (True, False))
DECLARE = Declare(
    on_day=DAY,
    month=date(2025, 8, 1),
    substance="Co",
    tonnes=Decimal("10.5"),
    declared_by="egc",
    lots=("L-1", "L-2"),
    price=Decimal("4.20"),
    price_currency="USD",
    price_unit="kg",
    buyer="EGC",
    quota_period="2025-08",
)
INSPECT = Inspect(on_day=DAY, authority="SAEMAPE", summary="visit")
COOPERATIVE = DescribeCooperative(
    on_day=DAY,
    party_id=1,
    approval_reference="Agrément 12",
    approved_on=date(2025, 1, 1),
    members=40,
    conduct_code_signed=True,
)

EVERYTHING: list[Any] = [
    ASSESS,
    DECLARE,
    CheckCondition(on_day=DAY, condition="ppe", outcome="met", evidence="seen"),
    AssessStandard(on_day=DAY, standard="CRAFT", level=3, assessor="RCS"),
    COOPERATIVE,
    CountCards(on_day=DAY, party_id=1, year=2025, cards=40),
    ReportIncident(on_day=DAY, category="landslide", text="two people hurt", injured=2),
]


@contextmanager
def refused(house: House, login: str, error: type[MabeleError]):
    with pytest.raises(error), house.work(login) as unit:
        yield unit


def kept(house: House, login: str, area: int, order: Any) -> int:
    with house.work(login) as unit:
        return keep(unit, area, order)


@pytest.mark.parametrize("order", EVERYTHING, ids=lambda order: type(order).__name__)
@pytest.mark.parametrize("login", ["egc.one", "inspector.one"])
def test_egc_and_inspectors_keep_the_record(house: House, login: str, order: Any) -> None:
    assert kept(house, login, house.allocation, order) > 0


@pytest.mark.parametrize("order", [*EVERYTHING, INSPECT], ids=lambda order: type(order).__name__)
@pytest.mark.parametrize(
    "login",
    ["company", "stranger", "officer", "supervisor", "legal", "minister", "opinion", "reader"],
)
def test_nobody_else_does(house: House, login: str, order: Any) -> None:
    with refused(house, login, NotPermitted) as unit:
        keep(unit, house.allocation, order)


def test_egc_keeps_its_areas_only_and_inspects_none(house: House) -> None:
    for area in (house.allocation, house.egc_ground):
        assert kept(house, "egc.one", area, ASSESS)
    with refused(house, "egc.one", NotPermitted) as unit:
        keep(unit, house.zone, ASSESS)
    with refused(house, "egc.one", NotPermitted) as unit:
        keep(unit, house.allocation, INSPECT)
    assert kept(house, "inspector.one", house.zone, ASSESS)
    assert kept(house, "inspector.one", house.zone, INSPECT)


READS = {
    "officer": {"allocation", "zone", "egc_ground"},
    "supervisor": {"allocation", "zone", "egc_ground"},
    "legal": {"allocation", "zone", "egc_ground"},
    "minister": {"allocation", "zone", "egc_ground"},
    "inspector.one": {"allocation", "zone", "egc_ground"},
    "egc.one": {"allocation", "egc_ground"},
    "company": {"allocation"},  # inside its own permit
    "stranger": set(),
}


@pytest.mark.parametrize("login", sorted(READS))
def test_who_reads_which_record(house: House, login: str) -> None:
    for name in ("allocation", "zone", "egc_ground"):
        area = getattr(house, name)
        if name in READS[login]:
            with house.work(login) as unit:
                assert read_record(unit, area).area.title_id == area
        else:
            with refused(house, login, NotFound) as unit:
                read_record(unit, area)


@pytest.mark.parametrize("login", ["opinion", "reader"])
def test_who_has_no_part_in_it_reads_no_table(house: House, login: str) -> None:
    with refused(house, login, NotPermitted) as unit:
        read_record(unit, house.allocation)


def test_incidents_never_leave_the_officials_and_egc(house: House) -> None:
    kept(house, "inspector.one", house.allocation, EVERYTHING[-1])
    for login in ("officer", "legal", "minister", "inspector.one", "egc.one"):
        with house.work(login) as unit:
            assert read_incidents(unit, house.allocation)
    with refused(house, "company", NotPermitted) as unit:
        read_incidents(unit, house.allocation)
    with house.owner.connect() as connection:
        views = connection.scalars(
            text(
                "select definition from pg_views where schemaname = 'published' "
                "and definition like '%incident%'"
            )
        )
        assert list(views) == []


def test_the_database_states_who_and_when(house: House) -> None:
    number = kept(house, "egc.one", house.allocation, ASSESS)
    with refused(house, "egc.one", NotPermitted) as unit:
        unit.connection.execute(
            text("update casework.geological_assessment set resources = 'x' where id = :id"),
            {"id": number},
        )
    with refused(house, "egc.one", NotPermitted) as unit:
        unit.connection.execute(
            text("delete from casework.geological_assessment where id = :id"), {"id": number}
        )
    with refused(house, "egc.one", NotPermitted) as unit:
        unit.connection.execute(
            text(
                "insert into casework.inspection (area_title_id, on_day, authority, summary, "
                "account_id) values (:area, :day, 'x', 'x', 1)"
            ),
            {"area": house.allocation, "day": DAY},
        )
    with house.owner.connect() as connection:
        who = connection.scalar(
            text("select account_id from casework.geological_assessment where id = :id"),
            {"id": number},
        )
    assert who == house.accounts["egc.one"]


def test_every_record_is_audited_and_personal_words_are_sealed(house: House) -> None:
    number = kept(
        house,
        "egc.one",
        house.allocation,
        ASSESS.model_copy(update={"geologist": "Marie Ilunga"}),
    )
    with house.owner.connect() as connection:
        row = connection.execute(
            text(
                "select new, personal from register.audit_row where row_key = :id "
                "and table_name = 'geological_assessment'"
            ),
            {"id": str(number)},
        ).one()
    assert "Marie" not in str(row.new)
    assert row.personal["new"]["geologist"]["value"] == "Marie Ilunga"
    assert row.new["organisation"] == "EGC"


def test_a_second_person_accepts_an_assessment_once(house: House) -> None:
    number = kept(house, "egc.one", house.allocation, ASSESS)
    with refused(house, "egc.one", SecondPersonNeeded) as unit:
        decide_assessment(unit, house.allocation, number, YES)
    with house.work("egc.two") as unit:
        decide_assessment(unit, house.allocation, number, YES)
    with refused(house, "inspector.one", FileChanged) as unit:
        decide_assessment(unit, house.allocation, number, NO)
    with house.work("officer") as unit:
        found = {a.id: a for a in read_record(unit, house.allocation).assessments}[number]
    assert found.account_id == house.accounts["egc.one"]
    assert found.decision
    assert (found.decision.accepted, found.decision.account_id) == (True, house.accounts["egc.two"])


@pytest.mark.parametrize("login", ["company", "officer", "minister", "legal"])
def test_no_other_role_accepts(house: House, login: str) -> None:
    number = kept(house, "egc.one", house.allocation, ASSESS)
    with refused(house, login, NotPermitted) as unit:
        decide_assessment(unit, house.allocation, number, YES)


def test_a_decision_is_of_its_area_and_not_before(house: House) -> None:
    number = kept(house, "egc.one", house.allocation, ASSESS)
    with refused(house, "inspector.one", InputError) as unit:
        decide_assessment(unit, house.egc_ground, number, YES)
    early = Decide(on_day=DAY - timedelta(days=1), accepted=True, reason="x")
    with refused(house, "egc.two", InputError) as unit:
        decide_assessment(unit, house.allocation, number, early)


def layout(depth: str = "8", east: float = 100) -> bytes:
    return geojson(pit("P1", box(east, 100), depth))


def test_a_layout_is_read_back_as_it_was_drawn(house: House) -> None:
    with house.work("egc.one") as unit:
        made = submit_layout(unit, house.allocation, layout(), DAY, LAW)
        again = submit_layout(unit, house.allocation, layout(), DAY, LAW)
    assert made.check.issues == ()
    assert again.version == made.version + 1
    with house.work("company") as unit:
        (feature,) = features_of(unit, made.id)
        record = read_record(unit, house.allocation)
    assert feature.geometry.equals(box(100, 100))
    assert feature.depth_m == 8
    kept_layout = {each.id: each for each in record.layouts}[made.id]
    assert (kept_layout.features, kept_layout.blocking) == (1, 0)
    assert kept_layout.law_version == LAW.version


def test_a_layout_that_breaks_a_rule_is_kept_and_never_accepted(house: House) -> None:
    with house.work("egc.one") as unit:
        made = submit_layout(unit, house.allocation, layout("10.01"), DAY, LAW)
    assert [issue.code for issue in made.check.blocking] == ["pit_too_deep"]
    with refused(house, "egc.two", LawForbids) as unit:
        decide_layout(unit, house.allocation, made.id, YES, LAW)
    with refused(house, "egc.two", StepRefused) as unit, refused_in_words():  # past the program
        unit.connection.execute(
            text(
                "insert into casework.operation_decision (area_title_id, on_day, layout_id, "
                "accepted, reason) values (:area, :day, :layout, true, 'x')"
            ),
            {"area": house.allocation, "day": DAY, "layout": made.id},
        )
    with house.work("egc.two") as unit:
        assert issues_of(unit, made.id)[0]["code"] == "pit_too_deep"
        decide_layout(unit, house.allocation, made.id, NO, LAW)


def test_a_sound_layout_is_accepted_by_another_person(house: House) -> None:
    with house.work("egc.one") as unit:
        made = submit_layout(unit, house.allocation, layout(), DAY, LAW)
    with refused(house, "egc.one", SecondPersonNeeded) as unit:
        decide_layout(unit, house.allocation, made.id, YES, LAW)
    with house.work("inspector.one") as unit:
        decide_layout(unit, house.allocation, made.id, YES, LAW)
    with refused(house, "egc.two", NotFound) as unit:
        decide_layout(unit, house.egc_ground, made.id, YES, LAW)


def test_a_pit_outside_the_work_areas_is_refused_where_none_are_attributed(house: House) -> None:
    with house.work("inspector.one") as unit:
        made = submit_layout(unit, house.zone, layout(), DAY, LAW)
    assert {issue.code for issue in made.check.issues} == {"outside_area", "pit_outside_portion"}


def test_a_layout_that_cannot_be_read_leaves_nothing(house: House) -> None:
    with house.work("officer") as unit:
        before = len(read_record(unit, house.allocation).layouts)
    with refused(house, "egc.one", FileRefused) as unit:
        submit_layout(unit, house.allocation, b"{}", DAY, LAW)
    with house.work("officer") as unit:
        assert len(read_record(unit, house.allocation).layouts) == before


def test_a_company_submits_no_layout(house: House) -> None:
    with refused(house, "company", NotPermitted) as unit:
        submit_layout(unit, house.allocation, layout(), DAY, LAW)


def test_a_correction_is_a_new_record_and_the_old_one_stays_known(house: House) -> None:
    number = kept(house, "egc.one", house.egc_ground, DECLARE)
    with house.work("officer") as unit:
        then = int(unit.connection.scalar(text("select max(id) from register.revision")))
    corrected = DECLARE.model_copy(update={"tonnes": Decimal("9.5"), "corrects": number})
    newer = kept(house, "egc.two", house.egc_ground, corrected)
    with house.work("officer") as unit:
        now = read_record(unit, house.egc_ground).declarations
        before = read_record(unit, house.egc_ground, as_known_on=then).declarations
    assert [(d.id, d.tonnes, d.corrects) for d in now] == [(newer, Decimal("9.5000"), number)]
    assert [(d.id, d.tonnes) for d in before] == [(number, Decimal("10.5000"))]
    assert now[0].lots == ("L-1", "L-2")
    assert totals_by_month(now)[0].tonnes == Decimal("9.5")
    with refused(house, "egc.one", FileChanged) as unit:
        keep(unit, house.egc_ground, corrected)
    with refused(house, "egc.one", InputError) as unit:
        keep(unit, house.allocation, corrected.model_copy(update={"corrects": newer}))


def test_what_has_not_happened_is_no_record(house: House) -> None:
    tomorrow = date.today() + timedelta(days=2)
    with refused(house, "egc.one", InputError) as unit:
        keep(unit, house.allocation, ASSESS.model_copy(update={"on_day": tomorrow}))


def test_a_title_that_is_no_area_has_no_record(house: House) -> None:
    with refused(house, "inspector.one", NotFound) as unit:
        keep(unit, house.other_title, ASSESS)


def test_an_area_is_what_the_register_says(house: House) -> None:
    egc, company = house.parties[EGC_NAME], house.parties[COMPANY_NAME]
    wrong = [
        (house.other_title, "zone", None),
        (house.other_title, "allocation", egc),
        (house.other_title, "egc_ground", egc),
        (house.zone, "egc_ground", egc),
        (house.host, "egc_ground", egc),
    ]
    for title, basis, party in wrong:
        order = KeepArea(on_day=DAY, basis=basis, egc_acts=True, reference="x", egc_party_id=party)
        with refused(house, "officer", InputError) as unit:
            keep(unit, title, order)
    again = KeepArea(on_day=DAY, basis="zone", egc_acts=False, reference="x")
    with refused(house, "officer", FileChanged) as unit:
        keep(unit, house.zone, again)
    assert company != egc


def test_a_finding_is_of_an_inspection_of_the_same_area(house: House) -> None:
    visit = kept(house, "inspector.one", house.zone, INSPECT)
    found = Find(on_day=DAY, severity="high", text="no helmets", inspection_id=visit)
    with refused(house, "inspector.one", InputError) as unit:
        keep(unit, house.allocation, found)
    number = kept(house, "inspector.one", house.zone, found)
    with refused(house, "inspector.one", InputError) as unit:
        early = CloseFinding(on_day=DAY - timedelta(days=1), finding_id=number, remediation="x")
        keep(unit, house.zone, early)
    close = CloseFinding(on_day=DAY, finding_id=number, remediation="helmets given")
    kept(house, "inspector.two", house.zone, close)
    with refused(house, "inspector.one", FileChanged) as unit:
        keep(unit, house.zone, close)
    with house.work("officer") as unit:
        (stored,) = [f for f in read_record(unit, house.zone).findings if f.id == number]
    assert (stored.closed_on, stored.closed_by) == (DAY, house.accounts["inspector.two"])


def test_facts_of_a_cooperative_for_whoever_attributes_ground(house: House) -> None:
    party = house.parties["Coopérative Tumaini"]
    named = {"party_id": party}
    kept(house, "egc.one", house.egc_ground, COOPERATIVE.model_copy(update=named))
    cards = CountCards(on_day=DAY, party_id=party, year=2025, cards=40)
    kept(house, "egc.one", house.egc_ground, cards)
    for login in ("officer", "egc.two"):
        with house.work(login) as unit:
            found = cooperative_facts(unit, party, house.egc_ground, DAY)
            nothing = cooperative_facts(unit, party, house.other_title, DAY)
        assert found == CooperativeFacts(True, True, True)
        assert nothing == CooperativeFacts()


def test_the_public_sees_totals_levels_and_names_of_cooperatives(house: House, database) -> None:
    party = house.parties["Coopérative Umoja"]
    kept(house, "inspector.one", house.zone, COOPERATIVE.model_copy(update={"party_id": party}))
    kept(house, "inspector.one", house.zone, DECLARE)
    kept(house, "inspector.one", house.zone, DECLARE)
    tiles = engine_for(database.public)
    with tiles.connect() as connection:
        asked = {"zone": house.zone}
        area = connection.execute(
            text("select * from published.asm_operation where title_id = :zone"), asked
        ).one()
        totals = connection.execute(
            text(
                "select month, substance, tonnes from published.asm_production "
                "where title_id = :zone"
            ),
            asked,
        ).all()
    tiles.dispose()
    assert (area.basis, area.state, area.cooperatives) == (
        "zone",
        "not_assessed",
        ["Coopérative Umoja"],
    )
    assert [tuple(row) for row in totals] == [(date(2025, 8, 1), "Co", Decimal("21.0000"))]


def test_the_published_level_falls_with_a_finding_and_rises_with_an_assessment(
    house: House, database
) -> None:
    def level() -> int:
        tiles = engine_for(database.public)
        with tiles.connect() as connection:
            found = connection.scalar(
                text(
                    "select level from published.asm_standard where title_id = :area "
                    "and standard = 'EGC'"
                ),
                {"area": house.egc_ground},
            )
        tiles.dispose()
        return int(found)

    assessed = AssessStandard(on_day=DAY, standard="EGC", level=3, assessor="EGC")
    kept(house, "egc.one", house.egc_ground, assessed)
    assert level() == 3
    visit = kept(house, "inspector.one", house.egc_ground, INSPECT)
    found = Find(on_day=DAY, severity="high", text="no masks", inspection_id=visit)
    number = kept(house, "inspector.one", house.egc_ground, found)
    assert level() == 2
    closed = CloseFinding(on_day=DAY, finding_id=number, remediation="masks")
    kept(house, "inspector.one", house.egc_ground, closed)
    assert level() == 2
    later = assessed.model_copy(update={"on_day": DAY + timedelta(days=1), "level": 4})
    kept(house, "egc.one", house.egc_ground, later)
    assert level() == 4
