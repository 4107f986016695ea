"""Keys of the watches, kept in files outside the database, made at the first start.

``feed_signing.key`` : signs feeds (ECDSA P-256); ``feed_signing.crt`` beside it is its certificate,
made with it, by which anybody verifies them.
``watch.key`` : from it and a salt follow the secrets of webhooks and of the links in letters, so
that a copy of the database opens none of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from api.secrets_file import make_once, private_content
from api.settings import Settings
from geo.casework.watching.channels import MailSecrets
from geo.errors import SetupError

FEED_KEY_FILE = "feed_signing.key"
SERVER_KEY_FILE = "watch.key"
SERVER_KEY_BYTES = 32
CERTIFICATE_LENGTH = timedelta(days=7305)
"""Twenty years: the certificate only carries the key; nobody vouches for it but this server."""
PREFIX = "whsec_"

Purpose = Literal["webhook", "confirm", "leave"]


@dataclass(frozen=True)
class WatchKeys:
    """The keys at hand; the private ones never enter a log, an answer or the database."""

    signing_key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    server_key: bytes

    @property
    def certificate_pem(self) -> bytes:
        """The certificate as it is served."""
        return self.certificate.public_bytes(Encoding.PEM)

    def secret(self, purpose: Purpose, salt: UUID) -> bytes:
        """Return the 32 bytes that follow from the key, for one purpose and one salt."""
        return hmac.digest(self.server_key, f"{purpose}\0{salt}".encode(), "sha256")

    def webhook_secret(self, salt: UUID) -> str:
        """Return the secret that signs a webhook's messages, as standard webhooks write it."""
        return PREFIX + base64.b64encode(self.secret("webhook", salt)).decode()

    def link_secret(self, purpose: Purpose, salt: UUID) -> str:
        """Return what opens a link in a letter."""
        return base64.urlsafe_b64encode(self.secret(purpose, salt)).decode().rstrip("=")

    def mail_secrets(self, salt: UUID) -> MailSecrets:
        """Return what the database keeps of the links in letters: digests alone."""
        confirm, leave = (
            hashlib.sha256(self.link_secret(purpose, salt).encode()).digest()
            for purpose in ("confirm", "leave")
        )
        return MailSecrets(salt, confirm, leave)


def watch_keys(settings: Settings, clock: Callable[[], datetime]) -> WatchKeys:
    """Return the keys of the watches, making those that never were.

    Raises: SetupError where a file is readable by others, or holds no such key.
    """
    key_file = settings.feed_key_file or settings.data_dir / FEED_KEY_FILE
    server_file = settings.data_dir / SERVER_KEY_FILE
    make_once(key_file, _new_signing_key())
    make_once(server_file, secrets.token_hex(SERVER_KEY_BYTES).encode())
    key = load_pem_private_key(private_content(key_file), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise SetupError(f"{key_file} holds no ECDSA key on P-256. Put the right file back.")
    certificate_file = key_file.with_suffix(".crt")
    make_once(certificate_file, _certificate(key, clock()))
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    if certificate.public_key() != key.public_key():
        raise SetupError(
            f"{certificate_file} is no certificate of {key_file}. Remove it: the next start "
            "makes it anew."
        )
    return WatchKeys(key, certificate, _server_key(server_file.name, private_content(server_file)))


def _server_key(name: str, content: bytes) -> bytes:
    try:
        key = bytes.fromhex(content.decode().strip())
    except ValueError as error:
        raise SetupError(f"{name} holds no key in hexadecimal. Put the right file back.") from error
    if len(key) != SERVER_KEY_BYTES:
        raise SetupError(f"{name} holds {len(key)} bytes, not {SERVER_KEY_BYTES}.")
    return key


def _new_signing_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certificate(key: ec.EllipticCurvePrivateKey, at: datetime) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mabele feeds")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + CERTIFICATE_LENGTH)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
