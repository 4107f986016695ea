"""Applying an approved extract: title by title what changes, then everything in one revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_

import shapely
from sqlalchemy import text

from geo.errors import RegisterBusy
from geo.perimeter import Perimeter
from geo.register.attributes import NewVersion, open_titles, record_act, write_versions
from geo.register.baseline import Baseline
from geo.register.bulk import new_ids
from geo.register.connection import UnitOfWork
from geo.register.ground_rows import NewGround
from geo.register.grounds import RowGround, kind_in_register, multipolygon_of
from geo.register.inheritance import Heir, Inherited, inherited, write_conflicts
from geo.register.intake import new_ground, open_zones, row_version
from geo.register.orders import ActOrder, facts_from_row
from geo.register.pieces import carry_out, current_ground, replace_ground
from geo.register.received import Prepared, ReadRow, last_revision
from geo.register.rewriting import Changes, Rewriting
from geo.register.versions import replace_attributes
from geo.sources.compare import Match
from geo.sources.rows import RightRow

ASSUMED = "held_from_assumed"
GONE = "gone_from_extract"
NOT_YET_A_CLAIM = "stated_as_application"


@dataclass(slots=True)
class Approval:
    """What an approved extract changes, worked out before the lock is taken."""

    source: str
    as_of: date
    seen: int
    plan: Rewriting = field(default_factory=Rewriting)
    versions: list[NewVersion] = field(default_factory=list)
    heirs: list[Heir] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    zones: list[int] = field(default_factory=list)
    gone: int = 0
    conflicts: list[Inherited] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Extract:
    unit: UnitOfWork
    baseline: Baseline
    reads: Mapping[int, ReadRow]
    row_ids: Mapping[int, int]


def plan_approval(
    unit: UnitOfWork,
    prepared: Prepared,
    row_ids: Sequence[int],
    baseline: Baseline,
    matches: Sequence[Match],
    source: str,
) -> Approval:
    """Return what applying the matches changes."""
    approval = Approval(source, prepared.as_of, last_revision(unit))
    numbers = [read.row.row for read in prepared.rows]
    extract = _Extract(
        unit,
        baseline,
        dict(zip(numbers, prepared.rows, strict=True)),
        dict(zip(numbers, row_ids, strict=True)),
    )
    for match in matches:
        _plan_match(approval, extract, match)
    approval.conflicts = inherited(unit, approval.heirs)
    return approval


def carry_out_approval(unit: UnitOfWork, approval: Approval, import_id: int) -> int:
    """Write an approved extract and return its revision.

    Raises
    ------
    RegisterBusy : the register changed while the approval was worked out.
    """
    revision = unit.open_revision()
    if revision != approval.seen + 1:
        raise RegisterBusy("the register changed during the approval. Try again")
    unit.connection.execute(
        text(
            "update register.import_run set state = 'applied', decided_revision = :revision "
            "where id = :id"
        ),
        {"id": import_id, "revision": revision},
    )
    reference = f"{approval.source}, {approval.as_of.isoformat()}"
    act = record_act(unit, ActOrder("extract_approved", reference, approval.as_of))
    open_titles(unit, approval.opened, revision)
    write_conflicts(unit, import_id, approval.conflicts)
    carry_out(unit, approval.plan, revision, act)
    write_versions(unit, [replace(v, act_id=act) for v in approval.versions], revision)
    open_zones(unit, approval.zones)
    unit.connection.execute(text("select register.refresh_statistics()"))
    return revision


def _plan_match(approval: Approval, extract: _Extract, match: Match) -> None:
    standing = extract.baseline.standing
    titles = [row for row in match.old if row.row in standing]
    if match.old and not titles:
        return
    pairs, left_titles, left_rows = paired(titles, match.new)
    for old, new in pairs:
        _plan_pair(approval, extract, old, new, changed=bool(match.changes))
    for row in left_rows:
        _plan_new(approval, extract, row)
    for row in left_titles:
        if match.new:
            _plan_merged(approval, extract, row)
        else:
            _plan_gone(approval, extract, row)


def paired(
    old: Sequence[RightRow], new: Sequence[RightRow]
) -> tuple[list[tuple[RightRow, RightRow]], list[RightRow], list[RightRow]]:
    """Pair the rows of one right: by ground, then by part, then in their order.

    Returns the pairs, and what is left over on either side.
    """
    pairs: list[tuple[RightRow, RightRow]] = []
    rest_old, rest_new = list(old), list(new)
    for alike in (_same_ground, _same_part, _any):
        for one in tuple(rest_old):
            index = next((i for i, row in enumerate(rest_new) if alike(one, row)), None)
            if index is not None:
                pairs.append((one, rest_new.pop(index)))
        taken = {id(one) for one, _ in pairs}
        rest_old = [one for one in rest_old if id(one) not in taken]
    return pairs, rest_old, rest_new


def _same_ground(old: RightRow, new: RightRow) -> bool:
    before, after = _perimeter(old), _perimeter(new)
    if before is not None or after is not None or old.geometry is None or new.geometry is None:
        return before == after
    polygons = [shapely.normalize(multipolygon_of(row.geometry)) for row in (old, new)]
    return bool(shapely.equals_exact(*polygons, tolerance=0))


def _perimeter(row: RightRow) -> Perimeter | None:
    return None if row.placement is None else row.placement.perimeter


def _same_part(old: RightRow, new: RightRow) -> bool:
    return old.part is not None and old.part == new.part


def _any(_old: RightRow, _new: RightRow) -> bool:
    return True


def _plan_pair(
    approval: Approval, extract: _Extract, old: RightRow, new: RightRow, *, changed: bool
) -> None:
    """Plan what one row changes of its title; nothing where ground and facts are the same."""
    title, read = old.row, extract.reads[new.row]
    was = extract.baseline.standing[title]
    now = was if read.ground is None else read.ground.standing
    flags: tuple[str, ...] = () if read.ground is None else read.ground.flags
    start = approval.as_of
    if was == "held" and now == "claimed":
        flags = (*flags, NOT_YET_A_CLAIM)
    elif read.ground is not None and (_ground_changed(old, new) or was != now):
        start = _plan_ground(approval, extract, title, read.ground, extract.row_ids[new.row])
    elif not changed and GONE not in extract.baseline.flags[title]:
        return
    kept = tuple(flag for flag in flags if was != now or flag != ASSUMED)
    _plan_facts(approval, extract, title, read, start, kept)


def _ground_changed(old: RightRow, new: RightRow) -> bool:
    return not _same_ground(old, new) or old.kind != new.kind


def _plan_ground(
    approval: Approval, extract: _Extract, title: int, ground: RowGround, row_id: int
) -> date:
    """Plan that a title has other ground, or another standing on it; return from which day."""
    was, now = extract.baseline.standing[title], ground.standing
    current = current_ground(extract.unit, was, title, (approval.as_of, None))
    begun = min(one.ground.held_from for one in current)
    start = max(approval.as_of if was == now else ground.held_from, begun)
    current = current_ground(extract.unit, was, title, (start, None))
    replace_ground(approval.plan, was, current, (start, None))
    kept = tuple(flag for flag in ground.flags if was != now or flag != ASSUMED)
    given = replace(ground, held_from=start, flags=kept)
    approval.plan.write.setdefault(now, []).append(new_ground(title, given, row_id))
    if now == "held":
        former = reduce(or_, (one.ground.perimeter for one in current)) if was == now else None
        approval.heirs.append(Heir(title, given, former))
    return start


def _plan_facts(
    approval: Approval,
    extract: _Extract,
    title: int,
    read: ReadRow,
    start: date,
    flags: tuple[str, ...],
) -> None:
    replace_attributes(extract.unit, approval.plan, title, (start, None))
    approval.versions.append(
        NewVersion(
            title_id=title,
            facts=facts_from_row(read.row, kind_in_register(read.row.kind), flags),
            valid_from=start,
            stated_on=approval.as_of,
            import_row_id=extract.row_ids[read.row.row],
        )
    )
    if read.row.kind == "ZEA":
        approval.zones.append(title)


def _plan_new(approval: Approval, extract: _Extract, row: RightRow) -> None:
    """Plan a title that the register does not hold yet, as a first import would."""
    read, row_id = extract.reads[row.row], extract.row_ids[row.row]
    title = new_ids(extract.unit, "title_id_seq", 1)[0]
    approval.opened.append(title)
    approval.versions.append(row_version(title, read, row_id, approval.as_of))
    if row.kind == "ZEA":
        approval.zones.append(title)
    if read.ground is not None:
        ground = new_ground(title, read.ground, row_id)
        approval.plan.write.setdefault(read.ground.standing, []).append(ground)
        if read.ground.standing == "held":
            approval.heirs.append(Heir(title, read.ground))


def _plan_merged(approval: Approval, extract: _Extract, row: RightRow) -> None:
    """Plan the end of a row whose right goes on under fewer rows: its ground is theirs now."""
    standing, period = extract.baseline.standing[row.row], (approval.as_of, None)
    current = current_ground(extract.unit, standing, row.row, period)
    replace_ground(approval.plan, standing, current, period)
    replace_attributes(extract.unit, approval.plan, row.row, period)
    if standing == "held":
        approval.heirs += [Heir(row.row, _former(one.ground)) for one in current]


def _plan_gone(approval: Approval, extract: _Extract, row: RightRow) -> None:
    """Plan a flag on a title that the extract no longer holds: it keeps its ground."""
    if GONE not in extract.baseline.flags[row.row]:
        period = (approval.as_of, None)
        replace_attributes(extract.unit, approval.plan, row.row, period, Changes(flag=GONE))
        approval.gone += 1


def _former(ground: NewGround) -> RowGround:
    """Return ground that ends, for the tolerance of its successors on the days between."""
    return RowGround(
        standing="held",
        kind=ground.kind,
        held_from=ground.held_from,
        perimeter=ground.perimeter,
        on_lattice=ground.on_lattice,
        geometry=ground.geometry,
        flags=ground.flags,
    )
