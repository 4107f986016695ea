"""Files that a question of siting leaves: carrés as runs with their states, candidates, ground."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from geo.siting.site import Answer, Candidate, Part
from geo.siting.words import PUBLIC_ONLY, RESERVATIONS, ROUTES_B, STATES
from maps.report import Cell, whole_folder, write_csv
from maps.style import Language

_STATE = ("state", "label", "route_b", "because", "hosts")
STATE_COLUMNS = ("row", "col_from", "col_to", "cells", *_STATE)
CANDIDATE_COLUMNS = (
    *("candidate", "cells", "legal_area_ha", "state", "label", "ways", "host", "papers", "asks"),
    *("would_kill", "would_kill_article", "open", "reasons", "sheet"),
)


def write_siting(out: Path, answer: Answer, language: Language) -> list[str]:
    """Write ``states.csv``, ``candidates.csv``, ``siting.gpkg`` and ``NOTICE.txt`` into a folder.

    Raises
    ------
    SetupError : the folder cannot be written; it is then as it was.
    """
    with whole_folder(out) as folder:
        rows = ([row, a, b, b - a, *cells] for row, a, b, cells in _runs(answer, language))
        write_csv(folder / "states.csv", STATE_COLUMNS, rows)
        listed = ([*_candidate(one, language).values()] for one in answer.candidates)
        write_csv(folder / "candidates.csv", CANDIDATE_COLUMNS, listed)
        _write_ground(folder / "siting.gpkg", answer, language)
        (folder / "NOTICE.txt").write_text(_notice(answer, language), encoding="utf-8")
        return sorted(file.name for file in folder.iterdir())


def _notice(answer: Answer, language: Language) -> str:
    said = [RESERVATIONS, *([PUBLIC_ONLY] if answer.read.public else [])]
    lines = [f"{answer.on} · {answer.law.version} · r{answer.read.revision}"]
    return "\r\n".join([*lines, *(one.text(language) for one in said), ""])


def _runs(answer: Answer, language: Language) -> Iterator[tuple[int, int, int, list[Cell]]]:
    for part in answer.parts:
        cells = [*_state(part, language).values()]
        for row, first, last in part.ground.to_lists():
            yield row, first, last, cells


def _state(part: Part, language: Language) -> dict[str, Cell]:
    state = part.state
    because = [
        f"{one.item.name if one.item else ''} ({one.finding.article})".strip()
        for one in state.because
    ]
    return {
        "state": state.code.value,
        "label": STATES[state.code].text(language),
        "route_b": ROUTES_B[state.route_b].text(language),
        "because": "; ".join(because),
        "hosts": "; ".join(host.name for host in state.hosts),
    }


def _candidate(one: Candidate, language: Language) -> dict[str, Cell]:
    first = one.checks[0]
    killer = first.killers[0]
    reasons = [f"{s.criterion.name.text(language)}: {s.place}" for s in one.standings]
    return {
        "candidate": one.number,
        "cells": one.ground.count,
        "legal_area_ha": one.ground.legal_area_ha,
        "state": one.state.code.value,
        "label": STATES[one.state.code].text(language),
        "ways": " ".join(check.way for check in one.checks),
        "host": first.host.name if first.host else None,
        "papers": "; ".join(dict.fromkeys(found.code for found in first.papers)),
        "asks": "; ".join(dict.fromkeys(found.code for found in first.asks)),
        "would_kill": f"{killer.code}: {killer.why.text(language)}",
        "would_kill_article": killer.article,
        "open": "; ".join(dict.fromkeys(found.code for found in first.open)),
        "reasons": "; ".join(reasons),
        "sheet": "; ".join(line.text.text(language) for line in one.sheet),
    }


def _write_ground(path: Path, answer: Answer, language: Language) -> None:
    """Write the layers ``states`` (one feature per part) and ``candidates``, EPSG:4326."""
    import geopandas

    layers = {
        "states": [
            ({"cells": part.ground.count, **_state(part, language)}, part.ground)
            for part in answer.parts
        ],
        "candidates": [(_candidate(one, language), one.ground) for one in answer.candidates],
    }
    for name, features in layers.items():
        if not features:
            continue
        records = [{key: _plain(value) for key, value in row.items()} for row, _ in features]
        frame = geopandas.GeoDataFrame(
            records, geometry=[ground.outline() for _, ground in features], crs="EPSG:4326"
        )
        frame.to_file(
            path, layer=name, driver="GPKG", engine="pyogrio", geometry_type="MultiPolygon"
        )


def _plain(value: Cell) -> str | int | float | None:
    return value if isinstance(value, str | int) or value is None else float(value)
