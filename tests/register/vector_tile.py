"""Reads a Mapbox vector tile (specification 2.1) without any library that made it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass
class Feature:
    """A feature: its properties, and its rings in tile units."""

    properties: dict[str, object]
    rings: list[list[tuple[int, int]]]

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in tile units."""
        xs = [x for ring in self.rings for x, _ in ring]
        ys = [y for ring in self.rings for _, y in ring]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass
class Layer:
    """A layer: its name, extent and features."""

    name: str
    extent: int
    features: list[Feature]


def layers_of(tile: bytes) -> list[Layer]:
    """Return the layers of a tile."""
    return [
        _layer(value) for field, value in _fields(tile) if field == 3 and isinstance(value, bytes)
    ]


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        wire = key & 7
        if wire == 0:
            number, at = _varint(data, at)
            yield key >> 3, number
        elif wire == 2:
            length, at = _varint(data, at)
            yield key >> 3, data[at : at + length]
            at += length
        else:
            length = {1: 8, 5: 4}[wire]
            yield key >> 3, data[at : at + length]
            at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 128:
            return value, at


def _packed(data: bytes) -> list[int]:
    values, at = [], 0
    while at < len(data):
        value, at = _varint(data, at)
        values.append(value)
    return values


def _layer(data: bytes) -> Layer:
    name, extent = "", 4096
    keys: list[str] = []
    values: list[object] = []
    features: list[bytes] = []
    for field, value in _fields(data):
        if field == 1 and isinstance(value, bytes):
            name = value.decode()
        elif field == 2 and isinstance(value, bytes):
            features.append(value)
        elif field == 3 and isinstance(value, bytes):
            keys.append(value.decode())
        elif field == 4 and isinstance(value, bytes):
            values.append(_value(value))
        elif field == 5 and isinstance(value, int):
            extent = value
    return Layer(name, extent, [_feature(one, keys, values) for one in features])


def _value(data: bytes) -> object:
    ((field, value),) = _fields(data)
    if field == 1 and isinstance(value, bytes):
        return value.decode()
    if field == 3 and isinstance(value, bytes):
        return struct.unpack("<d", value)[0]
    if field == 6 and isinstance(value, int):
        return _zigzag(value)
    return bool(value) if field == 7 else value


def _feature(data: bytes, keys: list[str], values: list[object]) -> Feature:
    tags: list[int] = []
    commands: list[int] = []
    for field, value in _fields(data):
        if field == 2 and isinstance(value, bytes):
            tags = _packed(value)
        elif field == 4 and isinstance(value, bytes):
            commands = _packed(value)
    pairs = zip(tags[::2], tags[1::2], strict=True)
    return Feature({keys[key]: values[value] for key, value in pairs}, _rings(commands))


def _rings(commands: list[int]) -> list[list[tuple[int, int]]]:
    rings: list[list[tuple[int, int]]] = []
    x = y = at = 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            continue
        for _ in range(count):
            x += _zigzag(commands[at])
            y += _zigzag(commands[at + 1])
            at += 2
            if command == 1:
                rings.append([])
            rings[-1].append((x, y))
    return rings


def _zigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)
