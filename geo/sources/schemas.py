"""Which column means what: three known registers by their columns, any other by its words.

Columns are compared without case, accents, punctuation and small words. What is not one of the
known registers is guessed by :data:`SYNONYMS`, and the guess is reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from geo.sources.areas import Unit
from geo.sources.dates import Order, read_date
from geo.sources.kinds import kind_of_code, read_kind
from geo.sources.status import UNKNOWN, Status, read_status, says_ended
from geo.sources.stems import sounds_like
from geo.sources.text import as_text, key_of

FIELDS = (
    *("code", "part", "old_code", "kind", "status", "holders", "minerals"),
    *("filed_on", "granted_on", "expires_on", "area", "area_unit"),
)

ColumnData = Mapping[str, Sequence[object]]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns hold which field, in order of preference, and how their values read.

    ``area_unit`` is the unit of a bare number; ``area_is_legal`` whether the stated area may be
    held against the count of carrés. ``guessed`` are the fields found by their words alone.
    """

    schema: str
    fields: Mapping[str, tuple[str, ...]]
    area_unit: Unit | None = None
    area_is_legal: bool = True
    kinds: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, Status] = field(default_factory=dict)
    date_order: Order | None = None
    guessed: tuple[str, ...] = ()

    def missing(self) -> list[str]:
        """Return the fields that matter and have no column."""
        wanted = ("code", "kind", "status", "holders", "filed_on", "granted_on")
        return [name for name in wanted if not self.fields.get(name)]


@dataclass(frozen=True, slots=True)
class _Known:
    """A register known by its columns: all of ``marks`` and ``enough`` of ``some``."""

    name: str
    marks: frozenset[str]
    some: frozenset[str]
    enough: int
    fields: Mapping[str, tuple[str, ...]]
    area_unit: Unit | None = None
    area_is_legal: bool = True
    guess_rest: bool = False


