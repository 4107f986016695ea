"""A mapping file as YAML: read within bounds, each fault named with its remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from geo.errors import FileRefused, SchemaUnknown
from geo.sources.text import shown

MAX_MAPPING_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class MappingFile:
    """The keys of a mapping file, of which none has a meaning yet."""

    path: Path
    content: dict[str, Any]

    @classmethod
    def read(cls, path: Path, keys: Collection[str]) -> MappingFile:
        """Return a mapping file that has no other keys than these.

        Raises
        ------
        FileRefused : it cannot be read, is no YAML, or has other keys.
        """
        file = cls(path, {})
        file = cls(path, file._loaded())
        unknown = set(file.content) - set(keys)
        file.refuse_unless(not unknown, f"unknown keys {listed(unknown)}")
        return file

    def refuse_unless(self, holds: bool, reason: str) -> None:
        """Refuse the file unless a condition holds."""
        if not holds:
            remedy = "See the example in the user guide, “mapping file”."
            raise FileRefused(self.path.name, reason, remedy)

    def table(self, key: str) -> dict[str, Any]:
        """Return the table under a key, an empty one where there is none."""
        value = self.content.get(key) or {}
        self.refuse_unless(isinstance(value, dict), f"“{key}” is no table")
        return cast("dict[str, Any]", value)

    def columns(self, key: str) -> dict[str, tuple[str, ...]]:
        """Return a table whose values are columns, or lists of columns."""
        return {str(k): self.names(str(k), value) for k, value in self.table(key).items()}

    def names(self, field: str, value: Any) -> tuple[str, ...]:
        """Return the columns that a value names: one, or several in order of preference."""
        names = value if isinstance(value, list) else [value]
        plain = bool(names) and all(isinstance(name, str) for name in names)
        self.refuse_unless(plain, f"“{field}” names no column")
        return tuple(names)

    def one_of(self, key: str, allowed: Collection[str]) -> str | None:
        """Return the text under a key, which is one of a list."""
        value = self.text(key)
        known = value is None or value in allowed
        self.refuse_unless(known, f"“{key}” is one of {', '.join(sorted(allowed))}")
        return value

    def text(self, key: str) -> str | None:
        """Return the value under a key as text."""
        value = self.content.get(key)
        return None if value is None else str(value)

    def _loaded(self) -> dict[str, Any]:
        try:
            self.refuse_unless(self.path.stat().st_size <= MAX_MAPPING_BYTES, "it is too large")
            content = yaml.safe_load(self.path.read_text("utf-8"))
        except OSError as error:
            reason = f"it cannot be read ({error.strerror})"
            raise FileRefused(self.path.name, reason, "Check the path.") from error
        except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
            reason = f"it is no YAML ({shown(' '.join(str(error).split()))})"
            raise FileRefused(self.path.name, reason, "Check it.") from error
        self.refuse_unless(isinstance(content, dict), "it is no table of keys")
        return {str(key): value for key, value in cast("dict[Any, Any]", content).items()}


def require_named(named: Iterable[str], present: Collection[str], file: str) -> None:
    """Refuse a file that lacks a column which a mapping names.

    Raises
    ------
    SchemaUnknown : so.
    """
    absent = set(named) - set(present)
    if absent:
        raise SchemaUnknown(
            f"{file}: the mapping names columns that are not there ({listed(absent)}). "
            f"The file has {listed(present)}."
        )


def listed(names: Iterable[Any]) -> str:
    """Return names for a message, in quotes, the first twenty of them."""
    return ", ".join(f"“{shown(name)}”" for name in sorted(map(str, names))[:20])
