"""``mabele fees`` as people type it: who signs is asked by name and password."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result
from money_register import granted

from api.auth import keep_account
from api.cli import cli
from geo.errors import MabeleError
from geo.register.connection import engine_for
from geo.register.people import Role

PASSWORD = "correct horse battery"
ACCOUNTS = {
    "o.kasongo": Role.OFFICER,
    "p.second": Role.OFFICER,
    "a.mbuyi": Role.ADMINISTRATOR,
    "j.ilunga": Role.SUPERVISOR,
}
RATE = (
    *("rate-propose", "surface_fee.PE", "500.01", "--from", "2019-01-01", "--text", "Arrêté"),
    *("--article", "art. 0", "--source", "test", "--confidence", "S"),
)
Fees = Callable[..., Result]


@pytest.fixture(scope="module")
def title(database: Any) -> int:
    engine = engine_for(database.app)
    number = granted(engine, 1, 12, date(2019, 7, 1), holder="=1+1 SARL")
    for login, role in ACCOUNTS.items():
        keep_account(engine, login, login, role, PASSWORD)
    engine.dispose()
    return number


@pytest.fixture
def fees(database: Any, title: int, tmp_path: Any) -> Fees:
    """Run a command against the module's register; ``signed`` types the password of a login."""
    environment = {
        "DATABASE_URL": database.owner,
        "DATABASE_APP_URL": database.app,
        "DATABASE_PUBLIC_URL": database.public,
        "MABELE_DATA_DIR": str(tmp_path),
    }

    def run(*arguments: object, signed: str | None = None) -> Result:
        typed = list(map(str, arguments))
        if signed:
            typed += ["--as", signed, "--password-stdin"]
        return CliRunner().invoke(
            cli, ["fees", *typed], env=environment, input=f"{PASSWORD}\n", standalone_mode=False
        )

    return run


def test_a_rate_needs_two_persons(fees: Fees) -> None:
    made = fees(*RATE, signed="a.mbuyi")
    assert made.exception is None, made.output
    assert "proposal 1 waits for a second person" in made.output
    own = fees("rate-confirm", 1, "--reason", "by myself", signed="a.mbuyi")
    assert isinstance(own.exception, MabeleError)
    assert "proposal 1: surface_fee.PE 500.01, proposed by a.mbuyi" in fees("rates").output
    other = fees("rate-confirm", 1, "--reason", "read in the gazette", signed="j.ilunga")
    assert other.exception is None, other.output
    told = json.loads(fees("rates", "--on", "2020-03-31", "--json").output)
    prices = {one["rule"]: one["usd_per_carre"] for one in told["on_day"]}
    assert (prices["surface_fee.PE"], prices["surface_fee.PER"]) == ("500.01", None)
    assert told["proposals"] == []


def test_dues_payment_list_and_cancellation(fees: Fees, title: int) -> None:
    said = fees("dues", title, "--year", 2020, "--on", "2020-12-31").output
    assert "12 × 500.01 = 6000.12" in said
    assert "unpaid, paid 0 US$, 275 days late" in said  # 31 March to 31 December
    order = (
        *("pay", title, "--year", 2020, "--amount", "6000.12"),
        *("--paid-on", "2020-03-30", "--json"),
    )
    receipt = json.loads(fees(*order, signed="o.kasongo").output)["receipt"]
    year = ("--on", "2020-12-31", "--json")
    assert json.loads(fees("list", "unpaid", *year).output)["total"] == 0
    wrong = ("cancel", receipt, "--reason", "of another title")
    assert isinstance(fees(*wrong, signed="o.kasongo").exception, MabeleError)
    assert fees(*wrong, signed="p.second").exception is None
    told = json.loads(fees("dues", title, "--year", 2020, *year).output)
    assert told["dues"][0]["standing"] == "unpaid"
    assert told["payments"][0]["cancelled_by"] == "p.second"
    sheet = fees("list", "unpaid", "--on", "2020-12-31", "--csv").output
    assert [row["holders"] for row in csv.DictReader(io.StringIO(sheet))] == ["'=1+1 SARL"]
    assert "No title lapses" in fees("list", "forfeiture", "--on", "2020-12-31").output


def test_works_are_reported(fees: Fees, title: int) -> None:
    told = fees(
        *("works", title, "--observed", "2021-01-05", "--source", "visit"), signed="o.kasongo"
    )
    assert "works not begun" in told.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("dues", 1, "--year", 20),
        ("dues", 0),
        ("list", "everything"),
        ("list", "unpaid", "--on", "9999-12-31"),
        ("pay", 1, "--year", 2020, "--amount", "NaN", "--paid-on", "2020-03-30", "--as", "x"),
    ],
)
def test_what_is_no_order_is_refused(arguments: tuple[object, ...], fees: Fees) -> None:
    refused = fees(*arguments)
    assert refused.exit_code != 0
    assert type(refused.exception).__name__ in {"BadParameter", "UsageError", "SystemExit"}


def test_a_wrong_password_signs_nothing(fees: Fees, title: int) -> None:
    refused = fees(*RATE, signed="nobody")
    assert isinstance(refused.exception, MabeleError)
