"""Alerts in a register: raised once, in the right month, with evidence; by role."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import shapely
import sqlalchemy.exc
from sample_register import DAY, act, facts, official, open_accounts, reading, row, square
from shapely import Polygon
from sqlalchemy import text
from stored_activity import store

from geo.activity.alert_settings import shipped_settings
from geo.activity.alert_store import (
    alerts_read,
    change_settings,
    current_settings,
    run_alerts,
    take_note,
)
from geo.activity.expansion import Looked, SubjectKind, ZoneCode
from geo.activity.expansion_reading import (
    first_look,
    read_expansion,
    subject_of_province,
    subject_of_title,
)
from geo.activity.looks import month_of
from geo.activity.records import Observation, Seen, Survey
from geo.errors import InputError, MabeleError, NotFound, NotPermitted
from geo.law import load_law
from geo.register.accounts import Mandate, create_account
from geo.register.connection import ADMIN, CADASTRE, PUBLIC, REGISTER, UnitOfWork, engine_for
from geo.register.people import DATABASE_ROLE, Role
from geo.register.writer import grant, record_reading

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "simulate_expansion.py"
COL, ROW = 3060, -1290  # 25.5° E, 10.75° S: where the simulation's zone begins
START, END = date(2023, 1, 1), date(2024, 12, 31)


def simulated(**more):
    spec = importlib.util.spec_from_file_location("simulate_expansion", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.simulate(4, **more)


def month(name: str):
    return month_of(date.fromisoformat(f"{name}-01"))


def as_records(world, source="sim"):
    observations = [
        Observation(
            None, source, Seen.DETECTION,
            shapely.MultiPolygon([shapely.make_valid(Polygon(one["ring"]))]), month(one["month"]),
        )
        for one in world["detections"]
    ]  # fmt: skip
    ground = shapely.MultiPolygon([Polygon(world["surveyed"])])
    return observations, [Survey(source, ground, month(name)) for name in world["surveys"]]


@pytest.fixture(scope="module")
def world():
    return simulated(gaps=("2023-06",))


@pytest.fixture(scope="module")
def register(database, world):
    """A ZEA and the permit beside it, another holder's permit far away, and the detections."""
    engine = engine_for(database.app)
    open_accounts(engine, "officer", "officer2")
    made, content = reading([row(1, square(COL, ROW, 6, 6), "ZEA 1", "ZEA", granted_on=DAY)])
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=DAY)
    with official(engine) as unit:
        titles = {"zone": unit.connection.scalar(text("select id from register.title"))}
    for name, code, holder, col in (
        ("permit", "77", "Holder SARL", COL + 6),
        ("other", "78", "Other SARL", COL + 60),
    ):
        with official(engine) as unit:
            ground = square(col, ROW, 10, 6)
            titles[name] = grant(unit, facts(code, "PE", holder=holder), ground, act())
    with UnitOfWork(engine, ADMIN, actor="administrator", reason="test") as unit:
        create_account(unit, "admin", "admin", ADMIN, "$argon2id$none")
        for login, holder in (("holder", "Holder SARL"), ("other", "Other SARL")):
            party = unit.connection.scalar(
                text("select id from register.party where name = :name"), {"name": holder}
            )
            role = DATABASE_ROLE[Role.COMPANY]
            mandates = [Mandate(party, may_sign=False)]
            create_account(unit, login, login, role, "$argon2id$none", mandates=mandates)
        unit.commit()
    observations, surveys = as_records(world)
    store(engine, "officer", "sim", observations, surveys, public=False)
    yield engine, titles
    engine.dispose()


def run(engine, start=START, end=END):
    with UnitOfWork(engine, CADASTRE, actor="officer", reason="run") as unit:
        result = run_alerts(unit, load_law(), start, end)
        unit.commit()
        return result


@pytest.fixture(scope="module")
def first_run(register):
    return run(register[0])


def read(engine, role=CADASTRE, actor="officer", **asked):
    with UnitOfWork(engine, role, actor=actor, reason="") as unit:
        return alerts_read(unit.connection, official=role == CADASTRE, **asked)


