"""Checks a mine layout against its area, its portions and the standard of a day.

Compared in longitude and latitude without reprojection; only distances are measured in metres.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.casework.operation.asking import ask, value_on, verdict_of
from geo.casework.operation.distances import distance_m, surely_beyond
from geo.casework.operation.features import WORKINGS, Feature, FeatureKind
from geo.casework.operation.words import LAYOUT_WORDS
from geo.law.checks import at_most, if_required
from geo.law.outcomes import Outcome, Result
from geo.law.values import Bilingual, Law, Verdict

TOLERANCE_DEG = Decimal("0.0000001")
"""How far a drawing may pass the edge of its area: the seventh decimal of a degree, 1 cm."""

_STATED = frozenset({Verdict.BLOCK, Verdict.NEEDS_LEGAL_REVIEW, Verdict.WARN})


@dataclass(frozen=True, slots=True)
class LayoutIssue:
    """Something that stands against a layout.

    Parameters
    ----------
    code : stable name of the rule.
    features : ids of the features concerned.
    severity : block, needs_legal_review or warn.
    place : longitude and latitude of the fault, where it has one.
    article : what the rule rests on; empty for a rule of drawing.
    first_day, cells : as a finding of the law has them, so that both are said alike.
    """

    code: str
    features: tuple[str, ...]
    severity: Verdict
    message: Bilingual
    place: tuple[float, float] | None = None
    article: str = ""
    first_day: None = None
    cells: None = None

    @property
    def verdict(self) -> Verdict:
        """The severity, as a finding of the law names it."""
        return self.severity

    @property
    def subject(self) -> str:
        """The features concerned, as a finding of the law names its subject."""
        return ", ".join(self.features)


@dataclass(frozen=True, slots=True)
class LayoutCheck:
    """What a check found, by which law, on which day, within which tolerance."""

    issues: tuple[LayoutIssue, ...]
    day: date
    law_version: str
    tolerance_deg: Decimal = TOLERANCE_DEG

    @property
    def blocking(self) -> tuple[LayoutIssue, ...]:
        """Issues with which a layout cannot be accepted."""
        return tuple(issue for issue in self.issues if issue.severity is Verdict.BLOCK)


@dataclass(frozen=True, slots=True)
class LayoutGround:
    """Where a layout lies: its area, and the portions or work areas of cooperatives by title code.

    ``egc_standard``: EGC keeps the area, or its standard was chosen for it.
    """

    area: BaseGeometry
    portions: Mapping[str, BaseGeometry] = field(default_factory=lambda: MappingProxyType({}))
    egc_standard: bool = False


def check_layout(
    features: Sequence[Feature], ground: LayoutGround, day: date, law: Law
) -> LayoutCheck:
    """Return everything that stands against a layout on a day.

    Every feature is valid and inside the area; a pit lies in one portion or work area and no deeper
    than the standard; nothing is worked in an exclusion strip; no two pits overlap. An invalid
    feature is named with the place of its fault and compared no further; distances are measured
    between what lies inside the area.

    Parameters
    ----------
    features : as :func:`geo.casework.operation.geojson.read_layout` reads them.
    """
    sound = [feature for feature in features if feature.geometry.is_valid]
    inside = [feature for feature in sound if _covers(ground.area, feature.geometry)]
    issues = (
        *_invalid(features),
        *_outside(sound, ground),
        *_pits_outside_portions(sound, ground),
        *_too_deep(features, ground, day, law),
        *_tunnels(features, ground, day, law),
        *_in_strips(inside),
        *_overlapping_pits(sound),
    )
    return LayoutCheck(issues, day, law.version)


def _issue(
    code: str,
    features: Sequence[Feature],
    severity: Verdict = Verdict.BLOCK,
    geometry: BaseGeometry | None = None,
    article: str = "",
    **values: object,
) -> LayoutIssue:
    names = tuple(feature.id for feature in features)
    place = None if geometry is None or geometry.is_empty else geometry.representative_point()
    said = {"features": ", ".join(names), "article": article, **values}
    words = LAYOUT_WORDS[code]
    return LayoutIssue(
        code,
        names,
        severity,
        Bilingual(words.fr.format(**said), words.en.format(**said)),
        None if place is None else (place.x, place.y),
        article,
    )


def _invalid(features: Sequence[Feature]) -> Iterator[LayoutIssue]:
    """A feature whose geometry crosses itself or is broken, with the place of the fault."""
    for feature in features:
        if not feature.geometry.is_valid:
            reason = str(shapely.is_valid_reason(feature.geometry))
            name, _, position = reason.partition("[")
            yield _issue(
                "invalid_geometry",
                [feature],
                geometry=_point(position.rstrip("]")),
                fault=name,
                place=position.rstrip("]"),
            )


def _point(position: str) -> BaseGeometry | None:
    numbers = position.split()
    return shapely.Point(*map(float, numbers[:2])) if len(numbers) >= 2 else None


def _covers(ground: BaseGeometry, drawn: BaseGeometry) -> bool:
    """Whether ground holds a drawing, its edge included, within the tolerance."""
    if ground.covers(drawn):
        return True
    widened = ground.buffer(float(TOLERANCE_DEG), join_style="mitre")
    return bool(widened.covers(drawn))


def _outside(features: Sequence[Feature], ground: LayoutGround) -> Iterator[LayoutIssue]:
    for feature in features:
        if not _covers(ground.area, feature.geometry):
            beyond = feature.geometry.difference(ground.area)
            yield _issue("outside_area", [feature], geometry=beyond)


def _pits_outside_portions(
    features: Sequence[Feature], ground: LayoutGround
) -> Iterator[LayoutIssue]:
    """A pit belongs to one cooperative: it lies in one portion or work area."""
    for pit in _of(features, FeatureKind.PIT):
        if not any(_covers(portion, pit.geometry) for portion in ground.portions.values()):
            met = sorted(
                code
                for code, portion in ground.portions.items()
                if portion.intersects(pit.geometry)
            )
            code = "pit_across_portions" if len(met) > 1 else "pit_outside_portion"
            yield _issue(code, [pit], geometry=pit.geometry, portions=", ".join(met) or "–")


def _of(features: Sequence[Feature], kind: FeatureKind) -> list[Feature]:
    return [feature for feature in features if feature.kind is kind]


def egc_binds(ground_follows: bool, day: date, law: Law) -> bool:
    """Whether EGC's standard binds an area on a day: it follows it, or the law binds everybody."""
    return ground_follows or value_on(law, day, "standard.binds_all") is True


