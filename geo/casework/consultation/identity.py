"""How an objection is known without an account: a reference to quote, a secret to keep.

The page draws a number (UUID, version 4) before it sends. Reference and secret follow from it and
from a key of the server by HMAC-SHA256, so that an objection sent again after a lost connection
gets the same ones, and the secret is stored nowhere: the database keeps its hash. Both are written
in Crockford's base 32, in groups of five, to be copied by hand: O reads as 0, I and L as 1.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP = 5
REFERENCE_GROUPS = 2
"""50 bits: enough to tell objections apart; it opens nothing."""
SECRET_GROUPS = 5
"""125 bits: nobody guesses it."""

_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@dataclass(frozen=True, slots=True)
class Claim:
    """What lets a person follow an objection."""

    reference: str
    secret: str


def claim_of(server_key: bytes, client_key: UUID) -> Claim:
    """Return reference and secret of the objection that a page sends under its number.

    Examples
    --------
    >>> claim = claim_of(bytes(32), UUID("7f1c0c1e-5b7a-4d2e-9a51-0d5f6a1b2c3d"))
    >>> claim == claim_of(bytes(32), UUID("7f1c0c1e-5b7a-4d2e-9a51-0d5f6a1b2c3d"))
    True
    >>> len(claim.reference), len(claim.secret)
    (15, 29)
    """
    return Claim(
        "OBJ-" + _drawn(server_key, b"reference", client_key, REFERENCE_GROUPS),
        _drawn(server_key, b"secret", client_key, SECRET_GROUPS),
    )


def key_hash(client_key: UUID) -> bytes:
    """Return what the database keeps of the page's number."""
    return hashlib.sha256(client_key.bytes).digest()


def secret_hash(secret: str) -> bytes:
    """Return what the database keeps of a secret, however it was copied.

    Examples
    --------
    >>> secret_hash("ABCDE-01234") == secret_hash("abcde ol234")
    True
    """
    return hashlib.sha256(secret.upper().translate(_MISREAD).encode()).digest()


def reference_as_kept(reference: str) -> str:
    """Return a reference as the database has it, however it was copied.

    Examples
    --------
    >>> reference_as_kept(" obj-o1234abcde ")
    'OBJ-01234-ABCDE'
    """
    letters = reference.strip().upper().removeprefix("OBJ").translate(_MISREAD)
    return "OBJ-" + _grouped(letters)


def _drawn(server_key: bytes, purpose: bytes, client_key: UUID, groups: int) -> str:
    drawn = hmac.digest(server_key, b"mabele objection " + purpose + client_key.bytes, "sha256")
    number = int.from_bytes(drawn)
    letters = (ALPHABET[number >> (5 * place) & 31] for place in range(groups * GROUP))
    return _grouped("".join(letters))


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))
