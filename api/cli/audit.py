"""``mabele audit``: the overlaps of the register itself, judged and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from api.cli.answers import day_of, day_option, json_option, print_json

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from geo.findings import Findings
    from geo.register.views import ImportView

_EXAMPLES = """\b
Examples:
  mabele audit
  mabele audit --on 2015-06-30 --json
"""


@click.command("audit", epilog=_EXAMPLES)
@day_option
@json_option
def command(day: datetime | None, as_json: bool) -> None:
    """Find and judge every overlap of the register on a day, and keep the findings.

    The same engine and the same answer as `mabele overlaps`; a row is ground held, asked for or
    restricted on that day. The map of the web page shows the findings of the last audit.
    """
    from api.cli.register import opened_register
    from geo.findings import summary_of_register

    with opened_register() as engine:
        findings, revision, imports = _audited(engine, day_of(day))
    issues: Counter[str] = Counter()
    for one in imports:
        issues.update(one.issues)
    files = [(one.file, one.sha256) for one in imports]
    summary = summary_of_register(findings, revision, files, issues)
    if as_json:
        print_json(summary)
    else:
        from maps.tables import print_register_audit

        print_register_audit(findings, summary)


def _audited(engine: Engine, on: date) -> tuple[Findings, int, Sequence[ImportView]]:
    from api.cli.register import actor
    from api.cli.stages import stage
    from geo.findings import find
    from geo.law import load_law
    from geo.register.connection import UnitOfWork
    from geo.register.reader import Reader
    from geo.register.writer import record_findings

    reason = f"audit on {on.isoformat()}"
    with UnitOfWork(engine, actor=actor(), reason=reason) as unit:
        reader = Reader(unit.connection)
        with stage("read") as step:
            revision = reader.revision()
            rights = reader.rights_on(on)
            step.outcome = f"{len(rights):,} grounds, revision {revision}"
        with stage("audit") as step:
            findings = find([right.row for right in rights], on, load_law())
            step.outcome = f"{len(findings.overlaps):,} overlaps, law of {on.isoformat()}"
        with stage("keep") as step:
            imports = reader.imports()
            if revision:  # before the first one there is nothing to keep, and nothing to name
                record_findings(
                    unit,
                    rights,
                    findings.overlaps,
                    on=on,
                    law_version=findings.law_version,
                    revision=revision,
                )
                unit.commit()
            step.outcome = f"{len(findings.overlaps):,} findings"
    return findings, revision, imports
