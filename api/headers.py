"""What every response says to the browser, whatever it holds."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import TooLarge, UnknownHost, on_mabele_error, on_unknown_error

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

SECURITY = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


ANSWERS = "/api/"
"""Below it lie answers, not pages: none is stored but by a route that says so itself."""


class KnownHost:
    """Answers under this server's names only, so that no other site passes itself off as it.

    A name is written as in the settings: ``cadastre.example.cd``, or ``*.example.cd`` for all
    below it.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app = app
        self._hosts = frozenset(host for host in hosts if not host.startswith("*"))
        self._ends = tuple(host[1:] for host in hosts if host.startswith("*"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with a problem."""
        if scope["type"] != "http" or self._knows(_host_of(scope)):
            await self.app(scope, receive, send)
            return
        error = UnknownHost("Set MABELE_ALLOWED_HOSTS to the name by which people come.")
        await on_mabele_error(Request(scope), error)(scope, receive, send)

    def _knows(self, host: str) -> bool:
        return host in self._hosts or host.endswith(self._ends)


def _host_of(scope: Scope) -> str:
    """Return the name in the Host header without its port, brackets of an IPv6 address kept."""
    host = Headers(scope=scope).get("host", "").lower()
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host


class Bounded:
    """Takes no request that is longer than ``most`` bytes, whether it says its length or not.

    Without it a form is received whole, on the disk of the server, before a route looks at it.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a ``receive`` that counts, or answer with a problem."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdecimal() or int(length) > self._most:
            await on_mabele_error(Request(scope), self._refusal())(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most:
                raise self._refusal()
            return message

        await self.app(scope, counted, send)

    def _refusal(self) -> TooLarge:
        return TooLarge(f"Send at most {self._most // 2**20} MiB.")


class Guarded:
    """Outermost layer: adds the security headers, and answers what nobody foresaw.

    One of the two places that may catch ``Exception``: past it, the server would show a bare 500
    without headers and without a reference number.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with a ``send`` that adds the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith(ANSWERS):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self.app(scope, receive, send_guarded)
        except Exception as error:
            response = on_unknown_error(Request(scope), error)
            if started:
                raise
            await response(scope, receive, send_guarded)
