"""Reads the dated parameters, the restricted classes and the provisions of a jurisdiction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from geo.errors import LawDataInvalid
from geo.law.dated import Citations, read_bilingual, read_timeline
from geo.law.strict_yaml import Item, read_yaml
from geo.law.values import (
    Confidence,
    DistanceRule,
    Effect,
    Limit,
    Moment,
    Parameter,
    ProvisionText,
    RestrictedClass,
    Severity,
    Timeline,
    Unsettled,
    Value,
)


def parameter_files(folder: Path) -> list[Path]:
    """Return the files of parameters of a jurisdiction, in order; none is refused."""
    files = sorted((folder / "parameters").glob("*.yaml"))
    if not files:
        raise LawDataInvalid(folder / "parameters", None, "holds no file of parameters")
    return files


def read_parameters(folder: Path, citations: Citations) -> Mapping[str, Parameter]:
    """Return every parameter by name; a name that stands in two files is refused."""
    found: dict[str, Parameter] = {}
    for file in parameter_files(folder):
        for name, item in read_yaml(file).fields("parameters")["parameters"].entries().items():
            if name in found:
                raise item.refused(f"parameter {name!r} stands in another file already")
            found[name] = read_parameter(name, item, citations)
    return MappingProxyType(found)


def read_parameter(name: str, item: Item, citations: Citations) -> Parameter:
    """Return one parameter with its dated values."""
    fields = item.fields("description type unit values")
    read = _READERS[fields["type"].one_of(_READERS, "type of a parameter")]

    def value_of(values: Mapping[str, Item]) -> Value | None:
        value = _read_value(values["value"], values["confidence"], read)
        _refuse_unread(value, values)
        return value

    timeline: Timeline[Value] = read_timeline(
        name, fields["values"], "value|reading", value_of, citations
    )
    return Parameter(name, fields["description"].text(), fields["unit"].text(), timeline)


def _read_value(item: Item, confidence: Item, read: Callable[[Item], Value]) -> Value | None:
    """Return a value, None for a repeal; what was not found can only be uncertain."""
    if item.is_null:
        return None
    if item.is_scalar and item.text() in set(Unsettled):
        if confidence.text() != Confidence.U:
            raise confidence.refused("a value that is not settled has the confidence U")
        return Unsettled(item.text())
    return read(item)


def _refuse_unread(value: Value | None, fields: Mapping[str, Item]) -> None:
    """Refuse an uncertain value that does not say how it was read, and a reading of a sure one."""
    unsure = fields["confidence"].text() == Confidence.U
    needed = unsure and value is not None and not isinstance(value, Unsettled)
    if needed and "reading" not in fields:
        raise fields["value"].refused(
            "an uncertain value (U) says how it is read: reading: strictest (what meets it meets "
            "every other reading) or reading: open"
        )
    if not needed and "reading" in fields:
        raise fields["reading"].refused("only an uncertain value (U) has a reading")


def _read_integer(item: Item) -> Value:
    value = item.decimal()
    if value != int(value) or value < 0:
        raise item.refused(f"{value} is not a whole number, zero or more")
    return int(value)


def _read_flag(item: Item) -> Value:
    return item.one_of(("true", "false"), "flag (true, false)") == "true"


def _read_words(item: Item) -> Value:
    return frozenset(member.text() for member in item.items())


_READERS: Mapping[str, Callable[[Item], Value]] = MappingProxyType(
    {
        "integer": _read_integer,
        "decimal": lambda item: item.decimal(),
        "flag": _read_flag,
        "words": _read_words,
        "text": lambda item: item.text(),
    }
)


def read_restricted(
    folder: Path, citations: Citations, kinds: Collection[str]
) -> Mapping[str, RestrictedClass]:
    """Return the classes of restricted places by code."""
    entries = read_yaml(folder / "restricted.yaml").fields("classes")["classes"].entries()
    return MappingProxyType(
        {code: read_class(code, item, citations, kinds) for code, item in entries.items()}
    )


def read_class(
    code: str, item: Item, citations: Citations, kinds: Collection[str]
) -> RestrictedClass:
    """Return one class of restricted places with its dated distances; ``kinds`` of the matrix."""
    fields = item.fields("name effect consent_of values", "kind")
    effect = fields["effect"].one_of(Effect, "effect of a restricted area")
    whose = None if fields["consent_of"].is_null else fields["consent_of"].text()
    if (effect is Effect.CONSENT) != (whose is not None):
        raise fields["consent_of"].refused(
            "consent_of goes with the effect consent, and only there"
        )
    rules = read_timeline(
        f"restricted/{code}", fields["values"], "distance_m limit", _read_distance, citations
    )
    kind = fields["kind"].one_of(kinds, "kind of kinds.yaml") if "kind" in fields else None
    return RestrictedClass(code, read_bilingual(fields["name"]), effect, whose, rules, kind)


_WITHOUT_DISTANCE = (Limit.INSIDE, Limit.CHOSEN)


def _read_distance(fields: Mapping[str, Item]) -> DistanceRule | None:
    if fields["distance_m"].is_null:
        return None
    metres, limit = fields["distance_m"].decimal(), fields["limit"].one_of(Limit, "limit")
    unsure = limit is Limit.ENTRY_INTO_FORCE  # of a class with or without a distance
    if metres < 0 or (not unsure and (metres == 0) != (limit in _WITHOUT_DISTANCE)):
        raise fields["distance_m"].refused("0 goes with inside and chosen; others are positive")
    if unsure and fields["confidence"].text() != Confidence.U:
        raise fields["confidence"].refused("a value that is not settled has the confidence U")
    return DistanceRule(metres, limit)


def read_provisions(folder: Path) -> Mapping[str, ProvisionText]:
    """Return the wording and the severities of the provisions that a jurisdiction asks."""
    entries = read_yaml(folder / "provisions.yaml").fields("provisions")["provisions"].entries()
    return MappingProxyType({code: _read_provision(code, item) for code, item in entries.items()})


def _read_provision(code: str, item: Item) -> ProvisionText:
    fields = item.fields("rule severity")
    severities = fields["severity"].fields(" ".join(Moment))
    asked = {
        moment: severities[moment].one_of(Severity, "severity")
        for moment in Moment
        if not severities[moment].is_null
    }
    return ProvisionText(code, read_bilingual(fields["rule"]), MappingProxyType(asked))
