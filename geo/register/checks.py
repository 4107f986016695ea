"""What an order must find in the register before it is written, said clearly where it does not.

The exclusion constraint refuses taken ground in any case; this says how much, and who asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import pairwise

import psycopg
from psycopg import errors as pg
from sqlalchemy import exc as sa
from sqlalchemy import text

from geo.errors import GroundTaken, NotFound, RegisterError
from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork, driver_error
from geo.register.grounds import RENUNCIATION_HOSTS, RENUNCIATION_SINCE
from geo.register.names import name_of
from geo.register.orders import TitleFacts
from geo.register.pieces import Current, current_ground
from geo.register.rewriting import Span, days_of

_TAKEN = text(
    """
    select coalesce(sum(upper(c) - lower(c)), 0) from (
      select unnest(range_agg(o.cols * r.cols)) as c
      from register.rows_of(cast(:runs as int[])) r
      join register.ground_group_kind g on g.kind = :kind
      join register.occupancy o on o.grp = g.grp and o."row" = r."row" and o.cols && r.cols
        and o.held && daterange(cast(:from as date), cast(:to as date))
        and not o.title_id = any(:but)
        and not exists (select from register.inherited_conflict_party p
                        where p.conflict_id = -o.excl and p.title_id = :title)
      group by o."row") taken
    """
)

_EARLIER_CLAIMS = text(
    """
    select distinct c.title_id
    from register.claim c
    join register.ground_group_kind theirs on theirs.kind = c.kind
    join register.ground_group_kind ours on ours.grp = theirs.grp and ours.kind = :kind
    cross join lateral register.rows_of(c.runs) r
    join register.rows_of(cast(:runs as int[])) a on a."row" = r."row" and a.cols && r.cols
    where upper_inf(c.known) and upper_inf(c.held) and c.title_id <> :title
      and c.geom && st_makeenvelope(:west, :south, :east, :north, 4326)
      and (cast(:filed as date) is null or lower(c.held) < :filed)
    order by c.title_id
    """
)


def _held(unit: UnitOfWork, title_id: int, period: Span) -> list[Current]:
    current = current_ground(unit, "held", title_id, period)
    if not current:
        raise NotFound(f"{name_of(unit, title_id)} holds no ground {days_of(period)}.")
    return current


def held_on(unit: UnitOfWork, title_id: int, on: date) -> list[Current]:
    """Return the ground of a title from a day on, on which it must hold some."""
    current = _held(unit, title_id, (on, None))
    first = current[0].ground.held_from
    if first > on:
        raise NotFound(
            f"{name_of(unit, title_id)} holds no ground on {on.isoformat()}, only from "
            f"{first.isoformat()} on. Check the day of the act."
        )
    return current


def held_throughout(unit: UnitOfWork, title_id: int, period: Span) -> list[Current]:
    """Return the ground of a title over a period, on each day of which it must hold some."""
    current = _held(unit, title_id, period)
    spans: list[Span] = [(one.ground.held_from, one.ground.held_to) for one in current]
    joined = all(before[1] == after[0] for before, after in pairwise(spans))
    end = spans[-1][1]
    long_enough = end is None or period[1] is None or period[1] <= end
    if spans[0][0] > period[0] or not joined or not long_enough:
        raise RegisterError(
            f"{name_of(unit, title_id)} holds ground {' and '.join(map(days_of, spans))}, not on "
            f"every day {days_of(period)}. Correct it within those days; for others record a grant "
            "or release."
        )
    return current


def held_ever_after(unit: UnitOfWork, title_id: int, since: date) -> list[Current]:
    """Return the ground of a title that holds some on each day from one on, without an end."""
    held_on(unit, title_id, since)
    current = held_throughout(unit, title_id, (since, None))
    end = current[-1].ground.held_to
    if end is not None:
        raise RegisterError(
            f"{name_of(unit, title_id)} holds ground {days_of((since, end))}, not on every day "
            "after. What lies in it would have to end with it."
        )
    return current


def require_host(current: Sequence[Current], on: date) -> None:
    """Refuse a zone by renunciation where the law of the day names none (Code art 30(e))."""
    kinds = {one.ground.kind for one in current}
    if on < RENUNCIATION_SINCE:
        raise RegisterError(
            f"the law names no zone by renunciation before {RENUNCIATION_SINCE.isoformat()}. "
            "Record the holder's release, then the zone on free ground."
        )
    if not kinds <= RENUNCIATION_HOSTS:
        raise RegisterError(
            f"the law names no zone by renunciation on {', '.join(sorted(kinds))}, only on "
            f"{', '.join(sorted(RENUNCIATION_HOSTS))}."
        )


def require_ground(kind: str, perimeter: Perimeter, allowed: Collection[str]) -> None:
    """Refuse a kind that is not among the allowed, and a perimeter without a carré."""
    if kind not in allowed:
        raise RegisterError(f"“{kind}” is not among {', '.join(sorted(allowed))}.")
    if not perimeter:
        raise RegisterError("a perimeter needs at least one carré.")


def require_free(
    unit: UnitOfWork,
    label: str,
    title_id: int,
    kind: str,
    perimeter: Perimeter,
    period: Span,
    leaving: Collection[int] = (),
) -> None:
    """Say clearly what the exclusion constraint would refuse anyway.

    On inherited conflict ground its parties tolerate the title if it is one of them, not else.
    """
    asked = {
        "title": title_id,
        "runs": perimeter.to_lists(),
        "kind": kind,
        "from": period[0],
        "to": period[1],
        "but": sorted({title_id, *leaving}),
    }
    taken = unit.connection.scalar(_TAKEN, asked)
    if taken:
        raise GroundTaken(
            f"{taken} of the {perimeter.count} carrés asked for by {label} are held by another "
            "right. Choose free carrés, or record its release first."
        )


def require_first(
    unit: UnitOfWork,
    facts: TitleFacts,
    perimeter: Perimeter,
    title_id: int,
    examined: Collection[int],
) -> None:
    """Refuse carrés for which an earlier application asks that was not ruled on."""
    west, south, east, north = perimeter.outline().bounds
    asked = {
        "kind": facts.kind,
        "runs": perimeter.to_lists(),
        "title": title_id,
        "filed": facts.filed_on,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    earlier = set(unit.connection.scalars(_EARLIER_CLAIMS, asked)) - set(examined)
    if earlier:
        raise GroundTaken(
            f"{len(earlier)} earlier application(s) ask for carrés of {facts.kind} "
            f"{facts.code or '(no code yet)'} and were not ruled on. Examine them first."
        )


@contextmanager
def asking(label: str, perimeter: Perimeter) -> Iterator[None]:
    """Name what was asked for, and nothing else, when the constraint refuses it."""
    try:
        yield
    except (psycopg.Error, sa.DBAPIError) as error:
        cause = driver_error(error)
        if (
            isinstance(cause, pg.ExclusionViolation)
            and cause.diag.constraint_name == "occupancy_excludes"
        ):
            raise GroundTaken(
                f"some of the {perimeter.count} carrés asked for by {label} were granted to "
                "another right a moment ago. Choose free carrés."
            ) from error
        raise
