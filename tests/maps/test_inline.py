"""A page that stands alone, or none at all."""

import base64
import hashlib
import json
import re

import pytest

from geo.errors import SetupError
from maps import inline
from maps.inline import self_contained, vendored

ADDRESS = "https://example.invalid/leaflet.js"
FILES = {ADDRESS: "leaflet/leaflet.js", ADDRESS + ".css": "leaflet/leaflet.css"}


def page(head="", body=""):
    return f"<html><head>{head}</head><body>{body}</body><script>start()</script></html>"


def test_links_become_the_vendored_files():
    head = f'<script src="{ADDRESS}"></script><link rel="stylesheet" href="{ADDRESS}.css"/>'
    whole = self_contained(page(head), FILES)
    assert ADDRESS not in whole
    assert vendored("leaflet/leaflet.js") in whole
    assert vendored("leaflet/leaflet.css") in whole


@pytest.mark.parametrize(
    "head",
    [
        '<script src="https://example.invalid/other.js"></script>',
        '<link rel="stylesheet" href="https://example.invalid/other.css" />',
        "<script async src=https://example.invalid/x.js></script>",
        '<link rel="icon" href="favicon.ico">',
        '<img src="tile.png">',
        "<style>body { background: url(https://example.invalid/x.png) }</style>",
        "<style>body { background: url( 'x.png' ) }</style>",
        "<style>@import 'x.css';</style>",
    ],
)
def test_an_unknown_address_is_an_error(head):
    with pytest.raises(SetupError):
        self_contained(page(head), FILES)


def test_only_the_scripts_of_the_page_may_run():
    whole = self_contained(page("<script>one()</script>"), FILES)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', whole).group(1)
    for script in ("one()", "start()"):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy.split("script-src")[1].split(";")[0]
    assert "http" not in policy


def test_every_vendored_file_is_the_one_of_the_manifest():
    manifest = json.loads((inline.VENDOR / "manifest.json").read_text())
    named = {line["file"]: line["sha256"] for one in manifest.values() for line in one["files"]}
    present = {p.relative_to(inline.VENDOR).as_posix() for p in inline.VENDOR.rglob("*.*")}
    assert present - {"manifest.json"} <= set(named)
    for file, digest in named.items():
        assert hashlib.sha256((inline.VENDOR / file).read_bytes()).hexdigest() == digest


def test_a_changed_vendored_file_is_refused(tmp_path, monkeypatch):
    (tmp_path / "leaflet").mkdir()
    (tmp_path / "leaflet" / "leaflet.js").write_text("alert(1)")
    (tmp_path / "manifest.json").write_text((inline.VENDOR / "manifest.json").read_text())
    monkeypatch.setattr(inline, "VENDOR", tmp_path)
    vendored.cache_clear()
    with pytest.raises(SetupError, match="manifest"):
        vendored("leaflet/leaflet.js")
    vendored.cache_clear()


def test_no_vendored_file_fetches_anything():
    style = vendored("leaflet/leaflet.css")
    assert set(re.findall(r"url\(([^):]*)", style)) <= {"data", "#default#VML"}
    assert "sourceMappingURL" not in vendored("leaflet/leaflet.js")
