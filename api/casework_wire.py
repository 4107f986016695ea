"""What the API says of files, field by field. Instants are UTC; days are those of Kinshasa."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import Row

from geo.casework.clocks import Running
from geo.casework.content import Content
from geo.casework.documents import KINDS
from geo.casework.dossier import Dossier, FileThen, Listed
from geo.casework.files import Draft
from geo.casework.judging import Judged
from geo.casework.machine import Machine, Transition
from geo.casework.machines import MACHINES
from geo.casework.work import CaseFile
from geo.grid import DRC
from geo.law.outcomes import Finding
from geo.law.rulings import SettledFinding
from geo.law.values import Bilingual
from geo.perimeter import Perimeter
from geo.register.people import ROLE_OF, Role

Storable = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=4000)]
Short = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200, min_length=1)]
Run = tuple[int, int, int]
Runs = Annotated[list[Run], Field(max_length=50_000)]


class Words(BaseModel):
    """A label in both languages."""

    fr: str
    en: str

    @classmethod
    def of(cls, label: Bilingual) -> Words:
        """Return a label of ours."""
        return cls(fr=label.fr, en=label.en)


class DraftIn(BaseModel):
    """A file to open. ``runs`` are row, first column, column after the last.

    ``paper_received_at`` with its reason: for an application received on paper.
    """

    machine: Short
    subject: Short
    content: Content
    runs: Runs | None = None
    party_id: int | None = None
    title_id: int | None = None
    host_title_id: int | None = None
    province: Short | None = None
    co_holders: list[int] = Field(default=[], max_length=50)
    lessees: list[int] = Field(default=[], max_length=50)
    paper_received_at: datetime | None = None
    paper_reason: Storable | None = None

    def draft(self) -> Draft:
        """Return the draft that is asked for."""
        parties = [(party, "co_holder") for party in self.co_holders]
        parties += [(party, "lessee") for party in self.lessees]
        return Draft(
            machine=self.machine,
            subject=self.subject,
            content=self.content,
            perimeter=perimeter_of(self.runs),
            party_id=self.party_id,
            title_id=self.title_id,
            host_title_id=self.host_title_id,
            province=self.province,
            co_parties=tuple(parties),
            paper_received_at=self.paper_received_at,
            paper_reason=self.paper_reason,
        )


class VersionIn(BaseModel):
    """Another version of what a file asks for; ``expected_version`` is the one it replaces."""

    content: Content
    runs: Runs | None = None
    expected_version: int


class ActIn(BaseModel):
    """The act that a step rests on."""

    reference: Short
    on_day: date
    note: Storable | None = None


class StepIn(BaseModel):
    """A step to take: how many steps the file had, and which version was read, when it was decided.

    Whoever files or confirms says which version was read; null is for a program that reads none.
    """

    action: Short
    expected_steps: int
    expected_version: int | None = None
    reason: Storable = ""
    act: ActIn | None = None
    payload: dict[str, Any] = Field(default={}, max_length=50)


class ConsentIn(BaseModel):
    """A consent to the newest version of a file, given for a party that one signs for."""

    party_id: int
    expected_version: int


class Clock(BaseModel):
    """Who holds a file, since when, and until when; ``days_left`` is negative once it is late.

    ``earliest`` and ``latest`` differ where it is not certain that offices work on a day between.
    """

    held_by: Role | None
    since: date
    clock: str | None
    earliest: date | None
    latest: date | None
    days_left: int | None

    @classmethod
    def of(cls, running: Running) -> Clock:
        """Return a running clock."""
        deadline = running.deadline
        return cls(
            held_by=running.with_role,
            since=running.since,
            clock=running.clock,
            earliest=deadline.earliest if deadline else None,
            latest=deadline.latest if deadline else None,
            days_left=running.days_left,
        )


class FileOut(BaseModel):
    """A file in a list."""

    id: int
    machine: str
    machine_label: Words
    subject: str
    subject_label: Words
    number: str | None
    state: str
    state_label: Words
    steps: int
    title_id: int | None
    host_title_id: int | None
    party_id: int | None
    province: str | None
    on_paper: bool
    paper_received_at: datetime | None
    filed_at: datetime | None
    entered_at: datetime | None
    clock: Clock

    @classmethod
    def of(cls, listed: Listed) -> FileOut:
        """Return a file of a list."""
        return cls(**file_fields(listed.file, listed.clock))


def file_fields(file: CaseFile, clock: Running) -> dict[str, Any]:
    """Return the fields of a file that lists and dossiers share."""
    machine = MACHINES[file.machine]
    return {
        "id": file.id,
        "machine": file.machine,
        "machine_label": Words.of(machine.label),
        "subject": file.subject,
        "subject_label": Words.of(machine.subjects[file.subject]),
        "number": file.number,
        "state": file.state,
        "state_label": Words.of(machine.by_state[file.state].label),
        "steps": file.steps,
        "title_id": file.title_id,
        "host_title_id": file.host_title_id,
        "party_id": file.party_id,
        "province": file.province,
        "on_paper": file.paper_received_at is not None,
        "paper_received_at": file.paper_received_at,
        "filed_at": file.filed_at,
        "entered_at": file.entered_at,
        "clock": Clock.of(clock),
    }


class ActionOut(BaseModel):
    """A step that the asker's role may take now, and what it needs."""

    action: str
    label: Words
    to_state: str
    needs: list[str]
    needs_labels: list[Words]
    needs_reason: bool
    needs_act: bool
    needs_another_person_than: list[str]

    @classmethod
    def of(cls, step: Transition) -> ActionOut:
        """Return a transition."""
        return cls(
            action=step.action,
            label=Words.of(step.label),
            to_state=step.target,
            needs=list(step.needs),
            needs_labels=[Words.of(KINDS[kind]) for kind in step.needs],
            needs_reason=step.needs_reason,
            needs_act=step.needs_act,
            needs_another_person_than=list(step.differs_from),
        )


