"""The one tree of errors.

MabeleError
├── InputError            something received cannot be used
│   ├── FileRefused
│   │   └── RasterRefused
│   ├── SchemaUnknown
│   ├── CoordinateError
│   └── CRSError
├── GridError
│   ├── OffLattice
│   └── GridMismatch
├── LawError
│   ├── LawDataInvalid
│   └── NoLegalBasis
├── RegisterError
│   ├── GroundTaken
│   ├── RegisterBusy
│   ├── NotFound
│   └── NotPermitted
├── CaseError             a step of a file is not taken
│   ├── StepRefused
│   ├── FileChanged
│   ├── SecondPersonNeeded
│   ├── LawForbids
│   ├── NeedsRuling
│   └── WatchRefused
└── SetupError            the machine or its settings; the message says what to do

Each class has a stable ``code``; the message names the thing, the value and the remedy.
Tables in ``api`` map classes to HTTP status and to exit codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path


class MabeleError(Exception):
    """Root of every error that Mabele raises on purpose."""

    code = "mabele"


class InputError(MabeleError):
    """Something received cannot be used."""

    code = "input"


class FileRefused(InputError):
    """A file is refused whole; nothing of it was loaded."""

    code = "file_refused"

    def __init__(self, file: str, reason: str, remedy: str) -> None:
        super().__init__(f"{file}: {reason}. {remedy}")
        self.file = file
        self.reason = reason
        self.remedy = remedy


class RasterRefused(FileRefused):
    """A raster is refused whole; ``why`` names what is wrong with it, ``fr`` says it in French."""

    code = "raster_refused"

    def __init__(self, file: str, why: str, reason: str, remedy: str, fr: str) -> None:
        super().__init__(file, reason, remedy)
        self.why = why
        self.fr = fr


class SchemaUnknown(InputError):
    """The columns of a register file are none that Mabele recognises."""

    code = "schema_unknown"


class CoordinateError(InputError):
    """A coordinate cannot be read, or lies outside the world."""

    code = "coordinate"


class CRSError(InputError):
    """A coordinate reference system is missing, unknown or not the one required."""

    code = "crs"


class GridError(MabeleError):
    """A question that the lattice cannot answer."""

    code = "grid"


class OffLattice(GridError):
    """A geometry was required to lie on the lattice and does not."""

    code = "off_lattice"


class GridMismatch(GridError):
    """Two values of different grids were combined."""

    code = "grid_mismatch"


class LawError(MabeleError):
    """The law data cannot answer."""

    code = "law"


class LawDataInvalid(LawError):
    """A file of the law data is refused at load."""

    code = "law_data_invalid"

    def __init__(self, file: Path | str, line: int | None, reason: str) -> None:
        where = f"{file}:{line}" if line else f"{file}"
        super().__init__(f"{where}: {reason}")
        self.file = str(file)
        self.line = line
        self.reason = reason


class NoLegalBasis(LawError):
    """The day asked lies before the first day of the provision."""

    code = "no_legal_basis"

    def __init__(self, provision: str, first_day: date, asked: date) -> None:
        super().__init__(
            f"{provision} has no legal basis on {asked.isoformat()}: "
            f"it starts on {first_day.isoformat()}. Ask about that day or a later one."
        )
        self.provision = provision
        self.first_day = first_day
        self.asked = asked


class RegisterError(MabeleError):
    """The register refuses an operation."""

    code = "register"


class GroundTaken(RegisterError):
    """The ground is held by another right of the same group."""

    code = "ground_taken"


class RegisterBusy(RegisterError):
    """The register is busy; the same request may pass in a moment."""

    code = "register_busy"


class NotFound(RegisterError):
    """No such thing in the register, or none that the asker may see."""

    code = "not_found"


class NotPermitted(RegisterError):
    """The asker's role does not allow it."""

    code = "not_permitted"


class CaseError(MabeleError):
    """A step of a file (étape) is not taken; the file stays as it is.

    ``fr`` says the same in French: people read these while they work.
    """

    code = "case"

    def __init__(self, message: str, fr: str | None = None) -> None:
        super().__init__(message)
        self.fr = fr


class StepRefused(CaseError):
    """The step is none that this person may take now, or something that it needs is missing."""

    code = "step_refused"


class FileChanged(CaseError):
    """Somebody else changed the file in the meantime."""

    code = "file_changed"


class SecondPersonNeeded(CaseError):
    """The step is the second of two that one person may not take alone (four eyes)."""

    code = "second_person"


class LawForbids(CaseError):
    """The law's findings stand against the step; ``findings`` are those."""

    code = "law_forbids"

    def __init__(self, message: str, findings: Sequence[object], fr: str | None = None) -> None:
        super().__init__(message, fr)
        self.findings = tuple(findings)


class NeedsRuling(LawForbids):
    """The law leaves something open: a legal ruling must settle it first."""

    code = "needs_ruling"


class WatchRefused(CaseError):
    """A watch, or a way to be told of it, cannot be kept as asked."""

    code = "watch_refused"


class SetupError(MabeleError):
    """The machine or its settings; the message says what to do."""

    code = "setup"
