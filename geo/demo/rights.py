"""Rights of the demonstration register: kinds, dates, statuses and holders for what has grown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from geo.demo import words
from geo.demo.ground import Ground
from geo.demo.stacks import Ring, Stack

FIRST_DAY = date(2024, 6, 30)
LATER_DAY = date(2026, 6, 30)


@dataclass(slots=True, eq=False)
class DemoRight:
    """One row. ``number`` is its identity in the ground, the same in the later extract.

    ``rings`` are in nodes of the window (see ``ground``); fractions of a node mean off the lattice.
    ``declared_cells`` is that of the whole right, which may come as several rows.
    """

    number: int
    kind: str
    kind_raw: str
    code: str
    part: str
    holders: words.Holders
    minerals: str | None
    status: str
    filed: date | None
    granted: date | None
    expires: date | None
    stacks: tuple[Stack, ...]
    rings: tuple[Ring, ...]
    declared_cells: int
    above: bool = False
    on_lattice: bool = True
    valid: bool = True
    swapped: bool = False
    fixed: bool = False  # the later extract leaves its ground alone

    def redraw(self, *stacks: Stack) -> None:
        """Give the right other ground."""
        self.stacks = stacks
        self.rings = tuple(stack.ring() for stack in stacks)
        self.declared_cells = sum(stack.count for stack in stacks)


@dataclass(slots=True)
class Truth:
    """What an audit of the register must find; rows count from 0 in the order of the rows.

    ``pairs`` gives shared carrés of rows on the lattice; ``polygon_pairs`` the area, in carrés, of
    pairs with a side off it. Both hold every pair, whatever the day, the status or the law.
    """

    pairs: dict[tuple[int, int], int] = field(default_factory=dict)
    polygon_pairs: dict[tuple[int, int], float] = field(default_factory=dict)
    off_lattice: int = 0
    invalid: int = 0

    @property
    def cells(self) -> int:
        """Sum of the shared carrés."""
        return sum(self.pairs.values())


@dataclass(slots=True)
class DemoRegister:
    """A register and what is true of it."""

    rights: list[DemoRight]
    ground: Ground
    as_of: date
    seed: int
    nested: dict[tuple[int, int], float]  # (number off the lattice, number of its host): carrés
    changes: dict[int, str] = field(default_factory=dict)  # number: what the later extract changed

    def truth(self) -> Truth:
        """Return the overlaps as the ground knows them, by row."""
        rows = {right.number: row for row, right in enumerate(self.rights)}
        pairs = {
            _ordered(rows[a], rows[b]): cells for (a, b), cells in self.ground.overlaps().items()
        }
        polygons = {
            _ordered(rows[a], rows[b]): area
            for (a, b), area in self.nested.items()
            if a in rows and b in rows
        }
        return Truth(
            pairs=dict(sorted(pairs.items())),
            polygon_pairs=dict(sorted(polygons.items())),
            off_lattice=sum(not right.on_lattice for right in self.rights),
            invalid=sum(not right.valid for right in self.rights),
        )


class Clerk:
    """Writes the papers of rights: codes, kinds, dates, statuses, holders."""

    def __init__(self, rights: int, as_of: date, rng: Random) -> None:
        self.as_of = as_of
        self._rng = rng
        self._names = words.holder_names(max(12, rights // 9), rng)
        self._serial = 100
        self._count = 0

    def papers(
        self, kind: str, minerals: str, stacks: tuple[Stack, ...], status: str | None = None
    ) -> DemoRight:
        """Return a right of a kind on the given ground."""
        rng = self._rng
        if status is None:
            choices = words.STATUSES[kind]
            status = rng.choices([s for s, _ in choices], [w for _, w in choices])[0]
        suffixes = words.SUFFIXES.get(kind, (("", 1),))
        suffix = rng.choices([s for s, _ in suffixes], [w for _, w in suffixes])[0]
        filed, granted, expires = self._dates(kind, status)
        self._count += 1
        return DemoRight(
            number=self._count - 1,
            kind=kind,
            kind_raw=kind + suffix,
            code=self._code(kind),
            part="1",
            holders=words.holders_of(kind, self._names, rng),
            minerals=None if kind in ("ZRG", "ZEA") else words.minerals_string(minerals, rng),
            status=status,
            filed=filed,
            granted=granted,
            expires=expires,
            stacks=stacks,
            rings=tuple(stack.ring() for stack in stacks),
            declared_cells=sum(stack.count for stack in stacks),
        )

    def other_holder(self, right: DemoRight) -> None:
        """Transfer a right (cession)."""
        before = right.holders
        while right.holders == before:
            right.holders = words.holders_of(right.kind, self._names, self._rng)

    def dates_after(self, kind: str, day: date) -> tuple[date, date, date]:
        """Return when a right granted since a day was applied for, was granted and expires."""
        granted = day + timedelta(days=self._rng.randint(1, (self.as_of - day).days))
        filed = granted - timedelta(days=self._rng.randint(45, 300))
        return filed, granted, granted + timedelta(days=round(words.TERMS[kind] * 365.25) - 1)

    def _code(self, kind: str) -> str:
        self._serial += self._rng.randint(1, 3)
        if kind == "ZRG":
            return f"ZRG{self._serial:05d}"
        return f"ZEA-{self._serial:03d}" if kind == "ZEA" else str(self._serial)

    def _dates(self, kind: str, status: str) -> tuple[date | None, date | None, date | None]:
        """Return when a right was applied for, granted and expires; some were never written."""
        rng = self._rng
        if kind == "ZRG":
            return None, None, None
        if kind == "ZEA":
            return None, None if rng.random() < 0.5 else self._ago(200, 6000), None
        if status in words.APPLICATIONS:
            return self._ago(5, 700), None, None
        days = round(words.TERMS[kind] * 365.25)
        ended = status in words.ENDING or rng.random() < 0.09
        granted = self._ago(days + 20, days + 1500) if ended else self._ago(10, min(days, 7500))
        filed = granted - timedelta(days=rng.randint(45, 500))
        expires = granted + timedelta(days=days - 1)
        return (None if rng.random() < 0.3 else filed), granted, expires

    def _ago(self, least: int, most: int) -> date:
        return self.as_of - timedelta(days=self._rng.randint(least, most))


def _ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)
