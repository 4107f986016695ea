"""Files to take away: the ground of a province as small archives, each complete in itself.

An archive holds ``titles.geojson`` (RFC 7946), ``titles.csv`` and ``LISEZMOI.txt`` (French and
English): day, revision, sources, licence, how to cite. The same ground gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import shapely

from geo.register.downloads import GroundTaken
from maps.escape import csv_text

LARGEST = 500_000
"""Bytes of an archive: what a bad link brings in one go (400 kbit/s: ten seconds)."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_COLUMNS = (
    *("code", "part", "kind", "state", "procedure", "standing", "holders", "minerals"),
    *("filed_on", "granted_on", "expires_on", "held_from", "cells", "on_lattice"),
    *("source", "source_file", "source_row"),
)
_README = """\
{title_fr}
État du droit au {on} ; données de la révision {revision} ({revised}).
{demonstration_fr}Les noms qui ne sont pas publics manquent.
Une case vide veut dire « non indiqué ».
Coordonnées : longitude, latitude (WGS 84). « cells » : nombre de carrés, vide hors grille.
Licence : {licence_fr}
Pour citer : {title_fr}, état du droit au {on}, révision {revision}, partie {part} sur {parts}.

{title_en}
Law as on {on}; data of revision {revision} ({revised}).
{demonstration_en}Names that are not public are left out.
An empty cell means “not stated”.
Coordinates: longitude, latitude (WGS 84). “cells”: number of carrés, empty off the lattice.
Licence: {licence_en}
To cite: {title_en}, law as on {on}, revision {revision}, part {part} of {parts}.
"""


@dataclass(frozen=True, slots=True)
class Edition:
    """What every archive of one making shares.

    ``revised`` is the revision's instant (RFC 3339, UTC), which tells two registers apart that
    have come to the same number; ``licence`` is the owner's text, empty: not stated.
    """

    on: date
    revision: int
    revised: str
    licence: str
    demonstration: bool


@dataclass(frozen=True, slots=True)
class Parcel:
    """One archive: its file name, its bytes, how many pieces of ground are in it."""

    name: str
    province: str | None
    part: int
    parts: int
    grounds: int
    content: bytes


def parcels(province: str | None, grounds: Sequence[GroundTaken], edition: Edition) -> list[Parcel]:
    """Return a province as as few archives as stay within ``LARGEST`` bytes each.

    A single piece of ground that is larger than that is an archive of its own.
    """
    parts = _few_enough(grounds, province, edition)
    stem = slug(province or "hors-provinces")
    return [
        Parcel(
            name=f"mabele-{stem}{f'-{number}' if len(parts) > 1 else ''}.zip",
            province=province,
            part=number,
            parts=len(parts),
            grounds=len(part),
            content=_archive(part, province, edition, number, len(parts)),
        )
        for number, part in enumerate(parts, start=1)
    ]


def slug(name: str) -> str:
    """Return a name as a part of a file name.

    >>> slug("Équateur"), slug("Haut-Lomami")
    ('equateur', 'haut-lomami')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _few_enough(
    grounds: Sequence[GroundTaken], province: str | None, edition: Edition
) -> list[Sequence[GroundTaken]]:
    """Halve until each part fits: the ends are found in a few steps, and the parts are even."""
    if len(grounds) <= 1 or len(_archive(grounds, province, edition, 999, 999)) <= LARGEST:
        return [grounds]
    middle = len(grounds) // 2
    halves = (grounds[:middle], grounds[middle:])
    return [part for half in halves for part in _few_enough(half, province, edition)]


def _archive(
    grounds: Sequence[GroundTaken], province: str | None, edition: Edition, part: int, parts: int
) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in (
            ("LISEZMOI.txt", _readme(province, edition, part, parts)),
            ("titles.csv", _table(grounds)),
            ("titles.geojson", "".join(_features(grounds))),
        ):
            archive.writestr(
                zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED, compresslevel=9
            )
    return held.getvalue()


def _readme(province: str | None, edition: Edition, part: int, parts: int) -> str:
    return _README.format(
        title_fr=f"Registre minier, {province or 'hors des provinces'}",
        title_en=f"Mining register, {province or 'outside the provinces'}",
        on=edition.on.isoformat(),
        revision=edition.revision,
        revised=edition.revised,
        part=part,
        parts=parts,
        licence_fr=edition.licence or "non indiquée par le propriétaire du registre.",
        licence_en=edition.licence or "not stated by the register's owner.",
        demonstration_fr="Démonstration : registre fictif, à titre d’illustration.\n"
        * edition.demonstration,
        demonstration_en="Demonstration: fictitious register, for illustration.\n"
        * edition.demonstration,
    )


def _values(ground: GroundTaken) -> Iterator[object]:
    for name in _COLUMNS:
        value = getattr(ground, name)
        if isinstance(value, date):
            yield value.isoformat()
        elif isinstance(value, tuple):
            yield " ".join(value)
        else:
            yield value


def _table(grounds: Sequence[GroundTaken]) -> str:
    """Return CSV (UTF-8 with its mark, comma, CRLF); text never opens as a formula."""
    held = io.StringIO()
    rows = csv.writer(held)
    rows.writerow(_COLUMNS)
    for ground in grounds:
        rows.writerow(
            csv_text(value) if isinstance(value, str) else value for value in _values(ground)
        )
    return "\ufeff" + held.getvalue()


def _features(grounds: Sequence[GroundTaken]) -> Iterator[str]:
    """Return a FeatureCollection with a feature a line; coordinates as the register holds them."""
    yield '{"type":"FeatureCollection","features":[\n'
    for number, ground in enumerate(grounds):
        facts = dict(zip(_COLUMNS, _values(ground), strict=True))
        said = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        shape = shapely.to_geojson(ground.geometry)
        comma = ",\n" if number else ""
        yield f'{comma}{{"type":"Feature","properties":{said},"geometry":{shape}}}'
    yield "\n]}\n"
