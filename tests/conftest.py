"""Real PostGIS for the tests: one cluster of their own, a migrated template, a clone per module.

Several runs may share the cluster: each holds a lock on it, the last one to leave stops it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from hypothesis import settings as hypothesis_settings

import api.auth
from api.cluster import TEMPLATE, Cluster, Kind, libpq_address
from api.settings import Settings

# Before any test folder imports them: their assertions are to tell values.
pytest.register_assert_rewrite("story_house", "story_route_b")

PROJECT = Path(__file__).resolve().parents[1]
REAL_DATA = Path(os.environ.get("MABELE_REAL_DATA") or PROJECT.parent / "shared" / "data")
SETTINGS_OF_OPERATORS = (
    *("MABELE_KEEP_SENSITIVE", "MABELE_DATA_LICENCE"),
    *("DATABASE_URL", "DATABASE_APP_URL", "DATABASE_PUBLIC_URL"),
    *("PORT", "MABELE_HOST", "MABELE_DATA_DIR", "MABELE_DEMO", "MABELE_OBJECTOR_KEY_FILE"),
    *("MABELE_OIDC_ISSUER", "MABELE_OIDC_CLIENT_ID", "MABELE_OIDC_CLIENT_SECRET_FILE"),
    *("MABELE_OIDC_BY_EMAIL", "MABELE_ALLOWED_HOSTS", "MABELE_PROXY"),
    *("MABELE_FEED_KEY_FILE", "MABELE_PUBLIC_URL", "MABELE_WEBHOOK_ALLOW", "MABELE_MAIL_FROM"),
    *("MABELE_SMTP_HOST", "MABELE_SMTP_PORT", "MABELE_SMTP_SECURITY", "MABELE_SMTP_USER"),
    "MABELE_SMTP_PASSWORD_FILE",
)

# The machines that run the tests are shared: a slow example is no failure.
hypothesis_settings.register_profile("mabele", deadline=None, derandomize=True)
hypothesis_settings.load_profile("mabele")


@dataclass(frozen=True)
class Database:
    """A database of its own for a test or a module, with its three addresses."""

    name: str
    owner: str
    app: str
    public: str


def pytest_configure() -> None:
    for name in SETTINGS_OF_OPERATORS:
        os.environ.pop(name, None)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash the passwords of trials at the least cost: thousands sign in, and none is a secret.

    What is started as a program of its own (the command line, `mabele run`) keeps the real cost.
    """
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(api.auth, "_hasher", lambda: cheap)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if REAL_DATA.is_dir():
        return
    absent = pytest.mark.skip(reason=f"no real registers in {REAL_DATA} (MABELE_REAL_DATA)")
    for item in items:
        if item.get_closest_marker("real_data"):
            item.add_marker(absent)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(
    session: pytest.Session,
) -> Iterator[None]:
    yield
    if session.exitstatus == pytest.ExitCode.OK and _skipped(session.config, real_data=False):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    real = _skipped(config, real_data=True)
    terminalreporter.line(f"{len(real)} tests on real data skipped ({REAL_DATA})")
    for name in _skipped(config, real_data=False):
        terminalreporter.line(f"skipped without being marked real_data: {name}", red=True)


def _skipped(config: pytest.Config, *, real_data: bool) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter else []
    return [report.nodeid for report in reports if ("real_data" in report.keywords) is real_data]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real registers."""
    return REAL_DATA


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The tests' own cluster, running."""
    cluster = Cluster.of_project(PROJECT, PROJECT / "var", kind="test")
    cluster.home.parent.mkdir(parents=True, exist_ok=True)
    with (cluster.home.parent / "test.in_use").open("a") as in_use:
        if _try_exclusive(in_use.fileno()):
            _start_clean(cluster)
        fcntl.flock(in_use, fcntl.LOCK_SH)
        cluster.start()
        yield cluster
        if _try_exclusive(in_use.fileno()):
            cluster.stop()


