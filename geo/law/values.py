"""The law as immutable values: what `catalog` reads and what the judges use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from geo.errors import NoLegalBasis
from geo.periods import Period

if TYPE_CHECKING:
    from geo.law.host_events import Events
    from geo.law.rulings import Ruling

Language = Literal["fr", "en"]
PENDING = "pending"  # the column of an earlier application, whatever its kind
V = TypeVar("V")


class Verdict(StrEnum):
    """What follows from the law for two rights on the same ground."""

    ALLOW = "allow"
    ALLOW_WITH_CONSENT = "allow_with_consent"
    ALLOW_WITH_RENUNCIATION = "allow_with_renunciation"
    EXTINGUISH_WITH_COMPENSATION = "extinguish_with_compensation"
    QUEUE = "queue"
    WARN = "warn"
    MERGE = "merge"
    BLOCK = "block"
    NEEDS_LEGAL_REVIEW = "needs_legal_review"
    NOT_APPLICABLE = "not_applicable"
    NO_LEGAL_BASIS = "no_legal_basis"


class CellVerdict(StrEnum):
    """What a cell of the overlap matrix may say (the same words, and ``own_title_only``)."""

    ALLOW = "allow"
    ALLOW_WITH_CONSENT = "allow_with_consent"
    ALLOW_WITH_RENUNCIATION = "allow_with_renunciation"
    EXTINGUISH_WITH_COMPENSATION = "extinguish_with_compensation"
    QUEUE = "queue"
    WARN = "warn"
    MERGE = "merge"
    BLOCK = "block"
    OWN_TITLE_ONLY = "own_title_only"
    NEEDS_LEGAL_REVIEW = "needs_legal_review"


class Reason(StrEnum):
    """Why a finding has its verdict."""

    MATRIX = "matrix"
    OWN_TITLE = "own_title"
    NO_LEGAL_BASIS = "no_legal_basis"
    REPEALED = "repealed"
    NOT_YET_ON_THAT_DAY = "not_yet_on_that_day"
    SAME_TITLE = "same_title"
    NO_RIGHT_CONCERNED = "no_right_concerned"
    CELL_UNCERTAIN = "cell_uncertain"
    ENTRY_INTO_FORCE_UNSURE = "entry_into_force_unsure"
    ORDER_UNKNOWN = "order_unknown"
    AREA_UNDATED = "area_undated"
    KIND_UNKNOWN = "kind_unknown"
    NO_RULE_FOR_KIND = "no_rule_for_kind"
    STATE_UNKNOWN = "state_unknown"
    FILING_DATE_UNKNOWN = "filing_date_unknown"
    RELEASE_NOT_RECORDED = "release_not_recorded"
    HOLDER_UNKNOWN = "holder_unknown"
    NO_RULE = "no_rule"


class Confidence(StrEnum):
    """How sure a value of the law data is, from the surest to the least sure."""

    S = "S"  # read in a published copy of the text
    S2 = "S2"  # a secondary source only
    K = "K"  # commonly stated, not verified again
    U = "U"  # uncertain, or sources differ: never decides by itself


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a value comes from: text and article as cited, source, confidence."""

    article: str
    source: str
    confidence: Confidence
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Dated(Generic[V]):
    """A value of the law data with its period; a value of None is a repeal.

    ``strictest`` tells of an uncertain value (U) that no other reading of the text asks for more:
    facts that meet it meet them all. See docs/decisions/0020.
    """

    period: Period
    value: V | None
    reference: Reference
    strictest: bool = False

    @property
    def first_day(self) -> date:
        """First day of the period."""
        return self.period.start or date.min


@dataclass(frozen=True, slots=True)
class Timeline(Generic[V]):
    """The values of one provision, oldest first, without gap or overlap.

    ``provision`` is its stable name, such as ``overlap/ZEA on PE/PEPM``.
    """

    provision: str
    values: tuple[Dated[V], ...]

    @property
    def first_day(self) -> date:
        """First day on which the provision says anything."""
        return self.values[0].first_day

    def on(self, day: date) -> Dated[V] | None:
        """Return what the provision says on a day; None before its first and after its last."""
        return next((dated for dated in self.values if day in dated.period), None)

    def value_on(self, day: date) -> V:
        """Return the value in force on a day.

        Raises
        ------
        NoLegalBasis : the day is before the first one, or the value was repealed.
        """
        dated = self.on(day)
        if dated is None or dated.value is None:
            raise NoLegalBasis(self.provision, self.first_day, day)
        return dated.value


@dataclass(frozen=True, slots=True)
class OverlapRule:
    """What a cell of the matrix says: its verdict, and what is asked for besides.

    ``reason`` is stated where the verdict is ``needs_legal_review`` for a cause of its own.
    """

    verdict: CellVerdict
    reason: Reason
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in French and in English."""

    fr: str
    en: str

    def text(self, language: Language) -> str:
        """Return the text in a language."""
        return self.fr if language == "fr" else self.en


class Family(StrEnum):
    """What a kind is in law: which provisions ask about it."""

    TITLE = "title"
    QUARRY = "quarry"
    ZONE = "zone"
    AGREEMENT = "agreement"
    AREA = "area"
    ATTRIBUTION = "attribution"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of right or area. ``row`` None: an area, which the matrix only has underneath.

    An attribution (portion, work area) has neither row nor column: it lies inside one area.
    """

    code: str
    row: str | None
    column: str | None
    name: Bilingual
    family: Family

    @property
    def is_area(self) -> bool:
        """Whether it is an area (ZRG, ZI, ZP, park) and not a right or a zone."""
        return self.family is Family.AREA


