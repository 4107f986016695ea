"""``mabele account``: the people who may sign in, and what each may do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from api.cli.register import actor, opened_register
from api.passwords import checked_password
from geo.register.people import Authority, Role

if TYPE_CHECKING:
    from api.accounts import Account, Profile, Wish

_EXAMPLES = """\b
Examples:
  mabele account add o.kasongo --name "Odette Kasongo" --role officer
  mabele account add k.mining --name "Jean Ilunga" --role company \\
      --signs-for "Kalonda Mining SARL"
  mabele account add sgnc.lualaba --name "Service géologique" --role opinion \\
      --authority sgnc --province Lualaba
  mabele account change o.kasongo --role supervisor
  mabele account password o.kasongo
  mabele account link o.kasongo --subject 8f2c…
  mabele account close o.kasongo
  mabele account list
"""

_ROLES = """\b
Roles: company (acts for its holders), officer and supervisor of the cadastre, egc, opinion (gives
opinions for one authority), minister, inspector, legal (rulings), administrator (accounts), public.
"""

Command = Callable[..., None]


def _profile_options(command: Command) -> Command:
    """Add the options that say what an account may do."""
    for option in reversed(
        (
            click.option("--for", "prepares", multiple=True, metavar="HOLDER", help=_FOR),
            click.option("--signs-for", "signs", multiple=True, metavar="HOLDER", help=_SIGNS),
            click.option(
                "--new-holder", is_flag=True, help="Make a holder that the register does not know."
            ),
            click.option(
                "--authority",
                type=click.Choice([authority.value for authority in Authority]),
                help=_AUTHORITY,
            ),
            click.option("--province", help="The one province of an opinion giver."),
        )
    ):
        command = option(command)
    return command


_FOR = "Company: prepares files for this holder. May be given again."
_SIGNS = "Company: prepares and signs for this holder. May be given again."
_AUTHORITY = "Opinion giver: the authority that it speaks for."
_password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, one line."
)
_role = click.Choice([role.value for role in Role])


@click.group(epilog=_EXAMPLES)
def command() -> None:
    """Add, list, change and close accounts, and give new passwords."""


@command.command(epilog=_ROLES)
@click.argument("login")
@click.option("--name", required=True, help="The person's name, as others see it.")
@click.option("--role", required=True, type=_role, help="What the person may do: see below.")
@_profile_options
@_password_stdin
@click.option("--no-password", is_flag=True, help="Only the identity provider opens it.")
def add(
    login: str, name: str, role: str, password_stdin: bool, no_password: bool, **given: Any
) -> None:
    """Add the account LOGIN: small letters, digits, and . _ @ -"""
    from api.accounts import Profile, add_account

    secret = None if no_password else _password(password_stdin)
    profile = Profile(Role(role), _wishes(given), given["authority"], given["province"])
    with opened_register() as engine:
        add_account(engine, login, name, profile, secret, actor=actor())
    click.echo(f"account {login} may sign in as {role}")


@command.command(epilog=_ROLES)
@click.argument("login")
@click.option("--name", help="The person's new name.")
@click.option("--role", type=_role, help="Another role; what belonged to the old one ends.")
@_profile_options
def change(login: str, name: str | None, role: str | None, **given: Any) -> None:
    """Change LOGIN: what is not given stays, unless the role changes.

    Holders that are given replace those of before.
    """
    from api.accounts import account, change_account

    with opened_register() as engine:
        before = account(engine, login, actor=actor())
        profile = _changed(before, role, given)
        change_account(engine, login, name or before.name, profile, actor=actor())
    click.echo(f"account {login} may sign in as {profile.role}")


def _changed(before: Account, role: str | None, given: dict[str, Any]) -> Profile:
    from api.accounts import Profile

    same = role is None or Role(role) is before.role
    old = before.profile if same else Profile(Role(role or before.role))
    return Profile(
        old.role,
        _wishes(given) or old.mandates,
        given["authority"] or old.authority,
        given["province"] or old.province,
    )


def _wishes(given: dict[str, Any]) -> tuple[Wish, ...]:
    from api.accounts import Wish

    new = given["new_holder"]
    prepares = tuple(Wish(holder, may_sign=False, new=new) for holder in given["prepares"])
    return prepares + tuple(Wish(holder, may_sign=True, new=new) for holder in given["signs"])


@command.command()
@click.argument("login")
@_password_stdin
def password(login: str, password_stdin: bool) -> None:
    """Give LOGIN a new password; its sessions end, its tokens are revoked."""
    from api.accounts import change_password

    secret = _password(password_stdin)
    with opened_register() as engine:
        change_password(engine, login, secret, actor=actor())
    click.echo(f"account {login} has a new password")


@command.command()
@click.argument("login")
@click.option("--subject", help="Who LOGIN is to the identity provider; leave out to end it.")
def link(login: str, subject: str | None) -> None:
    """Let the identity provider of MABELE_OIDC_ISSUER open LOGIN."""
    from api.accounts import link_identity
    from api.settings import Settings

    provider = Settings.load(os.environ).oidc
    with opened_register() as engine:
        issuer = provider.issuer if provider else None
        link_identity(engine, login, issuer, subject, actor=actor())
    click.echo(f"account {login} is {'linked' if subject else 'not linked any more'}")


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
        click.echo(f"{row.login:24}  {row.role:14}  {state:6}  {row.name}{_acts_for(row)}")


def _acts_for(row: Account) -> str:
    """Return whom an account acts or speaks for, in brackets."""
    said = [f"{m.party}, {'signs' if m.may_sign else 'prepares'}" for m in row.mandates]
    said += [word for word in (row.authority, row.province) if word]
    return f"  ({'; '.join(said)})" if said else ""


def _password(from_stdin: bool) -> str:
    """Return the password, typed twice on the terminal or read from standard input."""
    if from_stdin:
        return checked_password(sys.stdin.readline().rstrip("\n"))
    typed = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return checked_password(str(typed))
