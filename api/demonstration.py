"""The demonstration register, put through the same doors as a real one.

It is read in two imports and audited, each a revision of its own. A start that was killed in
between is finished by doing all three again: a file that the register holds changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from api.clock import legal_today
from api.database import holds
from api.settings import Settings
from geo.errors import FileRefused, NotPermitted, SetupError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from geo.register.writer import ImportReport

Progress = Callable[[int, int], None]
TITLES = "Registre de démonstration (synthétique)"
AREAS = "Aires protégées de démonstration (synthétiques)"
ACTOR = "mabele up"
RIGHTS = 1500

_UNFINISHED = (
    "SELECT coalesce(bool_and(demonstration), false) "
    "AND NOT EXISTS (SELECT FROM register.overlap_run) FROM register.source"
)


def is_wanted(settings: Settings) -> bool:
    """Return whether the register is empty, or holds a demonstration that was never finished."""
    from geo.register.schema import is_empty

    return is_empty(settings.owner_url) or holds(settings, _UNFINISHED)


def load_demonstration(settings: Settings, progress: Progress, rights: int = RIGHTS) -> str:
    """Make the synthetic register, import and audit it; return what was kept, in words.

    Raises: SetupError where another version of Mabele began it and did not finish.
    """
    from geo import demo
    from geo.register.connection import engine_for

    register = demo.generate(rights, seed=0, progress=progress)
    engine = engine_for(settings.app_url, pool_size=1)
    try:
        with TemporaryDirectory(prefix="mabele-") as folder:
            titles, areas = Path(folder, "demonstration.geojson"), Path(folder, "areas.geojson")
            demo.write_register(register, titles, "portal")
            demo.write_areas(areas)
            first = _import(engine, titles, TITLES, register.as_of)
            second = _import(engine, areas, AREAS, register.as_of)
        overlaps = _audit(engine, legal_today())
    finally:
        engine.dispose()
    issues = sum(first.issues.values()) + sum(second.issues.values())
    return (
        f"{first.features + second.features:,} rows read, {first.kept + second.kept:,} kept, "
        f"{issues:,} issues, {overlaps:,} overlaps"
    )


def _import(engine: Engine, file: Path, source: str, as_of: date) -> ImportReport:
    from geo.register.connection import REGISTER, UnitOfWork
    from geo.register.writer import record_reading
    from geo.sources import read_register

    reading = read_register(file)
    with UnitOfWork(engine, REGISTER, actor=ACTOR, reason="first start") as unit:
        try:
            report = record_reading(
                unit,
                reading,
                content=file.read_bytes(),
                source=source,
                as_of=as_of,
                demonstration=True,
            )
        except (FileRefused, NotPermitted) as error:  # another extract of the same source waits
            raise SetupError(
                "The register holds a part of the demonstration of another version of Mabele. "
                "Empty it with `mabele db clear` and start again."
            ) from error
        unit.commit()
    return report


def _audit(engine: Engine, on: date) -> int:
    from geo.casework.audit import audit_register
    from geo.law import load_law
    from geo.register.connection import REGISTER, UnitOfWork

    with UnitOfWork(engine, REGISTER, actor=ACTOR, reason="first start") as unit:
        audit = audit_register(unit, on, load_law())
        unit.commit()
    return len(audit.findings.overlaps)
