"""Options that say how register files are to be read, shared by the commands that read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.errors import SchemaUnknown

if TYPE_CHECKING:
    from geo.sources.rows import Reading

Command = Callable[..., Any]
Progress = Callable[[int, int], None]

_OPTIONS = (
    click.option(
        "--kind",
        "kinds",
        multiple=True,
        metavar="FILE=KIND",
        help="All rows of a file are of one kind, as zea.geojson=ZEA; PE_APP for applications.",
    ),
    click.option(
        "--mapping",
        "mappings",
        multiple=True,
        metavar="[FILE=]YAML",
        help="Says which column means what, for columns that are not recognised. Without FILE= it "
        "is for every file that has one of its columns.",
    ),
    click.option(
        "--crs",
        multiple=True,
        metavar="[FILE=]EPSG:N",
        help="Coordinate system; it goes before what a file says. Without FILE= for all files.",
    ),
    click.option(
        "--encoding",
        "encodings",
        multiple=True,
        metavar="[FILE=]NAME",
        help="Encoding of Shapefiles and CSV. Without FILE= for all files.",
    ),
    click.option(
        "--swap-axes",
        is_flag=True,
        help="Exchange x and y of the rows where they are found exchanged.",
    ),
)


@dataclass(frozen=True, slots=True)
class HowToRead:
    """What the person says about files; it goes before what the files say.

    Each value is for all files, or for one as ``FILE=VALUE``.
    """

    kinds: tuple[str, ...] = ()
    mappings: tuple[str, ...] = ()
    crs: tuple[str, ...] = ()
    encodings: tuple[str, ...] = ()
    swap_axes: bool = False


def reading_options(command: Command) -> Command:
    """Add the options to a command, which receives them as one ``how``: a :class:`HowToRead`."""

    @wraps(command)
    def with_how(
        *,
        kinds: tuple[str, ...],
        mappings: tuple[str, ...],
        crs: tuple[str, ...],
        encodings: tuple[str, ...],
        swap_axes: bool,
        **others: object,
    ) -> object:
        how = HowToRead(kinds, mappings, crs, encodings, swap_axes)
        return command(how=how, **others)

    decorated: Command = with_how
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def read_files(files: Sequence[Path], how: HowToRead) -> list[Reading]:
    """Read register files one after the other, saying so on standard error.

    Files of one name are told apart by their folders.

    Raises
    ------
    FileRefused, SchemaUnknown : nothing of that file was loaded.
    """
    from api.cli.stages import progress_bar, stage
    from geo.sources.across import told_apart

    asked = _Asked.of(files, how)
    readings = []
    for file in files:
        with stage("read") as step, progress_bar(file.name) as progress:
            reading, without = asked.read(file, progress)
            step.outcome = f"{file.name}: {reading.features:,} rows{without}"
        readings.append(reading)
    return told_apart(files, readings)


@dataclass(frozen=True, slots=True)
class _Given:
    """The values of one option: that for all files, and those for single ones."""

    for_all: str | None
    for_one: Mapping[Path, str]

    def __getitem__(self, file: Path) -> str | None:
        return self.for_one.get(file, self.for_all)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for each of the files."""

    several: bool
    kinds: _Given
    mappings: _Given
    crs: _Given
    encodings: _Given
    swap_axes: bool

    @classmethod
    def of(cls, files: Sequence[Path], how: HowToRead) -> _Asked:
        several = len(set(files)) > 1
        kinds = _given("kind", how.kinds, files)
        if several and kinds.for_all:
            raise click.UsageError(f"--kind {kinds.for_all} names no file. Write FILE=KIND.")
        mappings = _given("mapping", how.mappings, files)
        crs = _given("crs", how.crs, files)
        encodings = _given("encoding", how.encodings, files)
        return cls(several, kinds, mappings, crs, encodings, how.swap_axes)

    def read(self, file: Path, progress: Progress) -> tuple[Reading, str]:
        """Return a file as read, and what is to be said of the mapping.

        A mapping for all of several files is not for one that has none of its columns; a file that
        has some of them is refused, as it would be alone.
        """
        mapping = self.mappings[file]
        try:
            return self._read(file, mapping, progress), ""
        except SchemaUnknown:
            if mapping is None or file in self.mappings.for_one or not self.several:
                raise
            reading = self._read(file, None, progress)
            if _has_a_column_of(reading, Path(mapping)):
                raise
            return reading, ", without the mapping, none of whose columns it has"

    def _read(self, file: Path, mapping: str | None, progress: Progress) -> Reading:
        from geo.sources import read_register

        kind = self.kinds[file]
        return read_register(
            file,
            kind=kind.upper() if kind else None,
            mapping=Path(mapping) if mapping else None,
            crs=self.crs[file],
            encoding=self.encodings[file],
            apply_swap=self.swap_axes,
            progress=progress,
        )


def _has_a_column_of(reading: Reading, mapping: Path) -> bool:
    from geo.sources.mapping import read_mapping

    fields = read_mapping(mapping).columns.fields
    named = {name for names in fields.values() for name in names}
    return any(not named.isdisjoint(row.raw) for row in reading.rows)


def _given(option: str, values: Sequence[str], files: Sequence[Path]) -> _Given:
    """Return what an option says of each file, as ``FILE=VALUE`` or as ``VALUE`` alone.

    FILE is the path as written on the command line, or the name of one file alone.
    """
    for_one: dict[Path, str] = {}
    for_all = None
    for text in values:
        file, value = _file_and_value(option, text, files)
        if (for_all if file is None else for_one.get(file)) is not None:
            raise click.UsageError(f"--{option} is given twice for {file or 'all files'}.")
        if file is None:
            for_all = value
        else:
            for_one[file] = value
    return _Given(for_all, for_one)


def _file_and_value(option: str, text: str, files: Sequence[Path]) -> tuple[Path | None, str]:
    """Return the file that stands before ``=``, None where none does, and the value."""
    for written in (str, _name_of):
        named = {file for file in files if text.startswith(f"{written(file)}=")}
        if len(named) > 1:
            raise click.UsageError(f"--{option} {text} names {len(named)} files. Write FILE=VALUE.")
        for file in named:
            return file, text.removeprefix(f"{written(file)}=")
    if "=" in text and not text.startswith("+"):  # a CRS may be “+proj=…”
        raise click.UsageError(f"--{option} {text} names none of the files. Write FILE=VALUE.")
    return None, text


def _name_of(file: Path) -> str:
    return file.name
