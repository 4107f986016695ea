"""Guards: who asks, what they may see, and a place for them. Denied unless a guard allows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from importlib.metadata import version
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from pydantic import BaseModel
from sqlalchemy import Connection, text
from starlette.responses import Response

from api.auth import Viewer, viewer_of
from api.clock import legal_today
from api.problems import OriginRefused, SignInRequired, TokenRefused, TwoCredentials
from api.services import Services, services_of
from api.tokens import viewer_of_token
from geo.errors import NotPermitted
from geo.register.connection import UnitOfWork
from geo.register.lists import titles_by_any_name
from geo.register.people import OF_THE_CADASTRE, Role
from geo.register.reader import PublicReader, Reader
from geo.register.tiles import REVISION_SQL
from geo.register.views import TitleSummary, TitleView

COOKIE = "mabele_session"
TOKENS = "(token)"
"""Under which name refused tokens are counted; no login has brackets."""
STORABLE = r"^[^\x00]*$"
"""Text that PostgreSQL can hold: any but NUL."""
Shared = Annotated[Services, Depends(services_of)]


async def place(services: Shared) -> AsyncIterator[None]:
    """Take a place before a thread is asked for, so that a full house is refused at once."""
    with services.places.taken():
        yield


Placed = Depends(place, scope="function")


def _bearer(request: Request) -> str | None:
    """Return the token that a program sent, None where the request carries none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def address_of(request: Request) -> str:
    """Return the address that asks, by which failed attempts are counted."""
    return request.client.host if request.client else "unknown"


def viewer(request: Request, services: Shared) -> Viewer:
    """Return who is asking: a person by the session's cookie, or a program by its token.

    Raises: TwoCredentials for both at once, TokenRefused, TooManyAttempts.
    """
    token, session = _bearer(request), request.cookies.get(COOKIE)
    if token is None:
        return viewer_of(services.engine, session)
    if session:
        raise TwoCredentials("The request carries a token and a session.")
    known = viewer_of_token(services.engine, token)
    if known is None:
        with services.attempts.trying(TOKENS, address_of(request)):
            raise TokenRefused("The token opens nothing.")
    return known


Asking = Annotated[Viewer, Depends(viewer)]


async def costly(services: Shared, viewer: Asking) -> AsyncIterator[None]:
    """Take one of the few places for costly questions, where nobody in particular asks.

    So anonymous questions that take seconds never hold all places; people at work are not counted.

    Raises: Overloaded where none is free.
    """
    if viewer.login is not None:
        yield
        return
    with services.costly.taken():
        yield


Costly = Depends(costly, scope="function")


def of_role(*roles: Role) -> Callable[[Viewer], Viewer]:
    """Return the guard that lets these roles pass, and nobody else.

    The guard raises SignInRequired for nobody, NotPermitted for any other role.
    """

    def guard(viewer: Asking) -> Viewer:
        if viewer.login is None:
            raise SignInRequired(f"Sign in as {' or '.join(roles)}.")
        if viewer.role not in roles:
            raise NotPermitted(f"only {' or '.join(roles)} may do this")
        return viewer

    return guard


def at_a_browser(viewer: Asking) -> Viewer:
    """Let whoever signed in with a session pass, and no program: a token makes no other token.

    Raises: SignInRequired for nobody, NotPermitted for a program.
    """
    if viewer.login is None:
        raise SignInRequired("Sign in first.")
    if viewer.by_token:
        raise NotPermitted("a program's token does not do this; sign in")
    return viewer