class StepOut(BaseModel):
    """A step that was taken."""

    seq: int
    action: str
    label: Words
    from_state: str
    to_state: str
    actor: str | None
    role: Role
    at: datetime
    reason: str
    payload: dict[str, Any]
    version_number: int | None
    due_on: date | None
    revision: int


class VersionOut(BaseModel):
    """A version of what a file asks for, with its legal area (a count) and its true one."""

    number: int
    at: datetime
    made_by: str | None
    content: Content
    runs: list[Run] | None
    cells: int | None
    legal_area_ha: Decimal | None
    geodesic_area_m2: float | None


class Ground(BaseModel):
    """Carrés as runs, and how many they are."""

    runs: list[Run]
    cells: int

    @classmethod
    def of(cls, perimeter: Perimeter) -> Ground:
        """Return a perimeter."""
        runs = [(row, low, high) for row, low, high in perimeter.to_lists()]
        return cls(runs=runs, cells=perimeter.count)


class Compared(BaseModel):
    """What a version gains and loses against another."""

    gained: Ground
    lost: Ground

    @classmethod
    def of(cls, before: Perimeter | None, after: Perimeter | None) -> Compared:
        """Return the difference of two versions; one without carrés has none."""
        old, new = before or Perimeter.empty(), after or Perimeter.empty()
        return cls(gained=Ground.of(new - old), lost=Ground.of(old - new))


class FileThenOut(BaseModel):
    """How a file stood at the end of a day; no version: there was nothing of it yet."""

    state: str
    steps: int
    version: int | None
    ground: Ground | None

    @classmethod
    def of(cls, then: FileThen) -> FileThenOut:
        """Return a file as it stood."""
        version = then.version
        runs = version.runs if version else None
        return cls(
            state=then.state,
            steps=then.steps,
            version=version.number if version else None,
            ground=Ground.of(Perimeter.from_runs(runs, DRC)) if runs else None,
        )


class DocumentOut(BaseModel):
    """A document of a file."""

    id: int
    kind: str
    label: Words
    name: str
    media_type: str
    bytes: int
    sha256: str
    reference: str | None
    signatory: str | None
    signed_on: date | None
    at: datetime
    restricted: bool


class JudgementOut(BaseModel):
    """What the law said at a step; ``settled_verdict`` counts the rulings in force."""

    id: int
    version_number: int
    step_seq: int | None
    moment: str
    day: date
    rules_on: date
    law_version: str
    verdict: str
    settled_verdict: str
    at: datetime


