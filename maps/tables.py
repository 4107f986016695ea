"""Tables for a terminal. Received text enters as plain text: it cannot colour, move or hide."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from geo.findings import Findings, JudgedOverlap, summary_of
from geo.register.intake import ImportReport
from geo.sources.compare import Comparison
from geo.sources.rows import Reading
from maps.escape import terminal_text
from maps.phrases import gravest_first, name_of
from maps.style import verdict_style

MOST_OVERLAPS = 20
LONGEST = 80


def print_audit(findings: Findings, readings: Sequence[Reading], out: Path | None) -> None:
    """Print an audit of files: counts, kinds, verdicts, issues and the gravest overlaps."""
    console = Console()
    summary: Mapping[str, Any] = summary_of(findings, readings)
    _say(console, f"Overlaps on {summary['on']} (law data {summary['law']})", style="bold")
    for file in summary["files"]:
        _say(console, f"{file['file']}  {file['schema']}  {file['crs']}  SHA-256 {file['sha256']}")
    console.print(_counts(summary))
    print_overlaps(console, summary, findings.overlaps)
    if summary["issues"]:
        console.print(_table("Issues", ("kind", "count"), summary["issues"].items()))
    for line in _hidden(summary, out):
        _say(console, line)
    if out is None:
        _say(console, "All overlaps, their ground, the issues and a map: add --out DIR.")


def _hidden(summary: Mapping[str, Any], out: Path | None) -> Iterator[str]:
    """Yield a line for each cause that leaves rows out of the overlaps."""
    swapped = summary["issues"].get("axes_swapped", 0)
    if swapped:
        yield (
            f"Rows whose x and y look exchanged: {swapped:,}. Where they lie now they overlap "
            "nothing; once their order is confirmed, add --swap-axes."
        )
    if summary["refused"]:
        where = "add --out DIR for issues.csv" if out is None else f"see {out / 'issues.csv'}"
        yield f"Rows refused: {summary['refused']:,}. They are in no overlap; {where}."


def print_overlaps(
    console: Console, summary: Mapping[str, Any], overlaps: Sequence[JudgedOverlap]
) -> None:
    """Print overlaps by kinds, verdicts and open reasons, then the gravest ones."""
    if not overlaps:
        _say(console, "No overlap.")
        return
    by_kind = [(kinds, n["pairs"], n["cells"]) for kinds, n in summary["by_kind"].items()]
    console.print(_table("On the lattice, by kinds", ("kinds", "pairs", "carrés"), by_kind))
    verdicts = [(v, verdict_style(v).label.en, n) for v, n in summary["by_verdict"].items()]
    columns = ("verdict", "meaning", "overlaps")
    console.print(_table("Verdicts", columns, verdicts, whole=("verdict", "overlaps")))
    if summary["undetermined"]:
        reasons = summary["undetermined"].items()
        console.print(_table("Undetermined, by reason", ("reason", "overlaps"), reasons))
    console.print(_gravest(overlaps))


def print_register_audit(findings: Findings, summary: Mapping[str, Any]) -> None:
    """Print an audit of the register."""
    console = Console()
    title = f"Overlaps of the register on {summary['on']}"
    _say(console, f"{title} (law data {summary['law']}, revision {summary['revision']})", "bold")
    console.print(_counts(summary))
    print_overlaps(console, summary, findings.overlaps)


def print_import(report: ImportReport, state: str) -> None:
    """Print what an import did, or what it would do once approved."""
    console = Console()
    _say(console, f"{report.source}, {report.file}, as of {report.as_of.isoformat()}", "bold")
    _say(console, state)
    rows = {"rows received": report.features, "kept": report.kept, "refused": report.refused}
    console.print(_table("Rows", ("what", "count"), [*rows.items(), *report.counts.items()]))
    if report.changes:
        console.print(_table("Against the register", ("right", "count"), report.changes.items()))
    if report.issues:
        console.print(_table("Issues", ("kind", "count"), report.issues.items()))


def print_comparison(comparison: Comparison) -> None:
    """Print what became of the rights of two extracts, and the first that changed."""
    console = Console()
    for side in (comparison.old, comparison.new):
        _say(console, f"{side.file}  {side.features:,} rows  SHA-256 {side.sha256}")
    console.print(_table("Rights", ("outcome", "rights"), comparison.counts().items()))
    if comparison.changed():
        console.print(_table("Facts", ("changed", "rights"), comparison.changed().items()))
    changed = [line for line in comparison.to_table() if line["outcome"] != "same"]
    shown = [_change(line) for line in changed[:MOST_OVERLAPS]]
    if shown:
        title = f"First {len(shown)} of {len(changed):,} rights with other ground"
        columns = ("code", "kind", "outcome", "kept", "lost", "gained")
        console.print(_table(title, columns, shown))


def _change(line: Mapping[str, object]) -> list[object]:
    ground = [line[name] for name in ("kept_cells", "lost_cells", "gained_cells")]
    facts = [line["code"] or "no code", line["kind"] or "?", line["outcome"]]
    return [*facts, *("" if cells is None else f"{cells:g}" for cells in ground)]


def _counts(summary: Mapping[str, Any]) -> Table:
    names = {
        "features": "rows received",
        "accounted": "accounted for (kept + refused)",
        "refused": "refused",
        "on_lattice": "on the lattice of carrés",
        "off_lattice": "off the lattice (kept as polygons)",
        "invalid": "with an invalid geometry",
        "left_out": f"left out ({', '.join(summary['without'])})",
        "pairs": "overlapping pairs on the lattice",
        "cells": "carrés shared by them",
        "polygon_pairs": "overlapping pairs with a side off it",
    }
    shown = [
        (name, summary[key]) for key, name in names.items() if key != "left_out" or summary[key]
    ]
    return _table("Counts", ("what", "count"), shown)


def _gravest(overlaps: Sequence[JudgedOverlap]) -> Table:
    ordered = gravest_first(overlaps)
    rows = [
        (
            name_of(one.a),
            name_of(one.b),
            one.overlap.cells if one.overlap.exact else f"≈ {one.overlap.area_cells:.2f}",
            verdict_style(one.finding.verdict).label.en,
            one.finding.article,
        )
        for one in ordered[:MOST_OVERLAPS]
    ]
    title = f"Gravest {len(rows)} of {len(ordered):,} overlaps"
    columns = ("one right", "another", "carrés", "verdict", "article")
    return _table(title, columns, rows, whole=("carrés",))


def _table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    whole: Collection[str] = (),
) -> Table:
    """Return a table; the columns named ``whole`` are never broken into lines."""
    table = Table(title=Text(title), title_justify="left", header_style="bold")
    for number, column in enumerate(columns):
        justify: JustifyMethod = "left" if number == 0 else "default"
        table.add_column(column, overflow="fold", justify=justify, no_wrap=column in whole)
    for row in rows:
        table.add_row(*(_text(value) for value in row))
    return table


def _text(value: object) -> Text:
    """Return a cell: thousands in groups to the right, text without anything that acts."""
    if isinstance(value, int):
        return Text(f"{value:,}", justify="right")
    text = terminal_text(str(value))
    return Text(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text(terminal_text(text), style=style))
