"""Engines, and the unit of work: one transaction with a role, an actor and a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import psycopg
from psycopg import errors as pg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy import exc as sa
from sqlalchemy.orm import Session

from geo.errors import GroundTaken, MabeleError, NotPermitted, RegisterBusy, RegisterError
from geo.register.two_people import REFUSALS

PUBLIC = "mabele_public"
CADASTRE = "mabele_cadastre"
SUPERVISOR = "mabele_supervisor"
COMPANY = "mabele_company"
EGC = "mabele_egc"
OPINION = "mabele_opinion"
MINISTER = "mabele_minister"
INSPECTOR = "mabele_inspector"
LEGAL = "mabele_legal"
ADMIN = "mabele_admin"
REGISTER = "mabele_register"
"""Who writes the register: the engine alone. It has what an officer has, and no account has it."""
SIGN_IN = "mabele_auth"

INSIDE = "lies_inside_its_host"
"""What the database calls the rule that ground inside other ground stays inside it."""

T = TypeVar("T")

_BEGIN = text(
    "select set_config('role', :role, true), set_config('app.actor', :actor, true), "
    "set_config('app.reason', :reason, true), set_config('lock_timeout', :lock_timeout, true), "
    "set_config('statement_timeout', :statement_timeout, true), "
    "set_config('idle_in_transaction_session_timeout', :idle_timeout, true), "
    "set_config('timezone', 'UTC', true)"
)

STATEMENT_TIMEOUT_S = 120.0
"""How long one statement may take. An import's COPY of a whole register may need longer."""

IDLE_TIMEOUT_S = 600.0
"""How long an open transaction may do nothing: an audit judges a whole register meanwhile."""


def engine_for(url: str, *, pool_size: int = 5, pool_timeout_s: float = 5) -> Engine:
    """Return an engine on ``url`` whose pool never grows beyond ``pool_size``.

    Errors do not show the values of a statement: logs are read by more people than the register.
    """
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout_s,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        hide_parameters=True,
    )


class UnitOfWork:
    """One transaction under an application role; without :meth:`commit` nothing happened.

    The first statement of each transaction sets role, actor and reason: the login itself can read
    nothing. Errors of the database leave as errors of :mod:`geo.errors`, without their detail,
    which may show rows that the asker must not see.

    A transaction waits ``lock_timeout_s`` for a lock; one statement may take
    ``statement_timeout_s``; one that does nothing for ``idle_timeout_s`` is ended, because it may
    hold the register.

    Examples
    --------
    ::

        with UnitOfWork(engine, REGISTER, actor="o.kasongo", reason="grant") as unit:
            title_id = grant(unit, …)
            unit.commit()
    """

    def __init__(
        self,
        engine: Engine,
        role: str = REGISTER,
        actor: str = "",
        reason: str = "",
        lock_timeout_s: float = 5,
        statement_timeout_s: float = STATEMENT_TIMEOUT_S,
        idle_timeout_s: float = IDLE_TIMEOUT_S,
    ) -> None:
        self._engine = engine
        self._settings = {
            "role": role,
            "actor": actor,
            "reason": reason,
            "lock_timeout": _milliseconds(lock_timeout_s),
            "statement_timeout": _milliseconds(statement_timeout_s),
            "idle_timeout": _milliseconds(idle_timeout_s),
        }
        self._session: Session | None = None

    def __enter__(self) -> Self:
        session = Session(self._engine, expire_on_commit=False)
        event.listen(session, "after_begin", self._take_role)
        self._session = session
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.session.close()
        self._session = None
        translated = translate(error)
        if translated is not None:
            raise translated from error

    @property
    def session(self) -> Session:
        """The open session.

        Raises
        ------
        RuntimeError : the unit of work was not entered.
        """
        if self._session is None:
            raise RuntimeError("open the unit of work with “with” first")
        return self._session

    @property
    def connection(self) -> Connection:
        """The connection of the transaction, its role already taken."""
        return self.session.connection()

    @property
    def driver(self) -> psycopg.Connection[Any]:
        """The psycopg connection behind, for COPY."""
        connection: psycopg.Connection[Any] = self.connection.connection.driver_connection  # type: ignore[assignment]
        return connection

    def open_revision(self) -> int:
        """Take the register lock and return this transaction's revision.

        Call it when everything is read and judged: other writers wait from here to the commit.
        """
        return int(self.connection.scalar(text("select register.open_revision()")))

    @contextmanager
    def acting_as(self, role: str) -> Iterator[None]:
        """Take another role for the statements inside, in the same transaction.

        For casework only: a step that its own role was allowed to take makes the register's orders
        as :data:`REGISTER`, and is judged by what the cadastre reads. The former role comes back
        also on an error; where the database has given the transaction up, the next one begins with
        it anyway.
        """
        former = self.connection.scalar(text("select current_setting('role')"))
        self._become(role)
        try:
            yield
        finally:
            if self.driver.info.transaction_status is not TransactionStatus.INERROR:
                self._become(former)

    def commit(self) -> None:
        """Make it true."""
        self.session.commit()

    def rollback(self) -> None:
        """Undo everything since the last commit."""
        self.session.rollback()

    def _become(self, role: str) -> None:
        self.connection.execute(text("select set_config('role', :role, true)"), {"role": role})

    def _take_role(self, _session: Session, _transaction: Any, connection: Connection) -> None:
        connection.execute(_BEGIN, self._settings)


