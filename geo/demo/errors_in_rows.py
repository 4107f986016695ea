"""The errors of real registers, planted in the demonstration register in their real shares.

Rows off the lattice, a ring that touches itself, rights in several rows or parts, repeated
geometries and codes, swapped axes, an expiry before the grant, a typing error in a status.
"""

from __future__ import annotations

import copy
import itertools
import math
from datetime import timedelta
from typing import TYPE_CHECKING

from geo.demo import words
from geo.demo.ground import BELTS, NOBODY, RESERVED, Ground
from geo.demo.rights import DemoRight
from geo.demo.stacks import Ring, Stack
from geo.errors import InputError

if TYPE_CHECKING:
    from geo.demo.build import Builder

REAL_ROWS = 7355
OFF_VERTEX, OBLIQUE, REPEATED, SEVERAL_ROWS, REPEATED_CODES = 32, 13, 48, 4, 45


def rows_added(rights: int) -> int:
    """Return how many rows ``add_all`` adds to a register of so many."""
    scaled = (OFF_VERTEX, OBLIQUE, REPEATED, SEVERAL_ROWS)
    return sum(_share(rights, count) for count in scaled) + 1


def add_all(builder: Builder, rights: int) -> None:
    """Plant every error."""
    hosts = _wide_hosts(builder)
    for serial in range(_share(rights, OFF_VERTEX)):
        _add_off_lattice(builder, hosts, serial, oblique=False)
    for serial in range(_share(rights, OBLIQUE)):
        _add_off_lattice(builder, hosts, serial, oblique=True)
    _add_corner_contact(builder)
    for _ in range(_share(rights, REPEATED)):
        _add_repeated_geometry(builder)
    for _ in range(_share(rights, SEVERAL_ROWS)):
        _add_second_row(builder)
    _make_multipart(builder)
    _repeat_codes(builder, _share(rights, REPEATED_CODES))
    _swap_axes(builder)
    _misdate_and_mistype(builder)


def _share(rights: int, count: int) -> int:
    return max(1, round(rights * count / REAL_ROWS))


