"""The routes of the watches, put together: one's own, and the feeds."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from api.routes import feeds, watches
from api.settings import Settings
from api.watching import Watching, opened


def install(app: FastAPI, settings: Settings, prefix: str) -> None:
    """Add the routes to ``app``, with the keys that they share."""
    app.state.watching = Watching(settings, app.state.services.clock)
    router = APIRouter(prefix=prefix, lifespan=opened)
    for routes in (watches, feeds):
        router.include_router(routes.router)
    app.include_router(router)
