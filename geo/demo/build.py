"""Growing the demonstration register: rights on free ground, then rights above others, then errors.

The shares of everything follow what was measured on a real register (7,355 rows); the smallest
register has at least one of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from random import Random

import numpy as np

from geo.demo import errors_in_rows, words
from geo.demo.ground import BELTS, LEFT, RIGHT, Belt, Ground, near_belt, near_town
from geo.demo.ground import QUARRY_MINERALS as QUARRY
from geo.demo.rights import FIRST_DAY, Clerk, DemoRegister, DemoRight
from geo.demo.stacks import Owners, Stack
from geo.errors import InputError

Progress = Callable[[int, int], None]

# Which part of each kind lies above rights of other kinds.
ABOVE: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("PER", ("PE",), 0.95),
    ("ARPC", ("PR",), 0.45), ("ARPC", ("PE",), 0.06),
    ("AECP", ("PR",), 0.14), ("AECT", ("PE",), 0.1),
    ("ZEA", ("PR",), 0.17), ("ZEA", ("PE",), 0.03),
    ("PR", ("PR",), 0.006), ("PE", ("PE",), 0.02), ("PEPM", ("PR",), 0.02),
    ("ZRG", ("PR", "PE", "PEPM"), 0.05),
)  # fmt: skip
QUARRIES = ("ARPC", "AECP", "AECT")
DEFAULT_RIGHTS = 1500
FEWEST_RIGHTS = 100
ROOM = 0.5  # of the country's carrés; beyond it all sizes shrink alike


def generate(
    rights: int = DEFAULT_RIGHTS,
    seed: int = 0,
    as_of: date = FIRST_DAY,
    progress: Progress | None = None,
) -> DemoRegister:
    """Return a demonstration register of exactly ``rights`` rows, the same for the same arguments.

    Sizes are those of real rights until they would fill the country (about 8,000 rows); beyond
    that all shrink alike. ``progress`` is called with rows made and rows wanted.

    Raises
    ------
    InputError : fewer than 100 rows were asked for (the errors alone would fill them), or so many
        that the country has no room.
    """
    return built(rights, seed, as_of, progress).register()


def built(rights: int, seed: int, as_of: date, progress: Progress | None = None) -> Builder:
    """Return the builder of that register, its rows in the order of the file."""
    if rights < FEWEST_RIGHTS:
        raise InputError(f"{rights} rights: a demonstration register has {FEWEST_RIGHTS} or more")
    builder = Builder(rights, seed, as_of, progress)
    builder.grow_all(_kind_counts(rights - errors_in_rows.rows_added(rights)))
    errors_in_rows.add_all(builder, rights)
    builder.rng.shuffle(builder.rights)
    return builder


class Builder:
    """A register as it grows."""

    def __init__(self, wanted: int, seed: int, as_of: date, progress: Progress | None) -> None:
        self.rng = Random(f"{seed}/{wanted}")  # noqa: S311  (a synthetic register, not a secret)
        self.seed = seed
        self.ground = Ground()
        self.clerk = Clerk(wanted, as_of, self.rng)
        self.rights: list[DemoRight] = []
        self.nested: dict[tuple[int, int], float] = {}
        self._wanted = wanted
        self._progress = progress or (lambda _done, _wanted: None)
        self._clusters: defaultdict[str, list[Stack]] = defaultdict(list)
        self.scale = 1.0

    def grow_all(self, counts: dict[str, int]) -> None:
        """Grow the plain rights: those on free ground first, so that the others find hosts."""
        total = sum(words.mean_size(kind) * count for kind, count in counts.items())
        self.scale = min(1.0, ROOM * self.ground.carres / total)
        above = _counts_above(counts)
        below = dict(counts)
        for (kind, _), count in above.items():
            below[kind] -= count
        order = [kind for kind, count in below.items() for _ in range(count)]
        self.rng.shuffle(order)
        for kind in order:
            self.add(self.grow_below(kind))
        for (kind, hosts), count in above.items():
            self._grow_above_hosts(kind, [r for r in self.rights if r.kind in hosts], count)

    def register(self) -> DemoRegister:
        """Return what has grown."""
        return DemoRegister(self.rights, self.ground, self.clerk.as_of, self.seed, self.nested)

    def add(self, right: DemoRight) -> None:
        """Enter a right: its carrés are taken and it becomes a row."""
        for stack in right.stacks:
            self.ground.take(stack, right.number, above=right.above)
        self.rights.append(right)
        if len(self.rights) % 200 == 0 or len(self.rights) == self._wanted:
            self._progress(len(self.rights), self._wanted)

    def grow_below(self, kind: str) -> DemoRight:
        """Return a right on free ground (not entered yet)."""
        belt = self.rng.choices(BELTS, [belt.weight for belt in BELTS])[0]
        cluster = "quarry" if kind in QUARRIES else repr(belt.line[0])
        stack = self.free_stack(words.size_of(kind, self.scale, self.rng), cluster, belt)
        self._clusters[cluster].append(stack)
        minerals = self.rng.choice(QUARRY if kind in QUARRIES else belt.minerals)
        return self.clerk.papers(kind, minerals, (stack,))

    def free_stack(self, target: int, cluster: str, belt: Belt) -> Stack:
        """Return free ground for a right, the largest piece found in a few tries."""
        best: Stack | None = None
        for _ in range(4):
            seed = self._free_seed(cluster, belt)
            stack = self.ground.grow_free(seed, target, self.rng)
            if stack is not None and (best is None or stack.count > best.count):
                best = stack
            if best is not None and best.count >= 0.4 * target:
                return best
        while best is None:
            best = self.ground.grow_free(self.ground.anywhere(self.rng), target, self.rng)
        return best

    def _grow_above_hosts(self, kind: str, hosts: list[DemoRight], count: int) -> None:
        """Add rights above the hosts; every second PR is an application over an expiring one.

        A geological reservation may lie above several hosts, any other right above one.
        """
        everyone = np.array([host.number for host in hosts if kind == "ZRG"], dtype=np.int32)
        ending = [host for host in hosts if host.status in words.ENDING] or hosts
        for serial in range(count):
            if kind == "PR" and serial % 2 == 0:
                self.add(self._grow_above(kind, ending, everyone, "Nouvelle Demande"))
            else:
                self.add(self._grow_above(kind, hosts, everyone))

    def _grow_above(
        self, kind: str, hosts: list[DemoRight], everyone: Owners, status: str | None = None
    ) -> DemoRight:
        """Return a right above one of the hosts or several, on free ground if none has room."""
        for _ in range(40):
            host = self.rng.choice(hosts)
            if host.fixed or host.above:
                continue
            target = words.size_of(kind, self.scale, self.rng)
            seed = self.rng.choice(host.stacks[0].carres())
            below = everyone if len(everyone) else np.array([host.number], dtype=np.int32)
            stack = self.ground.grow_above(seed, target, self.rng, below)
            if stack is not None:
                minerals = self.rng.choice(QUARRY) if kind in QUARRIES else host.minerals or "Au"
                right = self.clerk.papers(kind, minerals.lstrip(", "), (stack,), status)
                right.above = True
                return right
        return self.grow_below(kind)

    def _free_seed(self, cluster: str, belt: Belt) -> tuple[int, int]:
        for _ in range(12):
            seed = self._likely_seed(cluster, belt)
            if self.ground.is_free(*seed):
                return seed
        return self.ground.anywhere(self.rng)

    def _likely_seed(self, cluster: str, belt: Belt) -> tuple[int, int]:
        neighbours = self._clusters[cluster]
        if neighbours and self.rng.random() < 0.4:
            return _beside(self.rng.choice(neighbours), self.rng)
        return near_town(self.rng) if cluster == "quarry" else near_belt(belt, self.rng)


def _beside(stack: Stack, rng: Random) -> tuple[int, int]:
    """Return a carré that touches a stack, as (column, row)."""
    line = rng.randrange(len(stack.spans))
    start, end = stack.spans[line]
    position = start - 1 if rng.random() < 0.5 else end
    place = (position, stack.first + line)
    column, row = place if stack.rows else place[::-1]
    return min(max(column, 0), RIGHT - LEFT), row


def _kind_counts(rows: int) -> dict[str, int]:
    """Return how many rows of each kind, in real proportions, at least one of each."""
    whole = sum(words.KINDS.values())
    counts = {kind: max(1, round(rows * share / whole)) for kind, share in words.KINDS.items()}
    counts["PR"] += rows - sum(counts.values())
    return counts


def _counts_above(counts: dict[str, int]) -> dict[tuple[str, tuple[str, ...]], int]:
    """Return how many rows of each kind lie above which hosts, at least one of each while any."""
    left = dict(counts)
    above = {}
    for kind, hosts, share in ABOVE:
        number = min(left[kind], max(1, round(share * counts[kind])))
        left[kind] -= number
        above[kind, hosts] = number
    return above
