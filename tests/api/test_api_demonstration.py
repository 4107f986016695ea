"""The demonstration, also where its first start was cut off."""

from __future__ import annotations

import psycopg
import pytest
from drawn_register import settings_for

from api import demonstration
from api.cluster import libpq_address
from api.database import is_demonstration
from geo.errors import SetupError

RIGHTS = 100
COUNTS = (
    "select (select count(*) from register.source), (select count(*) from register.title), "
    "(select count(*) from register.import_run), (select count(*) from register.overlap_run)"
)


class PowerCutError(Exception):
    """Stands for a kill: nothing after it is done."""


def cut(*_: object) -> None:
    raise PowerCutError


def counts(database) -> tuple[int, ...]:
    with psycopg.connect(libpq_address(database.owner)) as connection:
        return connection.execute(COUNTS).fetchone()


def load(settings) -> str:
    return demonstration.load_demonstration(settings, lambda done, total: None, RIGHTS)


def cut_at_the_second_import(monkeypatch) -> None:
    real = demonstration._import

    def once(engine, file, source, as_of):
        return cut() if source == demonstration.AREAS else real(engine, file, source, as_of)

    monkeypatch.setattr(demonstration, "_import", once)


def cut_at_the_audit(monkeypatch) -> None:
    monkeypatch.setattr(demonstration, "_audit", cut)


@pytest.mark.parametrize("cut_off", [cut_at_the_second_import, cut_at_the_audit])
def test_a_demonstration_cut_off_is_finished_by_the_next_start(
    fresh_database, tmp_path, monkeypatch, cut_off
) -> None:
    settings = settings_for(fresh_database, tmp_path)
    assert demonstration.is_wanted(settings)
    with monkeypatch.context() as patch:
        cut_off(patch)
        with pytest.raises(PowerCutError):
            load(settings)
    assert is_demonstration(settings)
    assert demonstration.is_wanted(settings)
    load(settings)
    sources, titles, imports, audits = counts(fresh_database)
    assert (sources, imports, audits) == (2, 2, 1)
    assert titles > RIGHTS  # the rights and the areas, each once
    assert not demonstration.is_wanted(settings)
    load(settings)
    assert counts(fresh_database)[:3] == (sources, titles, imports)


def test_half_a_demonstration_of_another_version_is_refused_with_the_remedy(
    fresh_database, tmp_path, monkeypatch
) -> None:
    settings = settings_for(fresh_database, tmp_path)
    with monkeypatch.context() as patch:
        cut_at_the_audit(patch)
        with pytest.raises(PowerCutError):
            load(settings)
    before = counts(fresh_database)
    with pytest.raises(SetupError, match="mabele db clear"):
        demonstration.load_demonstration(settings, lambda done, total: None, RIGHTS + 1)
    assert counts(fresh_database) == before
