"""``mabele import`` and ``mabele audit`` on real PostGIS, against the same brute-force counts."""

import psycopg
import pytest
from brute import Right, as_published, expected_counts, random_rights, write_geojson
from run import mabele

from api.auth import Role, keep_account
from api.cluster import libpq_address
from geo.register.connection import engine_for

SECRET = "un mot de passe long"
COUNTED = ("pairs", "cells", "polygon_pairs", "by_kind")


def addresses(database):
    """Return the settings under which the command uses a test's own database."""
    return {
        "DATABASE_URL": database.owner,
        "DATABASE_APP_URL": database.app,
        "DATABASE_PUBLIC_URL": database.public,
    }


@pytest.fixture(scope="module")
def rights():
    return random_rights(70, seed=11, kinds=["PR", "PE", "ARPC", "AECP", "PER"])


@pytest.fixture(scope="module")
def register(tmp_path_factory, rights):
    path = tmp_path_factory.mktemp("register") / "register.geojson"
    return write_geojson(path, rights, as_published)


def importing(database, file, *arguments, as_of="2020-06-30", source="CAMI", login=None):
    options = ["--source", source, "--as-of", as_of, "--json", *arguments]
    return signed(database, file, *options, login=login)


def signed(database, *arguments, login=None, secret=SECRET):
    """Run ``mabele import``, as an account where one is named."""
    who = () if login is None else ("--as", login, "--password-stdin")
    return mabele("import", *arguments, *who, given=f"{secret}\n", **addresses(database))


@pytest.fixture
def people(fresh_database):
    """Accounts of two officers, and of an administrator."""
    engine = engine_for(fresh_database.app, pool_size=1)
    keep_account(engine, "first", "Première", Role.OFFICER, SECRET)
    keep_account(engine, "second", "Deuxième", Role.SUPERVISOR, SECRET)
    keep_account(engine, "admin", "Admin", Role.ADMINISTRATOR, SECRET)
    engine.dispose()
    return fresh_database


def test_import_audit_and_the_same_file_again(database, register, rights):
    first = importing(database, register)
    assert first.code == 0, first.err
    assert (first.answer["state"], first.answer["unchanged"]) == ("applied", False)
    assert (first.answer["features"], first.answer["kept"], first.answer["refused"]) == (70, 70, 0)
    assert first.answer["as_of"] == "2020-06-30"
    assert first.answer["issues"]["duplicate_code"] == 70

    audit = mabele("audit", "--json", "--on", "2024-06-01", **addresses(database))
    assert audit.code == 0, audit.err
    assert {key: audit.answer[key] for key in COUNTED} == expected_counts(rights)
    assert audit.answer["features"] == 70
    assert audit.answer["revision"] == first.answer["revision"]
    assert sum(audit.answer["by_verdict"].values()) == stored_findings(database)

    again = importing(database, register)
    assert again.answer["unchanged"] is True
    assert again.answer["import_id"] == first.answer["import_id"]
    shown = mabele(
        "import", register, "--source", "CAMI", "--as-of", "2020-06-30", **addresses(database)
    )
    assert "nothing changed" in shown.out
    after = mabele("audit", "--json", "--on", "2024-06-01", **addresses(database)).answer
    assert {key: after[key] for key in COUNTED} == expected_counts(rights)


def stored_findings(database):
    with psycopg.connect(libpq_address(database.owner)) as connection:
        last = "select max(id) from register.overlap_run"
        counted = f"select count(*) from register.overlap_finding where run_id = ({last})"
        return connection.execute(counted).fetchone()[0]


def test_audit_and_files_agree(database, register):
    files = mabele("overlaps", register, "--json", "--on", "2024-06-01").answer
    audit = mabele("audit", "--json", "--on", "2024-06-01", **addresses(database)).answer
    shared = (*COUNTED, "on_lattice", "off_lattice", "by_verdict", "undetermined", "kinds", "law")
    assert {key: audit[key] for key in shared} == {key: files[key] for key in shared}
    assert set(audit) >= set(files)
    shown = mabele("audit", "--on", "2024-06-01", **addresses(database))
    assert shown.code == 0
    assert f"{audit['cells']:,}" in shown.out
    assert f"revision {audit['revision'] + 1}" in shown.out  # the audit before was a revision


