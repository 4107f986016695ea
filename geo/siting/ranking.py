"""In which order candidates are listed: criteria as data, one after the other, never a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from geo.grid import Floats, Integers
from geo.law.dated import read_bilingual
from geo.law.strict_yaml import Item, read_yaml
from geo.law.values import Bilingual

FILE = Path(__file__).resolve().parents[2] / "data" / "siting" / "ranking.yaml"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing by which candidates are ordered: by words (``order``) or by ``bands``.

    ``note`` says why it counts.
    """

    key: str
    name: Bilingual
    note: Bilingual
    order: tuple[str, ...] = ()
    bands: tuple[float, ...] = ()

    def places_of(self, values: Floats) -> Integers:
        """Return the place of each number among the bands, 0 best; NaN (no data) comes last."""
        place = np.searchsorted(np.array(self.bands), values, side="left")
        return np.where(np.isnan(values), len(self.bands) + 1, place).astype(np.int64)

    def place_of(self, value: str | float | None) -> int:
        """Return the place of one value, 0 best."""
        if self.order:
            return self.order.index(value) if value in self.order else len(self.order)
        return int(self.places_of(np.array([np.nan if value is None else value]))[0])


@dataclass(frozen=True, slots=True)
class Ranking:
    """The criteria in their order, and how many carrés a candidate has at most."""

    criteria: tuple[Criterion, ...]
    max_cells: int
    size_note: Bilingual

    def ranks(self, columns: Mapping[str, Integers]) -> Integers:
        """Return the order of things by their places on each criterion: (n,) indices, best first.

        Equals keep the order in which they came.
        """
        keys = [columns[one.key] for one in self.criteria if one.key in columns]
        return np.lexsort(keys[::-1]).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a candidate stands on one criterion: the value, in which band, and why it counts."""

    criterion: Criterion
    value: str | float | None
    place: int


def standings(ranking: Ranking, values: Mapping[str, str | float | None]) -> tuple[Standing, ...]:
    """Return where one candidate stands on every criterion, in their order."""
    return tuple(
        Standing(one, values.get(one.key), one.place_of(values.get(one.key)))
        for one in ranking.criteria
    )


@lru_cache
def load_ranking(file: Path = FILE) -> Ranking:
    """Return the ranking as the data has it.

    Raises
    ------
    LawDataInvalid : the file is not as it should be; the line is named.
    """
    fields = read_yaml(file).fields("size criteria")
    size = fields["size"].fields("max_cells note")
    criteria = tuple(_criterion(item) for item in fields["criteria"].items())
    return Ranking(criteria, int(size["max_cells"].decimal()), read_bilingual(size["note"]))


def _criterion(item: Item) -> Criterion:
    fields = item.fields("key name note", "order bands")
    if ("order" in fields) == ("bands" in fields):
        raise item.refused("a criterion has either an order of words or bands of numbers")
    return Criterion(
        fields["key"].text(),
        read_bilingual(fields["name"]),
        read_bilingual(fields["note"]),
        tuple(_texts(fields, "order")),
        tuple(float(text) for text in _texts(fields, "bands")),
    )


def _texts(fields: Mapping[str, Item], key: str) -> Sequence[str]:
    return [one.text() for one in fields[key].items()] if key in fields else []
