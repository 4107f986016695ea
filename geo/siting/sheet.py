"""The viability sheet of a candidate: what is known of its ground, line by line, with its source.

A line without a layer says « pas de données ». A coarse layer tells where to look, and to check on
the ground; that it shows nothing says nothing. Metres are measured on the ellipsoid from the
outline of the carrés.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.activity.coverage import WHOLE, surveyed
from geo.activity.records import Observation, Survey
from geo.geometry import Geometries
from geo.grid import Floats
from geo.law.values import Bilingual
from geo.perimeter import Perimeter
from geo.register.areas.measure import apart_m, reach_deg
from geo.siting.facts import CellFacts, membership
from geo.siting.ground import GroundRead, Right, boxes_meet
from geo.siting.layers import LayerKind, LayerSet, SuppliedLayer
from geo.siting.words import LINES, NO_DATA

LOOK_M = 20_000.0
"""How far around a candidate layers are asked."""
NEIGHBOUR_M = 5_000.0
NEAR_ACTIVITY_M = (1_000.0, 5_000.0)


class Status(StrEnum):
    """What a line of the sheet rests on; the value is its name on the wire."""

    MEASURED = "measured"
    COARSE = "coarse"
    NO_DATA = "no_data"
    NOT_SURVEYED = "not_surveyed"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sheet; ``value`` in ``unit``, None where there is none to tell."""

    key: str
    status: Status
    text: Bilingual
    value: float | None = None
    unit: str | None = None
    name: str | None = None
    source: str | None = None
    scale: str | None = None
    vintage: date | None = None


