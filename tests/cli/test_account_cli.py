"""``mabele account`` on real PostGIS, and what the accounts are worth at the door."""

import psycopg
import pytest
from run import mabele
from test_register_cli import addresses

from api.auth import Role, sign_in, viewer_of
from api.cluster import libpq_address
from api.problems import SignInFailed
from geo.register.connection import engine_for

SECRET = "un mot de passe long"


@pytest.fixture(scope="module")
def account(database):
    def run(*arguments, given=None):
        return mabele("account", *arguments, given=given, **addresses(database))

    return run


@pytest.fixture(scope="module")
def engine(database):
    engine = engine_for(database.app, pool_size=1)
    yield engine
    engine.dispose()


def add(account, login, role="officer", given=f"{SECRET}\n"):
    name = "Odette Kasongo"
    return account("add", login, "--name", name, "--role", role, "--password-stdin", given=given)


def test_an_account_opens_until_it_is_closed(account, engine):
    assert "no account yet" in account("list").out
    added = add(account, "o.kasongo")
    assert added.code == 0, added.err
    viewer, token = sign_in(engine, "o.kasongo", SECRET)
    assert (viewer.role, viewer.name) == (Role.OFFICER, "Odette Kasongo")
    assert account("close", "o.kasongo").code == 0
    assert viewer_of(engine, token).role is Role.PUBLIC
    with pytest.raises(SignInFailed):
        sign_in(engine, "o.kasongo", SECRET)
    assert account("list").out.split()[:3] == ["o.kasongo", "officer", "closed"]


def test_a_new_password_ends_the_sessions(account, engine):
    assert add(account, "new.password", role="administrator").code == 0
    _, token = sign_in(engine, "new.password", SECRET)
    changed = account("password", "new.password", "--password-stdin", given="another long one\n")
    assert changed.code == 0, changed.err
    assert viewer_of(engine, token).role is Role.PUBLIC
    assert sign_in(engine, "new.password", "another long one")[0].role is Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("login", "given", "code", "said"),
    [
        ("taken", f"{SECRET}\n", 6, "already"),
        ("Odette K", f"{SECRET}\n", 3, "cannot be a login"),
        ("short", "short\n", 3, "Use 12 or more"),
        ("empty", "", 3, "Use 12 or more"),
    ],
)
def test_what_cannot_be_is_refused_with_the_remedy(account, login, given, code, said):
    if login == "taken":
        assert add(account, login).code == 0
    refused = add(account, login, given=given)
    assert refused.code == code
    assert said in refused.err


@pytest.mark.parametrize("order", [("close",), ("password", "--password-stdin")])
def test_nobody_by_that_name(account, order):
    refused = account(order[0], "nobody", *order[1:], given=f"{SECRET}\n")
    assert refused.code == 6
    assert "no account “nobody”" in refused.err


def test_every_change_of_an_account_is_audited_without_its_password(account, database):
    assert add(account, "audited").code == 0
    with psycopg.connect(libpq_address(database.owner)) as connection:
        rows = connection.execute(
            "select concat(old, new, personal) from register.audit_row "
            "where table_name like '%account' and new::text like '%audited%'"
        ).fetchall()
    assert rows
    assert all("argon2" not in row[0] and SECRET not in row[0] for row in rows)
