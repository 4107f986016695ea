"""Files that an audit leaves: overlaps and issues as CSV, the pieces as GeoPackage, the map.

CSV files are UTF-8 with a byte order mark (Excel then reads accents rightly), commas, CRLF and
decimal points (RFC 4180). Text that a spreadsheet could take for a formula is defused
(``maps.escape.csv_text``); numbers are written as numbers.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.demo.words import NOTE as ILLUSTRATIVE
from geo.errors import SetupError
from geo.findings import Findings, JudgedOverlap
from geo.perimeter import Perimeter
from geo.sources.compare import Comparison
from geo.sources.rows import Issue, Reading, RightRow
from maps.escape import csv_text
from maps.issue_words import issue_label
from maps.phrases import holders_text, name_of
from maps.style import Label

NOTICE = (
    "These files contain names and statuses as received in the input files. "
    "They are working papers, not a publication.\r\n"
    "Ces fichiers contiennent les noms et les statuts tels que reçus. "
    "Ce sont des documents de travail, pas une publication.\r\n"
)

MAP_TITLE = Label("Superpositions de droits miniers", "Overlaps of mining rights")

LONGEST_CELL = 32_767
"""Characters that a spreadsheet's cell can hold; what is longer is cut."""

Cell = str | int | float | Decimal | None

_RIGHT_COLUMNS = ("code", "part", "kind", "state", "holders", "file", "row")
OVERLAP_COLUMNS = (
    *(f"{side}_{name}" for side in "ab" for name in _RIGHT_COLUMNS),
    *("exact", "cells", "area_cells", "legal_area_ha", "ellipsoidal_area_ha"),
    *("share_a", "share_b", "tolerance_cells"),
    *("on", "verdict", "upper", "consent_of", "article", "source", "confidence", "reason"),
    *("message_fr", "message_en", "rule_version"),
)

ISSUE_COLUMNS = (
    *("file", "row", "field", "value", "kind", "meaning_fr", "meaning_en"),
    *("message", "corrected_by"),
)


def write_audit(out: Path, findings: Findings, readings: Sequence[Reading]) -> list[str]:
    """Write everything an audit of files leaves in ``out`` and return the names of the files.

    Raises
    ------
    SetupError : the folder cannot be written; it is then as it was.
    """
    from maps.folio import About, folio_html

    files = tuple((reading.file, reading.sha256) for reading in readings)
    about = About(MAP_TITLE, files, illustrative=any(map(_is_invented, findings.rows)))
    with whole_folder(out) as folder:
        write_overlaps(folder / "overlaps.csv", findings)
        write_pieces(folder / "overlaps.gpkg", findings)
        write_issues(folder / "issues.csv", (i for reading in readings for i in reading.issues))
        (folder / "map.html").write_text(folio_html(findings, about), encoding="utf-8")
        (folder / "NOTICE.txt").write_text(NOTICE, encoding="utf-8", newline="")
        return sorted(file.name for file in folder.iterdir())


