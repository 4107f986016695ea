"""Untrusted text: clean for the typed value, comparable as a key, harmless when shown."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MAX_SHOWN = 200
"""How many characters of a value an issue or a message repeats."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories without a visible form: controls, direction overrides, lone surrogates."""


@lru_cache(maxsize=65536)
def clean(text: str) -> str | None:
    """Return text without hidden characters and with single spaces; None if nothing is left.

    Examples
    --------
    >>> clean("  GOMA \\x00 MINING\\n Sprl "), clean(" \\t")
    ('GOMA MINING Sprl', None)
    """
    if not text.isprintable():
        text = "".join(" " if c.isspace() else c for c in text if c.isspace() or _is_visible(c))
    return " ".join(text.split()) or None


def has_hidden(text: str) -> bool:
    """Whether text holds characters that nobody sees: controls, NUL, direction overrides."""
    return not text.isprintable() and any(not _is_visible(c) and not c.isspace() for c in text)


@lru_cache(maxsize=65536)
def key_of(text: str) -> str:
    """Return text for comparing: no case, no accents, words parted by one space.

    Examples
    --------
    >>> key_of("Actif-En Déchéance_NonPaiement")
    'actif en decheance nonpaiement'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


def as_text(value: object) -> str | None:
    """Return a received value as clean text: a number stored as 4960.0 reads “4960”."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value))


def shown(value: object) -> str:
    """Return a value for a message: hidden characters escaped, long text cut."""
    text = str(value)
    if len(text) > MAX_SHOWN:
        text = text[: MAX_SHOWN - 1] + "…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in _HIDDEN
