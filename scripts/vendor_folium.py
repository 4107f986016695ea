"""Vendor the browser files that folium maps need, ready to be inlined.

    python scripts/vendor_folium.py

Takes the pinned package from the npm registry by the ordinary client (which checks its integrity),
keeps the minified script, the style sheet with its images turned into data URIs, and the licence,
and writes ``maps/vendor/manifest.json`` with the SHA-256 of each file. Run it to change a version;
a test compares the committed files with the manifest.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

LEAFLET_VERSION = "1.9.4"
VENDOR = Path(__file__).resolve().parent.parent / "maps" / "vendor"


def fetched(package: str, folder: Path) -> dict[str, bytes]:
    """Return the regular files of an npm package, by their path in it."""
    subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, stdout=subprocess.DEVNULL
    )
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as tar:
        return {
            member.name.removeprefix("package/"): tar.extractfile(member).read()
            for member in tar
            if member.isfile()
        }


def with_images_inlined(css: str, files: dict[str, bytes], folder: str) -> str:
    """Return a style sheet whose every ``url()`` is a data URI."""

    def data_uri(match: re.Match[str]) -> str:
        address = match.group(1).strip("\"'")
        if address.startswith(("#", "data:")):  # '#default#VML' is for a browser long gone
            return match.group(0)
        image = base64.b64encode(files[f"{folder}/{address}"]).decode()
        return f"url(data:image/png;base64,{image})"

    return re.sub(r"url\(([^)]*)\)", data_uri, css)


def without_source_map(script: str) -> str:
    """Return a script without the line that makes developer tools ask for another file."""
    return re.sub(r"\n?//# sourceMappingURL=.*\s*$", "\n", script)


def written(path: Path, text: str) -> dict[str, str]:
    """Write one vendored file and return its line of the manifest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"file": path.relative_to(VENDOR).as_posix(), "sha256": digest}


def main() -> None:
    """Vendor Leaflet."""
    with tempfile.TemporaryDirectory() as folder:
        files = fetched(f"leaflet@{LEAFLET_VERSION}", Path(folder))
    script = without_source_map(files["dist/leaflet.js"].decode())
    style = with_images_inlined(files["dist/leaflet.css"].decode(), files, "dist")
    lines = [
        written(VENDOR / "leaflet/leaflet.js", script),
        written(VENDOR / "leaflet/leaflet.css", style.replace("\r\n", "\n")),
        written(VENDOR / "leaflet/LICENSE", files["LICENSE"].decode()),
    ]
    manifest = {"leaflet": {"version": LEAFLET_VERSION, "licence": "BSD-2-Clause", "files": lines}}
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    print(f"leaflet {LEAFLET_VERSION}: {len(lines)} files in {VENDOR}")


if __name__ == "__main__":
    main()
