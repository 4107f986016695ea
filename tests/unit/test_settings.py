"""Settings, the clock and the place of the cluster."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from api.backup import _without_password
from api.clock import legal_day, legal_today
from api.cluster import libpq_address
from api.cluster_place import SOCKET_LIMIT, SOCKET_NAME, forsaken, project_id, socket_dir_of
from api.settings import PROJECT, Settings
from geo.errors import SetupError

SERVER = {
    "DATABASE_URL": "postgres://owner:s%40cret@db.example:6432/land?sslmode=require",
    "DATABASE_APP_URL": "postgresql://mabele_login@db.example/land",
    "DATABASE_PUBLIC_URL": "postgresql+psycopg://mabele_tiles@db.example/land",
}


def test_an_existing_server_is_used_as_given() -> None:
    settings = Settings.load(SERVER)
    assert not settings.private
    assert settings.owner_url == (
        "postgresql+psycopg://owner:s%40cret@db.example:6432/land?sslmode=require"
    )
    assert settings.app_url == "postgresql+psycopg://mabele_login@db.example/land"
    assert settings.public_url == "postgresql+psycopg://mabele_tiles@db.example/land"


def test_without_a_server_the_addresses_are_those_of_the_private_cluster(
    own_settings: Settings,
) -> None:
    settings = own_settings
    assert settings.private
    assert settings.owner_url.startswith("postgresql+psycopg://mabele_owner@/mabele?host=/")
    assert settings.app_url.startswith("postgresql+psycopg://mabele_login@/mabele?host=/")
    assert settings.public_url.startswith("postgresql+psycopg://mabele_tiles@/mabele?host=/")


def test_defaults() -> None:
    settings = Settings.load({**SERVER, "PORT": "", "MABELE_HOST": ""})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.page_address == "http://127.0.0.1:8000"
    assert settings.data_dir == PROJECT / "var"
    assert settings.log_dir == PROJECT / "var" / "log"


def test_an_address_of_version_six_stands_in_brackets() -> None:
    settings = Settings.load({**SERVER, "MABELE_HOST": "::", "PORT": "8080"})
    assert settings.page_address == "http://[::1]:8080"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "eight", "8 0", "٨٠٠٠", "1e3"])
def test_a_wrong_port_is_refused(port: str) -> None:
    with pytest.raises(SetupError, match="PORT"):
        Settings.load({**SERVER, "PORT": port})


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://u@h/d", "mysql"),
        ("just text", "no PostgreSQL address"),
        ("postgresql://u@h", "names no database"),
        ("postgresql://u@h/", "names no database"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, said: str) -> None:
    with pytest.raises(SetupError, match=said):
        Settings.load({"DATABASE_URL": url})


def test_the_demonstration_can_be_declined() -> None:
    assert Settings.load(SERVER).demonstration
    assert not Settings.load({**SERVER, "MABELE_DEMO": "No"}).demonstration
    with pytest.raises(SetupError, match="MABELE_DEMO"):
        Settings.load({**SERVER, "MABELE_DEMO": "nein"})


def test_the_page_answers_to_the_names_of_this_machine_and_to_those_given() -> None:
    loopback = {"localhost", "127.0.0.1", "[::1]"}
    assert set(Settings.load(SERVER).hosts) == loopback
    assert set(Settings.load({**SERVER, "MABELE_HOST": "0.0.0.0"}).hosts) == loopback
    assert set(Settings.load({**SERVER, "MABELE_HOST": "fd00::7"}).hosts) == loopback | {
        "[fd00::7]"
    }
    names = Settings.load({**SERVER, "MABELE_ALLOWED_HOSTS": "Cadastre.example.cd, *.cami.cd"})
    assert set(names.hosts) == loopback | {"cadastre.example.cd", "*.cami.cd"}


@pytest.mark.parametrize("name", ["http://a.cd", "a.cd:80", "a.cd/x", "*", "a b", "a.*.cd", "é.cd"])
def test_a_host_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(SetupError, match="MABELE_ALLOWED_HOSTS"):
        Settings.load({**SERVER, "MABELE_ALLOWED_HOSTS": name})


def test_no_proxy_is_believed_but_one_that_is_named() -> None:
    assert Settings.load(SERVER).proxies == ()
    named = Settings.load({**SERVER, "MABELE_PROXY": "127.0.0.1, 10.0.0.0/8,::1"})
    assert named.proxies == ("127.0.0.1", "10.0.0.0/8", "::1")
    with pytest.raises(SetupError, match="MABELE_PROXY"):
        Settings.load({**SERVER, "MABELE_PROXY": "*"})


def test_libpq_reads_the_same_address() -> None:
    assert libpq_address("postgresql+psycopg://a@/b?host=/c") == "postgresql://a@/b?host=/c"


def test_a_password_never_stands_in_the_list_of_processes() -> None:
    assert _without_password("postgresql+psycopg://owner:owner@owner/owner") == (
        "postgresql://owner@owner/owner"
    )


def test_the_day_of_the_law_is_that_of_the_capital() -> None:
    # Kinshasa is one hour ahead of UTC all year.
    assert legal_day(datetime(2026, 6, 30, 22, 59, tzinfo=UTC)) == date(2026, 6, 30)
    assert legal_day(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)) == date(2026, 7, 1)
    far = timezone(timedelta(hours=-8))
    assert legal_day(datetime(2026, 6, 30, 16, 0, tzinfo=far)) == date(2026, 7, 1)


def test_an_instant_without_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="names no time zone"):
        legal_day(datetime(2026, 6, 30, 12, 0))


def test_today_is_a_day() -> None:
    assert abs(legal_today() - datetime.now(UTC).date()) <= timedelta(days=1)


@pytest.mark.parametrize(
    "folder",
    [
        "/home/a b/mabele/var/cluster/register",
        "/home/a,b/var/cluster/register",
        "/home/l'eau/var/cluster/register",
        "/home/été/var/cluster/register",
        "/home/" + "x" * 90 + "/var/cluster/register",
    ],
)
def test_a_path_that_postgresql_cannot_use_gets_its_socket_elsewhere(folder: str) -> None:
    found = socket_dir_of(Path(folder))
    assert found.parent == Path("/tmp")
    assert len(str(found / SOCKET_NAME).encode()) <= SOCKET_LIMIT
    assert found != socket_dir_of(Path(folder).with_name("test"))


def test_a_plain_path_has_its_socket_beside_the_data() -> None:
    home = Path("/home/ana/mabele/var/cluster/register")
    assert socket_dir_of(home) == home / "s"


class TestProjectId:
    """The id follows the folder, and nothing else."""

    def test_it_stays(self, tmp_path: Path) -> None:
        first = project_id(tmp_path / "var", tmp_path / "system")
        assert project_id(tmp_path / "var", tmp_path / "system") == first
        assert (tmp_path / "system" / first / "project").read_text() == str(tmp_path / "var")

    def test_a_moved_folder_keeps_it(self, tmp_path: Path) -> None:
        first = project_id(tmp_path / "var", tmp_path / "system")
        (tmp_path / "var").rename(tmp_path / "elsewhere")
        assert project_id(tmp_path / "elsewhere", tmp_path / "system") == first
        assert project_id(tmp_path / "elsewhere", tmp_path / "system") == first

    def test_a_copied_folder_gets_its_own(self, tmp_path: Path) -> None:
        first = project_id(tmp_path / "var", tmp_path / "system")
        (tmp_path / "copy").mkdir()
        (tmp_path / "copy" / "cluster-id").write_text(first + "\n")
        assert project_id(tmp_path / "copy", tmp_path / "system") != first
        assert project_id(tmp_path / "var", tmp_path / "system") == first

    def test_a_new_folder_in_the_place_of_a_deleted_one_gets_its_own(self, tmp_path: Path) -> None:
        first = project_id(tmp_path / "var", tmp_path / "system")
        (tmp_path / "var" / "cluster-id").unlink()
        (tmp_path / "var").rmdir()
        assert project_id(tmp_path / "var", tmp_path / "system") != first

    def test_a_damaged_one_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "cluster-id").write_text("../../etc")
        with pytest.raises(SetupError, match="damaged"):
            project_id(tmp_path, tmp_path / "system")

    def test_a_cluster_without_its_folder_is_named(self, tmp_path: Path) -> None:
        system, here, gone = (tmp_path / name for name in ("system", "here", "gone"))
        project_id(here, system)
        lost = project_id(gone, system)
        assert forsaken(system) == []
        gone.rename(tmp_path / "elsewhere")
        assert forsaken(system) == [(system / lost, gone)]
        project_id(tmp_path / "elsewhere", system)
        assert forsaken(system) == []
