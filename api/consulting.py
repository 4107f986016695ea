"""What the routes of the consultation share: keys, limits, the clock, and units of work.

Whoever objects is the public here, signed in or not: the session's cookie is not even read, so that
no account can be tied to an objection.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute

from api.access import address_of
from api.auth import Viewer
from api.clock import legal_day
from api.objection_limits import Act, ObjectionLimits
from api.secrets_file import ConsultationKeys, consultation_keys
from api.services import Services
from api.settings import Settings
from geo.errors import InputError
from geo.register.connection import PUBLIC, UnitOfWork

MOST_JSON_BYTES = 300_000
"""An objection of 10,000 letters, each escaped, on 5,000 carrés, has half of it."""
NOBODY = "public"
"""The actor of everything that is done without an account."""


@dataclass
class Consultation:
    """The consultation of one application. ``clock`` gives the server's instant."""

    settings: Settings
    clock: Callable[[], datetime]
    limits: ObjectionLimits = field(default_factory=ObjectionLimits)

    @cached_property
    def keys(self) -> ConsultationKeys:
        """The keys, read once; made at the first start."""
        return consultation_keys(self.settings)

    @property
    def today(self) -> date:
        """The day of the law."""
        return legal_day(self.clock())


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[None]:
    """Have the keys ready, or say at the start what is wrong with them."""
    consultation: Consultation = app.state.consultation
    _ = consultation.keys
    yield


async def consultation_of(request: Request) -> Consultation:
    """Return the consultation of the application that the request came to."""
    consultation: Consultation = request.app.state.consultation
    return consultation


Consulting = Annotated[Consultation, Depends(consultation_of)]


def as_public(services: Services, reason: str = "") -> UnitOfWork:
    """Return a unit of work of nobody in particular."""
    return UnitOfWork(services.engine, PUBLIC, NOBODY, reason)


def as_viewer(services: Services, viewer: Viewer, reason: str = "") -> UnitOfWork:
    """Return a unit of work under the viewer's own role."""
    return UnitOfWork(services.engine, viewer.database_role, viewer.login or NOBODY, reason)


def admit(
    consultation: Consultation, request: Request, act: Act, notice_id: int | None = None
) -> None:
    """Count a request against the limits of the hour; the address goes no further than this.

    Raises: TooManyObjections.
    """
    consultation.limits.admit(act, address_of(request), notice_id)


async def unstored(response: Response) -> None:
    """Let no browser and no proxy keep what is answered."""
    response.headers["Cache-Control"] = "no-store"


Unstored = Depends(unstored)


class Bounded(APIRoute):
    """A route whose JSON is not even read where it is longer than any that it could take."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with the question before it."""
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            if self.body_field is not None:
                length = request.headers.get("content-length", "")
                if not length.isdecimal() or int(length) > MOST_JSON_BYTES:
                    raise InputError(f"what is sent has a length of up to {MOST_JSON_BYTES} bytes.")
            return await handle(request)

        return bounded


def body_of(limit: int) -> Callable[[Request], object]:
    """Return what reads a request's body, and stops reading where it is longer than ``limit``."""

    async def read(request: Request) -> bytes:
        received = bytearray()
        async for piece in request.stream():
            received += piece
            if len(received) > limit:
                raise InputError(f"what was sent is larger than {limit // 2**20} MiB.")
        return bytes(received)

    return read
