"""The overlap matrix and the two routes once more, written from the texts' summary alone.

A second reading beside the law data: it shares no code with ``geo.law`` and reads none of its
files. One table, one function for two rights, one for a route. Words of the table: ``block``,
``queue``, ``merge``, ``allow``, ``consent``, ``renounce``, ``extinguish``, ``own`` (the holder's
own one, else block), ``?`` (nothing found); a word with ``?`` behind it is uncertain, a default
never applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CODE = date(2002, 7, 11)
PROMULGATED, CERTAIN = date(2018, 3, 9), date(2018, 5, 3)
EGC_AND_ARECOMS, DECREE, ARECOMS = date(2019, 11, 5), date(2025, 2, 21), date(2025, 2, 22)

COLUMNS = ["PR", "PE", "PER", "ARPC", "AECP", "AECT", "ZEA", "pending", "area", "ZRG"]
_PR = "block block block? block block block block queue block block"
_PE = "own block ? extinguish ? allow block queue block block"
_PER = "? consent? block ? ? ? block queue block block"
_ARPC = "consent block ? block block block block? queue block block"
_AEC = "allow consent ? block block block block? queue block block"
_ZEA_BEFORE = "block block block block? block? block? merge block block ?"
_ZEA_FROM = "renounce renounce renounce renounce renounce renounce merge ? block block?"
_EGC = "? consent consent? consent? consent? consent? block queue block block?"
ROWS = {"PR": _PR, "PE": _PE, "PEPM": _PE, "PER": _PER, "ARPC": _ARPC}
ROWS |= {"AECP": _AEC, "AECT": _AEC, "EGC": _EGC}
AREAS = ("ZI", "ZP", "park", "ZRG")
_VERDICTS = {
    "consent": "allow_with_consent",
    "renounce": "allow_with_renunciation",
    "extinguish": "extinguish_with_compensation",
}
REVIEW = ("needs_legal_review", None)


@dataclass(frozen=True)
class Right:
    """A right or area of the table: applied for or held, since when, by whom."""

    kind: str
    pending: bool
    filed_on: date | None = None
    granted_on: date | None = None
    holder: str | None = None


def verdict_on(a: Right, b: Right, day: date) -> tuple[str, str | None]:
    """Return the verdict of two rights that share ground on a day, and the default not applied."""
    if day < CODE or (day < DECREE and "EGC" in (a.kind, b.kind)):
        return "no_legal_basis", None
    if a.kind in AREAS and b.kind in AREAS:
        return "not_applicable", None
    later = later_of(a, b)
    if later is not None:
        return _lying(later, b if later is a else a, day)
    both = {_lying(a, b, day), _lying(b, a, day)}
    if len(both) == 1:
        return both.pop()
    # One verdict by different ways stands, a review by different ways is one of unknown order.
    verdicts = {verdict for verdict, _ in both}
    return (verdicts.pop(), None) if len(verdicts) == 1 else REVIEW


def later_of(a: Right, b: Right) -> Right | None:
    """Return which lies on the other: a pending one, else the later filed, else later granted."""
    if a.pending != b.pending:
        return a if a.pending else b
    days = [(right.filed_on, right.granted_on) for right in (a, b)]
    for one, other in zip(*days, strict=True):
        if one and other:
            return None if one == other else (a if one > other else b)
    return None


def _lying(upper: Right, lower: Right, day: date) -> tuple[str, str | None]:
    if upper.kind in AREAS or (lower.kind == "EGC" and not lower.pending):
        return REVIEW
    word = _word(upper.kind, _column(lower), day)
    if word == "own":
        if upper.holder is None or lower.holder is None:
            return REVIEW
        word = "allow" if upper.holder == lower.holder else "block"
    default = word.rstrip("?") or None
    named = _VERDICTS.get(default or "", default)
    return ("needs_legal_review", named) if word.endswith("?") else (str(named), None)


def _word(kind: str, column: str, day: date) -> str:
    place = COLUMNS.index(column)
    if kind != "ZEA":
        return ROWS[kind].split()[place]
    before, since = _ZEA_BEFORE.split()[place], _ZEA_FROM.split()[place]
    if PROMULGATED <= day < CERTAIN and before != since:
        return "?"
    return before if day < CERTAIN else since


def _column(lower: Right) -> str:
    if lower.pending:
        return "pending"
    names = {"PEPM": "PE", "ZI": "area", "ZP": "area", "park": "area"}
    return names.get(lower.kind, lower.kind)


@dataclass(frozen=True)
class Asked:
    """Ground asked for inside a title, as the rule of the two routes words it."""

    route: str  # A or B
    host_state: str
    inside: bool
    rest_pieces: int
    consent: bool
    renunciation: bool
    substances: frozenset[str]
    egc_opinion: bool
    agreement: bool
    transfers_rights: bool
    arecoms: str | None  # notice, approval
    act: bool


STRATEGIC = frozenset({"Co", "Ge", "coltan"})


def answers_on(asked: Asked, day: date) -> dict[str, str]:
    """Return what each line of the rule says of a new allocation at grant: ok, block or review."""
    lines = _route_a(asked, day) if asked.route == "A" else _route_b(asked, day)
    return {line: answer for line, answer in lines.items() if answer != "not asked"}


def _route_a(asked: Asked, day: date) -> dict[str, str]:
    if day < PROMULGATED:
        return {"host_overlap": "block" if day >= CODE else "no basis"}
    unsure = day < CERTAIN

    def line(met: bool) -> str:
        return "review" if unsure else "ok" if met else "block"

    needs_egc = bool(asked.substances & STRATEGIC) and not asked.egc_opinion
    coordination = "review" if needs_egc else "ok"
    return {
        "host_overlap": line(asked.consent and asked.renunciation),
        "host_valid": line(asked.host_state == "granted"),
        "inside_host": line(asked.inside),
        "holder_consent": line(asked.consent),
        "renunciation": line(asked.renunciation),
        "remainder_contiguous": "review" if unsure or asked.rest_pieces > 1 else "ok",
        "egc_opinion": coordination if day >= EGC_AND_ARECOMS else "not asked",
        "zone_act": "ok" if asked.act else "block",
    }


def _route_b(asked: Asked, day: date) -> dict[str, str]:
    if day < DECREE:
        return {"host_overlap": "no basis"}

    def line(met: bool) -> str:
        return "ok" if met else "block"

    since_arecoms = day >= ARECOMS
    return {
        "host_overlap": line(asked.consent),
        "host_valid": line(asked.host_state == "granted"),
        "inside_host": line(asked.inside),
        "holder_consent": line(asked.consent),
        "strategic_substance": line(bool(asked.substances & STRATEGIC)),
        "egc_agreement": line(asked.agreement),
        "rights_stay": line(not asked.transfers_rights) if since_arecoms else "not asked",
        "arecoms_notice": ("ok" if asked.arecoms == "approval" else "review")
        if since_arecoms
        else "not asked",
        "ministerial_act": "ok" if asked.act else "review",
    }
