"""What reading a register file gives: typed rows, and an issue for everything odd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from shapely.geometry.base import BaseGeometry

from geo.lattice import Placement

Corrector = Literal["sender", "importer", "cadastre"]


class State(StrEnum):
    """State of a right (état du droit); the procedure under way is a fact of its own.

    ``suspended`` (suspendu) holds its ground; ``rejected`` is an application that was refused,
    ``withdrawn`` one that its author took back; ``relinquished`` a right given up by its holder.
    ``not_stated`` says that the file is silent, ``unknown`` that its words were not understood.
    """

    APPLICATION = "application"
    REJECTED = "rejected"
    GRANTED = "granted"
    SUSPENDED = "suspended"
    FORCE_MAJEURE = "force_majeure"
    BEING_STRUCK_OFF = "being_struck_off"
    FORFEITED = "forfeited"
    EXPIRED = "expired"
    RELINQUISHED = "relinquished"
    WITHDRAWN = "withdrawn"
    NOT_STATED = "not_stated"
    UNKNOWN = "unknown"


class Procedure(StrEnum):
    """Procedure under way on a right (procédure en cours)."""

    NONE = "none"
    RENEWAL = "renewal"
    TRANSFORMATION = "transformation"
    PARTIAL_TRANSFORMATION = "partial_transformation"
    TOTAL_TRANSFER = "total_transfer"
    PARTIAL_TRANSFER = "partial_transfer"
    TOTAL_RELINQUISHMENT = "total_relinquishment"
    PARTIAL_RELINQUISHMENT = "partial_relinquishment"
    FORFEITURE = "forfeiture"
    FORCE_MAJEURE_LIFTED = "force_majeure_lifted"
    SPLIT = "split"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Holder:
    """A holder (titulaire) with its share in percent, None where the file states none."""

    name: str
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class RightRow:
    """One row of a register file, normalised; raw values are kept beside the typed ones.

    ``row`` counts features from 1 in the file as received. ``geometry`` is lon/lat (EPSG:4326),
    two-dimensional, otherwise as received: never repaired, never snapped. ``placement`` says how
    it lies on the lattice, and is None where there is no geometry. ``layer`` names the layer of a
    file that has several (``row`` counts on through them). ``raw`` holds plain JSON values.
    """

    file: str
    row: int
    code: str | None
    part: str | None
    kind: str | None
    kind_raw: str | None
    state: State
    procedure: Procedure
    status_raw: str | None
    holders: tuple[Holder, ...]
    holders_raw: str | None
    minerals: tuple[str, ...]
    minerals_raw: str | None
    filed_on: date | None
    granted_on: date | None
    expires_on: date | None
    declared_cells: int | None
    declared_area_ha: Decimal | None
    geometry: BaseGeometry | None
    placement: Placement | None
    valid: bool
    raw: Mapping[str, object]
    old_code: str | None = None
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """Something odd in a file: where, what value, which kind, and who must correct it."""

    file: str
    row: int | None
    field: str | None
    value: str | None
    kind: str
    message: str
    corrected_by: Corrector


@dataclass(frozen=True, slots=True)
class Reading:
    """A register file as read: every feature is a row kept or a row refused with its reason.

    ``features == len(rows) + len(refused)``; ``issues`` holds the refusals too.
    """

    file: str
    sha256: str
    schema: str
    crs: str
    features: int
    rows: tuple[RightRow, ...]
    refused: tuple[Issue, ...]
    issues: tuple[Issue, ...]
