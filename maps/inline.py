"""Make a rendered folium page stand alone: no address is left that a browser would fetch.

Every script and style link that folium puts in is replaced by the vendored file of the same name;
an unknown one is an error, never a silent request. What may run is then fixed by hash in a content
security policy, so that text which slipped through as a script would still not run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from geo.errors import SetupError

VENDOR = Path(__file__).resolve().parent / "vendor"
_LINK = re.compile(r'<script src="([^"]+)"></script>|<link rel="stylesheet" href="([^"]+)"\s*/?>')
_FETCH = re.compile(
    r"<(?:script|img|iframe|link|source|video|audio|object|embed)\b[^>]*\s(?:src|href|data)\s*=",
    re.IGNORECASE,
)
_CSS_ADDRESS = re.compile(r"url\(\s*['\"]?(?!data:|#)([^)]*)\)|@import\b", re.IGNORECASE)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@lru_cache
def vendored(name: str) -> str:
    """Return the text of a vendored file, as ``leaflet/leaflet.js``.

    Raises
    ------
    SetupError : the file is not the one that the manifest names.
    """
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    lines = {line["file"]: line["sha256"] for one in manifest.values() for line in one["files"]}
    content = (VENDOR / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != lines.get(name):
        raise SetupError(
            f"maps/vendor/{name} is not the file of maps/vendor/manifest.json. "
            "Restore it, or run scripts/vendor_folium.py."
        )
    return content.decode("utf-8")


def self_contained(page: str, files: Mapping[str, str]) -> str:
    """Return a page in which every linked file is inlined and nothing else can be fetched.

    Parameters
    ----------
    page : a rendered folium figure.
    files : vendored file name by the address that folium gives it.

    Raises
    ------
    SetupError : the page names an address that no vendored file stands for.
    """

    def inlined(match: re.Match[str]) -> str:
        script, style = match.groups()
        address = script or style
        if address not in files:
            raise SetupError(f"the page links {address}, which is not in maps/vendor")
        text = vendored(files[address])
        return f"<script>{text}</script>" if script else f"<style>{text}</style>"

    whole = _LINK.sub(inlined, page)
    _refuse_addresses(whole)
    return _with_policy(whole)


def _refuse_addresses(page: str) -> None:
    """Raise if an element or a style sheet of the page would fetch something."""
    markup = re.sub(r"(<script\b[^>]*>).*?</script>", r"\1</script>", page, flags=re.DOTALL)
    fetch = _FETCH.search(markup)
    if fetch:
        raise SetupError(f"the page would fetch a file: {fetch.group(0)}…")
    for style in _STYLE.findall(markup):
        address = _CSS_ADDRESS.search(style)
        if address:
            raise SetupError(f"a style sheet would fetch a file: {address.group(0)[:80]}")


def _with_policy(page: str) -> str:
    """Return the page with a policy that allows exactly its own scripts, first in its head."""
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in _SCRIPT.findall(page))
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return page.replace("<head>", f"<head>\n{meta}", 1)


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