class FindingOut(BaseModel):
    """A finding of the law. ``verdict`` is its own; ``settled`` is after a ruling."""

    code: str
    subject: str
    rule: str
    outcome: str
    verdict: str
    settled: str
    severity: str
    reason: str
    article: str
    source: str
    confidence: str
    default: str | None
    first_day: date | None
    message: Words
    runs: list[Run] | None
    cells: int | None
    rules_on: date
    ruling_id: int | None

    @classmethod
    def of(cls, settled: SettledFinding) -> FindingOut:
        """Return a finding just made."""
        return cls(
            **finding_fields(settled.finding),
            settled=settled.verdict.value,
            ruling_id=settled.ruling.id if settled.ruling else None,
        )


class Checked(BaseModel):
    """What the law would say now; nothing is kept."""

    day: date
    rules_on: date
    verdict: str
    findings: list[FindingOut]

    @classmethod
    def of(cls, judged: Judged) -> Checked:
        """Return what was judged."""
        return cls(
            day=judged.day,
            rules_on=judged.rules_on,
            verdict=judged.settled.verdict.value,
            findings=[FindingOut.of(one) for one in judged.settled.findings],
        )


def finding_fields(found: Finding) -> dict[str, Any]:
    """Return a finding as the wire has it, before rulings."""
    return {
        "code": found.code,
        "subject": found.subject,
        "rule": found.rule,
        "outcome": found.outcome.value,
        "verdict": found.verdict.value,
        "severity": found.severity.value,
        "reason": found.reason,
        "article": found.article,
        "source": found.source,
        "confidence": found.confidence.value,
        "default": found.default.value if found.default else None,
        "first_day": found.first_day,
        "message": Words.of(found.message),
        "runs": found.cells.to_lists() if found.cells else None,
        "cells": found.cells.count if found.cells else None,
        "rules_on": found.rules_on,
    }


class PartyOut(BaseModel):
    """A party of a file; ``consents`` to its newest version. The name is null where withheld."""

    party_id: int
    part: str
    name: str | None
    consents: bool


class OpinionOut(BaseModel):
    """An opinion that an authority was asked for, with its answer once it gave one."""

    id: int
    authority: str
    province: str | None
    asked_at: datetime
    due_on: date | None
    answer: str | None
    text: str | None
    answered_at: datetime | None
    document_id: int | None


class DossierOut(FileOut):
    """The whole of a file, as the asker may see it."""

    actions: list[ActionOut]
    history: list[StepOut]
    versions: list[VersionOut]
    documents: list[DocumentOut]
    judgements: list[JudgementOut]
    parties: list[PartyOut]
    opinions: list[OpinionOut]

    @classmethod
    def from_dossier(cls, whole: Dossier, role: Role) -> DossierOut:
        """Return a dossier with what a role may do now."""
        machine = MACHINES[whole.file.machine]
        return cls(
            **file_fields(whole.file, whole.clock),
            actions=[ActionOut.of(t) for t in machine.steps_from(whole.file.state, role)],
            history=[_step(machine, row) for row in whole.steps],
            versions=[_version(row) for row in whole.versions],
            documents=[_document(row) for row in whole.documents],
            judgements=[JudgementOut(**_mapping(row)) for row in whole.judgements],
            parties=[PartyOut(**_mapping(row)) for row in whole.parties],
            opinions=[OpinionOut(**_mapping(row)) for row in whole.opinions],
        )


def _mapping(row: Row[Any]) -> Mapping[str, Any]:
    return dict(row._mapping)


def _step(machine: Machine, row: Row[Any]) -> StepOut:
    taken = machine.step(row.action, row.from_state)
    words = Words.of(taken.label) if taken else Words(fr=row.action, en=row.action)
    return StepOut(**{**_mapping(row), "role": ROLE_OF[row.role], "label": words})


def _version(row: Row[Any]) -> VersionOut:
    ground = None if row.runs is None else Perimeter.from_runs(row.runs, DRC)
    return VersionOut(
        number=row.number,
        at=row.at,
        made_by=row.made_by,
        content=Content.model_validate(row.content),
        runs=row.runs,
        cells=ground.count if ground else None,
        legal_area_ha=ground.legal_area_ha if ground else None,
        geodesic_area_m2=ground.geodesic_area_m2 if ground else None,
    )


def _document(row: Row[Any]) -> DocumentOut:
    return DocumentOut(**{**_mapping(row), "label": Words.of(KINDS[row.kind])})


def perimeter_of(runs: list[Run] | None) -> Perimeter | None:
    """Return the perimeter of runs received.

    Raises
    ------
    GridError : a run is empty or lies outside the world.
    """
    return Perimeter.from_runs(runs, DRC) if runs else None
