"""Reading a file of sites or detections: every feature is a row kept or refused with reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from geo.errors import SchemaUnknown
from geo.sources.activity.mapping import MappedActivity, read_activity_mapping
from geo.sources.activity.normalise import SeenNormaliser
from geo.sources.activity.oddities import note_contradictions, note_repeats, note_tally
from geo.sources.activity.places import places_of
from geo.sources.activity.rows import ActivityReading, SeenRow
from geo.sources.activity.schemas import SeenColumns, held_back, is_technical, recognise_seen
from geo.sources.activity.sensitive import safe_key
from geo.sources.issue_kinds import IssueKind
from geo.sources.issues import IssueLog
from geo.sources.layers import NOTHING_TOLD, Layer, Source
from geo.sources.mapping_file import listed, require_named
from geo.sources.parts import Wanted, crs_of_layer, note_rows
from geo.sources.reading import layers_of
from geo.sources.received import staged
from geo.sources.rows import Corrector, Issue
from geo.sources.schemas import ColumnData
from geo.sources.text import shown

__all__ = ["ActivityReading", "SeenRow", "read_activity"]

Progress = Callable[[int, int], None]

_PROGRESS_STEP = 500
_MAY_QUOTE = frozenset({"text_cut", "line_broken", "encoding_guessed"})
"""Issues whose value may be taken from a column that stays at the door."""


class _DiscreetLog(IssueLog):
    """A log that repeats no value that a column held back may have given."""

    def add(
        self,
        kind: IssueKind,
        message: str,
        *,
        row: int | None = None,
        field: str | None = None,
        value: object = None,
        by: Corrector = "sender",
    ) -> Issue:
        value = None if kind in _MAY_QUOTE else value
        return super().add(kind, message, row=row, field=field, value=value, by=by)


@dataclass(frozen=True, slots=True)
class _Part:
    """One layer of activity; ``sensitive`` are its columns that stay at the door."""

    layer: Layer
    columns: SeenColumns
    crs: str
    first_row: int
    sensitive: ColumnData


def read_activity(
    path: Path,
    *,
    source: str,
    mapping: Path | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    keep_sensitive: bool = False,
    received_on: date | None = None,
    progress: Progress | None = None,
) -> ActivityReading:
    """Return the visits or detections of a file, with an issue for everything odd.

    What a file does not state stays not stated. Sensitive columns stay at the door; columns that
    are neither known nor safe nor named by the mapping are left out, and both are said.

    Parameters
    ----------
    path : any format that registers are read from; of a table as text each line is one place.
    source : code of the source that the observations are of.
    mapping : a mapping file (:mod:`geo.sources.activity.mapping`), for columns not recognised.
    crs : CRS of its coordinates, where the file does not say; it goes before what the file says.
    encoding : of its text, for Shapefile and CSV.
    keep_sensitive : hand out what sensitive columns say, apart from the observations.
    received_on : the day the file came in: days after it are not taken.
    progress : called with rows done and rows in all.

    Raises
    ------
    FileRefused : the file or the mapping cannot be read, or not without guessing.
    SchemaUnknown : it holds no geometry or no layer that is known as activity, or lacks columns
        that the mapping names.
    """
    mapped = read_activity_mapping(mapping) if mapping else None
    wanted = Wanted(
        crs=crs or (mapped.crs if mapped else None),
        encoding=encoding or (mapped.encoding if mapped else None),
        table_columns=mapped.table_columns if mapped else NOTHING_TOLD,
        lines_are_places=True,
    )
    with staged(path) as received:
        log = _DiscreetLog(received.name)
        for name in received.ignored:
            log.add("file_ignored", f"{name} is no data file and is not read", value=name)
        several = len(received.sources) > 1
        found = [
            (origin, layer)
            for origin in received.sources
            for layer in layers_of(origin, log, wanted, several)
        ]
    parts = _parts_in(found, log, wanted, mapped)
    total = sum(len(part.layer.geometries) for part in parts)
    rows: list[SeenRow] = []
    for part in parts:
        kept = _rows_of(part, source, log, keep_sensitive, received_on)
        layer = part.layer.name if len(parts) > 1 else None
        rows += [replace(row, layer=layer) for row in _told(kept, progress, total)]
    if progress:
        progress(total, total)
    note_repeats(rows, log)
    return _reading(rows, parts, received.sha256, log, keep_sensitive=keep_sensitive)


def _reading(
    rows: Sequence[SeenRow],
    parts: Sequence[_Part],
    sha256: str,
    log: IssueLog,
    *,
    keep_sensitive: bool,
) -> ActivityReading:
    """Return the reading, naming in the log the columns that do not come with the rows."""
    sensitive = tuple(dict.fromkeys(shown(name) for part in parts for name in part.sensitive))
    left_out = tuple(dict.fromkeys(shown(c) for part in parts for c in _left_out(part)))
    if sensitive:
        done = "are kept apart" if keep_sensitive else "are dropped"
        message = f"sensitive columns {done}: {listed(sensitive)}"
        log.add("columns_held_back", message, value=len(sensitive), by="importer")
    if left_out:
        message = f"nothing says that these columns may be shown: {listed(left_out)}"
        log.add("columns_left_out", message, value=len(left_out), by="importer")
    return ActivityReading(
        file=log.file,
        sha256=sha256,
        schema=", ".join(dict.fromkeys(part.columns.schema for part in parts)),
        crs=", ".join(dict.fromkeys(part.crs for part in parts)),
        rows=tuple(rows),
        issues=tuple(log.issues),
        features=sum(len(part.layer.geometries) for part in parts),
        refused=len(log.refused),
        dropped=() if keep_sensitive else sensitive,
        left_out=left_out,
    )


def _left_out(part: _Part) -> Iterator[str]:
    """Yield the columns of a layer that nothing says may be shown."""
    used = part.columns.used() | set(part.columns.attributes)
    for name in part.layer.columns:
        if name not in used and not is_technical(name) and not safe_key(name, part.columns.schema):
            yield name


def _parts_in(
    found: Sequence[tuple[Source, Layer]],
    log: IssueLog,
    wanted: Wanted,
    mapped: MappedActivity | None,
) -> list[_Part]:
    """Return the layers of activity with what their columns mean, naming the others in the log."""
    if not found:
        raise SchemaUnknown(f"{log.file}: it holds no layer with geometry, so no places")
    known = []
    for source, layer in found:
        columns = mapped.columns if mapped else recognise_seen(layer)
        if columns is None:
            message = f"the layer “{shown(layer.name)}” is not known as sites or detections"
            log.add("layer_not_activity", message, value=layer.name)
        else:
            known.append((source, layer, columns))
    if not known:
        raise _unknown(found, log.file)
    parts, first_row = [], 1
    for source, layer, columns in known:
        if mapped:
            require_named({*columns.used(), *columns.attributes}, layer.columns, log.file)
        _note_guesses(layer, columns, log)
        crs = crs_of_layer(source, layer, log, wanted)
        if len(known) > 1:
            note_rows(source, layer, first_row, log)
        sensitive = {name: layer.columns[name] for name in held_back(layer.columns)}
        rest = {name: values for name, values in layer.columns.items() if name not in sensitive}
        parts.append(_Part(replace(layer, columns=rest), columns, crs, first_row, sensitive))
        first_row += len(layer.geometries)
    return parts


def _unknown(found: Sequence[tuple[Source, Layer]], file: str) -> SchemaUnknown:
    held = listed(dict.fromkeys(name for _, layer in found for name in layer.columns))
    return SchemaUnknown(
        f"{file}: its columns are of no layout of sites or detections that is known "
        f"({held or 'it has none'}). Describe them in a mapping file."
    )


def _note_guesses(layer: Layer, columns: SeenColumns, log: IssueLog) -> None:
    if columns.guessed:
        guesses = ", ".join(f"{f} = “{shown(columns.fields[f][0])}”" for f in columns.guessed)
        message = f"columns of “{shown(layer.name)}” were guessed by their names: {guesses}"
        log.add("columns_guessed", message, value=guesses, by="importer")


def _rows_of(
    part: _Part, source: str, log: IssueLog, keep_sensitive: bool, received_on: date | None
) -> Iterator[SeenRow]:
    places = places_of(part.layer, part.crs, part.first_row, log)
    note_contradictions(
        part.layer, part.columns, places.kept, places.geometries, part.first_row, log
    )
    normaliser = SeenNormaliser(
        part.layer,
        part.columns,
        source,
        part.first_row,
        log,
        sensitive=part.sensitive if keep_sensitive else None,
        received_on=received_on,
    )
    for position, index in enumerate(places.kept):
        received = places.received[position]
        yield SeenRow(
            row=part.first_row + index,
            observation=normaliser.observation(index, places.geometries[position]),
            received=received,
            sensitive=normaliser.held_back(index),
            received_crs=None if received is None else part.crs,
        )
    note_tally(normaliser.tally, log)


def _told(rows: Iterable[SeenRow], progress: Progress | None, total: int) -> Iterator[SeenRow]:
    """Yield rows, telling how far the file has been read."""
    for count, row in enumerate(rows):
        if progress and count % _PROGRESS_STEP == 0:
            progress(row.row - 1, total)
        yield row
