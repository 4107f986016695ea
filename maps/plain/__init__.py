"""Pages that need no script: lists by province, notices, and the objection form.

For old telephones, text browsers and slow links. Every value is escaped by the template engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from maps.plain.words import WORDS
from maps.style import LANGUAGES, Language, kind_style, state_style

FOLDER = Path(__file__).parent
NOTHING: Mapping[str, Any] = MappingProxyType({})


@lru_cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def language_of(asked: str | None, accepted: str = "") -> Language:
    """Return the language of a page: what is asked for, else what the browser prefers.

    >>> language_of(None, "en-GB,en;q=0.9"), language_of("xx", ""), language_of("en", "fr")
    ('en', 'fr', 'en')
    """
    first = accepted.split(",")[0].split(";")[0].strip()[:2].lower()
    wanted = asked if asked in LANGUAGES else first
    return "en" if wanted == "en" else "fr"


def page(name: str, language: Language, values: Mapping[str, Any] = NOTHING) -> str:
    """Return a page as HTML.

    Parameters
    ----------
    name : of the template, without its ending.
    values : what it shows; text of strangers is escaped by the template.
    """
    template = _templates().get_template(f"{name}.html")
    words = WORDS[language]
    other = next(code for code in LANGUAGES if code != language)
    return template.render(
        **values,
        t=words,
        language=language,
        other=other,
        kind=lambda code: kind_style(code).label.text(language),
        state=lambda code: state_style(code).label.text(language),
    )
