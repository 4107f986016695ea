"""Published maps (folium): one file each, which opens from disk without network.

folium makes the map and the page around it; the layers are drawn by the small script in
``folio_page`` from integer rings that travel in the page (``maps.rings``), so that a whole
national register stays small. Everything a browser needs is inside (``maps.inline``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template
from shapely.geometry.base import BaseGeometry

from geo.errors import SetupError
from geo.findings import Findings, JudgedOverlap
from geo.perimeter import Perimeter
from geo.sources.rows import RightRow
from maps.base import CREDITS, base_layers, home
from maps.escape import script_json
from maps.inline import self_contained
from maps.phrases import code_of, gravest_first, holders_text
from maps.rings import Steps, steps_of
from maps.style import UNKNOWN_KIND, Label, kind_style, state_style, to_json, verdict_style

PAGE = Path(__file__).resolve().parent / "folio_page"
_SCRIPTS = ("words.js", "decode.js", "draw.js", "facts.js", "panels.js", "page.js")
_VENDORED = {"leaflet": "leaflet/leaflet.js", "leaflet_css": "leaflet/leaflet.css"}
_CELLS_PER_DEGREE = 120
_FINE = 10_000_000  # 1/10,000,000 degree, 1 cm: rights off the lattice, as registers publish them


@dataclass(frozen=True, slots=True)
class About:
    """What a map says of itself: title, the files it comes from with their SHA-256, honesty."""

    title: Label
    files: tuple[tuple[str, str], ...]
    illustrative: bool = False


def folio_html(findings: Findings, about: About) -> str:
    """Return a whole self-contained page: titles by kind, overlaps in evidence, legend, search.

    Parameters
    ----------
    findings : rows and judged overlaps; geometries in longitude and latitude (EPSG:4326).

    Raises
    ------
    SetupError : folium asks for a file that is not vendored.
    """
    page = LeafletOnly(
        tiles=None, location=(-3.5, 23.5), zoom_start=5, min_zoom=3, max_zoom=17, zoom_snap=0.5
    )
    page._id = "mabele"
    page.add_child(_Folio())
    rendered = polished(page.get_root().render())
    return self_contained(_filled(rendered, _payload(findings, about)), vendored_links())


class LeafletOnly(folium.Map):
    """A folium map that links nothing but Leaflet; its lists are its own, not folium's."""

    default_js = [link for link in folium.Map.default_js if link[0] in _VENDORED]  # noqa: RUF012
    default_css = [link for link in folium.Map.default_css if link[0] in _VENDORED]  # noqa: RUF012


def vendored_links() -> dict[str, str]:
    """Return the vendored file for each address that folium links."""
    links = dict([*LeafletOnly.default_js, *LeafletOnly.default_css])
    return {address: _VENDORED[name] for name, address in links.items()}


