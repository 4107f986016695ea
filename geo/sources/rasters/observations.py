"""Objects of a raster as detections, the form in which the register of activity takes them."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from geo.activity.records import Observation, Seen
from geo.periods import Period
from geo.sources.rasters.layers import Kind
from geo.sources.rasters.polygonise import PixelObject, lonlat_of


def observations_of(
    objects: Sequence[PixelObject],
    *,
    source: str,
    during: Period | None,
    kind: Kind,
    classes: Sequence[float] = (),
) -> list[Observation]:
    """Return objects of one raster as detections without a site.

    Parameters
    ----------
    source : code of the source that the raster belongs to.
    during : the days that the raster shows; None: not stated.
    kind : of a probability the mean over the object is the confidence, of others none is stated.
    classes : class values in the order in which they were selected.

    The patch's hectares are stated by rasters of hectares alone: their sum. The area of the ground
    drawn is the attribute ``area_ha``. Polygons have no uncertainty beside the pixel's size.
    """
    geometries = lonlat_of(list(objects))
    return [
        Observation(
            id=None,
            source=source,
            seen=Seen.DETECTION,
            geometry=geometry,
            during=during,
            uncertainty_m=0.0,
            patch_ha=one.total if kind is Kind.HECTARES else None,
            confidence=one.mean if kind is Kind.PROBABILITY else None,
            attributes=MappingProxyType(_attributes(one, classes)),
        )
        for one, geometry in zip(objects, geometries, strict=True)
    ]


def _attributes(one: PixelObject, classes: Sequence[float]) -> dict[str, str]:
    told = {
        "pixel": f"{one.row},{one.col}",
        "pixels": str(one.pixels),
        "area_ha": f"{one.area_ha:.4f}",
    }
    if one.peak is not None and one.mean is not None:
        told |= {"value_mean": f"{one.mean:g}", "value_max": f"{one.peak:g}"}
    if classes:
        told["class"] = f"{list(dict.fromkeys(classes))[one.code - 1]:g}"
    return told
