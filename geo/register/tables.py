"""The tables of the register as SQLAlchemy models. The migrations make them; a test compares both.

What models cannot say lives in the migrations: exclusion constraints, triggers, roles, views.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Sequence,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import (
    ARRAY,
    DATERANGE,
    INT4RANGE,
    INT8RANGE,
    JSONB,
    Range,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def _shape(kind: str, srid: int) -> Geometry:
    return Geometry(kind, srid=srid, spatial_index=False)


Id = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
Big = Annotated[int, mapped_column(BigInteger)]
Flags = Annotated[list[str], mapped_column(ARRAY(Text))]
Held = Annotated[Range[date], mapped_column(DATERANGE)]
Known = Annotated[Range[int], mapped_column(INT8RANGE)]
Cols = Annotated[Range[int], mapped_column(INT4RANGE)]
Shape4326 = Annotated[Any, mapped_column(_shape("MULTIPOLYGON", 4326))]
Shape3857 = Annotated[
    Any,
    mapped_column(
        _shape("MULTIPOLYGON", 3857),
        Computed("register.web_mercator(geom)", persisted=True),
        nullable=True,
    ),
]


class Table(DeclarativeBase):
    """Base of all models: schema ``register``, text without length, nothing implied."""

    metadata = MetaData(schema="register")
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads a plain class attribute
        str: Text,
        int: Integer,
        bool: Boolean,
        date: Date,
        datetime: DateTime(timezone=True),
        float: Double,
        Decimal: Numeric,
        bytes: LargeBinary,
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
        list[list[int]]: ARRAY(Integer),
    }


def _to(column: str) -> Any:
    return mapped_column(BigInteger, ForeignKey(f"register.{column}"))


class Revision(Table):
    """Recorded time: one row per writing transaction."""

    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(unique=True)
    actor: Mapped[str]
    role: Mapped[str]
    reason: Mapped[str]
    xid: Mapped[Big]


class RevisionLock(Table):
    """One row that whoever writes locks."""

    __tablename__ = "revision_lock"
    only_row: Mapped[bool] = mapped_column(primary_key=True, server_default="true")


class AuditRow(Table):
    """One write of one row (piste d'audit), by trigger."""

    __tablename__ = "audit_row"
    __table_args__ = (
        Index("audit_row_by_row", "table_name", "row_key"),
        Index("audit_row_by_revision", "revision"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    revision: Mapped[int] = _to("revision.id")
    table_name: Mapped[str]
    operation: Mapped[str]
    row_key: Mapped[str]
    old: Mapped[dict[str, Any] | None]
    new: Mapped[dict[str, Any] | None]
    personal: Mapped[dict[str, Any] | None]
    leaf: Mapped[bytes]


class Source(Table):
    """Where facts come from: a register, by name."""

    __tablename__ = "source"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    demonstration: Mapped[bool] = mapped_column(server_default="false")


class ReceivedFile(Table):
    """A file as received, by its checksum."""

    __tablename__ = "received_file"
    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    bytes: Mapped[Big]


class ReceivedContent(Table):
    """The bytes of a file as received."""

    __tablename__ = "received_content"
    file_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("register.received_file.id"), primary_key=True, autoincrement=False
    )
    content: Mapped[bytes]


class ImportRun(Table):
    """One reading of a register file."""

    __tablename__ = "import_run"
    __table_args__ = (
        Index("import_run_once", "file_id", unique=True, postgresql_where="state <> 'rejected'"),
    )
    id: Mapped[Id]
    file_id: Mapped[int] = _to("received_file.id")
    source_id: Mapped[int] = _to("source.id")
    schema_name: Mapped[str]
    as_of: Mapped[date]
    features: Mapped[int]
    kept: Mapped[int]
    refused: Mapped[int]
    state: Mapped[str]
    summary: Mapped[dict[str, Any]]
    opened_revision: Mapped[int] = _to("revision.id")
    decided_revision: Mapped[int | None] = _to("revision.id")


class ImportRow(Table):
    """A row of a file as read."""

    __tablename__ = "import_row"
    __table_args__ = (UniqueConstraint("import_id", "row"),)
    id: Mapped[Id]
    import_id: Mapped[int] = _to("import_run.id")
    row: Mapped[int]
    facts: Mapped[dict[str, Any]]
    raw: Mapped[dict[str, Any]]
    runs: Mapped[list[list[int]] | None]
    on_lattice: Mapped[bool | None]
    valid: Mapped[bool]
    geom: Mapped[Any | None] = mapped_column(_shape("GEOMETRY", 4326))


class ImportIssue(Table):
    """Something odd in a file, and who corrects it."""

    __tablename__ = "import_issue"
    __table_args__ = (Index("import_issue_by_import", "import_id", "kind"),)
    id: Mapped[Id]
    import_id: Mapped[int] = _to("import_run.id")
    row: Mapped[int | None]
    field: Mapped[str | None]
    value: Mapped[str | None]
    kind: Mapped[str]
    message: Mapped[str]
    corrected_by: Mapped[str]
    refused: Mapped[bool]


class ImportChange(Table):
    """What a later extract says against the register."""

    __tablename__ = "import_change"
    __table_args__ = (Index("import_change_by_import", "import_id", "change"),)
    id: Mapped[Id]
    import_id: Mapped[int] = _to("import_run.id")
    change: Mapped[str]
    title_id: Mapped[int | None] = _to("title.id")
    import_row_id: Mapped[int | None] = _to("import_row.id")
    detail: Mapped[dict[str, Any]]


class Party(Table):
    """A person (personne): natural, legal or unknown."""

    __tablename__ = "party"
    id: Mapped[Id]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(
        Computed("register.party_key(name)", persisted=True), unique=True
    )
    kind: Mapped[str]
    public_name: Mapped[str | None] = mapped_column(
        Computed("case when kind = 'legal' then name end", persisted=True)
    )


class RightKind(Table):
    """A kind of ground: a right, a zone or a restriction."""

    __tablename__ = "right_kind"
    kind: Mapped[str] = mapped_column(primary_key=True)
    class_: Mapped[str] = mapped_column("class")
    effect: Mapped[str | None]


class Act(Table):
    """An act (acte, arrêté) that a change rests on."""

    __tablename__ = "act"
    __table_args__ = (Index("act_by_revision", "opened_revision"),)
    id: Mapped[Id]
    kind: Mapped[str]
    reference: Mapped[str]
    on_day: Mapped[date]
    note: Mapped[str | None]
    opened_revision: Mapped[int] = _to("revision.id")


class Title(Table):
    """A title (titre): what stays the same while code, kind, holders and ground change."""

    __tablename__ = "title"
    id: Mapped[Id]
    opened_revision: Mapped[int] = _to("revision.id")


class TitleVersion(Table):
    """Attributes of a title on both clocks."""

    __tablename__ = "title_version"
    __table_args__ = (Index("title_version_by_import_row", "import_row_id"),)
    id: Mapped[Id]
    title_id: Mapped[int] = _to("title.id")
    code: Mapped[str | None]
    part: Mapped[str | None]
    kind: Mapped[str] = mapped_column(ForeignKey("register.right_kind.kind"))
    kind_raw: Mapped[str | None]
    state: Mapped[str]
    procedure: Mapped[str]
    status_raw: Mapped[str | None]
    minerals: Mapped[list[str]]
    minerals_raw: Mapped[str | None]
    holders_raw: Mapped[str | None]
    filed_on: Mapped[date | None]
    granted_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    declared_cells: Mapped[int | None]
    declared_area_ha: Mapped[Decimal | None]
    stated_on: Mapped[date]
    flags: Mapped[Flags]
    import_row_id: Mapped[int | None] = _to("import_row.id")
    act_id: Mapped[int | None] = _to("act.id")
    valid: Mapped[Held]
    known: Mapped[Known]


class HoldingRow(Table):
    """A holder of a title version, with its share in percent."""

    __tablename__ = "holding"
    __table_args__ = (
        UniqueConstraint("title_version_id", "position"),
        Index("holding_by_party", "party_id"),
    )
    id: Mapped[Id]
    title_version_id: Mapped[int] = _to("title_version.id")
    party_id: Mapped[int] = _to("party.id")
    position: Mapped[int]
    share: Mapped[Decimal | None]


class Zone(Table):
    """An artisanal zone (ZEA): what it is beyond its ground."""

    __tablename__ = "zone"
    title_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("register.title.id"), primary_key=True, autoincrement=False
    )
    name: Mapped[str | None]
    route: Mapped[str | None]
    act_id: Mapped[int | None] = _to("act.id")
    host_title_id: Mapped[int | None] = _to("title.id")


class HostKind(Table):
    """In what each kind of inner ground may lie."""

    __tablename__ = "host_kind"
    kind: Mapped[str] = mapped_column(ForeignKey("register.right_kind.kind"), primary_key=True)
    host_kind: Mapped[str] = mapped_column(ForeignKey("register.right_kind.kind"), primary_key=True)


class Allocation(Table):
    """An agreement with EGC on part of a title (route B), on both clocks."""

    __tablename__ = "allocation"
    __table_args__ = (Index("allocation_by_host", "host_title_id"),)
    id: Mapped[Id]
    title_id: Mapped[int] = _to("title.id")
    host_title_id: Mapped[int] = _to("title.id")
    agreement_reference: Mapped[str]
    agreement_on: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    transfers_rights: Mapped[bool] = mapped_column(server_default="false")
    act_id: Mapped[int | None] = _to("act.id")
    valid: Mapped[Held]
    known: Mapped[Known]


class Attribution(Table):
    """A portion of a zone, or a work area elsewhere, of a cooperative, on both clocks."""

    __tablename__ = "attribution"
    __table_args__ = (Index("attribution_by_area", "area_title_id"),)
    id: Mapped[Id]
    title_id: Mapped[int] = _to("title.id")
    area_title_id: Mapped[int] = _to("title.id")
    approval_reference: Mapped[str]
    approval_on: Mapped[date | None]
    act_id: Mapped[int | None] = _to("act.id")
    valid: Mapped[Held]
    known: Mapped[Known]


class Lease(Table):
    """A lease (amodiation) of a title, on both clocks."""

    __tablename__ = "lease"
    __table_args__ = (Index("lease_by_host", "host_title_id"),)
    id: Mapped[Id]
    title_id: Mapped[int] = _to("title.id")
    host_title_id: Mapped[int] = _to("title.id")
    act_id: Mapped[int | None] = _to("act.id")
    valid: Mapped[Held]
    known: Mapped[Known]


class GroundGroup(Table):
    """A group of kinds that exclude each other."""

    __tablename__ = "ground_group"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(unique=True)


class GroundGroupKind(Table):
    """Which kinds are in which group."""

    __tablename__ = "ground_group_kind"
    grp: Mapped[int] = mapped_column(ForeignKey("register.ground_group.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(ForeignKey("register.right_kind.kind"), primary_key=True)


ground_id = Sequence("ground_id", schema="register", metadata=Table.metadata)


class _Ground:
    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, server_default=ground_id.next_value()
    )
    title_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("register.title.id"))
    kind: Mapped[str] = mapped_column(ForeignKey("register.right_kind.kind"))
    held: Mapped[Held]
    known: Mapped[Known]
    runs: Mapped[list[list[int]]]
    cells: Mapped[int] = mapped_column(Computed("register.cells_of(runs)", persisted=True))
    on_lattice: Mapped[bool]
    flags: Mapped[Flags]
    geom: Mapped[Shape4326]
    geom_3857: Mapped[Shape3857]
    import_row_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("register.import_row.id")
    )
    opened_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("register.act.id"))
    closed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("register.act.id"))


