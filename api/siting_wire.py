"""Where an artisanal area could be, as programs read it: one shape for the API and ``--json``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import isfinite

from pydantic import BaseModel

from geo.law.outcomes import Finding
from geo.perimeter import Perimeter
from geo.siting.check import FILE_OF, Check, Killer
from geo.siting.ground import Right
from geo.siting.ranking import Standing
from geo.siting.sheet import Line
from geo.siting.site import Answer, Candidate, Part
from geo.siting.states import Said
from geo.siting.words import PUBLIC_ONLY, RESERVATIONS, ROUTES_B, STATES
from maps.style import Language

Run = list[int]


class FindingSaid(BaseModel):
    """What the law says on one point; ``about`` is the right or place, empty for the asking."""

    provision: str
    about: str
    outcome: str
    verdict: str
    article: str
    source: str
    confidence: str
    reason: str
    default: str | None
    message: str


class TitleSaid(BaseModel):
    """A title that lies on the ground; the holder as the asker may see it."""

    title_id: int | None
    name: str
    holder: str | None
    minerals: list[str]


class PartSaid(BaseModel):
    """Ground of one legal state on which the same things lie; runs are row, col_from, col_to."""

    state: str
    label: str
    cells: int
    because: list[FindingSaid]
    hosts: list[TitleSaid]
    route_b: str
    route_b_label: str
    route_b_with: list[str]
    runs: list[Run]


class StateCount(BaseModel):
    """How many carrés have a state."""

    state: str
    label: str
    cells: int


class LineSaid(BaseModel):
    """One line of a viability sheet; ``none_found`` where a layer tells that there is none."""

    key: str
    status: str
    text: str
    value: float | None
    none_found: bool
    unit: str | None
    name: str | None
    source: str | None
    scale: str | None
    vintage: date | None


class StandingSaid(BaseModel):
    """Where a candidate stands on one criterion, 0 best, and why that counts."""

    criterion: str
    name: str
    value: str | float | None
    place: int
    why: str


class KillerSaid(BaseModel):
    """A rule that would kill a candidate."""

    provision: str
    article: str
    if_: str
    message: str | None


class CheckSaid(BaseModel):
    """What a filing would be told: the file, its papers, what is asked for and what stays open."""

    way: str
    machine: str
    subject: str
    host: TitleSaid | None
    verdict: str
    papers: list[FindingSaid]
    asks: list[FindingSaid]
    open: list[FindingSaid]
    would_kill: list[KillerSaid]


class CandidateSaid(BaseModel):
    """A candidate: ground, state, checks, sheet, and where it stands on every criterion."""

    number: int
    cells: int
    legal_area_ha: str
    runs: list[Run]
    state: str
    label: str
    checks: list[CheckSaid]
    sheet: list[LineSaid]
    standings: list[StandingSaid]


class SitingAnswer(BaseModel):
    """The whole answer; ``parts`` is a page of them, the counts are those of all."""

    on: date
    law_version: str
    revision: int
    published_only: bool
    cells: int
    cells_in_water: int
    cells_alone: int
    states: list[StateCount]
    notes: list[str]
    classes_without_data: list[str]
    candidates: list[CandidateSaid]
    dropped_by_the_check: dict[str, int]
    parts_total: int
    parts: list[PartSaid]


def answer_said(
    answer: Answer, language: Language, offset: int = 0, limit: int | None = None
) -> SitingAnswer:
    """Return an answer in a language; ``offset`` and ``limit`` choose the page of parts."""
    end = None if limit is None else offset + limit
    notes = [RESERVATIONS, *([PUBLIC_ONLY] if answer.read.public else [])]
    restricted = answer.law.restricted
    return SitingAnswer(
        on=answer.on,
        law_version=answer.law.version,
        revision=answer.read.revision,
        published_only=answer.read.public,
        cells=answer.read.asked.count,
        cells_in_water=answer.wet.count,
        cells_alone=answer.alone.count,
        states=[
            StateCount(state=code, label=STATES[code].text(language), cells=cells)
            for code, cells in sorted(answer.cells_by_state.items(), key=lambda one: -one[1])
        ],
        notes=[note.text(language) for note in notes],
        classes_without_data=[restricted[name].name.text(language) for name in answer.unanswered],
        candidates=[_candidate(one, language) for one in answer.candidates],
        dropped_by_the_check=dict(answer.dropped),
        parts_total=len(answer.parts),
        parts=[part_said(part, language) for part in answer.parts[offset:end]],
    )


def part_said(part: Part, language: Language) -> PartSaid:
    """Return a part of the ground in a language."""
    state = part.state
    return PartSaid(
        state=state.code,
        label=STATES[state.code].text(language),
        cells=part.ground.count,
        because=[_said(one, language) for one in state.because],
        hosts=[_title(host) for host in state.hosts],
        route_b=state.route_b,
        route_b_label=ROUTES_B[state.route_b].text(language),
        route_b_with=[host.name for host in state.route_b_hosts],
        runs=_runs(part.ground),
    )


def _runs(ground: Perimeter) -> list[Run]:
    return ground.to_lists()


def _said(said: Said, language: Language) -> FindingSaid:
    return _finding(said.finding, language, said.item.name if said.item else "")


def _finding(found: Finding, language: Language, about: str | None = None) -> FindingSaid:
    return FindingSaid(
        provision=found.code,
        about=found.subject if about is None else about,
        outcome=found.outcome,
        verdict=found.verdict,
        article=found.article,
        source=found.source,
        confidence=found.confidence,
        reason=found.reason,
        default=found.default,
        message=found.message.text(language),
    )


def _title(right: Right) -> TitleSaid:
    return TitleSaid(
        title_id=right.title_id, name=right.name, holder=right.holder, minerals=list(right.minerals)
    )


def _candidate(one: Candidate, language: Language) -> CandidateSaid:
    return CandidateSaid(
        number=one.number,
        cells=one.ground.count,
        legal_area_ha=str(one.ground.legal_area_ha),
        runs=_runs(one.ground),
        state=one.state.code,
        label=STATES[one.state.code].text(language),
        checks=[_check(check, language) for check in one.checks],
        sheet=[_line(line, language) for line in one.sheet],
        standings=[_standing(standing, language) for standing in one.standings],
    )


def _check(check: Check, language: Language) -> CheckSaid:
    machine, subject = FILE_OF[check.way]
    return CheckSaid(
        way=check.way,
        machine=machine,
        subject=subject,
        host=_title(check.host) if check.host else None,
        verdict=check.judgement.verdict,
        papers=_findings(check.papers, language),
        asks=_findings(check.asks, language),
        open=_findings(check.open, language),
        would_kill=[_killer(killer, language) for killer in check.killers],
    )


def _findings(found: Sequence[Finding], language: Language) -> list[FindingSaid]:
    return [_finding(one, language) for one in found]


def _killer(killer: Killer, language: Language) -> KillerSaid:
    return KillerSaid(
        provision=killer.code,
        article=killer.article,
        if_=killer.why.text(language),
        message=killer.finding.message.text(language) if killer.finding else None,
    )


def _line(line: Line, language: Language) -> LineSaid:
    known = line.value is not None and isfinite(line.value)
    return LineSaid(
        key=line.key,
        status=line.status,
        text=line.text.text(language),
        value=round(line.value, 3) if line.value is not None and known else None,
        none_found=line.value is not None and not known,
        unit=line.unit,
        name=line.name,
        source=line.source,
        scale=line.scale,
        vintage=line.vintage,
    )


def _standing(standing: Standing, language: Language) -> StandingSaid:
    value = standing.value
    number = value if not isinstance(value, float) or isfinite(value) else None
    return StandingSaid(
        criterion=standing.criterion.key,
        name=standing.criterion.name.text(language),
        value=round(number, 3) if isinstance(number, float) else number,
        place=standing.place,
        why=standing.criterion.note.text(language),
    )
