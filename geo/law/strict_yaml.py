"""YAML read strictly: every value knows its file and line, and nothing is guessed.

Duplicate keys, unknown keys, missing keys and values of the wrong shape refuse the file with
:class:`~geo.errors.LawDataInvalid`, which names file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

import yaml

from geo.errors import LawDataInvalid

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_NULL = "tag:yaml.org,2002:null"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads ten times faster
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Item:
    """A value of a YAML file, with the file and line that it stands on."""

    file: Path
    node: yaml.Node

    def refused(self, reason: str) -> LawDataInvalid:
        """Return the error that names this value's file and line; the caller raises it."""
        return LawDataInvalid(self.file, self.node.start_mark.line + 1, reason)

    @property
    def is_scalar(self) -> bool:
        """Whether the value is a single one, neither list nor mapping."""
        return isinstance(self.node, yaml.ScalarNode)

    @property
    def is_null(self) -> bool:
        """Whether the value is an explicit null."""
        return bool(self.node.tag == _NULL)

    def text(self) -> str:
        """Return the value as text; null, empty and nested values are refused."""
        if (
            not isinstance(self.node, yaml.ScalarNode)
            or self.is_null
            or not self.node.value.strip()
        ):
            raise self.refused("a text is needed here")
        return str(self.node.value).strip()

    def day(self) -> date:
        """Return the value as a calendar day, written YYYY-MM-DD."""
        text = self.text()
        try:
            if not _DAY.match(text):
                raise ValueError
            return date.fromisoformat(text)
        except ValueError:
            raise self.refused(f"{text!r} is not a day; write YYYY-MM-DD") from None

    def decimal(self) -> Decimal:
        """Return the value as an exact decimal, digit by digit as written."""
        text = self.text()
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise self.refused(f"{text!r} is not a decimal number") from None
        if not value.is_finite():
            raise self.refused(f"{text!r} is not a finite number")
        return value

    def one_of(self, known: Iterable[V], what: str) -> V:
        """Return the member of ``known`` whose text is this value."""
        text = self.text()
        for value in known:
            if str(value) == text:
                return value
        raise self.refused(f"{text!r} is not a known {what}")

    def items(self) -> list[Item]:
        """Return the members of a list that has at least one."""
        if not isinstance(self.node, yaml.SequenceNode) or not self.node.value:
            raise self.refused("a list with at least one member is needed here")
        return [Item(self.file, node) for node in self.node.value]

    def members(self) -> list[Item]:
        """Return the members of a list, which may be empty."""
        if isinstance(self.node, yaml.SequenceNode) and not self.node.value:
            return []
        return self.items()

    def entries(self) -> dict[str, Item]:
        """Return the members of a mapping; a key that stands twice is refused."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.refused("a mapping (key: value) is needed here")
        found: dict[str, Item] = {}
        for key_node, value_node in self.node.value:
            key = Item(self.file, key_node)
            if key.text() in found:
                raise key.refused(f"key {key.text()!r} stands twice")
            found[key.text()] = Item(self.file, value_node)
        return found

    def fields(self, needed: str, optional: str = "") -> dict[str, Item]:
        """Return a mapping that has every needed key and no unknown one (names split by spaces)."""
        found = self.entries()
        for key in needed.split():
            if key not in found:
                raise self.refused(f"key {key!r} is missing")
        unknown = sorted(set(found) - set(needed.split()) - set(optional.split()))
        if unknown:
            raise found[unknown[0]].refused(f"key {unknown[0]!r} is unknown here")
        return found


def read_yaml(file: Path) -> Item:
    """Return the root of a YAML file that holds exactly one document.

    Raises
    ------
    LawDataInvalid : the file is missing, empty, not UTF-8 or not YAML.
    """
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=_LOADER)
    except OSError as error:
        raise LawDataInvalid(file, None, f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise LawDataInvalid(file, None, "is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise LawDataInvalid(file, line, f"is not YAML ({error.problem})") from error
    except yaml.YAMLError as error:
        raise LawDataInvalid(file, None, f"is not YAML ({error})") from error
    if node is None:
        raise LawDataInvalid(file, None, "holds nothing")
    return Item(file, node)
