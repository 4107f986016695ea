"""What a proposal does to the dues of its host title, by both routes side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from geo.casework.money.dues import dues_in
from geo.casework.money.held import held_title
from geo.casework.money.rates import current_law
from geo.errors import RegisterError
from geo.law.fees import FeeEffect, fee_effect
from geo.law.values import Law
from geo.register.connection import UnitOfWork

Route = Literal["a", "b"]


@dataclass(frozen=True, slots=True)
class ProposalEffect:
    """The dues of a whole year before and after, the fee first, then the area tax.

    By route A the title gives the carrés up; by route B it keeps them all and goes on paying.
    """

    route: Route
    host_title_id: int
    life_year: int
    cells_before: int
    cells_given_up: int
    route_a: tuple[FeeEffect, ...]
    route_b: tuple[FeeEffect, ...]

    @property
    def chosen(self) -> tuple[FeeEffect, ...]:
        """The effect of the route that was proposed."""
        return self.route_a if self.route == "a" else self.route_b


def fee_effect_of(
    unit: UnitOfWork,
    host_title_id: int,
    cells_given_up: int,
    route: Route,
    on: date,
    law: Law,
    as_known_on: date | int | None = None,
) -> ProposalEffect:
    """Return what a proposal does to the dues of its host for a whole year, by the rates of a day.

    Raises
    ------
    NotFound : the register knew no such title on that day.
    RegisterError : the title owes nothing, or does not hold so many carrés, or they cannot be
        counted because its ground lies off the lattice.
    """
    title = held_title(unit, host_title_id, on.year, on, as_known_on)
    held = title.cells_on(on)
    completed = current_law(unit, law, as_known_on)
    dues = dues_in(title, on.year, on, completed)
    if not dues.dues or title.granted_on is None or not title.is_exact:
        why = dues.reason or dues.dues[0].reason
        raise RegisterError(f"title {host_title_id} has no dues to compare ({why}).")
    if not 0 < cells_given_up <= held:
        raise RegisterError(
            f"title {host_title_id} holds {held} carrés on {on.isoformat()}, and {cells_given_up} "
            "are asked for. Choose carrés of its own."
        )
    number = dues.dues[0].life_year or on.year - title.granted_on.year + 1
    a, b = (
        fee_effect(title.kind, number, held, after, on, completed)
        for after in (held - cells_given_up, held)
    )
    return ProposalEffect(route, host_title_id, number, held, cells_given_up, a, b)
