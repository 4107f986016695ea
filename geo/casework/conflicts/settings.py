"""The office's settings for conflicts: from how far two facts are of one place."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from geo.casework.conflicts.places import MergeRule
from geo.law.strict_yaml import read_yaml

FILE = Path(__file__).resolve().parents[3] / "data" / "activity" / "conflicts.yaml"
MOST_M = Decimal(10_000)
"""Beyond it "near" means nothing; the database refuses it too."""


def load_rule(path: Path = FILE) -> MergeRule:
    """Return the merge rule of a settings file.

    Raises
    ------
    LawDataInvalid : the file says something else, or a distance that is none; names the line.
    """
    fields = read_yaml(path).fields("near_m")["near_m"].fields("value unit description")
    fields["unit"].one_of(("m",), "unit of a distance")
    metres = fields["value"].decimal()
    if not 0 < metres <= MOST_M:
        raise fields["value"].refused(f"give a distance above 0 and up to {MOST_M} m")
    return MergeRule(metres)
