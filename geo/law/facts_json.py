"""The facts of a judged file as plain JSON, and back: exact, so that they can be judged again.

Perimeters are their runs (row, first column, end column), decimals their digits, days ISO, sets
sorted lists. None stays null and is never left out; a key that the facts do not have is refused,
and a fact that is not stored is not known, as before the law asked about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from geo.errors import GridError, InputError
from geo.grid import Grid
from geo.law.case import (
    Applicant,
    CaseFacts,
    Cooperative,
    Host,
    Met,
    Neighbour,
    Operation,
    Places,
    Proposal,
    Step,
    Trade,
)
from geo.law.facts import RightFacts
from geo.perimeter import Perimeter

_NESTED: Mapping[str, type] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            *(Applicant, CaseFacts, Cooperative, Host, Met, Neighbour, Operation),
            *(Places, Proposal, RightFacts, Step, Trade),
        )
    }
)


def facts_to_json(facts: CaseFacts) -> dict[str, Any]:
    """Return the facts of a file as values that JSON holds exactly.

    Examples
    --------
    >>> ground = Perimeter.from_runs([(-1286, 3056, 3060)])
    >>> stored = facts_to_json(CaseFacts(Proposal("PE", ground, term_years=Decimal("25"))))
    >>> stored["proposal"]["perimeter"], stored["proposal"]["term_years"], stored["host"]
    ([[-1286, 3056, 3060]], '25', None)
    """
    return _record(facts)


def _record(value: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Perimeter):
        return value.to_lists()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    return _record(value)


def facts_from_json(stored: Mapping[str, Any], grid: Grid) -> CaseFacts:
    """Return the facts of a file as they were stored.

    Parameters
    ----------
    stored : from :func:`facts_to_json`, through JSON or not.
    grid : the grid of the jurisdiction, on which every perimeter lies.

    Raises
    ------
    InputError : a key that the facts do not have, or a value of the wrong shape.
    """
    try:
        facts: CaseFacts = _Reader(grid).record("CaseFacts", stored)
    except (GridError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise InputError(f"the stored facts cannot be read ({error})") from error
    return facts


class _Reader:
    """Builds values from JSON by the types that their fields declare."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._converters: Mapping[str, Callable[[Any], Any]] = {
            "Perimeter": self._perimeter,
            "Decimal": lambda digits: Decimal(str(digits)),
            "date": date.fromisoformat,
            "frozenset[str]": frozenset,
            "tuple[Neighbour, ...]": lambda members: self._all("Neighbour", members),
            "tuple[Step, ...]": lambda members: self._all("Step", members),
            "Mapping[str, bool]": lambda members: MappingProxyType(dict(members)),
            "tuple[Met, ...]": lambda members: self._all("Met", members),
            "Mapping[str, Places | tuple[Met, ...] | None]": self._places,
        }

    def record(self, name: str, stored: Mapping[str, Any]) -> Any:
        """Return a value of a class of facts."""
        kind = _NESTED[name]
        declared = {field.name: str(field.type) for field in fields(kind)}
        unknown = sorted(set(stored) - set(declared))
        if unknown:
            raise InputError(f"{name} has no {unknown[0]!r}: the facts were stored by other code")
        return kind(**{key: self._value(declared[key], value) for key, value in stored.items()})

    def _value(self, declared: str, value: Any) -> Any:
        declared = declared.removesuffix(" | None")
        if value is None:
            return None
        if declared in _NESTED:
            return self.record(declared, value)
        convert = self._converters.get(declared)
        return convert(value) if convert else value

    def _all(self, name: str, members: Any) -> tuple[Any, ...]:
        return tuple(self.record(name, member) for member in members)

    def _perimeter(self, runs: Any) -> Perimeter:
        return Perimeter.from_runs(runs, self.grid) if runs else Perimeter.empty(self.grid)

    def _places(self, stored: Mapping[str, Any]) -> Mapping[str, Places | tuple[Met, ...] | None]:
        return MappingProxyType({code: self._of_class(found) for code, found in stored.items()})

    def _of_class(self, found: Any) -> Places | tuple[Met, ...] | None:
        if isinstance(found, Mapping):
            places: Places = self.record("Places", found)
            return places
        return None if found is None else self._all("Met", found)
