"""Codes of titles: the text as written, and a key under which two spellings meet."""

from __future__ import annotations

import re
from functools import lru_cache

from geo.sources.kinds import kind_of_code
from geo.sources.text import key_of

ZONES = frozenset({"ZEA", "ZRG", "ZI", "ZP"})
"""Kinds that number their own series; titles share one, whatever they are turned into."""


@lru_cache(maxsize=65536)
def code_key(code: str) -> str:
    """Return the key under which spellings of one code meet.

    Titles keep their number when their kind changes (PR to PE), so the kind is left out; zones
    have series of their own.

    Examples
    --------
    >>> code_key("PE 04960"), code_key("4960"), code_key("ZEA-083"), code_key("zea 83")
    ('4960', '4960', 'ZEA83', 'ZEA83')
    """
    kind = kind_of_code(code)
    compact = key_of(code).replace(" ", "").upper()
    match = re.fullmatch(r"([A-Z]*)0*(\d+)", compact)
    if not match:
        return compact
    prefix = kind if kind in ZONES else "" if kind else match.group(1)
    return f"{prefix}{match.group(2)}"
