"""Name and contact of an objector, sealed so that the register's database alone reveals nobody.

The seal is HPKE (RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305) as the ``cryptography`` library
keeps it. Sealing takes the public key alone. The reference of the objection enters the seal: moved
to another objection, it does not open.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from geo.errors import SetupError

BLOCK = 512
"""Bytes to which what is sealed is filled up, so that its length does not tell a name."""

_PURPOSE = b"mabele: contact of an objector, 1: "


@dataclass(frozen=True, slots=True)
class Contact:
    """Who objects and how to reach them, as far as they said it."""

    name: str | None = None
    contact: str | None = None

    def __bool__(self) -> bool:
        return bool(self.name or self.contact)


def key_id(public_key: X25519PublicKey) -> str:
    """Return what names a key in the database: the first 16 digits of its SHA-256."""
    raw = public_key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def sealed(contact: Contact, reference: str, public_key: X25519PublicKey) -> bytes:
    """Return the contact, readable only with the private key, and only for this objection."""
    content = json.dumps(asdict(contact), ensure_ascii=False).encode()
    filled = content + b" " * (-len(content) % BLOCK)
    return _suite().encrypt(filled, public_key, info=_PURPOSE + reference.encode())


def unsealed(content: bytes, reference: str, private_key: X25519PrivateKey) -> Contact:
    """Return the contact behind a seal.

    Raises
    ------
    SetupError : another key sealed it, or it was sealed for another objection.
    """
    try:
        opened = _suite().decrypt(content, private_key, info=_PURPOSE + reference.encode())
    except InvalidTag as error:
        raise SetupError(
            f"the contact of {reference} does not open with this key. Put back the key file that "
            "was in use when it was sealed (MABELE_OBJECTOR_KEY_FILE)."
        ) from error
    return Contact(**json.loads(opened))


def _suite() -> Suite:
    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
