"""``mabele party``: names of holders that are withheld from the public, and how that is ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli.register import actor, opened_register

if TYPE_CHECKING:
    from geo.register.parties import PartyKind

_EXAMPLES = """\b
Only names of companies are public; a name without a form of company is withheld.

\b
Examples:
  mabele party list
  mabele party list gecamines
  mabele party mark-legal 512 --reason "RCCM Lubumbashi, extract of 3 March 2026"
  mabele party withhold 512 --reason "a natural person after all"
"""
_reason = click.option("--reason", required=True, help="How that is known; it stays in the audit.")


@click.group(epilog=_EXAMPLES)
def command() -> None:
    """List holders whose name is withheld, and mark those that are legal persons."""


@command.command("list")
@click.argument("words", default="")
@click.option("--all", "everybody", is_flag=True, help="Holders whose name is public, too.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_(words: str, everybody: bool, limit: int) -> None:
    """List holders by a part of their name."""
    from geo.register.connection import CADASTRE, UnitOfWork
    from geo.register.party_kinds import parties_found

    with opened_register() as engine, UnitOfWork(engine, CADASTRE, actor=actor()) as unit:
        rows = parties_found(unit.connection, words, withheld=not everybody, limit=limit)
    if not rows:
        click.echo("No such holder.")
    for row in rows:
        click.echo(f"{row.id:>8}  {row.kind:8}  {row.titles:>5} titles  {row.name}")


@command.command("mark-legal")
@click.argument("party", type=int)
@_reason
def mark_legal(party: int, reason: str) -> None:
    """Say that PARTY (a number of the list) is a legal person: its name becomes public."""
    name = _marked(party, "legal", reason)
    click.echo(f"{name} is a legal person; its name is public")


@command.command()
@click.argument("party", type=int)
@_reason
def withhold(party: int, reason: str) -> None:
    """Say that PARTY is a natural person: its name is withheld."""
    name = _marked(party, "natural", reason)
    click.echo(f"{name} is a natural person; its name is withheld")


def _marked(party: int, kind: PartyKind, reason: str) -> str:
    from geo.register.connection import CADASTRE, UnitOfWork
    from geo.register.party_kinds import mark_party

    with (
        opened_register() as engine,
        UnitOfWork(engine, CADASTRE, actor=actor(), reason=reason) as unit,
    ):
        before = mark_party(unit, party, kind)
        unit.commit()
    return before.name
