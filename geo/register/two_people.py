"""Four eyes on extracts: who proposes one has an account, who approves it is somebody else.

The database refuses the rest whatever is asked here (migration 0015); asking first spares the
comparison of a whole register and says the remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import text

from geo.errors import MabeleError, NotPermitted, RegisterBusy, SecondPersonNeeded

if TYPE_CHECKING:
    from geo.register.connection import UnitOfWork

_OPENED_BY = text("select actor from register.revision where id = :revision")
_ME = text("select current_setting('app.actor')")
_SIGNED_IN = text("select casework.my_account() is not null")


def account_needed() -> NotPermitted:
    """Return the refusal of an extract that no open account proposes or approves."""
    return NotPermitted(
        "an extract that waits for approval is proposed by one open account and approved by "
        "another. Sign in (--as LOGIN); if its proposer has no open account, reject the report "
        "and import the file again."
    )


def second_person() -> SecondPersonNeeded:
    """Return the refusal of an approval by the proposer."""
    return SecondPersonNeeded(
        "you proposed this extract. Another person must approve it; you may reject it.",
        "vous avez proposé cet extrait. Une autre personne doit l’approuver ; vous pouvez le "
        "rejeter.",
    )


def _not_first() -> RegisterBusy:
    return RegisterBusy("the register is no longer empty. Import the file again.")


REFUSALS: Mapping[str | None, Callable[[], MabeleError]] = MappingProxyType(
    {
        "import_run_accounts": account_needed,
        "import_run_second_person": second_person,
        "import_run_first_alone": _not_first,
    }
)
"""What the database refuses, by the name of the constraint."""


def require_account(unit: UnitOfWork) -> None:
    """Refuse whoever acts without an open account.

    Raises
    ------
    NotPermitted : nobody signed in.
    """
    if not unit.connection.scalar(_SIGNED_IN):
        raise account_needed()


def require_second_person(unit: UnitOfWork, opened_revision: int) -> None:
    """Refuse whoever acts without an account, or wrote the revision that opened the report.

    Raises
    ------
    NotPermitted : nobody signed in. SecondPersonNeeded : the actor proposed it.
    """
    require_account(unit)
    proposer = unit.connection.scalar(_OPENED_BY, {"revision": opened_revision})
    if proposer == unit.connection.scalar(_ME):
        raise second_person()
