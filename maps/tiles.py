"""The vector tiles as their readers know them: layers, what is in each, which addresses exist.

The statements are the register's (``geo.register.tiles``); here stands what a map may ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
MAX_ZOOM = 14
"""Deepest tiles; a map enlarges them when it comes closer."""

_RIGHT = ("id", "code", "kind", "state", "n")

LAYERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "titles": _RIGHT,
        "zones": _RIGHT,
        "restricted": _RIGHT,
        "overlaps": ("id", "a", "b", "cells", "verdict", "n"),
        "activity": ("id", "source", "seen", "from", "to", "patch_ha", "confidence", "n"),
        "activity_survey": ("id", "source", "basis", "from", "to"),
    }
)
"""Attributes of each layer's features.

``n`` counts what one feature stands for where many are too small to draw; such a feature has
no ``id``.
"""


def tile_exists(z: int, x: int, y: int) -> bool:
    """Is this the address of a tile?

    >>> tile_exists(1, 1, 1), tile_exists(1, 2, 0), tile_exists(MAX_ZOOM + 1, 0, 0)
    (True, False, False)
    """
    return 0 <= z <= MAX_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z
