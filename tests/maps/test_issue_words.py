"""The words for import issues: every kind in both languages, and nobody accused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

import pytest

from geo.sources.issue_kinds import ISSUE_KINDS
from geo.sources.rows import Corrector
from maps.issue_words import CORRECTORS, ISSUE_WORDS, field_label, issue_label
from maps.style import Label

ACCUSING = {
    "fr": r"faute|fautif|fraud|faux|fausse|triche|mensong|illégal|négligen|coupable|incompétent"
    r"|falsifi|erron|oubli|\bvous avez\b|expéditeur|importateur",
    "en": r"fault|fraud|fake|false|cheat|liar|lying|illegal|neglig|guilty|incompeten|falsif"
    r"|wrong|forgot|blame|\byour?\b (?:has|have|did)|sender|importer",
}
"""Words that say whose fault something is, or that it was meant."""


def test_every_kind_of_issue_has_words_and_no_other() -> None:
    assert set(ISSUE_WORDS) == set.union(*(set(kinds) for kinds in ISSUE_KINDS.values()))
    assert set(CORRECTORS) == set(get_args(Corrector))


def labels() -> Iterator[tuple[str, str, str]]:
    for kind, label in ISSUE_WORDS.items():
        yield kind, "fr", label.fr
        yield kind, "en", label.en


@pytest.mark.parametrize(("kind", "language", "text"), list(labels()))
def test_words_are_one_plain_sentence_that_accuses_nobody(
    kind: str, language: str, text: str
) -> None:
    assert re.fullmatch(r"[^.!?]{20,190}\.", text), kind
    assert not re.search(ACCUSING[language], text.lower())
    assert text.count(";") == 1, "what is odd; what to do"


def test_the_two_languages_differ() -> None:
    for label in (*ISSUE_WORDS.values(), *CORRECTORS.values()):
        assert label.fr != label.en


def test_what_an_older_import_recorded_is_still_said() -> None:
    assert issue_label("of_another_day").fr
    assert field_label("colonne_du_fichier") == Label("colonne_du_fichier", "colonne_du_fichier")
    assert field_label(None) is None
