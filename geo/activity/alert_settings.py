"""The settings of spill-over alerts: data with a meaning in two languages, and no law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

from geo.errors import InputError
from geo.law.strict_yaml import read_yaml
from geo.law.values import Bilingual

FILE = Path(__file__).resolve().parents[2] / "data" / "activity" / "alerts.yaml"
LARGEST = 50_000.0


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """When an alert is raised; each field as ``data/activity/alerts.yaml`` describes it."""

    least_ha: float
    least_places: float
    reach_m: float
    edge_m: float
    narrow_m: float
    join_m: float

    def changed(self, wanted: Mapping[str, object]) -> AlertSettings:
        """Return the settings with some replaced.

        Raises
        ------
        InputError : a name is no setting, or a value is none that it may have.
        """
        known = {field.name for field in fields(self)}
        for name, value in wanted.items():
            if name not in known:
                raise InputError(
                    f"“{name}” is no setting of alerts. Known: {', '.join(sorted(known))}."
                )
            _require(name, value)
        return replace(self, **{name: float(str(value)) for name, value in wanted.items()})

    def as_dict(self) -> dict[str, float]:
        """Return name and value of each setting."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class SettingText:
    """A setting as people read it."""

    name: str
    unit: str
    meaning: Bilingual


def _require(name: str, value: object) -> None:
    least = 0.0 if name.endswith("_m") else 1e-3
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not least <= float(str(value)) <= LARGEST:
        raise InputError(f"{name} is {value!r}: it must be a number from {least:g} to {LARGEST:g}.")


@lru_cache
def shipped_settings() -> AlertSettings:
    """Return the settings that the service comes with."""
    entries = read_yaml(FILE).fields("note settings")["settings"].entries()
    return AlertSettings(
        **{
            name: float(one.fields("value unit fr en")["value"].decimal())
            for name, one in entries.items()
        }
    )


@lru_cache
def setting_texts() -> tuple[Bilingual, tuple[SettingText, ...]]:
    """Return what the settings are, and what each of them means."""
    root = read_yaml(FILE).fields("note settings")
    note = root["note"].fields("fr en")
    texts = []
    for name, one in root["settings"].entries().items():
        said = one.fields("value unit fr en")
        texts.append(
            SettingText(name, said["unit"].text(), Bilingual(said["fr"].text(), said["en"].text()))
        )
    return Bilingual(note["fr"].text(), note["en"].text()), tuple(texts)
