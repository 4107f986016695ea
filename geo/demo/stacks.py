"""Shapes of carrés that grow on open ground: consecutive lines, one stretch of carrés in each.

A stack's outline is always one simple ring, and every outline that surveyors draw around whole
carrés without holes can be cut into stacks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

Ring = tuple[tuple[float, float], ...]
Span = tuple[int, int]
Owners = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Stack:
    """Carrés in consecutive lines (rows if ``rows``, else columns), a half-open span in each.

    ``first`` is the index of the first line. Spans of neighbouring lines share at least one
    position, so that the carrés hang together by edges.
    """

    rows: bool
    first: int
    spans: tuple[Span, ...]

    @property
    def count(self) -> int:
        """How many carrés."""
        return sum(end - start for start, end in self.spans)

    def paint(self, owners: Owners, value: int) -> None:
        """Write ``value`` into every carré of the stack; ``owners`` is indexed [row, column]."""
        lines = owners if self.rows else owners.T
        for line, (start, end) in enumerate(self.spans, self.first):
            lines[line, start:end] = value

    def carres(self) -> list[tuple[int, int]]:
        """Return the carrés as (column, row)."""
        return [
            (position, line) if self.rows else (line, position)
            for line, (start, end) in enumerate(self.spans, self.first)
            for position in range(start, end)
        ]

    def ring(self) -> Ring:
        """Return the outline: closed, clockwise, (column, row) nodes without straight-on ones."""
        up = _side([start for start, _ in self.spans], self.first)
        down = _side([end for _, end in self.spans], self.first)[::-1]
        nodes = [*up, *down, up[0]]
        if not self.rows:
            nodes = [(y, x) for x, y in reversed(nodes)]
        return tuple(nodes)


def _side(positions: list[int], first: int) -> list[tuple[float, float]]:
    """Return the nodes of one side, from the first line to the end of the last."""
    nodes: list[tuple[float, float]] = [(positions[0], first)]
    for line in range(1, len(positions)):
        if positions[line] != positions[line - 1]:
            nodes += [(positions[line - 1], first + line), (positions[line], first + line)]
    nodes.append((positions[-1], first + len(positions)))
    return nodes


def grow(
    open_ground: npt.NDArray[np.bool_], seed: tuple[int, int], target: int, rng: Random
) -> Stack | None:
    """Grow a stack of at most ``target`` carrés around a seed on open ground.

    Parameters
    ----------
    open_ground : bool (rows, columns), where carrés may be taken.
    seed : (column, row) in that array.
    target : how many carrés are wished for; the ground may give fewer.

    Returns None when the seed itself is not open.
    """
    rows = rng.random() < 0.5
    position, line = seed if rows else seed[::-1]
    field = open_ground if rows else open_ground.T
    lines, width = field.shape
    cells = np.ascontiguousarray(field).tobytes()
    wish = _Wish(target, position, rng)
    span = _stretch(cells, line * width, width, wish.span, (position, position + 1))
    if span is None:
        return None
    spans = [span]
    left = wish.carres - (span[1] - span[0])
    upward = left // wish.width // 2 * wish.width
    first = line
    for step, end in ((1, lines), (-1, -1)):
        previous = span
        share = upward if step == 1 else left
        for index in range(line + step, end, step):
            if share <= 0:
                break
            found = _stretch(cells, index * width, width, wish.reach(), previous)
            if found is None:
                break
            previous = _trimmed(found, previous, share)
            spans = [*spans, previous] if step == 1 else [previous, *spans]
            first = min(first, index)
            share -= previous[1] - previous[0]
            left -= previous[1] - previous[0]
    return Stack(rows, first, tuple(spans))


class _Wish:
    """What the next line should be; it wanders, so that outlines get their corners."""

    def __init__(self, target: int, position: int, rng: Random) -> None:
        self.width = max(1, min(target, round(math.sqrt(target * math.exp(rng.gauss(0, 0.45))))))
        low = position - rng.randrange(self.width)
        self.span: Span = (low, low + self.width)
        self._sway = max(1, self.width // 3)
        self._restless = rng.choices((0.0, 0.07, 0.5), (0.7, 0.2, 0.1))[0]
        whole_lines = target // self.width * self.width
        self.carres = target if self._restless else whole_lines
        self._rng = rng

    def reach(self) -> Span:
        """Return the stretch wished for in the next line."""
        if self._rng.random() < self._restless:
            low = self.span[0] + self._rng.randint(-self._sway, self._sway)
            high = self.span[1] + self._rng.randint(-self._sway, self._sway)
            if low < high:
                self.span = (low, high)
        return self.span


def _stretch(cells: bytes, offset: int, width: int, wish: Span, previous: Span) -> Span | None:
    """Return the open stretch of a line within the wish that continues the previous one."""
    low, high = max(wish[0], 0), min(wish[1], width)
    start, end = max(low, previous[0]), min(high, previous[1])
    if start >= end:
        return None
    anchor = cells.find(b"\1", offset + start, offset + end)
    if anchor < 0:
        return None
    blocked_before = cells.rfind(b"\0", offset + low, anchor)
    blocked_after = cells.find(b"\0", anchor, offset + high)
    return (
        low if blocked_before < 0 else blocked_before + 1 - offset,
        high if blocked_after < 0 else blocked_after - offset,
    )


def _trimmed(span: Span, previous: Span, most: int) -> Span:
    """Return at most ``most`` carrés of a span, some of them beside the previous span."""
    if span[1] - span[0] <= most:
        return span
    start = max(span[0], min(previous[0], span[1] - most))
    return start, start + most
