"""Measure and print one table: ``make bench``, or ``python benchmarks/run.py [NAME…]``.

Seconds on a shared machine are noise; ratios against a named peer in one run are not.
"""

from __future__ import annotations

import argparse
import importlib
import platform
from importlib.metadata import version

from timing import Measure, table

NAMES = ("cells", "command", "importing", "rasters", "web")
PACKAGES = ("numpy", "shapely", "pyogrio", "geopandas", "folium", "sqlalchemy", "psycopg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    names = parser.parse_args().names or NAMES
    found: list[Measure] = []
    for name in names:
        if name not in NAMES:
            parser.error(f"{name} is no benchmark; there are {', '.join(NAMES)}")
        found += importlib.import_module(name).measures()
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(table(found))
    print(f"\nPython {platform.python_version()}, {packages}; {platform.machine()}.")


if __name__ == "__main__":
    main()
