"""Activity as it was seen: visits to sites, detections from above, and the ground looked at.

Nothing here is a judgement. That a place shows no activity means something only where it lies in
ground and days that were surveyed (:class:`Survey`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from shapely.geometry.base import BaseGeometry

from geo.periods import Period


class Seen(StrEnum):
    """How activity was seen; the value is its name on the wire."""

    VISIT = "visit"
    DETECTION = "detection"


@dataclass(frozen=True, slots=True)
class Observation:
    """One visit to a site, or one detection.

    Parameters
    ----------
    id : its number in the register; None before it is stored.
    source : code of the source.
    site : code of the site within its source (IPIS: ``pcode``); None where it has none.
    geometry : Point or MultiPolygon in longitude and latitude (EPSG:4326), valid, as used.
    during : the days within which it was seen, half-open; None: the source does not state them.
    uncertainty_m : radius in metres around a point within which the true position lies; None: the
        source does not state it. 0 for polygons.
    patch_ha : hectares that the source states for a patch; None: not stated. Never a legal area.
    confidence : 0 to 1; None: not stated.
    attributes : further columns that may be shown to whoever sees the source.
    """

    id: int | None
    source: str
    seen: Seen
    geometry: BaseGeometry
    during: Period | None = None
    site: str | None = None
    name: str | None = None
    uncertainty_m: float | None = None
    patch_ha: float | None = None
    confidence: float | None = None
    minerals: tuple[str, ...] = ()
    workers: int | None = None
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Survey:
    """Ground that a source looked at, and when.

    Parameters
    ----------
    extent : MultiPolygon in longitude and latitude (EPSG:4326).
    during : half-open; None: the source does not state its days, so no month counts as surveyed.
    """

    source: str
    extent: BaseGeometry
    during: Period | None
