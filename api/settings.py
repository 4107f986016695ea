"""What an operator may set, read once from the environment.

=====================  ============================================  =======================
Variable               Meaning                                       When it is not set
=====================  ============================================  =======================
DATABASE_URL           an existing server's database, as its owner   a private cluster
DATABASE_APP_URL       the same database as ``mabele_login``         made by ``mabele up``
DATABASE_PUBLIC_URL    the same database as ``mabele_tiles``         made by ``mabele up``
PORT                   port of the web page                          8000
MABELE_HOST            address that it listens on                    127.0.0.1
MABELE_ALLOWED_HOSTS   names by which browsers reach the page        those of this machine:
                       (a proxy's, another machine's)                localhost, MABELE_HOST
MABELE_PROXY           addresses of a proxy that is believed in      none
                       who asks (X-Forwarded-For and -Proto)
MABELE_DATA_DIR        logs, files received, passwords               ``var/`` of the project
MABELE_DEMO            ``no``: the first start loads nothing         ``yes``
MABELE_OIDC_ISSUER     an identity provider that signs people in     none
MABELE_OIDC_CLIENT_ID  what it calls this program
MABELE_OIDC_CLIENT_SECRET_FILE  file that holds the secret it gave
MABELE_OIDC_BY_EMAIL   ``yes``: a verified e-mail address opens the  ``no``
                       account whose login it is
MABELE_OBJECTOR_KEY_   the private key that opens the contacts of    ``objector.key`` in
FILE                   objectors; its ``.pub`` beside it seals them  MABELE_DATA_DIR
MABELE_FEED_KEY_FILE   the private key that signs feeds              ``feed_signing.key`` in
                                                                     MABELE_DATA_DIR
MABELE_PUBLIC_URL      address by which people reach the page, for   links are left out
                       links in letters and webhooks
MABELE_WEBHOOK_ALLOW   hosts and networks to which webhooks may go   none
                       though they are not public
MABELE_DATA_LICENCE    licence under which the register's owner      files say "not stated"
                       gives its data away, as a sentence
MABELE_SMTP_HOST …     a mail server (``api.mail_settings``)         no letters
=====================  ============================================  =======================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from api.cluster import DRIVER, Addresses, Cluster
from api.mail_settings import MailServer, mail_server
from geo.errors import SetupError

PROJECT = Path(__file__).resolve().parents[1]
DATABASE = "mabele"
HOST = re.compile(r"(\*\.)?[a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\]")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """An OpenID Connect provider that signs people in beside passwords."""

    issuer: str
    client_id: str
    client_secret_file: Path
    by_email: bool = False
    """Whether a verified e-mail address opens the account whose login it is."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run. ``load`` reads them; nothing else reads the environment."""

    owner_url: str
    app_url: str
    public_url: str
    private: bool
    """Whether the database is the project's own private cluster."""
    host: str
    port: int
    data_dir: Path
    demonstration: bool = True
    """Whether the first start fills an empty register with the demonstration."""
    allowed_hosts: tuple[str, ...] = ()
    """Names by which browsers may reach the page, beside those of this machine."""
    proxies: tuple[str, ...] = ()
    """Addresses and networks whose word is taken for who asks."""
    objector_key_file: Path | None = None
    """Where the key lies that opens the contacts of objectors; None: in the data directory."""
    oidc: IdentityProvider | None = None
    feed_key_file: Path | None = None
    """Where the key lies that signs feeds; None: in the data directory."""
    people_url: str = ""
    """The address by which people reach the page, without a slash at its end; empty: not known."""
    webhook_allow: tuple[str, ...] = ()
    """Hosts and networks to which webhooks may go though they are not public."""
    mail: MailServer | None = None
    data_licence: str = ""
    """Licence of the register's data in its owner's words; empty: not stated."""
    keep_sensitive: bool = False
    """Whether facts of activity that may harm people are kept, for administrators alone."""
    project: Path = PROJECT

    @classmethod
    def load(cls, environ: Mapping[str, str], project: Path = PROJECT) -> Settings:
        """Read the settings from the environment.

        With an existing server, ``app_url`` and ``public_url`` stay empty until
        ``api.cluster.prepare`` has found or made their logins.

        Raises: SetupError where a variable cannot be used.
        """
        data_dir = _data_dir(environ, project)
        addresses = _addresses(environ, project, data_dir)
        return cls(
            owner_url=addresses.owner,
            app_url=addresses.app,
            public_url=addresses.public,
            private=not environ.get("DATABASE_URL"),
            host=environ.get("MABELE_HOST") or "127.0.0.1",
            port=_port(environ.get("PORT") or "8000"),
            data_dir=data_dir,
            demonstration=_yes("MABELE_DEMO", environ.get("MABELE_DEMO") or "yes"),
            allowed_hosts=_names("MABELE_ALLOWED_HOSTS", environ.get("MABELE_ALLOWED_HOSTS", "")),
            proxies=_networks("MABELE_PROXY", environ.get("MABELE_PROXY", "")),
            oidc=_identity_provider(environ),
            objector_key_file=_file(environ.get("MABELE_OBJECTOR_KEY_FILE")),
            feed_key_file=_file(environ.get("MABELE_FEED_KEY_FILE")),
            people_url=_people_url(environ.get("MABELE_PUBLIC_URL", "").strip()),
            webhook_allow=_allowed(environ.get("MABELE_WEBHOOK_ALLOW", "")),
            mail=mail_server(environ),
            data_licence=" ".join(environ.get("MABELE_DATA_LICENCE", "").split()),
            keep_sensitive=_yes(
                "MABELE_KEEP_SENSITIVE", environ.get("MABELE_KEEP_SENSITIVE") or "no"
            ),
            project=project,
        )

    @property
    def log_dir(self) -> Path:
        """Where detail goes that a user must not see."""
        return self.data_dir / "log"

    @property
    def downloads_dir(self) -> Path:
        """Where the files lie that everybody may take away."""
        return self.data_dir / "downloads"

    @property
    def page_address(self) -> str:
        """The address of the web page, as a browser on this machine opens it."""
        loopback = dict(zip(ANY_ADDRESS, ("127.0.0.1", "::1"), strict=True))
        return f"http://{_in_url(loopback.get(self.host, self.host))}:{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """All names to which the page answers; under any other it might serve another site."""
        own = () if self.host in ANY_ADDRESS else (_in_url(self.host),)
        return (*LOOPBACK, *own, *self.allowed_hosts)


def never_started(environ: Mapping[str, str], project: Path = PROJECT) -> bool:
    """Return whether there is nothing here to stop: loading the settings would give a place."""
    data_dir = _data_dir(environ, project)
    return not any((data_dir / name).exists() for name in ("cluster-id", "cluster", "mabele.pid"))


def _data_dir(environ: Mapping[str, str], project: Path) -> Path:
    return Path(environ.get("MABELE_DATA_DIR") or project / "var").absolute()


def _file(path: str | None) -> Path | None:
    return Path(path).absolute() if path else None


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _addresses(environ: Mapping[str, str], project: Path, data_dir: Path) -> Addresses:
    existing = environ.get("DATABASE_URL")
    if existing:
        return Addresses(
            _with_driver("DATABASE_URL", existing),
            _with_driver("DATABASE_APP_URL", environ.get("DATABASE_APP_URL", "")),
            _with_driver("DATABASE_PUBLIC_URL", environ.get("DATABASE_PUBLIC_URL", "")),
        )
    return Cluster.of_project(project, data_dir).urls(DATABASE)


def _with_driver(variable: str, url: str) -> str:
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", DRIVER}:
        raise SetupError(
            f"{variable} starts with {parts.scheme!r}, which is no PostgreSQL address. "
            "Write it as postgresql://user:password@host:5432/database."
        )
    if not parts.path.strip("/"):
        raise SetupError(f"{variable} names no database. Add /mabele or another name at its end.")
    return DRIVER + url[len(parts.scheme) :]


def _identity_provider(environ: Mapping[str, str]) -> IdentityProvider | None:
    names = ("MABELE_OIDC_ISSUER", "MABELE_OIDC_CLIENT_ID", "MABELE_OIDC_CLIENT_SECRET_FILE")
    given = {name: environ.get(name, "").strip() for name in names}
    if not any(given.values()):
        return None
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise SetupError(f"An identity provider needs {' and '.join(missing)} too.")
    issuer, client_id, secret_file = given.values()
    if not is_safe_address(issuer):
        raise SetupError(f"MABELE_OIDC_ISSUER is {issuer!r}. Write it with https://")
    if not Path(secret_file).is_file():
        raise SetupError(f"MABELE_OIDC_CLIENT_SECRET_FILE names {secret_file!r}: no such file.")
    by_email = _yes("MABELE_OIDC_BY_EMAIL", environ.get("MABELE_OIDC_BY_EMAIL") or "no")
    return IdentityProvider(issuer, client_id, Path(secret_file), by_email)


def is_safe_address(url: str) -> bool:
    """Whether what goes to this address cannot be read on the way: TLS, or this machine itself.

    >>> is_safe_address("https://id.example.cd"), is_safe_address("http://id.example.cd")
    (True, False)
    """
    parts = urlsplit(url)
    if parts.scheme == "http":
        return parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return parts.scheme == "https" and bool(parts.hostname)


def _yes(variable: str, text: str) -> bool:
    if text.lower() in {"yes", "no"}:
        return text.lower() == "yes"
    raise SetupError(f"{variable} is {text!r}. It must be yes or no.")


def _networks(variable: str, text: str) -> tuple[str, ...]:
    """Return addresses and networks as they are written: 127.0.0.1, ::1, 10.0.0.0/8."""
    networks = _words(text)
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise SetupError(
                f"{variable} names {network!r}. Write addresses or networks, with commas between "
                "them: 127.0.0.1,10.0.0.0/8"
            ) from error
    return networks


def _names(variable: str, text: str) -> tuple[str, ...]:
    """Return names of hosts: cadastre.example.cd, or *.example.cd for all below it."""
    names = _words(text.lower())
    for name in names:
        if not HOST.fullmatch(name):
            raise SetupError(
                f"{variable} names {name!r}. Write names without http:// and port, with commas "
                "between them: cadastre.example.cd,10.0.0.7"
            )
    return names


def _allowed(text: str) -> tuple[str, ...]:
    """Return hosts, addresses and networks: webhooks.example.cd, 10.0.0.0/8."""
    for word in _words(text.lower()):
        if not HOST.fullmatch(word):
            _networks("MABELE_WEBHOOK_ALLOW", word)
    return _words(text.lower())


def _people_url(text: str) -> str:
    if text and not is_safe_address(text):
        raise SetupError(f"MABELE_PUBLIC_URL is {text!r}. Write it with https://")
    return text.rstrip("/")


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise SetupError(f"PORT is {text!r}. It must be a number from 1 to 65535.")
