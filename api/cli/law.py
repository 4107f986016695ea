"""``mabele law``: the legal scenarios, what changed between two days, past files under a draft."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.answers import json_option, print_json

if TYPE_CHECKING:
    from geo.law.changes import Change
    from geo.law.replay import Difference, PastFile, Replay
    from geo.law.values import Law

JURISDICTIONS = ("cd", "pe")
EXIT_FAILED = 1
_DAY = click.DateTime(["%Y-%m-%d"])
_EXAMPLES = """\b
Examples:
  mabele law check
  mabele law check --json
  mabele law diff 2018-03-08 2018-05-03
  mabele law replay --with draft.yaml
"""
jurisdiction_option = click.option(
    "--jurisdiction",
    type=click.Choice(JURISDICTIONS),
    default="cd",
    show_default=True,
    help="Whose law: cd (DRC) or pe (Peru).",
)


@click.group("law", epilog=_EXAMPLES)
def command() -> None:
    """Run the legal scenarios, compare the law of two days, try a draft on past files.

    Only `replay` reads the register.
    """


@command.command("check")
@jurisdiction_option
@json_option
def check(jurisdiction: str, as_json: bool) -> int:
    """Run every legal scenario; the exit code is 1 if one fails."""
    from geo.law import load_law
    from geo.law.scenario_files import read_scenarios
    from geo.law.scenarios import failures_of

    scenarios = read_scenarios(jurisdiction=jurisdiction)
    failed = failures_of(load_law(jurisdiction=jurisdiction), scenarios)
    if as_json:
        print_json({"scenarios": len(scenarios), "failed": len(failed)})
    else:
        _print_check(len(scenarios), failed)
    return EXIT_FAILED if failed else 0


def _print_check(count: int, failed: dict[str, list[str]]) -> None:
    for lines in failed.values():
        for line in lines:
            click.echo(line)
    click.echo(f"{count:,} scenarios, {len(failed):,} failed")


@command.command("diff")
@click.argument("day1", type=_DAY, metavar="DAY1")
@click.argument("day2", type=_DAY, metavar="DAY2")
@jurisdiction_option
@json_option
def diff(day1: datetime, day2: datetime, jurisdiction: str, as_json: bool) -> None:
    """Say what the law says on DAY2 that it did not say on DAY1, rule by rule."""
    from geo.law import load_law
    from geo.law.changes import changes_between

    law = load_law(jurisdiction=jurisdiction)
    changes = changes_between(day1.date(), day2.date(), law)
    if as_json:
        listed = [{**asdict(change), "since": change.since.isoformat()} for change in changes]
        days = {"from": day1.date().isoformat(), "to": day2.date().isoformat()}
        print_json({**days, "law": law.version, "changes": listed})
        return
    for change in changes:
        _print_change(change)
    click.echo(f"{len(changes):,} rules differ between {day1.date()} and {day2.date()}")


def _print_change(change: Change) -> None:
    before, after = (value or "no rule" for value in (change.before, change.after))
    said = f"{before} → {after}" if before != after else f"{after}, by another text or confidence"
    click.echo(change.description)
    click.echo(f"    {change.rule}: {said}")
    click.echo(f"    since {change.since}, {change.article} (confidence {change.confidence})")


@command.command("replay")
@click.option(
    "--with",
    "draft_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="The draft: parameters, cells or classes as the law data writes them (docs/law.md).",
)
@json_option
def replay(draft_file: Path, as_json: bool) -> None:
    """Judge past files again under a draft law, and list which decisions would differ.

    Nothing is written: neither the law data nor the register.
    """
    from geo.grid import DRC
    from geo.law import load_law
    from geo.law.drafts import draft_law
    from geo.law.replay import replay as replay_under

    draft, law = draft_law(draft_file), load_law()
    found = replay_under(_past_files(law), law, draft, DRC)
    if as_json:
        print_json({"law": law.version, "draft": draft.version, **_replay_json(found)})
    else:
        _print_replay(found)


def _past_files(law: Law) -> list[PastFile]:
    """Return every judgement of the register's files, with the rulings that hold for its file."""
    from api.cli.register import actor, opened_register
    from geo.casework.judging import past_judgements
    from geo.casework.rulings import rulings_for
    from geo.law.replay import PastFile
    from geo.register.connection import UnitOfWork

    with (
        opened_register() as engine,
        UnitOfWork(engine, actor=actor(), reason="law replay") as unit,
    ):
        return [
            PastFile(
                number=past.number or "?",
                moment=past.moment,
                day=past.day,
                facts=past.facts,
                verdict=past.verdict,
                findings=tuple(past.findings),
                rulings=tuple(rulings_for(unit, past.file_id, law)),
                asks=tuple(past.asks),
            )
            for past in past_judgements(unit.connection)
        ]


def _replay_json(found: Replay) -> dict[str, Any]:
    differing = [
        {**asdict(difference), "day": difference.day.isoformat()} for difference in found.differing
    ]
    unread = [{"number": number, "reason": reason} for number, reason in found.unread]
    return {"files": found.files, "differing": differing, "unread": unread}


def _print_replay(found: Replay) -> None:
    for difference in found.differing:
        _print_difference(difference)
    for number, reason in found.unread:
        click.echo(f"{number}: not judged again: {reason}")
    click.echo(
        f"{found.files:,} judgements, {len(found.differing):,} would differ, "
        f"{len(found.unread):,} not judged again"
    )


def _print_difference(difference: Difference) -> None:
    when = f"{difference.moment} on {difference.day}"
    change = f"{difference.before} → {difference.draft} (law of today: {difference.today})"
    click.echo(f"{difference.number}, {when}: {change}")
    for changed in difference.changed:
        about = f" ({changed.subject})" if changed.subject else ""
        before, after = (", ".join(said) or "not asked" for said in (changed.before, changed.after))
        click.echo(f"    {changed.code}{about}: {before} → {after}")
