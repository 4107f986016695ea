"""Holders (titulaires): names with shares, in registers that separate both by commas."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from geo.sources.rows import Holder
from geo.sources.text import clean, shown

_SHARE = re.compile(r"\(\s*(\d{1,6})(?:[.,](\d{1,6}))?\s*%\s*\)")
_UNREAD_SHARE = re.compile(r"\([^()]*%\s*\)|\d\s*%\s*$")
"""What was meant as a share, in a name: « A (-5%) », « B 40% »."""

_HUNDRED = Decimal(100)
_ROUNDING = Decimal("0.1")
"""How far shares may miss 100 % by rounding (three thirds of 33.33)."""


@lru_cache(maxsize=16384)
def read_holders(text: str) -> tuple[Holder, ...]:
    """Return the holders that a text names, each with its share in percent or None.

    A share ends a holder, so that names may hold commas. Without any share, commas belong to the
    name and only semicolons and line breaks separate holders. Quotes are kept.

    Examples
    --------
    >>> [(h.name, str(h.share)) for h in read_holders("X CO., LTD (60%), Y (40%)")]
    [('X CO., LTD', '60'), ('Y', '40')]
    """
    holders, start = [], 0
    for share in _SHARE.finditer(text):
        name = _name(text[start : share.start()])
        holders.append(Holder(name or "?", _percent(share)))
        start = share.end()
    rest = re.split(r"[;\n\r]", text[start:])
    return (*holders, *(Holder(name, None) for part in rest if (name := _name(part))))


def shares_odd(holders: tuple[Holder, ...]) -> str | None:
    """Return what is odd about stated shares, None where nothing is."""
    unread = next((h.name for h in holders if _UNREAD_SHARE.search(h.name)), None)
    if unread is not None:
        return f"the share of “{shown(unread)}” cannot be read"
    shares = [h.share for h in holders if h.share is not None]
    if not shares:
        return None
    if len(shares) < len(holders):
        return "some holders have a share and some have none"
    total = sum(shares)
    if abs(total - _HUNDRED) > _ROUNDING:
        return f"shares sum to {total:f} %, not 100"
    return None


def _percent(share: re.Match[str]) -> Decimal:
    decimals = (share[2] or "").rstrip("0")
    return Decimal(f"{share[1]}.{decimals}" if decimals else share[1])


def _name(text: str) -> str | None:
    return clean(text.strip(" \t\r\n,;&"))
