"""What the API says of artisanal areas together: the list, their words, who works where in one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from api.operation_wire import IssueOut, sentence
from api.wire import Sentence
from geo.casework.machines import MACHINES
from geo.casework.operation.asking import value_on
from geo.casework.operation.features import DRAWN_AS, KIND_NAMES, FeatureKind
from geo.casework.operation.layout_check import LayoutCheck
from geo.casework.operation.listing import AreaLine
from geo.casework.operation.record import AreaState, Basis
from geo.casework.operation.words import BASIS_NAMES, LEVEL_NAMES
from geo.law.values import Law
from geo.register.inner_views import AttributionView

_SHAPES = ("Polygon", "LineString", "Point")
_STATES = {state.code: state.label for state in MACHINES["operation"].states}


class AreaLineOut(BaseModel):
    """An artisanal area in a list; ``incidents`` null: not for this reader.

    A cooperative whose name is not public is null for a company.
    """

    title_id: int
    code: str | None
    kind: str | None
    basis: Basis
    basis_label: Sentence
    egc_acts: bool
    kept_on: date
    reference: str
    state: AreaState
    state_label: Sentence
    state_since: date | None
    cells: int
    held_from: date | None
    ends_on: date | None
    cooperatives: list[str | None]
    findings: int
    incidents: int | None

    @classmethod
    def of(cls, line: AreaLine) -> AreaLineOut:
        """Return a line as the page sees it."""
        return cls(
            title_id=line.title_id,
            code=line.code,
            kind=line.kind,
            basis=line.basis,
            basis_label=sentence(BASIS_NAMES[line.basis]),
            egc_acts=line.egc_acts,
            kept_on=line.kept_on,
            reference=line.reference,
            state=line.state,
            state_label=state_said(line.state),
            state_since=line.state_since,
            cells=line.cells,
            held_from=line.held_from,
            ends_on=line.ends_on,
            cooperatives=list(line.cooperatives),
            findings=line.findings,
            incidents=line.incidents,
        )


def state_said(state: AreaState) -> Sentence:
    """Return what a state of an operation is called."""
    label = _STATES[state.value]
    return Sentence(fr=label.fr, en=label.en)


class KindOut(BaseModel):
    """A kind of feature of a layout; ``drawn_as`` is Polygon, LineString or Point."""

    code: FeatureKind
    label: Sentence
    drawn_as: list[str]
    takes: str | None
    """``depth_m`` or ``width_m``, where the kind has such a measure."""


class LevelOut(BaseModel):
    """A level of the single scale; ``effect`` and ``article`` as the law data of today has them."""

    level: int
    label: Sentence
    effect: str | None
    article: str


class OperationWords(BaseModel):
    """What a page must know to draw a layout and to name what it reads."""

    kinds: list[KindOut]
    levels: list[LevelOut]
    max_features: int


_TAKES = {FeatureKind.PIT: "depth_m", FeatureKind.EXCLUSION_STRIP: "width_m"}


def words_said(law: Law, day: date, max_features: int) -> OperationWords:
    """Return kinds and levels, with the effects that the law data of a day gives to these."""
    return OperationWords(
        kinds=[
            KindOut(
                code=kind,
                label=sentence(KIND_NAMES[kind]),
                drawn_as=[shape for shape in _SHAPES if shape in DRAWN_AS[kind]],
                takes=_TAKES.get(kind),
            )
            for kind in FeatureKind
        ],
        levels=[_level(law, day, level) for level in LEVEL_NAMES],
        max_features=max_features,
    )


def _level(law: Law, day: date, level: int) -> LevelOut:
    rule = f"standard.level.{level}"
    dated = law.parameters[rule].timeline.on(day) if rule in law.parameters else None
    effect = value_on(law, day, rule)
    return LevelOut(
        level=level,
        label=sentence(LEVEL_NAMES[level]),
        effect=None if effect is None else str(effect),
        article=dated.reference.article if dated else "",
    )


class LayoutChecked(BaseModel):
    """What a check says of a drawing that is not kept, by the law and the ground of a day."""

    on: date
    law_version: str
    tolerance_deg: Decimal
    issues: list[IssueOut]

    @classmethod
    def of(cls, check: LayoutCheck) -> LayoutChecked:
        """Return a check as the page sees it."""
        return cls(
            on=check.day,
            law_version=check.law_version,
            tolerance_deg=check.tolerance_deg,
            issues=[IssueOut.of(issue) for issue in check.issues],
        )


class AttributionOut(BaseModel):
    """A portion or a work area of a cooperative; ``cooperative`` null: its name is not public.

    ``file_id`` is the file of the attribution, where the reader may see it, with its state.
    ``runs`` are [row, first column, last column exclusive] in carrés of 30 arc-seconds.
    """

    title_id: int
    code: str | None
    kind: str
    state: str
    cooperative: str | None
    party_id: int | None
    minerals: list[str]
    held_from: date
    ends_on: date | None
    cells: int
    runs: list[tuple[int, int, int]]
    approval_reference: str | None
    file_id: int | None
    file_state: str | None

    @classmethod
    def of(
        cls, view: AttributionView, name: str | None, file: tuple[int, str] | None, official: bool
    ) -> AttributionOut:
        """Return an attribution as the page sees it; a company reads no approval."""
        party = view.parties[0].id if view.parties else None
        return cls(
            title_id=view.title_id,
            code=view.code,
            kind=view.kind,
            state=view.state,
            cooperative=name,
            party_id=party if official else None,
            minerals=list(view.minerals),
            held_from=view.ground.held_from,
            ends_on=view.ends_on,
            cells=view.ground.cells,
            runs=[(row, low, high) for row, low, high in view.ground.perimeter.to_lists()],
            approval_reference=view.approval_reference if official else None,
            file_id=file[0] if file else None,
            file_state=file[1] if file else None,
        )
