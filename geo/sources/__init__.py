"""What comes in: register files and coordinate tables become typed rows and a log of issues."""

from geo.sources.reading import read_pasted, read_register
from geo.sources.rows import Holder, Issue, Procedure, Reading, RightRow, State

__all__ = [
    "Holder",
    "Issue",
    "Procedure",
    "Reading",
    "RightRow",
    "State",
    "read_pasted",
    "read_register",
]