@pytest.fixture(scope="session")
def migrated_template(cluster: Cluster) -> str:
    """The name of the template database that holds the register's schema, and nothing else."""
    name = _template_name()
    with (cluster.home.parent / "test.template").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if name not in cluster.databases():
            _build_template(cluster, name)
    return name


@pytest.fixture(scope="session")
def new_database(cluster: Cluster) -> Callable[[str], Database]:
    """A function that clones a template; the clones go when their fixtures end."""
    numbers = count(1)

    def clone(template: str) -> Database:
        name = f"mabele_test_{os.getpid()}_{next(numbers)}"
        urls = cluster.create_database(name, template)
        return Database(name, urls.owner, urls.app, urls.public)

    return clone


@pytest.fixture(scope="module")
def database(
    cluster: Cluster, migrated_template: str, new_database: Callable[[str], Database]
) -> Iterator[Database]:
    """A migrated, empty register for the tests of one module."""
    with _dropped_after(cluster, new_database(migrated_template)) as database:
        yield database


@pytest.fixture
def fresh_database(
    cluster: Cluster, migrated_template: str, new_database: Callable[[str], Database]
) -> Iterator[Database]:
    """A migrated, empty register for one test."""
    with _dropped_after(cluster, new_database(migrated_template)) as database:
        yield database


@pytest.fixture
def bare_database(cluster: Cluster, new_database: Callable[[str], Database]) -> Iterator[Database]:
    """A database with the extensions and no schema, for tests of migrations."""
    with _dropped_after(cluster, new_database(TEMPLATE)) as database:
        yield database


@pytest.fixture
def own_settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings of a project that was never started; its private cluster goes after the test."""
    settings = Settings.load({"MABELE_DATA_DIR": str(tmp_path / "var"), "PORT": str(_free_port())})
    yield settings
    kinds: tuple[Kind, ...] = ("register", "test")
    for kind in kinds:
        own = Cluster.of_project(settings.project, settings.data_dir, kind)
        own.stop()
        shutil.rmtree(own.home, ignore_errors=True)
    shutil.rmtree(own.home.parent, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """The browser's path; None where Playwright brought its own."""
    named = os.environ.get("MABELE_CHROMIUM")
    return named or shutil.which("chromium")


@contextmanager
def _dropped_after(cluster: Cluster, database: Database) -> Iterator[Database]:
    try:
        yield database
    finally:
        cluster.drop_database(database.name)


def _try_exclusive(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start_clean(cluster: Cluster) -> None:
    """Start the cluster, anew where PostgreSQL has another version; drop what was left behind."""
    if cluster.status().stale:
        cluster.remove()
    cluster.start()
    kept = {TEMPLATE, _template_name()}
    for name in cluster.databases():
        if name.startswith(("mabele_", "building_")) and name not in kept:
            cluster.drop_database(name)


def _template_name() -> str:
    files = [
        *sorted((PROJECT / "migrations").rglob("*.py")),
        *sorted((PROJECT / "migrations").rglob("*.sql")),
        *sorted((PROJECT / "geo" / "register").glob("schema*.py")),
    ]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(PROJECT).as_posix().encode() + b"\0" + file.read_bytes())
    return f"mabele_template_{digest.hexdigest()[:12]}"


def _build_template(cluster: Cluster, name: str) -> None:
    from geo.register.schema import migrate

    building = f"building_{os.getpid()}"
    cluster.drop_database(building)
    owner = cluster.create_database(building).owner
    migrate(owner)
    _tell_instants(owner)
    cluster.turn_into_template(building, name)


def _tell_instants(owner: str) -> None:
    """Let the casework take the instants of a story, as no register does."""
    with psycopg.connect(libpq_address(owner)) as connection:
        connection.execute(
            "create or replace function casework.instants_are_told() returns boolean "
            "language sql stable set search_path = pg_catalog, pg_temp as 'select true'"
        )
