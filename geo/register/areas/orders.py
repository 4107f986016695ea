"""What a change of restricted layers asks for, and reading it from plain data (JSON, YAML)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast, get_args

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.errors import InputError
from geo.sources.text import clean, shown

Action = Literal["add_layer", "alter_layer", "end_layer", "add", "alter", "end"]

LAYER_FACTS = ("class", "name", "source", "citation", "licence", "vintage", "public")
AREA_FACTS = ("name", "act_reference", "act_on", "consent_of", "marked")
FIXED = ("class", "public")
"""What a layer keeps for life: whoever wants it otherwise ends it and adds another."""
DAYS = ("vintage", "act_on")
SWITCHES = ("public", "marked")
CONSENT_OF = ("owner", "occupant", "authority")
MAX_ITEMS = 200_000
MAX_TEXT = 500

GEOMETRY_TYPES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}
)


@dataclass(frozen=True, slots=True)
class AreaItem:
    """One layer or area that is added, altered or ended from a day on.

    ``layer`` is the layer's number, or the label under which the same change adds it. ``facts``
    holds what is said; what an alteration does not say stays. ``geometry`` of a layer is the ground
    that it covers.
    """

    action: Action
    valid_from: date
    layer: int | str
    area: int | None = None
    facts: Mapping[str, object] | None = None
    geometry: BaseGeometry | None = None
    row: int | None = None


def items_from(given: object) -> tuple[AreaItem, ...]:
    """Return the items of a change written as a list of tables.

    Keys are ``action``, ``from``, ``layer``, ``area``, the facts of a layer (class, name, source,
    citation, licence, vintage, public) or of an area (name, act_reference, act_on, consent_of,
    marked), and ``geometry`` (of a layer: ``coverage``) as WKT or GeoJSON in longitude, latitude.

    Raises
    ------
    InputError : naming the item, the key and the remedy.
    """
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise InputError("the change has no items. Give a list of what is added, altered or ended.")
    if len(given) > MAX_ITEMS:
        raise InputError(f"the change has {len(given):,} items, more than {MAX_ITEMS:,}. Split it.")
    return tuple(_item(number, item) for number, item in enumerate(given, 1))


def _item(number: int, given: object) -> AreaItem:
    where = f"item {number}"
    if not isinstance(given, Mapping):
        raise InputError(f"{where} is no table of keys")
    action = given.get("action")
    if action not in get_args(Action):
        raise InputError(f"{where}: action is one of {', '.join(get_args(Action))}")
    of_layer = str(action).endswith("_layer")
    ground = "coverage" if of_layer else "geometry"
    known = {"action", "from", "layer", "area", ground, *(LAYER_FACTS if of_layer else AREA_FACTS)}
    strange = sorted(str(key) for key in given if key not in known)
    if strange:
        raise InputError(f"{where}: unknown keys {', '.join(map(shown, strange))}")
    item = AreaItem(
        action=cast("Action", action),
        valid_from=_required_day(given.get("from"), where),
        layer=_layer(given.get("layer"), where),
        area=_number(given.get("area"), where),
        facts=facts_from(given, LAYER_FACTS if of_layer else AREA_FACTS, where),
        geometry=geometry_from(given.get(ground), where),
    )
    _require_whole(item, where)
    return item


def facts_from(given: Mapping[str, Any], names: Sequence[str], where: str) -> dict[str, object]:
    """Return the facts that are said, as plain JSON values: clean text, ISO days, true or false.

    Raises
    ------
    InputError : a value is none of its kind.
    """
    return {name: _fact(name, given[name], f"{where}: {name}") for name in names if name in given}


def _fact(name: str, value: object, where: str) -> object:
    if value is None:
        return None
    if name in SWITCHES:
        if not isinstance(value, bool):
            raise InputError(f"{where} is true or false, not “{shown(value)}”")
        return value
    if name in DAYS:
        return _required_day(value, where).isoformat()
    text = clean(str(value))
    if text is not None and len(text) > MAX_TEXT:
        raise InputError(f"{where} has more than {MAX_TEXT} characters")
    if name == "consent_of" and text not in (*CONSENT_OF, None):
        raise InputError(f"{where} is one of {', '.join(CONSENT_OF)}")
    return text


def faults_of(geometry: BaseGeometry) -> Iterator[tuple[str, str]]:
    """Yield what forbids a geometry in longitude and latitude: kind of issue, and where it is."""
    if geometry.geom_type not in GEOMETRY_TYPES:
        yield "geometry_kind", geometry.geom_type
        return
    if geometry.is_empty:
        yield "no_geometry", geometry.geom_type
        return
    xy = shapely.get_coordinates(geometry)
    if not np.isfinite(xy).all() or (np.abs(xy) > [180.0, 90.0]).any():
        yield "bad_coordinates", f"{np.abs(xy).max(axis=0).tolist()}"
        return
    if not geometry.is_valid:
        yield "invalid_geometry", shapely.is_valid_reason(geometry)


def geometry_from(given: object, where: str) -> BaseGeometry | None:
    """Return a geometry written as WKT or as GeoJSON, in longitude and latitude; None stays None.

    Raises
    ------
    InputError : it cannot be read, or is not valid; the message names the place of the fault.
    """
    if given is None:
        return None
    try:
        text = not isinstance(given, Mapping)
        geometry = shapely.from_wkt(str(given)) if text else shape(given)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        remedy = "Give WKT, or a GeoJSON geometry."
        raise InputError(f"{where}: the geometry cannot be read. {remedy}") from error
    geometry = shapely.force_2d(geometry)
    for kind, place in faults_of(geometry):
        raise InputError(f"{where}: {kind} ({shown(place)}). Correct it; nothing is repaired here.")
    return geometry


def _required_day(value: object, where: str) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise InputError(f"{where}: “{shown(value)}” is no day. Write it as 2026-01-31.") from error


def _layer(value: object, where: str) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise InputError(f"{where} names no layer: its number, or the label of one added here")
    return value


def _number(value: object, where: str) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise InputError(f"{where}: area is a number")
    return value


def _require_whole(item: AreaItem, where: str) -> None:
    """Refuse an item that lacks what its action needs, or says what it cannot."""
    facts = item.facts or {}
    if item.action in ("alter", "end") and item.area is None:
        raise InputError(f"{where}: name the area that is altered or ended")
    if item.action not in ("alter", "end") and item.area is not None:
        raise InputError(f"{where}: {item.action} names no area")
    if item.action == "add" and item.geometry is None:
        raise InputError(f"{where}: an area that is added needs its geometry")
    if item.action in ("end", "end_layer") and (facts or item.geometry is not None):
        raise InputError(f"{where}: what ends is not altered")
    if item.action == "alter_layer" and set(facts) & set(FIXED):
        raise InputError(f"{where}: {' and '.join(FIXED)} of a layer do not change. Add another.")
    lacking = [name for name in ("class", "name", "source", "vintage") if not facts.get(name)]
    if item.action == "add_layer" and (lacking or not isinstance(facts.get("public"), bool)):
        missing = ", ".join([*lacking, *([] if "public" in facts else ["public"])])
        raise InputError(f"{where}: a layer that is added needs {missing or 'public'}")
    of_layer = item.action.endswith("_layer")
    if of_layer and item.geometry is not None and "Polygon" not in item.geometry.geom_type:
        raise InputError(f"{where}: a coverage is a polygon, not a {item.geometry.geom_type}")
