"""A file of areas becomes the proposal of one layer per class; every oddity is an issue.

Nothing is repaired: a row with a geometry that cannot be in force is refused, with the place of its
fault; geometries of the others stay as received (in longitude and latitude, two-dimensional).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import InputError, SchemaUnknown
from geo.geometry import to_lonlat
from geo.register.areas.mapping import AreaMapping
from geo.register.areas.orders import CONSENT_OF, MAX_TEXT, AreaItem, faults_of
from geo.register.areas.words import REFUSALS, sentence_of
from geo.register.areas.writer import AreaChange, AreaIssue, ReceivedAreas
from geo.sources.dates import read_date
from geo.sources.issues import IssueLog
from geo.sources.layers import Layer, Source
from geo.sources.parts import Wanted, crs_of_layer
from geo.sources.positions import COUNTRY_WINDOW
from geo.sources.reading import layers_of
from geo.sources.received import Received, parts_of, staged
from geo.sources.rows import Issue
from geo.sources.text import as_text, has_hidden, key_of, shown


@dataclass(frozen=True, slots=True)
class LayerOrder:
    """What the importer says of a file: its classes, where it comes from, what it covers.

    With one class every row is of it; with several a column says which. A class without a row
    becomes a layer too: the file covers the ground and knows of none there.
    ``replaces`` are layers that end on the same day.
    """

    classes: Sequence[str]
    name: str
    source: str
    vintage: date
    valid_from: date
    public: bool
    citation: str | None = None
    licence: str | None = None
    coverage: BaseGeometry | None = None
    replaces: Sequence[int] = ()


def read_areas(
    path: Path,
    order: LayerOrder,
    reason: str,
    mapping: AreaMapping | None = None,
    crs: str | None = None,
) -> AreaChange:
    """Return the change that a file proposes; the file comes with it as received.

    Parameters
    ----------
    path : any format that registers are read from; a table as text holds its geometry as WKT.
    crs : of its coordinates, where neither file nor mapping says.

    Raises
    ------
    FileRefused : the file cannot be read, or nobody says in which CRS it is.
    InputError : a coverage or the classes of the order cannot be used.
    SchemaUnknown : it has no layer with geometry, or lacks a column of the mapping.
    """
    _require_order(order)
    told = mapping or AreaMapping()
    content = b"".join(part.read_bytes() for part in parts_of(path))
    with staged(path) as received:
        log = IssueLog(received.name)
        reader = _Rows(order, told, log)
        wanted = Wanted(crs=crs or told.crs, encoding=told.encoding)
        areas = [area for found in _layers(received, log, wanted) for area in reader.areas(*found)]
    issues = tuple(_issue(issue) for issue in log.issues)
    kept = ReceivedAreas(received.name, received.sha256, content, reader.features, issues)
    return AreaChange(reason, [*_layers_added(order), *areas], kept)


def _require_order(order: LayerOrder) -> None:
    if not order.classes:
        raise InputError("say of which class the areas are, or of which classes they may be.")
    if order.coverage is not None:
        for kind, place in faults_of(order.coverage):
            raise InputError(f"the coverage cannot be used: {kind} ({shown(place)}).")


def _layers_added(order: LayerOrder) -> Iterator[AreaItem]:
    facts = {
        "name": order.name,
        "source": order.source,
        "citation": order.citation,
        "licence": order.licence,
        "vintage": order.vintage.isoformat(),
        "public": order.public,
    }
    for number in order.replaces:
        yield AreaItem("end_layer", order.valid_from, number)
    for name in dict.fromkeys(order.classes):
        yield AreaItem(
            "add_layer",
            order.valid_from,
            name,
            facts={"class": name, **facts},
            geometry=order.coverage,
        )


def _layers(received: Received, log: IssueLog, wanted: Wanted) -> Iterator[tuple[Layer, str]]:
    """Yield each layer of a file with its CRS."""
    found: list[tuple[Source, Layer]] = [
        (source, layer)
        for source in received.sources
        for layer in layers_of(source, log, wanted, len(received.sources) > 1)
    ]
    if not found:
        raise SchemaUnknown(f"{received.name}: it holds no layer with geometry, so no areas")
    for source, layer in found:
        yield layer, crs_of_layer(source, layer, log, wanted)


def _issue(issue: Issue) -> AreaIssue:
    meaning = sentence_of(issue.kind)
    return AreaIssue(
        row=issue.row,
        field=issue.field,
        value=issue.value,
        kind=issue.kind,
        message_fr=meaning.fr,
        message_en=meaning.en,
        corrected_by=issue.corrected_by,
        refused=issue.row is not None and issue.kind in REFUSALS,
    )


class _Rows:
    """Reads the rows of all layers of one file into areas, counting on through them."""

    def __init__(self, order: LayerOrder, told: AreaMapping, log: IssueLog) -> None:
        self.features = 0
        self._order = order
        self._told = told
        self._log = log
        self._seen: dict[tuple[str, bytes], int] = {}
        self._classes = {key_of(name): name for name in order.classes} | {
            word: name for word, name in told.classes.items() if name in order.classes
        }

    def areas(self, layer: Layer, crs: str) -> Iterator[AreaItem]:
        """Yield the areas of a layer that are kept."""
        self._told.require_columns(layer.columns, self._log.file)
        if shapely.has_z(layer.geometries).any():
            self._log.add("z_dropped", "heights are left out", value=layer.name)
        moved = to_lonlat(_finite(layer), crs)
        first, self.features = self.features, self.features + len(layer.geometries)
        for index, geometry in enumerate(moved):
            row = first + index + 1
            if self._is_whole(layer, index, geometry, row):
                area = self._area(layer.columns, index, geometry, row)
                if area is not None:
                    yield area

    def _is_whole(self, layer: Layer, index: int, geometry: BaseGeometry | None, row: int) -> bool:
        if index in layer.broken:
            broken = layer.broken[index]
            self._add(broken.kind, row, "geometry", broken.value or broken.reason)
        elif geometry is None:
            bad = layer.geometries[index] is not None
            self._add("bad_coordinates" if bad else "no_geometry", row, "geometry", None)
        else:
            faults = list(faults_of(geometry))
            for kind, place in faults:
                self._add(kind, row, "geometry", place)
            return not faults
        return False

    def _area(
        self,
        columns: Mapping[str, Sequence[object]],
        index: int,
        geometry: BaseGeometry,
        row: int,
    ) -> AreaItem | None:
        given = {
            name: columns[column][index]
            for name, column in self._told.fields.items()
            if column in columns
        }
        class_ = self._class(given.get("class"), row)
        if class_ is None:
            return None
        self._note_place(class_, geometry, row)
        facts = {
            "name": self._text(given, "name", row),
            "act_reference": self._text(given, "act_reference", row),
            "act_on": self._day(given.get("act_on"), row),
            "consent_of": self._consent(given.get("consent_of"), row),
            "marked": self._marked(given.get("marked"), row),
        }
        return AreaItem(
            "add", self._order.valid_from, class_, facts=facts, geometry=geometry, row=row
        )

    def _class(self, value: object, row: int) -> str | None:
        said = as_text(value)
        if said is None or "class" not in self._told.fields:
            if len(self._order.classes) == 1:
                return self._order.classes[0]
            self._add("class_missing", row, "class", None)
            return None
        found = self._classes.get(key_of(said))
        if found is None:
            self._add("class_unknown", row, "class", said)
        return found

    def _text(self, given: Mapping[str, object], field: str, row: int) -> str | None:
        value = given.get(field)
        if isinstance(value, str) and has_hidden(value):
            self._add("hidden_characters", row, field, value)
        text = as_text(value)
        if text is not None and len(text) > MAX_TEXT:
            self._add("text_cut", row, field, text)
            return text[:MAX_TEXT]
        return text

    def _day(self, value: object, row: int) -> str | None:
        read = read_date(value, self._told.dates)
        if read.problem:
            self._add("date_unreadable", row, "act_on", value)
        return read.day.isoformat() if read.day and not read.problem else None

    def _consent(self, value: object, row: int) -> str | None:
        said = as_text(value)
        if said is not None and said not in CONSENT_OF:
            self._add("consent_unknown", row, "consent_of", said)
            return None
        return said

    def _marked(self, value: object, row: int) -> bool | None:
        said = as_text(value)
        known = None if said is None else self._told.marked.get(key_of(said))
        if said is not None and known is None:
            self._add("marked_unknown", row, "marked", said)
        return known

    def _note_place(self, class_: str, geometry: BaseGeometry, row: int) -> None:
        west, south, east, north = COUNTRY_WINDOW
        x0, y0, x1, y1 = geometry.bounds
        if x0 < west or y0 < south or x1 > east or y1 > north:
            place = f"longitude {x0:.4f} to {x1:.4f}, latitude {y0:.4f} to {y1:.4f}"
            self._add("outside_country", row, "geometry", place)
        key = (class_, shapely.to_wkb(shapely.normalize(geometry)))
        if key in self._seen:
            self._add("repeated_geometry", row, "geometry", self._seen[key])
        self._seen.setdefault(key, row)

    def _add(self, kind: str, row: int, field: str, value: object) -> None:
        text = None if value is None else shown(value)
        meaning = sentence_of(kind).en
        self._log.issues.append(Issue(self._log.file, row, field, text, kind, meaning, "sender"))


def _finite(layer: Layer) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Return geometries without those that hold a number that is none; projections stop at it."""
    geometries = np.array(layer.geometries, dtype=object)
    xy, owner = shapely.get_coordinates(geometries, return_index=True)
    geometries[np.unique(owner[~np.isfinite(xy).all(axis=1)])] = None
    return geometries
