"""Registers to measure on: the real one of 2015 where it is there, demonstrations of any size."""

from __future__ import annotations

import os
from pathlib import Path

from geo import demo

REAL_DATA = os.environ.get("MABELE_REAL_DATA") or Path(__file__).parents[2] / "shared" / "data"
REGISTER_2015 = Path(REAL_DATA) / "permits_2015" / "cod_permits_2015.zip"


def demonstration(rights: int, folder: Path) -> Path:
    """Write a demonstration register, perimeters as real ones are, and return the file."""
    file = folder / f"demonstration-{rights}.gpkg"
    demo.write_register(demo.generate(rights, seed=0), file, "2015")
    return file
