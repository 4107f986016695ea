"""What the API says of conflicts, field by field. Instants are UTC; days are those of Kinshasa."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Row

from api.casework_wire import Words
from geo.casework.conflicts.opening import Reported
from geo.casework.conflicts.reading import ConflictRead
from geo.casework.machines.conflict import CONFLICT
from geo.law.values import Bilingual

T = TypeVar("T", bound=BaseModel)


class ReportedOut(BaseModel):
    """What became of a report: a case opened, or evidence added to the one of the same place."""

    file_id: int
    number: str | None
    state: str
    already_open: bool
    because: str | None
    distance_m: Decimal | None
    evidence_added: int
    reopened: bool
    awaits_reopening: bool
    message: Words

    @classmethod
    def of(cls, told: Reported) -> ReportedOut:
        """Return a report's answer."""
        same = told.same
        return cls(
            file_id=told.file_id,
            number=told.number,
            state=told.state,
            already_open=same is not None,
            because=same.because.value if same else None,
            distance_m=same.distance_m if same else None,
            evidence_added=told.added,
            reopened=told.reopened,
            awaits_reopening=told.awaits_reopening,
            message=Words.of(_message(told)),
        )


def _message(told: Reported) -> Bilingual:
    """Return what happened, in a sentence."""
    if told.same is None and told.number is None:
        return Bilingual("Brouillon enregistré.", "Draft kept.")
    if told.same is None:
        return Bilingual(f"Conflit {told.number} ouvert.", f"Conflict {told.number} opened.")
    fr, en = f"Déjà ouvert : {told.number}.", f"Already open: {told.number}."
    if told.reopened:
        return Bilingual(f"{fr} Rouvert sur ce fait nouveau.", f"{en} Reopened by it.")
    if told.awaits_reopening:
        return Bilingual(
            f"{fr} Il avait pris fin : l’administration décide de le rouvrir.",
            f"{en} It had ended: the office decides whether to reopen it.",
        )
    if not told.added:
        return Bilingual(f"{fr} Ce fait y est déjà.", f"{en} It has this fact already.")
    return Bilingual(f"{fr} Ajouté à ses éléments.", f"{en} Added to its evidence.")


class Kept(BaseModel):
    """The number of a record that was kept; null where the case has the same fact already."""

    id: int | None


class _OfRow(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class _Entered(_OfRow):
    """A record: who entered it (null: not for these eyes), and in which revision."""

    id: int
    entered_by: str | None
    revision: int


class EvidenceOut(_Entered):
    """Evidence. ``file_id`` is another case's where that one was joined to this.

    ``on_day`` null: not stated. ``known``: what was known of it when it was added.
    """

    file_id: int
    kind: str
    on_day: date | None
    finding_id: int | None
    observation_id: int | None
    alert_id: int | None
    document_sha256: str | None
    text: str | None
    known: dict[str, Any]
    runs: list[tuple[int, int, int]] | None
    sites: list[str]
    place: dict[str, Any] | None
    belongs: str | None
    distance_m: Decimal | None


class PartyOut(_OfRow):
    """A party; its name is null where it is withheld."""

    id: int
    part: str
    party_id: int | None
    name: str | None
    on_day: date


class PositionOut(_Entered):
    """A party's position, or that it gave none when asked."""

    conflict_party_id: int
    on_day: date
    text: str
    answered: bool
    confidential: bool


class MeetingOut(_Entered):
    """A meeting of the mediation."""

    on_day: date
    place: str
    attended: list[int]
    outcome: str
    text: str
    minutes_sha256: str | None


class SettlementOut(_Entered):
    """A settlement, with the file that carries it out and that file's state where one sees it."""

    on_day: date
    kind: str
    text: str
    carried_by: int | None
    carried_by_number: str | None
    carried_by_machine: str | None
    carried_by_state: str | None


class TermOut(_Entered):
    """Until when something is awaited, as the office set it."""

    on_day: date
    due_on: date
    text: str


class ConflictOut(BaseModel):
    """A case, and everything in it that the asker may see."""

    id: int
    number: str | None
    subject: str
    subject_label: Words
    state: str
    state_label: Words
    steps: int
    since: datetime
    province: str | None
    titles: list[int]
    near_m: Decimal
    merged_into: int | None
    joined: list[int]
    awaits_reopening: bool
    evidence: list[EvidenceOut]
    parties: list[PartyOut]
    positions: list[PositionOut]
    meetings: list[MeetingOut]
    settlements: list[SettlementOut]
    terms: list[TermOut]

    @classmethod
    def of(cls, read: ConflictRead) -> ConflictOut:
        """Return a case as it was read."""
        file, about = read.file, read.about
        return cls(
            id=file.id,
            number=file.number,
            subject=file.subject,
            subject_label=Words.of(CONFLICT.subjects[file.subject]),
            state=file.state,
            state_label=Words.of(CONFLICT.by_state[file.state].label),
            steps=file.steps,
            since=file.since,
            province=file.province,
            titles=about.titles,
            near_m=about.near_m,
            merged_into=about.merged_into,
            joined=about.joined,
            awaits_reopening=read.awaits_reopening,
            evidence=_all(EvidenceOut, read.evidence),
            parties=_all(PartyOut, read.parties),
            positions=_all(PositionOut, read.positions),
            meetings=_all(MeetingOut, read.meetings),
            settlements=_all(SettlementOut, read.settlements),
            terms=_all(TermOut, read.terms),
        )


def _all(kind: type[T], rows: Sequence[Row[Any]]) -> list[T]:
    return [kind.model_validate(row) for row in rows]


class ListedConflict(_OfRow):
    """A case in a list; ``due_on`` null: nobody set a term."""

    id: int
    number: str | None
    subject: str
    state: str
    steps: int
    since: datetime
    province: str | None
    titles: list[int]
    due_on: date | None
    awaited: str | None
    evidence: int


class ConflictCount(_OfRow):
    """How many cases there are; ``province`` null: not stated."""

    province: str | None
    subject: str
    state: str
    cases: int
