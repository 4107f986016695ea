"""``mabele audit``: the overlaps of the register itself, judged and kept."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import click

from api.cli.answers import day_of, day_option, json_option, print_json

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
    from api.cli.register import actor, opened_register
    from api.cli.stages import timed_steps
    from geo.casework.audit import audit_register
    from geo.findings import summary_of_register
    from geo.law import load_law
    from geo.register.connection import UnitOfWork
    from geo.register.reader import Reader

    on = day_of(day)
    reason = f"audit on {on.isoformat()}"
    with opened_register() as engine, UnitOfWork(engine, actor=actor(), reason=reason) as unit:
        audit = audit_register(unit, on, load_law(), timed_steps())
        imports = Reader(unit.connection).imports()
        unit.commit()
    issues: Counter[str] = Counter()
    for one in imports:
        issues.update(one.issues)
    files = [(one.file, one.sha256) for one in imports]
    summary = summary_of_register(audit.findings, audit.revision, files, issues)
    if as_json:
        print_json(summary)
    else:
        from maps.tables import print_register_audit

        print_register_audit(audit.findings, summary)