def in_one_transaction(
    engine: Engine,
    work: Callable[[UnitOfWork], T],
    *,
    role: str = REGISTER,
    actor: str,
    reason: str,
    attempts: int = 3,
    statement_timeout_s: float = STATEMENT_TIMEOUT_S,
) -> T:
    """Run ``work`` in a unit of work and commit it; try again when the register was busy.

    Only what another moment may cure is tried again (a lock not had, a deadlock, a serialization
    failure). Ground that is taken stays taken.

    Raises
    ------
    RegisterBusy : still busy after ``attempts``.
    """
    for attempt in range(attempts):
        try:
            with UnitOfWork(
                engine, role, actor, reason, statement_timeout_s=statement_timeout_s
            ) as unit:
                result = work(unit)
                unit.commit()
                return result
        except RegisterBusy:
            if attempt == attempts - 1:
                raise
    raise RegisterBusy("no attempt was allowed")


def _milliseconds(seconds: float) -> str:
    return f"{int(seconds * 1000)}ms"


def driver_error(error: BaseException | None) -> BaseException | None:
    """Return psycopg's error behind an error of SQLAlchemy, else the error itself."""
    return error.orig if isinstance(error, sa.DBAPIError) else error


def translate(error: BaseException | None) -> MabeleError | None:
    """Return our error for one of the database, None where it is not known (or already ours)."""
    if isinstance(error, sa.TimeoutError):
        return RegisterBusy("all connections to the register are in use. Try again in a moment.")
    cause = driver_error(error)
    if isinstance(
        cause,
        pg.LockNotAvailable | pg.SerializationFailure | pg.DeadlockDetected,
    ):
        return RegisterBusy("another change of the register is under way. Try again in a moment.")
    if isinstance(cause, pg.QueryCanceled | pg.IdleInTransactionSessionTimeout):
        return RegisterBusy("it took too long and was given up. Try again in a moment.")
    if isinstance(cause, pg.ExclusionViolation):
        return _exclusion(cause.diag.constraint_name)
    if isinstance(cause, pg.CheckViolation) and cause.diag.constraint_name in REFUSALS:
        return REFUSALS[cause.diag.constraint_name]()
    if isinstance(cause, pg.CheckViolation) and cause.diag.constraint_name == INSIDE:
        return RegisterError(cause.diag.message_primary or "ground must lie inside its host.")
    if isinstance(cause, pg.CheckViolation) and _is_known(cause.diag.constraint_name):
        return RegisterError(
            "one revision cannot both write a version and close it. Commit the first order, then "
            "give the second."
        )
    if isinstance(cause, pg.InsufficientPrivilege):
        return NotPermitted("your role does not allow this. Ask an administrator of the register.")
    return None


def _is_known(constraint: str | None) -> bool:
    return constraint is not None and constraint.endswith("_known_check")


def _exclusion(constraint: str | None) -> MabeleError:
    if constraint == "occupancy_excludes":
        return GroundTaken(
            "some of the carrés asked for are held by another right. Choose free carrés, or record "
            "the release of the other right first."
        )
    return RegisterError(
        f"the title would have two values for one day ({constraint}). Read it again and correct "
        "the period."
    )
