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


def test_a_company_acts_for_its_holders_and_an_opinion_giver_for_its_authority(account, engine):
    made = account(
        *("add", "k.mining", "--name", "Jean Ilunga", "--role", "company", "--new-holder"),
        *("--for", "Lukuni SARL", "--signs-for", "Kalonda SARL", "--password-stdin"),
        given=f"{SECRET}\n",
    )
    assert made.code == 0, made.err
    viewer, _ = sign_in(engine, "k.mining", SECRET)
    assert (viewer.role, len(viewer.parties), len(viewer.signs_for)) == (Role.COMPANY, 2, 1)
    said = account("list").out
    assert "(Kalonda SARL, signs; Lukuni SARL, prepares)" in said
    changed = account(
        *("change", "k.mining", "--role", "opinion", "--authority", "sgnc"),
        *("--province", "Lualaba"),
    )
    assert changed.code == 0, changed.err
    viewer, _ = sign_in(engine, "k.mining", SECRET)
    assert (viewer.role, viewer.parties) == (Role.OPINION, frozenset())
    assert (viewer.authority, viewer.province) == ("sgnc", "Lualaba")


def test_what_is_not_given_stays(account, engine):
    options = ("--role", "opinion", "--authority", "governor", "--province", "Tshopo")
    name = ("--name", "Gouvernorat", "--no-password")
    assert account("add", "governor.tshopo", *name, *options).code == 0
    assert account("change", "governor.tshopo", "--name", "Gouvernorat de la Tshopo").code == 0
    assert "Gouvernorat de la Tshopo  (governor; Tshopo)" in account("list").out
    assert account("change", "governor.tshopo", "--authority", "arecoms").code == 0
    assert "(arecoms; Tshopo)" in account("list").out


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--role", "company"), 3, "name the holder"),
        (("--role", "company", "--for", "Nobody SARL"), 6, "no holder “Nobody SARL”"),
        (("--role", "officer", "--for", "Nobody SARL"), 3, "only a company's account"),
        (("--role", "opinion"), 3, "Choose one: sgnc"),
        (("--role", "opinion", "--authority", "sgnc", "--province", "Katanga"), 3, "no province"),
        (("--role", "legal", "--authority", "sgnc"), 3, "only an opinion giver"),
        (("--role", "king"), 2, "king"),
    ],
)
def test_combinations_that_make_no_sense_are_refused_by_name(account, options, code, said):
    refused = account("add", "nonsense", "--name", "N", "--no-password", *options)
    assert refused.code == code
    assert said in refused.err
    assert "nonsense" not in account("list").out


def test_no_identity_is_linked_without_a_provider(account, database, tmp_path):
    assert add(account, "by.provider").code == 0
    refused = account("link", "by.provider", "--subject", "subject-1")
    assert refused.code == 3
    assert "MABELE_OIDC_ISSUER" in refused.err
    (tmp_path / "secret").write_text("secret")
    provider = {
        "MABELE_OIDC_ISSUER": "https://id.example.cd",
        "MABELE_OIDC_CLIENT_ID": "mabele",
        "MABELE_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
    }
    linked = mabele(
        *("account", "link", "by.provider", "--subject", "subject-1"),
        **addresses(database),
        **provider,
    )
    assert linked.code == 0, linked.err
    with psycopg.connect(libpq_address(database.owner)) as connection:
        row = connection.execute(
            "select oidc_issuer, oidc_subject from register.account where login = 'by.provider'"
        ).fetchone()
    assert row == ("https://id.example.cd", "subject-1")
    assert account("link", "by.provider").code == 0


def test_names_are_marked_legal_with_a_reason_and_withheld_again(account, database):
    def party(*arguments):
        return mabele("party", *arguments, **addresses(database))

    holder = ("--new-holder", "--for", "GECAMINES SA", "--no-password", "--name", "N")
    assert account("add", "gecamines", "--role", "company", *holder).code == 0
    listed = party("list", "gécamines")
    number, kind = listed.out.split()[:2]
    assert kind == "unknown"
    assert party("mark-legal", number).code == 2
    marked = party("mark-legal", number, "--reason", "RCCM Lubumbashi")
    assert "GECAMINES SA is a legal person" in marked.out
    assert "No such holder" in party("list", "gecamines").out
    assert "legal" in party("list", "gecamines", "--all").out
    assert party("mark-legal", number, "--reason", "again").code == 6
    assert "withheld" in party("withhold", number, "--reason", "an error").out
    assert party("withhold", "999999", "--reason", "nobody").code == 6
