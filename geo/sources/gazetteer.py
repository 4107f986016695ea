"""Places of the base map by name: provinces, those before 2015, and towns."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from geo.boundaries import LayerName, load_layer

PlaceKind = Literal["province", "old_province", "town"]
_LAYERS: tuple[tuple[LayerName, PlaceKind], ...] = (
    ("provinces", "province"),
    ("towns", "town"),
    ("old_provinces", "old_province"),
)


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place: ``bounds`` are west, south, east, north in degrees; a town's are its one point."""

    kind: PlaceKind
    name: str
    bounds: tuple[float, float, float, float]


def places_named(words: str, limit: int = 5) -> list[NamedPlace]:
    """Return places whose name begins with the words, then those with a word that does.

    Accents, case and hyphens do not matter. Provinces come before towns of the same name; the
    layers hold no territories.

    Examples
    --------
    >>> [(place.kind, place.name) for place in places_named("kolwez")]
    [('town', 'Kolwezi')]
    """
    asked = folded(words)
    if len(asked) < 2:
        return []
    ranked = [
        (rank, number, place)
        for number, (name, place) in enumerate(_places())
        if (rank := _rank(name, asked)) is not None
    ]
    return [place for _, _, place in sorted(ranked, key=lambda one: one[:2])[:limit]]


def folded(text: str) -> str:
    """Return text without accents, in small letters, its hyphens and apostrophes as spaces."""
    bare = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in bare if not unicodedata.combining(char)).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in letters).split())


def _rank(name: str, asked: str) -> int | None:
    if name == asked:
        return 0
    if name.startswith(asked):
        return 1
    return 2 if f" {asked}" in name else None


@lru_cache
def _places() -> tuple[tuple[str, NamedPlace], ...]:
    found = []
    for layer, kind in _LAYERS:
        for place in load_layer(layer):
            west, south, east, north = place.geometry.bounds
            named = NamedPlace(kind, place.name, (west, south, east, north))
            found.append((folded(place.name), named))
    return tuple(found)
