"""What the steps of a suspension do: the title is suspended and lifted, with what lies in it."""

from __future__ import annotations

from sqlalchemy import text

from geo.casework.effects.inner import fates_in, require_fates
from geo.casework.effects.standing import (
    act_of_kind,
    require_act_of,
    require_act_since_filing,
    require_standing,
    right_of,
    title_of,
)
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.law.host_events import HostEvent
from geo.register.writer import set_state
from geo.sources.rows import State

_SUSPENDED_WITH_IT = text(
    "select v.title_id from register.title_version v join register.act a on a.id = v.act_id "
    "join register.bond b on b.title_id = v.title_id and upper_inf(b.known) "
    "and b.valid @> cast(:on as date) where upper_inf(v.known) and v.valid @> cast(:on as date) "
    "and v.state = 'suspended' and a.kind = 'suspension' and a.reference = :reference "
    "and v.title_id <> :title order by v.title_id"
)
_REFERENCE = text(
    "select payload #>> '{act,reference}' from casework.case_step where file_id = :file "
    "and action = 'register' order by seq desc limit 1"
)


def require_title_in_force(work: Work) -> None:
    """Refuse to suspend what is no title that stands, or is suspended already."""
    right = right_of(work, title_of(work))
    require_standing(right)
    if right.state == State.SUSPENDED:
        raise StepRefused("the title is suspended already.", "le titre est déjà suspendu.")


def require_decidable(work: Work) -> None:
    """Refuse to decide by an older act, or what could not be registered then."""
    require_act_since_filing(work)
    require_fates(work, title_of(work), HostEvent.SUSPENSION)


def require_same_act(work: Work) -> None:
    """Refuse to register by another act than the Minister's."""
    require_act_since_filing(work)
    require_act_of(work, "decide")


def suspend(work: Work) -> None:
    """Suspend the title from the day of the act; it keeps its ground."""
    fates = fates_in(work, title_of(work), HostEvent.SUSPENSION)
    set_state(work.unit, title_of(work), State.SUSPENDED, act_of_kind(work, "suspension"))
    fates.carry_out(work)


def lift(work: Work) -> None:
    """Lift the suspension of the title, and of what the same act suspended in it."""
    act = act_of_kind(work, "lifting")
    reference = work.unit.connection.scalar(_REFERENCE, {"file": work.file.id})
    asked = {"on": act.on_day, "reference": reference, "title": title_of(work)}
    for inner in work.unit.connection.scalars(_SUSPENDED_WITH_IT, asked).all():
        set_state(work.unit, inner, State.GRANTED, act)
    set_state(work.unit, title_of(work), State.GRANTED, act)
