"""A mapping file of areas: which column of a file means what.

.. code-block:: yaml

    crs: EPSG:32735         # optional; where the file itself does not say
    encoding: cp1252        # optional
    dates: dmy              # optional; or mdy
    fields:                 # field: column
      name: NOM
      class: TYPE
      act_reference: ARRETE
      act_on: DATE
      marked: CLOTURE
    classes: {NATIONALE: road, RUE: street}   # optional; words of this file
    marked: {oui: true, non: false}           # optional
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from geo.errors import FileRefused, SchemaUnknown
from geo.sources.dates import Order
from geo.sources.mapping_file import MAX_MAPPING_BYTES
from geo.sources.text import key_of, shown

FIELDS = ("name", "class", "act_reference", "act_on", "consent_of", "marked")

_KEYS = {"crs", "encoding", "dates", "fields", "classes", "marked"}
_YES_NO = {
    **dict.fromkeys(("true", "1", "oui", "yes", "vrai", "o", "y"), True),
    **dict.fromkeys(("false", "0", "non", "no", "faux", "n"), False),
}
_REMEDY = "See docs/restricted-areas.md, “mapping file”."


@dataclass(frozen=True, slots=True)
class AreaMapping:
    """What an importer says of a file; columns by field, words by what they mean."""

    fields: Mapping[str, str] = field(default_factory=lambda: {name: name for name in FIELDS})
    classes: Mapping[str, str] = field(default_factory=dict)
    marked: Mapping[str, bool] = field(default_factory=lambda: dict(_YES_NO))
    crs: str | None = None
    encoding: str | None = None
    dates: Order | None = None
    told: bool = False

    def require_columns(self, present: Mapping[str, object], file: str) -> None:
        """Refuse a file that lacks a column which the mapping names.

        Raises
        ------
        SchemaUnknown : so.
        """
        absent = sorted(set(self.fields.values()) - set(present)) if self.told else []
        if absent:
            raise SchemaUnknown(
                f"{file}: the mapping names columns that are not there "
                f"({', '.join(map(shown, absent))}). The file has "
                f"{', '.join(shown(name) for name in sorted(present))}."
            )


def read_area_mapping(path: Path) -> AreaMapping:
    """Return what a mapping file says.

    Raises
    ------
    FileRefused : it cannot be read, or says something that has no meaning.
    """
    content = _content(path)
    strange = set(content) - _KEYS
    _refuse_unless(path, not strange, f"unknown keys {', '.join(sorted(map(shown, strange)))}")
    fields = _words(path, content, "fields")
    unknown = set(fields) - set(FIELDS)
    _refuse_unless(path, not unknown, f"unknown fields {', '.join(sorted(map(shown, unknown)))}")
    dates = content.get("dates")
    _refuse_unless(path, dates in (None, "dmy", "mdy"), "“dates” is dmy or mdy")
    marked = content.get("marked") or {}
    plain = isinstance(marked, dict) and all(isinstance(v, bool) for v in marked.values())
    _refuse_unless(path, plain, "“marked” gives true or false to words")
    return AreaMapping(
        fields=fields or {name: name for name in FIELDS},
        classes={key_of(word): name for word, name in _words(path, content, "classes").items()},
        marked=_YES_NO | {key_of(str(word)): value for word, value in marked.items()},
        crs=_text(content, "crs"),
        encoding=_text(content, "encoding"),
        dates=cast("Order | None", dates),
        told=bool(fields),
    )


def _content(path: Path) -> dict[str, Any]:
    try:
        _refuse_unless(path, path.stat().st_size <= MAX_MAPPING_BYTES, "it is too large")
        content = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        reason = f"it cannot be read ({error.strerror})"
        raise FileRefused(path.name, reason, "Check the path.") from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise FileRefused(path.name, "it is no YAML", _REMEDY) from error
    _refuse_unless(path, isinstance(content, dict), "it is no table of keys")
    return cast("dict[str, Any]", content)


def _words(path: Path, content: Mapping[str, Any], key: str) -> dict[str, str]:
    value = content.get(key) or {}
    plain = isinstance(value, dict) and all(isinstance(name, str) for name in value.values())
    _refuse_unless(path, plain, f"“{key}” is no table of names")
    return {str(word): name for word, name in value.items()}


def _text(content: Mapping[str, Any], key: str) -> str | None:
    value = content.get(key)
    return None if value is None else str(value)


def _refuse_unless(path: Path, holds: bool, reason: str) -> None:
    if not holds:
        raise FileRefused(path.name, reason, _REMEDY)
