"""How letters leave: a mail server by settings, off where none is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, cast, get_args

from geo.errors import SetupError

Security = Literal["starttls", "tls", "none"]
PORTS: Mapping[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\[\]\\,;:\"]{1,189}")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes letters from us; ``sender`` is the address they come from."""

    host: str
    port: int
    security: Security
    sender: str
    user: str | None = None
    password_file: Path | None = None

    @property
    def password(self) -> str:
        """The password, read when it is needed.

        Raises: SetupError where the file cannot be read.
        """
        try:
            return self.password_file.read_text().strip() if self.password_file else ""
        except OSError as error:
            raise SetupError(
                f"MABELE_SMTP_PASSWORD_FILE cannot be read: {error.strerror}."
            ) from error


def mail_server(environ: Mapping[str, str]) -> MailServer | None:
    """Return the mail server that is set, None where MABELE_SMTP_HOST is not.

    Raises: SetupError where a variable cannot be used.
    """
    host = environ.get("MABELE_SMTP_HOST", "").strip()
    if not host:
        return None
    security = environ.get("MABELE_SMTP_SECURITY", "").strip() or "starttls"
    if security not in get_args(Security):
        raise SetupError(f"MABELE_SMTP_SECURITY is {security!r}. Write starttls, tls or none.")
    if not environ.get("MABELE_PUBLIC_URL"):
        raise SetupError("Letters hold links: set MABELE_PUBLIC_URL to the address people use.")
    kept = cast(Security, security)
    user = environ.get("MABELE_SMTP_USER", "").strip() or None
    if user and kept == "none" and host not in LOOPBACK:
        raise SetupError("A password would travel unsealed: set MABELE_SMTP_SECURITY=starttls.")
    password_file = environ.get("MABELE_SMTP_PASSWORD_FILE", "").strip()
    if bool(user) != bool(password_file):
        raise SetupError("Set MABELE_SMTP_USER and MABELE_SMTP_PASSWORD_FILE, or neither.")
    return MailServer(
        host,
        _port(environ.get("MABELE_SMTP_PORT", "").strip(), PORTS[kept]),
        kept,
        _sender(environ.get("MABELE_MAIL_FROM", "").strip()),
        user,
        Path(password_file).absolute() if password_file else None,
    )


def is_mail_address(text: str) -> bool:
    """Whether letters could be sent there; only an answer from there shows that they arrive.

    >>> is_mail_address("a@example.cd"), is_mail_address("a@b\\nBcc: c@d"), is_mail_address("a b@c")
    (True, False, False)
    """
    return bool(ADDRESS.fullmatch(text)) and text.isascii()


def _sender(text: str) -> str:
    if not is_mail_address(parseaddr(text)[1]) or "\n" in text or "\r" in text:
        raise SetupError(
            f"MABELE_MAIL_FROM is {text!r}. Write an address: Cadastre <veille@cadastre.example.cd>"
        )
    return text


def _port(text: str, usual: int) -> int:
    if not text:
        return usual
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise SetupError(f"MABELE_SMTP_PORT is {text!r}. It must be a number from 1 to 65535.")
