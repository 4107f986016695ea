"""Storing deliveries of activity: whole, once, with the ground and the days that were surveyed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from psycopg import errors as pg
from sqlalchemy import exc as sa
from sqlalchemy import text

from geo.errors import FileRefused, InputError, NotFound, NotPermitted, RegisterError
from geo.periods import Period
from geo.register.activity.extents import Extent
from geo.register.activity.rows import write_rows
from geo.register.connection import REGISTER, UnitOfWork, driver_error
from geo.register.received import keep_file
from geo.register.rowfacts import clean_text
from geo.sources.activity.rows import ActivityReading

Kind = Literal["sites", "detections", "raster"]
FileKept = Literal["open", "sealed", "described"]

_SOURCE = text("select id, public from activity.source where code = :code")
_NEW_SOURCE = text(
    "insert into activity.source (code, name, kind, publisher, licence, citation, method, public, "
    "opened_revision) values (:code, :name, :kind, :publisher, :licence, :citation, :method, "
    ":public, :revision) returning id"
)
_SAME_FILE = text(
    "select d.id, d.opened_revision as revision, d.kept, d.refused, d.file_kept "
    "from activity.delivery d join register.received_file f on f.id = d.file_id "
    "where d.source_id = :source and f.sha256 = :sha256 "
    "and not exists (select from activity.delivery n where n.replaces = d.id)"
)
_REPLACED = text(
    "select d.source_id, (select n.id from activity.delivery n where n.replaces = d.id) as by "
    "from activity.delivery d where d.id = :id"
)
_NEW_DELIVERY = text(
    "insert into activity.delivery (source_id, file_id, file_name, schema, features, kept, "
    "refused, dropped, file_kept, replaces, delivered_by, opened_revision) "
    "values (:source, :file, :name, :schema, :features, :kept, :refused, :dropped, :file_kept, "
    ":replaces, 0, :revision) returning id"
)
_NEW_SURVEY = text(
    "insert into activity.survey (source_id, delivery_id, basis, extent, during, known) values "
    "(:source, :delivery, :basis, st_geomfromwkb(:extent, 4326), case when :dated then "
    "daterange(cast(:since as date), cast(:until as date)) end, int8range(:revision, null))"
)
_SEALED = text("insert into activity.sealed_content (delivery_id, content) values (:id, :content)")
_DESCRIBED = text(
    "insert into register.received_file (sha256, name, bytes) values (:sha256, :name, :bytes) "
    "on conflict (sha256) do nothing"
)


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a source says of itself. ``public`` is fixed for the life of the source."""

    name: str
    kind: Kind
    public: bool
    publisher: str | None = None
    licence: str | None = None
    citation: str | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file of a source as read, with what its sender states of the survey behind it.

    Parameters
    ----------
    content : the bytes of the file as received.
    during : the days of the survey; None: the source does not state them.
    facts : of the source; needed with its first delivery, refused with a later one.
    replaces : number of the delivery of the same source whose place it takes.
    """

    source: str
    reading: ActivityReading
    content: bytes
    extent: Extent
    during: Period | None
    facts: SourceFacts | None = None
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a delivery. ``unchanged``: this very file is stored already."""

    id: int
    revision: int
    kept: int
    refused: int
    file_kept: FileKept
    unchanged: bool = False


def store_delivery(unit: UnitOfWork, delivery: Delivery) -> Stored:
    """Store a delivery under the account that acts, or say that this very file is stored already.

    The file as received is kept. Where it holds sensitive columns it is kept for administrators
    alone, if its sensitive facts were kept, and described by name, size and checksum otherwise:
    what is dropped at the door must not lie behind it.

    Raises
    ------
    FileRefused : the bytes are not those that were read.
    InputError : the source is new and not described, or described again, or nothing can be kept.
    NotFound, RegisterError : the delivery to replace does not exist, or is replaced already.
    NotPermitted : no officer or supervisor acts.
    """
    _require_sound(delivery)
    source = unit.connection.execute(_SOURCE, {"code": delivery.source}).one_or_none()
    same = None if source is None else _stored_before(unit, delivery, source.id)
    if same is not None:
        return same
    _require_facts(delivery, known=source is not None)
    with _asking(delivery):
        revision = unit.open_revision()
        with unit.acting_as(REGISTER):
            source_id = _source(unit, delivery, revision)
            same = _stored_before(unit, delivery, source_id)
            if same is not None:
                return same
            _require_replaceable(unit, delivery, source_id)
            kept_as = _how_kept(delivery.reading)
            number = _delivery(unit, delivery, source_id, kept_as, revision)
            _survey(unit, delivery, source_id, number, revision)
            write_rows(unit, delivery.reading, source_id, number, revision)
    reading = delivery.reading
    return Stored(number, revision, len(reading.rows), reading.refused, kept_as)


