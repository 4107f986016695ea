"""Rows of an activity file become observations: each value typed, or not stated and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shapely.geometry.base import BaseGeometry

from geo.activity.records import Observation, Seen
from geo.periods import Period
from geo.sources.activity.origins import MOST_M, read_origin
from geo.sources.activity.rows import NOTHING
from geo.sources.activity.schemas import SeenColumns, holds_years
from geo.sources.activity.sensitive import reaches_a_person, safe_key
from geo.sources.activity.values import (
    NO_PERIOD,
    ReadPeriod,
    between,
    is_stated,
    read_confidence,
    read_count,
    read_metres,
    read_patch_ha,
    read_period,
    stated,
)
from geo.sources.dates import Order, order_in
from geo.sources.issue_kinds import RowIssue
from geo.sources.issues import IssueLog
from geo.sources.layers import Layer
from geo.sources.minerals import read_minerals
from geo.sources.schemas import ColumnData
from geo.sources.text import clean, has_hidden, key_of, shown

MAX_TEXT = 1000
"""How many characters of a text are kept: more is no name of a place."""

_UNKNOWN_MINERAL = frozenset({"inconnu", "inconnue", "unknown", "autre", "other", "na"})
_NOT_STATED = "so it is not stated"


@dataclass(slots=True)
class Tally:
    """What is counted over the rows of a layer, to be said once."""

    days: int = 0
    first_of_year: int = 0
    first_of_month: int = 0
    without_radius: Counter[str] = field(default_factory=Counter)


class SeenNormaliser:
    """Turns the rows of one layer into observations.

    Parameters
    ----------
    source : code of the source that the file comes from.
    layer : without the columns that stay at the door.
    sensitive : those columns by name, where they are asked for; None where they are dropped.
    received_on : the day the file was received; later days are not credible. None: not asked.
    """

    def __init__(
        self,
        layer: Layer,
        columns: SeenColumns,
        source: str,
        first_row: int,
        log: IssueLog,
        *,
        sensitive: ColumnData | None = None,
        received_on: date | None = None,
    ) -> None:
        self._data = layer.columns
        self._columns = columns
        self._source = source
        self._first_row = first_row
        self._log = log
        self._sensitive = sensitive
        self._received_on = received_on
        self._shown = _shown_columns(layer.columns, columns)
        self._order = {name: self._order_of(name) for name in ("date", "from", "to")}
        self.tally = Tally()

    def observation(self, index: int, geometry: BaseGeometry) -> Observation:
        """Return the observation of a row of the layer, reporting what is odd about it."""
        name = self._text(index, "name")
        attributes = {
            key: text
            for key, column in self._shown.items()
            if (text := self._shown_text(index, column, self._data[column][index]))
        }
        return Observation(
            id=None,
            source=self._source,
            seen=self._columns.seen,
            geometry=geometry,
            during=self._during(index),
            site=self._site(index),
            name=name,
            uncertainty_m=0.0 if geometry.geom_type != "Point" else self._uncertainty(index),
            patch_ha=self._patch(index),
            confidence=self._confidence(index),
            minerals=self._minerals(index),
            workers=self._workers(index),
            attributes=attributes,
        )

    def held_back(self, index: int) -> Mapping[str, str]:
        """Return what a row says that is not shown; nothing where it was not asked for."""
        if self._sensitive is None:
            return NOTHING
        said = {name: stated(values[index]) for name, values in self._sensitive.items()}
        texts = [*self._shown.values(), *self._columns.fields.get("name", ())]
        for name in texts:
            text = stated(self._data[name][index])
            said[name] = text if text is not None and reaches_a_person(text) else None
        return {name: text for name, text in said.items() if text is not None}

    def _values(self, index: int, meaning: str) -> list[tuple[str, object]]:
        """Return what the columns of a field hold, those that say something."""
        columns = self._columns.fields.get(meaning, ())
        held = ((column, self._data[column][index]) for column in columns)
        return [(column, value) for column, value in held if is_stated(value)]

    def _first(self, index: int, meaning: str) -> tuple[str, object] | None:
        return next(iter(self._values(index, meaning)), None)

    def _note(self, index: int, kind: RowIssue, column: str, value: object, why: str) -> None:
        row = self._first_row + index
        message = f"row {row}: {why}"
        self._log.add(kind, message, row=row, field=column, value=value)

    def _shown_text(self, index: int, column: str, value: object) -> str | None:
        """Return a text that may be shown; one that reaches a person is held back."""
        text = stated(value)
        if text is None:
            return None
        if reaches_a_person(text):
            why = f"the text of “{shown(column)}” would reach a person, so it is held back"
            self._note(index, "value_held_back", column, None, why)
            return None
        if isinstance(value, str) and has_hidden(value):
            self._note(index, "hidden_characters", column, value, "hidden characters are left out")
        return text[:MAX_TEXT]

    def _text(self, index: int, meaning: str) -> str | None:
        first = self._first(index, meaning)
        return None if first is None else self._shown_text(index, *first)

    def _site(self, index: int) -> str | None:
        site = self._text(index, "site")
        if site is None and "site" in self._columns.fields and self._columns.seen is Seen.VISIT:
            column = self._columns.fields["site"][0]
            self._note(index, "site_missing", column, None, "the visit names no site")
        return site

    def _order_of(self, meaning: str) -> Order | None:
        """Return the order of day and month: as told, else as the column itself proves."""
        if self._columns.date_order is not None:
            return self._columns.date_order
        columns = self._columns.fields.get(meaning, ())
        return order_in(self._data[columns[0]]) if columns else None

    def _during(self, index: int) -> Period | None:
        read, column, value = self._read_days(index)
        if read.problem is not None:
            why = f"“{shown(value)}” names no days, {_NOT_STATED}"
            self._note(index, read.problem, column, value, why)
            return None
        if read.period is None:
            return None
        start = read.period.start
        if self._received_on is not None and start is not None and start > self._received_on:
            why = f"“{shown(value)}” comes after {self._received_on}, the day of receipt, "
            self._note(index, "date_in_future", column, value, why + _NOT_STATED)
            return None
        if read.is_day and start is not None:
            self._count_day(start)
        return read.period

    def _read_days(self, index: int) -> tuple[ReadPeriod, str, object]:
        """Return the days of a row with the column and the value that state them."""
        day = self._first(index, "date")
        if day is not None:
            column, value = day
            return read_period(value, self._order["date"], years=holds_years(column)), *day
        first, last = self._first(index, "from"), self._first(index, "to")
        if first is None and last is None:
            return NO_PERIOD, "", None
        start, end = (None if side is None else side[1] for side in (first, last))
        column = (first or last or ("", None))[0]
        value = " / ".join("…" if side is None else str(side) for side in (start, end))
        return between(start, end, self._order["from"] or self._order["to"]), column, value

    def _count_day(self, day: date) -> None:
        self.tally.days += 1
        self.tally.first_of_month += day.day == 1
        self.tally.first_of_year += (day.month, day.day) == (1, 1)

    def _uncertainty(self, index: int) -> float | None:
        """Return the radius that a row states in metres, else the one published for its origin."""
        first = self._first(index, "uncertainty")
        if first is not None:
            metres, readable = read_metres(first[1], MOST_M)
            if not readable:
                why = f"“{shown(first[1])}” is no uncertainty in metres, {_NOT_STATED}"
                self._note(index, "uncertainty_unreadable", *first, why)
            return metres
        origin = self._first(index, "origin")
        if origin is None:
            return None
        text = stated(origin[1]) or ""
        told = self._columns.origins.get(key_of(text))
        radius = told if told is not None else read_origin(text).radius_m
        if radius is None:
            self.tally.without_radius[text] += 1
        return radius

    def _patch(self, index: int) -> float | None:
        first = self._first(index, "patch")
        if first is None:
            return None
        hectares, readable = read_patch_ha(first[1], self._columns.patch_unit)
        if not readable:
            why = f"“{shown(first[1])}” is no extent of a patch, {_NOT_STATED}"
            self._note(index, "patch_unreadable", *first, why)
        return hectares

    def _confidence(self, index: int) -> float | None:
        first = self._first(index, "confidence")
        if first is None:
            return None
        confidence, readable = read_confidence(first[1], self._columns.scale)
        if not readable:
            low, high = self._columns.scale or (0, 1)
            why = f"“{shown(first[1])}” is no confidence from {low:g} to {high:g}, {_NOT_STATED}"
            self._note(index, "confidence_unreadable", *first, why)
        return confidence

    def _workers(self, index: int) -> int | None:
        first = self._first(index, "workers")
        if first is None:
            return None
        count, readable = read_count(first[1])
        if not readable:
            why = f"“{shown(first[1])}” is no number of people, {_NOT_STATED}"
            self._note(index, "workers_unreadable", *first, why)
        return count

    def _minerals(self, index: int) -> tuple[str, ...]:
        """Return the codes of all mineral columns, each once, in their order."""
        found: dict[str, None] = {}
        for column, value in self._values(index, "minerals"):
            codes, unknown = read_minerals(clean(str(value)) or "")
            found.update(dict.fromkeys(codes))
            for word in unknown:
                if key_of(word) not in _UNKNOWN_MINERAL:
                    why = f"the mineral “{shown(word)}” is not known"
                    self._note(index, "mineral_unknown", column, word, why)
        return tuple(found)


def _shown_columns(data: ColumnData, columns: SeenColumns) -> dict[str, str]:
    """Return by name the columns that may be shown beside the fields: safe ones and those named."""
    used = columns.used() - set(columns.fields.get("origin", ()))
    found: dict[str, str] = {}
    for column in data:
        key = safe_key(column, columns.schema)
        if column in columns.attributes:
            found[clean(column) or column] = column
        elif key is not None and column not in used:
            found.setdefault(key, column)
    return found
