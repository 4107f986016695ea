"""Put the page's libraries into ``maps/web/vendor`` from locked npm packages (for maintainers).

    python scripts/vendor_web.py

Runs ``npm pack`` with the versions below, refuses a package unless its SHA-512 is the locked one,
and writes scripts, style sheet and licences. OpenLayers is changed in two places: the source-map
line goes, because the map is not shipped, and so does the default KML icon's address, because no
page may call another host. GeographicLib (geodesics on the ellipsoid) is loaded only by whoever
measures. To upgrade: change version and digest, run, run the tests, look at the page, commit.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "maps" / "web" / "vendor"
KML_ICON = '"https://maps.google.com/mapfiles/kml/pushpin/ylw-pushpin.png"'
SOURCE_MAP = "//# sourceMappingURL=ol.js.map"


@dataclass(frozen=True)
class Package:
    """A package of the registry, with the digest that its archive must have."""

    name: str
    version: str
    integrity: str


OPENLAYERS = Package(
    "ol",
    "10.11.0",
    "sha512-OJ+lrx7kx/1O7Xx18Ff9QkVnwZIEL0OuhJQSy2sYgzzDvyZ2qHvuZEGAajbSst"
    "UyBwaS1OtQ4RWnY84tRMDdqg==",
)
GEODESIC = Package(
    "geographiclib-geodesic",
    "2.2.0",
    "sha512-cIedo9VTYb0DFufodgibDmVfsWe9EASqb/kUByl09xc6PZYvLvlc89BHCThtGTPf"
    "2OII/zWJGxsR3Uz6O7QOVw==",
)


def fetched(package: Package, into: Path) -> dict[str, str]:
    """Return the text files of a package by their path in it, once its digest is the locked one."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing. Install Node.js with npm; only maintainers need it.")
    wanted = f"{package.name}@{package.version}"
    subprocess.run([npm, "pack", wanted, "--silent"], cwd=into, check=True)
    archive = into / f"{package.name}-{package.version}.tgz"
    digest = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != package.integrity:
        sys.exit(f"{archive.name} has {digest}, not the locked digest. Nothing was changed.")
    with tarfile.open(archive) as tar:
        return {
            member.name.removeprefix("package/"): file.read().decode(errors="replace")
            for member in tar
            if member.isfile() and (file := tar.extractfile(member)) is not None
        }


def without(text: str, unwanted: str, instead: str) -> str:
    """Return ``text`` with its one occurrence of ``unwanted`` replaced."""
    if text.count(unwanted) != 1:
        sys.exit(f"Expected {unwanted} once in ol.js. Read the new version before vendoring it.")
    return text.replace(unwanted, instead)


def openlayers(files: dict[str, str]) -> dict[str, str]:
    """Return what the page needs of OpenLayers."""
    header = f"/* OpenLayers {OPENLAYERS.version}, BSD-2-Clause, see ol.LICENSE.md */\n"
    script = without(without(files["dist/ol.js"], SOURCE_MAP, ""), KML_ICON, '""')
    return {
        "ol.js": header + script.strip() + "\n",
        "ol.css": header + files["ol.css"],
        "ol.LICENSE.md": files["LICENSE.md"],
    }


def geodesic(files: dict[str, str]) -> dict[str, str]:
    """Return what the page needs of GeographicLib."""
    header = f"/* GeographicLib {GEODESIC.version}, MIT, see geodesic.LICENSE.txt */\n"
    return {
        "geodesic.js": header + files["geographiclib-geodesic.min.js"].strip() + "\n",
        "geodesic.LICENSE.txt": files["LICENSE.txt"],
    }


def main() -> None:
    """Fetch and check all, then write all."""
    with tempfile.TemporaryDirectory() as folder:
        written = openlayers(fetched(OPENLAYERS, Path(folder)))
        written |= geodesic(fetched(GEODESIC, Path(folder)))
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        (VENDOR / name).write_text(text)
        print(f"{name}: {len(text.encode()) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
