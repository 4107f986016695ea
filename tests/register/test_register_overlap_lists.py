"""The overlaps of one title, cut to the largest with their number told."""

from __future__ import annotations

from datetime import date

from sample_register import official, reading, row, square
from sqlalchemy import Engine

from geo.findings import find
from geo.law import load_law
from geo.register.lists import overlap_page
from geo.register.reader import PublicReader, Reader
from geo.register.writer import record_findings, record_reading

AS_OF = date(2015, 6, 30)


def test_the_largest_overlaps_are_listed_and_all_are_counted(
    engine: Engine, tiles_engine: Engine
) -> None:
    reserve = square(3000, -1280, 100, 1)
    rights = [row(n + 1, square(3000 + 10 * n, -1280, n, 1)) for n in range(1, 6)]
    made, content = reading([row(1, reserve, kind="ZRG"), *rights])
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=AS_OF)
    with official(engine) as unit:
        reader = Reader(unit.connection)
        held = reader.rights_on(AS_OF)
        found = find([right.row for right in held], AS_OF, load_law())
        record_findings(
            unit,
            held,
            found.overlaps,
            on=AS_OF,
            law_version=found.law_version,
            revision=reader.revision(),
        )
    with tiles_engine.connect() as connection:
        public = PublicReader(connection)
        listed = [(one.other.id, one.cells) for one in public.overlaps_of(1, limit=2)]
        assert listed == [(6, 5), (5, 4)]
        assert [one.cells for one in public.overlaps_of(1)] == [5, 4, 3, 2, 1]
        assert [one.cells for one in public.overlaps_of(4)] == [3]
        counts = [public.overlap_count(title) for title in (1, 4, 99)]
        assert counts == [5, 1, 0]
        total, page = overlap_page(connection, None, limit=2, offset=1)
    assert (total, [(one.a.id, one.b.id, one.cells) for one in page]) == (
        5,
        [(1, 5, 4), (1, 4, 3)],
    )
