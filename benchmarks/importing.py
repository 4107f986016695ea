"""A whole register into PostGIS and audited there, against plain loading and a PostGIS self join.

Runs on the project's private cluster, in a database of its own that is dropped afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import geopandas
from command import PROJECT
from registers import REGISTER_2015, demonstration
from sqlalchemy import Engine, create_engine, text
from timing import Measure, median_of

from api.cluster import Addresses, Cluster
from geo.findings import find
from geo.law import load_law
from geo.register.connection import UnitOfWork, engine_for
from geo.register.reader import Reader
from geo.register.schema import migrate

AS_OF = date(2015, 6, 30)
ON = date(2015, 7, 1)


def measures() -> list[Measure]:
    """Measure the import once (a second one changes nothing) and the audit a few times."""
    with tempfile.TemporaryDirectory() as folder, database() as addresses:
        register = REGISTER_2015 if REGISTER_2015.exists() else demonstration(15_000, Path(folder))
        return [imported(register, addresses), audited(addresses)]


@contextmanager
def database() -> Iterator[Addresses]:
    cluster = Cluster.of_project(PROJECT, PROJECT / "var")
    was_running = cluster.status().running
    cluster.start()
    name = f"mabele_bench_{os.getpid()}"
    addresses = cluster.create_database(name)
    try:
        migrate(addresses.owner)
        yield addresses
    finally:
        cluster.drop_database(name)
        if not was_running:
            cluster.stop()


def imported(register: Path, addresses: Addresses) -> Measure:
    arguments = ["import", str(register), "--source", "bench", "--as-of", AS_OF.isoformat()]
    settings = {
        "DATABASE_URL": addresses.owner,
        "DATABASE_APP_URL": addresses.app,
        "DATABASE_PUBLIC_URL": addresses.public,
    }
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        env=os.environ | settings,
    )
    ours = time.perf_counter() - started
    theirs, rows = median_of(3, lambda: loaded_plainly(register, addresses.owner))
    what = f"mabele import {register.name} (process, checks, history)"
    return Measure(
        what, ours, 1, "geopandas to_postgis (one plain table)", theirs, f"{rows:,} rows"
    )


def loaded_plainly(register: Path, url: str) -> int:
    """Load the same file as one table without any check, and drop it."""
    engine = create_engine(url)
    frame = geopandas.read_file(register)
    frame.to_postgis("bench_plain", engine, if_exists="replace")
    with engine.begin() as connection:
        connection.execute(text("drop table bench_plain"))
    engine.dispose()
    return len(frame)


# Below a twentieth of a carré the join would also find the slivers of borders that were rounded to
# seven decimals: 38 false pairs in the register of 2015, whose smallest true one is 0.1 carré.
_SELF_JOIN = text(
    """
    select count(*) from register.ground a join register.ground b
      on a.id < b.id and st_intersects(a.geom, b.geom)
    where a.held @> cast(:on as date) and b.held @> cast(:on as date)
      and st_area(st_intersection(a.geom, b.geom)) * 14400 > 0.05
    """
)


def audited(addresses: Addresses) -> Measure:
    """Measure reading and judging in memory against finding the pairs alone in PostGIS."""
    engine, law = engine_for(addresses.app), load_law()

    def ours() -> int:
        with UnitOfWork(engine, actor="bench", reason="bench") as unit:
            rows = [right.row for right in Reader(unit.connection).rights_on(ON)]
        return len(find(rows, ON, law).overlaps)

    mine, found = median_of(3, ours)
    theirs, joined = median_of(3, lambda: joined_pairs(engine))
    engine.dispose()
    if found != joined:
        raise AssertionError(f"{found} overlaps found in memory, {joined} by the join")
    what = "register audited: read, swept, measured, judged"
    return Measure(what, mine, 3, "PostGIS self join (pairs only)", theirs, f"{found:,} overlaps")


def joined_pairs(engine: Engine) -> int:
    with UnitOfWork(engine, actor="bench", reason="bench") as unit:
        return int(unit.connection.scalar(_SELF_JOIN, {"on": ON}))
