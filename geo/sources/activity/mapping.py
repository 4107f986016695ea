"""A mapping file for activity: the importer says which column means what.

.. code-block:: yaml

    name: enquête provinciale 2025
    kind: visit             # or detection
    crs: EPSG:4326          # optional; where the file itself does not say
    encoding: cp1252        # optional
    dates: dmy              # optional; or mdy
    fields:                 # field: column, or columns in order of preference
      site: CODE_SITE
      name: NOM
      date: DATE_VISITE     # or from and to (last day, counted)
      minerals: [SUBST_1, SUBST_2]
      workers: CREUSEURS
      confidence: SCORE
      patch: SUPERFICIE
      uncertainty: PRECISION_M   # metres, or origin: a text of location_origins.yaml
      x: E_COORD            # of a table as text: x and y, or wkt
      y: N_COORD
    area_unit: ha           # of the patch: ha, km2 or m2
    confidence_scale: [0, 100]
    origins: {DGPS: 2}      # optional; metres by word of the column “origin”
    attributes: [PROVINCE]  # optional; further columns that may be shown

A sensitive column may not be named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from geo.activity.records import Seen
from geo.errors import FileRefused
from geo.sources.activity.origins import MOST_M
from geo.sources.activity.schemas import FIELDS, SeenColumns
from geo.sources.activity.sensitive import sensitive_list
from geo.sources.activity.values import PatchUnit, read_number
from geo.sources.areas import Unit
from geo.sources.dates import Order
from geo.sources.mapping_file import MappingFile, listed
from geo.sources.text import key_of

_PLACES = ("x", "y", "wkt")
_KEYS = (
    *("name", "kind", "crs", "encoding", "dates", "fields", "area_unit", "confidence_scale"),
    *("origins", "attributes"),
)


@dataclass(frozen=True, slots=True)
class MappedActivity:
    """A mapping file as read; ``table_columns`` shape a table as text, by field."""

    columns: SeenColumns
    table_columns: Mapping[str, str]
    crs: str | None
    encoding: str | None


def read_activity_mapping(path: Path) -> MappedActivity:
    """Return what a mapping file says.

    Raises
    ------
    FileRefused : it cannot be read, says something that has no meaning, or names a column that
        stays at the door.
    """
    file = MappingFile.read(path, _KEYS)
    kind = file.one_of("kind", [str(seen) for seen in Seen])
    file.refuse_unless(kind is not None, "it does not say which kind: visit or detection")
    named = file.columns("fields")
    unknown = set(named) - set(FIELDS) - set(_PLACES)
    file.refuse_unless(not unknown, f"unknown fields {listed(unknown)}")
    file.refuse_unless(("x" in named) == ("y" in named), "x and y go together")
    both = "date" in named and ("from" in named or "to" in named)
    file.refuse_unless(not both, "“date” does not go with “from” and “to”")
    named_too = file.content.get("attributes")
    attributes = file.names("attributes", named_too) if named_too else ()
    _refuse_sensitive(path, [c for names in named.values() for c in names] + list(attributes))
    unit = file.one_of("area_unit", get_args(PatchUnit))
    file.refuse_unless("patch" not in named or unit is not None, "“patch” needs an area_unit")
    columns = SeenColumns(
        schema=f"mapping: {file.text('name') or path.stem}",
        seen=Seen(cast("str", kind)),
        fields={name: names for name, names in named.items() if name not in _PLACES},
        patch_unit=cast("Unit | None", unit),
        scale=_scale(file),
        date_order=cast("Order | None", file.one_of("dates", get_args(Order))),
        attributes=attributes,
        origins=_origins(file),
    )
    shaping = {name: named[name][0] for name in _PLACES if name in named}
    return MappedActivity(columns, shaping, file.text("crs"), file.text("encoding"))


def _refuse_sensitive(path: Path, columns: list[str]) -> None:
    sensitive = [name for name in columns if sensitive_list().holds(name)]
    if sensitive:
        reason = f"it names columns that stay at the door ({listed(sensitive)})"
        remedy = "Leave them out; if the name misleads, rename the column in the file."
        raise FileRefused(path.name, reason, remedy)


def _scale(file: MappingFile) -> tuple[float, float] | None:
    value: Any = file.content.get("confidence_scale")
    if value is None:
        return None
    ends = [read_number(end) for end in value] if isinstance(value, list) else []
    low, high = ends if len(ends) == 2 else (None, None)
    if low is None or high is None or low >= high:
        file.refuse_unless(False, "“confidence_scale” is [lowest, highest], such as [0, 100]")
    return cast("tuple[float, float]", (low, high))


def _origins(file: MappingFile) -> dict[str, float]:
    found = {}
    for word, value in file.table("origins").items():
        metres = read_number(value)
        fits = metres is not None and 0 < metres <= MOST_M
        file.refuse_unless(fits, f"“origins” gives metres above 0 and up to {MOST_M:.0f}")
        found[key_of(str(word))] = cast("float", metres)
    return found
