"""Reads ``rulings.yaml``: the legal rulings that became law data, for all files."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from geo.law.rulings import Ruling
from geo.law.strict_yaml import Item, read_yaml

_KEYS = "reference code rule subject answer from to text signatory document day"
_SHA_256 = re.compile(r"[0-9a-f]{64}\Z")


def read_rulings(
    folder: Path, codes: Collection[str], rules: Collection[str]
) -> tuple[Ruling, ...]:
    """Return the rulings of a jurisdiction, in the order of its file.

    Parameters
    ----------
    folder : the law data of the jurisdiction.
    codes : of the provisions that it asks; a ruling about another one is refused.
    rules : names of its law data; a ruling about another one is refused.

    Raises
    ------
    LawDataInvalid : the file is refused; the message names file and line.
    """
    found: dict[str, Ruling] = {}
    for item in read_yaml(folder / "rulings.yaml").fields("rulings")["rulings"].members():
        ruling = _read_ruling(item, codes, rules)
        if ruling.reference in found:
            raise item.refused(f"ruling {ruling.reference!r} stands twice")
        found[ruling.reference] = ruling
    return tuple(found.values())


def _read_ruling(item: Item, codes: Collection[str], rules: Collection[str]) -> Ruling:
    fields = item.fields(_KEYS)
    rule = fields["rule"].text()
    unknown = [name for name in rule.split("|") if name not in rules]
    if unknown:
        raise fields["rule"].refused(f"{unknown[0]!r} is no rule of the law data")
    from_day = fields["from"].day()
    to_day = None if fields["to"].is_null else fields["to"].day()
    if to_day is not None and to_day <= from_day:
        raise fields["to"].refused("a ruling ends after it begins")
    document = fields["document"].text()
    if not _SHA_256.match(document):
        raise fields["document"].refused("the document is named by its SHA-256 (64 hex digits)")
    return Ruling(
        code=fields["code"].one_of(codes, "provision"),
        rule=rule,
        subject=None if fields["subject"].is_null else fields["subject"].text(),
        answer=fields["answer"].one_of(("permitted", "refused"), "answer (permitted, refused)"),
        scope="all",
        from_day=from_day,
        to_day=to_day,
        text=fields["text"].text(),
        signatory=fields["signatory"].text(),
        document=document,
        day=fields["day"].day(),
        reference=fields["reference"].text(),
    )