def _ground_args(table: str) -> tuple[Any, ...]:
    return (
        CheckConstraint("upper_inf(held) or closed_by is not null"),
        Index(f"{table}_by_title", "title_id", "kind"),
        Index(f"{table}_by_import_row", "import_row_id"),
    )


class PerimeterVersion(_Ground, Table):
    """Ground held by a right or a zone, on both clocks."""

    __tablename__ = "perimeter_version"
    __table_args__ = _ground_args("perimeter_version")
    clip_line: Mapped[Any | None] = mapped_column(_shape("MULTILINESTRING", 4326))


class Claim(_Ground, Table):
    """Ground asked for by a pending application (demande)."""

    __tablename__ = "claim"
    __table_args__ = _ground_args("claim")


class RestrictedArea(_Ground, Table):
    """Ground under a restriction: ZRG, ZI, ZP, park."""

    __tablename__ = "restricted_area"
    __table_args__ = _ground_args("restricted_area")


class InheritedConflict(Table):
    """Ground of one group held by several titles at once in a register taken over."""

    __tablename__ = "inherited_conflict"
    id: Mapped[Id]
    grp: Mapped[int] = mapped_column(ForeignKey("register.ground_group.id"))
    import_id: Mapped[int] = _to("import_run.id")
    reason: Mapped[str]


