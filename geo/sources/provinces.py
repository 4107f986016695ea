"""Provinces by the names that people write."""

from __future__ import annotations

import difflib

from geo.boundaries import Place, provinces
from geo.errors import InputError
from geo.sources.text import key_of, shown


def find_province(name: str) -> Place | None:
    """Return the province of that name; case, accents and hyphens do not matter. None: no such."""
    return next((place for place in provinces() if key_of(place.name) == key_of(name)), None)


def province_named(name: str) -> Place:
    """Return the province of that name, as :func:`find_province` finds it.

    Raises
    ------
    InputError : there is none; near names are offered first.

    Examples
    --------
    >>> province_named("haut katanga").name
    'Haut-Katanga'
    """
    found = find_province(name)
    if found is not None:
        return found
    known = {key_of(place.name): place.name for place in provinces()}
    near = [known[key] for key in difflib.get_close_matches(key_of(name), known, cutoff=0.7)]
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    listed = ", ".join(sorted(known.values()))
    raise InputError(f"“{shown(name)}” is no province.{meant} Provinces: {listed}.")
