"""How one activity stands in law on any day, from the pieces of ground that it meets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from geo.activity.distances import SORTS, Distances
from geo.activity.ground import DECIDING, Ground, GroundRole, Plot
from geo.activity.placed import Change, PlaceCode, RightMet, Side, Stood
from geo.activity.shares import Faces
from geo.periods import Period

CODE_OF = {
    GroundRole.ZONE: PlaceCode.INSIDE_ZONE,
    GroundRole.ALLOCATION: PlaceCode.INSIDE_ALLOCATION,
    GroundRole.PROTECTED: PlaceCode.INSIDE_PROTECTED,
    GroundRole.PERMIT: PlaceCode.INSIDE_PERMIT_NO_ALLOCATION,
}
_ASM = {GroundRole.ZONE, GroundRole.ALLOCATION}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """One activity: the pieces of its disc or outline, and where it is in the list."""

    ground: Ground
    faces: Faces
    index: int
    distances: Distances

    def sides(self, day: date) -> tuple[Side, ...]:
        """Return the legal places that it reaches on a day, the most probable first."""
        shares: dict[tuple[int, ...], float] = {}
        for share, members in zip(self.faces.shares, self.faces.members, strict=True):
            key = tuple(self._deciding(members, day))
            shares[key] = shares.get(key, 0.0) + share
        by_right: dict[tuple[str, ...], tuple[float, tuple[int, ...]]] = {}
        for key, share in shares.items():
            refs = tuple(dict.fromkeys(self.ground.plots[plot].ref for plot in key))
            before = by_right.get(refs, (0.0, key))
            by_right[refs] = (before[0] + share, before[1])
        found = [self._side(key, share) for share, key in by_right.values()]
        return tuple(sorted(found, key=_most_probable_first))

    def rights(self, day: date) -> tuple[RightMet, ...]:
        """Return everything that it meets on a day, claims and further facts last."""
        plots = [
            (plot, shape)
            for shape in self.faces.within
            for plot in self._on(self.ground.plots_of_shape[shape], day)
        ]
        order = list(GroundRole)
        plots.sort(key=lambda found: (order.index(self._plot(found[0]).role), found[0]))
        return self._met(plots)

    def nearest(self, day: date) -> tuple[RightMet, ...]:
        """Return the nearest ground of each sort in which it does not lie, within 10 km."""
        met = {self._plot(plot).role for plot in self._on(self._plots_met(), day)}
        mine = self.distances.nearest[self.index]
        return tuple(
            _right(self._plot(mine[sort].plot), None, mine[sort].metres, mine[sort].metres)
            for sort, roles in enumerate(SORTS)
            if sort in mine and not met.intersection(roles)
        )

    def boundary_m(self) -> float | None:
        """Return metres to the nearest boundary that parts legal places; None beyond 10 km."""
        mine = self.distances.nearest[self.index].values()
        return min((one.metres for one in mine), default=None)

    def over(self, during: Period) -> tuple[Stood, ...]:
        """Return its place over the days on which it was seen, anew wherever it changed."""
        found: list[Stood] = []
        for part in self._parts(during):
            day = part.start or (part.end or date.max) - _ONE_DAY
            sides = self.sides(day)
            stood = Stood(
                during=part,
                code=code_of(sides),
                sides=sides,
                begun_unknown=self._begun_unknown(day),
                complete=self.ground.tells_of(day),
            )
            if found and _same(found[-1], stood):
                found[-1] = Stood(
                    Period(found[-1].during.start, part.end),
                    stood.code,
                    stood.sides,
                    stood.begun_unknown,
                    stood.complete,
                )
            else:
                found.append(stood)
        return tuple(found)

    def changes(self, during: Period, on: date) -> tuple[Change, ...]:
        """Return what began and what ended on its ground since the last day it was seen."""
        seen = on if during.end is None else during.end - _ONE_DAY
        if seen >= on:
            return ()
        before, now = self._refs(seen), self._refs(on)
        begun = [
            Change("begun", since, _right(self._plot(plot), self._share(plot), 0.0, None))
            for ref, plot in now.items()
            if ref not in before and (since := self._since(ref, seen)) is not None
        ]
        ended = [
            Change("ended", self._until(ref, seen), _right(self._plot(plot), None, 0.0, None))
            for ref, plot in before.items()
            if ref not in now
        ]
        return (*begun, *ended)

    # -- on a day ------------------------------------------------------------------------------

    def _plot(self, index: int) -> Plot:
        return self.ground.plots[index]

    def _on(self, plots: Sequence[int], day: date) -> list[int]:
        return [plot for plot in plots if day in self._plot(plot).during]

    def _deciding(self, shapes: frozenset[int], day: date) -> list[int]:
        """Return the plots that decide the place of a piece, those of the code first."""
        plots = [p for shape in shapes for p in self._on(self.ground.plots_of_shape[shape], day)]
        deciding = [plot for plot in plots if self._plot(plot).role in DECIDING]
        return sorted(deciding, key=lambda p: (DECIDING.index(self._plot(p).role), p))

    def _side(self, plots: Sequence[int], share: float) -> Side:
        roles = list(dict.fromkeys(self._plot(plot).role for plot in plots))
        if not roles:
            return Side(PlaceCode.ON_FREE_GROUND, share, ())
        with_asm = bool(_ASM.intersection(roles))
        also = [CODE_OF[r] for r in roles[1:] if not (with_asm and r is GroundRole.PERMIT)]
        met = self._met([(plot, self._shape_of(plot)) for plot in plots])
        return Side(CODE_OF[roles[0]], share, met, tuple(also))

    def _met(self, plots: Sequence[tuple[int, int]]) -> tuple[RightMet, ...]:
        """Return rights, each once with its share over all its shapes."""
        found: dict[tuple[str, GroundRole], RightMet] = {}
        for index, shape in plots:
            plot = self._plot(index)
            share, key = self.faces.within[shape], (plot.ref, plot.role)
            edge = self.distances.edge.get((self.index, shape))
            if key in found:
                share = min(1.0, share + (found[key].share_inside or 0.0))
            found[key] = _right(plot, share, 0.0, edge)
        return tuple(found.values())

    def _shape_of(self, plot: int) -> int:
        return next(s for s in self.faces.within if plot in self.ground.plots_of_shape[s])

    def _share(self, plot: int) -> float:
        return self.faces.within[self._shape_of(plot)]

    # -- over time -----------------------------------------------------------------------------

    def _plots_met(self) -> list[int]:
        return [p for shape in self.faces.within for p in self.ground.plots_of_shape[shape]]

    def _refs(self, day: date) -> dict[str, int]:
        """Return what is on its ground on a day by identity and role."""
        plots = self._on(self._plots_met(), day)
        return {f"{self._plot(plot).role} {self._plot(plot).ref}": plot for plot in plots}

    def _since(self, key: str, after: date) -> date | None:
        """Return the first day after another on which a right is there; None: not stated."""
        role, _, ref = key.partition(" ")
        mine = [p for p in map(self._plot, self._plots_met()) if (p.role, p.ref) == (role, ref)]
        starts = [p.during.start for p in mine if p.during.start and p.during.start > after]
        first = min(starts, default=None)
        stated = all(p.since_stated for p in mine if p.during.start == first)
        return first if stated else None

    def _until(self, key: str, after: date) -> date | None:
        role, _, ref = key.partition(" ")
        mine = [p for p in map(self._plot, self._plots_met()) if (p.role, p.ref) == (role, ref)]
        ends = [p.during.end for p in mine if p.during.end and p.during.end > after]
        return max(ends, default=None)

    def _begun_unknown(self, day: date) -> tuple[RightMet, ...]:
        """Return deciding rights that are known later, of which nobody states since when."""
        there = set(self._refs(day))
        found: dict[str, RightMet] = {}
        for index in self._plots_met():
            plot = self._plot(index)
            start = plot.during.start
            if plot.role not in DECIDING or plot.since_stated or f"{plot.role} {plot.ref}" in there:
                continue
            if start is None or start > day:
                found[plot.ref] = _right(plot, self._share(index), 0.0, None)
        return tuple(found.values())

    def _parts(self, during: Period) -> list[Period]:
        """Return the days seen, cut wherever ground that it meets begins or ends."""
        days = {d for p in self._plots_met() for d in _ends(self._plot(p).during)}
        inner = sorted(day for day in days if day in during and day != during.start)
        return [Period(a, b) for a, b in pairwise([during.start, *inner, during.end])]


def code_of(sides: Sequence[Side]) -> PlaceCode:
    """Return the code of a place with these sides: near an edge where they are several."""
    return sides[0].code if len(sides) == 1 else PlaceCode.NEAR_EDGE


def _ends(period: Period) -> list[date]:
    return [day for day in (period.start, period.end) if day is not None]


def _right(plot: Plot, share: float | None, distance_m: float, edge_m: float | None) -> RightMet:
    return RightMet(
        role=plot.role,
        title_id=plot.title_id,
        ref=plot.ref,
        code=plot.code,
        kind=plot.kind,
        holder=plot.holder,
        area_ha=plot.area_ha,
        share_inside=share,
        distance_m=distance_m,
        edge_m=edge_m,
        state=plot.state,
        since=plot.during.start if plot.since_stated else None,
        until=plot.during.end,
        granted_on=plot.granted_on,
        expires_on=plot.expires_on,
        notes=plot.notes,
    )


def _most_probable_first(side: Side) -> tuple[float, str, tuple[str, ...]]:
    return -side.probability, side.code, tuple(right.ref for right in side.rights)


def _same(one: Stood, other: Stood) -> bool:
    def facts(stood: Stood) -> object:
        sides = [(s.code, s.probability, [(r.ref, r.state) for r in s.rights]) for s in stood.sides]
        return sides, [r.ref for r in stood.begun_unknown], stood.complete

    return facts(one) == facts(other)