class Sheets:
    """Makes the sheets of candidates on one ground; layers are indexed once."""

    def __init__(
        self,
        layers: LayerSet,
        facts: CellFacts,
        observations: Sequence[Observation],
        surveys: Sequence[Survey],
        read: GroundRead,
    ) -> None:
        self._layers, self._facts, self._read = layers, facts, read
        self._observations, self._surveys = tuple(observations), tuple(surveys)
        self._outlines: dict[int, BaseGeometry] = {}
        self._trees: dict[int, shapely.STRtree] = {}

    def of(self, ground: Perimeter) -> tuple[Line, ...]:
        """Return the sheet of a candidate, always with the same lines."""
        outline = ground.outline()
        return (
            self._water(outline),
            self._nearest(outline, LayerKind.RIVERS),
            self._slope(ground),
            self._nearest(outline, LayerKind.ACCESS),
            self._nearest(outline, LayerKind.TOWNS),
            self._nearest(outline, LayerKind.OCCURRENCES),
            self._activity(outline),
            self._neighbours(ground, outline),
        )

    # ---- layers ----

    def _water(self, outline: BaseGeometry) -> Line:
        """Return how far water is: a candidate has none of its carrés in it."""
        return self._nearest(outline, LayerKind.WATER)

    def _nearest(self, outline: BaseGeometry, kind: LayerKind) -> Line:
        """Return the line of the nearest feature of a kind, or why there is none."""
        layers = self._layers.of(kind)
        found = [one for layer in layers for one in self._nearest_in(outline, layer)]
        if found:
            return min(found, key=lambda line: line.value or 0.0)
        for layer in layers:
            if layer.covers is not None and layer.covers.covers(outline):
                said = LINES[kind].none_within(LOOK_M)
                return _of_layer(Line(kind.value, Status.MEASURED, said, np.inf, "m"), layer)
        return _no_data(kind.value)

    def _nearest_in(self, outline: BaseGeometry, layer: SuppliedLayer) -> Iterator[Line]:
        geometries = layer.geometries
        index, metres = self._nearest_of(outline, geometries, layer)
        if index is None or metres > LOOK_M:
            return
        status = Status.COARSE if layer.coarse else Status.MEASURED
        name = layer.features[index].name
        text = LINES[layer.kind].at(metres, name, layer.scale, layer.coarse)
        yield _of_layer(Line(layer.kind.value, status, text, metres, "m", name), layer)

    def _nearest_of(
        self, outline: BaseGeometry, geometries: Geometries, layer: SuppliedLayer
    ) -> tuple[int | None, float]:
        """Return which geometry lies nearest within some 20 km, and how far, on the ellipsoid."""
        if id(layer) not in self._trees:
            self._trees[id(layer)] = shapely.STRtree(geometries)
        near = self._trees[id(layer)].query(
            outline, predicate="dwithin", distance=_degrees(outline, LOOK_M)
        )
        if not len(near):
            return None, np.inf
        rough = shapely.distance(outline, geometries[near])
        near = near[rough <= rough.min() * 1.1 + 1e-9]  # a degree is up to 8 % shorter eastwards
        pairs = np.column_stack([np.zeros_like(near), near])
        metres = apart_m(np.array([outline], dtype=object), geometries, pairs)
        best = int(np.argmin(metres))
        return int(near[best]), float(metres[best])

    def _slope(self, ground: Perimeter) -> Line:
        inside = membership(self._facts.ground, ground)
        mean = self._facts.slope_deg[inside]
        known = np.isfinite(mean)
        if not known.any():
            return _no_data("slope")
        steepest = max(float(np.nanmax(s.max_deg[inside], initial=0.0)) for s in self._facts.slopes)
        layer = next(
            one for kind in (LayerKind.SLOPE, LayerKind.ELEVATION) for one in self._layers.of(kind)
        )
        text = LINES[LayerKind.SLOPE].slope(
            float(mean[known].mean()), steepest, int(known.sum()), len(known)
        )
        line = Line("slope", Status.MEASURED, text, float(mean[known].mean()), "degrees")
        return _of_layer(line, layer)

    # ---- activity ----

    def _activity(self, outline: BaseGeometry) -> Line:
        looked = surveyed(outline, None, self._surveys)
        share = looked.extent_share
        metres = self._metres_to_activity(outline)
        counts = [int((metres <= limit).sum()) for limit in (0.0, *NEAR_ACTIVITY_M)]
        nearest = float(metres.min()) if len(metres) else None
        status = Status.MEASURED if share > 0 or counts[-1] else Status.NOT_SURVEYED
        value = nearest if nearest is not None else (np.inf if share >= WHOLE else None)
        sources = ", ".join(looked.sources) or None
        text = LINES["activity"].activity(counts, NEAR_ACTIVITY_M, share)
        return Line("activity", status, text, value, "m", source=sources)

    def _metres_to_activity(self, outline: BaseGeometry) -> Floats:
        seen = self._seen
        if not len(seen):
            return np.empty(0)
        near = np.flatnonzero(shapely.dwithin(seen, outline, _degrees(outline, LOOK_M)))
        pairs = np.column_stack([np.zeros_like(near), near])
        metres = apart_m(np.array([outline], dtype=object), seen, pairs)
        return metres[metres <= LOOK_M]

    @cached_property
    def _seen(self) -> Geometries:
        return np.array([one.geometry for one in self._observations], dtype=object)

    # ---- neighbours ----

    def _neighbours(self, ground: Perimeter, outline: BaseGeometry) -> Line:
        others = [
            one
            for one in self._read.rights
            if boxes_meet(one.perimeter, ground, 6) and not one.perimeter & ground
        ]
        if not others:
            return Line("neighbours", Status.MEASURED, LINES["neighbours"].none_within(NEIGHBOUR_M))
        outlines = np.array([self._outline_of(one) for one in others], dtype=object)
        pairs = np.column_stack([np.zeros(len(others), np.int64), np.arange(len(others))])
        metres = apart_m(np.array([outline], dtype=object), outlines, pairs)
        order = [int(i) for i in np.argsort(metres, kind="stable") if metres[i] <= NEIGHBOUR_M]
        named = [(others[i].name, float(metres[i])) for i in order[:5]]
        if not named:
            return Line("neighbours", Status.MEASURED, LINES["neighbours"].none_within(NEIGHBOUR_M))
        text = LINES["neighbours"].neighbours(named, len(order))
        return Line("neighbours", Status.MEASURED, text, named[0][1], "m", named[0][0])

    def _outline_of(self, right: Right) -> BaseGeometry:
        if id(right) not in self._outlines:
            self._outlines[id(right)] = right.perimeter.outline()
        return self._outlines[id(right)]


def _degrees(outline: BaseGeometry, metres: float) -> float:
    bounds = outline.bounds
    return max(reach_deg(max(abs(bounds[1]), abs(bounds[3])), metres))


def _no_data(key: str) -> Line:
    return Line(key, Status.NO_DATA, NO_DATA)


def _of_layer(line: Line, layer: SuppliedLayer) -> Line:
    return replace(line, source=layer.source, scale=layer.scale, vintage=layer.vintage)
