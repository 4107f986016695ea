"""Facts of a file as a scenario writes them: plain YAML into the values that the judge takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from geo.errors import InputError
from geo.grid import DRC, PERU_18_SOUTH, Grid
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

GRIDS: Mapping[str, Grid] = MappingProxyType({"cd": DRC, "pe": PERU_18_SOUTH})
_PIECE = re.compile(r"([+-]?)\s*(-?\d+) (-?\d+) (\d+)x(\d+)\s*")


def perimeter_of(text: str, grid: Grid) -> Perimeter:
    """Return the perimeter of ``"COLUMN ROW WIDTHxHEIGHT"``, ``+`` others, ``-`` others.

    ``none`` is the empty perimeter.

    >>> perimeter_of("0 0 3x3 - 1 1 1x1", DRC).count
    8
    """
    found = Perimeter.empty(grid)
    if text == "none":
        return found
    if not re.fullmatch(f"(?:{_PIECE.pattern})+", text):
        raise InputError(f"{text!r} is no perimeter: write COLUMN ROW WIDTHxHEIGHT")
    for sign, column, row, width, height in _PIECE.findall(text):
        rows = range(int(row), int(row) + int(height))
        piece = Perimeter.from_runs(
            [(r, int(column), int(column) + int(width)) for r in rows], grid
        )
        found = found - piece if sign == "-" else found | piece
    return found


def case_facts(body: Mapping[str, Any], jurisdiction: str) -> CaseFacts:
    """Return the facts that a scenario states; an unknown key is refused."""
    reader = _Reader(GRIDS[jurisdiction])
    parts: dict[str, Any] = {
        name: reader.built(kind, body[name]) for name, kind in _PARTS.items() if name in body
    }
    for name, kind in _LISTS.items():
        parts[name] = tuple(reader.built(kind, member) for member in body.get(name, ()))
    if body.get("water") is not None:
        parts["water"] = perimeter_of(body["water"], reader.grid)
    parts["places"] = MappingProxyType(
        {code: _places(reader, met) for code, met in (body.get("places") or {}).items()}
    )
    unknown = set(body) - set(_PARTS) - set(_LISTS) - {"water", "places"}
    if unknown:
        raise InputError(f"unknown facts {sorted(unknown)}")
    return CaseFacts(**parts)


def right_facts(body: Mapping[str, Any], jurisdiction: str) -> RightFacts:
    """Return the facts of a right that a scenario states; an unknown key is refused."""
    right: RightFacts = _Reader(GRIDS[jurisdiction]).built(RightFacts, body)
    return right


def _places(reader: _Reader, met: Any) -> Places | tuple[Met, ...] | None:
    """Return a list of places, all that there are unless ``{met: …, covered: false}`` says so."""
    if isinstance(met, Mapping):
        return Places(tuple(reader.built(Met, place) for place in met["met"]), met["covered"])
    return None if met is None else tuple(reader.built(Met, place) for place in met)


_PARTS: Mapping[str, type] = {
    "proposal": Proposal,
    "applicant": Applicant,
    "host": Host,
    "cooperative": Cooperative,
    "operation": Operation,
    "trade": Trade,
}
_LISTS: Mapping[str, type] = {"neighbours": Neighbour, "steps": Step}


class _Reader:
    """Builds one value after another on one grid, by the types that its fields declare."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid

    def built(self, kind: type, body: Mapping[str, Any] | None) -> Any:
        """Return a value of a class of facts; None where the scenario says null."""
        if body is None:
            return None
        types = {field.name: str(field.type) for field in fields(kind)}
        unknown = set(body) - set(types)
        if unknown:
            raise InputError(f"{kind.__name__} has no {sorted(unknown)[0]!r}")
        try:
            return kind(**{name: self._value(types[name], value) for name, value in body.items()})
        except (TypeError, AttributeError) as error:
            raise InputError(f"{kind.__name__} cannot be read ({error})") from None

    def _value(self, declared: str, value: Any) -> Any:
        if value is None:
            return None
        _refuse_other_type(declared, value)
        for word, convert in self._converters().items():
            if declared.startswith(word):
                return convert(value)
        return value

    def _converters(self) -> Mapping[str, Any]:
        return {
            "Perimeter": lambda text: perimeter_of(text, self.grid),
            "frozenset": frozenset,
            "Decimal": _decimal,
            "RightFacts": lambda body: self.built(RightFacts, body),
            "Mapping": lambda body: MappingProxyType(dict(body)),
        }


_PLAIN: Mapping[str, tuple[type, str]] = {
    "bool": (bool, "true or false"),
    "date": (date, "a day without quotes (YYYY-MM-DD)"),
    "int": (int, "a whole number"),
    "frozenset": (list, "a list"),
}


def _refuse_other_type(declared: str, value: Any) -> None:
    expected, words = _PLAIN.get(declared.split("[")[0].split(" ")[0], (object, ""))
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        raise InputError(f"{value!r} is not {words}")


def _decimal(number: Any) -> Decimal:
    try:
        return Decimal(str(number))
    except InvalidOperation:
        raise InputError(f"{number!r} is not a number") from None