def test_the_first_alerts_are_of_the_month_of_the_crossing(register, world, first_run):
    engine, titles = register
    alerts = read(engine)
    assert len(alerts) == len(first_run.raised) > 0
    first = month(world["crossing"]).start
    for direction, title in (("leaves_area", "zone"), ("enters_permit", "permit")):
        months = [alert.month for alert in alerts if alert.direction == direction]
        assert min(months) == first
        assert {a.title_id for a in alerts if a.direction == direction} == {titles[title]}
    assert first_run.not_surveyed == (date(2023, 6, 1),)


def test_an_alert_tells_observations_distances_before_and_after(register, first_run):
    engine, titles = register
    alert = min(read(engine, title=titles["zone"]), key=lambda one: one.month)
    same = [one for one in read(engine, title=titles["zone"]) if one.month == alert.month]
    after = [e for one in same for e in one.evidence if e["after"]]
    assert len(after) == 3  # the simulation opens three pits a month
    assert any(not e["after"] for e in alert.evidence)
    assert alert.distance_m == pytest.approx(190, abs=30)  # 250 m less a pit's radius
    assert (alert.before_ha, alert.before_places) == (0, 0)
    assert alert.new_ha > shipped_settings().least_ha


def test_a_second_run_on_unchanged_data_raises_none(register, first_run):
    again = run(register[0])
    assert again.raised == ()
    assert again.repeated == len(first_run.raised)
    assert len(read(register[0])) == len(first_run.raised)


def test_the_same_file_delivered_anew_raises_none(register, world, first_run):
    """Another delivery of the same detections: other numbers, the same places and months."""
    observations, surveys = as_records(world, "second")
    store(register[0], "officer", "second", observations, surveys, public=False)
    assert run(register[0]).raised == ()


def test_months_before_those_asked_about_are_looked_at_and_raise_none(register, first_run):
    before = run(register[0], date(2023, 1, 1), date(2023, 12, 31))
    assert before.raised == ()
    assert before.repeated == 0


def test_a_company_reads_the_alerts_of_its_titles_alone(register, first_run):
    engine, titles = register
    company = DATABASE_ROLE[Role.COMPANY]
    assert {a.title_id for a in read(engine, company, "holder")} == {titles["permit"]}
    assert read(engine, company, "other") == []
    assert all(one.evidence for one in read(engine, company, "holder"))


@pytest.mark.parametrize("role", [PUBLIC, DATABASE_ROLE[Role.OPINION]])
def test_everybody_else_reads_none(register, role):
    with pytest.raises((MabeleError, sqlalchemy.exc.ProgrammingError)):
        read(register[0], role, "public")


@pytest.mark.parametrize("role", sorted(set(DATABASE_ROLE.values())))
@pytest.mark.parametrize("table", ["alert", "alert_evidence", "alert_run"])
def test_nobody_but_the_engine_writes_an_alert(database, register, role, table):
    asked = text(
        "select has_table_privilege(cast(:role as name), :table, v) "
        "from unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) v"
    )
    owner = engine_for(database.owner)
    with owner.connect() as connection:
        found = connection.scalars(asked, {"role": role, "table": f"activity.{table}"})
        assert set(found) == {False}
    owner.dispose()


def test_an_alert_outside_a_run_of_its_revision_is_refused_by_the_database(register, first_run):
    with (
        pytest.raises((MabeleError, sqlalchemy.exc.DatabaseError)),
        UnitOfWork(register[0], REGISTER, actor="officer", reason="forged") as unit,
    ):
        unit.connection.execute(
            text(
                "insert into activity.alert (run_id, key, code, direction, ref, title_id, name, "
                "month, cell_col, cell_row, place, new_ha, stated_ha, places, before_ha, "
                "before_places, distance_m) select run_id, 'x', 'ALR-202401-00000000', direction, "
                "ref, title_id, name, month, cell_col, cell_row, place, 1, 0, 0, 0, 0, 0 "
                "from activity.alert limit 1"
            )
        )


def test_an_officer_takes_note_once(register, first_run):
    engine, _ = register
    code = first_run.raised[0]
    with UnitOfWork(engine, CADASTRE, actor="officer2", reason="note") as unit:
        noted = take_note(unit, code, "visite prévue le 3 mars")
        unit.commit()
    assert (noted.note, noted.noted_by) == ("visite prévue le 3 mars", "officer2")
    assert code not in {alert.code for alert in read(engine, waiting=True)}
    with (
        pytest.raises(InputError),
        UnitOfWork(engine, CADASTRE, actor="officer", reason="note") as unit,
    ):
        take_note(unit, code, "encore")
    with pytest.raises(NotFound), UnitOfWork(engine, CADASTRE, actor="officer") as unit:
        take_note(unit, "ALR-200001-00000000", "x")


