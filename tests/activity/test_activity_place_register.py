"""Places on a real register: what officials, companies and the public are answered, by role."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import shapely
from sample_register import act, allocated, facts, granted, official, open_accounts, square
from stored_activity import store

from api.activity_places_wire import places_csv, title_said
from geo.activity.asking import Asked, Desk
from geo.activity.inspection import Reason, Wanted, ranked
from geo.activity.months import activity_by_month
from geo.activity.place import PlaceCode
from geo.activity.records import Observation, Seen, Survey
from geo.errors import NotFound, NotPermitted
from geo.law import load_law
from geo.periods import Period
from geo.register.connection import UnitOfWork, engine_for
from geo.register.orders import TitleFacts
from geo.register.people import DATABASE_ROLE, Actor, Role
from geo.register.writer import grant, institute_zone
from geo.sources.rows import Holder, State

TODAY = date(2026, 11, 23)
COL, ROW = 3060, -1290
DAYS = Period(date(2024, 5, 1), date(2024, 6, 1))


def at(col: float, row: float, **more: object) -> Observation:
    """A patch of a tenth of a carré around a place, counted in carrés from the first."""
    x, y = (COL + col) / 120, (ROW + row) / 120
    patch = shapely.box(x - 0.0004, y - 0.0004, x + 0.0004, y + 0.0004)
    given: dict[str, object] = {"during": DAYS, "patch_ha": 0.8, **more}
    return Observation(None, "egis", Seen.DETECTION, shapely.MultiPolygon([patch]), **given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def town(database):
    """A permit with an allocation in it, a zone of 2025, a permit of a natural person."""
    engine = engine_for(database.app)
    titles = {}
    titles["permit"] = granted(engine, "PE 1", square(COL, ROW, 4, 4), "PE", date(2015, 1, 1))
    with official(engine) as unit:
        titles["allocation"] = allocated(unit, titles["permit"], square(COL, ROW))
    zone = facts("ZEA 7", "ZEA", "PROVINCE DU LUALABA")
    with official(engine) as unit:
        titles["zone"] = institute_zone(
            unit, zone, square(COL + 6, ROW), act("institution", date(2025, 2, 3))
        )
    person = TitleFacts(
        code="PR 9", kind="PR", state=State.GRANTED, holders=(Holder("KABEYA Jean", Decimal(100)),)
    )
    with official(engine) as unit:
        titles["person"] = grant(unit, person, square(COL + 10, ROW), act(day=date(2016, 1, 1)))
    open_accounts(engine, "o.kasongo")
    seen = [at(1, 1), at(3, 3), at(7, 1), at(11, 1), at(20, 20), at(4, 1), at(3, 2, patch_ha=None)]
    extent = shapely.MultiPolygon([shapely.box(25.3, -10.9, 25.9, -10.4)])
    store(engine, "o.kasongo", "egis", seen, [Survey("egis", extent, DAYS)])
    hidden = [at(3.5, 3.5)]
    store(engine, "o.kasongo", "secret", hidden, [Survey("secret", extent, DAYS)], public=False)
    yield engine, titles
    engine.dispose()


NOW = Asked(TODAY)


def asked(engine, role: Role, question: Asked = NOW, parties=frozenset()):
    actor = Actor("somebody", role, parties=parties)
    with UnitOfWork(engine, DATABASE_ROLE[role], actor="somebody") as unit:
        return Desk(unit, actor, load_law(), TODAY).places(question)


def codes(placed) -> list[str]:
    return [one.code.value for one in placed]


def test_an_officer_sees_every_place_with_its_right_and_holder(town) -> None:
    engine, titles = town
    found = asked(engine, Role.OFFICER)
    assert codes(found) == [
        "inside_allocation",
        "inside_permit_no_allocation",
        "inside_zone",
        "inside_permit_no_allocation",
        "on_free_ground",
        "near_edge",
        "inside_permit_no_allocation",
        "inside_permit_no_allocation",
    ]
    right = found[3].rights[0]
    assert (right.title_id, right.code, right.holder) == (titles["person"], "PR 9", "KABEYA Jean")
    assert right.area_ha == Decimal("84.955") * 4
    assert found[0].rights[0].title_id == titles["allocation"]
    assert "national_park" in found[4].protection_unknown


def test_the_public_sees_public_sources_and_no_name_of_a_natural_person(town) -> None:
    engine, _ = town
    found = asked(engine, Role.PUBLIC)
    assert len(found) == 7, "the source that is not public is not shown"
    assert found[3].rights[0].holder is None
    assert codes(found) == codes(asked(engine, Role.OFFICER))[:7]
    assert {one.observation.source for one in found} == {"egis"}


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.COMPANY, Role.EGC, Role.INSPECTOR, Role.LEGAL])
def test_another_day_or_revision_is_the_cadastres_question(town, role: Role) -> None:
    engine, _ = town
    for question in (Asked(date(2024, 5, 2)), Asked(TODAY, as_known_on=1)):
        with pytest.raises(NotPermitted):
            asked(engine, role, question)


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.COMPANY])
def test_every_role_reads_the_places_under_its_own_rights(town, role: Role) -> None:
    engine, _ = town
    of_the_cadastre = role in (Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR)
    assert len(asked(engine, role)) == (8 if of_the_cadastre else 7)


def test_a_company_sees_the_activity_on_its_own_titles_alone(town) -> None:
    engine, titles = town
    with official(engine) as unit:
        party = unit.connection.exec_driver_sql(
            "select id from register.party where name like 'Kalonda%%'"
        ).scalar_one()
    mine = asked(engine, Role.COMPANY, parties=frozenset({party}))
    assert mine
    assert all(titles["permit"] in {r.title_id for r in one.rights} for one in mine)
    assert asked(engine, Role.COMPANY) == []


def test_places_keep_the_law_of_their_own_days(town) -> None:
    engine, _ = town
    now = asked(engine, Role.OFFICER)
    zone = now[2]
    assert zone.then[0].code is PlaceCode.ON_FREE_GROUND
    assert [(c.key, c.day, c.right.code) for c in zone.changes] == [
        ("begun", date(2025, 2, 3), "ZEA 7")
    ]
    then = asked(engine, Role.OFFICER, Asked(date(2024, 5, 15)))
    assert codes(then)[:3] == [
        "inside_permit_no_allocation",
        "inside_permit_no_allocation",
        "on_free_ground",
    ]
    over = asked(engine, Role.OFFICER, Asked(date(2027, 4, 1)))
    assert over[0].code is PlaceCode.INSIDE_PERMIT_NO_ALLOCATION
    assert any(right.notes == ("agreement_over",) for right in over[0].rights)


def test_what_was_known_in_a_revision_stays_readable(town) -> None:
    engine, _ = town
    with UnitOfWork(engine, DATABASE_ROLE[Role.OFFICER], actor="o") as unit:
        last = unit.connection.exec_driver_sql("select max(id) from register.revision").scalar_one()
    assert len(asked(engine, Role.OFFICER, Asked(TODAY, as_known_on=last))) == 8
    assert asked(engine, Role.OFFICER, Asked(TODAY, as_known_on=1)) == []


def test_a_box_and_one_observation(town) -> None:
    engine, _ = town
    box = (25.555, -10.75, 25.59, -10.73)
    found = asked(engine, Role.OFFICER, Asked(TODAY, window=box))
    assert codes(found) == ["inside_zone", "inside_permit_no_allocation"] or len(found) >= 1
    with UnitOfWork(engine, DATABASE_ROLE[Role.PUBLIC], actor="") as unit:
        desk = Desk(unit, Actor("", Role.PUBLIC), load_law(), TODAY)
        one = desk.place_of(found[0].observation.id, Asked(TODAY))
        assert one.code is found[0].code
        with pytest.raises(NotFound):
            desk.place_of(99_999, Asked(TODAY))


def test_the_list_is_ranked_by_reasons_and_counts_what_is_not_stated(town) -> None:
    engine, titles = town
    found = asked(engine, Role.OFFICER)
    listed = ranked(found, Wanted()).items
    assert [one.reasons[:1] for one in listed][:4] == [(Reason.PERMIT_NO_ALLOCATION,)] * 4
    assert listed[-1].reasons == ()
    assert {Reason.PROTECTION_UNKNOWN} <= {r for one in listed for r in one.reasons}
    large = ranked(found, Wanted(min_patch_ha=0.5))
    assert (len(large.items), large.patch_not_stated) == (7, 1)
    assert len(ranked(found, Wanted(min_patch_ha=0.81)).items) == 0
    assert len(ranked(found, Wanted(title_id=titles["zone"])).items) == 1
    assert len(ranked(found, Wanted(kind="zea")).items) == 1
    assert len(ranked(found, Wanted(code="PR 9")).items) == 1
    assert len(ranked(found, Wanted(place=PlaceCode.NEAR_EDGE)).items) == 1
    assert len(ranked(found, Wanted(max_age_days=900)).items) == 0
    assert ranked(found, Wanted(province="Nowhere")).items == ()


def test_a_csv_never_holds_a_formula(town) -> None:
    engine, _ = town
    found = asked(engine, Role.OFFICER)
    evil = replace(found[0], observation=replace(found[0].observation, name="=1+1"))
    for language in ("fr", "en"):
        rows = list(
            csv.DictReader(
                io.StringIO(places_csv(ranked([evil], Wanted()).items, load_law(), language))
            )
        )
        assert rows[0]["name"] == "'=1+1"
        assert rows[0]["place"] == "inside_allocation"
        assert "illegal" not in str(rows).lower()
        assert "illégal" not in str(rows).lower()


def test_months_that_nobody_surveyed_are_not_free_of_activity(town) -> None:
    engine, titles = town
    with UnitOfWork(engine, DATABASE_ROLE[Role.OFFICER], actor="o") as unit:
        desk = Desk(unit, Actor("o", Role.OFFICER), load_law(), TODAY)
        ground, found = desk.on_title(titles["zone"], Asked(TODAY))
        during = Period(date(2024, 4, 1), date(2024, 7, 1))
        surveys = desk.reader.surveys()
        known = activity_by_month(ground, during, found, surveys)
    assert [(m.first.month, len(m.seen), m.code) for m in known.months] == [
        (4, 0, PlaceCode.NOT_SURVEYED),
        (5, 1, None),
        (6, 0, PlaceCode.NOT_SURVEYED),
    ]
    said = title_said(titles["zone"], TODAY, known, found, load_law())
    assert [month.code for month in said.months] == ["not_surveyed", None, "not_surveyed"]
    assert said.months[0].name.fr == "non observé"
