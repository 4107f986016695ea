"""The tables of restricted layers as SQLAlchemy models; migration 0010 makes them."""

from __future__ import annotations

from datetime import date
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from geo.register.tables import Big, Held, Id, Known, Table


def _shape(kind: str) -> Geometry:
    return Geometry(kind, srid=4326, spatial_index=False)


def _to(column: str) -> Any:
    return mapped_column(BigInteger, ForeignKey(f"register.{column}"))


class AreaClass(Table):
    """A class of restricted places, as the law data has it."""

    __tablename__ = "area_class"
    class_: Mapped[str] = mapped_column("class", primary_key=True)
    effect: Mapped[str]
    register_kind: Mapped[str | None] = mapped_column(
        ForeignKey("register.right_kind.kind"), unique=True
    )


class AreaChangeRow(Table):
    """A change of restricted layers: proposed, then confirmed or rejected by another."""

    __tablename__ = "area_change"
    id: Mapped[Id]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="proposed")
    file_id: Mapped[int | None] = _to("received_file.id")
    features: Mapped[int | None]
    kept: Mapped[int | None]
    refused: Mapped[int | None]
    proposed_by: Mapped[int] = _to("account.id")
    opened_revision: Mapped[int] = _to("revision.id")
    decided_by: Mapped[int | None] = _to("account.id")
    decided_revision: Mapped[int | None] = _to("revision.id")
    decision_reason: Mapped[str | None]


class AreaItemRow(Table):
    """One layer or area that a change adds, alters or ends."""

    __tablename__ = "area_item"
    id: Mapped[Id]
    change_id: Mapped[int] = _to("area_change.id")
    action: Mapped[str]
    layer_id: Mapped[Big]
    area_id: Mapped[int | None] = mapped_column(BigInteger)
    valid_from: Mapped[date]
    facts: Mapped[dict[str, Any]]
    geom: Mapped[Any | None] = mapped_column(_shape("GEOMETRY"))
    row: Mapped[int | None]


class AreaIssueRow(Table):
    """Something odd in a file of areas."""

    __tablename__ = "area_issue"
    __table_args__ = (Index("area_issue_by_change", "change_id", "kind"),)
    id: Mapped[Id]
    change_id: Mapped[int] = _to("area_change.id")
    row: Mapped[int | None]
    field: Mapped[str | None]
    value: Mapped[str | None]
    kind: Mapped[str]
    message_fr: Mapped[str]
    message_en: Mapped[str]
    corrected_by: Mapped[str]
    refused: Mapped[bool]


class AreaLayerVersion(Table):
    """A restricted layer (couche) on both clocks."""

    __tablename__ = "area_layer_version"
    __table_args__ = (Index("area_layer_version_by_class", "class"),)
    id: Mapped[Id]
    layer_id: Mapped[Big]
    class_: Mapped[str] = mapped_column("class", ForeignKey("register.area_class.class"))
    name: Mapped[str]
    source: Mapped[str]
    citation: Mapped[str | None]
    licence: Mapped[str | None]
    vintage: Mapped[date]
    public: Mapped[bool]
    coverage: Mapped[Any | None] = mapped_column(_shape("MULTIPOLYGON"))
    change_id: Mapped[int] = _to("area_change.id")
    valid: Mapped[Held]
    known: Mapped[Known]


class AreaVersion(Table):
    """A restricted area or sensitive place on both clocks."""

    __tablename__ = "area_version"
    __table_args__ = (Index("area_version_by_area", "area_id"),)
    id: Mapped[Id]
    area_id: Mapped[Big]
    layer_id: Mapped[Big]
    name: Mapped[str | None]
    act_reference: Mapped[str | None]
    act_on: Mapped[date | None]
    consent_of: Mapped[str | None]
    marked: Mapped[bool | None]
    geom: Mapped[Any] = mapped_column(_shape("GEOMETRY"))
    row: Mapped[int | None]
    change_id: Mapped[int] = _to("area_change.id")
    valid: Mapped[Held]
    known: Mapped[Known]
