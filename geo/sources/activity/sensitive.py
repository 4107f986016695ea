"""Which columns stay at the door, and which may be shown: lists that are data.

A sensitive column is known by its name, in French or English, whatever its case, accents, numbers
and punctuation. What is neither sensitive nor on the list of safe columns is left out as well,
unless a mapping file names it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geo.law.strict_yaml import read_yaml
from geo.sources.schemas import squeezed
from geo.sources.text import key_of

DATA = Path(__file__).resolve().parents[3] / "data" / "activity"

DBF_NAME_LENGTH = 10
"""A Shapefile cuts the names of its columns there."""

_ANYWHERE = 5
"""From how many letters on a stem is found inside a word too."""

_SHORTEST_CUT = 8
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_REACHES_A_PERSON = re.compile(
    r"[^\s@]+@[^\s@]+\.[a-z]{2,}|(?:\+|\b00)\d(?:[ ().-]?\d){8,}|\b0[89]\d(?:[ .-]?\d){7}\b", re.I
)


@dataclass(frozen=True, slots=True)
class SensitiveList:
    """The names of sensitive columns, as words, beginnings of words and phrases run together."""

    words: frozenset[str]
    stems: tuple[str, ...]
    phrases: tuple[str, ...]

    def holds(self, column: str) -> bool:
        """Whether a column of this name stays at the door.

        Examples
        --------
        >>> listed = sensitive_list()
        >>> [listed.holds(name) for name in ("ArmedGroup_1", "Femmes enceintes", "province")]
        [True, True, False]
        """
        parts = _parts(column)
        if any(part in self.words or part.startswith(self.stems) for part in parts):
            return True
        run = key_of(column).replace(" ", "")
        if any(stem in run for stem in self.stems if len(stem) >= _ANYWHERE):
            return True
        return any(phrase in run or _is_cut(run, phrase) for phrase in self.phrases)


@dataclass(frozen=True, slots=True)
class SafeColumn:
    """A column that may be shown: the name it is kept under, and in which layouts (None: all)."""

    key: str
    only: frozenset[str] | None


def reaches_a_person(text: str) -> bool:
    """Whether a text holds a phone number or an e-mail address."""
    return _REACHES_A_PERSON.search(text) is not None


@lru_cache
def sensitive_list(path: Path = DATA / "sensitive_columns.yaml") -> SensitiveList:
    """Return the list of sensitive columns.

    Raises
    ------
    LawDataInvalid : the file says something else; names the line.
    """
    words: set[str] = set()
    stems: list[str] = []
    phrases: list[str] = []
    for item in read_yaml(path).fields("sensitive")["sensitive"].items():
        entry = item.fields("id description source confidence words stems phrases")
        entry["confidence"].one_of(("S", "S2", "K", "U"), "confidence")
        words.update(member.text() for member in entry["words"].members())
        stems += [member.text() for member in entry["stems"].members()]
        phrases += [member.text() for member in entry["phrases"].members()]
    return SensitiveList(frozenset(words), tuple(stems), tuple(phrases))


@lru_cache
def safe_columns(path: Path = DATA / "safe_columns.yaml") -> Mapping[str, SafeColumn]:
    """Return the safe columns by their names, squeezed to one word.

    Raises
    ------
    LawDataInvalid : the file says something else; names the line.
    """
    found: dict[str, SafeColumn] = {}
    for item in read_yaml(path).fields("safe")["safe"].items():
        entry = item.fields("key names", "only")
        only = frozenset(m.text() for m in entry["only"].items()) if "only" in entry else None
        safe = SafeColumn(entry["key"].text(), only)
        found.update({squeezed(name.text()): safe for name in entry["names"].items()})
    return found


def safe_key(column: str, schema: str) -> str | None:
    """Return the name under which a column may be shown, None where nothing says that it may."""
    known = safe_columns()
    key = squeezed(column)
    safe = known.get(key)
    if safe is None and key and len(column) == DBF_NAME_LENGTH:
        safe = next((s for name, s in known.items() if name.startswith(key)), None)
    fits = safe is not None and (safe.only is None or schema in safe.only)
    return safe.key if safe and fits else None


def _parts(column: str) -> set[str]:
    """Return the words of a name: parted at capitals, digits, underscores and other marks."""
    plain = unicodedata.normalize("NFKD", column)
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    whole = re.split(r"[^a-z]+", key_of(column))
    return {part.casefold() for part in _PART.findall(letters)} | {part for part in whole if part}


def _is_cut(run: str, phrase: str) -> bool:
    """Whether a name is what a Shapefile leaves of a phrase."""
    return len(run) >= _SHORTEST_CUT and phrase.startswith(run)
