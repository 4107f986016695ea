"""What reading a file of activity gives: visits and detections, and an issue for everything odd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shapely.geometry.base import BaseGeometry

from geo.activity.records import Observation
from geo.sources.rows import Issue

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SeenRow:
    """One row that is kept.

    Parameters
    ----------
    row : counts features from 1 in the file as received, through all its layers.
    observation : what was seen, its geometry in longitude and latitude, valid.
    received : the geometry as received, in ``received_crs``, where it was repaired or moved from
        another CRS; None where that of the observation is the one received.
    sensitive : what the columns held back at the door say, by column; empty unless they were asked
        for. Never part of ``observation.attributes``.
    received_crs : CRS of ``received``; None where that is None.
    layer : its layer, in a file that has several.
    """

    row: int
    observation: Observation
    received: BaseGeometry | None = None
    sensitive: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    received_crs: str | None = None
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class ActivityReading:
    """A file of activity as read: every feature is a row kept or refused with its reason.

    ``features == len(rows) + refused``. ``dropped`` names the sensitive columns that were left at
    the door, ``left_out`` those that nobody says are fit to be shown; both in the order of the
    file. ``schema`` and ``crs`` join those of all layers.
    """

    file: str
    sha256: str
    schema: str
    crs: str
    rows: tuple[SeenRow, ...]
    issues: tuple[Issue, ...]
    features: int
    refused: int
    dropped: tuple[str, ...]
    left_out: tuple[str, ...]
