"""A watch tells what its owner may read: notices, objections, activity, alerts, conflicts."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest
import story_route_b as b
from activity_store_help import seen, store
from sample_register import granted, square
from sqlalchemy import Engine, text
from story_house import HOLDER, NEIGHBOUR, House, open_house
from watch_ground import Clock, Watchers, settle

from api.cluster import libpq_address
from api.delivery.courier import Courier
from api.settings import Settings
from geo.activity.records import Seen
from geo.casework.watching.areas import area_of_runs, area_of_title
from geo.casework.watching.reading import public_events
from geo.periods import Period
from geo.register.activity.writer import SourceFacts
from geo.register.connection import PUBLIC, UnitOfWork

COL, ROW = 3060, -1290
AREA = area_of_runs([[ROW + up, COL, COL + 4] for up in range(4)])
INSIDE = (COL + 0.5) / 120, (ROW + 0.5) / 120
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


@pytest.fixture
def people(engine: Engine) -> Watchers:
    granted(engine, "PE 1", square(COL + 2, ROW, 8, 4), "PE")
    found = settle(engine, {"company": "Kalonda Mining SARL"})
    found.collect()
    return found


def everybody(people: Watchers) -> dict[str, int]:
    """A watch of the same ground for each account."""
    return {login: people.watch(login, AREA) for login in people.roles}


def who_was_told(people: Watchers, watches: dict[str, int]) -> set[str]:
    return {login for login, watch in watches.items() if people.items(login, watch)}


OFFICIALS = {"officer", "supervisor", "administrator", "egc", "inspector", "legal", "minister"}


def test_a_file_is_told_of_once_its_notice_is_published(
    database: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with open_house(database, tmp_path_factory.mktemp("data"), date(2025, 3, 3)) as house:
        readers = ("neighbour", "officer", "reader", "legal", "egc", "inspector")
        order = {"name": "PE 525", "title_id": house.titles["PE 525"]}
        paths = {
            login: f"/watches/{house.people[login].send('/watches', json=order)['id']}/items"
            for login in readers
        }

        def told(login: str) -> list[tuple[str, str]]:
            Courier(house.engine, Settings.load({}), Clock()).round()
            found = house.people[login].get(paths[login])["items"]
            return [(one["kind"], one["meets"]) for one in found]

        file = b.company_proposes(house)
        b.egc_coordinates(house, file)
        assert [told(login) for login in readers] == [[]] * 6
        b.public_objects(house, file)
        for login in ("neighbour", "reader", "egc", "inspector"):
            assert told(login) == [("notice", "inside")], login
        for login in ("officer", "legal"):
            assert told(login) == [("objection", "inside"), ("notice", "inside")], login
        _shows_what_the_notice_shows(house, paths["neighbour"])


def _shows_what_the_notice_shows(house: House, path: str) -> None:
    (item,) = house.neighbour.get(path)["items"]
    assert HOLDER in item["names"]
    assert NEIGHBOUR not in item["names"]
    assert set(item["facts"]) == {
        *("change", "procedure", "right", "route", "minerals", "published_on", "closes_on"),
        *("cells", "legal_area_ha"),
    }
    assert (item["facts"]["route"], item["facts"]["closes_on"]) == ("B", "2025-04-11")
    assert "A-2025" not in str(item), "the number of the file is not public"


def test_what_a_public_source_saw_is_told_to_all_and_once(people: Watchers, engine: Engine) -> None:
    watches = everybody(people)
    first = seen(*INSIDE, site="A1", during=MARCH, name="Carrière 1")
    made = store(engine, [first], login="officer")
    people.collect()
    assert who_was_told(people, watches) == set(people.roles)
    told = people.items("reader", watches["reader"])[0]
    assert (told.facts["name"], told.facts["confidence"]) == ("Carrière 1", None)
    again = seen(*INSIDE, site="A1", during=MARCH, name="Carrière un")
    later = seen(*INSIDE, site="A1", during=Period(date(2026, 4, 1), date(2026, 4, 2)))
    store(engine, [again, later], login="officer", facts=None, replaces=made.id)
    people.collect()
    days = [one.facts["first_day"] for one in people.items("reader", watches["reader"])]
    assert days == ["2026-04-01", "2026-03-01"]


def test_what_a_source_that_is_not_public_saw_is_told_to_officials(
    people: Watchers, engine: Engine
) -> None:
    watches = everybody(people)
    secret = SourceFacts("Confidential inspections", "sites", public=False)
    store(engine, [seen(*INSIDE, source="hidden")], source="hidden", facts=secret, login="officer")
    people.collect()
    assert who_was_told(people, watches) == OFFICIALS
    with UnitOfWork(engine, PUBLIC, "public") as unit:
        assert public_events(unit.connection, AREA, (), None, 50)[0].kind.value == "grant"


def test_a_point_on_the_edge_is_not_inside_and_one_within_reach_is_near(
    people: Watchers, engine: Engine
) -> None:
    """5 m east of the edge: 0.00005° is 5.5 m near Kolwezi."""
    watch = people.watch("reader", AREA)
    edge, lat = (COL + 4) / 120, INSIDE[1]
    store(
        engine,
        [
            seen(edge, lat, site="on the edge"),
            seen(edge + 0.00005, lat, site="exact", uncertainty_m=0.0),
            seen(edge + 0.00005, lat, site="unsure", uncertainty_m=50.0),
            seen(edge + 0.00005, lat, site="a little", uncertainty_m=3.0),
            seen(edge + 0.05, lat, site="far", uncertainty_m=50.0),
            seen(edge - 0.00005, lat, site="inside", seen=Seen.DETECTION),
        ],
        login="officer",
    )
    people.collect()
    told = [(one.facts["site"], one.meets) for one in people.items("reader", watch)][::-1]
    assert told == [("unsure", "near"), ("inside", "inside")]


def test_an_alert_is_told_to_officials_and_to_whoever_holds_the_title(
    people: Watchers, engine: Engine, fresh_database: Any
) -> None:
    watches = everybody(people)
    _alert(fresh_database, title=1)
    people.collect()
    assert who_was_told(people, watches) == OFFICIALS | {"company"}
    told = people.items("company", watches["company"])[0]
    assert (told.kind.value, told.facts["code"]) == ("alert", "ALR-202603-0000000A")
    with UnitOfWork(engine, PUBLIC, "public") as unit:
        kinds = {one.kind.value for one in public_events(unit.connection, None, (), None, 50)}
    assert kinds == {"grant"}


def test_a_conflict_is_told_to_officials_and_the_holders_of_its_titles(
    people: Watchers, fresh_database: Any
) -> None:
    watches = {login: people.watch(login, area_of_title(1)) for login in people.roles}
    _conflict(fresh_database, title=1)
    people.collect()
    assert who_was_told(people, watches) == OFFICIALS | {"company"}
    told = people.items("company", watches["company"])[0]
    assert (told.facts["about"], told.facts["was"], told.facts["state"]) == (
        *("activity", "draft", "open"),
    )
    assert told.names == ()


def test_who_loses_the_mandate_reads_no_more_of_it(
    people: Watchers, engine: Engine, fresh_database: Any
) -> None:
    watch = people.watch("company", area_of_title(1))
    _alert(fresh_database, title=1)
    people.collect()
    assert len(people.items("company", watch)) == 1
    with psycopg.connect(libpq_address(fresh_database.owner)) as connection:
        connection.execute("delete from register.account_party")
    assert people.items("company", watch) == []


def test_the_courier_reads_no_more_than_it_tells(fresh_database: Any) -> None:
    hidden = (
        *("casework.case_version", "casework.objector", "casework.case_document"),
        *("casework.conflict_position", "activity.observation_sensitive", "register.audit_row"),
        *("register.session", "register.token", "register.party", "casework.finding"),
    )
    asked = "select has_any_column_privilege('mabele_courier', %s, 'select, insert, update')"
    with psycopg.connect(libpq_address(fresh_database.owner)) as connection:
        for name in hidden:
            assert connection.execute(asked, [name]).fetchone() == (False,), name


def test_the_courier_writes_nothing_of_the_register(engine: Engine) -> None:
    written = text(
        "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n "
        "on n.oid = c.relnamespace where n.nspname in ('register', 'casework', 'activity') "
        "and c.relkind in ('r', 'v') and (has_any_column_privilege('mabele_courier', c.oid, "
        "'insert, update') or has_table_privilege('mabele_courier', c.oid, 'delete, truncate'))"
    )
    with UnitOfWork(engine, PUBLIC, "public") as unit:
        assert list(unit.connection.scalars(written)) == []


def _as_owner(database: Any, *tables: str) -> psycopg.Connection[Any]:
    """The owner's connection, on which the triggers of some tables rest."""
    connection = psycopg.connect(libpq_address(database.owner))
    for table in tables:
        connection.execute(f"alter table {table} disable trigger user".encode())
    return connection


