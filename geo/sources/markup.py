"""KML looked through before GDAL sees it: no document type, no entities, bounded depth."""

from __future__ import annotations

from typing import Any, NoReturn
from xml.parsers import expat

from geo.errors import FileRefused
from geo.sources.layers import MAX_FEATURES, Source

MAX_DEPTH = 200


class _Forbidden(Exception):
    """Raised inside the parser to stop at what is refused; carries the reason."""


class _Inspector:
    """Counts placemarks and stops at anything a map of rights does not need."""

    def __init__(self) -> None:
        self.depth = 0
        self.placemarks = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if self.depth == 0 and tag != "kml":
            raise _Forbidden(f"its first element is <{tag[:40]}>, not <kml>")
        self.depth += 1
        self.placemarks += tag == "Placemark"
        if self.depth > MAX_DEPTH:
            raise _Forbidden(f"its elements are nested more than {MAX_DEPTH} deep")
        if self.placemarks > MAX_FEATURES:
            raise _Forbidden(f"it holds more than {MAX_FEATURES:,} placemarks")

    def end(self, _name: str) -> None:
        self.depth -= 1

    @staticmethod
    def forbid(*_arguments: Any) -> NoReturn:
        raise _Forbidden("it declares a document type or entities")


def placemarks_in(source: Source) -> int:
    """Return how many placemarks a KML holds.

    Raises
    ------
    FileRefused : it is not well formed, not KML, or declares a document type or entities.
    """
    inspector = _Inspector()
    parser = expat.ParserCreate()
    parser.StartElementHandler = inspector.start
    parser.EndElementHandler = inspector.end
    parser.StartDoctypeDeclHandler = inspector.forbid
    parser.EntityDeclHandler = inspector.forbid
    parser.ExternalEntityRefHandler = inspector.forbid
    try:
        with source.path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        reason = f"it is not well-formed XML ({error})"
        raise FileRefused(source.name, reason, "Export the KML again.") from error
    except _Forbidden as error:
        remedy = "Export the KML again without a DOCTYPE, from a mapping program."
        raise FileRefused(source.name, str(error), remedy) from error
    return inspector.placemarks
