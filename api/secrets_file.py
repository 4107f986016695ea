"""Keys of the consultation, kept in files outside the database, made at the first start.

``objection_secret.key`` : from it and a page's number follow an objection's reference and secret.
``objector.key`` : opens the contacts of objectors; ``objector.key.pub`` beside it seals them. Where
the private one is taken away (to another machine, to a safe), sealing goes on and opening waits.
A lost private key opens no contact ever again: keep a copy, apart from those of the database.
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from api.settings import Settings
from geo.errors import SetupError

SERVER_KEY_FILE = "objection_secret.key"
OBJECTOR_KEY_FILE = "objector.key"
SERVER_KEY_BYTES = 32


@dataclass(frozen=True)
class ConsultationKeys:
    """The keys at hand; they never enter a log, an answer or the database."""

    server_key: bytes
    public_key: X25519PublicKey
    objector_key_file: Path

    @property
    def private_key(self) -> X25519PrivateKey:
        """The key that opens contacts, read when it is needed and not kept.

        Raises: SetupError where it is away, readable by others, or none.
        """
        key = load_pem_private_key(private_content(self.objector_key_file), password=None)
        if not isinstance(key, X25519PrivateKey):
            raise SetupError(f"{self.objector_key_file} holds no X25519 key.")
        return key


def consultation_keys(settings: Settings) -> ConsultationKeys:
    """Return the keys of the consultation, making those that never were.

    Raises: SetupError where a file is readable by others, or holds no such key.
    """
    server_file = settings.data_dir / SERVER_KEY_FILE
    make_once(server_file, secrets.token_hex(SERVER_KEY_BYTES).encode())
    objector_file = settings.objector_key_file or settings.data_dir / OBJECTOR_KEY_FILE
    return ConsultationKeys(
        _server_key(server_file), _public_key(objector_file), objector_file.absolute()
    )


def _server_key(file: Path) -> bytes:
    try:
        key = bytes.fromhex(private_content(file).decode().strip())
    except ValueError as error:
        raise SetupError(f"{file} holds no key in hexadecimal. Put the right file back.") from error
    if len(key) != SERVER_KEY_BYTES:
        raise SetupError(f"{file} holds {len(key)} bytes, not {SERVER_KEY_BYTES}.")
    return key


def _public_key(private_file: Path) -> X25519PublicKey:
    public_file = private_file.with_name(private_file.name + ".pub")
    if not public_file.exists():
        make_once(private_file, _new_private_key())
        made = load_pem_private_key(private_content(private_file), password=None)
        pem = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        make_once(public_file, pem)
    key = load_pem_public_key(public_file.read_bytes())
    if not isinstance(key, X25519PublicKey):
        raise SetupError(f"{public_file} holds no X25519 key.")
    return key


def _new_private_key() -> bytes:
    key = X25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def private_content(file: Path) -> bytes:
    """Return what a file holds that only its owner may read.

    Raises: SetupError where it cannot be read, or is readable by others.
    """
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        content = file.read_bytes()
    except OSError as error:
        raise SetupError(f"The key {file} cannot be read: {error.strerror}.") from error
    if mode & 0o077:
        raise SetupError(f"The key {file} is readable by others. Close it: chmod 600 {file}")
    return content


def make_once(file: Path, content: bytes) -> None:
    """Write a file that only its owner reads, unless it is there; of two at once the first wins."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        os.link(unfinished, file)
    except FileExistsError:
        pass  # another process was first: its key is the key
    finally:
        unfinished.unlink()
