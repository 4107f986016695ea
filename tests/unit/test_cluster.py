"""The private cluster: made, found again, restarted, and closed to everybody else."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from api import database
from api.backup import backup, clear, restore
from api.cluster import Addresses, Cluster, libpq_address
from api.cluster_config import EXTENSIONS
from api.postgres import Server, installed_servers, newest_server
from api.settings import Settings
from geo.errors import FileRefused, SetupError
from geo.register.schema import is_empty


@pytest.fixture
def own(own_settings: Settings) -> Cluster:
    """A cluster of its own for one test, not yet made; it need not survive a power cut."""
    return Cluster.of_project(own_settings.project, own_settings.data_dir, kind="test")


def _ask(url: str, question: str) -> object:
    with psycopg.connect(libpq_address(url)) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def _pid(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


class TestAccess:
    """Who may enter, and as whom. The tests' own cluster is of the same make."""

    def test_each_address_enters_as_its_role(self, bare_database: Addresses) -> None:
        for url, role in (
            (bare_database.owner, "mabele_owner"),
            (bare_database.app, "mabele_login"),
            (bare_database.public, "mabele_tiles"),
        ):
            assert _ask(url, "SELECT current_user::text") == role
            assert _ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False

    def test_the_login_takes_a_role_only_on_purpose(self, bare_database: Addresses) -> None:
        inherit = "SELECT rolinherit FROM pg_roles WHERE rolname = current_user"
        assert _ask(bare_database.app, inherit) is False

    def test_nobody_else_enters(self, cluster: Cluster, bare_database: Addresses) -> None:
        stranger = bare_database.app.replace("mabele_login", "somebody")
        with pytest.raises(psycopg.OperationalError, match=r"authentication failed|provided user"):
            _ask(stranger, "SELECT 1")

    def test_it_listens_on_no_network(self, bare_database: Addresses) -> None:
        assert _ask(bare_database.owner, "SHOW listen_addresses") == ""

    def test_its_folders_are_closed(self, cluster: Cluster) -> None:
        cluster.start()
        for folder in (cluster.home, cluster.socket_dir, cluster.data):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_the_extensions_are_there(self, bare_database: Addresses) -> None:
        for name in EXTENSIONS:
            found = f"SELECT extname::text FROM pg_extension WHERE extname = '{name}'"
            assert _ask(bare_database.owner, found) == name

    def test_a_foreign_socket_folder_is_refused(self, own: Cluster) -> None:
        own.home.parent.mkdir(parents=True, exist_ok=True)
        own.home.mkdir(mode=0o777)
        own.home.chmod(0o777)
        with pytest.raises(SetupError, match="alone"):
            own.start()