class InheritedConflictParty(Table):
    """A title that takes part in an inherited conflict."""

    __tablename__ = "inherited_conflict_party"
    __table_args__ = (Index("inherited_conflict_party_by_conflict", "conflict_id"),)
    title_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("register.title.id"), primary_key=True, autoincrement=False
    )
    conflict_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("register.inherited_conflict.id"),
        primary_key=True,
        autoincrement=False,
    )


class InheritedConflictRun(Table):
    """A run of carrés under an inherited conflict."""

    __tablename__ = "inherited_conflict_run"
    __table_args__ = (Index("inherited_conflict_run_by_conflict", "conflict_id", "row"),)
    id: Mapped[Id]
    conflict_id: Mapped[int] = _to("inherited_conflict.id")
    grp: Mapped[int]
    row: Mapped[int]
    cols: Mapped[Cols]


class Occupancy(Table):
    """Who holds which carrés, in current belief. Written by triggers; no key, hence read only."""

    __tablename__ = "occupancy"
    __table_args__ = (Index("occupancy_by_version", "version_id"),)
    version_id: Mapped[Big]
    title_id: Mapped[Big]
    grp: Mapped[int]
    row: Mapped[int]
    cols: Mapped[Cols]
    held: Mapped[Held]
    excl: Mapped[Big]
    __mapper_args__ = {"primary_key": ["version_id", "grp", "row", "cols"]}  # noqa: RUF012


