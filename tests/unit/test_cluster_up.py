"""The command line from outside, and the whole way from nothing to a page that answers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from api import serving
from api.cli import COMMANDS, EXIT_CODES, exit_code_of
from api.cluster import libpq_address
from api.cluster_place import SYSTEM_HOME
from api.database import register_cluster
from api.settings import Settings
from geo import errors
from geo.errors import SetupError

MABELE = [sys.executable, "-m", "api.cli"]


def _environment(settings: Settings) -> dict[str, str]:
    own = {"MABELE_DATA_DIR": str(settings.data_dir), "PORT": str(settings.port)}
    return {**os.environ, **own}


def _run(*arguments: str, settings: Settings | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MABELE, *arguments],
        env=_environment(settings) if settings else None,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@contextmanager
def _started(settings: Settings, **variables: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run ``mabele up`` until the page answers; give what it said till then."""
    with subprocess.Popen(
        [*MABELE, "up"],
        env={**_environment(settings), "PYTHONUNBUFFERED": "1", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            said = []
            for line in process.stdout:
                said.append(line)
                if "answers on" in line:
                    break
            yield "".join(said), process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _get(settings: Settings, path: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(settings.page_address + path, timeout=10) as answer:
        return answer.status, answer.read()


class TestUp:
    """``mabele up`` and ``mabele down``."""

    def test_from_nothing_to_a_page_and_again(self, own_settings: Settings) -> None:
        with _started(own_settings) as (said, process):
            assert "answers on" in said, said
            assert "[3/6]" in said
            assert "[5/6]" in said
            assert _get(own_settings, "/healthz")[0] == 200
            assert b"<html" in _get(own_settings, "/")[1]
            second = _run("up", settings=own_settings)
            assert second.returncode == 7
            assert f"process {process.pid}" in second.stderr

        with _started(own_settings) as (said, process):
            assert _get(own_settings, "/healthz")[0] == 200
            assert "[" not in said.replace("[1;", ""), "a second start has nothing to do"
            stopped = _run("down", settings=own_settings)
            assert stopped.stdout == "stopped: web page, database\n"
            assert process.wait(30) is not None
        assert "stopped: PostgreSQL" in _run("db", "status", settings=own_settings).stdout
        assert _run("down", settings=own_settings).stdout == "nothing was running\n"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["down"], "nothing was running\n"),
            (["db", "stop"], "was not running\n"),
            (["db", "status"], "never started in this folder\n"),
        ],
    )
    def test_what_was_never_started_is_left_untouched(
        self, tmp_path: Path, arguments: list[str], said: str
    ) -> None:
        data_dir = tmp_path / "var"
        notes = set(SYSTEM_HOME.glob("*/project"))
        done = subprocess.run(
            [*MABELE, *arguments],
            env={**os.environ, "MABELE_DATA_DIR": str(data_dir)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, said)
        assert not data_dir.exists()
        ours = {
            note
            for note in set(SYSTEM_HOME.glob("*/project")) - notes
            if note.read_text() == str(data_dir)
        }
        assert ours == set()

    def test_a_database_that_a_killed_page_left_running_is_stopped_with_the_next(
        self, own_settings: Settings
    ) -> None:
        cluster = register_cluster(own_settings)
        with _started(own_settings, MABELE_DEMO="no") as (_, process):
            process.kill()
            process.wait(30)
            assert cluster.status().running
        with _started(own_settings, MABELE_DEMO="no") as (said, process):
            assert _get(own_settings, "/healthz")[0] == 200, said
            process.send_signal(signal.SIGINT)
            process.wait(30)
        assert not cluster.status().running

    def test_a_database_that_others_use_stays_until_it_is_told_to_stop(
        self, own_settings: Settings
    ) -> None:
        cluster = register_cluster(own_settings)
        with (
            _started(own_settings, MABELE_DEMO="no") as (_, process),
            psycopg.connect(libpq_address(own_settings.owner_url)),
        ):
            process.send_signal(signal.SIGINT)
            assert process.stdout is not None
            assert "others use it" in process.stdout.read()
            process.wait(30)
            assert cluster.status().running
            assert _run("down", settings=own_settings).stdout == "stopped: database\n"
        assert not cluster.status().running

    def test_of_two_starts_at_once_one_is_refused_and_touches_nothing(
        self, own_settings: Settings
    ) -> None:
        note = own_settings.data_dir / "mabele.pid"
        with serving.only_one(own_settings):
            written = note.read_text()
            with (
                pytest.raises(SetupError, match=f"process {os.getpid()}"),
                serving.only_one(own_settings),
            ):
                pass
            assert note.read_text() == written
            note.unlink()  # as it is before the first of the two has written it
            with pytest.raises(SetupError, match="already runs"), serving.only_one(own_settings):
                pass
            assert not note.exists()
        with serving.only_one(own_settings):
            assert serving.running(own_settings) == serving.Process.own()
        assert not note.exists()

    def test_a_port_in_use_is_said_before_any_work(self, own_settings: Settings) -> None:
        with socket.socket() as other:
            other.bind((own_settings.host, own_settings.port))
            other.listen()
            refused = _run("up", settings=own_settings)
        assert refused.returncode == 7
        assert f"Port {own_settings.port} is used by another program" in refused.stderr
        assert not (own_settings.data_dir / "mabele.pid").exists()

    def test_a_foreign_process_of_the_noted_number_is_left_alone(
        self, own_settings: Settings
    ) -> None:
        with subprocess.Popen(["/bin/sleep", "60"]) as foreign:
            own_settings.data_dir.mkdir(parents=True, exist_ok=True)
            note = {"pid": foreign.pid, "started": "1"}
            (own_settings.data_dir / "mabele.pid").write_text(json.dumps(note))
            assert serving.stop(own_settings) is False
            assert foreign.poll() is None
            foreign.kill()


class TestCommandLine:
    """What every command shares."""

    def test_help_names_every_command_and_loads_none(self) -> None:
        listing = "import sys; sys.argv[1:] = ['--help']\nfrom api.cli import main\nmain()\n"
        heavy = "print({'numpy', 'shapely', 'sqlalchemy', 'psycopg', 'fastapi'} & set(sys.modules))"
        done = subprocess.run(
            [sys.executable, "-c", listing + heavy], capture_output=True, text=True, check=False
        )
        assert done.stdout.endswith("set()\n")
        for name in COMMANDS:
            assert f"  {name} " in done.stdout

    @pytest.mark.parametrize("name", COMMANDS)
    def test_each_command_explains_itself(self, name: str) -> None:
        done = _run(name, "--help")
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"Usage: mabele {name}")

    def test_a_wrong_command_line_ends_with_two(self) -> None:
        assert _run("overlap").returncode == 2

    def test_an_error_is_one_plain_sentence(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [*MABELE, "db", "backup", str(tmp_path / "register.dump")],
            env={**os.environ, "PORT": "\x1b[2Jnone"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 7
        assert done.stderr.startswith("error: PORT is")
        assert "\x1b" not in done.stderr

    def test_an_unknown_error_gives_a_reference_and_keeps_the_detail(self, tmp_path: Path) -> None:
        program = (
            "import api.cli, click\n"
            "@click.command()\n"
            "def broken(): raise RuntimeError('secret detail')\n"
            "api.cli.cli.add_command(broken)\n"
            "api.cli.LazyGroup.get_command = lambda self, ctx, name: broken\n"
            "raise SystemExit(api.cli.main(['broken']))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "MABELE_DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "secret detail" not in done.stderr
        reference = done.stderr.split("reference ")[1].split(";")[0]
        log = (tmp_path / "log" / "mabele.log").read_text()
        assert reference in log
        assert "secret detail" in log

    def test_every_branch_of_the_error_tree_has_its_code(self) -> None:
        for kind in errors.MabeleError.__subclasses__():
            if kind.__module__ == errors.__name__:
                assert kind in EXIT_CODES
        assert exit_code_of(errors.RegisterBusy("x")) == 75
        assert exit_code_of(errors.GroundTaken("x")) == 6
        assert exit_code_of(errors.CRSError("x")) == 3
