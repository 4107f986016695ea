"""What is odd about many rows together: repeats, coarse days, positions that contradict."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np
import shapely

from geo.activity.records import Observation, Seen
from geo.geometry import Geometries
from geo.sources.activity.normalise import Tally
from geo.sources.activity.rows import SeenRow
from geo.sources.activity.schemas import SeenColumns
from geo.sources.activity.values import is_stated, read_number
from geo.sources.issues import IssueLog
from geo.sources.layers import Layer
from geo.sources.text import shown

CONTRADICTION_DEG = 0.001
"""From how far on columns of coordinates contradict the geometry: some 110 m, beyond rounding."""

_FEWEST = 10
_YEAR_SHARE, _MONTH_SHARE = 0.02, 0.10
"""Above these shares first days are no chance: 1 in 365 and 12 in 365 days are such."""

_LISTED = 5


def note_repeats(rows: Iterable[SeenRow], log: IssueLog) -> None:
    """Report visits of one site on the same days, and detections of one place on the same days.

    Both rows are kept. Each later row names the first.
    """
    first: dict[Hashable, int] = {}
    for row in rows:
        key = _key(row.observation)
        if key is None:
            continue
        earlier = first.setdefault(key, row.row)
        if earlier == row.row:
            continue
        if row.observation.seen is Seen.VISIT:
            message = f"row {row.row}: the same site and days are in row {earlier}"
            log.add("visit_repeated", message, row=row.row, value=row.observation.site)
        else:
            message = f"row {row.row}: the same place and days are in row {earlier}"
            log.add("detection_repeated", message, row=row.row, field="geometry")


def _key(seen: Observation) -> Hashable | None:
    """Return what repeats share; None where a visit says neither site nor days."""
    if seen.seen is Seen.VISIT:
        return None if seen.site is None or seen.during is None else (seen.site, seen.during)
    return seen.site, seen.during, shapely.to_wkb(seen.geometry)


def note_tally(tally: Tally, log: IssueLog) -> None:
    """Report first days that are more than chance, and origins without a published accuracy."""
    years, months = tally.first_of_year, tally.first_of_month
    coarse = years > _YEAR_SHARE * tally.days or months > _MONTH_SHARE * tally.days
    if coarse and months >= _FEWEST:
        message = (
            f"{months} of {tally.days} days are the first of a month, {years} of them of a year: "
            "perhaps only the month or the year is known"
        )
        log.add("dates_coarse", message, value=months)
    without = tally.without_radius
    if without:
        most = ", ".join(f"“{shown(text)}” {n}" for text, n in without.most_common(_LISTED))
        more = f" and {len(without) - _LISTED} more" if len(without) > _LISTED else ""
        message = (
            f"{without.total()} positions have an origin without published accuracy, so their "
            f"uncertainty is not stated: {most}{more}"
        )
        log.add("uncertainty_not_stated", message, value=without.total())


def note_contradictions(
    layer: Layer,
    columns: SeenColumns,
    kept: list[int],
    geometries: Geometries,
    first_row: int,
    log: IssueLog,
) -> None:
    """Report points that columns of longitude and latitude put elsewhere than the geometry does."""
    lon, lat = (columns.fields.get(axis, ("",))[0] for axis in ("lon", "lat"))
    if lon not in layer.columns or lat not in layer.columns:
        return
    said = np.array([[_degrees(layer.columns[c][i]) for c in (lon, lat)] for i in kept])
    if not len(said):
        return
    point = shapely.get_type_id(geometries) == 0
    there = np.column_stack([shapely.get_x(geometries), shapely.get_y(geometries)])
    apart = np.abs(said - there).max(axis=1)
    for i in np.flatnonzero(point & (apart > CONTRADICTION_DEG)):
        row = first_row + kept[i]
        value = f"{said[i][0]:g}, {said[i][1]:g}"
        message = (
            f"row {row}: “{shown(lon)}” and “{shown(lat)}” say {value}, the geometry "
            f"{there[i][0]:.5f}, {there[i][1]:.5f}, which is followed"
        )
        log.add("position_contradicted", message, row=row, field="geometry", value=value)


def _degrees(value: object) -> float:
    number = read_number(value) if is_stated(value) else None
    return np.nan if number is None else number
