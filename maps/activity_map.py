"""The map of activity with a time slider: one file, which opens from disk without network.

folium makes the page; a range of the browser's own moves through the months, so that it can be used
by keys, says its month aloud and covers nothing. What was not surveyed in a month is hatched, and
its edge drawn; a month that nobody surveyed is hatched whole and says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import shapely
from branca.element import MacroElement
from folium.template import Template
from shapely.geometry.base import BaseGeometry

from geo.activity.ground import GroundRole
from geo.activity.map_reading import MapGiven
from geo.activity.records import Observation
from geo.errors import SetupError
from maps.base import CREDITS, base_layers, home
from maps.escape import script_json
from maps.folio import PAGE as FOLIO_PAGE
from maps.folio import LeafletOnly, polished, vendored_links
from maps.inline import self_contained
from maps.rings import Steps, steps_of
from maps.style import Label, kind_style

PAGE = Path(__file__).resolve().parent / "activity_page"
TITLE = Label("Activité vue, mois par mois", "Activity seen, month by month")
_FINE = 1_000_000  # 1/1,000,000 degree, 11 cm
_ROLES = {
    GroundRole.ZONE: "areas",
    GroundRole.ALLOCATION: "areas",
    GroundRole.PERMIT: "permits",
    GroundRole.PROTECTED: "protected",
}
_SIGNS: dict[str, dict[str, str | None]] = {
    "seen": {"colour": "#c2410c", "look": "filled", "dash": None},
    "apartSign": {"colour": "#0b6b5d", "look": "filled", "dash": None},
    "areas": {"colour": kind_style("ZEA").colour, "look": "", "dash": None},
    "permits": {"colour": kind_style("PE").colour, "look": "", "dash": None},
    "protected": {"colour": kind_style("ZP").colour, "look": "dashed", "dash": "3 4"},
    "surveyed": {"colour": "#1f5fbf", "look": "dashed", "dash": None},
    "silent": {"colour": "#98a2b3", "look": "hatched", "dash": None},
}


def activity_map_html(given: MapGiven) -> str:
    """Return a whole self-contained page.

    Raises
    ------
    SetupError : folium asks for a file that is not vendored, or renders in another way.
    """
    page = LeafletOnly(
        tiles=None, location=(-3.5, 23.5), zoom_start=5, min_zoom=3, max_zoom=17, zoom_snap=0.5
    )
    page._id = "mabele"
    page.add_child(_Slider())
    rendered = polished(page.get_root().render())
    return self_contained(_filled(rendered, _payload(given)), vendored_links())


class _Slider(MacroElement):
    """The places of the page; marks alone go through folium, as :mod:`maps.folio` explains."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}<style>activity:style</style>{% endmacro %}
        {% macro html(this, kwargs) %}activity:markup
        <script type="application/json" id="activity-data">activity:data</script>{% endmacro %}
        {% macro script(this, kwargs) %}activity:code
        slide({{ this._parent.get_name() }},
              JSON.parse(document.getElementById("activity-data").textContent));{% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Slider"
        self._id = "mabele"


def _filled(page: str, payload: dict[str, Any]) -> str:
    parts = {
        "style": _source(FOLIO_PAGE, "page.css") + _source(PAGE, "page.css"),
        "markup": _source(PAGE, "page.html"),
        "code": "\n".join(
            [
                _source(FOLIO_PAGE, "decode.js"),
                _source(FOLIO_PAGE, "draw.js"),
                _source(PAGE, "slider.js"),
            ]
        ),
        "data": script_json(payload),
    }
    marks = r"activity:(style|markup|code|data)\b"
    filled, count = re.subn(marks, lambda mark: parts[mark.group(1)], page)
    if count != len(parts):
        raise SetupError(f"folium rendered {count} of {len(parts)} parts of the page. Pin folium.")
    return filled


@cache
def _source(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def _payload(given: MapGiven) -> dict[str, Any]:
    sources = {code: number for number, code in enumerate(given.sources)}
    extents = _Once()
    months = [
        {
            "name": f"{step.start:%Y-%m}",
            "extent": extents.number(looked),
            "seen": _observations(seen, sources),
        }
        for step, looked, seen in zip(given.steps, given.looked, given.by_step, strict=True)
    ]
    return {
        "title": {"fr": TITLE.fr, "en": TITLE.en},
        "on": given.on.isoformat(),
        "credits": CREDITS,
        "fine": _FINE,
        "base": base_layers(),
        "box": _box(given),
        "signs": _SIGNS,
        "months": months,
        "extents": steps_of(extents.shapes, _FINE),
        "apart": _observations(given.unplaced, sources),
        "undated": given.undated,
        "wider": given.wider,
        "sources": list(given.sources),
        "plots": _plots(given),
    }


class _Once:
    """Shapes by number: each is sent once; an empty one has no number."""

    def __init__(self) -> None:
        self.shapes: list[BaseGeometry] = []
        self._numbers: dict[bytes, int] = {}

    def number(self, shape: BaseGeometry) -> int | None:
        if shape.is_empty:
            return None
        key = shapely.to_wkb(shapely.normalize(shape))
        if key not in self._numbers:
            self._numbers[key] = len(self.shapes)
            self.shapes.append(shape)
        return self._numbers[key]


def _observations(
    observations: Sequence[Observation], sources: dict[str, int]
) -> list[list[object]]:
    """Return source, stated hectares, and a position or the rings of each."""
    rings = steps_of([one.geometry for one in observations], _FINE)
    return [
        [sources[one.source], one.patch_ha, _place(one), shape or None]
        for one, shape in zip(observations, rings, strict=True)
    ]


def _place(one: Observation) -> list[float]:
    middle = one.geometry.representative_point()
    return [round(middle.y, 6), round(middle.x, 6)]


def _plots(given: MapGiven) -> list[list[object]]:
    """Return name, sign and rings of each plot, the larger first: none is painted over."""
    ordered = sorted(given.plots, key=lambda plot: -plot.geometry.area)
    rings: list[list[Steps]] = steps_of([plot.geometry for plot in ordered], _FINE)
    return [
        [f"{plot.kind} {plot.code}", _ROLES[plot.role], shape]
        for plot, shape in zip(ordered, rings, strict=True)
        if shape
    ]


def _box(given: MapGiven) -> list[float]:
    """Return where the map opens: what was seen, else the ground, else the country."""
    shapes = [one.geometry for one in given.seen] or [plot.geometry for plot in given.plots]
    if not shapes:
        return home()
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return [west - 0.02, south - 0.02, east + 0.02, north + 0.02]
