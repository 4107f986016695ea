"""The routes of the consultation, put together: notices, objections, their office, delays."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from api.consulting import Consultation, opened
from api.routes import delays, notices, objection_office, objections
from api.settings import Settings


def install(app: FastAPI, settings: Settings, prefix: str) -> None:
    """Add the routes to ``app``, with the keys and limits that they share."""
    app.state.consultation = Consultation(settings, app.state.services.clock)
    router = APIRouter(prefix=prefix, lifespan=opened)
    for routes in (notices, objections, objection_office, delays):
        router.include_router(routes.router)
    app.include_router(router)