def test_a_later_extract_waits_for_approval_by_another_person(people, tmp_path):
    def with_codes(number, right):
        return as_published(number, right) | {"code": str(number)}

    old = [Right("PR", 0, 0, 4, 4), Right("PE", 10, 0, 4, 4), Right("PE", 12, 2, 4, 4)]
    new = [Right("PR", 0, 0, 4, 4), Right("PE", 10, 0, 2, 4), Right("PE", 12, 2, 4, 4)]
    first = write_geojson(tmp_path / "first.geojson", old, with_codes)
    later = write_geojson(tmp_path / "later.geojson", new, with_codes)
    assert importing(people, first).answer["state"] == "applied"  # the machine's operator

    nobody = importing(people, later, as_of="2021-06-30")
    assert (nobody.code, nobody.err.count("error: "), nobody.out) == (6, 1, "")
    assert "--as LOGIN" in nobody.err
    waiting = importing(people, later, as_of="2021-06-30", login="first")
    assert waiting.code == 0, waiting.err
    assert waiting.answer["state"] == "pending"
    assert waiting.answer["changes"]["smaller"] == 1
    day = ["--on", "2024-06-01", "--json"]
    before = mabele("audit", *day, **addresses(people)).answer
    assert (before["pairs"], before["cells"]) == (1, 4)

    number = waiting.answer["import_id"]
    alone = signed(people, "--approve", number, login="first")
    assert (alone.code, alone.err.count("error: ")) == (8, 1)
    assert "Another person must approve it" in alone.err
    assert signed(people, "--approve", number).code == 2
    assert signed(people, "--approve", number, login="second", secret="faux mot").code == 6
    assert "officers and supervisors" in signed(people, "--approve", number, login="admin").err
    assert mabele("audit", *day, **addresses(people)).answer["pairs"] == 1
    approved = signed(people, "--approve", number, "--json", login="second")
    assert approved.code == 0, approved.err
    assert approved.answer["state"] == "applied"
    after = mabele("audit", *day, **addresses(people)).answer
    assert after["pairs"] == 0


def test_the_first_file_of_a_further_source_waits_too(people, tmp_path):
    first = write_geojson(tmp_path / "a.geojson", [Right("PR", 0, 0, 4, 4)], as_published)
    zones = write_geojson(tmp_path / "b.geojson", [Right("ZEA", 9, 0, 4, 4)], as_published)
    importing(people, first)
    assert importing(people, zones, source="zones").code == 6
    waiting = importing(people, zones, source="zones", login="second")
    assert (waiting.answer["state"], waiting.answer["changes"]["new"]) == ("pending", 1)
    number = waiting.answer["import_id"]
    assert signed(people, "--approve", number, login="second").code == 8
    assert signed(people, "--approve", number, login="first").code == 0


def test_a_later_extract_can_be_refused_by_its_proposer(people, tmp_path):
    first = write_geojson(tmp_path / "a.geojson", [Right("PR", 0, 0, 4, 4)], as_published)
    later = write_geojson(tmp_path / "b.geojson", [Right("PR", 0, 0, 2, 2)], as_published)
    importing(people, first)
    waiting = importing(people, later, as_of="2021-06-30", login="first")
    number = waiting.answer["import_id"]
    refused = signed(people, "--reject", number, "--json", login="first")
    assert refused.answer["state"] == "rejected"
    again = signed(people, "--approve", number, login="second")
    assert again.code == 6
    assert again.err.count("error: ") == 1


def test_an_import_that_does_not_exist(people):
    refused = signed(people, "--approve", "99", login="second")
    assert refused.code == 6
    assert "99" in refused.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["x.zip"],
        ["x.zip", "--source", "CAMI"],
        ["x.zip", "--approve", "1"],
        ["--approve", "1", "--reject", "2"],
        ["--approve", "1"],
        ["--reject", "1", "--password-stdin"],
    ],
)
def test_half_a_command_line_is_refused(arguments):
    assert mabele("import", *arguments).code == 2


def test_a_bad_file_leaves_the_register_as_it_was(fresh_database, tmp_path):
    bad = tmp_path / "bad.geojson"
    bad.write_text('{"type": "FeatureCollection", "features": [')
    refused = importing(fresh_database, bad)
    assert (refused.code, refused.out) == (3, "")
    audit = mabele("audit", "--json", **addresses(fresh_database)).answer
    assert audit["features"] == 0


@pytest.mark.real_data
def test_the_register_of_2015_in_the_database(fresh_database, real_data):
    file = real_data / "permits_2015" / "cod_permits_2015.zip"
    done = importing(fresh_database, file, as_of="2015-06-30")
    assert done.code == 0, done.err
    assert (done.answer["features"], done.answer["kept"]) == (7355, 7355)
    audit = mabele("audit", "--json", "--on", "2015-07-01", **addresses(fresh_database)).answer
    assert (audit["pairs"], audit["cells"], audit["polygon_pairs"]) == (709, 33288, 17)
