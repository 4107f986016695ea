"""Put OpenLayers into ``maps/web/vendor`` from its locked npm package (for maintainers).

Runs ``npm pack`` with the version below, refuses the package unless its SHA-512 is the locked one,
and writes ``ol.js``, ``ol.css`` and the licence. Two changes are made to ``ol.js``: the source-map
line goes, because the map is not shipped, and so does the default KML icon's address, because no
page may call another host. To upgrade: change both constants, run, look at the page, commit.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "10.11.0"
INTEGRITY = (
    "sha512-OJ+lrx7kx/1O7Xx18Ff9QkVnwZIEL0OuhJQSy2sYgzzDvyZ2qHvuZEGAajbSst"
    "UyBwaS1OtQ4RWnY84tRMDdqg=="
)
KML_ICON = '"https://maps.google.com/mapfiles/kml/pushpin/ylw-pushpin.png"'
SOURCE_MAP = "//# sourceMappingURL=ol.js.map"
VENDOR = Path(__file__).resolve().parent.parent / "maps" / "web" / "vendor"


def fetch(into: Path) -> Path:
    """Download the locked package with npm and check its digest."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing. Install Node.js with npm; only maintainers need it.")
    subprocess.run([npm, "pack", f"ol@{VERSION}", "--silent"], cwd=into, check=True)
    package = into / f"ol-{VERSION}.tgz"
    digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        sys.exit(f"{package.name} has sha512-{digest}, not the locked digest. Nothing was changed.")
    return package


def member(package: tarfile.TarFile, name: str) -> str:
    """Return the text of one file of the package."""
    file = package.extractfile(f"package/{name}")
    if file is None:
        sys.exit(f"The package holds no {name}. Nothing was changed.")
    return file.read().decode()


def without(text: str, unwanted: str, instead: str) -> str:
    """Return ``text`` with its one occurrence of ``unwanted`` replaced."""
    if text.count(unwanted) != 1:
        sys.exit(f"Expected {unwanted} once in ol.js. Read the new version before vendoring it.")
    return text.replace(unwanted, instead)


def main() -> None:
    """Fetch, check, strip, write."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fetch(Path(folder))) as package:
        script = member(package, "dist/ol.js")
        sheet = member(package, "ol.css")
        licence = member(package, "LICENSE.md")
    script = without(script, SOURCE_MAP, "")
    script = without(script, KML_ICON, '""')
    VENDOR.mkdir(parents=True, exist_ok=True)
    header = f"/* OpenLayers {VERSION}, BSD-2-Clause, see ol.LICENSE.md */\n"
    (VENDOR / "ol.js").write_text(header + script.strip() + "\n")
    (VENDOR / "ol.css").write_text(header + sheet)
    (VENDOR / "ol.LICENSE.md").write_text(licence)
    print(f"OpenLayers {VERSION} is in {VENDOR.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
