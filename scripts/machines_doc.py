"""Prints the machines of the casework as tables, for docs/casework.md; a test holds both equal.

Usage: scripts/machines_doc.py --write
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from geo.casework.machine import Machine, Transition
from geo.casework.machines import MACHINES

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "casework.md"
BEGIN, END = "<!-- machines: begin -->\n", "<!-- machines: end -->\n"


def tables() -> str:
    """Return every machine as a table of its steps."""
    return "\n".join("\n".join(_table(machine)) + "\n" for machine in MACHINES.values())


def _table(machine: Machine) -> Iterator[str]:
    subjects = ", ".join(f"`{code}`" for code in machine.subjects)
    openers = ", ".join(role.value for role in machine.opened_by)
    yield f"### `{machine.code}`: {machine.label.fr} · {machine.label.en} ({machine.prefix}-…)"
    yield ""
    yield f"Subjects: {subjects}. Opened by: {openers}."
    yield ""
    yield "| step | from | to | who | needs |"
    yield "|---|---|---|---|---|"
    for step in machine.transitions:
        sources, roles = ", ".join(step.sources), ", ".join(role.value for role in step.roles)
        needs = "; ".join(_needs(step))
        yield f"| `{step.action}` | {sources} | {step.target} | {roles} | {needs} |"


def _needs(step: Transition) -> Iterator[str]:
    if step.needs:
        yield "documents: " + ", ".join(step.needs)
    if step.needs_act:
        yield "act"
    if step.needs_reason:
        yield "reason"
    if step.differs_from:
        yield "another person than at: " + ", ".join(step.differs_from)
    if step.moment:
        yield f"law at {step.moment.value}: {step.gate.value}"
    if step.no_open_objections:
        yield "objections answered"


def document_with(text: str) -> str:
    """Return the document with the tables in place of those that it has."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + tables() + END + after


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        DOCUMENT.write_text(document_with(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        sys.stdout.write(tables())
