"""Imports go one way, the pure part stays pure, and importing opens nothing.

The directions are those of the design (rooms) and of convention 1 and 2.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FILES = sorted(file for top in ("geo", "maps", "api") for file in (PROJECT / top).rglob("*.py"))
ALLOWED = {"api": {"api", "maps", "geo"}, "maps": {"maps", "geo"}, "geo": {"geo"}}

# Inside geo: a module may import those of its own floor and of the floors below.
FLOORS = (
    {"errors"},
    {"grid", "periods", "intervals"},
    {"perimeter", "lattice", "cover", "outline", "geometry", "boundaries", "snapping"},
    {"law", "overlap", "activity.records", "activity.coverage"},
    {"register", "sources", "demo", "findings"},
    {"activity"},
    {"casework"},
    {"siting"},
)
FLOOR_OF = {name: number for number, names in enumerate(FLOORS) for name in names}

# Same floor, but never of one another.
APART = {("law", "overlap"), ("overlap", "law")}

PURE = {
    "grid",
    "perimeter",
    "periods",
    "law",
    "overlap",
    "intervals",
    "outline",
    "lattice",
    "cover",
    "activity.records",
    "activity.coverage",
}
IMPURE_MODULES = {
    *("os", "time", "random", "secrets", "socket", "subprocess", "threading", "http", "urllib"),
    *("sqlalchemy", "psycopg", "geoalchemy2", "alembic", "fastapi", "uvicorn", "requests"),
}
CLOCK_CALLS = {"today", "now", "utcnow"}


def module_of(file: Path) -> str:
    parts = file.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(file: Path) -> Iterator[str]:
    """The full names that a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import; write the full name"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _room_of(module: str) -> str | None:
    """The part of geo that a module belongs to; what is told of activity lies below what judges."""
    parts = module.split(".")
    if parts[0] != "geo" or len(parts) < 2:
        return None
    inner = ".".join(parts[1:3])
    return inner if inner in FLOOR_OF else parts[1]


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_packages_import_downwards_only(file: Path) -> None:
    own = module_of(file).split(".")[0]
    upward = {
        name
        for name in _imported(file)
        if (top := name.split(".")[0]) in ALLOWED and top not in ALLOWED[own]
    }
    assert not upward


@pytest.mark.parametrize("file", [f for f in FILES if _room_of(module_of(f))], ids=module_of)
def test_geo_imports_downwards_only(file: Path) -> None:
    room = _room_of(module_of(file))
    assert room in FLOOR_OF, f"{room} is new: give it its floor in this test"
    upward = {
        name
        for name in _imported(file)
        if (other := _room_of(name)) in FLOOR_OF
        and (FLOOR_OF[other] > FLOOR_OF[room] or (room, other) in APART)
    }
    assert not upward


@pytest.mark.parametrize(
    "file", [f for f in FILES if _room_of(module_of(f)) in PURE], ids=module_of
)
def test_the_pure_part_knows_no_clock_environment_database_or_network(file: Path) -> None:
    impure = {name for name in _imported(file) if name.split(".")[0] in IMPURE_MODULES}
    clocks = {
        node.attr
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_CALLS
    }
    assert not impure
    assert not clocks


@pytest.mark.parametrize(
    "file",
    [f for f in FILES if f.relative_to(PROJECT).parts[0] in {"geo", "maps"}],
    ids=module_of,
)
def test_only_api_reads_the_environment_and_the_clock(file: Path) -> None:
    read = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert not read & {"os.environ", "os.getenv", "date.today", "datetime.now", "datetime.utcnow"}


WATCH_IMPORTS = """
import importlib, os, sys
from pathlib import Path

opened = []

def watch(event, args):
    if event in {"socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "os.rename"}:
        opened.append((event, str(args)))
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        if not str(args[0]).endswith(".pyc") and "__pycache__" not in str(args[0]):
            opened.append((event, str(args)))

names = sys.argv[1:]
# What libraries do at their own import is theirs.
import alembic, fastapi, folium, geopandas, psycopg, pyogrio, rasterio, rich, sqlalchemy, uvicorn
before = set(os.environ.items())
sys.dont_write_bytecode = True
sys.addaudithook(watch)
for name in names:
    importlib.import_module(name)
changed = set(os.environ.items()) ^ before
print(opened, changed)
sys.exit(bool(opened or changed))
"""


def test_importing_any_module_opens_nothing(tmp_path: Path) -> None:
    names = [name for name in map(module_of, FILES) if not name.endswith("__main__")]
    done = subprocess.run(
        [sys.executable, "-c", WATCH_IMPORTS, *names],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
