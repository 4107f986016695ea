"""A small OpenID Connect provider on this machine, its key made when the test runs.

It does what OpenID Connect Core 1.0 asks of a provider for the code flow (sections 3.1.2 and
3.1.3) and checks what a provider checks: client, secret, redirect address, PKCE (RFC 7636). What
the next ID token says wrongly is set by the test. ID tokens are written and signed by hand with
``cryptography``, so that nothing of the library under test is on this side.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT, SECRET = "mabele-test", "a secret: with & signs"


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Key:
    """A signing key under a name."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        self._private = rsa.generate_private_key(65537, 2048)

    def jwk(self) -> dict[str, str]:
        """The public part as the provider publishes it."""
        public = self._private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": _number(public.n),
            "e": _number(public.e),
        }

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """Return a signed token (RFC 7515, compact)."""
        head = {"alg": "RS256", "typ": "JWT", "kid": self.kid, **header}
        signed = f"{_b64(json.dumps(head).encode())}.{_b64(json.dumps(claims).encode())}"
        signature = self._private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_b64(signature)}"


@dataclass
class Grant:
    """What a code stands for until it is exchanged."""

    redirect_uri: str
    nonce: str
    challenge: str


@dataclass
class Behaviour:
    """What the provider says next: right unless the test sets it wrong."""

    subject: str = "subject-1"
    claims: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    signs_with: Key | None = None


class Provider:
    """The provider, serving from a thread."""

    def __init__(self) -> None:
        self.key = Key("first")
        self.published = [self.key]
        self.says = Behaviour()
        self.codes: dict[str, Grant] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def authorize(self, asked: dict[str, str]) -> str:
        """Let somebody in and return where the browser goes next."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = Grant(asked["redirect_uri"], asked["nonce"], asked["code_challenge"])
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Exchange a code, once, for the client that shows its secret and the verifier."""
        user, _, password = base64.b64decode(authorization.removeprefix("Basic ")).partition(b":")
        known = (unquote(user.decode()), unquote(password.decode())) == (CLIENT, SECRET)
        grant = self.codes.pop(form.get("code", ""), None)
        challenge = _b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if not known or grant is None or grant.challenge != challenge:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != grant.redirect_uri or form["grant_type"] != "authorization_code":
            return 400, {"error": "invalid_grant"}
        return self.says.status, {
            "access_token": secrets.token_urlsafe(8),
            "token_type": "Bearer",
            "id_token": self.says.token or self._id_token(grant),
        }

    def _id_token(self, grant: Grant) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.says.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": grant.nonce,
            **self.says.claims,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return (self.says.signs_with or self.key).sign(kept)

    def metadata(self) -> dict[str, Any]:
        """What discovery answers."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            **self.says.metadata,
        }


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            provider.asked.append(path)
            if path == "/.well-known/openid-configuration":
                self._say(200, provider.metadata())
            elif path == "/jwks":
                self._say(200, {"keys": [key.jwk() for key in provider.published]})
            elif path == "/authorize":
                asked = parse_qs(urlsplit(self.path).query)
                self.send_response(302)
                self.send_header(
                    "Location", provider.authorize({name: v[0] for name, v in asked.items()})
                )
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._say(404, {})

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(*provider.exchange(form, self.headers["Authorization"]))

        def _say(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Say nothing on the terminal of the tests."""

    return Handler
