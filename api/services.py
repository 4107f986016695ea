"""The real parts behind the routes: opened when the application starts, closed when it stops."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

import anyio
import anyio.to_thread
from fastapi import FastAPI, Request
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Engine

from api.attempts import Attempts
from api.clock import now
from api.cluster import libpq_address
from api.oidc import Identity
from api.problems import Overloaded
from api.settings import Settings
from geo.casework.office import Office
from geo.law import load_law
from geo.register.connection import PUBLIC, engine_for

Clock = Callable[[], datetime]

PLACES = 12
"""Requests served at once from the register, each with a thread and a connection."""
COSTLY = 4
"""Of these, those on which anybody without an account may ask what takes seconds of a core."""
SIGN_INS = 2
"""Of these, those that may verify a password, which takes a core and 64 MB for its time."""
WATCHERS = 1
"""A thread and a connection beside the places, so that a busy service is not taken for an ill one.
"""
TILE_CONNECTIONS = 6
TILES_WAITING = 200
TILE_PATIENCE_S = 10.0


class Places:
    """The places for requests that use a thread and a connection; a full house refuses at once."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._free = threading.BoundedSemaphore(count)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a place.

        Raises: Overloaded where none is free.
        """
        if not self._free.acquire(blocking=False):
            raise Overloaded(f"All {self._count} places are taken.")
        try:
            yield
        finally:
            self._free.release()


class Services:
    """What the routes share. Nothing is open before the application starts."""

    engine: Engine
    tiles: AsyncConnectionPool
    watchers: anyio.CapacityLimiter
    _office: Office

    def __init__(self, settings: Settings, clock: Clock = now) -> None:
        self.settings = settings
        self.clock = clock
        self.places = Places(PLACES)
        self.costly = Places(COSTLY)
        self.sign_ins = Places(SIGN_INS)
        self.attempts = Attempts()
        self.identity = Identity(settings.oidc) if settings.oidc else None

    @property
    def office(self) -> Office:
        """Where files are worked on; opened with the application."""
        return self._office

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open the pools for the life of the application."""
        anyio.to_thread.current_default_thread_limiter().total_tokens = PLACES
        self.watchers = anyio.CapacityLimiter(WATCHERS)
        self.engine = engine_for(self.settings.app_url, pool_size=PLACES + WATCHERS)
        self._office = Office(self.engine, load_law(), self.clock)
        self.tiles = AsyncConnectionPool(
            libpq_address(self.settings.public_url),
            min_size=1,
            max_size=TILE_CONNECTIONS,
            max_waiting=TILES_WAITING,
            timeout=TILE_PATIENCE_S,
            kwargs={"autocommit": True, "options": f"-c role={PUBLIC}"},
            open=False,
        )
        await self.tiles.open()
        try:
            yield
        finally:
            await self.tiles.close()
            self.engine.dispose()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the application's services around its life."""
    services: Services = app.state.services
    async with services.opened():
        yield


async def services_of(request: Request) -> Services:
    """Return the services of the application that the request came to."""
    services: Services = request.app.state.services
    return services