def _wide_hosts(builder: Builder) -> list[DemoRight]:
    """Return the widest quarter of the research permits: they have room for another inside."""
    hosts = [r for r in builder.rights if r.kind == "PR" and not r.above]
    return sorted(hosts, key=lambda right: -right.declared_cells)[: max(20, len(hosts) // 4)]


def _add_off_lattice(
    builder: Builder, hosts: list[DemoRight], serial: int, *, oblique: bool
) -> None:
    """Add a right off the lattice; every third lies inside one host, the others touch nobody."""
    rng = builder.rng
    if oblique and serial == 0:
        width, height = 1, 1
    else:
        width, height = (
            max(2, round(rng.randint(2, 9) * math.sqrt(builder.scale))) for _ in range(2)
        )
    column, row, host = _block(builder, width + 1, height + 1, hosts if serial % 3 == 0 else [])
    ring = (
        _cut_corner(column, row, width, height)
        if oblique
        else _shifted(column, row, width, height, rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9))
    )
    right = builder.clerk.papers("PR", rng.choice(BELTS[serial % len(BELTS)].minerals), ())
    right.rings, right.on_lattice, right.fixed = (ring,), False, True
    right.declared_cells = max(1, round(_area(ring)))
    cover = _rectangle(column, row, width + 1, height + 1)
    builder.ground.take(cover, RESERVED, above=host is not None)
    if host is not None:
        host.fixed = True
        builder.nested[right.number, host.number] = _area(ring)
    builder.add(right)


def _block(
    builder: Builder, width: int, height: int, hosts: list[DemoRight]
) -> tuple[int, int, DemoRight | None]:
    """Return a corner (column, row) of a block of carrés of one host alone, or else of nobody.

    Without hosts, or where none has such a block, the block is on free ground.
    """
    for candidates in (hosts, []):
        for _ in range(3000):
            host = builder.rng.choice(candidates) if candidates else None
            if host is None:
                column, row = builder.ground.anywhere(builder.rng)
            else:
                column, row = builder.rng.choice(host.stacks[0].carres())
            window = (slice(row, row + height), slice(column, column + width))
            if (host is None or not host.fixed) and _is_whole(builder.ground, window, host):
                return column, row, host
    raise InputError("the country has no room for so many rights: ask for fewer")


def _is_whole(ground: Ground, window: tuple[slice, slice], host: DemoRight | None) -> bool:
    """Whether all carrés of a window are the host's alone, or nobody's if there is no host."""
    owner = NOBODY if host is None else host.number
    below, above = ground.lower[window], ground.upper[window]
    return bool((below == owner).all() and (above == NOBODY).all())


def _add_corner_contact(builder: Builder) -> None:
    """Add one ring around two blocks that meet at a corner: invalid, though on the lattice."""
    column, row, _ = _block(builder, 7, 7, [])
    low, high = _rectangle(column, row, 3, 4), _rectangle(column + 3, row + 4, 4, 3)
    right = builder.clerk.papers("PR", "Au", (low, high))
    x, y, far_x, far_y = column + 3, row + 4, column + 7, row + 7
    ring: Ring = (
        (column, row), (column, y), (x, y), (x, far_y), (far_x, far_y), (far_x, y), (x, y),
        (x, row), (column, row),
    )  # fmt: skip
    right.rings, right.valid, right.fixed = (ring,), False, True
    builder.add(right)


def _add_repeated_geometry(builder: Builder) -> None:
    """Add a right on exactly the ground of another, under a code of its own."""
    original = _plain(builder)
    right = builder.clerk.papers(original.kind, "Au", original.stacks)
    right.rings, right.above, right.fixed = original.rings, True, True
    original.fixed = True
    builder.add(right)


def _add_second_row(builder: Builder) -> None:
    """Add a second row to a right; its declared area is that of the whole right."""
    first = _plain(builder, kind="PR")
    belt = builder.rng.choice(BELTS)
    right = builder.clerk.papers("PR", "Au", (builder.free_stack(40, "rows", belt),))
    for name in (
        "code",
        "kind_raw",
        "holders",
        "minerals",
        "status",
        "filed",
        "granted",
        "expires",
    ):
        setattr(right, name, copy.copy(getattr(first, name)))
    first.part, right.part = "1", "2"
    first.declared_cells = right.declared_cells = first.declared_cells + right.declared_cells
    first.fixed = right.fixed = True
    builder.add(right)


def _make_multipart(builder: Builder) -> None:
    """Give one right a second part, away from the first."""
    right = _plain(builder, kind="PR")
    column, row, _ = _block(builder, 5, 4, [])
    part = _rectangle(column + 1, row + 1, 3, 2)
    builder.ground.take(part, right.number)
    right.redraw(*right.stacks, part)
    right.fixed = True


def _repeat_codes(builder: Builder, groups: int) -> None:
    """Give geological reservations the code of another, two to five together."""
    rng = builder.rng
    zones = [right for right in builder.rights if right.kind == "ZRG"]
    rng.shuffle(zones)
    for _ in range(groups):
        group = [zones.pop() for _ in range(min(len(zones), rng.choice((2, 2, 3, 5))))]
        for part, right in enumerate(group, 1):
            right.code, right.part = group[0].code, str(part)


def _swap_axes(builder: Builder) -> None:
    """Draw one right with x and y swapped: it appears in the ocean, and overlaps nobody there."""
    right = _plain(builder, kind="PR")
    for stack in right.stacks:
        builder.ground.take(stack, RESERVED)
    right.swapped = right.fixed = True


def _misdate_and_mistype(builder: Builder) -> None:
    """Let one right expire before it was granted; make sure of a typing error and of 200 %."""
    dated = [r for r in builder.rights if r.expires is not None and r.granted is not None]
    wrong = builder.rng.choice(dated)
    if wrong.granted is not None:
        wrong.expires = wrong.granted - timedelta(days=30)
    mistyped = builder.rng.choice([r for r in dated if r.kind == "PR" and r is not wrong])
    mistyped.status = "Renouvellment Octroi"
    names = words.holder_names(2, builder.rng)
    mistyped.holders = ((names[0], 100), (names[1], 100))


def _plain(builder: Builder, kind: str | None = None) -> DemoRight:
    """Return a right on ground that is its alone, untouched by other errors."""
    ground, rng = builder.ground, builder.rng
    while True:
        right = rng.choice(builder.rights)
        if right.above or right.fixed or (kind is not None and right.kind != kind):
            continue
        carres = [carre for stack in right.stacks for carre in stack.carres()]
        if all(ground.upper[row, column] == NOBODY for column, row in carres):
            return right


def _rectangle(column: int, row: int, width: int, height: int) -> Stack:
    return Stack(True, row, ((column, column + width),) * height)


def _shifted(column: int, row: int, width: int, height: int, dx: float, dy: float) -> Ring:
    """Return a rectangle of whole carrés in size, shifted off the lattice by parts of a carré."""
    left, bottom, right, top = column + dx, row + dy, column + dx + width, row + dy + height
    return ((left, bottom), (left, top), (right, top), (right, bottom), (left, bottom))


def _cut_corner(column: int, row: int, width: int, height: int) -> Ring:
    """Return a rectangle with one corner cut off, all vertices on nodes; 1 × 1 gives a triangle."""
    if (width, height) == (1, 1):
        return ((column, row), (column, row + 1), (column + 1, row + 1), (column, row))
    right, top = column + width, row + height
    return (
        (column, row), (column, top), (right, top), (right, row + height // 2),
        (column + width // 2, row), (column, row),
    )  # fmt: skip


def _area(ring: Ring) -> float:
    """Return the area of a ring in carrés (shoelace formula)."""
    steps = itertools.pairwise(ring)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in steps)) / 2
