"""Reads what every value of the law data has: period, text, article, source, confidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from geo.law.strict_yaml import Item, read_yaml
from geo.law.values import Bilingual, Confidence, Dated, Reference, Timeline
from geo.periods import Period

_DATED_KEYS = "from to text article source confidence"
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Citations:
    """The texts and sources that values cite by their short names."""

    texts: Mapping[str, str]
    sources: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path) -> Citations:
        """Return the texts and sources of a jurisdiction."""
        texts = read_yaml(folder / "texts.yaml").fields("texts")["texts"].entries()
        sources = read_yaml(folder / "sources.yaml").fields("sources")["sources"].entries()
        return cls({}, {}).with_others(texts, sources)

    def with_others(self, texts: Mapping[str, Item], sources: Mapping[str, Item]) -> Citations:
        """Return these and others; one of the same short name replaces the one here."""
        return Citations(
            texts={**self.texts, **{name: _read_citation(i) for name, i in texts.items()}},
            sources={**self.sources, **{name: i.text() for name, i in sources.items()}},
        )

    def reference(self, fields: Mapping[str, Item]) -> Reference:
        """Return the reference that a value's keys state; an unknown text or source is refused."""
        text = fields["text"].one_of(self.texts, "text of texts.yaml")
        source = fields["source"].one_of(self.sources, "source of sources.yaml")
        return Reference(
            article=f"{self.texts[text]}, {fields['article'].text()}",
            source=self.sources[source],
            confidence=fields["confidence"].one_of(Confidence, "confidence (S, S2, K, U)"),
            note=fields["note"].text() if "note" in fields else None,
        )


def _read_citation(item: Item) -> str:
    fields = item.fields("citation title", "note")
    for field in fields.values():
        field.text()
    return fields["citation"].text()


def read_timeline(
    provision: str,
    item: Item,
    keys: str,
    value_of: Callable[[Mapping[str, Item]], V | None],
    citations: Citations,
) -> Timeline[V]:
    """Return the dated values of a provision; a gap or an overlap between two is refused.

    Parameters
    ----------
    provision : its stable name.
    item : the list of values.
    keys : names of the keys that a value needs besides its period and reference; after a ``|``,
        those that it may have.
    value_of : reads the value from its keys; None is a repeal.
    """
    needed, _, optional = keys.partition("|")
    dated: list[Dated[V]] = []
    for member in item.items():
        fields = member.fields(f"{_DATED_KEYS} {needed}", f"note {optional}")
        strictest = "reading" in fields and _is_strictest(fields["reading"])
        period = _read_period(fields)
        if dated and dated[-1].period.end != period.start:
            raise fields["from"].refused(
                f"the period must start where the one before it ends ({dated[-1].period.end}); "
                "periods may neither overlap nor leave a gap: a repeal is an explicit null"
            )
        dated.append(Dated(period, value_of(fields), citations.reference(fields), strictest))
    if dated[-1].period.end is not None:
        raise item.refused("the last period must be open (to: null); a repeal is an explicit null")
    return Timeline(provision, tuple(dated))


def _is_strictest(item: Item) -> bool:
    """Return whether no other reading of an uncertain text asks for more than this one."""
    return item.one_of(("strictest", "open"), "reading (strictest, open)") == "strictest"


def _read_period(fields: Mapping[str, Item]) -> Period:
    start = fields["from"].day()
    end = None if fields["to"].is_null else fields["to"].day()
    try:
        return Period(start, end)
    except ValueError as error:
        raise fields["to"].refused(str(error)) from None


def read_bilingual(item: Item) -> Bilingual:
    """Return a text in both languages; one alone is refused."""
    fields = item.fields("fr en")
    return Bilingual(fields["fr"].text(), fields["en"].text())