class _Folio(MacroElement):
    """The places of the page around the map, of the data and of the script that draws it.

    folium takes what an element renders for a template and renders it once more: a holder called
    ``{{ 7 * 7 }}`` would run. So only marks go through folium; :func:`_filled` replaces them.
    """

    _template = Template(
        """
        {% macro header(this, kwargs) %}<style>folio:style</style>{% endmacro %}
        {% macro html(this, kwargs) %}folio:markup
        <script type="application/json" id="folio-data">folio:data</script>{% endmacro %}
        {% macro script(this, kwargs) %}folio:code
        foliate({{ this._parent.get_name() }},
                JSON.parse(document.getElementById("folio-data").textContent));{% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Folio"
        self._id = "mabele"


def _filled(page: str, payload: Mapping[str, Any]) -> str:
    """Return the rendered page with its marks replaced, all in one pass: data is never looked at.

    Raises
    ------
    SetupError : folium rendered the page in another way than this version does.
    """
    parts = {
        "style": _source("page.css"),
        "markup": _source("page.html"),
        "code": "\n".join(_source(name) for name in _SCRIPTS),
        "data": script_json(payload),
    }
    filled, count = re.subn(r"folio:(\w+)", lambda mark: parts[mark.group(1)], page)
    if count != len(parts):
        raise SetupError(f"folium rendered {count} of {len(parts)} parts of the page. Pin folium.")
    return filled


@cache
def _source(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def polished(page: str) -> str:
    """Return folium's page with its language said and enlarging by fingers allowed."""
    page = page.replace("<html>", '<html lang="fr">', 1)
    return re.sub(r",\s*maximum-scale=1\.0, user-scalable=no", "", page, count=1)


def _payload(findings: Findings, about: About) -> dict[str, Any]:
    words = _Numbered()
    files = {name: number for number, (name, _) in reversed([*enumerate(about.files)])}
    return {
        "title": {"fr": about.title.fr, "en": about.title.en},
        "on": findings.on.isoformat(),
        "illustrative": about.illustrative,
        "credits": CREDITS,
        "cellsPerDegree": _CELLS_PER_DEGREE,
        "fine": _FINE,
        "style": to_json(),
        "unknownKind": UNKNOWN_KIND.code,
        "base": base_layers(),
        "home": home(),
        "titles": _titles(findings.rows, words, files),
        "overlaps": _overlaps(findings.overlaps, words),
        "strings": words.values,
        "files": [{"name": name, "sha256": sha256} for name, sha256 in about.files],
    }


class _Numbered:
    """Strings by number: each is sent once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    @property
    def values(self) -> list[str]:
        return list(self._numbers)

    def number(self, value: str) -> int:
        return self._numbers.setdefault(value, len(self._numbers))


def _titles(
    rows: Sequence[RightRow], words: _Numbered, files: Mapping[str, int]
) -> list[list[object]]:
    """Return one record per row, in the order that ``decode.js`` reads."""
    rings = _rings([row.geometry for row in rows], [_is_exact(row) for row in rows])
    return [
        [
            code_of(row),
            kind_style(row.kind).code,
            state_style(row.state).code,
            row.procedure,
            words.number(holders_text(row)),
            words.number(", ".join(row.minerals)),
            _iso(row.granted_on),
            _iso(row.expires_on),
            _cells_of(row),
            files[row.file],
            row.row,
            int(_is_exact(row)),
            shape,
        ]
        for row, shape in zip(rows, rings, strict=True)
    ]


def _overlaps(judged: Sequence[JudgedOverlap], words: _Numbered) -> list[list[object]]:
    """Return one record per overlap, the gravest first."""
    ordered = gravest_first(judged)
    shapes = [_piece_of(one.overlap.piece) for one in ordered]
    rings = _rings(shapes, [one.overlap.exact for one in ordered])
    return [
        [
            one.overlap.a,
            one.overlap.b,
            int(one.overlap.exact),
            one.overlap.cells if one.overlap.exact else round(one.overlap.area_cells, 4),
            None if one.overlap.legal_area_ha is None else float(one.overlap.legal_area_ha),
            round(one.overlap.geodesic_area_m2 / 10_000, 2),
            round(one.overlap.share_a, 5),
            round(one.overlap.share_b, 5),
            verdict_style(one.finding.verdict).code,
            one.finding.upper,
            words.number(one.finding.article),
            one.finding.confidence,
            [words.number(one.finding.message.fr), words.number(one.finding.message.en)],
            shape,
        ]
        for one, shape in zip(ordered, rings, strict=True)
    ]


def _rings(shapes: Sequence[BaseGeometry | None], exact: Sequence[bool]) -> list[list[Steps]]:
    """Return the rings of each shape: in whole carrés where exact, else in fine units."""
    on = iter(steps_of([s for s, e in zip(shapes, exact, strict=True) if e], _CELLS_PER_DEGREE))
    off = iter(steps_of([s for s, e in zip(shapes, exact, strict=True) if not e], _FINE))
    return [next(on) if is_exact else next(off) for is_exact in exact]


def _piece_of(piece: Perimeter | BaseGeometry) -> BaseGeometry:
    return piece.outline() if isinstance(piece, Perimeter) else piece


def _is_exact(row: RightRow) -> bool:
    return row.placement is not None and row.placement.on_lattice


def _cells_of(row: RightRow) -> int | None:
    perimeter = row.placement.perimeter if row.placement else None
    return None if perimeter is None else perimeter.count


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
