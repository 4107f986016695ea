"""Signing in, signing out, and who am I."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from api.access import COOKIE, STORABLE, Asking, Placed, SameOrigin, Shared, address_of
from api.auth import SESSION_LENGTH, Role, Viewer, sign_in, sign_in_identified, sign_out
from api.oidc import UNDER_WAY_S, Identified, Identity
from api.services import Services
from geo.errors import NotFound

WAITING = "mabele_oidc"
"""The cookie of a sign-in that is under way at the identity provider."""
IDENTITIES = "(identity)"
"""Under which name refused identities are counted; no login has brackets."""
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
    with services.sign_ins.taken(), services.attempts.trying(login, address_of(request)):
        viewer, token = sign_in(services.engine, login, credentials.password)
    response.headers["Cache-Control"] = "no-store"
    # What the browser sees: behind a proxy the request itself may have come without TLS.
    _give_session(response, token, secure=request.headers.get("origin", "").startswith("https:"))
    return Who.of(viewer)


def _give_session(response: Response, token: str, *, secure: bool) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LENGTH.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        secure=secure,
    )


@router.get("/oidc", status_code=303)
def go_to_identity_provider(request: Request, services: Shared) -> Response:
    """Send the browser to the identity provider; it comes back to ``oidc/callback``."""
    address, waiting = _identity(services).begin(_callback(request))
    response = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
    response.set_cookie(
        WAITING,
        waiting,
        max_age=UNDER_WAY_S,
        path=request.url.path,
        httponly=True,
        samesite="lax",  # it must come along when the provider sends the browser back
        secure=request.url.scheme == "https",
    )
    return response


@router.get("/oidc/callback", status_code=303)
def come_back_from_identity_provider(request: Request, services: Shared) -> Response:
    """Open a session for whom the identity provider named, and go to the page."""
    identity = _identity(services)
    with services.attempts.trying(IDENTITIES, address_of(request)):
        who = identity.finish(
            request.cookies.get(WAITING), dict(request.query_params), _callback(request)
        )
        login = _login_of(who) if identity.provider.by_email else None
        _, token = sign_in_identified(services.engine, who.issuer, who.subject, login)
    response = RedirectResponse("/", 303, {"Cache-Control": "no-store"})
    _give_session(response, token, secure=request.url.scheme == "https")
    response.delete_cookie(WAITING, path=request.url_for("go_to_identity_provider").path)
    return response


def _identity(services: Services) -> Identity:
    if services.identity is None:
        raise NotFound("no identity provider is set (MABELE_OIDC_ISSUER)")
    return services.identity


def _callback(request: Request) -> str:
    return str(request.url_for("come_back_from_identity_provider"))


def _login_of(who: Identified) -> str | None:
    return who.email.strip().lower() if who.email else None


@router.delete("", status_code=204, dependencies=[SameOrigin])
def close_session(request: Request, services: Shared) -> Response:
    """Sign out: the session ends here, whoever else holds its cookie."""
    token = request.cookies.get(COOKIE)
    if token:
        sign_out(services.engine, token)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response
