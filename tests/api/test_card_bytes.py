"""A card's first answer stays small, however many overlaps and corners its title has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import httpx
import pytest
import shapely
from drawn_register import AS_OF, CONTENT, SOURCE, audit, block, reading, right, settings_for
from served import served

from api.app import create_app
from geo.register.connection import UnitOfWork, engine_for
from geo.register.writer import record_reading
from geo.sources.rows import RightRow

MANY = 60
MOST_BYTES = 20_000
"""Issue 5: a title's card in at most 20 KB."""


def rows() -> tuple[RightRow, ...]:
    """A reserve with a tooth for each of sixty permits, each of which lies on it by two carrés."""
    teeth = shapely.union_all([block(3 * i, 0, 2, 2) for i in range(MANY)])
    comb = shapely.union_all([teeth, block(0, -2, 3 * MANY, 2)])
    reserve = right(1, "ZRG 1", "ZRG", comb, granted_on=None)
    permits = [
        right(i + 2, f"{9000 + i}", "PR", block(3 * i, 0, 2, 1), granted_on=date(2013, 1, 2))
        for i in range(MANY)
    ]
    return reserve, *permits


@pytest.fixture(scope="module")
def client(database, tmp_path_factory) -> Iterator[httpx.Client]:
    engine = engine_for(database.app, pool_size=1)
    drawn = rows()
    sha = hashlib.sha256(CONTENT).hexdigest()
    read = replace(reading(), sha256=sha, features=len(drawn), rows=drawn, issues=())
    with UnitOfWork(engine, actor="test", reason="many overlaps") as unit:
        record_reading(unit, read, content=CONTENT, source=SOURCE, as_of=AS_OF, demonstration=True)
        unit.commit()
    audit(engine)
    engine.dispose()
    app = create_app(settings_for(database, tmp_path_factory.mktemp("data")))
    with (
        served(app) as address,
        httpx.Client(base_url=address, headers={"Accept-Encoding": "identity"}) as client,
    ):
        yield client


def test_the_first_answer_of_sixty_overlaps_is_under_20_kb_and_the_rest_comes_in_pages(
    client: httpx.Client,
) -> None:
    (reserve,) = client.get("/api/v1/search", params={"q": "ZRG 1"}).json()["results"]
    address = f"/api/v1/titles/{reserve['id']}"
    answer = client.get(address)
    card = answer.json()
    assert card["overlaps_total"] == MANY
    assert 0 < len(card["overlaps"]) < MANY
    outline = client.get(f"{address}/geometry")
    assert len(answer.content) + len(outline.content) <= MOST_BYTES, "without compression"
    seen = len(card["overlaps"])
    ids = {one["id"] for one in card["overlaps"]}
    while True:
        asked = {"limit": 25, "offset": seen}
        page = client.get(f"{address}/overlaps", params=asked).json()
        if not page["items"]:
            break
        ids |= {one["id"] for one in page["items"]}
        seen += len(page["items"])
    assert (seen, len(ids)) == (MANY, MANY)