class OverlapRun(Table):
    """One audit of the whole register."""

    __tablename__ = "overlap_run"
    id: Mapped[Id]
    opened_revision: Mapped[int] = _to("revision.id")
    on_day: Mapped[date]
    as_known_revision: Mapped[int] = _to("revision.id")
    law_version: Mapped[str]
    grounds: Mapped[int]
    pairs: Mapped[int]
    cells: Mapped[Big]
    polygon_pairs: Mapped[int]


class OverlapFinding(Table):
    """An overlap (superposition) of two grounds with the law's word on it (constat)."""

    __tablename__ = "overlap_finding"
    __table_args__ = (
        UniqueConstraint("run_id", "a_ground_id", "b_ground_id"),
        Index("overlap_finding_by_a", "a_title_id", "run_id"),
        Index("overlap_finding_by_b", "b_title_id", "run_id"),
    )
    id: Mapped[Id]
    run_id: Mapped[int] = _to("overlap_run.id")
    a_title_id: Mapped[int] = _to("title.id")
    b_title_id: Mapped[int] = _to("title.id")
    a_ground_id: Mapped[Big]
    b_ground_id: Mapped[Big]
    exact: Mapped[bool]
    cells: Mapped[int | None]
    area_cells: Mapped[float]
    legal_area_ha: Mapped[Decimal | None]
    geodesic_area_m2: Mapped[float]
    share_a: Mapped[float]
    share_b: Mapped[float]
    tolerance_cells: Mapped[float]
    verdict: Mapped[str]
    reason: Mapped[str]
    article: Mapped[str]
    source: Mapped[str]
    confidence: Mapped[str]
    upper: Mapped[str | None]
    rule_version: Mapped[str]
    message: Mapped[dict[str, Any]]
    conditions: Mapped[Flags]
    default_verdict: Mapped[str | None]
    first_day: Mapped[date | None]
    runs: Mapped[list[list[int]] | None]
    geom: Mapped[Shape4326]
    geom_3857: Mapped[Shape3857]


class Account(Table):
    """A person who may sign in."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("oidc_issuer", "oidc_subject", name="account_oidc_key"),
        UniqueConstraint("id", "role", name="account_id_role_key"),
    )
    id: Mapped[Id]
    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default="true")
    authority: Mapped[str | None]
    province: Mapped[str | None]
    oidc_issuer: Mapped[str | None]
    oidc_subject: Mapped[str | None]


class AccountParty(Table):
    """A mandate: a holder for which a company account acts."""

    __tablename__ = "account_party"
    __table_args__ = (
        UniqueConstraint("account_id", "party_id"),
        ForeignKeyConstraint(
            ["account_id", "role"], ["register.account.id", "register.account.role"]
        ),
        Index("account_party_by_party", "party_id"),
    )
    id: Mapped[Id]
    account_id: Mapped[Big]
    party_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("register.party.id"))
    may_sign: Mapped[bool]
    role: Mapped[str] = mapped_column(Computed("'mabele_company'", persisted=True))


class Token(Table):
    """A token of a program; the program alone knows it."""

    __tablename__ = "token"
    __table_args__ = (Index("token_by_account", "account_id"),)
    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("register.account.id", ondelete="CASCADE")
    )
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    administers: Mapped[bool]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]


class SignedIn(Table):
    """A session of an account; its token is known to the browser alone."""

    __tablename__ = "session"
    __table_args__ = (Index("session_by_account", "account_id"),)
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("register.account.id", ondelete="CASCADE")
    )
    expires_at: Mapped[datetime]
