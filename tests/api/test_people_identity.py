"""Signing in through an identity provider that really serves, on this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from drawn_register import settings_for
from identity_provider import CLIENT, SECRET, Behaviour, Key, Provider
from served import served

from api.accounts import close_account, link_identity
from api.app import create_app
from api.attempts import Attempts
from api.auth import Role, keep_account
from api.cluster import libpq_address
from api.oidc import Identity
from api.settings import IdentityProvider
from geo.errors import RegisterError
from geo.register.connection import engine_for

START = "/api/v1/session/oidc"
PASSWORD = "a password for tests"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """The provider, serving."""
    with Provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def engine(database: Any, provider: Provider) -> Iterator[Any]:
    """The register with one linked account, one closed, one that is not linked."""
    engine = engine_for(database.app, pool_size=1)
    keep_account(engine, "linked", "Odette Kasongo", Role.LEGAL, PASSWORD)
    keep_account(engine, "closed", "Nobody any more", Role.LEGAL, PASSWORD)
    keep_account(engine, "agent@cami.test", "Agent", Role.OFFICER, PASSWORD)
    link_identity(engine, "linked", provider.issuer, "subject-1", actor="test")
    link_identity(engine, "closed", provider.issuer, "subject-2", actor="test")
    close_account(engine, "closed", actor="test")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def settings(database: Any, provider: Provider, tmp_path_factory: Any) -> Any:
    """Settings that name the provider."""
    folder = tmp_path_factory.mktemp("oidc")
    secret = folder / "secret"
    secret.write_text(f"{SECRET}\n")
    oidc = IdentityProvider(provider.issuer, CLIENT, secret)
    return replace(settings_for(database, folder), oidc=oidc)


@pytest.fixture(scope="module")
def page(engine: Any, settings: Any) -> Iterator[tuple[Any, str]]:
    """The application with the provider, and its address."""
    app = create_app(settings)
    with served(app) as address:
        yield app, address


@pytest.fixture
def browser(page: tuple[Any, str], provider: Provider) -> Iterator[httpx.Client]:
    """A browser; the provider is right again, nothing is remembered of it."""
    app, address = page
    provider.says = Behaviour()
    provider.published = [provider.key]
    app.state.services.attempts = Attempts()
    app.state.services.identity = Identity(app.state.services.settings.oidc)
    with httpx.Client(base_url=address) as client:
        yield client


def at_the_provider(browser: httpx.Client) -> str:
    """Go to the provider, let it sign us in, return where it sends the browser."""
    start = browser.get(START)
    assert start.status_code == 303
    there = httpx.get(start.headers["location"])
    return there.headers["location"]


def come_back(browser: httpx.Client) -> httpx.Response:
    return browser.get(at_the_provider(browser))


def refused(answer: httpx.Response) -> bool:
    code = answer.json()["code"]
    return (answer.status_code, code) == (401, "identity_refused") and "set-cookie" not in {
        name for name in answer.headers if "mabele_session" in answer.headers[name]
    }


def test_a_linked_account_signs_in(browser: httpx.Client) -> None:
    answer = come_back(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if "mabele_session=" in c)
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    who = browser.get("/api/v1/session").json()
    assert who == {"role": "legal", "login": "linked", "name": "Odette Kasongo"}


def test_the_provider_is_asked_with_pkce_state_and_nonce(browser: httpx.Client) -> None:
    asked = parse_qs(urlsplit(browser.get(START).headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43  # RFC 7636: base64url of 32 bytes
    assert len(asked["state"][0]) >= 32
    assert len(asked["nonce"][0]) >= 32
    again = parse_qs(urlsplit(browser.get(START).headers["location"]).query)
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))


WRONG = {
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another-program"},
    "two audiences, none authorised": {"aud": [CLIENT, "another-program"]},
    "authorised for another": {"azp": "another-program"},
    "another issuer": {"iss": "https://id.example.cd"},
    "expired": {"exp": int(time.time()) - 600},
    "without an end": {"exp": None},
    "without a subject": {"sub": None},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_word_that_does_not_hold_opens_nothing(
    browser: httpx.Client, provider: Provider, wrong: str
) -> None:
    provider.says.claims = WRONG[wrong]
    assert refused(come_back(browser))
    assert browser.get("/api/v1/session").json()["role"] == "public"


def test_a_strange_signature_opens_nothing(browser: httpx.Client, provider: Provider) -> None:
    provider.says.signs_with = Key("first")  # the same name, another key
    assert refused(come_back(browser))
    provider.says.signs_with = Key("unknown")
    assert refused(come_back(browser))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_word_without_a_signature_of_the_provider_opens_nothing(
    browser: httpx.Client, provider: Provider, algorithm: str
) -> None:
    now = int(time.time())
    claims = {"iss": provider.issuer, "sub": "subject-1", "aud": CLIENT, "exp": now + 300}
    unsigned = provider.key.sign({**claims, "iat": now}, alg=algorithm).rpartition(".")[0]
    provider.says.token = f"{unsigned}."
    assert refused(come_back(browser))


@pytest.mark.parametrize("subject", ["subject-2", "subject-3"])
def test_an_unknown_subject_and_a_closed_account_get_none(
    browser: httpx.Client, provider: Provider, subject: str, database: Any
) -> None:
    provider.says.subject = subject
    answer = come_back(browser)
    assert refused(answer)
    assert "Ask an administrator" in answer.json()["detail"]
    import psycopg

    with psycopg.connect(libpq_address(database.owner)) as connection:
        rows = connection.execute("select 1 from register.account where oidc_subject = 'subject-3'")
        assert rows.fetchall() == []


def test_a_verified_address_opens_an_account_only_where_the_settings_say_so(
    browser: httpx.Client, provider: Provider, page: tuple[Any, str]
) -> None:
    provider.says.subject = "subject-4"
    provider.says.claims = {"email": "Agent@CAMI.test", "email_verified": True}
    assert refused(come_back(browser))
    services = page[0].state.services
    services.identity = Identity(replace(services.settings.oidc, by_email=True))
    assert come_back(browser).status_code == 303
    assert browser.get("/api/v1/session").json()["login"] == "agent@cami.test"


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_is_not_verified_opens_nothing(
    browser: httpx.Client, provider: Provider, page: tuple[Any, str], verified: object
) -> None:
    services = page[0].state.services
    services.identity = Identity(replace(services.settings.oidc, by_email=True))
    provider.says.subject = "subject-4"
    provider.says.claims = {"email": "agent@cami.test", "email_verified": verified}
    assert refused(come_back(browser))


def test_an_account_linked_to_somebody_else_is_not_opened_by_address(
    browser: httpx.Client, provider: Provider, page: tuple[Any, str], engine: Any
) -> None:
    link_identity(engine, "agent@cami.test", provider.issuer, "subject-5", actor="test")
    try:
        services = page[0].state.services
        services.identity = Identity(replace(services.settings.oidc, by_email=True))
        provider.says.subject = "subject-6"
        provider.says.claims = {"email": "agent@cami.test", "email_verified": True}
        assert refused(come_back(browser))
    finally:
        link_identity(engine, "agent@cami.test", None, None, actor="test")


def test_one_identity_is_one_account(engine: Any, provider: Provider) -> None:
    with pytest.raises(RegisterError, match="account linked already"):
        link_identity(engine, "agent@cami.test", provider.issuer, "subject-1", actor="test")


def test_an_answer_to_another_sign_in_opens_nothing(browser: httpx.Client, page: Any) -> None:
    theirs = at_the_provider(browser)
    with httpx.Client(base_url=page[1]) as other:
        assert refused(other.get(theirs))  # no cookie
        other.get(START)
        assert refused(other.get(theirs))  # the cookie of another sign-in
    address, _, query = theirs.partition("?")
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    for change in ({"state": "another"}, {"iss": "https://id.example.cd"}, {"error": "denied"}):
        assert refused(browser.get(f"{address}?{urlencode({**asked, **change})}"))
    page[0].state.services.attempts = Attempts()
    assert browser.get(theirs).status_code == 303  # none of these used it up


def test_a_code_opens_once(browser: httpx.Client) -> None:
    back = at_the_provider(browser)
    waiting = browser.cookies["mabele_oidc"]
    assert browser.get(back).status_code == 303
    assert "mabele_oidc" not in browser.cookies
    browser.cookies.set("mabele_oidc", waiting)
    assert refused(browser.get(back))


def test_a_sign_in_that_took_too_long_begins_again(
    browser: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = at_the_provider(browser)
    monkeypatch.setattr("api.oidc.UNDER_WAY_S", -1)
    assert refused(browser.get(back))


def test_failures_are_counted_as_those_of_passwords(browser: httpx.Client) -> None:
    told = [browser.get(f"{START}/callback?state=x&code=y").status_code for _ in range(7)]
    assert told == [401] * 5 + [429] * 2


def test_new_keys_of_the_provider_are_fetched_when_they_are_needed(
    browser: httpx.Client, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.oidc.KEYS_AGAIN_AFTER_S", 0)
    assert come_back(browser).status_code == 303
    second = Key("second")
    provider.published = [second]
    provider.says.signs_with = second
    assert come_back(browser).status_code == 303


def test_discovery_is_asked_for_once(browser: httpx.Client, provider: Provider) -> None:
    provider.asked.clear()
    for _ in range(3):
        browser.get(START)
    assert provider.asked == ["/.well-known/openid-configuration", "/jwks"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://id.example.cd"},
        {"token_endpoint": "http://id.example.cd/token"},
        {"authorization_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
def test_a_provider_that_is_not_what_it_should_be_is_not_believed(
    browser: httpx.Client, provider: Provider, wrong: dict[str, Any]
) -> None:
    provider.says.metadata = wrong
    answer = browser.get(START)
    assert (answer.status_code, answer.json()["code"]) == (503, "identity_unavailable")


@pytest.mark.parametrize(("status", "said"), [(500, 503), (400, 401)])
def test_a_provider_that_fails_is_said_to(
    browser: httpx.Client, provider: Provider, status: int, said: int
) -> None:
    provider.says.status = status
    assert come_back(browser).status_code == said


def test_a_provider_that_is_away_is_said_to_be(page: Any, settings: Any) -> None:
    away = replace(settings.oidc, issuer="http://127.0.0.1:1")
    with served(create_app(replace(settings, oidc=away))) as address:
        answer = httpx.get(f"{address}{START}")
    assert (answer.status_code, answer.json()["code"]) == (503, "identity_unavailable")


def test_without_the_setting_there_is_none(public: httpx.Client) -> None:
    assert public.get(START).status_code == 404
    assert public.get(f"{START}/callback?code=x&state=y").status_code == 404
