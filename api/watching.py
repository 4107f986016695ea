"""What the routes of the watches share: keys, the clock, limits, units of work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated

from fastapi import Depends, FastAPI, Request

from api.auth import Viewer
from api.delivery.keys import WatchKeys, watch_keys
from api.services import Services
from api.settings import Settings
from geo.register.connection import PUBLIC, UnitOfWork

NOBODY = "public"
"""The actor of everything that is done without an account."""


@dataclass
class Watching:
    """The watches of one application. ``clock`` gives the server's instant."""

    settings: Settings
    clock: Callable[[], datetime]

    @cached_property
    def keys(self) -> WatchKeys:
        """The keys, read once; made at the first start."""
        return watch_keys(self.settings, self.clock)


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[None]:
    """Have the keys ready, or say at the start what is wrong with them."""
    watching: Watching = app.state.watching
    _ = watching.keys
    yield


async def watching_of(request: Request) -> Watching:
    """Return the watches of the application that the request came to."""
    watching: Watching = request.app.state.watching
    return watching


Watches = Annotated[Watching, Depends(watching_of)]


def as_public(services: Services, reason: str = "") -> UnitOfWork:
    """Return a unit of work of nobody in particular."""
    return UnitOfWork(services.engine, PUBLIC, NOBODY, reason)


def as_viewer(services: Services, viewer: Viewer, reason: str = "") -> UnitOfWork:
    """Return a unit of work under the viewer's own role."""
    return UnitOfWork(services.engine, viewer.database_role, viewer.login or NOBODY, reason)


def address_of_server(request: Request, watching: Watching) -> str:
    """Return by which address people reach this server: as set, else as it was asked."""
    return watching.settings.people_url or str(request.base_url).rstrip("/")
