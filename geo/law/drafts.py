"""A draft of the law: some values of the law data written anew, over those that hold today.

A draft is one YAML file in the words of the law data, with any of ``parameters`` (whole
parameters, by name), ``cells`` (whole cells of the matrix), ``classes`` (whole classes of
restricted places), and the ``texts`` and ``sources`` that they cite besides. It is read as strictly
as the law itself, and nothing of the law data is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from geo.errors import LawDataInvalid
from geo.law.catalog import LAW_DATA, keys_needed, load_law
from geo.law.dated import Citations
from geo.law.matrix import first_rules_of, read_some_cells
from geo.law.parameters import read_class, read_parameter
from geo.law.strict_yaml import Item, read_yaml
from geo.law.values import Cell, Law

_PARTS = "parameters cells classes"


def draft_law(file: Path, folder: Path | None = None, jurisdiction: str = "cd") -> Law:
    """Return the law of a jurisdiction as a draft would make it.

    Parameters
    ----------
    file : the draft.
    folder : the folder of all law data; the one shipped with the program by default.

    Raises
    ------
    LawDataInvalid : the draft, or the law data, is refused; the message names file and line.
    """
    law = load_law(folder, jurisdiction)
    fields = read_yaml(file).fields("", f"{_PARTS} texts sources")
    if not set(fields) & set(_PARTS.split()):
        raise LawDataInvalid(file, None, f"a draft changes something: one of {_PARTS}")
    citations = Citations.read((folder or LAW_DATA) / jurisdiction).with_others(
        _entries(fields, "texts"), _entries(fields, "sources")
    )
    parameters = {
        name: read_parameter(name, item, citations)
        for name, item in _entries(fields, "parameters").items()
    }
    classes = {
        code: read_class(code, item, citations, law.kinds)
        for code, item in _entries(fields, "classes").items()
    }
    draft = replace(
        law,
        version=f"{law.version}+{_digest(file)}",
        parameters=MappingProxyType({**law.parameters, **parameters}),
        restricted=MappingProxyType({**law.restricted, **classes}),
    )
    if "cells" not in fields:
        return draft
    return _with_cells(draft, read_some_cells(fields["cells"], law.kinds, citations), file)


def _entries(fields: Mapping[str, Item], part: str) -> Mapping[str, Item]:
    return fields[part].entries() if part in fields else {}


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _with_cells(law: Law, drafted: Mapping[tuple[str, str], Cell], file: Path) -> Law:
    cells = {**law.cells, **drafted}
    unsaid = sorted(keys_needed(cells) - set(law.messages))
    if unsaid:
        raise LawDataInvalid(file, None, f"message {unsaid[0]!r} is missing in messages.yaml")
    first_rules = first_rules_of((up, rule) for (up, _), c in cells.items() for rule in c.values)
    return replace(
        law,
        cells=MappingProxyType(cells),
        first_rules=first_rules,
        first_day=min(rule.first_day for rule in first_rules.values()),
    )
