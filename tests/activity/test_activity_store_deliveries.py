"""Deliveries on real PostGIS: whole, once, on both clocks, replaced and never deleted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy.exc
from activity_store_help import FACTS, LUALABA, officer, read, seen, store, with_officers
from shapely import MultiPolygon, Point, box
from sqlalchemy import Engine, text

from geo.activity.records import Seen
from geo.errors import FileRefused, InputError, NotFound, NotPermitted, RegisterError
from geo.periods import Period
from geo.register.activity.extents import at_the_sites, within_box, within_the_country
from geo.register.activity.lists import deliveries, delivery_issues
from geo.register.activity.reader import ActivityReader
from geo.register.activity.writer import Delivery, SourceFacts, store_delivery
from geo.register.connection import CADASTRE, PUBLIC, UnitOfWork
from geo.sources.rows import Issue

JUNE = Period(date(2026, 6, 1), date(2026, 7, 1))
SECRET = SourceFacts("Confidential inspections", "sites", public=False)


@pytest.fixture
def engine(fresh_database: Any) -> Iterator[Engine]:
    made = with_officers(fresh_database.app)
    yield made
    made.dispose()


def _official(engine: Engine, **asked: Any) -> list[Any]:
    with UnitOfWork(engine, CADASTRE) as unit:
        return ActivityReader(unit.connection, public=False).observations(**asked)


def _public(engine: Engine, **asked: Any) -> list[Any]:
    with UnitOfWork(engine, PUBLIC) as unit:
        return ActivityReader(unit.connection, public=True).observations(**asked)


def test_what_is_stored_is_read_again_as_it_was(engine: Engine) -> None:
    one = seen(
        25.47,
        -10.7,
        site="A1",
        name="Carrière 1",
        during=Period(date(2026, 6, 3), date(2026, 6, 4)),
        uncertainty_m=50.0,
        minerals=("Co", "Cu"),
        workers=12,
        attributes={"village": "X"},
    )
    two = seen(
        25.5,
        -10.6,
        seen=Seen.DETECTION,
        geometry=MultiPolygon([box(25.5, -10.6, 25.51, -10.59)]),
        patch_ha=3.25,
        confidence=0.8,
        uncertainty_m=0.0,
    )
    stored = store(engine, [one, two], during=JUNE)
    found = _official(engine)
    assert [(f.id, f.site, f.name, f.during) for f in found] == [
        (1, "A1", "Carrière 1", one.during),
        (2, None, None, None),
    ]
    for kept, given in zip(found, (one, two), strict=True):
        for name in ("geometry", "uncertainty_m", "patch_ha", "confidence", "minerals", "workers"):
            assert getattr(kept, name) == getattr(given, name)
        assert dict(kept.attributes) == dict(given.attributes)
    assert stored.file_kept == "open"
    assert [str(f) for f in _public(engine)] == [str(f) for f in found]


def test_a_day_that_is_not_stated_stays_so_unless_the_survey_is_asked(engine: Engine) -> None:
    store(engine, [seen(25.47, -10.7)], during=JUNE)
    assert _official(engine)[0].during is None
    assert _official(engine, during=JUNE) == []
    (dated,) = _official(engine, during=JUNE, dated_by_survey=True)
    assert dated.during == JUNE


def test_a_delivery_that_replaces_closes_what_was_said_and_keeps_it(engine: Engine) -> None:
    first = store(engine, [seen(25.47, -10.7, site="A1"), seen(25.48, -10.7)], during=JUNE)
    later = within_box(25.0, -11.0, 26.0, -10.0)
    second = store(
        engine, [seen(25.4, -10.7, site="A1")], facts=None, replaces=first.id, extent=later
    )
    assert second.revision > first.revision
    assert [o.id for o in _official(engine)] == [3]
    assert [o.id for o in _official(engine, known=first.revision)] == [1, 2]
    with UnitOfWork(engine, CADASTRE) as unit:
        reader = ActivityReader(unit.connection, public=False)
        assert [s.during for s in reader.surveys()] == [None]
        before = reader.surveys(known=first.revision)
        assert [s.during for s in before] == [JUNE]
        assert before[0].extent.equals(LUALABA.ground)
        closed = unit.connection.scalars(
            text("select distinct upper(known) from activity.observation where delivery_id = 1")
        )
        assert list(closed) == [second.revision]
        kept = unit.connection.scalar(text("select count(*) from activity.site"))
        assert kept == 1
        assert [d.replaced_by for d in deliveries(unit.connection)] == [second.id, None]


def test_only_once_and_only_its_own_is_replaced(engine: Engine) -> None:
    first = store(engine, [seen(25.47, -10.7)])
    store(engine, [seen(25.4, -10.7)], facts=None, replaces=first.id)
    with pytest.raises(RegisterError, match="replaced already, by delivery 2"):
        store(engine, [seen(25.3, -10.7)], facts=None, replaces=first.id)
    with pytest.raises(NotFound, match="has no delivery 2"):
        store(engine, [seen(25.3, -10.7)], source="other", replaces=2)
    with pytest.raises(NotFound, match="has no delivery 77"):
        store(engine, [seen(25.3, -10.7)], facts=None, replaces=77)


def test_the_same_file_again_changes_nothing_and_says_so(engine: Engine) -> None:
    first = store(engine, [seen(25.47, -10.7)])
    again = store(engine, [seen(25.47, -10.7)])
    assert (again.unchanged, again.id, again.revision) == (True, first.id, first.revision)
    assert len(_official(engine)) == 1
    with UnitOfWork(engine, CADASTRE) as unit:
        last = unit.connection.scalar(text("select max(id) from register.revision"))
    assert last == first.revision


def test_the_same_file_may_replace_itself_with_another_survey(engine: Engine) -> None:
    first = store(engine, [seen(25.47, -10.7)])
    second = store(engine, [seen(25.47, -10.7)], facts=None, during=JUNE, replaces=first.id)
    assert not second.unchanged
    with UnitOfWork(engine, CADASTRE) as unit:
        (survey,) = ActivityReader(unit.connection, public=False).surveys()
    assert survey.during == JUNE


def test_two_officers_who_store_one_file_at_once_store_it_once(engine: Engine) -> None:
    store(engine, [seen(25.1, -10.7)])
    outcomes: list[Any] = []
    gate = threading.Barrier(2)

    def deliver(login: str) -> None:
        gate.wait()
        outcomes.append(store(engine, [seen(25.47, -10.7)], facts=None, login=login))

    both = [threading.Thread(target=deliver, args=(n,)) for n in ("o.kasongo", "k.ilunga")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(o.unchanged for o in outcomes) == [False, True]
    assert len(_official(engine)) == 2


def test_a_source_is_described_once_with_its_first_delivery(engine: Engine) -> None:
    with pytest.raises(InputError, match="not known yet"):
        store(engine, [seen(25.47, -10.7)], facts=None)
    store(engine, [seen(25.47, -10.7)])
    with pytest.raises(InputError, match="described already"):
        store(engine, [seen(25.4, -10.7)], facts=FACTS)


def test_the_bytes_are_those_that_were_read(engine: Engine) -> None:
    reading, _ = read([seen(25.47, -10.7)])
    with pytest.raises(FileRefused, match="changed after it was read"), officer(engine) as unit:
        store_delivery(unit, Delivery("inspections", reading, b"x", LUALABA, None, FACTS))


def test_the_file_as_received_is_kept_with_its_checksum(engine: Engine) -> None:
    reading, content = read([seen(25.47, -10.7)])
    with officer(engine) as unit:
        store_delivery(unit, Delivery("inspections", reading, content, LUALABA, None, FACTS))
        kept = unit.connection.scalar(text("select content from register.received_content"))
        assert bytes(kept) == content
        (delivery,) = deliveries(unit.connection)
    assert (delivery.sha256, delivery.delivered_by) == (reading.sha256, "o.kasongo")


def test_issues_are_kept_and_say_which_rows_were_refused(engine: Engine) -> None:
    odd = Issue("sites.csv", 1, "workers", "many", "bad_number", "no number", "sender")
    gone = Issue("sites.csv", 2, "geometry", None, "no_geometry", "no position", "sender")
    store(engine, [seen(25.47, -10.7)], issues=(odd, gone), features=2, refused=1)
    with officer(engine) as unit:
        total, found = delivery_issues(unit.connection, 1)
        assert total == 2
        assert [(i.row, i.kind, i.refused) for i in found] == [
            (1, "bad_number", False),
            (2, "no_geometry", True),
        ]
        with pytest.raises(NotFound, match="no delivery 9"):
            delivery_issues(unit.connection, 9)


def test_a_source_that_is_not_public_is_seen_by_officials_alone(engine: Engine) -> None:
    store(engine, [seen(25.47, -10.7)])
    store(engine, [seen(25.48, -10.7)], source="secret", facts=SECRET)
    assert [o.source for o in _official(engine)] == ["inspections", "secret"]
    assert [o.source for o in _public(engine)] == ["inspections"]
    assert [o.source for o in _public(engine, inside=box(25, -11, 26, -10))] == ["inspections"]
    with UnitOfWork(engine, PUBLIC) as unit:
        reader = ActivityReader(unit.connection, public=True)
        assert [s.source for s in reader.surveys()] == ["inspections"]
        assert [(s.code, s.observations, s.undated) for s in reader.sources()] == [
            ("inspections", 1, 1)
        ]
        with pytest.raises(NotFound):
            reader.observation(2)
        with pytest.raises(InputError, match="what is known now"):
            reader.observations(known=1)


def test_observations_are_found_by_ground_distance_source_site_and_page(engine: Engine) -> None:
    spots = [(25.5, -10.5), (25.6, -10.5), (25.7, -10.5), (25.8, -10.5)]
    store(engine, [seen(*spot, site=f"S{n}") for n, spot in enumerate(spots)])
    ground = box(25.45, -10.55, 25.6, -10.45)
    for asked in (_official, _public):
        assert [o.id for o in asked(engine, inside=ground)] == [1, 2]  # a touch counts
        assert [o.site for o in asked(engine, site="S3")] == ["S3"]
        assert [o.id for o in asked(engine, after_id=1, limit=2)] == [2, 3]
        assert asked(engine, source="nobody") == []
        # 0.1° of longitude at 10.5° S: pyproj.Geod(ellps="WGS84").inv gives 10,947.9 m
        assert [o.id for o in asked(engine, inside=ground, near_m=10_940)] == [1, 2]
        assert [o.id for o in asked(engine, inside=ground, near_m=10_955)] == [1, 2, 3]


def test_a_delivery_is_refused_without_its_survey_or_its_rows(engine: Engine) -> None:
    store(engine, [seen(25.47, -10.7)])
    statement = text(
        "insert into activity.delivery (source_id, file_id, file_name, schema, features, kept, "
        "refused, dropped, file_kept, delivered_by, opened_revision, replaces) "
        "values (1, 1, 'x', 'y', 1, 1, 0, '{}', 'open', 0, 0, 1)"
    )
    with UnitOfWork(engine, CADASTRE, actor="o.kasongo") as unit:
        unit.open_revision()
        with unit.acting_as("mabele_register"):
            unit.connection.execute(statement)
            now = text("set constraints all immediate")
            with pytest.raises(sqlalchemy.exc.DBAPIError, match="lacks its file"):
                unit.connection.execute(now)


def test_nobody_stores_activity_without_an_account_of_an_officer(engine: Engine) -> None:
    reading, content = read([seen(25.47, -10.7)])
    order = Delivery("inspections", reading, content, LUALABA, None, FACTS)
    for role, login in ((CADASTRE, "nobody"), ("mabele_admin", "o.kasongo")):
        with pytest.raises(NotPermitted), UnitOfWork(engine, role, actor=login) as unit:
            store_delivery(unit, order)


def test_extents_are_stated_and_never_taken_from_the_points() -> None:
    with pytest.raises(InputError, match="is no box"):
        within_box(26, -10, 25, -11)
    whole, south_cut = within_the_country(), within_the_country(box(10, -14, 32, -10.26))
    assert whole.ground.covers(Point(25.47, -10.7))
    assert not south_cut.ground.intersects(Point(25.47, -10.7))
    with pytest.raises(InputError, match="no area"):
        within_the_country(box(0, -20, 40, 20))
    sites = at_the_sites([seen(25.47, -10.7, uncertainty_m=100.0), seen(26, -10)])
    assert sites.basis == "sites"
    # pyproj.Geod(ellps="WGS84").fwd(25.47, -10.7, 0, 99): 99 m north
    assert sites.ground.covers(Point(25.47, -10.69910))
    assert not sites.ground.covers(Point(25.47, -10.698))
    with pytest.raises(InputError, match="no area"):
        at_the_sites([])
