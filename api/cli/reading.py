"""Options that say how register files are to be read, shared by the commands that read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from geo.sources.rows import Reading

Command = Callable[..., Any]

_OPTIONS = (
    click.option(
        "--kind",
        "kinds",
        multiple=True,
        metavar="FILE=KIND",
        help="All rows of a file are of one kind, as zea.geojson=ZEA.",
    ),
    click.option(
        "--mapping",
        type=click.Path(path_type=Path),
        metavar="YAML",
        help="Says which column means what, for columns that are not recognised.",
    ),
    click.option("--crs", metavar="EPSG:N", help="Coordinate system of files that name none."),
    click.option(
        "--encoding", metavar="NAME", help="Encoding of Shapefiles and CSV that name none."
    ),
    click.option(
        "--swap-axes",
        is_flag=True,
        help="Exchange x and y of the rows where they are found exchanged.",
    ),
)


@dataclass(frozen=True, slots=True)
class HowToRead:
    """What the person says about files; it goes before what the files say."""

    kinds: tuple[str, ...] = ()
    mapping: Path | None = None
    crs: str | None = None
    encoding: str | None = None
    swap_axes: bool = False


def reading_options(command: Command) -> Command:
    """Add the options to a command, which receives them as one ``how``: a :class:`HowToRead`."""

    @wraps(command)
    def with_how(
        *,
        kinds: tuple[str, ...],
        mapping: Path | None,
        crs: str | None,
        encoding: str | None,
        swap_axes: bool,
        **others: object,
    ) -> object:
        how = HowToRead(kinds, mapping, crs, encoding, swap_axes)
        return command(how=how, **others)

    decorated: Command = with_how
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def read_files(files: Sequence[Path], how: HowToRead) -> list[Reading]:
    """Read register files one after the other, saying so on standard error.

    Raises
    ------
    FileRefused, SchemaUnknown : nothing of that file was loaded.
    """
    from api.cli.stages import progress_bar, stage
    from geo.sources import read_register

    kinds = _kinds_by_file(how.kinds, files)
    readings = []
    for file in files:
        with stage("read") as step, progress_bar(file.name) as progress:
            reading = read_register(
                file,
                kind=kinds.get(file),
                mapping=how.mapping,
                crs=how.crs,
                encoding=how.encoding,
                apply_swap=how.swap_axes,
                progress=progress,
            )
            step.outcome = f"{file.name}: {reading.features:,} rows"
        readings.append(reading)
    return readings


def _kinds_by_file(kinds: Sequence[str], files: Sequence[Path]) -> dict[Path, str]:
    """Return the kind given for whole files: ``FILE=KIND``, or ``KIND`` alone for a single file."""
    given: dict[Path, str] = {}
    for value in kinds:
        name, _, kind = value.rpartition("=")
        named = [file for file in files if name in (str(file), file.name) or not name]
        if len(named) != 1:
            raise click.UsageError(f"--kind {value} names {len(named)} files. Write FILE=KIND.")
        given[named[0]] = kind.upper()
    return given