SignedIn = Annotated[Viewer, Depends(of_role(*Role))]
"""Whoever has an account, whatever its role."""
AtABrowser = Annotated[Viewer, Depends(at_a_browser)]
Cadastre = Annotated[Viewer, Depends(of_role(*sorted(OF_THE_CADASTRE)))]
"""Cadastre minier: officers, supervisors and administrators."""
Officer = Annotated[Viewer, Depends(of_role(Role.OFFICER, Role.SUPERVISOR))]
"""Those of the cadastre who work on files; administrators keep accounts and do not."""
Supervisor = Annotated[Viewer, Depends(of_role(Role.SUPERVISOR))]
CompanyDesk = Annotated[Viewer, Depends(of_role(Role.COMPANY))]
EgcDesk = Annotated[Viewer, Depends(of_role(Role.EGC))]
OpinionDesk = Annotated[Viewer, Depends(of_role(Role.OPINION))]
MinisterDesk = Annotated[Viewer, Depends(of_role(Role.MINISTER))]
InspectorDesk = Annotated[Viewer, Depends(of_role(Role.INSPECTOR))]
LegalDesk = Annotated[Viewer, Depends(of_role(Role.LEGAL))]
Administrator = Annotated[Viewer, Depends(of_role(Role.ADMINISTRATOR))]


async def same_origin(request: Request) -> None:
    """Let a changing request pass only when it comes from a page of this server.

    Browsers send Origin with every such request; one without it is refused too. The application
    answers under its own names only, so that Host is one of them. A program's request carries no
    cookie that another site could ride on, so it needs no origin.

    Raises: OriginRefused.
    """
    if _bearer(request) is not None and COOKIE not in request.cookies:
        return
    origin = request.headers.get("origin", "")
    if urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower() or not origin:
        raise OriginRefused(f"The request comes from {origin or 'an unnamed origin'}.")


SameOrigin = Depends(same_origin)


class Desk:
    """Where one request is answered: a reader under the viewer's role, and the answer's tag."""

    def __init__(self, request: Request, viewer: Viewer, connection: Connection) -> None:
        self.request = request
        self.viewer = viewer
        self.connection = connection
        self.on = legal_today()
        self.reader = PublicReader(connection)

    def title(self, title_id: int) -> TitleView:
        """Return a title as the viewer may see it: the cadastre sees every holder's name."""
        if self.viewer.of_the_cadastre:
            return Reader(self.connection).title(title_id, on=self.on)
        return self.reader.title(title_id)

    def search(self, words: str, limit: int) -> list[TitleSummary]:
        """Return titles by code or holder, by the names that the viewer may see."""
        found = self.reader.search(words, limit)
        if not self.viewer.of_the_cadastre:
            return found
        by_name = titles_by_any_name(self.connection, words, limit)
        named = {title.id: title for title in by_name}
        first = [named.pop(title.id, title) for title in found]
        return [*first, *named.values()][:limit]

    def answer(self, build: Callable[[], BaseModel], *more: object) -> Response:
        """Answer with what ``build`` returns, or 304 where the asker holds it already.

        The tag is what decides an answer: the register's stamp, the day, the viewer's role, and
        what else the request asks by.
        """
        signed_in = self.viewer.login is not None
        stamp = self.connection.execute(text(REVISION_SQL)).one_or_none() or ()
        headers = tag_headers(signed_in, *stamp, self.on, self.viewer.role, *more)
        if holds(self.request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        body = build().model_dump_json()
        return Response(body, media_type="application/json", headers=headers)


def tag_headers(private: bool, *parts: object) -> dict[str, str]:
    """Return the headers of an answer that is asked for again by its tag.

    The program's version is part of it: another version may answer otherwise.
    """
    tag = "-".join(str(part) for part in (_program(), *parts))
    return {
        "ETag": f'W/"{tag}"',
        "Cache-Control": "private, no-cache" if private else "no-cache",
        "Vary": "Cookie, Authorization",
    }


@cache
def _program() -> str:
    return version("mabele")


def holds(request: Request, tag: str) -> bool:
    """Does the asker hold the answer with this tag (If-None-Match)?"""
    asked = request.headers.get("if-none-match", "")
    held = {part.strip().removeprefix("W/") for part in asked.split(",")}
    return tag.removeprefix("W/") in held or "*" in held


def desk(request: Request, services: Shared, viewer: Asking) -> Iterator[Desk]:
    """Open a transaction under the viewer's role for the time of the request."""
    with UnitOfWork(services.engine, viewer.database_role, actor=viewer.actor.login) as unit:
        yield Desk(request, viewer, unit.connection)


AtDesk = Annotated[Desk, Depends(desk, scope="function")]
