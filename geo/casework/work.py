"""What a step works with: the file as it is, what it asks for, who acts, and the order given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from geo.casework.content import Content
from geo.casework.machine import Machine, Transition
from geo.casework.office import Office
from geo.errors import StepRefused
from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork
from geo.register.orders import ActOrder
from geo.register.people import Actor

if TYPE_CHECKING:
    from geo.casework.judging import Judged


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file as one person sees it. ``steps`` counts the steps taken; ``since``: the last one.

    ``kind`` is the kind of right that its newest version asks for.
    """

    id: int
    machine: str
    subject: str
    number: str | None
    state: str
    steps: int
    since: datetime
    title_id: int | None
    host_title_id: int | None
    party_id: int | None
    opened_by: int
    involves: tuple[str, ...]
    province: str | None
    paper_received_at: datetime | None
    paper_reason: str | None
    filed_at: datetime | None
    entered_at: datetime | None
    kind: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of what a file asks for; ``perimeter`` None where no ground is asked for."""

    number: int
    content: Content
    perimeter: Perimeter | None


@dataclass(frozen=True, slots=True)
class StepOrder:
    """What the person says with a step; ``payload`` is checked by the machine that takes it."""

    reason: str = ""
    act: ActOrder | None = None
    payload: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True)
class Work:
    """A step under way, in its transaction.

    ``documents`` are the kinds that lie in the file. ``judged`` is the law's word where the step
    asks for it. Effects run with the register's role taken; ``seq`` is the number of the step.
    """

    unit: UnitOfWork
    office: Office
    actor: Actor
    machine: Machine
    transition: Transition
    file: CaseFile
    version: Version
    order: StepOrder
    at: datetime
    day: date
    documents: frozenset[str]
    seq: int = 0
    judged: Judged | None = None

    @property
    def content(self) -> Content:
        """What is asked for."""
        return self.version.content

    @property
    def ground(self) -> Perimeter:
        """The carrés asked for.

        Raises
        ------
        StepRefused : the file names none.
        """
        if not self.version.perimeter:
            raise StepRefused(
                "the file names no carré. Draw its perimeter first.",
                "le dossier n’indique aucun carré. Dessinez d’abord son périmètre.",
            )
        return self.version.perimeter

    @property
    def act(self) -> ActOrder:
        """The act that the step rests on.

        Raises
        ------
        StepRefused : none was named.
        """
        if self.order.act is None:
            raise StepRefused(
                "the step rests on an act: give its reference and its day.",
                "l’étape repose sur un acte : donnez sa référence et sa date.",
            )
        return self.order.act
