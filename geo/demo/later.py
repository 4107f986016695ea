"""A later extract of the same demonstration register, changed as real registers change.

Four rows in five stay as they were. Of the others most are smaller and wholly inside their old
perimeter (relinquishment), a few larger (transfer), a few moved; kinds and holders change, rights
go and new ones come. The code of a right stays.
"""

from __future__ import annotations

from collections.abc import Callable

from geo.demo import words
from geo.demo.build import DEFAULT_RIGHTS, Builder, Progress, built
from geo.demo.ground import NOBODY
from geo.demo.rights import FIRST_DAY, LATER_DAY, DemoRegister, DemoRight
from geo.demo.stacks import Stack

SHARES = {
    "smaller": 0.115, "larger": 0.015, "moved": 0.01, "gone": 0.03, "kind": 0.025, "holder": 0.015,
}  # fmt: skip
NEW_SHARE = 0.03
TURNS_INTO = {"PR": ("PE", "PE", "PEPM"), "PEPM": ("PE",), "ARPC": ("AECP",)}
LARGEST = 471


def generate_later(
    rights: int = DEFAULT_RIGHTS, seed: int = 0, progress: Progress | None = None
) -> DemoRegister:
    """Return the later extract of ``generate(rights, seed)``, with what changed in ``changes``.

    ``changes`` maps the number of each right that is not as before to one of ``smaller``,
    ``larger``, ``moved``, ``gone``, ``kind``, ``holder`` and ``new``.
    """
    builder = built(rights, seed, FIRST_DAY, progress)
    builder.clerk.as_of = LATER_DAY
    changes: dict[int, str] = {}
    for change, share in SHARES.items():
        _make(builder, change, max(1, round(share * rights)), changes)
    for _ in range(max(1, round(NEW_SHARE * rights))):
        kind = builder.rng.choices(list(words.KINDS), list(words.KINDS.values()))[0]
        right = builder.grow_below(kind)
        builder.add(right)
        changes[right.number] = "new"
    builder.rights = [r for r in builder.rights if changes.get(r.number) != "gone"]
    builder.rng.shuffle(builder.rights)
    register = builder.register()
    register.changes = changes
    return register


def _make(builder: Builder, change: str, wanted: int, changes: dict[int, str]) -> None:
    """Make a change to so many rights that have not changed yet; some cannot bear it."""
    order = [r for r in builder.rights if not r.fixed and r.number not in changes]
    builder.rng.shuffle(order)
    for right in order:
        if wanted == 0:
            return
        if _CHANGES[change](builder, right):
            changes[right.number] = change
            wanted -= 1


def _shrink(builder: Builder, right: DemoRight) -> bool:
    """Give up part of the ground at one end: what is left is inside the old perimeter."""
    (stack,) = right.stacks
    kept = round(len(stack.spans) * builder.rng.uniform(0.35, 0.75))
    if not 0 < kept < len(stack.spans):
        return False
    skipped = len(stack.spans) - kept if builder.rng.random() < 0.5 else 0
    spans = stack.spans[skipped : skipped + kept]
    _move_to(builder, right, Stack(stack.rows, stack.first + skipped, spans))
    return True


def _enlarge(builder: Builder, right: DemoRight) -> bool:
    """Add free lines like the last one beyond the end."""
    (stack,) = right.stacks
    start, end = stack.spans[-1]
    added = 0
    while added < 4 and stack.count + (added + 1) * (end - start) <= LARGEST:
        line = stack.first + len(stack.spans) + added
        places = [(position, line) for position in range(start, end)]
        if not all(builder.ground.is_free(*(p if stack.rows else p[::-1])) for p in places):
            break
        added += 1
    if not added or right.above:
        return False
    spans = stack.spans + ((start, end),) * added
    _move_to(builder, right, Stack(stack.rows, stack.first, spans))
    return True


def _relocate(builder: Builder, right: DemoRight) -> bool:
    """Move a right to free ground elsewhere, away from where it was."""
    (stack,) = right.stacks
    for _ in range(50):
        seed = builder.ground.anywhere(builder.rng)
        found = builder.ground.grow_free(seed, stack.count, builder.rng)
        if found is not None and not right.above and not _near(found, stack):
            _move_to(builder, right, found)
            return True
    return False


def _free(builder: Builder, right: DemoRight) -> bool:
    """Give up all the ground; the row goes too."""
    for stack in right.stacks:
        builder.ground.take(stack, NOBODY, above=right.above)
    return True


def _transform(builder: Builder, right: DemoRight) -> bool:
    """Turn a right into another kind, granted between the two extracts."""
    if right.kind not in TURNS_INTO or right.granted is None or right.status in words.ENDING:
        return False
    kind = builder.rng.choice(TURNS_INTO[right.kind])
    papers = builder.clerk.papers(kind, "Au", (), status="Actif")
    right.kind, right.kind_raw, right.status = kind, papers.kind_raw, papers.status
    right.filed, right.granted, right.expires = builder.clerk.dates_after(kind, FIRST_DAY)
    return True


def _transfer(builder: Builder, right: DemoRight) -> bool:
    if right.kind in ("ZRG", "ZEA"):
        return False
    builder.clerk.other_holder(right)
    return True


_CHANGES: dict[str, Callable[[Builder, DemoRight], bool]] = {
    "smaller": _shrink,
    "larger": _enlarge,
    "moved": _relocate,
    "gone": _free,
    "kind": _transform,
    "holder": _transfer,
}


def _move_to(builder: Builder, right: DemoRight, stack: Stack) -> None:
    _free(builder, right)
    builder.ground.take(stack, right.number, above=right.above)
    right.redraw(stack)


def _near(one: Stack, other: Stack) -> bool:
    """Whether two stacks share a carré."""
    return not set(one.carres()).isdisjoint(other.carres())
