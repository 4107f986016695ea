"""The web application, put together in one place. Importing this opens nothing."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api import problems
from api.clock import now
from api.headers import Bounded, Guarded, KnownHost
from api.routes import (
    accounts,
    activity,
    activity_places,
    areas,
    asm_areas,
    conflicts,
    consultation,
    downloads,
    drawing,
    expansion,
    fees,
    files,
    health,
    in_view,
    operation,
    over_time,
    overlaps,
    own_titles,
    pages,
    papers,
    parties,
    party_names,
    plain,
    private_layers,
    rulings,
    search,
    session,
    siting,
    summary,
    tiles,
    title_parts,
    titles,
    tokens,
    watched,
)
from api.services import Clock, Services, lifespan
from api.settings import Settings
from geo.casework.documents import MOST_BYTES

PREFIX = "/api/v1"
DESCRIPTION = (
    "The register of mining rights and artisanal zones: titles, their perimeters, and every "
    "overlap with the law's word on it. Errors are problem details (RFC 9457) with a stable code."
)
MOST_BODY_BYTES = MOST_BYTES + 2**20
"""The largest document with the fields of its form; what is longer is not even received."""
SMALL = 500  # bytes; compressing less costs more than it saves


def create_app(settings: Settings, clock: Clock = now) -> FastAPI:
    """Return the application for these settings; it opens its pools when it starts.

    ``clock`` gives the server's instant: what people do is dated by it, once and here.
    """
    app = FastAPI(
        title="Mabele",
        version=version("mabele"),
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # the usual pages load their scripts from another host
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.services = Services(settings, clock)
    problems.install(app)
    for routes in (
        *(summary, titles, title_parts, in_view, search, overlaps, over_time, tiles),
        *(session, tokens, accounts, parties, party_names),
        *(files, papers, rulings, asm_areas, operation, fees, own_titles, areas, siting),
        *(activity, activity_places, conflicts, downloads, expansion, drawing, private_layers),
    ):
        app.include_router(routes.router, prefix=PREFIX)
    consultation.install(app, settings, PREFIX)
    watched.install(app, settings, PREFIX)
    app.include_router(health.router)
    app.include_router(plain.router)
    pages.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=SMALL, compresslevel=6)
    app.add_middleware(Bounded, most=MOST_BODY_BYTES)
    app.add_middleware(KnownHost, hosts=settings.hosts)
    app.add_middleware(Guarded)
    return app
