"""The demonstration register, put through the same doors as a real one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from api.settings import Settings

if TYPE_CHECKING:
    from geo.register.writer import ImportReport

Progress = Callable[[int, int], None]
ACTOR = "mabele up"
RIGHTS = 1500


def load_demonstration(settings: Settings, progress: Progress, rights: int = RIGHTS) -> str:
    """Make the synthetic register, import it, and return what was kept, in words."""
    from geo import demo

    register = demo.generate(rights, seed=0, progress=progress)
    with TemporaryDirectory(prefix="mabele-") as folder:
        files = {
            "Registre de démonstration (synthétique)": Path(folder, "demonstration.geojson"),
            "Aires protégées de démonstration (synthétiques)": Path(folder, "areas.geojson"),
        }
        titles, areas = files.values()
        demo.write_register(register, titles, "portal")
        demo.write_areas(areas)
        reports = [_import(settings, path, name, register.as_of) for name, path in files.items()]
    return (
        f"{sum(report.features for report in reports):,} rows read, "
        f"{sum(report.kept for report in reports):,} kept, "
        f"{sum(sum(report.issues.values()) for report in reports):,} issues"
    )


def _import(settings: Settings, file: Path, source: str, as_of: date) -> ImportReport:
    from geo.register.connection import CADASTRE, UnitOfWork, engine_for
    from geo.register.writer import record_reading
    from geo.sources import read_register

    reading = read_register(file)
    engine = engine_for(settings.app_url, pool_size=1)
    try:
        with UnitOfWork(engine, CADASTRE, actor=ACTOR, reason="first start") as unit:
            report = record_reading(
                unit,
                reading,
                content=file.read_bytes(),
                source=source,
                as_of=as_of,
                demonstration=True,
            )
            unit.commit()
    finally:
        engine.dispose()
    return report
