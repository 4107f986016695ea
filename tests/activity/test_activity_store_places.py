"""Kanunka and Tombolo: known by name, without a position until two people give a documented one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from activity_store_help import officer, seen, store, with_officers
from sqlalchemy import Engine, text

from geo.errors import InputError, NotFound, NotPermitted, RegisterError, SecondPersonNeeded
from geo.register.activity.places import (
    Position,
    decide_position,
    places_on,
    position_proposals,
    propose_position,
    public_places,
)
from geo.register.connection import CADASTRE, PUBLIC, UnitOfWork

WHERE = Position(25.4, -10.8, 250.0, "Arrêté 12/2026, annexe 1", date(2026, 2, 1), date(2026, 3, 1))


@pytest.fixture
def engine(fresh_database: Any) -> Iterator[Engine]:
    made = with_officers(fresh_database.app)
    yield made
    made.dispose()


def _now(engine: Engine) -> dict[str, Any]:
    with UnitOfWork(engine, PUBLIC) as unit:
        return {place.code: place for place in public_places(unit.connection)}


def _on(engine: Engine, day: date, known: int) -> Any:
    with UnitOfWork(engine, CADASTRE) as unit:
        return {p.code: p.position for p in places_on(unit.connection, day, known)}["kanunka"]


def _proposed(engine: Engine, position: Position = WHERE) -> int:
    with officer(engine) as unit:
        return propose_position(unit, "kanunka", position)


def _decided(engine: Engine, number: int, login: str = "k.ilunga", confirm: bool = True) -> int:
    with officer(engine, login) as unit:
        return decide_position(unit, number, "checked", confirm=confirm)


def test_the_pilot_sites_are_there_by_name_and_nowhere_on_the_map(engine: Engine) -> None:
    places = _now(engine)
    assert set(places) == {"kanunka", "tombolo"}
    for place in places.values():
        assert place.position is None
        assert place.whereabouts.en == "near Kolwezi, position unknown"
        assert place.whereabouts.fr == "près de Kolwezi, position inconnue"
        assert "6 May 2025" in place.source.en


def test_a_site_of_the_same_name_elsewhere_leaves_the_place_as_it_is(engine: Engine) -> None:
    """IPIS codmine03264 and codmine03265: coltan sites in Haut-Lomami, some 400 km away."""
    sites = [
        seen(26.3, -8.2, source="ipis", site="codmine03264", name="Kanunka", minerals=("Coltan",)),
        seen(26.31, -8.2, source="ipis", site="codmine03265", name="Kanunka", minerals=("Coltan",)),
    ]
    store(engine, sites, source="ipis")
    assert _now(engine)["kanunka"].position is None
    with UnitOfWork(engine, CADASTRE) as unit:
        linked = unit.connection.scalar(
            text(
                "select count(*) from information_schema.columns where table_schema = 'activity' "
                "and table_name in ('site', 'observation') and column_name like '%place%'"
            )
        )
    assert linked == 0


def test_a_position_waits_for_another_person_and_then_stands_on_both_clocks(
    engine: Engine,
) -> None:
    number = _proposed(engine)
    assert _now(engine)["kanunka"].position is None
    with pytest.raises(SecondPersonNeeded):
        _decided(engine, number, "o.kasongo")
    revision = _decided(engine, number)
    assert _on(engine, date(2026, 3, 1), revision) == WHERE
    assert _on(engine, date(2026, 2, 28), revision) is None
    assert _on(engine, date(2026, 3, 1), revision - 1) is None
    with pytest.raises(RegisterError, match="confirmed already"):
        _decided(engine, number)


def test_a_later_document_moves_the_place_from_its_day_on(engine: Engine) -> None:
    first = _decided(engine, _proposed(engine))
    moved = Position(25.41, -10.81, None, "Arrêté 40/2026", date(2026, 5, 1), date(2026, 6, 1))
    second = _decided(engine, _proposed(engine, moved))
    before = _on(engine, date(2026, 5, 31), second)
    assert (before.lon, before.document) == (25.4, WHERE.document)
    assert _on(engine, date(2026, 6, 1), second) == moved
    assert _on(engine, date(2026, 6, 1), first).document == WHERE.document


def test_a_proposal_that_rests_on_an_older_position_is_made_anew(engine: Engine) -> None:
    one, other = _proposed(engine), _proposed(engine)
    _decided(engine, one)
    with pytest.raises(RegisterError, match="has changed since"):
        _decided(engine, other)
    _decided(engine, other, confirm=False)
    with UnitOfWork(engine, CADASTRE) as unit:
        assert [p.state for p in position_proposals(unit.connection)] == ["confirmed", "rejected"]


def test_a_position_needs_its_document_its_place_and_an_officer(engine: Engine) -> None:
    with pytest.raises(InputError, match="needs its document"):
        _proposed(engine, Position(25.4, -10.8, None, " ", date(2026, 1, 1), date(2026, 1, 1)))
    with pytest.raises(InputError, match="no longitude and latitude"):
        _proposed(engine, Position(999, 0, None, "A", date(2026, 1, 1), date(2026, 1, 1)))
    with pytest.raises(NotFound, match="no place"), officer(engine) as unit:
        propose_position(unit, "elsewhere", WHERE)
    for role in (PUBLIC, "mabele_company", "mabele_egc", "mabele_admin"):
        with pytest.raises(NotPermitted), UnitOfWork(engine, role, actor="o.kasongo") as unit:
            propose_position(unit, "kanunka", WHERE)
    with pytest.raises(InputError, match="needs its reason"), officer(engine, "k.ilunga") as unit:
        decide_position(unit, 1, " ", confirm=False)