def test_a_company_takes_no_note(register, first_run):
    with (
        pytest.raises((NotPermitted, sqlalchemy.exc.ProgrammingError)),
        UnitOfWork(register[0], DATABASE_ROLE[Role.COMPANY], actor="holder", reason="n") as unit,
    ):
        unit.connection.execute(
            text("insert into activity.alert_note (alert_id, note) select id, 'x' "
                 "from activity.alert limit 1")
        )  # fmt: skip


def test_an_administrator_sets_the_threshold_and_nobody_else(register, first_run):
    engine, _ = register
    with (
        pytest.raises((NotPermitted, sqlalchemy.exc.ProgrammingError)),
        UnitOfWork(engine, CADASTRE, actor="officer", reason="t") as unit,
    ):
        change_settings(unit, {"least_ha": 5}, "essai")
    with UnitOfWork(engine, ADMIN, actor="admin", reason="t") as unit:
        change_settings(unit, {"least_ha": 5}, "trop d’alertes")
        assert current_settings(unit.connection) == replace(shipped_settings(), least_ha=5.0)
        with pytest.raises(InputError):
            change_settings(unit, {"least_ha": 5}, " ")
        unit.rollback()


def test_expansion_of_a_title_by_what_the_asker_may_see(register, first_run):
    engine, titles = register
    with UnitOfWork(engine, CADASTRE, actor="officer") as unit:
        subject = subject_of_title(unit.connection, titles["zone"])
        assert (subject.kind, subject.name) == (SubjectKind.ASM_AREA, "ZEA 1")
        found = read_expansion(unit.connection, subject, START, END, public=False)
    assert len(found.steps) == 24
    assert found.steps[0].zones[ZoneCode.INSIDE].seen.ha > 1
    june = found.steps[5].zones[ZoneCode.INSIDE]
    assert (june.looked, june.seen) == (Looked.NOT_SURVEYED, None)
    ring = [one.zones[ZoneCode.WITHIN_1_KM] for one in found.steps]
    assert [bool(z.seen and z.seen.ha) for z in ring].index(True) == 14  # the crossing
    with UnitOfWork(engine, PUBLIC, actor="public") as unit:
        subject = subject_of_title(unit.connection, titles["zone"])
        found = read_expansion(unit.connection, subject, START, END, public=True)
    assert found.never_surveyed  # no source is public


def test_the_looks_before_the_first_month_asked_about_count(register, first_run):
    engine, titles = register
    with UnitOfWork(engine, CADASTRE, actor="officer") as unit:
        subject = subject_of_title(unit.connection, titles["zone"])
        found = read_expansion(
            unit.connection, subject, date(2024, 5, 1), date(2024, 6, 1), public=False
        )
    assert len(found.steps) == 2
    assert found.steps[0].zones[ZoneCode.INSIDE].new is not None
    assert found.steps[0].months == 1


def test_a_province_by_its_name():
    assert subject_of_province("lualaba").kind is SubjectKind.PROVINCE
    with pytest.raises(InputError, match="Lualaba"):
        subject_of_province("Ruritanie")


def test_questions_that_cannot_be_answered(register):
    engine, titles = register
    with UnitOfWork(engine, CADASTRE, actor="officer") as unit:
        subject = subject_of_title(unit.connection, titles["zone"])
        with pytest.raises(InputError):
            read_expansion(unit.connection, subject, END, START, public=False)
        with pytest.raises(InputError):
            read_expansion(unit.connection, subject, date(1900, 1, 1), END, public=False)
        with pytest.raises(NotFound):
            subject_of_title(unit.connection, 10**9)


def test_the_first_look_is_at_most_thirty_years_back():
    old = Survey("s", shapely.MultiPolygon(), month("1950-01"))
    assert first_look([], [old], date(2024, 5, 1)) == date(1994, 1, 1)
    assert first_look([], [], date(2024, 5, 1)) == date(2024, 5, 1)
