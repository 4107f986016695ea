"""Kinds, states and verdicts as they are drawn and named: the one source for every map.

Vector tiles, the browser, folium and printed maps read this module (the browser through
``to_json``). Labels come in French and in English, never both in one string. Colour is never the
only sign: each kind also has letters and a pattern, each verdict a mark and a pattern.

The register fixes three colours (PR, PE, applications). The others were searched so that any two
stay apart for normal sight and for full protanopia, deuteranopia and tritanopia;
``tests/web/test_web_style.py`` measures it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

Language = Literal["fr", "en"]
Group = Literal["mining", "quarry", "zone", "restricted"]
Pattern = Literal["none", "lines", "backlines", "cross", "dots", "grid"]

LANGUAGES: tuple[Language, ...] = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Label:
    """One text in French and in English."""

    fr: str
    en: str

    def text(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class KindStyle:
    """How a kind of right is drawn; a higher ``order`` is drawn later, so on top."""

    code: str
    label: Label
    group: Group
    colour: str
    pattern: Pattern
    order: int
    shown: bool = True


@dataclass(frozen=True, slots=True)
class StateStyle:
    """How the state of a right (état du droit) changes its drawing; ``dash`` in pixels."""

    code: str
    label: Label
    dash: tuple[int, ...]
    fill_opacity: float


@dataclass(frozen=True, slots=True)
class VerdictStyle:
    """How a verdict is drawn and said; ``severity`` 0 is the gravest and drawn last."""

    code: str
    label: Label
    colour: str
    pattern: Pattern
    mark: str
    severity: int


APPLICATION_COLOUR = "#ffd500"
HIGHLIGHT_COLOUR = "#101828"
NEUTRAL_COLOUR = "#667085"
"""Shared by kinds that are rare or not understood; letters and patterns tell them apart."""

_KINDS = (
    KindStyle(
        "ZRG",
        Label("Zone de recherches géologiques", "Geological research zone"),
        "restricted",
        "#8690b1",
        "dots",
        10,
        shown=False,
    ),
    KindStyle(
        "ZI",
        Label("Zone interdite", "Forbidden zone"),
        "restricted",
        "#1a1a31",
        "cross",
        12,
        shown=False,
    ),
    KindStyle(
        "ZP",
        Label("Zone protégée", "Protected zone"),
        "restricted",
        "#4e4e18",
        "grid",
        11,
        shown=False,
    ),
    KindStyle(
        "PR",
        Label("Permis de recherches", "Research permit"),
        "mining",
        "#00d5ff",
        "none",
        20,
    ),
    KindStyle(
        "PE",
        Label("Permis d’exploitation", "Exploitation permit"),
        "mining",
        "#ff0055",
        "none",
        21,
    ),
    KindStyle(
        "PEPM",
        Label("Permis d’exploitation de petite mine", "Small-mine exploitation permit"),
        "mining",
        "#db7100",
        "none",
        22,
    ),
    KindStyle(
        "PER",
        Label("Permis d’exploitation des rejets", "Tailings exploitation permit"),
        "mining",
        "#371206",
        "backlines",
        26,
    ),
    KindStyle(
        "ARPC",
        Label(
            "Autorisation de recherches des produits de carrières", "Quarry research authorisation"
        ),
        "quarry",
        "#daf7ba",
        "none",
        23,
    ),
    KindStyle(
        "AECP",
        Label(
            "Autorisation d’exploitation de carrières permanente", "Permanent quarry authorisation"
        ),
        "quarry",
        "#21a67a",
        "none",
        24,
    ),
    KindStyle(
        "AECT",
        Label(
            "Autorisation d’exploitation de carrières temporaire", "Temporary quarry authorisation"
        ),
        "quarry",
        "#005c6e",
        "none",
        25,
    ),
    KindStyle(
        "ZEA",
        Label("Zone d’exploitation artisanale", "Artisanal mining zone"),
        "zone",
        "#b712f3",
        "lines",
        30,
    ),
    KindStyle(
        "EGC",
        Label("Accord avec l’EGC", "Agreement with EGC"),
        "zone",
        "#b712f3",
        "grid",
        31,
    ),
    KindStyle(
        "PORTION",
        Label(
            "Portion de zone attribuée à une coopérative",
            "Portion of a zone attributed to a cooperative",
        ),
        "zone",
        "#b712f3",
        "dots",
        32,
    ),
    KindStyle(
        "WORK_AREA",
        Label("Terrain de travail d’une coopérative", "Work area of a cooperative"),
        "zone",
        "#b712f3",
        "cross",
        33,
    ),
    KindStyle(
        "ATE", Label("Amodiation totale", "Total lease"), "mining", NEUTRAL_COLOUR, "lines", 27
    ),
    KindStyle(
        "APE", Label("Amodiation partielle", "Partial lease"), "mining", NEUTRAL_COLOUR, "grid", 28
    ),
    KindStyle(
        "CUP",
        Label("Type sans libellé publié", "Kind without a published name"),
        "mining",
        NEUTRAL_COLOUR,
        "cross",
        18,
    ),
    KindStyle(
        "PARK",
        Label("Parc national", "National park"),
        "restricted",
        "#4e4e18",
        "backlines",
        13,
        shown=False,
    ),
)

UNKNOWN_KIND = KindStyle(
    "UNKNOWN", Label("Type inconnu", "Unknown kind"), "mining", NEUTRAL_COLOUR, "dots", 19
)

KINDS: Mapping[str, KindStyle] = MappingProxyType({kind.code: kind for kind in _KINDS})

_STATES = (
    StateStyle("application", Label("Demande en instruction", "Pending application"), (6, 4), 0.30),
    StateStyle("granted", Label("Octroyé", "Granted"), (), 0.30),
    StateStyle("force_majeure", Label("Force majeure", "Force majeure"), (12, 3), 0.22),
    StateStyle("suspended", Label("Suspendu", "Suspended"), (9, 5), 0.18),
    StateStyle("being_struck_off", Label("En radiation", "Being struck off"), (3, 3), 0.14),
    StateStyle("forfeited", Label("Déchu", "Forfeited"), (1, 4), 0.08),
    StateStyle("relinquished", Label("Renoncé", "Relinquished"), (1, 4), 0.08),
    StateStyle("withdrawn", Label("Demande retirée", "Withdrawn application"), (2, 6), 0.06),
    StateStyle("rejected", Label("Demande rejetée", "Rejected application"), (2, 6), 0.06),
    StateStyle("not_stated", Label("État non indiqué", "State not stated"), (2, 2), 0.12),
    StateStyle("expired", Label("Expiré", "Expired"), (1, 4), 0.08),
    StateStyle("unknown", Label("État inconnu", "Unknown state"), (8, 3, 2, 3), 0.14),
)

STATES: Mapping[str, StateStyle] = MappingProxyType({state.code: state for state in _STATES})

_PROCEDURES = {
    "none": Label("Aucune", "None"),
    "renewal": Label("Renouvellement", "Renewal"),
    "transformation": Label("Transformation", "Transformation"),
    "partial_transformation": Label("Transformation partielle", "Partial transformation"),
    "total_transfer": Label("Cession totale", "Total transfer"),
    "partial_transfer": Label("Cession partielle", "Partial transfer"),
    "total_relinquishment": Label("Renonciation totale", "Total relinquishment"),
    "partial_relinquishment": Label("Renonciation partielle", "Partial relinquishment"),
    "forfeiture": Label("Déchéance", "Forfeiture"),
    "force_majeure_lifted": Label("Force majeure levée", "Force majeure lifted"),
    "split": Label("Morcellement", "Split"),
    "unknown": Label("Procédure inconnue", "Unknown procedure"),
}

PROCEDURES: Mapping[str, Label] = MappingProxyType(_PROCEDURES)

_VERDICTS = (
    VerdictStyle("block", Label("Interdit", "Blocked"), "#b00020", "cross", "×", 0),
    VerdictStyle(
        "needs_legal_review",
        Label("Avis juridique requis", "Needs legal review"),
        "#6b3fa0",
        "grid",
        "?",
        1,
    ),
    VerdictStyle(
        "no_legal_basis",
        Label("Sans base légale ce jour", "No legal basis on that day"),
        "#475467",
        "dots",
        "–",
        2,
    ),
    VerdictStyle("queue", Label("Rang d’attente", "Queued"), "#8a5a00", "backlines", "…", 3),
    VerdictStyle(
        "extinguish_with_compensation",
        Label("Extinction contre indemnisation", "Extinguished against compensation"),
        "#a33b00",
        "lines",
        "E",
        4,
    ),
    VerdictStyle(
        "allow_with_renunciation",
        Label(
            "Autorisé avec consentement et renonciation", "Allowed with consent and renunciation"
        ),
        "#7a4d00",
        "lines",
        "R",
        5,
    ),
    VerdictStyle(
        "allow_with_consent",
        Label("Autorisé avec consentement", "Allowed with consent"),
        "#1f5fbf",
        "lines",
        "C",
        6,
    ),
    VerdictStyle("warn", Label("À signaler", "Warning"), "#7a5f00", "dots", "!", 7),
    VerdictStyle("merge", Label("À réunir", "To be merged"), "#0b6b5d", "grid", "+", 8),
    VerdictStyle("allow", Label("Autorisé", "Allowed"), "#1b6e3c", "none", "✓", 10),
    VerdictStyle(
        "not_applicable",
        Label("Sans objet", "Not applicable"),
        "#667085",
        "none",
        "·",
        11,
    ),
)

UNKNOWN_VERDICT = VerdictStyle(
    "unknown", Label("Non jugé", "Not judged"), "#475467", "dots", "?", 2
)

VERDICTS: Mapping[str, VerdictStyle] = MappingProxyType({v.code: v for v in _VERDICTS})

CHANGES: Mapping[str, Label] = MappingProxyType(
    {
        "granted": Label("apparu", "appeared"),
        "closed": Label("disparu", "gone"),
        "reduced": Label("réduit", "reduced"),
        "enlarged": Label("agrandi", "enlarged"),
        "moved": Label("déplacé", "moved"),
        "redrawn": Label("redessiné (hors grille)", "redrawn (off the grid)"),
        "kind": Label("autre type", "another kind"),
        "state": Label("autre état", "another state"),
        "changed_hands": Label("autre titulaire", "another holder"),
        "renewed": Label("autre échéance", "another expiry"),
    }
)
"""What may have changed of a title between two days."""

CONFIDENCES: Mapping[str, Label] = MappingProxyType(
    {
        "S": Label("lu dans une copie publiée du texte", "read in a published copy of the text"),
        "S2": Label("source secondaire seulement", "secondary source only"),
        "K": Label("généralement admis, non revérifié", "commonly stated, not verified again"),
        "U": Label("incertain", "uncertain"),
    }
)

GROUPS: Mapping[str, Label] = MappingProxyType(
    {
        "mining": Label("Droits miniers", "Mining rights"),
        "quarry": Label("Droits de carrières", "Quarry rights"),
        "zone": Label("Zones artisanales", "Artisanal zones"),
        "restricted": Label("Zones restreintes", "Restricted areas"),
    }
)

ACTIVITY_COLOUR = "#b54708"
SURVEYED_COLOUR = "#475467"
"""What was seen, and the ground that was looked at; drawn as marks, and as a dashed outline."""

SEEN: Mapping[str, Label] = MappingProxyType(
    {
        "visit": Label("Visite de site", "Site visit"),
        "detection": Label("Détection satellitaire", "Satellite detection"),
    }
)
SURVEYED: Mapping[str, Label] = MappingProxyType(
    {
        "everywhere": Label("Observé en entier", "Surveyed as a whole"),
        "in_part": Label("Observé en partie", "Surveyed in part"),
        "nowhere": Label("Non observé", "Not surveyed"),
    }
)
NOT_STATED = Label("Non indiqué", "Not stated")


def kind_style(code: str | None) -> KindStyle:
    """Return the style of a kind; the unknown one for a kind that no list knows."""
    return KINDS.get(code or "", UNKNOWN_KIND)


def state_style(code: str | None) -> StateStyle:
    """Return the style of a state of a right."""
    return STATES.get(code or "", STATES["unknown"])


def verdict_style(code: str | None) -> VerdictStyle:
    """Return the style of a verdict; the "not judged" one for an overlap without a finding."""
    return VERDICTS.get(code or "", UNKNOWN_VERDICT)


def colour_of(kind: str | None, state: str | None) -> str:
    """Return the fill colour of a right: applications share one, whatever their kind.

    >>> colour_of("PE", "granted"), colour_of("PE", "application")
    ('#ff0055', '#ffd500')
    """
    return APPLICATION_COLOUR if state == "application" else kind_style(kind).colour


def to_json() -> dict[str, Any]:
    """Return everything above as plain JSON data, lists in drawing order."""
    return {
        "application_colour": APPLICATION_COLOUR,
        "highlight_colour": HIGHLIGHT_COLOUR,
        "groups": {code: asdict(label) for code, label in GROUPS.items()},
        "kinds": [asdict(k) for k in sorted((*_KINDS, UNKNOWN_KIND), key=lambda k: k.order)],
        "states": [asdict(state) for state in _STATES],
        "procedures": {code: asdict(label) for code, label in PROCEDURES.items()},
        "verdicts": [asdict(v) for v in (*_VERDICTS, UNKNOWN_VERDICT)],
        "confidences": {code: asdict(label) for code, label in CONFIDENCES.items()},
        "activity_colour": ACTIVITY_COLOUR,
        "surveyed_colour": SURVEYED_COLOUR,
        "seen": {code: asdict(label) for code, label in SEEN.items()},
        "surveyed": {code: asdict(label) for code, label in SURVEYED.items()},
        "not_stated": asdict(NOT_STATED),
    }


@cache
def style_digest() -> str:
    """Return a short digest of the style: who holds it knows whether theirs is this one."""
    text = json.dumps(to_json(), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
