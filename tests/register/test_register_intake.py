"""Taking a register over, its conflicts, the same file again, and later extracts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sample_register import act, granted, official, open_accounts, reading, row, square
from shapely import Polygon
from sqlalchemy import Engine, text

from geo.errors import FileRefused, GroundTaken, NotFound, RegisterError
from geo.perimeter import Perimeter
from geo.register.intake import ImportReport
from geo.register.reader import Reader
from geo.register.writer import approve_report, record_reading, reject_report, release
from geo.sources.rows import Holder, Issue, RightRow, State

AS_OF = date(2015, 6, 30)
LATER = date(2018, 6, 30)
PROPOSER, APPROVER = "proposer", "approver"
MINING, QUARRY, TAILINGS, ALLOCATION = 1, 2, 3, 4
GROUPS = {
    **{kind: {MINING} for kind in ("PR", "PE", "PEPM")},
    **{kind: {QUARRY} for kind in ("ARPC", "AECP", "AECT")},
    **{kind: {MINING, QUARRY, TAILINGS, ALLOCATION} for kind in ("ZEA", "UNKNOWN")},
    "PER": {TAILINGS},
}


@pytest.fixture(autouse=True)
def accounts(engine: Engine) -> None:
    """Two people: one proposes, the other approves."""
    open_accounts(engine, PROPOSER, APPROVER)


def taken_over(
    engine: Engine,
    rows: Sequence[RightRow],
    as_of: date = AS_OF,
    source: str = "CAMI",
    actor: str = PROPOSER,
) -> ImportReport:
    """Import a file of rows."""
    made, content = reading(rows)
    with official(engine, actor) as unit:
        return record_reading(unit, made, content=content, source=source, as_of=as_of)


def approved(engine: Engine, import_id: int, actor: str = APPROVER) -> ImportReport:
    """Approve a report."""
    with official(engine, actor) as unit:
        return approve_report(unit, import_id)


def occupied(engine: Engine) -> dict[tuple[int, int, int], list[tuple[int, int]]]:
    """(group, column, row) → (title, excl) of each occupancy row that covers it, cell by cell."""
    cells: dict[tuple[int, int, int], list[tuple[int, int]]] = defaultdict(list)
    with official(engine) as unit:
        rows = unit.connection.execute(
            text(
                'select grp, "row", lower(cols), upper(cols), title_id, excl '
                "from register.occupancy"
            )
        )
        for group, row_, start, end, title, excl in rows:
            for col in range(start, end):
                cells[group, col, row_].append((title, excl))
    return cells


def believed(engine: Engine) -> dict[tuple[int, int, int], list[int]]:
    """(group, column, row) → titles, counted from the perimeter versions without the database."""
    cells: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    with official(engine) as unit:
        rows = unit.connection.execute(
            text(
                "select title_id, kind, runs from register.perimeter_version where upper_inf(known)"
            )
        )
        for title, kind, runs in rows:
            for group in GROUPS[kind]:
                for row_, start, end in runs:
                    for col in range(start, end):
                        cells[group, col, row_].append(title)
    return cells


def check_occupancy(engine: Engine) -> None:
    """Occupancy is what the versions say, and excl tells exactly who is tolerated where."""
    held, said = occupied(engine), believed(engine)
    assert {cell: sorted(t for t, _ in rows) for cell, rows in held.items()} == {
        cell: sorted(titles) for cell, titles in said.items()
    }
    for cell, rows in held.items():
        exclusions = {excl for _, excl in rows}
        assert len(exclusions) == 1, cell
        if len({title for title, _ in rows}) > 1:
            assert exclusions.pop() < 0, cell


def test_every_row_becomes_a_title_and_stands_as_its_state_says(engine: Engine) -> None:
    rows = [
        row(1, square(3000, -1280)),
        row(2, square(3010, -1280), kind="ZEA", granted_on=None),
        row(3, square(3020, -1280), state=State.APPLICATION, filed_on=date(2014, 2, 3)),
        row(4, square(3030, -1280), kind="ZRG"),
        row(5, square(3040, -1280), state=State.FORFEITED),
        row(6, square(3050, -1280), state=State.UNKNOWN, kind=None, granted_on=date(2016, 1, 1)),
        row(7, square(3060, -1280), state=State.REJECTED),
    ]
    report = taken_over(engine, rows)
    assert report.state == "applied"
    assert not report.unchanged
    expected = {"titles": 7, "held": 4, "claimed": 2, "restricted": 1, "without_ground": 0}
    assert {name: report.counts[name] for name in expected} == expected
    with official(engine) as unit:
        found = unit.connection.execute(
            text(
                "select title_id, standing, kind, held::text, flags from register.ground order by 1"
            )
        )
        assert [tuple(one) for one in found] == [
            (1, "held", "PR", "[2010-05-01,)", []),
            (2, "held", "ZEA", "[2015-06-30,)", ["held_from_assumed"]),
            (3, "claimed", "PR", "[2014-02-03,)", []),
            (4, "restricted", "ZRG", "[2010-05-01,)", []),
            (5, "held", "PR", "[2010-05-01,)", ["no_recorded_release"]),
            (
                6,
                "held",
                "UNKNOWN",
                "[2015-06-30,)",
                ["held_from_assumed", "kind_unknown", "state_unknown"],
            ),
            (7, "claimed", "PR", "[2015-06-30,)", ["held_from_assumed", "application_refused"]),
        ]
        assert unit.connection.scalar(text("select count(*) from register.zone")) == 1
        raw = unit.connection.scalar(text('select raw from register.import_row where "row" = 1'))
        assert raw == {"code": None, "statut": "Actif"}
    check_occupancy(engine)


def test_facts_are_kept_as_read_and_text_is_only_text(engine: Engine) -> None:
    evil = "<script>alert(1)</script>'; drop table register.title; --\x00"
    rows = [
        row(
            1, square(3000, -1280), code=evil, holders=(Holder(evil, None), Holder("B", Decimal(5)))
        ),
        row(
            2,
            square(3000, -1270),
            part="7",
            declared_area_ha=Decimal("169.91"),
            raw={"x": float("nan")},
        ),
    ]
    taken_over(engine, rows)
    clean = evil.replace("\x00", "�")
    with official(engine) as unit:
        first, second = (Reader(unit.connection).title(i, AS_OF) for i in (1, 2))
    assert first.code == clean
    assert [(h.name, h.share) for h in first.holders] == [(clean, None), ("B", Decimal(5))]
    assert (second.part, second.declared_area_ha) == ("7", Decimal("169.91"))
    assert (second.source, second.source_file, second.source_row) == ("CAMI", "register.geojson", 2)


def test_issues_and_the_file_itself_are_kept(engine: Engine) -> None:
    made, content = reading([row(1, square(3000, -1280))])
    refusal = Issue("register.geojson", 2, "geometry", None, "no_geometry", "row 2…", "sender")
    odd = Issue("register.geojson", 1, "code", "1\x00", "duplicate_code", "row 1…", "cadastre")
    made = replace(made, features=2, refused=(refusal,), issues=(refusal, odd))
    with official(engine) as unit:
        report = record_reading(unit, made, content=content, source="CAMI", as_of=AS_OF)
    assert (report.features, report.kept, report.refused) == (2, 1, 1)
    assert report.issues == {"duplicate_code": 1, "no_geometry": 1}
    with official(engine) as unit:
        issues = Reader(unit.connection).import_issues(report.import_id)
        stored = unit.connection.scalar(text("select content from register.received_content"))
    assert [(i.row, i.kind, i.refused) for i in issues] == [
        (1, "duplicate_code", False),
        (2, "no_geometry", True),
    ]
    assert bytes(stored) == content


def test_content_must_be_what_was_read(engine: Engine) -> None:
    made, content = reading([row(1, square(3000, -1280))])
    with pytest.raises(FileRefused, match="changed after it was read"), official(engine) as unit:
        record_reading(unit, made, content=content + b" ", source="CAMI", as_of=AS_OF)


def test_rights_of_one_group_on_one_ground_are_inherited_not_hidden(engine: Engine) -> None:
    rows = [
        row(1, square(3000, -1280, 4, 1)),
        row(2, square(3002, -1280, 4, 1), kind="PE"),
        row(3, square(3003, -1280, 1, 3)),
        row(4, square(3000, -1280, 4, 1), kind="ARPC"),
        row(5, square(3010, -1280, 1, 1)),
    ]
    report = taken_over(engine, rows)
    assert report.counts["inherited_conflicts"] == 2
    held = occupied(engine)
    assert held[1, 3000, -1280] == [(1, 1)]
    pair, three = held[1, 3002, -1280], held[1, 3003, -1280]
    assert sorted(t for t, _ in pair) == [1, 2]
    assert sorted(t for t, _ in three) == [1, 2, 3]
    assert {excl for _, excl in pair} != {excl for _, excl in three}
    assert held[2, 3002, -1280] == [(4, 4)]
    check_occupancy(engine)


def test_a_third_right_is_refused_on_contested_ground_and_its_parties_keep_theirs(
    engine: Engine,
) -> None:
    taken_over(engine, [row(1, square(3000, -1280)), row(2, square(3001, -1280))])
    contested = square(3001, -1280, 1, 2)
    before = occupied(engine)
    with pytest.raises(GroundTaken):
        granted(engine, "3", contested)
    assert occupied(engine) == before
    with official(engine) as unit:
        release(unit, 1, act("forfeiture", date(2019, 1, 1)))
    with pytest.raises(GroundTaken):
        granted(engine, "3", contested)
    with official(engine) as unit:
        release(unit, 2, act("forfeiture", date(2019, 1, 1)))
    third = granted(engine, "3", contested)
    assert sorted(t for t, _ in occupied(engine)[1, 3001, -1280]) == [1, 2, third]


def test_a_tolerance_is_only_inherited_by_an_import(engine: Engine) -> None:
    taken_over(engine, [row(1, square(3000, -1280)), row(2, square(3000, -1280))])
    with pytest.raises(Exception, match="only while the import"), official(engine) as unit:
        unit.connection.execute(
            text(
                "with c as (insert into register.inherited_conflict (grp, import_id, reason) "
                "values (1, 1, 'overlap') returning id) select register.inherit_ground("
                "array_agg(id), array[-1280], array[3000], array[3002]) from c"
            )
        )


def test_rights_off_the_lattice_hold_the_carres_they_cover(engine: Engine) -> None:
    left = Polygon([(25.0, -10.0), (25.0, -9.99), (25.0125, -9.99), (25.0125, -10.0)])
    right = Polygon([(25.0125, -10.0), (25.0125, -9.99), (25.02, -9.99), (25.02, -10.0)])
    taken_over(engine, [row(1, left), row(2, right)])
    held = occupied(engine)
    assert {t for t, _ in held[1, 3001, -1200]} == {1, 2}
    assert {t for t, _ in held[1, 3000, -1200]} == {1}
    with official(engine) as unit:
        reasons = unit.connection.scalars(text("select reason from register.inherited_conflict"))
        assert list(reasons) == ["shared_carre"]
        drawn = unit.connection.scalar(
            text("select st_astext(geom) from register.perimeter_version where title_id = 1")
        )
    assert drawn == "MULTIPOLYGON(((25 -10,25 -9.99,25.0125 -9.99,25.0125 -10,25 -10)))"
    with pytest.raises(GroundTaken):
        granted(engine, "3", square(3001, -1199, 1, 1))
    check_occupancy(engine)


def test_the_same_file_again_changes_nothing_and_says_so(engine: Engine) -> None:
    rows = [row(1, square(3000, -1280)), row(2, square(3001, -1280))]
    first = taken_over(engine, rows)
    again = taken_over(engine, rows, as_of=LATER, source="other")
    assert again.unchanged
    assert (again.import_id, again.revision, again.counts) == (
        first.import_id,
        first.revision,
        first.counts,
    )
    with official(engine) as unit:
        assert Reader(unit.connection).revision() == 2  # accounts, import


def test_an_extract_under_another_name_is_refused(engine: Engine) -> None:
    taken_over(engine, [row(i, square(3000 + 3 * i, -1280)) for i in range(1, 5)])
    later = [row(i, square(3000 + 3 * i, -1280, 1, 1)) for i in range(1, 5)]
    with pytest.raises(FileRefused, match="from source “CAMI”"):
        taken_over(engine, later, LATER, source="CAMI 2018")


def test_a_later_extract_waits_for_approval_and_is_then_one_revision(engine: Engine) -> None:
    taken_over(
        engine,
        [
            row(1, square(3000, -1280, 4, 1)),
            row(2, square(3010, -1280, 4, 1)),
            row(3, square(3020, -1280)),
            row(4, square(3030, -1280)),
            row(5, square(3040, -1280)),
        ],
    )
    later = [
        row(1, square(3000, -1280, 4, 1)),
        row(2, square(3010, -1280, 2, 1)),
        row(3, square(3020, -1280), kind="PE"),
        row(4, square(3030, -1280), holders=(Holder("Other SA", Decimal(100)),)),
        row(6, square(3012, -1280, 2, 1), granted_on=date(2017, 1, 1)),
    ]
    report = taken_over(engine, later, LATER)
    assert report.state == "pending"
    expected = {"same": 3, "smaller": 1, "new": 1, "gone": 1, "larger": 0, "moved": 0}
    assert {name: report.changes[name] for name in expected} == expected
    assert (report.changes["kind_changed"], report.changes["holders_changed"]) == (1, 1)
    before = believed(engine)
    with official(engine) as unit:
        changes = Reader(unit.connection).import_changes(report.import_id)
        assert {(c.change, c.title_id) for c in changes} == {
            ("smaller", 2),
            ("same", 3),
            ("same", 4),
            ("new", None),
            ("gone", 5),
        }
    assert believed(engine) == before

    applied = approved(engine, report.import_id)
    assert applied.revision == 4
    with official(engine) as unit:
        reader = Reader(unit.connection)
        assert reader.title(1, LATER).stated_on == AS_OF
        assert reader.title(2, LATER).grounds[0].cells == 2
        assert reader.title(2, date(2018, 6, 29)).grounds[0].cells == 4
        assert reader.title(3, LATER).kind == "PE"
        assert reader.title(3, date(2018, 6, 29)).kind == "PR"
        assert [h.name for h in reader.title(4, LATER).holders] == ["Other SA"]
        assert reader.title(5, LATER).flags == ("gone_from_extract",)
        assert reader.title(5, LATER).grounds[0].held_to is None
        assert reader.title(2, LATER, as_known_on=3).grounds[0].cells == 4
        new = reader.search("6")[0].id
        assert reader.title(new, LATER).grounds[0].held_from == date(2017, 1, 1)
        titles = unit.connection.scalar(text("select count(*) from register.title"))
        reasons = unit.connection.scalars(text("select reason from register.inherited_conflict"))
        assert list(reasons) == ["succession"]
    assert titles == 6
    check_occupancy(engine)
    with pytest.raises(GroundTaken):
        granted(engine, "7", square(3040, -1280), day=LATER)


def test_a_rejected_report_changes_nothing_and_its_file_may_come_again(engine: Engine) -> None:
    taken_over(engine, [row(1, square(3000, -1280))])
    later = [row(1, square(3000, -1280, 1, 1))]
    report = taken_over(engine, later, LATER)
    with pytest.raises(FileRefused, match="waits for approval"):
        taken_over(engine, [row(1, square(3001, -1280, 1, 1))], LATER)
    with official(engine) as unit:
        reject_report(unit, report.import_id)
    with pytest.raises(NotFound):
        approved(engine, report.import_id)
    again = taken_over(engine, later, LATER)
    assert again.state == "pending"
    assert again.import_id != report.import_id
    approved(engine, again.import_id)
    check_occupancy(engine)


def test_a_report_is_not_approved_over_a_register_that_changed(engine: Engine) -> None:
    taken_over(engine, [row(1, square(3000, -1280)), row(2, square(3010, -1280))])
    report = taken_over(
        engine, [row(1, square(3000, -1280)), row(2, square(3010, -1280, 1, 1))], LATER
    )
    with official(engine) as unit:
        release(unit, 2, act("forfeiture", date(2016, 1, 1)))
    with pytest.raises(RegisterError, match="changed since report"):
        approved(engine, report.import_id)


def test_extracts_come_in_the_order_of_their_days(engine: Engine) -> None:
    taken_over(engine, [row(1, square(3000, -1280))])
    with pytest.raises(FileRefused, match="order of their days"):
        taken_over(engine, [row(1, square(3000, -1280, 1, 1))], AS_OF)


def test_an_extract_of_a_day_to_come_is_refused(engine: Engine) -> None:
    with official(engine) as unit:
        today = unit.connection.scalar(
            text("select (clock_timestamp() at time zone 'Africa/Kinshasa')::date")
        )
    tomorrow = today + timedelta(days=1)
    with pytest.raises(FileRefused, match=f"{tomorrow}, and today is {today}"):
        taken_over(engine, [row(1, square(3000, -1280))], as_of=tomorrow)
    assert taken_over(engine, [row(1, square(3000, -1280))]).state == "applied"
    later = [row(1, square(3000, -1280, 3, 2))]
    with pytest.raises(FileRefused, match="State the day"):
        taken_over(engine, later, as_of=date(2099, 1, 1))
    assert taken_over(engine, later, as_of=today).state == "pending"


def test_ground_released_here_is_not_given_back_by_an_extract(engine: Engine) -> None:
    taken_over(engine, [row(1, square(3000, -1280)), row(2, square(3010, -1280))])
    with official(engine) as unit:
        release(unit, 1, act("forfeiture", date(2016, 1, 1)))
    granted(engine, "9", square(3000, -1280), day=date(2016, 2, 1))
    later = [
        row(1, square(3000, -1280)),
        row(2, square(3010, -1280)),
        row(9, square(3000, -1280), granted_on=date(2016, 2, 1)),
    ]
    report = taken_over(engine, later, LATER)
    assert report.changes["not_held_here"] == 1
    approved(engine, report.import_id)
    with official(engine) as unit:
        assert not Reader(unit.connection).title(1, LATER).grounds
    assert len({t for t, _ in occupied(engine)[1, 3000, -1280]}) == 2


def test_an_application_that_was_granted_since_holds_its_ground(engine: Engine) -> None:
    taken_over(
        engine, [row(1, square(3000, -1280), state=State.APPLICATION, filed_on=date(2014, 1, 1))]
    )
    later = [row(1, square(3000, -1280), granted_on=date(2016, 3, 1))]
    report = taken_over(engine, later, LATER)
    approved(engine, report.import_id)
    with official(engine) as unit:
        reader = Reader(unit.connection)
        standing = {
            on: [g.standing for g in reader.title(1, on).grounds]
            for on in (date(2016, 2, 29), date(2016, 3, 1), LATER)
        }
    assert list(standing.values()) == [["claimed"], ["held"], ["held"]]


def test_a_right_that_came_in_two_rows_and_comes_in_one_is_not_doubled(engine: Engine) -> None:
    west, east = square(3000, -1280), square(3002, -1280)
    taken_over(engine, [row(1, west, code="7", part="1"), row(2, east, code="7", part="2")])
    report = taken_over(engine, [row(1, west | east, code="7")], LATER)
    approved(engine, report.import_id)
    on_later: dict[tuple[int, int], set[int]] = defaultdict(set)
    with official(engine) as unit:
        for right in Reader(unit.connection).rights_on(LATER):
            assert right.row.placement is not None
            assert right.row.placement.perimeter is not None
            for cell in right.row.placement.perimeter:
                on_later[cell].add(right.title_id)
    assert set(on_later) == set(west | east)
    assert all(len(titles) == 1 for titles in on_later.values())
    check_occupancy(engine)


def test_a_demonstration_and_a_real_register_are_not_mixed(engine: Engine) -> None:
    made, content = reading([row(1, square(3000, -1280))])
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="Demo", as_of=AS_OF, demonstration=True)
    with official(engine) as unit:
        assert Reader(unit.connection).is_demonstration()
    with pytest.raises(FileRefused, match="must not be mixed"):
        taken_over(engine, [row(1, square(3100, -1280), code="77")])


def test_an_empty_extract_flags_everything_and_frees_nothing(engine: Engine) -> None:
    taken_over(engine, [row(1, square(3000, -1280))])
    report = taken_over(engine, [], LATER)
    assert report.changes["gone"] == 1
    approved(engine, report.import_id)
    assert Perimeter.from_cells([(c, r) for _, c, r in occupied(engine)]) == square(3000, -1280)


def test_an_unchanged_right_off_the_lattice_stays_as_it_is(engine: Engine) -> None:
    odd = Polygon([(25.0, -10.0), (25.0, -9.99), (25.0125, -9.99), (25.0125, -10.0)])
    other = square(3100, -1280)
    taken_over(engine, [row(1, odd), row(2, odd, code=None), row(3, other)])
    report = taken_over(
        engine, [row(1, odd), row(2, odd, code=None), row(3, other, kind="PE")], LATER
    )
    approved(engine, report.import_id)
    with official(engine) as unit:
        versions = unit.connection.execute(
            text("select title_id, count(*) from register.perimeter_version group by 1 order by 1")
        )
        assert [tuple(one) for one in versions] == [(1, 1), (2, 1), (3, 3)]
