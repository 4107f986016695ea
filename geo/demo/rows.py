"""Rows of the demonstration register, in the columns of the three real schemas."""

from __future__ import annotations

import json
import math
import uuid
from datetime import UTC, date, datetime
from typing import Any, Literal

import shapely

from geo import boundaries
from geo.demo.ground import BOTTOM, LEFT
from geo.demo.rights import DemoRegister, DemoRight
from geo.demo.words import NOTE

Schema = Literal["2015", "public", "portal"]
SCHEMAS: tuple[Schema, ...] = ("2015", "public", "portal")
DECIMALS = 7  # of a degree, as the register of 2015: up to 6 mm from the node

Row = dict[str, Any]

_LONG_NAMES = {
    "PR": "Permis de Recherches", "PE": "Permis d'Exploitation",
    "PEPM": "Permis d'Exploitation de Petite Mine", "PER": "Permis d'Exploitation des Rejets",
    "ARPC": "Autorisation de Recherches des Produits de Carrières",
    "AECP": "Autorisation d'Exploitation de Carrière Permanente",
    "AECT": "Autorisation d'Exploitation de Carrière Temporaire",
    "ZEA": "Zone d'Exploitation Artisanale", "ZRG": "Zone de Recherches Géologiques",
}  # fmt: skip


def rows_of(register: DemoRegister, schema: Schema) -> list[Row]:
    """Return the attributes of every row in the columns of a schema."""
    rights = register.rights
    if schema == "2015":
        return _rows_2015(rights, register.seed)
    if schema == "public":
        return [_row_public(right) for right in rights]
    points = shapely.points([_lonlat(right.rings[0][0], swapped=False) for right in rights])
    regions = boundaries.provinces_of(points.tolist())
    return [
        _row_portal(right, region, register.seed)
        for right, region in zip(rights, regions, strict=True)
    ]


def geometries_of(rights: list[DemoRight]) -> list[Row]:
    """Return the geometry of every row as GeoJSON, in degrees as the file has them."""
    drawn = []
    for right in rights:
        polygons = [
            [[_lonlat(node, swapped=right.swapped) for node in ring]] for ring in right.rings
        ]
        if len(polygons) == 1:
            drawn.append({"type": "Polygon", "coordinates": polygons[0]})
        else:
            drawn.append({"type": "MultiPolygon", "coordinates": polygons})
    return drawn


def _lonlat(node: tuple[float, float], *, swapped: bool) -> tuple[float, float]:
    lon = round((node[0] + LEFT) / 120, DECIMALS)
    lat = round((node[1] + BOTTOM) / 120, DECIMALS)
    return (lat, lon) if swapped else (lon, lat)


# --- schemas --------------------------------------------------------------------------------


def _rows_2015(rights: list[DemoRight], seed: int) -> list[Row]:
    import pyproj

    polygons = shapely.from_geojson([json.dumps(drawn) for drawn in geometries_of(rights)])

    def measured(crs: str) -> Any:
        project = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
        return shapely.transform(polygons, project, interleaved=False)

    sig = shapely.area(measured("+proj=merc +lat_ts=5 +datum=WGS84")) / 10_000
    web = measured("EPSG:3857")
    return [
        {
            "objectid": index + 1,
            "code": right.code,
            "parties": _parties(right, always=False),
            "type": right.kind_raw,
            "resource": right.minerals,
            "statut": right.status,
            "date_do": right.granted,
            "date_de1": right.expires,
            "sup_sig_ha": round(sig[index]),
            "gfwid": _identifier(right, seed, "gfw"),
            "globalid": f"{{{_identifier(right, seed, 'global')}}}".upper(),
            "shape_Leng": round(float(shapely.length(web[index])), 6),
            "shape_Area": round(float(shapely.area(web[index])), 6),
            "note": NOTE,
        }
        for index, right in enumerate(rights)
    ]


def _row_public(right: DemoRight) -> Row:
    return {
        "Licence_": right.code,
        "Type": right.kind_raw,
        "Status": right.status,
        "Parties": _parties(right, always=True),
        "Resource": right.minerals,
        "Applied": right.filed,
        "Granted": right.granted,
        "Expires": right.expires,
        "Area": f"{right.declared_cells} cu",
        "Part": right.part,
        "Note": NOTE,
    }


def _row_portal(right: DemoRight, region: str | None, seed: int) -> Row:
    lon, lat = _lonlat(right.rings[0][0], swapped=False)
    return {
        "Code": right.code,
        "Type": _LONG_NAMES[right.kind],
        "TypeAbb": right.kind,
        "TypeGroup": "Carrières" if right.kind in ("ARPC", "AECP", "AECT") else "Mines",
        "Status": right.status,
        "StatusGrp": _status_group(right.status),
        "Parties": _parties(right, always=True),
        "Region": region,
        "MapRef": f"{'N' if lat >= 0 else 'S'}{abs(math.floor(lat)):02d}/{math.floor(lon)}",
        "Commodities": right.minerals,
        "CommoditiesCd": right.minerals,
        "AreaValue": float(right.declared_cells),
        "AreaUnit": "cu",
        "DteApplied": _epoch_ms(right.filed),
        "DteGranted": _epoch_ms(right.granted),
        "DteExpires": _epoch_ms(right.expires),
        "DtePegged": None,
        "DteRenewal": None,
        "Jurisdic": "Illustratif",
        "RespOffice": "Bureau illustratif",
        "Interest": None,
        "OldCode": None,
        "Part": right.part,
        "guidLicense": _identifier(right, seed, "licence"),
        "guidShape": _identifier(right, seed, "shape"),
        "Comments": NOTE,
    }


def _parties(right: DemoRight, *, always: bool) -> str:
    """Holders as received: « NAME (100%) », or the bare name of a sole holder."""
    if len(right.holders) == 1 and not always:
        return right.holders[0][0]
    shares = ((name, "" if share is None else f" ({share}%)") for name, share in right.holders)
    return ", ".join(f"{name}{share}" for name, share in shares)


def _status_group(status: str) -> str:
    for start, group in (
        ("Nouvelle Demande", "Demande"), ("Demande", "Demande"), ("Radiation", "Expiré"),
        ("Droit Déchu", "Expiré"), ("Actif-En Force", "Suspendu"),
    ):  # fmt: skip
        if status.startswith(start):
            return group
    return "Approuvé"


def _epoch_ms(day: date | None) -> int | None:
    if day is None:
        return None
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _identifier(right: DemoRight, seed: int, purpose: str) -> str:
    """Return a random-looking identifier that stays with the right in the later extract."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"mabele/{seed}/{right.number}/{purpose}"))