def _too_deep(
    features: Sequence[Feature], ground: LayoutGround, day: date, law: Law
) -> Iterator[LayoutIssue]:
    """EGC's standard: 10 m (from 2021-03-31). The 30 m of common lore are no settled rule.

    What meets the standard is not asked about the lore: it is far stricter.
    """
    binds = egc_binds(ground.egc_standard, day, law)
    for pit in _of(features, FeatureKind.PIT):
        if pit.depth_m is None:
            yield from _unknown_depth(pit, _EGC if binds else _LORE, day, law)
        elif binds:
            standard = _depth(pit, _EGC, day, law)
            met = standard.outcome is Outcome.PASS
            yield from _said(
                "pit_too_deep", pit, standard, depth=pit.depth_m, limit=value_on(law, day, _EGC)
            )
            yield from _beyond_lore(pit, met, day, law)
        else:
            yield from _beyond_lore(pit, False, day, law)


_EGC = "egc.pit_max_depth_m"
_LORE = "pit.max_depth_m"


def _depth(pit: Feature, rule: str, day: date, law: Law, beyond_doubt: bool = False) -> Result:
    return ask(law, day, rule, at_most(pit.depth_m), beyond_doubt, depth_m=pit.depth_m)


def _beyond_lore(pit: Feature, met: bool, day: date, law: Law) -> Iterator[LayoutIssue]:
    result = _depth(pit, _LORE, day, law, met)
    limit = value_on(law, day, _LORE)
    yield from _said("pit_depth_open", pit, result, depth=pit.depth_m, limit=limit)


def _unknown_depth(pit: Feature, rule: str, day: date, law: Law) -> Iterator[LayoutIssue]:
    yield from _said("depth_unknown", pit, _depth(pit, rule, day, law))


def _tunnels(
    features: Sequence[Feature], ground: LayoutGround, day: date, law: Law
) -> Iterator[LayoutIssue]:
    """EGC's standard: no tunnels (from 2021-03-31)."""
    if egc_binds(ground.egc_standard, day, law):
        for tunnel in _of(features, FeatureKind.TUNNEL):
            yield from _said(
                "tunnel", tunnel, ask(law, day, "egc.no_tunnels", if_required(False), tunnels=True)
            )


def _said(code: str, feature: Feature, result: Result, **values: object) -> Iterator[LayoutIssue]:
    verdict = verdict_of(result)
    if verdict in _STATED:
        place = feature.geometry if feature.geometry.is_valid else None
        yield _issue(code, [feature], verdict, place, result.reference.article, **values)


def _in_strips(features: Sequence[Feature]) -> Iterator[LayoutIssue]:
    """Nothing is worked within ``width_m`` of what an exclusion strip draws; at it is outside."""
    workings = [feature for feature in features if feature.kind in WORKINGS]
    for strip in _of(features, FeatureKind.EXCLUSION_STRIP):
        width = strip.width_m or Decimal(0)
        for feature in workings:
            if _lies_in(strip.geometry, feature.geometry, width):
                yield _issue(
                    "in_exclusion_strip",
                    [feature, strip],
                    geometry=feature.geometry,
                    distance=distance_m(strip.geometry, feature.geometry),
                    width=width,
                )


def _lies_in(strip: BaseGeometry, drawn: BaseGeometry, width: Decimal) -> bool:
    """Touching the edge of a strip drawn as a polygon is not lying in it."""
    if strip.intersects(drawn):
        return width > 0 or not strip.touches(drawn)
    return not surely_beyond(strip, drawn, width) and distance_m(strip, drawn) < width


def _overlapping_pits(features: Sequence[Feature]) -> Iterator[LayoutIssue]:
    pits = _of(features, FeatureKind.PIT)
    drawn = np.array([pit.geometry for pit in pits], dtype=object)
    pairs = shapely.STRtree(drawn).query(drawn, predicate="intersects").T.tolist()
    for one, other in sorted((a, b) for a, b in pairs if a < b):
        a, b = pits[one], pits[other]
        if shapely.relate_pattern(a.geometry, b.geometry, "T********"):
            shared = a.geometry.intersection(b.geometry)
            yield _issue("pits_overlap", [a, b], geometry=shared)
