"""Acting as an account on the command line: it signs in here, for this one command."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from api.cli.register import actor
from geo.errors import NotPermitted

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.auth import Viewer
    from geo.register.connection import UnitOfWork


def signed_in(engine: Engine, login: str, password_stdin: bool) -> Viewer:
    """Ask an account's password, or read it from standard input; return who it is.

    Raises
    ------
    NotPermitted : name or password is wrong, or the account is no officer or supervisor.
    """
    from api.auth import sign_in, sign_out
    from api.problems import SignInFailed
    from geo.register.people import Role

    secret = sys.stdin.readline().rstrip("\n") if password_stdin else _asked(login)
    try:
        viewer, session = sign_in(engine, login, secret)
    except SignInFailed as error:
        raise NotPermitted("name or password is wrong.") from error
    sign_out(engine, session)
    if viewer.role not in (Role.OFFICER, Role.SUPERVISOR):
        raise NotPermitted(f"{login} is {viewer.role.value}: officers and supervisors do this.")
    return viewer


@contextmanager
def acting_as(
    engine: Engine, viewer: Viewer, reason: str, role: str | None = None
) -> Iterator[UnitOfWork]:
    """Open a unit of work of an account that signed in; the machine’s user is noted too.

    ``role`` is the database role where it is not the account’s own: that of imports.
    """
    from geo.register.connection import UnitOfWork

    why, login = f"{reason} ({actor()})", viewer.login or ""
    role = viewer.database_role if role is None else role
    with UnitOfWork(engine, role, actor=login, reason=why, statement_timeout_s=1800) as unit:
        yield unit


def _asked(login: str) -> str:
    return str(click.prompt(f"Password of {login}", hide_input=True, err=True))