@dataclass(frozen=True, slots=True)
class Message:
    """What is said of two rights, by its stable key, in French and in English.

    ``sentences`` still has the fields ``{upper}`` and ``{lower}``; ``upper`` and ``lower`` are the
    names of the two kinds, which fill them unless the caller has names of its own.
    """

    key: str
    sentences: Bilingual
    upper: Bilingual
    lower: Bilingual

    @property
    def fr(self) -> str:
        """The French text, with the names of the kinds."""
        return self.text("fr")

    @property
    def en(self) -> str:
        """The English text, with the names of the kinds."""
        return self.text("en")

    def text(self, language: Language, upper: str | None = None, lower: str | None = None) -> str:
        """Return the text in a language; names given are put in as they are, never interpreted."""
        return self.sentences.text(language).format(
            upper=self.upper.text(language) if upper is None else upper,
            lower=self.lower.text(language) if lower is None else lower,
        )


class Unsettled(StrEnum):
    """The law has a value that was not found; or two texts, and unsure which was in force."""

    NOT_FOUND = "not_found"
    ENTRY_INTO_FORCE = "entry_into_force_unsure"


Value = int | Decimal | bool | str | frozenset[str] | Unsettled


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, flag, text or list of the law, by date, with its unit."""

    name: str
    description: str
    unit: str
    timeline: Timeline[Value]


class Effect(StrEnum):
    """What a restricted area does to a right on it."""

    BLOCK = "block"
    HOLD = "hold"
    BAN = "ban"
    CONSENT = "consent"
    WARN = "warn"


class Limit(StrEnum):
    """Which distances are restricted: ``below`` is strict, ``unsure`` leaves equality open.

    ``chosen``: the law gives none; places are listed by whoever asks, within a distance of theirs.
    ``entry_into_force_unsure``: whether the class restricts at all is not certain on those days.
    """

    INSIDE = "inside"
    BELOW = "below"
    AT_MOST = "at_most"
    UNSURE = "unsure"
    CHOSEN = "chosen"
    ENTRY_INTO_FORCE = "entry_into_force_unsure"


@dataclass(frozen=True, slots=True)
class DistanceRule:
    """How near to a restricted place the restriction begins, in metres (0 with ``inside``)."""

    distance_m: Decimal
    limit: Limit


@dataclass(frozen=True, slots=True)
class RestrictedClass:
    """A class of restricted places: its effect, whose consent it asks for, its distance by date.

    ``kind``: the kind of area of the overlap matrix, where its cells say what the class does.
    """

    code: str
    name: Bilingual
    effect: Effect
    consent_of: str | None
    rules: Timeline[DistanceRule]
    kind: str | None = None


class Moment(StrEnum):
    """When a file is judged."""

    FILING = "filing"
    REVIEW = "review"
    GRANT = "grant"


class Severity(StrEnum):
    """What an unmet provision asks for at a moment."""

    BLOCK = "block"
    CONSENT = "consent"
    RENUNCIATION = "renunciation"
    COMPENSATION = "compensation"
    QUEUE = "queue"
    MERGE = "merge"
    WARN = "warn"
    NO_BASIS = "no_basis"


@dataclass(frozen=True, slots=True)
class ProvisionText:
    """A provision as its jurisdiction words it; a moment without severity does not ask it."""

    code: str
    rule: Bilingual
    severity: Mapping[Moment, Severity]


Cell = Timeline[OverlapRule]


@dataclass(frozen=True, slots=True)
class Law:
    """The law of one jurisdiction, as read from its data. ``version`` is a short hash of that data.

    ``cells`` is keyed by the kind of the upper right and the kind of the lower one, or
    :data:`PENDING` where the lower one is an earlier application. ``first_rules`` holds, for every
    kind that has a row in the matrix, the first rule of that row ever in force. ``host_events``
    says what becomes of an allocation, ``rulings`` are those that became law data.
    """

    version: str
    kinds: Mapping[str, Kind]
    cells: Mapping[tuple[str, str], Cell]
    first_rules: Mapping[str, Dated[OverlapRule]]
    first_day: date
    general: Reference
    nominal_area_ha: Timeline[Decimal]
    exclusive: Mapping[str, Timeline[frozenset[str]]]
    messages: Mapping[str, Bilingual]
    jurisdiction: str
    parameters: Mapping[str, Parameter]
    restricted: Mapping[str, RestrictedClass]
    provisions: Mapping[str, ProvisionText]
    host_events: Events
    rulings: tuple[Ruling, ...]

    def exclusive_groups(self, day: date) -> dict[str, frozenset[str]]:
        """Return the groups of kinds of which no two may hold the same carré on a day."""
        found = ((name, group.on(day)) for name, group in self.exclusive.items())
        return {name: dated.value for name, dated in found if dated and dated.value is not None}
