"""The perimeter itself: lattice, whole carrés, contiguity, border, count, size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from geo.law.checks import Case, at_least, at_most, if_required
from geo.law.outcomes import Outcome, Result
from geo.law.provisions.contact import touching_groups
from geo.law.values import Severity
from geo.perimeter import Perimeter


def kind_exists(case: Case) -> Iterator[Result]:
    """The law knows what is asked for, on that day.

    Code minier art. 5 ff. from 2002-07-11 (titles, quarries, zones); agreements with EGC by Décret
    25/05 from 2025-02-21. Before its first day a kind has no legal basis: that stops the file.
    """
    rule = f"kind.{case.proposal.kind}.exists"
    if not case.knows(rule):
        yield Result(Outcome.UNDETERMINED, case.law.general, "kind", reason="fact_missing")
        return
    result = case.check(rule, lambda exists: exists, kind=case.proposal.kind)
    if result.outcome is Outcome.NOT_APPLICABLE:
        result = result.as_failure()
    yield result


def on_lattice(case: Case) -> Iterator[Result]:
    """Vertices lie on the 30″ lattice, sides run along meridians and parallels.

    Règlement minier art. 2 and 39, from 2003-03-26. Before: no lattice was stated.
    """
    vertices, edges = case.proposal.off_vertices, case.proposal.oblique_edges
    known = vertices is not None and edges is not None
    yield case.check(
        "ground.on_lattice",
        if_required((vertices, edges) == (0, 0) if known else None),
        off_vertices=vertices,
        oblique_edges=edges,
    )


def whole_cells(case: Case) -> Iterator[Result]:
    """Whole carrés only, but at the border and at the limit of a prohibited or protected zone.

    Code minier art. 28 al. 2, from 2002-07-11; wording read as amended by Loi 18/001. Nothing held
    before.
    """
    clipped, allowed = case.proposal.clipped, case.proposal.clip_allowed
    outside = None if clipped is None else clipped - allowed if allowed is not None else clipped
    met = None if outside is None else not outside
    cells = outside.count if outside is not None else None
    yield case.check("ground.whole_cells", if_required(met), outside, clipped_cells=cells)


def contiguous(case: Case) -> Iterator[Result]:
    """The carrés hang together, were it by a corner only.

    Code minier art. 28 al. 2, from 2002-07-11. Nothing held before.
    """
    groups = touching_groups(case.proposal.perimeter)
    yield case.check(
        "ground.contiguous",
        if_required(len(groups) == 1),
        _all_but_the_largest(groups),
        groups=len(groups),
    )


def edge_contact(case: Case) -> Iterator[Result]:
    """The carrés hang together by their sides: a common corner is no contact.

    No text found (GRID-6): a default from 2002-07-11 that is named, never applied.
    """
    if len(touching_groups(case.proposal.perimeter)) != 1:
        return
    parts = case.proposal.perimeter.parts()
    yield case.check(
        "ground.edge_contact",
        if_required(len(parts) == 1),
        _all_but_the_largest(parts),
        parts=len(parts),
    )


def _all_but_the_largest(parts: tuple[Perimeter, ...]) -> Perimeter | None:
    return _joined(tuple(sorted(parts, key=lambda part: part.count))[:-1])


def _joined(parts: tuple[Perimeter, ...]) -> Perimeter | None:
    """Return parts as one perimeter, None where there is none."""
    if not parts:
        return None
    return Perimeter.from_runs([run for part in parts for run in part.to_lists()], parts[0].grid)


def no_holes(case: Case) -> Iterator[Result]:
    """A new request has no enclave; one left by a renunciation, on route A too, only warns.

    No text found (GRID-7): a default from 2002-07-11 that is named, never applied.
    """
    asked = _enclaves(case, case.proposal.perimeter)
    yield asked if case.proposal.new else replace(asked, severity=Severity.WARN)
    if case.is_route_a and case.facts.host:
        rest = _enclaves(case, case.facts.host.perimeter - case.proposal.perimeter)
        yield replace(rest, severity=Severity.WARN, subject=case.facts.host.right.code or "")


def _enclaves(case: Case, ground: Perimeter) -> Result:
    enclosed = _joined(ground.holes())
    count = enclosed.count if enclosed else 0
    return case.check(
        "ground.no_holes", if_required(enclosed is None), enclosed, enclosed_cells=count
    )


def inside_border(case: Case) -> Iterator[Result]:
    """The territory ends at the national border: no carré beyond it.

    Code minier art. 28 and 29, from 2002-07-11. Nothing held before.
    """
    outside = case.proposal.outside_border
    met = None if outside is None else not outside
    count = outside.count if outside is not None else None
    yield case.check("ground.inside_border", if_required(met), outside, cells_outside=count)


def cells_declared(case: Case) -> Iterator[Result]:
    """The request states its number of carrés, and it is the number drawn.

    Règlement minier art. 145 (e), from 2003-03-26. Nothing held before.
    """
    declared, drawn = case.proposal.declared_cells, case.proposal.perimeter.count
    met = None if declared is None else declared == drawn
    yield case.check("ground.cells_declared", if_required(met), declared=declared, drawn=drawn)


def max_cells(case: Case) -> Iterator[Result]:
    """A research permit counts at most 471 carrés (400 km² in the text); a small mine: not found.

    Code minier art. 53, from 2002-07-11. Nothing held before.
    """
    rule = f"size.{case.proposal.kind}.max_cells"
    if case.knows(rule):
        count = case.proposal.perimeter.count
        yield case.check(rule, at_most(count), case.proposal.perimeter, cells=count)


def max_area(case: Case) -> Iterator[Result]:
    """A quarry research authorisation has at most 4 km², from 2002-07-11. Nothing held before.

    The area is the legal one: carrés × nominal area, never measured.
    """
    yield from _area(case, "max")


def min_area(case: Case) -> Iterator[Result]:
    """A concession has at least the area that its law states (Peru: Ley 30428)."""
    yield from _area(case, "min")


def _area(case: Case, bound: str) -> Iterator[Result]:
    rule = f"size.{case.proposal.kind}.{bound}_area_ha"
    if case.knows(rule):
        area = _legal_area_ha(case)
        test = at_most(area) if bound == "max" else at_least(area)
        yield case.check(rule, test, case.proposal.perimeter, legal_area_ha=area)


def _legal_area_ha(case: Case) -> Decimal | None:
    """Return the legal area, None before the law gave a nominal one."""
    dated = case.law.nominal_area_ha.on(case.rules_on)
    if dated is None or dated.value is None:
        return None
    return case.proposal.perimeter.count * dated.value
