"""Attributes of rows as typed values, the raw text kept, an issue for whatever is odd."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shapely.geometry.base import BaseGeometry

from geo.lattice import Placement
from geo.sources.areas import NO_AREA, ReadArea, read_area, unit_of
from geo.sources.dates import Order, order_in, read_date
from geo.sources.holders import read_holders, shares_odd
from geo.sources.issue_kinds import IssueKind
from geo.sources.issues import IssueLog
from geo.sources.kinds import ReadKind, kind_in_name, kind_of_code, read_kind, said_kind
from geo.sources.layers import Layer
from geo.sources.minerals import read_minerals
from geo.sources.rows import Corrector, Holder, Procedure, RightRow, State
from geo.sources.schemas import FIELDS, Columns
from geo.sources.status import NOT_STATED, UNKNOWN, Status, read_status, says_ended
from geo.sources.text import as_text, has_hidden, shown

WITHOUT_GRANT = frozenset({"ZRG", "ZI", "ZP"})
"""Kinds that no one is granted."""

_TEXT_FIELDS = ("code", "part", "kind", "status", "holders", "minerals")
_DATE_FIELDS = ("filed_on", "granted_on", "expires_on")
_DATE_MESSAGES = {
    "date_unreadable": "cannot be read as a date",
    "date_impossible": "is no possible day",
    "date_ambiguous": "could be read in two ways (day or month first, seconds or milliseconds)",
}


class Normaliser:
    """Reads the attributes of one layer, row by row.

    Parameters
    ----------
    layer, columns : the data and what its columns mean.
    names : of the layer, its file and its archive; one may say the kind of all rows.
    first_row : row number of the layer's first feature in the file.
    log : where issues go.
    kind : the kind that the importer says the whole file is of, see :func:`said_kind`.
    """

    def __init__(
        self,
        layer: Layer,
        columns: Columns,
        names: Sequence[str],
        first_row: int,
        log: IssueLog,
        kind: str | None = None,
    ) -> None:
        self._columns = columns
        self._data = {
            field: [layer.columns[name] for name in columns.fields.get(field, ())]
            for field in FIELDS
        }
        self._layer = layer
        self._first_row = first_row
        self._log = log
        self._said_kind = said_kind(kind) if kind else None
        self._named_kind: ReadKind | None = None
        if not kind and not self._data["kind"]:
            self._note_named_kind(names)
        self._kind_from_code = False
        self._orders = {field: self._order(field) for field in _DATE_FIELDS}

    def row(
        self, index: int, geometry: BaseGeometry, placement: Placement, *, valid: bool
    ) -> RightRow:
        """Return row ``index`` (from 0, in the layer), whose ground is given."""
        self._note_hidden(index)
        code = self._text("code", index)
        kind, kind_raw = self._kind(index, code)
        (state, procedure), status_raw = self._status(index, kind)
        holders_raw = self._text("holders", index)
        minerals_raw = self._text("minerals", index)
        area = self._area(index)
        granted_on = self._date("granted_on", index)
        expires_on = self._date("expires_on", index)
        self._note_term(index, kind, state, granted_on, expires_on)
        if code is None and self._data["code"]:
            self._add(index, "code_missing", "has no code", "code")
        return RightRow(
            file=self._log.file,
            row=self._first_row + index,
            code=code,
            part=self._text("part", index),
            old_code=self._text("old_code", index),
            kind=kind.kind if kind else None,
            kind_raw=kind_raw,
            state=state,
            procedure=procedure,
            status_raw=status_raw,
            holders=self._holders(index, holders_raw),
            holders_raw=holders_raw,
            minerals=self._minerals(index, minerals_raw),
            minerals_raw=minerals_raw,
            filed_on=self._date("filed_on", index),
            granted_on=granted_on,
            expires_on=expires_on,
            declared_cells=area.cells,
            declared_area_ha=area.hectares,
            geometry=geometry,
            placement=placement,
            valid=valid,
            raw={name: column[index] for name, column in self._layer.columns.items()},
        )

    def _add(
        self, index: int, kind: IssueKind, message: str, field: str, value: object = None
    ) -> None:
        row = self._first_row + index
        by: Corrector = "importer" if kind.endswith("_unknown") else "cadastre"
        self._log.add(kind, f"row {row} {message}", row=row, field=field, value=value, by=by)

    def _value(self, field: str, index: int) -> object:
        """Return the first value that the columns of a field hold."""
        values = (column[index] for column in self._data[field])
        return next((value for value in values if value not in (None, "")), None)

    def _text(self, field: str, index: int) -> str | None:
        return as_text(self._value(field, index))

    def _raw_text(self, field: str, index: int) -> str | None:
        value = self._value(field, index)
        return None if value is None else str(value)

    def _kind(self, index: int, code: str | None) -> tuple[ReadKind | None, str | None]:
        raws = [text for column in self._data["kind"] if (text := as_text(column[index]))]
        raw = raws[0] if raws else None
        read = next((kind for text in raws if (kind := self._one_kind(text))), None)
        if self._said_kind:
            said = self._said_kind
            if read and read.kind != said.kind:
                message = f"says {read.kind}, but is read as {said.kind} as the importer says"
                self._add(index, "kind_overridden", message, "kind", raw)
            return ReadKind(said.kind, said.application or bool(read and read.application)), raw
        if read is None and raw is not None:
            message = f"has a kind that is not known: “{shown(raw)}”"
            self._add(index, "kind_unknown", message, "kind", raw)
        elif read is None and self._data["kind"]:
            self._add(index, "kind_missing", "has no kind", "kind")
        return read or (None if raw else self._kind_elsewhere(code)), raw

    def _one_kind(self, text: str) -> ReadKind | None:
        mapped = self._columns.kinds.get(text)
        return ReadKind(mapped) if mapped else read_kind(text)

    def _kind_elsewhere(self, code: str | None) -> ReadKind | None:
        """Return the kind that the code or else the layer's name begins with."""
        kind = kind_of_code(code) if code else None
        if kind is None:
            return self._named_kind
        if not self._kind_from_code:
            message = "no column says the kind of rights: it is taken from their codes"
            self._log.add("kind_from_code", message, field="kind", value=code, by="importer")
            self._kind_from_code = True
        return ReadKind(kind)

    def _status(self, index: int, kind: ReadKind | None) -> tuple[Status, str | None]:
        raws = [text for column in self._data["status"] if (text := as_text(column[index]))]
        raw = raws[0] if raws else None
        status = self._first_status(raws, kind)
        if status == UNKNOWN and raw:
            unclear = "that has ended otherwise than by term or forfeiture"
            what = unclear if says_ended(raw) else "that is not known"
            message = f"has a status {what}: “{shown(raw)}”"
            self._add(index, "status_unknown", message, "status", raw)
        elif raw is None:
            if self._data["status"]:
                self._add(index, "status_missing", "has no status", "status")
            if kind and kind.application:
                return (State.APPLICATION, Procedure.NONE), raw
            return NOT_STATED, raw
        if kind and kind.application and status[0] is State.GRANTED:
            message = f"is an application by its kind, but its status is “{shown(raw)}”"
            self._add(index, "status_contradicted", message, "status", raw)
            return UNKNOWN, raw
        return status, raw

    def _first_status(self, raws: Sequence[str], kind: ReadKind | None) -> Status:
        """Return what the first column that is understood says; an end is never passed over."""
        for text in raws:
            status = self._one_status(text, kind)
            if status != UNKNOWN or says_ended(text):
                return status
        return UNKNOWN

    def _one_status(self, text: str, kind: ReadKind | None) -> Status:
        mapped = self._columns.statuses.get(text)
        if mapped or kind is None:
            return mapped or read_status(text)
        return read_status(text, kind.kind, kind.application)

    def _holders(self, index: int, raw: str | None) -> tuple[Holder, ...]:
        if raw is None:
            if self._data["holders"]:
                self._add(index, "holder_missing", "names no holder", "holders")
            return ()
        holders = read_holders(self._raw_text("holders", index) or "")
        odd = shares_odd(holders)
        if odd:
            self._add(index, "shares_odd", f"has odd shares: {odd}", "holders", raw)
        return holders

    def _minerals(self, index: int, raw: str | None) -> tuple[str, ...]:
        codes, unknown = read_minerals(raw or "")
        for word in unknown:
            message = f"names a mineral that is not known: “{shown(word)}”"
            self._add(index, "mineral_unknown", message, "minerals", word)
        return codes

    def _order(self, field: str) -> Order | None:
        if self._columns.date_order:
            return self._columns.date_order
        return order_in(value for column in self._data[field] for value in column)

    def _date(self, field: str, index: int) -> date | None:
        value = self._value(field, index)
        read = read_date(value, self._orders[field])
        if read.problem:
            message = f"has a date that {_DATE_MESSAGES[read.problem]}: “{shown(value)}”"
            self._add(index, read.problem, message, field, value)
        return read.day

    def _area(self, index: int) -> ReadArea:
        text = self._text("area", index)
        if text is None:
            return ReadArea()
        stated = self._text("area_unit", index)
        unit = unit_of(stated) if stated else self._columns.area_unit
        area = read_area(text, unit)
        if area.problem:
            kind = area.problem
            self._add(index, kind, f"states an odd area: “{shown(text)}”", "area", text)
        elif area == NO_AREA and stated and unit is None:
            message = f"states its area ({shown(text)}) in a unit that is not known: “{stated}”"
            self._add(index, "area_unreadable", message, "area_unit", stated)
        return area

    def _note_term(
        self,
        index: int,
        kind: ReadKind | None,
        state: State,
        granted_on: date | None,
        expires_on: date | None,
    ) -> None:
        applied = state in (State.APPLICATION, State.REJECTED)
        zone = kind is not None and kind.kind in WITHOUT_GRANT
        if granted_on is None and self._data["granted_on"] and not applied and not zone:
            self._add(index, "grant_date_missing", "has no date of grant", "granted_on")
        if granted_on and expires_on and expires_on < granted_on:
            message = f"expires ({expires_on}) before it was granted ({granted_on})"
            self._add(index, "expires_before_grant", message, "expires_on", expires_on)

    def _note_hidden(self, index: int) -> None:
        for field in _TEXT_FIELDS:
            raw = self._raw_text(field, index)
            if raw and not raw.isprintable() and has_hidden(raw):
                message = f"has hidden characters in {field}, left out of the value read"
                self._add(index, "hidden_characters", message, field, raw)

    def _note_named_kind(self, names: Sequence[str]) -> None:
        """Take the kind of all rows from the first name that says one, and report it."""
        for name in names:
            self._named_kind = kind_in_name(name)
            if self._named_kind:
                message = (
                    f"no column says the kind of rights: rows are taken to be "
                    f"{self._named_kind.kind}, as “{shown(name)}” says, unless their codes differ"
                )
                self._log.add("kind_from_name", message, field="kind", value=name, by="importer")
                return