def _require_sound(delivery: Delivery) -> None:
    reading = delivery.reading
    if hashlib.sha256(delivery.content).hexdigest() != reading.sha256:
        raise FileRefused(
            reading.file, "its content changed after it was read", "Deliver it once more."
        )
    if not reading.rows and reading.features:
        raise InputError(f"{reading.file}: none of its {reading.features} rows can be kept.")


def _require_facts(delivery: Delivery, *, known: bool) -> None:
    if known and delivery.facts is not None:
        raise InputError(
            f"source “{delivery.source}” is described already; what it says of itself stays. "
            "Deliver without describing it."
        )
    if not known and delivery.facts is None:
        raise InputError(
            f"source “{delivery.source}” is not known yet. Describe it with its first delivery: "
            "name, kind, and whether it is public."
        )


def _source(unit: UnitOfWork, delivery: Delivery, revision: int) -> int:
    found = unit.connection.execute(_SOURCE, {"code": delivery.source}).one_or_none()
    if found is not None:
        return int(found.id)
    facts = delivery.facts
    if facts is None:
        raise NotFound(f"there is no source “{delivery.source}” of activity.")
    values = {name: getattr(facts, name) for name in SourceFacts.__slots__}
    values |= {"code": delivery.source, "revision": revision}
    return int(unit.connection.scalar(_NEW_SOURCE, values))


def _stored_before(unit: UnitOfWork, delivery: Delivery, source_id: int) -> Stored | None:
    asked = {"source": source_id, "sha256": delivery.reading.sha256}
    found = unit.connection.execute(_SAME_FILE, asked).one_or_none()
    if found is None or found.id == delivery.replaces:
        return None
    return Stored(
        found.id, found.revision, found.kept, found.refused, found.file_kept, unchanged=True
    )


def _require_replaceable(unit: UnitOfWork, delivery: Delivery, source_id: int) -> None:
    if delivery.replaces is None:
        return
    found = unit.connection.execute(_REPLACED, {"id": delivery.replaces}).one_or_none()
    if found is None or found.source_id != source_id:
        raise NotFound(f"source “{delivery.source}” has no delivery {delivery.replaces}.")
    if found.by is not None:
        raise RegisterError(
            f"delivery {delivery.replaces} is replaced already, by delivery {found.by}. "
            "Replace that one."
        )


def _how_kept(reading: ActivityReading) -> FileKept:
    if any(row.sensitive for row in reading.rows):
        return "sealed"
    return "described" if reading.dropped else "open"


def _delivery(
    unit: UnitOfWork, delivery: Delivery, source_id: int, kept_as: FileKept, revision: int
) -> int:
    reading = delivery.reading
    values = {
        "source": source_id,
        "file": _file(unit, delivery, kept_as),
        "name": clean_text(reading.file),
        "schema": reading.schema,
        "features": reading.features,
        "kept": len(reading.rows),
        "refused": reading.refused,
        "dropped": list(reading.dropped),
        "file_kept": kept_as,
        "replaces": delivery.replaces,
        "revision": revision,
    }
    number = int(unit.connection.scalar(_NEW_DELIVERY, values))
    if kept_as == "sealed":
        unit.connection.execute(_SEALED, {"id": number, "content": delivery.content})
    return number


def _file(unit: UnitOfWork, delivery: Delivery, kept_as: FileKept) -> int:
    reading = delivery.reading
    if kept_as == "open":
        return keep_file(unit, reading.file, reading.sha256, delivery.content)
    described = {
        "sha256": reading.sha256,
        "name": clean_text(reading.file),
        "bytes": len(delivery.content),
    }
    unit.connection.execute(_DESCRIBED, described)
    known = text("select id from register.received_file where sha256 = :sha256")
    return int(unit.connection.scalar(known, described) or 0)


def _survey(
    unit: UnitOfWork, delivery: Delivery, source_id: int, number: int, revision: int
) -> None:
    during = delivery.during
    values = {
        "source": source_id,
        "delivery": number,
        "basis": delivery.extent.basis,
        "extent": delivery.extent.ground.wkb,
        "dated": during is not None,
        "since": None if during is None else during.start,
        "until": None if during is None else during.end,
        "revision": revision,
    }
    unit.connection.execute(_NEW_SURVEY, values)


@contextmanager
def _asking(delivery: Delivery) -> Iterator[None]:
    """Say what the database refuses in the words of the register."""
    try:
        yield
    except sa.DBAPIError as error:
        cause = driver_error(error)
        if isinstance(cause, pg.InsufficientPrivilege):
            raise NotPermitted(
                "activity is stored by an officer or a supervisor of the cadastre who acts."
            ) from error
        if isinstance(cause, pg.UniqueViolation):
            raise RegisterError(
                f"“{delivery.reading.file}” of source “{delivery.source}” was stored in the "
                "meantime. Read the deliveries again."
            ) from error
        raise