def _is_invented(row: RightRow) -> bool:
    """Return whether a row is of the demonstration register, each row of which says so."""
    return any(value == ILLUSTRATIVE for value in row.raw.values() if isinstance(value, str))


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder whose files appear in ``target`` all together, or not at all.

    Files that ``target`` already holds under other names stay.

    Raises
    ------
    SetupError : the folder cannot be made or written.
    """
    staging: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        yield staging
        target.mkdir(exist_ok=True)
        for file in sorted(staging.iterdir()):
            os.replace(file, target / file.name)
    except OSError as problem:
        raise SetupError(
            f"{target} cannot be written: {problem.strerror}. Name another folder with --out."
        ) from problem
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)


def write_comparison(out: Path, comparison: Comparison) -> list[str]:
    """Write ``changes.csv``, one line per right of two extracts, and return the names written.

    Raises
    ------
    SetupError : the folder cannot be written; it is then as it was.
    """
    with whole_folder(out) as folder:
        lines = list(comparison.to_table())
        columns = list(lines[0]) if lines else ["outcome", "code"]
        rows = ([_flat(line[name]) for name in columns] for line in lines)
        write_csv(folder / "changes.csv", columns, rows)
        (folder / "NOTICE.txt").write_text(NOTICE, encoding="utf-8", newline="")
        return sorted(file.name for file in folder.iterdir())


def _flat(value: object) -> Cell:
    """Return a value as one cell: rows as ``3 4``, changes as JSON."""
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str | int | float | Decimal) else None


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write one CSV file; None is an empty cell, text is defused, numbers stay numbers."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Cell) -> Cell:
    return csv_text(value)[:LONGEST_CELL] if isinstance(value, str) else value


def write_overlaps(path: Path, findings: Findings) -> None:
    """Write ``overlaps.csv``: one line per overlap, both rights, ground, verdict."""
    records = (overlap_record(one, findings) for one in findings.overlaps)
    write_csv(path, OVERLAP_COLUMNS, ([r[name] for name in OVERLAP_COLUMNS] for r in records))


def overlap_record(one: JudgedOverlap, findings: Findings) -> dict[str, Cell]:
    """Return one overlap as a flat record: the columns of the CSV and of the GeoPackage."""
    overlap, finding = one.overlap, one.finding
    return {
        **_right_record("a", one.a),
        **_right_record("b", one.b),
        "exact": "yes" if overlap.exact else "no",
        "cells": overlap.cells,
        "area_cells": round(overlap.area_cells, 6),
        "legal_area_ha": overlap.legal_area_ha,
        "ellipsoidal_area_ha": round(overlap.geodesic_area_m2 / 10_000, 4),
        "share_a": round(overlap.share_a, 6),
        "share_b": round(overlap.share_b, 6),
        "tolerance_cells": overlap.tolerance_cells,
        "on": findings.on.isoformat(),
        "verdict": finding.verdict,
        "upper": finding.upper,
        "consent_of": finding.consent_of,
        "article": finding.article,
        "source": finding.source,
        "confidence": finding.confidence,
        "reason": finding.reason,
        "message_fr": finding.text("fr", name_of(one.a), name_of(one.b)),
        "message_en": finding.text("en", name_of(one.a), name_of(one.b)),
        "rule_version": finding.rule_version,
    }


def _right_record(side: str, row: RightRow) -> dict[str, Cell]:
    return {
        f"{side}_code": row.code,
        f"{side}_part": row.part,
        f"{side}_kind": row.kind,
        f"{side}_state": row.state.value,
        f"{side}_holders": holders_text(row),
        f"{side}_file": row.file,
        f"{side}_row": row.row,
    }


def write_issues(path: Path, issues: Iterable[Issue]) -> None:
    """Write ``issues.csv``: everything odd in the files, and who must correct it."""
    records = (issue_record(issue) for issue in issues)
    write_csv(path, ISSUE_COLUMNS, ([r[name] for name in ISSUE_COLUMNS] for r in records))


def issue_record(issue: Issue) -> dict[str, Cell]:
    """Return one issue as a flat record; ``message`` is what the reader of the file noted."""
    meaning = issue_label(issue.kind)
    return {
        "file": issue.file,
        "row": issue.row,
        "field": issue.field,
        "value": issue.value,
        "kind": issue.kind,
        "meaning_fr": meaning.fr,
        "meaning_en": meaning.en,
        "message": issue.message,
        "corrected_by": issue.corrected_by,
    }


def write_pieces(path: Path, findings: Findings) -> None:
    """Write ``overlaps.gpkg``: the ground of each overlap, layer ``overlaps``, EPSG:4326."""
    import geopandas
    import pandas

    records = [overlap_record(one, findings) for one in findings.overlaps]
    table = pandas.DataFrame(
        [{name: _number(value) for name, value in record.items()} for record in records],
        columns=list(OVERLAP_COLUMNS),
    )
    pieces = [_multipolygon(one.overlap.piece) for one in findings.overlaps]
    frame = geopandas.GeoDataFrame(table, geometry=pieces, crs="EPSG:4326")
    frame.to_file(
        path, layer="overlaps", driver="GPKG", engine="pyogrio", geometry_type="MultiPolygon"
    )


def _number(value: Cell) -> str | int | float | None:
    return float(value) if isinstance(value, Decimal) else value


def _multipolygon(piece: Perimeter | BaseGeometry) -> MultiPolygon:
    shape = piece.outline() if isinstance(piece, Perimeter) else piece
    return MultiPolygon([shape]) if isinstance(shape, Polygon) else shape
