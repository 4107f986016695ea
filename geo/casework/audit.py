"""Auditing the register: every overlap of a day, judged and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from geo.findings import Findings, find
from geo.law import Law
from geo.register.connection import UnitOfWork
from geo.register.reader import Reader
from geo.register.writer import record_findings

Say = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class RegisterAudit:
    """The findings of a register at one revision; 0 where nothing was ever written."""

    findings: Findings
    revision: int


def audit_register(
    unit: UnitOfWork, on: date, law: Law, say: Say = lambda step, outcome: None
) -> RegisterAudit:
    """Find and judge every overlap of the register on a day and keep the findings; commit it.

    Parameters
    ----------
    unit : under a role that may write the register.
    on : the day of the law, and of what was held.
    say : told each step and what came of it.
    """
    reader = Reader(unit.connection)
    revision, rights = reader.revision(), reader.rights_on(on)
    say("read", f"{len(rights):,} grounds, revision {revision}")
    findings = find([right.row for right in rights], on, law)
    say("audit", f"{len(findings.overlaps):,} overlaps, law of {on.isoformat()}")
    if revision:  # before the first one there is nothing to keep, and nothing to name
        record_findings(
            unit,
            rights,
            findings.overlaps,
            on=on,
            law_version=findings.law_version,
            revision=revision,
        )
    say("keep", f"{len(findings.overlaps):,} findings")
    return RegisterAudit(findings, revision)