class TestLife:
    """Start and stop, whatever happened in between."""

    def test_it_is_made_started_found_and_stopped(self, own: Cluster) -> None:
        said: list[str] = []
        own.start(said.append)
        assert said
        assert own.status().running
        said.clear()
        own.start(said.append)
        assert said == []
        assert own.stop() is True
        assert own.stop() is False
        assert not own.status().running

    def test_it_recovers_from_a_kill(self, own: Cluster) -> None:
        own.start()
        own.create_database("kept")
        os.kill(_pid(own), signal.SIGKILL)
        while own.status().running:
            time.sleep(0.01)
        own.start()
        assert "kept" in own.databases()

    def test_it_recovers_a_lost_socket(self, own: Cluster) -> None:
        own.start()
        (own.socket_dir / ".s.PGSQL.5432").unlink()
        assert not own.status().running
        own.start()
        assert own.databases()

    def test_a_number_that_is_another_process_now_does_not_stop_it(self, own: Cluster) -> None:
        own.start()
        lines = (own.data / "postmaster.pid").read_text().splitlines()
        own.stop()
        (own.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]))
        own.start()
        assert own.databases()

    def test_it_restarts_when_the_packages_were_upgraded_under_it(
        self, own: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own.start()
        before = _pid(own)
        monkeypatch.setattr(Server, "installed_at", lambda _: time.time() + 60)
        said: list[str] = []
        own.start(said.append)
        assert _pid(own) != before
        assert "upgraded" in said[0]

    def test_data_of_another_version_is_refused_with_the_remedy(self, own: Cluster) -> None:
        own.start()
        own.stop()
        (own.data / "PG_VERSION").write_text("11\n")
        assert own.status().stale
        with pytest.raises(SetupError, match=r"PostgreSQL 11.*postgresql-11-postgis-3.*restore"):
            own.start()
        assert (own.data / "global").is_dir()

    def test_two_processes_may_start_it_at_once(self, own_settings: Settings) -> None:
        program = "from api.cli import main; raise SystemExit(main(['db', 'start']))"
        environment = {**os.environ, "MABELE_DATA_DIR": str(own_settings.data_dir)}
        started = [
            subprocess.Popen([sys.executable, "-c", program], env=environment) for _ in range(2)
        ]
        assert [process.wait(60) for process in started] == [0, 0]
        assert database.register_cluster(own_settings).status().running

    def test_only_that_of_the_tests_is_removed(self, own: Cluster, own_settings: Settings) -> None:
        own.start()
        own.remove()
        assert not own.home.exists()
        with pytest.raises(SetupError, match="not removed"):
            database.register_cluster(own_settings).remove()


class TestDatabases:
    """Making and replacing them while others are connected."""

    def test_a_connection_to_the_template_does_not_block(self, own: Cluster) -> None:
        own.start()
        source = own.create_database("source")
        connection = psycopg.connect(libpq_address(source.owner))
        connection.execute("SELECT 1")
        own.create_database("copy", "source")
        connection.close()
        assert "copy" in own.databases()

    def test_replacing_one_drops_the_other(self, own: Cluster) -> None:
        own.start()
        old, new = own.create_database("land"), own.create_database("better")
        for url in (old.owner, new.owner):
            with psycopg.connect(libpq_address(url)) as connection:
                connection.execute("CREATE TABLE t AS SELECT current_database()::text AS was")
        own.replace_database("land", "better")
        assert _ask(old.owner, "SELECT was FROM t") == "better"
        assert {"better", "land_replaced"}.isdisjoint(own.databases())


class TestPackages:
    """Which PostgreSQL is taken."""

    def _lay(self, root: Path, major: str, *, postgis: bool) -> None:
        (root / "lib" / major / "bin").mkdir(parents=True)
        (root / "lib" / major / "bin" / "postgres").touch()
        (root / "share" / major / "extension").mkdir(parents=True)
        if postgis:
            (root / "share" / major / "extension" / "postgis.control").touch()

    def test_the_newest_that_has_postgis_comes_last(self, tmp_path: Path) -> None:
        self._lay(tmp_path, "9.6", postgis=True)
        self._lay(tmp_path, "15", postgis=True)
        self._lay(tmp_path, "16", postgis=True)
        self._lay(tmp_path, "17", postgis=False)
        servers = installed_servers(tmp_path / "lib", tmp_path / "share")
        assert [server.major for server in servers] == [15, 16]

    def test_the_machine_has_one(self) -> None:
        assert newest_server().major >= 14


class TestBackup:
    """The whole register, out and back in."""

    @pytest.fixture
    def filled(self, own_settings: Settings) -> Settings:
        from api.demonstration import load_demonstration

        ready = database.prepare(own_settings)
        load_demonstration(ready, lambda done, total: None, rights=100)
        return ready

    def _contents(self, settings: Settings) -> dict[str, object]:
        """Every table's rows, told by PostgreSQL itself."""
        with psycopg.connect(libpq_address(settings.owner_url)) as connection:
            tables = connection.execute(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                " WHERE schemaname !~ '^pg_|^information_schema$'"
            ).fetchall()
            return {
                table: connection.execute(
                    f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t"
                ).fetchone()
                for (table,) in tables
            }

    def test_it_comes_back_as_it_was(self, filled: Settings, tmp_path: Path) -> None:
        file, steps = tmp_path / "register.dump", []
        before = self._contents(filled)
        assert backup(filled, file, lambda done, total: steps.append((done, total))) > 10_000
        assert steps
        assert all(done <= total for done, total in steps)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        with psycopg.connect(libpq_address(filled.owner_url)) as connection:
            connection.execute("DROP SCHEMA register CASCADE")
        restore(filled, file, lambda done, total: None)
        assert self._contents(filled) == before

    def test_it_comes_back_on_an_existing_server(self, filled: Settings, tmp_path: Path) -> None:
        environ = {"DATABASE_URL": filled.owner_url, "MABELE_DATA_DIR": str(filled.data_dir)}
        server = Settings.load(environ)
        file = tmp_path / "register.dump"
        before = self._contents(filled)
        backup(server, file, lambda done, total: None)
        with psycopg.connect(libpq_address(filled.owner_url)) as connection:
            connection.execute("DELETE FROM register.import_issue")
        restore(server, file, lambda done, total: None)
        assert self._contents(filled) == before

    def test_clearing_keeps_a_backup(self, filled: Settings, tmp_path: Path) -> None:
        before = self._contents(filled)
        clear(filled, tmp_path / "backups" / "kept.dump", lambda done, total: None)
        assert is_empty(filled.owner_url)
        restore(filled, tmp_path / "backups" / "kept.dump", lambda done, total: None)
        assert self._contents(filled) == before

    def test_what_is_no_backup_changes_nothing(self, filled: Settings, tmp_path: Path) -> None:
        before = self._contents(filled)
        file = tmp_path / "junk"
        file.write_bytes(b"PGDMP" + b"\0" * 1000)
        with pytest.raises(FileRefused, match="no backup"):
            restore(filled, file, lambda done, total: None)
        assert self._contents(filled) == before

    def test_a_cut_one_changes_nothing(self, filled: Settings, tmp_path: Path) -> None:
        file = tmp_path / "register.dump"
        backup(filled, file, lambda done, total: None)
        before = self._contents(filled)
        file.write_bytes(file.read_bytes()[:-20_000])
        with pytest.raises((SetupError, FileRefused)):
            restore(filled, file, lambda done, total: None)
        assert self._contents(filled) == before


class TestExistingServer:
    """DATABASE_URL: what is there is used, what is missing is said."""

    @pytest.fixture
    def server(self, own: Cluster) -> Cluster:
        own.start()
        return own

    def _settings(self, own_settings: Settings, url: str, **more: str) -> Settings:
        environ = {"DATABASE_URL": url, "MABELE_DATA_DIR": str(own_settings.data_dir), **more}
        return Settings.load(environ)

    def test_missing_logins_are_made_and_kept(
        self, server: Cluster, own_settings: Settings
    ) -> None:
        urls = server.create_database("land")
        with server.superuser() as connection:
            connection.execute("DROP ROLE mabele_login, mabele_tiles")
        settings = self._settings(own_settings, urls.owner)
        ready = database.prepare(settings)
        file = settings.data_dir / "logins.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert ready.app_url.startswith("postgresql+psycopg://mabele_login:")
        assert database.prepare(settings) == ready

        file.unlink()
        with pytest.raises(SetupError, match="password is not in"):
            database.prepare(settings)
        given = {"DATABASE_APP_URL": urls.app, "DATABASE_PUBLIC_URL": urls.public}
        assert database.prepare(self._settings(own_settings, urls.owner, **given)).app_url

    def test_a_missing_extension_is_said_with_the_statement(
        self, server: Cluster, own_settings: Settings
    ) -> None:
        urls = server.create_database("land", "template0")
        with pytest.raises(SetupError, match="CREATE EXTENSION IF NOT EXISTS postgis"):
            database.prepare(self._settings(own_settings, urls.owner))

    def test_a_server_that_does_not_answer_is_said(self, own_settings: Settings) -> None:
        nowhere = "postgresql://owner@127.0.0.1:1/land"
        with pytest.raises(SetupError, match="does not answer"):
            database.prepare(self._settings(own_settings, nowhere))

    def test_its_cluster_is_not_ours_to_start(self, own_settings: Settings) -> None:
        with pytest.raises(SetupError, match="neither starts nor stops"):
            database.register_cluster(self._settings(own_settings, "postgresql://o@h/d"))
