"""What a password must be, wherever it is given."""

from __future__ import annotations

from geo.errors import InputError

MIN_PASSWORD = 12
MAX_PASSWORD = 200
"""Longer ones only cost time: hashing takes more of it, and signing in refuses them."""


def checked_password(password: str) -> str:
    """Return the password.

    Raises
    ------
    InputError : it is too short or too long.
    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InputError(
            f"the password has {len(password)} characters. Use {MIN_PASSWORD} or more, "
            f"and no more than {MAX_PASSWORD}."
        )
    return password