_KNOWN = (
    _Known(
        name="cami_2015",
        marks=frozenset({"code", "parties", "type", "statut"}),
        some=frozenset({"datedo", "datede1", "supsigha"}),
        enough=1,
        fields={
            "code": ("code",),
            "kind": ("type",),
            "status": ("statut",),
            "holders": ("parties",),
            "minerals": ("resource",),
            "granted_on": ("datedo",),
            "expires_on": ("datede1",),
            "area": ("supsigha",),
        },
        area_unit="ha",
        area_is_legal=False,  # measured in a Mercator projection, up to 4.8 % off in the south
    ),
    _Known(
        name="cami_portal",
        marks=frozenset({"code"}),
        some=frozenset(
            {"typeabb", "typegroup", "statusgrp", "dteapplied", "dtegranted", "dteexpires"}
            | {"guidlicense", "guidshape", "areavalue", "commoditiescd", "respoffice"}
        ),
        enough=3,
        fields={
            "code": ("code",),
            "part": ("part",),
            "old_code": ("oldcode",),
            "kind": ("typeabb", "type", "typegroup"),
            "status": ("status", "statusgrp"),
            "holders": ("parties",),
            "minerals": ("commoditiescd", "commodities"),
            "filed_on": ("dteapplied",),
            "granted_on": ("dtegranted",),
            "expires_on": ("dteexpires",),
            "area": ("areavalue",),
            "area_unit": ("areaunit",),
        },
    ),
    _Known(
        name="cami_public_copy",
        marks=frozenset({"parties"}),
        some=frozenset({"licence", "licencenumber", "licensenumber", "licencenu", "licensenu"}),
        enough=1,
        fields={
            "code": ("licence", "licencenumber", "licensenumber", "licencenu", "licensenu"),
            "holders": ("parties",),
            "area": ("area",),
        },
        guess_rest=True,
    ),
)

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "code": (
            "code codepermis codetitre numeropermis numerotitre nopermis notitre numpermis numtitre"
            " permitnumber permitno permitcode permitid licencenumber licensenumber licenceno"
            " licenseno licencecode licensecode licenceid licenseid titlenumber titleno titleid"
            " permit permis licence license titre title tenement tenementid tenementno numero num"
            " no number reference ref identifiant name nom"
        ),
        "part": "part partie bloc block portion lot partno numeropartie",
        "old_code": "oldcode anciencode previouscode anciennumero ancienpermis formercode",
        "kind": (
            "type typepermis typetitre typedroit typeabb permittype licencetype licensetype"
            " titletype righttype typ categorie categoriepermis categorietitre category cat kind"
            " classe class naturetitre nature droit right permis permit licence license titre"
        ),
        "status": (
            "statut status statutpermis statuttitre statutdroit permitstatus licencestatus"
            " licensestatus titlestatus legalstatus statutlegal etat etatdroit etattitre state"
            " situation stat statusgrp"
        ),
        "holders": (
            "parties titulaire titulaires holder holders permitholder licenceholder licenseholder"
            " titleholder nomtitulaire owner owners proprietaire detenteur detenteurs societe"
            " company companies compagnie licensee entreprise raisonsociale operateur operator"
            " requerant applicant party"
        ),
        "minerals": (
            "resource resources ressource ressources substance substances mineral minerals"
            " mineraux minerai minerais commodity commodities commoditiescd produit produits"
        ),
        "filed_on": (
            "dteapplied datedemande datedepot datedemandee dateapplied dateapplication"
            " applicationdate applied appliedon filed filedon datefiled filingdate depot deposele"
            " demandele datereception"
        ),
        "granted_on": (
            "dtegranted datedo dateoctroi octroi octroyele dategranted granted grantedon grantdate"
            " dateissued issuedate issued dateattribution attribution datedebut debut startdate"
            " datestart"
        ),
        "expires_on": (
            "dteexpires datede1 dateexpiration expiration dateexpiry expirydate expirationdate"
            " expiry expires expireson expirele dateexpires datefin fin enddate dateend echeance"
            " dateecheance validuntil valablejusqu"
        ),
        "area": (
            "areavalue area superficie surface carres nombrecarres nbrecarres nbcarres cells"
            " numberofcells cellcount cu superficieha surfaceha areaha hectares ha superficiecarres"
            " superficiekm2 areakm2 areasqkm km2 supha"
        ),
        "area_unit": "areaunit unite unit unites units unitesuperficie",
    }.items()
}
"""Words under which registers keep each field, the surest first; reported when relied on."""

_SMALL_WORDS = frozenset({"d", "de", "du", "des", "la", "le", "les", "l", "of", "the"})
_NUMERO = re.compile(r"\bn\s*[°º˚]|№", re.IGNORECASE)
_UNITS_IN_NAMES: tuple[tuple[str, Unit], ...] = (
    ("carres", "cells"),
    ("cell", "cells"),
    ("hectares", "ha"),
    ("km2", "km2"),
    ("sqkm", "km2"),
    ("ha", "ha"),
    ("cu", "cells"),
)
_DBF_NAME_LENGTH = 10
_SAMPLE = 500
_MOSTLY = 0.6


def recognise(columns: ColumnData) -> Columns:
    """Return what the columns of a layer mean.

    Parameters
    ----------
    columns : the columns by name; values help where a name could mean two things.
    """
    by_key = {squeezed(name): name for name in reversed(list(columns))}
    known = next((k for k in _KNOWN if _is(k, by_key)), None)
    if known is None:
        return _guess(Columns("guessed", {}), columns)
    found = {f: tuple(by_key[k] for k in keys if k in by_key) for f, keys in known.fields.items()}
    fields = {f: names for f, names in found.items() if names}
    recognised = Columns(known.name, fields, known.area_unit, known.area_is_legal)
    return _guess(recognised, columns) if known.guess_rest else recognised


def _is(known: _Known, keys: Iterable[str]) -> bool:
    present = set(keys)
    return known.marks <= present and len(known.some & present) >= known.enough


