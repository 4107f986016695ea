"""Reads the law data of a jurisdiction (``data/law/<jurisdiction>``) into immutable values.

Strict: what is unknown, missing, doubled, overlapping or contradictory refuses the file with
:class:`~geo.errors.LawDataInvalid`, naming file and line. Nothing is guessed and nothing is
skipped. Files: ``texts``, ``sources``, ``kinds``, ``overlaps``, ``exclusivity``, ``grid``,
``restricted``, ``provisions``, ``host_events``, ``rulings``, ``messages`` and the folder
``parameters`` (all ``.yaml``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from string import Formatter
from types import MappingProxyType

from geo.errors import LawDataInvalid
from geo.law.dated import Citations, read_bilingual, read_timeline
from geo.law.host_events import read_host_events
from geo.law.matrix import first_rules_of, read_cells, read_kinds
from geo.law.parameters import (
    parameter_files,
    read_parameters,
    read_provisions,
    read_restricted,
)
from geo.law.ruling_data import read_rulings
from geo.law.strict_yaml import Item, read_yaml
from geo.law.values import (
    Bilingual,
    Cell,
    CellVerdict,
    Kind,
    Law,
    OverlapRule,
    Reason,
    Timeline,
    Verdict,
)

LAW_DATA = Path(__file__).resolve().parents[2] / "data" / "law"
_VERSIONED = (
    *("texts", "sources", "kinds", "overlaps", "exclusivity", "grid"),
    *("restricted", "provisions", "host_events", "rulings"),
)
_FINDING_REASONS = ("fact_missing", "not_found", "entry_into_force_unsure", "uncertain")
_PLACEHOLDERS = {"upper", "lower", "article", "day", "first_day", "rule", "default"}


def load_law(path: Path | None = None, jurisdiction: str = "cd") -> Law:
    """Return the law of a jurisdiction, read from its data.

    Parameters
    ----------
    path : the folder of all law data; the one shipped with the program by default.
    jurisdiction : the folder inside it, by ISO 3166 code (``cd``: DRC).

    Raises
    ------
    LawDataInvalid : a file is missing or refused; the message names file and line.

    Examples
    --------
    >>> from datetime import date
    >>> law = load_law()
    >>> law.nominal_area_ha.value_on(date(2026, 1, 1))
    Decimal('84.955')
    """
    folder = (path or LAW_DATA) / jurisdiction
    citations = Citations.read(folder)
    kinds = read_kinds(folder)
    overlaps = read_yaml(folder / "overlaps.yaml").fields("general cells")
    cells = read_cells(overlaps["cells"], kinds, citations)
    messages = _read_messages(folder, cells)
    parameters = read_parameters(folder, citations)
    restricted = read_restricted(folder, citations, kinds)
    provisions = read_provisions(folder)
    rules = {*parameters, "kind", "overlap", *(cell.provision for cell in cells.values())}
    rules |= {found.rules.provision for found in restricted.values()}
    every_rule = [(upper, rule) for (upper, _), cell in cells.items() for rule in cell.values]
    return Law(
        version=_version_of(folder),
        kinds=kinds,
        cells=cells,
        first_rules=first_rules_of(every_rule),
        first_day=min(rule.first_day for _, rule in every_rule),
        general=citations.reference(overlaps["general"].fields("text article source confidence")),
        nominal_area_ha=_read_nominal_area(folder, citations),
        exclusive=_read_exclusive(folder, kinds, citations),
        messages=messages,
        jurisdiction=jurisdiction,
        parameters=parameters,
        restricted=restricted,
        provisions=provisions,
        host_events=read_host_events(folder, citations),
        rulings=read_rulings(folder, provisions, rules),
    )


def _version_of(folder: Path) -> str:
    """Return the short hash of the law data: it changes with any letter of it, messages apart."""
    digest = hashlib.sha256()
    files = [folder / f"{name}.yaml" for name in _VERSIONED] + parameter_files(folder)
    for file in files:
        digest.update(file.stem.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _read_nominal_area(folder: Path, citations: Citations) -> Timeline[Decimal]:
    area = read_yaml(folder / "grid.yaml").fields("nominal_area_ha")["nominal_area_ha"]
    fields = area.fields("unit values")
    fields["unit"].one_of(("ha per carré", "ha per cuadrícula"), "unit")
    return read_timeline(
        "grid/nominal_area_ha",
        fields["values"],
        "value",
        lambda value: None if value["value"].is_null else _positive(value["value"]),
        citations,
    )


def _positive(item: Item) -> Decimal:
    value = item.decimal()
    if value <= 0:
        raise item.refused(f"{value} is not positive")
    return value


def _read_exclusive(
    folder: Path, kinds: Mapping[str, Kind], citations: Citations
) -> Mapping[str, Timeline[frozenset[str]]]:
    def members(fields: Mapping[str, Item]) -> frozenset[str] | None:
        if fields["kinds"].is_null:
            return None
        return frozenset(item.one_of(kinds, "kind") for item in fields["kinds"].items())

    groups = read_yaml(folder / "exclusivity.yaml").fields("groups")["groups"].entries()
    return MappingProxyType(
        {
            name: read_timeline(f"exclusivity/{name}", item, "kinds", members, citations)
            for name, item in groups.items()
        }
    )


def _read_messages(folder: Path, cells: Mapping[tuple[str, str], Cell]) -> Mapping[str, Bilingual]:
    """Return the templates by key; a key that some finding needs and that is missing is refused."""
    file = folder / "messages.yaml"
    entries = _message_entries(folder)
    messages = {key: read_bilingual(item) for key, item in entries.items()}
    for key, item in entries.items():
        fields = [_placeholders(item, text) for text in (messages[key].fr, messages[key].en)]
        if fields[0] != fields[1]:
            raise item.refused(f"message {key!r} has other fields in French than in English")
    missing = sorted(keys_needed(cells) - set(messages))
    if missing:
        raise LawDataInvalid(file, None, f"message {missing[0]!r} is missing")
    return MappingProxyType(messages)


def _message_entries(folder: Path) -> dict[str, Item]:
    """Return the messages of a jurisdiction, over those that it takes from another one."""
    fields = read_yaml(folder / "messages.yaml").fields("messages", "others_from")
    entries = fields["messages"].entries()
    if "others_from" not in fields:
        return entries
    return {**_message_entries(folder.parent / fields["others_from"].text()), **entries}


def _placeholders(item: Item, text: str) -> set[str]:
    try:
        parsed = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError as error:
        raise item.refused(f"the message cannot be filled in ({error})") from None
    if any(spec or conversion for _, _, spec, conversion in parsed):
        raise item.refused("a field of a message has no format of its own")
    found = {str(name) for _, name, _, _ in parsed}
    if not found <= _PLACEHOLDERS:
        raise item.refused(f"unknown field {sorted(found - _PLACEHOLDERS)[0]!r} in the message")
    return found


def keys_needed(cells: Mapping[tuple[str, str], Cell]) -> set[str]:
    """Return the keys of the messages that findings under these cells may say."""
    rules = [rule for cell in cells.values() for dated in cell.values if (rule := dated.value)]
    defaults = {f"default.{rule.verdict}" for rule in rules if _has_default(rule)}
    conditions = {f"condition.{name}" for rule in rules for name in rule.conditions}
    derived = {Verdict.NEEDS_LEGAL_REVIEW, Verdict.NOT_APPLICABLE, Verdict.NO_LEGAL_BASIS}
    verdicts = {str(verdict) for verdict in Verdict if verdict not in derived}
    reasons = {str(reason) for reason in Reason if reason is not Reason.MATRIX}
    others = {"either_order", "not_own_title", "unknown_kind", "route.a", "route.b"}
    others |= {"finding.pass", "finding.fail", "finding.not_applicable", "finding.default"}
    others |= {f"finding.{reason}" for reason in _FINDING_REASONS}
    return defaults | conditions | verdicts | reasons | others


def _has_default(rule: OverlapRule) -> bool:
    unsure = rule.reason is not Reason.MATRIX
    return unsure and rule.verdict is not CellVerdict.NEEDS_LEGAL_REVIEW