def _revision(connection: psycopg.Connection[Any]) -> int:
    """A revision of its own, as a writing transaction opens it."""
    row = connection.execute("select register.open_revision()").fetchone()
    assert row is not None
    return int(row[0])


def _alert(database: Any, title: int) -> None:
    """An alert as a run writes it; the run itself is not what is tried here."""
    with _as_owner(database, "activity.alert", "activity.alert_run") as connection:
        revision = _revision(connection)
        run = connection.execute(
            "insert into activity.alert_run (months, settings, known_revision, observations, "
            "undated, wider, not_surveyed, raised, repeated, account_id, opened_revision) values ("
            "'[2026-03-01,2026-04-01)', '{}', %s, 1, 0, 0, '{}', 1, 0, "
            "(select id from register.account where login = 'officer'), %s) returning id",
            (revision, revision),
        ).fetchone()
        assert run is not None
        connection.execute(
            "insert into activity.alert (run_id, key, code, direction, ref, title_id, name, month, "
            "cell_col, cell_row, place, new_ha, stated_ha, places, before_ha, before_places, "
            "distance_m, opened_revision) values (%s, 'k', 'ALR-202603-0000000A', 'enters_permit', "
            "'PE 1', %s, 'PE 1', '2026-03-01', %s, %s, st_setsrid(st_makepoint(%s, %s), 4326), "
            "1.5, 0, 0, 0, 0, 0, %s)",
            (run[0], title, COL + 2, ROW, *INSIDE, revision),
        )


def _conflict(database: Any, title: int) -> None:
    """A conflict that was filed, with its first step."""
    tables = ("casework.case_file", "casework.conflict", "casework.case_step")
    with _as_owner(database, *tables) as connection:
        revision = _revision(connection)
        account = "(select id from register.account where login = 'officer')"
        file = connection.execute(
            "insert into casework.case_file (machine, subject, number, state, steps, since, "
            "owner_role, opened_by, filed_at, entered_at, opened_revision) values ('conflict', "
            "'activity', 'CF-2026-00001', 'open', 1, now(), 'mabele_cadastre', "
            f"{account}, now(), now(), %s) returning id",
            (revision,),
        ).fetchone()
        assert file is not None
        connection.execute(
            "insert into casework.conflict (file_id, on_day, titles, near_m, account_id, "
            f"opened_revision) values (%s, '2026-03-01', array[%s::bigint], 500, {account}, %s)",
            (file[0], title, revision),
        )
        connection.execute(
            "insert into casework.case_step (file_id, seq, action, from_state, to_state, "
            "account_id, role, at, revision) values (%s, 1, 'file', 'draft', 'open', "
            f"{account}, 'mabele_cadastre', now(), %s)",
            (file[0], revision),
        )
