"""Reads the files of legal scenarios as strictly as the law itself: every refusal names its line.

A file holds ``scenarios``, and may hold ``base``: facts that its cases start from, part by part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from geo.law.catalog import LAW_DATA
from geo.law.outcomes import Outcome
from geo.law.questions import SUBJECTS
from geo.law.scenarios import Scenario
from geo.law.strict_yaml import Item, read_yaml
from geo.law.values import Moment, Verdict

_NAMED = "id title expect"
_PAIR = "a b upper"
_PAIR_ANSWER = "reason default conditions article confidence first_day upper"
_ANSWER = "moment filed_on finding about outcome verdict reason default article confidence"
_CASE_ANSWER = f"{_ANSWER} first_day cells severity"
_KNOWN: Mapping[str, tuple[Iterable[str], str]] = {
    "moment": (tuple(Moment), "moment"),
    "outcome": ((*Outcome, "not_asked"), "outcome"),
    "verdict": (tuple(Verdict), "verdict"),
    "upper": (("a", "b"), "side (a, b, null)"),
}


def read_scenarios(folder: Path | None = None, jurisdiction: str = "cd") -> tuple[Scenario, ...]:
    """Return every scenario of a jurisdiction, in the order of its files.

    Parameters
    ----------
    folder : the folder of all law data; the one shipped with the program by default.

    Raises
    ------
    LawDataInvalid : a file is refused, or two scenarios have one id; it names file and line.
    """
    seen: set[str] = set()
    found = []
    for file in sorted(((folder or LAW_DATA) / jurisdiction / "scenarios").rglob("*.yaml")):
        root = read_yaml(file).fields("scenarios", "base")
        base = _plain(root["base"]) if "base" in root else {}
        for item in root["scenarios"].items():
            scenario = _read_scenario(item, base)
            if str(scenario) in seen:
                raise item.refused(f"scenario {scenario} stands twice")
            seen.add(str(scenario))
            found.append(scenario)
    return tuple(found)


def _read_scenario(item: Item, base: Mapping[str, Any]) -> Scenario:
    """Return one scenario of the form that its keys say; a key of no form is refused."""
    keys = set(item.entries())
    form = next((name for name in ("ask", "case") if name in keys), _PAIR)
    if form == _PAIR and not keys & {"a", "b"}:
        raise item.refused("a scenario has one of: case; ask; a, b and upper")
    fields = item.fields(f"{_NAMED} {form}")
    fields["id"].text()
    for text in fields["title"].fields("fr en").values():
        text.text()
    if form == "ask" and fields["ask"].text().split()[0] not in SUBJECTS:
        raise fields["ask"].refused(f"a question begins with one of {', '.join(SUBJECTS)}")
    _refuse_unknown_words(fields)
    body = _plain(item)
    body["expect"] = [_read_expected(entry, form) for entry in fields["expect"].items()]
    if form == "case":
        body["case"] = dict(_with_base(body["case"] or {}, base))
    return Scenario(item.file, item.node.start_mark.line + 1, body)


def _read_expected(item: Item, form: str) -> Mapping[str, Any]:
    """Return what is expected on one day, its words among those that the law may answer."""
    if form == "ask":
        fields = item.fields("day answer", "article")
    elif form == "case":
        fields = item.fields("day", _CASE_ANSWER)
        missing = "outcome" if "finding" in fields else "verdict"
        if missing not in fields:
            raise item.refused(f"key {missing!r} is missing (beside a finding: its outcome)")
    else:
        fields = item.fields("day verdict article", _PAIR_ANSWER)
    _refuse_unknown_words(fields)
    days = {name: fields[name].day() for name in ("day", "filed_on") if name in fields}
    return {**_plain(item), **days}


def _refuse_unknown_words(fields: Mapping[str, Item]) -> None:
    for name in sorted(set(fields) & set(_KNOWN)):
        if not fields[name].is_null:
            fields[name].one_of(*_KNOWN[name])


def _plain(item: Item) -> Any:
    """Return a value of the file as plain Python."""
    return yaml.SafeLoader("").construct_document(item.node)


def _with_base(own: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each part of a case, which starts from the facts of its file."""
    for part in {**base, **own}:
        mine = own.get(part, base.get(part))
        yield part, {**base.get(part, {}), **mine} if isinstance(own.get(part), dict) else mine
