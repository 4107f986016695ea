"""The demonstration register, put through the same doors as a real one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from api.settings import Settings

Progress = Callable[[int, int], None]
SOURCE = "Registre de démonstration (synthétique)"
ACTOR = "mabele up"


def load_demonstration(settings: Settings, progress: Progress) -> str:
    """Make the synthetic register, import it, and return what was kept, in words."""
    from geo import demo
    from geo.register.connection import CADASTRE, UnitOfWork, engine_for
    from geo.register.writer import record_reading
    from geo.sources import read_register

    register = demo.generate(demo.DEFAULT_RIGHTS, 0, progress=progress)
    with TemporaryDirectory(prefix="mabele-") as folder:
        file = Path(folder) / "demonstration.geojson"
        demo.write_register(register, file)
        reading = read_register(file)
        content = file.read_bytes()
    engine = engine_for(settings.app_url, pool_size=1)
    try:
        with UnitOfWork(engine, CADASTRE, actor=ACTOR, reason="first start") as unit:
            report = record_reading(
                unit,
                reading,
                content=content,
                source=SOURCE,
                as_of=register.as_of,
                demonstration=True,
            )
            unit.commit()
    finally:
        engine.dispose()
    return (
        f"{report.features:,} rows read, {report.kept:,} kept, {report.refused:,} refused, "
        f"{sum(report.issues.values()):,} issues"
    )
