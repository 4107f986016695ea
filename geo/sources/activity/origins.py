"""How far a position may be off, by what its source says of its origin: a table that is data.

An origin without a published figure leaves the uncertainty not stated, never zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geo.law.strict_yaml import Item, read_yaml
from geo.sources.activity.sensitive import DATA
from geo.sources.text import key_of

MOST_M = 100_000.0
"""Beyond it a position says nothing; more is a slip of the pen."""

_STATED = re.compile(r"(\d{1,5}(?:[.,]\d{1,3})?)\s*(km|m)\s+(?:du|from the)\s+site", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Origin:
    """An origin of positions: ``radius_m`` is None where no published figure is known."""

    id: str
    radius_m: float | None
    basis: str
    source: str | None
    confidence: str
    matches: frozenset[str]
    begins: tuple[str, ...]

    def fits(self, key: str) -> bool:
        """Whether an origin, as a key for comparing, is this one."""
        return key in self.matches or any(f"{key} ".startswith(f"{word} ") for word in self.begins)


@dataclass(frozen=True, slots=True)
class ReadOrigin:
    """What an origin says: a radius in metres or none, and whether the table knows it at all."""

    radius_m: float | None
    known: bool


@lru_cache
def known_origins(path: Path = DATA / "location_origins.yaml") -> tuple[Origin, ...]:
    """Return the table of origins, in its order.

    Raises
    ------
    LawDataInvalid : the file says something else; names the line.
    """
    return tuple(_origin(item) for item in read_yaml(path).fields("origins")["origins"].items())


@lru_cache(maxsize=4096)
def read_origin(text: str) -> ReadOrigin:
    """Return how far a position of this origin may be off.

    Examples
    --------
    >>> read_origin("GPS (4 km du site)").radius_m, read_origin("GPS (village Kiboto)").radius_m
    (4000.0, None)
    """
    stated = _STATED.search(text)
    if stated:
        metres = float(stated[1].replace(",", ".")) * (1000 if stated[2].lower() == "km" else 1)
        return ReadOrigin(metres if 0 < metres <= MOST_M else None, known=True)
    key = key_of(text)
    origin = next((origin for origin in known_origins() if origin.fits(key)), None)
    return ReadOrigin(origin.radius_m if origin else None, known=origin is not None)


def _origin(item: Item) -> Origin:
    fields = item.fields("id description matches begins radius_m basis source confidence")
    radius = None if fields["radius_m"].is_null else float(fields["radius_m"].decimal())
    if radius is not None and not 0 < radius <= MOST_M:
        raise fields["radius_m"].refused(f"give metres above 0 and up to {MOST_M:.0f}, or null")
    source = None if fields["source"].is_null else fields["source"].text()
    if radius is not None and source is None:
        raise fields["source"].refused("a radius needs its source")
    return Origin(
        id=fields["id"].text(),
        radius_m=radius,
        basis=fields["basis"].text(),
        source=source,
        confidence=fields["confidence"].one_of(("S", "S2", "K", "U"), "confidence"),
        matches=frozenset(key_of(member.text()) for member in fields["matches"].members()),
        begins=tuple(key_of(member.text()) for member in fields["begins"].members()),
    )
