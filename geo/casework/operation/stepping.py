"""Steps of an area's operation, by the area instead of the number of its file."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from geo.casework.files import StepTaken, take_step
from geo.casework.office import Office
from geo.casework.work import StepOrder
from geo.errors import NotFound
from geo.register.connection import UnitOfWork
from geo.register.people import Actor

_FILE = text(
    "select id, number, steps from casework.case_file "
    "where machine = 'operation' and title_id = :area and filed_at is not null"
)


@dataclass(frozen=True, slots=True)
class AreaFile:
    """The file of an area's operation; ``steps`` is how many were taken."""

    id: int
    number: str
    steps: int


def file_of_area(unit: UnitOfWork, area_title_id: int) -> AreaFile | None:
    """Return the file of an area's operation, None where there is none that the reader may see."""
    row = unit.connection.execute(_FILE, {"area": area_title_id}).one_or_none()
    return None if row is None else AreaFile(row.id, row.number, row.steps)


def step_area(
    office: Office,
    actor: Actor,
    area_title_id: int,
    action: str,
    reason: str,
    expected_steps: int,
) -> StepTaken:
    """Take a step of an area's operation (:func:`geo.casework.files.take_step`).

    Raises
    ------
    NotFound : the area has no operation file that the actor may see.
    """
    with office.at_work(actor, "") as unit:
        file = file_of_area(unit, area_title_id)
    if file is None:
        raise NotFound(f"area {area_title_id} has no operation file that you may see. Open one.")
    order = StepOrder(reason=reason)
    return take_step(office, actor, file.id, action, order, expected_steps=expected_steps)
