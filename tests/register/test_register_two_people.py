"""Nobody changes registered perimeters alone by an extract: in the orders, and in raw SQL."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sample_register import official, open_accounts, reading, row, square
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from geo.errors import NotPermitted, RegisterBusy, SecondPersonNeeded
from geo.register.accounts import close_account
from geo.register.connection import ADMIN, UnitOfWork, translate
from geo.register.intake import ImportReport
from geo.register.reader import Reader
from geo.register.schema import downgrade, migrate
from geo.register.writer import approve_report, record_reading, reject_report
from geo.sources.rows import RightRow

AS_OF, LATER = date(2015, 6, 30), date(2018, 6, 30)
OPERATOR = "command line: operator"
DECIDED = text(
    "update register.import_run set state = :state, decided_revision = register.open_revision() "
    "where id = :id"
)


@pytest.fixture(autouse=True)
def accounts(engine: Engine) -> None:
    open_accounts(engine, "first", "second")


def imported(
    engine: Engine,
    rows: list[RightRow],
    actor: str,
    as_of: date = LATER,
    source: str = "CAMI",
    demonstration: bool = False,
) -> ImportReport:
    made, content = reading(rows)
    with official(engine, actor) as unit:
        return record_reading(
            unit, made, content=content, source=source, as_of=as_of, demonstration=demonstration
        )


def approved(engine: Engine, number: int, actor: str) -> ImportReport:
    with official(engine, actor) as unit:
        return approve_report(unit, number)


def closed(engine: Engine, login: str) -> None:
    with UnitOfWork(engine, ADMIN, actor="administrator", reason="test") as unit:
        close_account(unit, login)
        unit.commit()


def waiting(engine: Engine, actor: str = "first") -> int:
    """Take a register over as the machine's operator; propose that its one title is smaller."""
    first = imported(engine, [row(1, square(3000, -1280))], OPERATOR, AS_OF)
    assert first.state == "applied"
    report = imported(engine, [row(1, square(3000, -1280, 1, 1))], actor)
    assert report.state == "pending"
    return report.import_id


def cells(engine: Engine, title: int = 1) -> int:
    with official(engine) as unit:
        return sum(ground.cells for ground in Reader(unit.connection).title(title, LATER).grounds)


def test_the_proposer_may_not_approve_and_another_person_may(engine: Engine) -> None:
    number = waiting(engine)
    with pytest.raises(SecondPersonNeeded, match="you proposed this extract") as refused:
        approved(engine, number, "first")
    assert "Une autre personne" in (refused.value.fr or "")
    assert cells(engine) == 4
    assert approved(engine, number, "second").state == "applied"
    assert cells(engine) == 1


def test_the_proposer_may_reject(engine: Engine) -> None:
    number = waiting(engine)
    with official(engine, "first") as unit:
        reject_report(unit, number)
    assert cells(engine) == 4


@pytest.mark.parametrize("nobody", [OPERATOR, "public", "", "unknown"])
def test_nobody_proposes_or_approves_without_an_account(engine: Engine, nobody: str) -> None:
    number = waiting(engine)
    with pytest.raises(NotPermitted, match="--as LOGIN"):
        approved(engine, number, nobody)
    with official(engine, nobody) as unit:
        reject_report(unit, number)
    with pytest.raises(NotPermitted, match="--as LOGIN"):
        imported(engine, [row(1, square(3000, -1280, 2, 1))], nobody)
    assert imported(engine, [row(1, square(3000, -1280, 2, 1))], "first").state == "pending"


@pytest.mark.parametrize("login", ["first", "second"])
def test_both_accounts_are_open(engine: Engine, login: str) -> None:
    number = waiting(engine)
    closed(engine, login)
    with pytest.raises(NotPermitted, match="open account"):
        approved(engine, number, "second")
    open_accounts(engine, "third")
    if login == "second":
        assert approved(engine, number, "third").state == "applied"


def test_the_first_file_of_a_further_source_waits_too(engine: Engine) -> None:
    """A file under a new name is no way around: it, too, becomes true by two people."""
    imported(engine, [row(1, square(3000, -1280))], OPERATOR, AS_OF)
    zones = [
        row(1, square(3001, -1280), code="Z", kind="ZEA"),
        row(2, square(3100, -1280), code="Y", kind="ZP"),
    ]
    with pytest.raises(NotPermitted):
        imported(engine, zones, OPERATOR, source="zones")
    report = imported(engine, zones, "first", source="zones")
    assert (report.state, report.changes["new"], report.changes["gone"]) == ("pending", 2, 0)
    with official(engine) as unit:
        assert unit.connection.scalar(text("select count(*) from register.title")) == 1
    with pytest.raises(SecondPersonNeeded):
        approved(engine, report.import_id, "first")
    assert approved(engine, report.import_id, "second").counts == {
        "changed_titles": 0,
        "new_titles": 2,
        "flagged_as_gone": 0,
        "inherited_conflicts": 1,
    }
    with official(engine) as unit:
        standing = unit.connection.execute(
            text("select kind, standing from register.ground where upper_inf(known) order by 1")
        )
        found = [tuple(one) for one in standing]
        zone = unit.connection.scalar(text("select count(*) from register.zone"))
    assert found == [("PR", "held"), ("ZEA", "held"), ("ZP", "restricted")]
    assert zone == 1