def _guess(start: Columns, columns: ColumnData) -> Columns:
    """Return ``start`` with the fields that it lacks found by the words in column names."""
    fields = dict(start.fields)
    used = {name for names in fields.values() for name in names}
    if "kind" not in fields and (kind := _kind_column(columns, used)):
        fields["kind"] = (kind,)
        used.add(kind)
    for name in FIELDS:
        if name not in fields and name != "kind":
            column = next(_named(name, (c for c in columns if c not in used)), None)
            if column is not None:
                fields[name] = (column,)
                used.add(column)
    for name in FIELDS:
        if name not in fields and (column := _sounding(name, columns, used)):
            fields[name] = (column,)
            used.add(column)
    guessed = tuple(name for name in FIELDS if name in fields and name not in start.fields)
    unit = start.area_unit or _unit_in_name(fields.get("area", ("",))[0])
    return replace(start, fields=fields, guessed=guessed, area_unit=unit)


def _named(name: str, columns: Iterable[str]) -> Iterator[str]:
    """Yield the columns whose names are words for a field, the surest word first."""
    keys = [(column, squeezed(column)) for column in columns]
    for word in SYNONYMS[name]:
        for column, key in keys:
            if key == word or (len(column) == _DBF_NAME_LENGTH and word.startswith(key) and key):
                yield column


def _sounding(name: str, columns: ColumnData, used: set[str]) -> str | None:
    """Return a free column that sounds like a field, or whose values prove that it is one."""
    free = [column for column in columns if column not in used]
    if reads := _PROOFS.get(name):
        proved = (c for c in free if _share(columns[c], reads) >= _MOSTLY)
        return next((c for c in free if sounds_like(name, c)), next(proved, None))
    if name.endswith("_on"):
        free = [c for c in free if _share(columns[c], _reads_as_date) >= _MOSTLY]
    return next((column for column in free if sounds_like(name, column)), None)


def _kind_column(columns: ColumnData, used: set[str]) -> str | None:
    """Return the column of kinds: by its name and values, by its values alone, or by its name."""
    free = [column for column in columns if column not in used]
    named = list(_named("kind", free))
    proved = (c for c in [*named, *free] if _share(columns[c], _reads_as_kind) >= _MOSTLY)
    surely = next(_named_kind_only(named), None)
    return next(proved, surely)


def _named_kind_only(named: list[str]) -> Iterator[str]:
    """Yield named columns whose name could not as well be that of a code."""
    return (column for column in named if squeezed(column) not in SYNONYMS["code"])


def _share(values: Sequence[object], reads: Callable[[object], bool]) -> float:
    """Return which part of the first values that are not blank reads as something."""
    seen = [value for value in values[:_SAMPLE] if as_text(value) not in (None, "nan", "NaT")]
    return sum(map(reads, seen)) / len(seen) if seen else 0.0


def _reads_as_kind(value: object) -> bool:
    return isinstance(value, str) and read_kind(as_text(value) or "") is not None


def _reads_as_status(value: object) -> bool:
    return isinstance(value, str) and (read_status(value) != UNKNOWN or says_ended(value))


def _reads_as_code(value: object) -> bool:
    return isinstance(value, str) and kind_of_code(value) is not None


def _reads_as_date(value: object) -> bool:
    return read_date(value).day is not None


_PROOFS: Mapping[str, Callable[[object], bool]] = {
    "code": _reads_as_code,
    "status": _reads_as_status,
}
"""Fields that their values prove, whatever the column is called."""


def _unit_in_name(column: str) -> Unit | None:
    key = squeezed(column)
    return next((unit for word, unit in _UNITS_IN_NAMES if key.endswith(word)), None)


def squeezed(name: str) -> str:
    """Return a column's name as one word: “Date d'octroi” is “dateoctroi”, “N° Titre” “notitre”."""
    words = key_of(_NUMERO.sub("no ", name)).split()
    return "".join(word for word in words if word not in _SMALL_WORDS)
