"""The table of rates: two persons, two clocks, and nothing past the database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from money_register import entered, granted, invented, paid, unit_of
from sqlalchemy import Engine, exc, text

from geo.casework.money.rates import (
    confirm_rate,
    current_law,
    open_proposals,
    propose_rate,
    propose_removal,
    published_rates,
    rates_known,
    reject_rate,
)
from geo.errors import NotFound, NotPermitted, RegisterError
from geo.law import Law
from geo.law.fees import surface_fee
from geo.register.connection import ADMIN, CADASTRE, PUBLIC

DAY = date(2026, 3, 31)
SUPERVISOR = "mabele_supervisor"
INSERT_RATE = (
    "insert into register.fee_rate (id, rule, valid, usd_per_carre, legal_text, article, "
    "source, confidence, proposed_by, confirmed_by, known) select 1, 'surface_fee.PE', "
    "'[2019-01-01,)', 1, 'x', 'x', 'x', 'S', 1, 2, int8range(register.open_revision(), null)"
)


def test_a_rate_counts_once_a_second_person_confirmed_it(engine: Engine, law: Law) -> None:
    with unit_of(engine, "admin.one", ADMIN) as unit:
        proposal = propose_rate(unit, invented("500.01"), law)
        assert surface_fee("PE", 9, 2, DAY, current_law(unit, law)).amount is None
        assert [one.id for one in open_proposals(unit)] == [proposal]
    with unit_of(engine, "supervisor", SUPERVISOR) as unit:
        confirm_rate(unit, proposal, "read in the gazette", law)
    with unit_of(engine, "anybody", PUBLIC) as unit:
        assert [rate.usd_per_carre for rate in published_rates(unit)] == [Decimal("500.01")]
    with unit_of(engine) as unit:
        assert open_proposals(unit) == []
        assert surface_fee("PE", 9, 2, DAY, current_law(unit, law)).amount == Decimal("1000.02")


def test_nobody_confirms_a_rate_of_their_own(engine: Engine, law: Law) -> None:
    with unit_of(engine, "admin.one", ADMIN) as unit:
        proposal = propose_rate(unit, invented("500.00"), law)
    with (
        pytest.raises(RegisterError, match="another person"),
        unit_of(engine, "admin.one", ADMIN) as unit,
    ):
        confirm_rate(unit, proposal, "by myself", law)
    with unit_of(engine, "admin.one", ADMIN) as unit:
        assert rates_known(unit) == []
        reject_rate(unit, proposal, "a slip of the pen")
        assert open_proposals(unit) == []


def test_who_signs_a_rate_has_an_account(engine: Engine, law: Law) -> None:
    with pytest.raises(RegisterError), unit_of(engine, "nobody", ADMIN) as unit:
        propose_rate(unit, invented("500.00"), law)
    with unit_of(engine, "admin.one", ADMIN) as unit:
        proposal = propose_rate(unit, invented("500.00"), law)
        assert open_proposals(unit)[0].proposed_by == "Admin.One"
    with pytest.raises(RegisterError), unit_of(engine, "nobody", ADMIN) as unit:
        confirm_rate(unit, proposal, "x", law)


def test_four_eyes_are_those_of_an_account_whatever_its_login(
    fresh_database: object, engine: Engine, law: Law
) -> None:
    from geo.register.connection import engine_for

    with unit_of(engine, "admin.one", ADMIN) as unit:
        proposal = propose_rate(unit, invented("500.00"), law)
    owner = engine_for(fresh_database.owner)  # type: ignore[attr-defined]
    with owner.begin() as raw:
        raw.execute(text("select register.open_revision()"))
        raw.execute(
            text("update register.account set login = 'new.name' where login = 'admin.one'")
        )
    owner.dispose()
    with (
        pytest.raises(RegisterError, match="another person"),
        unit_of(engine, "new.name", ADMIN) as unit,
    ):
        confirm_rate(unit, proposal, "by the same person", law)


def test_four_eyes_hold_by_raw_sql(engine: Engine, law: Law) -> None:
    with unit_of(engine, "admin.one", ADMIN) as unit:
        proposal = propose_rate(unit, invented("500.00"), law)
    decide = text(
        "insert into register.fee_decision (proposal_id, accepted, reason) values (:id, true, 'x')"
    )
    with (
        pytest.raises(exc.DBAPIError, match="another person"),
        unit_of(engine, "admin.one", ADMIN) as unit,
    ):
        unit.connection.execute(decide, {"id": proposal})
    with pytest.raises(NotPermitted), unit_of(engine, "admin.two", ADMIN) as unit:
        unit.connection.execute(text(INSERT_RATE))
    with pytest.raises(NotPermitted), unit_of(engine, "admin.two", ADMIN) as unit:
        unit.connection.execute(
            text(
                "insert into register.fee_decision (proposal_id, accepted, reason, decided_by) "
                "values (:id, true, 'x', 2)"
            ),
            {"id": proposal},
        )
    with unit_of(engine, "admin.two", ADMIN) as unit:
        unit.connection.execute(decide, {"id": proposal})
        assert [rate.usd_per_carre for rate in rates_known(unit)] == [Decimal(500)]


def test_even_the_owner_cannot_sign_twice(fresh_database: object, engine: Engine, law: Law) -> None:
    from geo.register.connection import engine_for

    with unit_of(engine, "admin.one", ADMIN) as unit:
        propose_rate(unit, invented("500.00"), law)
    owner = engine_for(fresh_database.owner)  # type: ignore[attr-defined]
    same = INSERT_RATE.replace("'S', 1, 2", "'S', 1, 1")
    with pytest.raises(exc.IntegrityError, match="fee_rate_four_eyes"), owner.begin() as raw:
        raw.execute(text(same))
    owner.dispose()


@pytest.mark.parametrize("role", [PUBLIC, CADASTRE, SUPERVISOR])
def test_only_administrators_propose(role: str, engine: Engine, law: Law) -> None:
    with pytest.raises(NotPermitted), unit_of(engine, "somebody", role) as unit:
        propose_rate(unit, invented("500.00"), law)


def test_an_officer_confirms_nothing(engine: Engine, law: Law) -> None:
    with unit_of(engine, "admin.one", ADMIN) as unit:
        proposal = propose_rate(unit, invented("500.00"), law)
    with pytest.raises(NotPermitted), unit_of(engine, "agent", CADASTRE) as unit:
        confirm_rate(unit, proposal, "x", law)


def test_an_overlapping_rate_is_refused(engine: Engine, law: Law) -> None:
    entered(engine, invented("500.00", end=date(2022, 1, 1)), law)
    later = invented("600.00", start=date(2021, 12, 31))
    with (
        pytest.raises(RegisterError, match="two rates on 2021-12-31"),
        unit_of(engine, "admin.one", ADMIN) as unit,
    ):
        propose_rate(unit, later, law)
    entered(engine, invented("600.00", start=date(2022, 1, 1)), law)


def test_two_proposals_for_one_day_cannot_both_be_confirmed(engine: Engine, law: Law) -> None:
    with unit_of(engine, "admin.one", ADMIN) as unit:
        first = propose_rate(unit, invented("500.00"), law)
        second = propose_rate(unit, invented("600.00"), law)
    with unit_of(engine, "admin.two", ADMIN) as unit:
        confirm_rate(unit, first, "x", law)
    with (
        pytest.raises(RegisterError, match="two rates"),
        unit_of(engine, "admin.two", ADMIN) as unit,
    ):
        confirm_rate(unit, second, "x", law)
    raw = text(
        "insert into register.fee_decision (proposal_id, accepted, reason) values (:id, true, 'x')"
    )
    with (
        pytest.raises(RegisterError, match="fee_rate_once"),
        unit_of(engine, "admin.two", ADMIN) as unit,
    ):
        unit.connection.execute(raw, {"id": second})


def test_a_corrected_rate_leaves_what_was_known(engine: Engine, law: Law) -> None:
    before = entered(engine, invented("500.00"), law)
    with unit_of(engine) as unit:
        old = rates_known(unit)[0].id
    after = entered(engine, invented("550.00"), law, replaces=old)
    with unit_of(engine) as unit:
        told = {
            known: surface_fee("PE", 9, 1, DAY, current_law(unit, law, known)).amount
            for known in (before - 1, before, after)
        }
    assert told == {before - 1: None, before: Decimal(500), after: Decimal(550)}


def test_a_rate_can_be_taken_out_by_two_persons(engine: Engine, law: Law) -> None:
    entered(engine, invented("500.00"), law)
    with unit_of(engine, "admin.one", ADMIN) as unit:
        rate = rates_known(unit)[0].id or 0
        removal = propose_removal(unit, rate)
        assert open_proposals(unit)[0].rate is None
    with unit_of(engine, "admin.two", ADMIN) as unit:
        confirm_rate(unit, removal, "found to be of another text", law)
        assert rates_known(unit) == []
        with pytest.raises(NotFound):
            propose_removal(unit, rate)


def test_a_proposal_is_decided_once(engine: Engine, law: Law) -> None:
    entered(engine, invented("500.00"), law)
    with pytest.raises(NotFound, match="no open proposal"), unit_of(engine, "c", ADMIN) as unit:
        confirm_rate(unit, 1, "again", law)


@pytest.mark.parametrize("table", ["fee_proposal", "fee_decision", "payment"])
def test_what_was_written_stays(
    table: str, fresh_database: object, engine: Engine, law: Law
) -> None:
    from geo.register.connection import engine_for

    entered(engine, invented("500.00"), law)
    paid(engine, granted(engine, 1, 4, date(2020, 7, 1)), 2020, "1.00", date(2020, 7, 2))
    owner = engine_for(fresh_database.owner)  # type: ignore[attr-defined]
    with pytest.raises(exc.IntegrityError, match="keeps what was written"), owner.begin() as raw:
        raw.execute(text(f"delete from register.{table}"))
    owner.dispose()