def test_the_demonstration_is_taken_over_at_once(engine: Engine) -> None:
    for number, source in enumerate(("titles", "areas")):
        rows = [row(1, square(3000 + 10 * number, -1280), code=source)]
        done = imported(engine, rows, OPERATOR, AS_OF, source, demonstration=True)
        assert done.state == "applied"


def refused_raw(engine: Engine, actor: str, number: int, state: str = "applied") -> Any:
    """Decide a report by raw SQL; return the refusal of the database, None where there is none."""
    with UnitOfWork(engine, actor=actor, reason="raw") as unit:
        try:
            unit.connection.execute(DECIDED, {"state": state, "id": number})
        except IntegrityError as error:
            return error
    return None


@pytest.mark.parametrize(
    ("actor", "constraint", "error"),
    [
        ("first", "import_run_second_person", SecondPersonNeeded),
        (OPERATOR, "import_run_accounts", NotPermitted),
        ("public", "import_run_accounts", NotPermitted),
        ("second", None, None),
    ],
)
def test_raw_sql_approves_by_two_people_only(
    engine: Engine, actor: str, constraint: str | None, error: type[Exception] | None
) -> None:
    number = waiting(engine)
    refused = refused_raw(engine, actor, number)
    assert (refused and refused.orig.diag.constraint_name) == constraint
    assert type(translate(refused)) is (error or type(None))
    assert refused_raw(engine, actor, number, "rejected") is None


@pytest.mark.parametrize("closed_login", ["first", "second"])
def test_raw_sql_needs_both_accounts_open(engine: Engine, closed_login: str) -> None:
    number = waiting(engine)
    closed(engine, closed_login)
    refused = refused_raw(engine, "second", number)
    assert refused.orig.diag.constraint_name == "import_run_accounts"


@pytest.mark.parametrize(
    ("actor", "state", "constraint"),
    [
        (OPERATOR, "pending", "import_run_accounts"),
        ("first", "pending", None),
        (OPERATOR, "applied", "import_run_first_alone"),
        ("first", "applied", "import_run_first_alone"),
    ],
)
def test_raw_sql_takes_a_register_over_only_once(
    engine: Engine, actor: str, state: str, constraint: str | None
) -> None:
    number = waiting(engine)
    with official(engine, "first") as unit:
        reject_report(unit, number)
    with UnitOfWork(engine, actor=actor, reason="raw") as unit:
        refused = None
        try:
            unit.connection.execute(
                text(
                    "insert into register.import_run (file_id, source_id, schema_name, as_of, "
                    "features, kept, refused, state, summary, opened_revision, decided_revision) "
                    "select file_id, source_id, schema_name, as_of, features, kept, refused, "
                    ":state, summary, register.open_revision(), case when :state = 'applied' "
                    "then register.open_revision() end from register.import_run where id = :id"
                ),
                {"state": state, "id": number},
            )
        except IntegrityError as error:
            refused = error
    name = refused.orig.diag.constraint_name if refused else None  # type: ignore[union-attr]
    assert name == constraint
    if constraint == "import_run_first_alone":
        assert isinstance(translate(refused), RegisterBusy)


def test_a_report_that_an_older_version_opened_without_an_account_is_rejected_and_comes_again(
    engine: Engine, fresh_database: Any
) -> None:
    number = waiting(engine)
    downgrade(fresh_database.owner, "0014")
    with official(engine, OPERATOR) as unit:
        reject_report(unit, number)
        unit.connection.execute(
            text(
                "insert into register.import_run (file_id, source_id, schema_name, as_of, "
                "features, kept, refused, state, summary, opened_revision) "
                "select file_id, source_id, schema_name, as_of, 0, 0, 0, 'pending', "
                "summary, register.open_revision() from register.import_run where id = :id"
            ),
            {"id": number},
        )
    migrate(fresh_database.owner)
    old = refused_raw(engine, "second", number + 1)
    assert old.orig.diag.constraint_name == "import_run_accounts"
    with official(engine, "second") as unit:
        reject_report(unit, number + 1)
    again = imported(engine, [row(1, square(3000, -1280, 1, 1))], "first")
    assert approved(engine, again.import_id, "second").state == "applied"
