"""A tag stands for one answer: another register, or another program, has another."""

from __future__ import annotations

import httpx
import psycopg
import pytest
from drawn_register import fill, settings_for
from served import served

from api import access
from api.app import create_app
from api.cluster import libpq_address
from geo.register.connection import UnitOfWork, engine_for

PATHS = ["/api/v1/summary", "/api/v1/overlaps", "/api/v1/tiles/titles/3/4/4.mvt"]
LAST = "select max(id) from published.revision"


def revision(database) -> int:
    with psycopg.connect(libpq_address(database.owner)) as connection:
        return connection.execute(LAST).fetchone()[0]


@pytest.mark.parametrize("path", PATHS)
def test_another_register_at_the_same_revision_is_sent_whole(
    public, database, fresh_database, tmp_path, path: str
) -> None:
    held = public.get(path).headers["etag"]
    asked = {"If-None-Match": held}
    fill(fresh_database)
    engine = engine_for(fresh_database.app, pool_size=1)
    while revision(fresh_database) < revision(database):
        with UnitOfWork(engine, actor="test", reason="one more") as unit:
            unit.open_revision()
            unit.commit()
    engine.dispose()
    with served(create_app(settings_for(fresh_database, tmp_path))) as address:
        answer = httpx.get(address + path, headers=asked)
        assert answer.status_code == 200
        again = httpx.get(address + path, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    assert public.get(path, headers=asked).status_code == 304


def test_an_emptied_register_is_sent_whole(public, fresh_database, tmp_path) -> None:
    held = {"If-None-Match": public.get("/api/v1/summary").headers["etag"]}
    with served(create_app(settings_for(fresh_database, tmp_path))) as address:
        answer = httpx.get(f"{address}/api/v1/summary", headers=held)
    assert (answer.status_code, answer.json()["rights"]) == (200, [])


@pytest.mark.parametrize("path", [*PATHS, "/api/v1/style"])
def test_another_version_of_the_program_sends_again(public, monkeypatch, path: str) -> None:
    held = {"If-None-Match": public.get(path).headers["etag"]}
    assert public.get(path, headers=held).status_code == 304
    monkeypatch.setattr(access, "_program", lambda: "another")
    assert public.get(path, headers=held).status_code == 200
