"""Is the service well? For whoever watches it."""

from __future__ import annotations

from functools import cache

import anyio.to_thread
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.access import Shared
from api.services import Services
from geo.register.connection import PUBLIC, UnitOfWork
from geo.register.schema import MIGRATIONS

router = APIRouter(tags=["service"])

_STATE = text(
    "select (select version_num from public.alembic_version) as schema, "
    "(select id from published.revision) as revision"
)


class Health(BaseModel):
    """Whether the database answers, whether its schema is this program's, and its revision."""

    healthy: bool
    database: bool
    schema_current: bool
    revision: int | None


@cache
def _expected_schema() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _look(services: Services) -> Health:
    try:
        with UnitOfWork(services.engine, PUBLIC, actor="health") as unit:
            state = unit.connection.execute(_STATE).one()
    except DBAPIError:
        return Health(healthy=False, database=False, schema_current=False, revision=None)
    current = state.schema == _expected_schema()
    return Health(healthy=current, database=True, schema_current=current, revision=state.revision)


@router.get("/healthz", responses={503: {"model": Health}})
async def healthz(services: Shared, response: Response) -> Health:
    """Return 200 while the database answers with the schema of this program, else 503.

    It has a thread and a connection of its own: a full house is well.
    """
    health = await anyio.to_thread.run_sync(_look, services, limiter=services.watchers)
    response.status_code = 200 if health.healthy else 503
    response.headers["Cache-Control"] = "no-store"
    return health
