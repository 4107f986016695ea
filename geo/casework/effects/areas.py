"""What follows in the casework when artisanal ground is registered: its record, its zone file."""

from __future__ import annotations

from sqlalchemy import text

from geo.casework.content import Content
from geo.casework.operation.orders import KeepArea
from geo.casework.operation.record import Basis
from geo.casework.operation.writing import keep
from geo.casework.work import Version, Work
from geo.casework.writing import insert_version
from geo.errors import StepRefused
from geo.register.connection import CADASTRE
from geo.register.reader import Reader

_PARTY = text("select id from register.party where name = :name")
_OPEN = text(
    "insert into casework.case_file (machine, subject, state, since, title_id, opened_by, "
    "province) values ('zone', 'existing', 'draft', :at, :title, casework.my_account(), :province) "
    "returning id"
)
_STEP = text(
    "insert into casework.case_step (file_id, seq, action, from_state, to_state, at, reason, "
    "payload, version_number) values (:file, 1, 'take_up', 'draft', 'registered', :at, :reason, "
    "jsonb_build_object('made_by_file', cast(:made_by as bigint)), 1)"
)
_TAKEN = text(
    "select id from casework.case_file where machine = 'zone' and title_id = :title "
    "and id <> :file and filed_at is not null"
)


def keep_area(work: Work, title_id: int, *, egc: str | None = None) -> None:
    """Say that a title is an artisanal area from the day of its registration.

    ``egc`` is the name of EGC's party, where the ground is an allocation by agreement.
    """
    party = work.unit.connection.scalar(_PARTY, {"name": egc}) if egc else None
    order = KeepArea(
        on_day=min(work.act.on_day, work.day),
        basis=Basis.ALLOCATION if egc else Basis.ZONE,
        egc_acts=egc is not None or "egc" in work.file.involves,
        reference=work.act.reference[:300],
        egc_party_id=party,
    )
    keep(work.unit, title_id, order)


def open_zone_file(work: Work, title_id: int) -> int:
    """Open the file in which a zone made by route A is suspended, closed, and so on.

    The file says by which one the zone was made. It is the cadastre's own: opened and stepped as an
    officer's, which is not what the register's role may do.
    """
    with work.unit.acting_as(CADASTRE):
        return _opened(work, title_id)


def _opened(work: Work, title_id: int) -> int:
    values = {"at": work.at, "title": title_id, "province": work.file.province}
    file_id = int(work.unit.connection.scalar(_OPEN, values))
    content = Content(
        kind="ZEA", name=work.content.name, substances=work.content.substances or None
    )
    insert_version(work.unit, file_id, Version(1, content, work.version.perimeter), work.at)
    step = {
        "file": file_id,
        "at": work.at,
        "reason": f"{work.file.number}: art. 30 e",
        "made_by": work.file.id,
    }
    work.unit.connection.execute(_STEP, step)
    return file_id


def require_untaken(work: Work) -> None:
    """Refuse a second file of one zone. Asked while the register is held by this step alone."""
    other = work.unit.connection.scalar(_TAKEN, {"title": work.file.title_id, "file": work.file.id})
    if other is not None:
        raise StepRefused(
            f"the zone has a file already: {other}.", f"la zone a déjà un dossier : {other}."
        )


def require_zone_in_force(work: Work) -> None:
    """Refuse to take up what is no zone of the register that stands on the day."""
    title_id = work.file.title_id
    if title_id is None:
        raise StepRefused("name the zone of the register.", "nommez la zone du registre.")
    with work.unit.acting_as(CADASTRE):
        title = Reader(work.unit.connection).title(title_id, on=work.day)
    if title.kind != "ZEA" or not title.grounds:
        raise StepRefused(
            f"title {title_id} is no zone in force.", f"le titre {title_id} n’est pas une zone."
        )
