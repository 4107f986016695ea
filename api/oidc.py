"""Signing in through an identity provider: OpenID Connect, authorization code with PKCE.

Beside passwords and only where the settings name a provider. What an account may do is said here
and by the administrator alone: the provider only says who somebody is, and whoever has no account
gets none. State, nonce and verifier of a sign-in under way wait in an encrypted cookie of ten
minutes, so that nothing is kept for people who never come back.

Sources: OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE); RFC 9207 (issuer in the answer).
"""

from __future__ import annotations

import hmac
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cryptography.fernet import Fernet, InvalidToken

from api.problems import IdentityRefused, IdentityUnavailable
from api.settings import IdentityProvider, is_safe_address

if TYPE_CHECKING:
    import httpx
    from joserfc.jwk import KeySet

PATIENCE_S = 5.0
UNDER_WAY_S = 600
KNOWN_FOR_S = 3600.0
KEYS_AGAIN_AFTER_S = 60.0
"""A token with an unknown key makes the keys be asked for again, but no more often than this."""
LEEWAY_S = 60
ALGORITHMS = ("RS256", "PS256", "ES256")
"""Signatures with a key that the provider alone holds; never ``none`` or a shared secret."""
SCOPE = "openid email"

log = logging.getLogger("mabele.web")


@dataclass(frozen=True, slots=True)
class Identified:
    """Who the provider says somebody is; the address only where the provider verified it."""

    issuer: str
    subject: str
    email: str | None


@dataclass(frozen=True, slots=True)
class _Discovered:
    authorize: str
    token: str
    jwks: str
    keys: KeySet
    at: float


class Identity:
    """One identity provider. Making the value asks nothing; answers are kept for an hour."""

    def __init__(self, provider: IdentityProvider) -> None:
        self.provider = provider
        self._cookies = Fernet(Fernet.generate_key())
        self._lock = threading.Lock()
        self._discovered: _Discovered | None = None

    def begin(self, redirect_uri: str) -> tuple[str, str]:
        """Return the address to send the browser to, and what its cookie shall hold meanwhile.

        Raises: IdentityUnavailable.
        """
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        verifier = secrets.token_urlsafe(48)
        address = prepare_grant_uri(
            self._known().authorize,
            client_id=self.provider.client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=SCOPE,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        waiting = json.dumps([state, nonce, verifier]).encode()
        return str(address), self._cookies.encrypt(waiting).decode()

    def finish(
        self, cookie: str | None, answer: Mapping[str, str], redirect_uri: str
    ) -> Identified:
        """Return who came back from the provider with this cookie and these parameters.

        Raises: IdentityRefused with the reason, IdentityUnavailable.
        """
        state, nonce, verifier = self._opened(cookie)
        if not hmac.compare_digest(state.encode(), answer.get("state", "").encode()):
            raise IdentityRefused("The answer belongs to another sign-in. Begin again.")
        if answer.get("iss", self.provider.issuer) != self.provider.issuer:
            raise IdentityRefused("The answer comes from another identity provider.")
        if "error" in answer or not answer.get("code"):
            raise IdentityRefused("The identity provider did not let you in.")
        return self._verified(self._id_token(answer["code"], verifier, redirect_uri), nonce)

    def _opened(self, cookie: str | None) -> tuple[str, str, str]:
        try:
            opened = self._cookies.decrypt((cookie or "").encode(), ttl=UNDER_WAY_S)
        except InvalidToken as error:
            raise IdentityRefused(
                "The sign-in is unknown or took too long. Begin again."
            ) from error
        state, nonce, verifier = json.loads(opened)
        return state, nonce, verifier

    def _id_token(self, code: str, verifier: str, redirect_uri: str) -> str:
        """Exchange the code for the provider's signed word."""
        import httpx

        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        secret = self.provider.client_secret_file.read_text().strip()
        # RFC 6749, 2.3.1: both are written as in a form before they are joined.
        known_as = (quote(self.provider.client_id, safe=""), quote(secret, safe=""))
        address = self._known().token
        answer = _asked(lambda: httpx.post(address, data=form, auth=known_as, timeout=PATIENCE_S))
        if answer.is_client_error:
            log.warning("identity provider: token endpoint said %s", answer.status_code)
            raise IdentityRefused("The identity provider did not accept its own code. Begin again.")
        token = _json_of(answer).get("id_token")
        if not isinstance(token, str):
            raise IdentityUnavailable("the answer of the token endpoint holds no ID token")
        return token

    def _verified(self, token: str, nonce: str) -> Identified:
        """Return what a token says whose signature, issuer, audience, time and nonce are right."""
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        expected = {
            "iss": {"essential": True, "value": self.provider.issuer},
            "aud": {"essential": True, "value": self.provider.client_id},
            "sub": {"essential": True},
        }
        try:
            decoded = self._decoded(token)
            params = {"nonce": nonce, "client_id": self.provider.client_id}
            claims = CodeIDToken(decoded.claims, decoded.header, expected, params)
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, ValueError) as error:
            log.warning("identity provider: token refused: %s", error)
            raise IdentityRefused("The identity provider’s word does not hold.") from error
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Identified(self.provider.issuer, str(claims["sub"]), email)

    def _decoded(self, token: str) -> Any:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError

        known = self._known()
        try:
            return jwt.decode(token, known.keys, algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            if time.monotonic() - known.at < KEYS_AGAIN_AFTER_S:
                raise
            return jwt.decode(token, self._known(anew=True).keys, algorithms=ALGORITHMS)

    def _known(self, *, anew: bool = False) -> _Discovered:
        """Return the provider's addresses and keys, asked for when they are too old."""
        with self._lock:
            known = self._discovered
            if anew or known is None or time.monotonic() - known.at > KNOWN_FOR_S:
                known = self._discovered = self._discover()
        return known

    def _discover(self) -> _Discovered:
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        said = _fetched(f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != self.provider.issuer:
            raise IdentityUnavailable(f"{self.provider.issuer} calls itself {said.get('issuer')}")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        authorize, token, jwks = (_safe(said.get(name), name) for name in names)
        try:
            keys = KeySet.import_key_set(_fetched(jwks))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise IdentityUnavailable(f"{jwks} holds no usable keys: {error}") from error
        return _Discovered(authorize, token, jwks, keys, time.monotonic())


def _safe(address: object, name: str) -> str:
    if isinstance(address, str) and is_safe_address(address):
        return address
    raise IdentityUnavailable(f"{name} is {address!r}, which is not reached by TLS")


def _fetched(address: str) -> dict[str, Any]:
    import httpx

    return _json_of(_asked(lambda: httpx.get(address, timeout=PATIENCE_S)))


def _asked(ask: Callable[[], httpx.Response]) -> httpx.Response:
    import httpx

    try:
        answer = ask()
    except httpx.HTTPError as error:
        raise IdentityUnavailable(f"the identity provider does not answer: {error}") from error
    if not answer.is_success and not answer.is_client_error:
        raise IdentityUnavailable(f"{answer.url} said {answer.status_code}")
    return answer


def _json_of(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError as error:
        raise IdentityUnavailable(f"{answer.url} did not answer with JSON") from error
    if not answer.is_success or not isinstance(said, dict):
        raise IdentityUnavailable(f"{answer.url} said {answer.status_code}")
    return said
