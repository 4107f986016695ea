"""Changes of restricted layers by four eyes: one account proposes, another confirms or rejects.

What a change holds is in force only once it is confirmed; the database itself then writes it, and
refuses everything else (migration 0010).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import shapely
from psycopg import errors as pg
from psycopg.types.json import Jsonb
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import exc as sa
from sqlalchemy import text

from geo.errors import InputError, NotFound, NotPermitted, RegisterError, SecondPersonNeeded
from geo.register.areas.orders import AREA_FACTS, LAYER_FACTS, AreaItem
from geo.register.bulk import copy_rows, new_ids
from geo.register.connection import REGISTER, UnitOfWork, driver_error
from geo.register.received import keep_file
from geo.register.rowfacts import clean_text

_ITEM_COLUMNS = (
    *("change_id", "action", "layer_id", "area_id", "valid_from", "facts", "geom", "row"),
)
_LAYER_AS_IT_STANDS = text(
    "select *, st_asbinary(coverage) as shape from register.area_layer_version "
    "where layer_id = :layer and upper_inf(known) and valid @> cast(:day as date)"
)
_AREA_AS_IT_STANDS = text(
    "select *, st_asbinary(geom) as shape from register.area_version where layer_id = :layer "
    "and area_id = :area and upper_inf(known) and valid @> cast(:day as date)"
)


@dataclass(frozen=True, slots=True)
class AreaIssue:
    """Something odd in a file of areas: where, which value, what it means, who corrects it."""

    row: int | None
    field: str | None
    value: str | None
    kind: str
    message_fr: str
    message_en: str
    corrected_by: str
    refused: bool


@dataclass(frozen=True, slots=True)
class ReceivedAreas:
    """The file that a change comes from, as received, with what was odd in it."""

    name: str
    sha256: str
    content: bytes
    features: int
    issues: tuple[AreaIssue, ...] = ()

    @property
    def refused(self) -> int:
        """How many rows are not kept."""
        return len({issue.row for issue in self.issues if issue.refused})


@dataclass(frozen=True, slots=True)
class AreaChange:
    """A change to propose: why, what, and the file behind it where there is one."""

    reason: str
    items: Sequence[AreaItem] = field(default=())
    received: ReceivedAreas | None = None


def propose_areas(unit: UnitOfWork, change: AreaChange) -> int:
    """Record a change that waits for another person; return its number.

    Raises
    ------
    InputError : it has no reason or no items, or names one thing twice.
    NotFound : a layer or area that it alters or ends is not in force on that day.
    NotPermitted : no account acts.
    """
    if not change.reason.strip():
        raise InputError("a change of restricted areas needs its reason. Give the act it rests on.")
    if not change.items:
        raise InputError("the change has no items: nothing of it can be kept.")
    items = _numbered(unit, change.items)
    _require_once(items)
    _require_classes(unit, items)
    rows = [_whole(unit, item) for item in items]
    change_id = new_ids(unit, "area_change_id_seq", 1)[0]
    with _asking(change_id):
        unit.open_revision()
        _write_change(unit, change_id, change)
        columns = (
            "change_id",
            "action",
            "layer_id",
            "area_id",
            "valid_from",
            "facts",
            "geom",
            "row",
        )
        copy_rows(unit, "area_item", columns, ((change_id, *_columns(item)) for item in rows))
        _write_issues(unit, change_id, change.received)
    return change_id


def confirm_areas(unit: UnitOfWork, change_id: int, reason: str = "") -> int:
    """Put a change in force, as another account than its proposer; return the revision.

    Raises
    ------
    NotFound : there is no such change.
    SecondPersonNeeded : the same account proposed it.
    RegisterError : it is decided already, or what it alters has changed since.
    """
    return _decide(unit, change_id, "confirmed", reason)


def reject_areas(unit: UnitOfWork, change_id: int, reason: str) -> int:
    """Refuse a change, as another account than its proposer; return the revision.

    Raises
    ------
    InputError : no reason is given.
    NotFound, SecondPersonNeeded, RegisterError : as for a confirmation.
    """
    if not reason.strip():
        raise InputError("a refusal needs its reason.")
    return _decide(unit, change_id, "rejected", reason)


def _decide(unit: UnitOfWork, change_id: int, state: str, reason: str) -> int:
    asked = text("select state from register.area_change where id = :id")
    with _asking(change_id):
        revision = unit.open_revision()
        found = unit.connection.scalar(asked, {"id": change_id})
        if found is None:
            raise NotFound(f"there is no change {change_id} of restricted areas.")
        if found != "proposed":
            raise RegisterError(f"change {change_id} is {found} already.")
        decided = text(
            "update register.area_change set state = :state, decision_reason = :reason "
            "where id = :id"
        )
        given = {"id": change_id, "state": state, "reason": reason.strip() or None}
        unit.connection.execute(decided, given)
    return revision


@contextmanager
def _asking(change_id: int) -> Iterator[None]:
    """Say what the database refuses in the words of the register."""
    try:
        yield
    except sa.DBAPIError as error:
        cause = driver_error(error)
        if isinstance(cause, pg.CheckViolation) and (
            cause.diag.constraint_name == "area_change_four_eyes"
        ):
            raise SecondPersonNeeded(
                f"change {change_id} was proposed by this account. Another person decides it."
            ) from error
        if isinstance(cause, pg.ObjectNotInPrerequisiteState):
            raise RegisterError(
                f"what change {change_id} alters has changed since. Reject it and propose it anew."
            ) from error
        if isinstance(cause, pg.InsufficientPrivilege):
            raise NotPermitted(
                "a change of restricted areas needs an account of the cadastre that acts."
            ) from error
        raise


def _numbered(unit: UnitOfWork, items: Sequence[AreaItem]) -> list[AreaItem]:
    """Give new layers and areas their numbers, and labels the number of the layer they name."""
    fresh = iter(new_ids(unit, "area_id", sum(i.action in ("add", "add_layer") for i in items)))
    layers: dict[int | str, int] = {}
    for item in items:
        if item.action == "add_layer":
            if item.layer in layers:
                raise InputError(f"two layers are added under the label “{item.layer}”.")
            layers[item.layer] = next(fresh)
    return [_with_numbers(item, layers, fresh) for item in items]


def _with_numbers(
    item: AreaItem, layers: Mapping[int | str, int], fresh: Iterator[int]
) -> AreaItem:
    layer = layers.get(item.layer, item.layer)
    if not isinstance(layer, int):
        raise InputError(f"no layer is added under the label “{layer}”.")
    area = next(fresh) if item.action == "add" else item.area
    return AreaItem(item.action, item.valid_from, layer, area, item.facts, item.geometry, item.row)


def _require_once(items: Sequence[AreaItem]) -> None:
    seen: set[tuple[int | str, int | None]] = set()
    for item in items:
        if (item.layer, item.area) in seen:
            what = f"layer {item.layer}" if item.area is None else f"area {item.area}"
            raise InputError(f"one change says two things of {what}. Give them one by one.")
        seen.add((item.layer, item.area))


def _require_classes(unit: UnitOfWork, items: Sequence[AreaItem]) -> None:
    named = {str((i.facts or {})["class"]) for i in items if i.action == "add_layer"}
    known = set(unit.connection.scalars(text("select class from register.area_class")))
    if named - known:
        raise InputError(
            f"“{min(named - known)}” is no class of restricted places. "
            f"Classes are {', '.join(sorted(known))}."
        )


def _whole(unit: UnitOfWork, item: AreaItem) -> AreaItem:
    """Return an item with everything that will be in force: what it does not say stays."""
    if item.action in ("add", "add_layer"):
        return item
    statement, names = (
        (_LAYER_AS_IT_STANDS, LAYER_FACTS)
        if item.area is None
        else (_AREA_AS_IT_STANDS, AREA_FACTS)
    )
    asked = {"layer": item.layer, "area": item.area, "day": item.valid_from}
    current = unit.connection.execute(statement, asked).one_or_none()
    if current is None:
        what = f"layer {item.layer}" if item.area is None else f"area {item.area}"
        raise NotFound(f"{what} is not in force on {item.valid_from.isoformat()}.")
    if item.action.startswith("end"):
        return item
    stands = {name: _plain(current._mapping[name]) for name in names}
    kept = None if current.shape is None else shapely.from_wkb(bytes(current.shape))
    return AreaItem(
        action=item.action,
        valid_from=item.valid_from,
        layer=item.layer,
        area=item.area,
        facts={**stands, **(item.facts or {})},
        geometry=kept if item.geometry is None else item.geometry,
        row=item.row,
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _write_change(unit: UnitOfWork, change_id: int, change: AreaChange) -> None:
    received = change.received
    counts: dict[str, int | None] = dict.fromkeys(("file", "features", "kept", "refused"))
    if received is not None:
        with unit.acting_as(REGISTER):
            file = keep_file(unit, received.name, received.sha256, received.content)
        counts = {
            "file": file,
            "features": received.features,
            "kept": received.features - received.refused,
            "refused": received.refused,
        }
    unit.connection.execute(
        text(
            "insert into register.area_change (id, reason, file_id, features, kept, refused) "
            "values (:id, :reason, :file, :features, :kept, :refused)"
        ),
        {"id": change_id, "reason": clean_text(change.reason), **counts},
    )


def _columns(item: AreaItem) -> tuple[object, ...]:
    return (
        item.action,
        item.layer,
        item.area,
        item.valid_from,
        Jsonb(dict(item.facts or {})),
        _shape_text(item),
        item.row,
    )


def _shape_text(item: AreaItem) -> str | None:
    geometry: BaseGeometry | None = item.geometry
    if geometry is None:
        return None
    if item.area is None and geometry.geom_type == "Polygon":
        geometry = MultiPolygon([geometry])
    return f"SRID=4326;{shapely.to_wkb(geometry, hex=True)}"


def _write_issues(unit: UnitOfWork, change_id: int, received: ReceivedAreas | None) -> None:
    columns = ("change_id", "row", "field", "value", "kind", "message_fr", "message_en")
    if received is not None and received.issues:
        copy_rows(
            unit,
            "area_issue",
            (*columns, "corrected_by", "refused"),
            ((change_id, *_issue_columns(issue)) for issue in received.issues),
        )


def _issue_columns(issue: AreaIssue) -> tuple[object, ...]:
    return (
        issue.row,
        issue.field,
        None if issue.value is None else clean_text(issue.value),
        issue.kind,
        clean_text(issue.message_fr),
        clean_text(issue.message_en),
        issue.corrected_by,
        issue.refused,
    )
