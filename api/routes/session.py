"""Signing in, signing out, and who am I."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.access import COOKIE, STORABLE, Asking, Placed, SameOrigin, Shared
from api.auth import SESSION_LENGTH, Role, Viewer, sign_in, sign_out

router = APIRouter(prefix="/session", tags=["session"], dependencies=[Placed])


class Credentials(BaseModel):
    """A name and a password."""

    name: str = Field(min_length=1, max_length=100, pattern=STORABLE)
    password: str = Field(min_length=1, max_length=200, pattern=STORABLE)


class Who(BaseModel):
    """Who is asking; name and login are null for the public."""

    role: Role
    login: str | None
    name: str | None

    @classmethod
    def of(cls, viewer: Viewer) -> Who:
        """Return the viewer as the page sees it."""
        return cls(role=viewer.role, login=viewer.login, name=viewer.name)


@router.get("")
def who_am_i(viewer: Asking, response: Response) -> Who:
    """Return who is asking."""
    response.headers["Cache-Control"] = "no-store"
    return Who.of(viewer)


@router.post("", dependencies=[SameOrigin])
def open_session(
    request: Request, response: Response, services: Shared, credentials: Credentials
) -> Who:
    """Sign in: the answer sets a cookie that scripts cannot read."""
    login = credentials.name.strip().lower()
    address = request.client.host if request.client else "unknown"
    with services.sign_ins.taken(), services.attempts.trying(login, address):
        viewer, token = sign_in(services.engine, login, credentials.password)
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LENGTH.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        # What the browser sees: behind a proxy the request itself may have come without TLS.
        secure=request.headers["origin"].startswith("https:"),
    )
    return Who.of(viewer)


@router.delete("", status_code=204, dependencies=[SameOrigin])
def close_session(request: Request, services: Shared) -> Response:
    """Sign out: the session ends here, whoever else holds its cookie."""
    token = request.cookies.get(COOKIE)
    if token:
        sign_out(services.engine, token)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response
