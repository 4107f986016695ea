"""``mabele account``: the people who may sign in."""

from __future__ import annotations

import sys

import click

from api.cli.register import actor, opened_register
from geo.errors import InputError

MIN_PASSWORD = 12

_EXAMPLES = """\b
Examples:
  mabele account add o.kasongo --name "Odette Kasongo" --role officer
  mabele account password o.kasongo
  mabele account close o.kasongo
  mabele account list
"""

_password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, one line."
)


@click.group(epilog=_EXAMPLES)
def command() -> None:
    """Add, list and close accounts, and change passwords."""


@command.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name, as others see it.")
@click.option("--role", required=True, type=click.Choice(["officer", "administrator"]))
@_password_stdin
def add(login: str, name: str, role: str, password_stdin: bool) -> None:
    """Add the account LOGIN: small letters, digits, and . _ @ -"""
    from api.accounts import add_account
    from api.auth import Role

    password = _password(password_stdin)
    with opened_register() as engine:
        add_account(engine, login, name, Role(role), password, actor=actor())
    click.echo(f"account {login} may sign in as {role}")


@command.command()
@click.argument("login")
@_password_stdin
def password(login: str, password_stdin: bool) -> None:
    """Give LOGIN a new password; its sessions end."""
    from api.accounts import change_password

    secret = _password(password_stdin)
    with opened_register() as engine:
        change_password(engine, login, secret, actor=actor())
    click.echo(f"account {login} has a new password")


@command.command()
@click.argument("login")
def close(login: str) -> None:
    """Let LOGIN sign in no more; what it did stays recorded under its name."""
    from api.accounts import close_account

    with opened_register() as engine:
        close_account(engine, login, actor=actor())
    click.echo(f"account {login} is closed")


@command.command("list")
def list_() -> None:
    """List all accounts."""
    from api.accounts import accounts

    with opened_register() as engine:
        rows = accounts(engine, actor=actor())
    if not rows:
        click.echo("There is no account yet. Add one: mabele account add --help")
    for row in rows:
        state = "open" if row.active else "closed"
        click.echo(f"{row.login:24}  {row.role:14}  {state:6}  {row.name}")


def _password(from_stdin: bool) -> str:
    """Return the password, typed twice on the terminal or read from standard input."""
    if from_stdin:
        secret = sys.stdin.readline().rstrip("\n")
    else:
        secret = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if len(secret) < MIN_PASSWORD:
        raise InputError(f"the password has {len(secret)} characters. Use {MIN_PASSWORD} or more.")
    return str(secret)
