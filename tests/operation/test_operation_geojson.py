"""A layout file is read strictly: each way to be wrong is refused by name, with what to do."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from operation_ground import box, feature, geojson, line, pit

from geo.casework.operation import geojson as reader
from geo.casework.operation.features import FeatureKind
from geo.casework.operation.geojson import read_layout
from geo.errors import FileRefused

RING = [[25.1, -10.1], [25.2, -10.1], [25.2, -10.0], [25.1, -10.1]]


def layout(ring=RING, *, kind="pit", type_="Polygon", crs=None, **properties) -> bytes:
    geometry = {"type": type_, "coordinates": [ring] if type_ == "Polygon" else ring}
    one = {"type": "Feature", "id": "P1", "properties": {"kind": kind, **properties}}
    collection = {"type": "FeatureCollection", "features": [{**one, "geometry": geometry}]}
    return json.dumps(collection if crs is None else {**collection, "crs": crs}).encode()


def named(name: str) -> dict[str, object]:
    return {"type": "name", "properties": {"name": name}}


def test_depths_are_read_as_they_are_written() -> None:
    (read,) = read_layout(layout().replace(b'"pit"', b'"pit", "depth_m": 10.01, "width_m": 3'))
    assert (read.kind, read.depth_m, read.width_m) == (
        FeatureKind.PIT,
        Decimal("10.01"),
        Decimal(3),
    )


def test_what_is_written_is_read_back() -> None:
    features = (
        pit("P1", box(0, 0), "9.5"),
        feature("X", "exclusion_strip", line((0, 0), (9, 9)), "20"),
    )
    read = read_layout(geojson(*features))
    assert [(f.id, f.kind, f.depth_m, f.width_m) for f in read] == [
        (f.id, f.kind, f.depth_m, f.width_m) for f in features
    ]
    assert all(a.geometry.equals(b.geometry) for a, b in zip(read, features, strict=True))


@pytest.mark.parametrize(
    "name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"]
)
def test_longitude_and_latitude_may_be_named(name: str) -> None:
    assert len(read_layout(layout(crs=named(name)))) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (layout(crs=named("EPSG:32735")), "EPSG:32735"),
        (layout(crs=named("")), "CRS"),
        (layout(crs={}), "CRS"),
        (layout(crs="EPSG:4326"), "CRS"),
        (
            layout([[335000, 8813000], [335100, 8813000], [335100, 8813100], [335000, 8813000]]),
            "world",
        ),
        (layout([[181, 0], [10, 0], [10, 5], [181, 0]]), "world"),
        (layout([[25.1, -10.1, 3], [25.2, -10.1, 3], [25.2, -10.0, 3], [25.1, -10.1, 3]]), "third"),
        (layout([[25.1], [25.2], [25.3], [25.1]]), "two numbers"),
        (layout([["25.1", "-10.1"], *RING[1:]]), "two numbers"),
        (layout([[True, False], *RING[1:]]), "two numbers"),
        (layout([{"x": 1}, *RING[1:]]), "no list"),
        (layout(RING[:2]), "make no Polygon"),
        (layout([]), "Polygon|empty"),
        (layout().replace(b"25.1,", b"NaN,"), "NaN"),
        (layout().replace(b"25.1,", b"-Infinity,"), "Infinity"),
        (layout().replace(b"25.1,", b"1e999999999,"), "world"),
        (layout().replace(b"25.1,", b"9" * 5000 + b","), "no JSON"),
        (layout(depth_m=-1), "depth_m"),
        (layout(depth_m="ten"), "depth_m"),
        (layout(depth_m=True), "depth_m"),
        (layout(depth_m=1e30), "depth_m"),
        (layout(name=""), "name"),
        (layout(name="a\x00b"), "name"),
        (layout(colour="red"), "colour"),
        (layout(kind="mine"), "unknown"),
        (layout(kind=["pit"]), "unknown"),
        (layout([25.1, -10.1], type_="Point"), "not drawn as"),
        (layout(RING, type_="GeometryCollection"), "not drawn as"),
        (b"[" * 100_000, "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[]", "no GeoJSON object"),
        (b"{}", "FeatureCollection"),
        (b'{"type":"FeatureCollection"}', "no features"),
        (b'{"type":"FeatureCollection","features":[]}', "no features"),
        (b'{"type":"FeatureCollection","features":[7]}', "no Feature"),
        (b'{"type":"FeatureCollection","features":[{"type":"Feature"}]}', "no properties"),
        (b'{"type":"FeatureCollection","type":"x"}', "twice"),
    ],
)
def test_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        read_layout(content)


def test_a_name_is_needed_once() -> None:
    unnamed = layout().replace(b'"id": "P1", ', b"")
    with pytest.raises(FileRefused, match="id"):
        read_layout(unnamed)
    with pytest.raises(FileRefused, match="'P1'"):
        read_layout(geojson(pit("P1", box(0, 0)), pit("P1", box(100, 100))))
    assert read_layout(unnamed.replace(b'"kind"', b'"id": 7, "kind"'))[0].id == "7"


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    two = geojson(pit("P1", box(0, 0)), pit("P2", box(100, 100)))
    monkeypatch.setattr(reader, "MAX_VERTICES", 10)
    assert len(read_layout(two)) == 2
    monkeypatch.setattr(reader, "MAX_VERTICES", 9)
    with pytest.raises(FileRefused, match="vertices"):
        read_layout(two)
    monkeypatch.setattr(reader, "MAX_FEATURES", 1)
    with pytest.raises(FileRefused, match="features"):
        read_layout(two)
    monkeypatch.setattr(reader, "MAX_BYTES", len(two) - 1)
    with pytest.raises(FileRefused, match="bytes"):
        read_layout(two)


def test_a_layout_has_so_many_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    strips = [feature(f"X{n}", "exclusion_strip", line((0, n), (9, n)), "20") for n in range(2)]
    assert len(read_layout(geojson(*strips))) == 2
    monkeypatch.setattr(reader, "MAX_STRIPS", 1)
    with pytest.raises(FileRefused, match="strips"):
        read_layout(geojson(*strips))
