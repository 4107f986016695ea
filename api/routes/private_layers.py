"""Reference layers of a company, which nobody else sees; no check and no paper ever uses them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path as File
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Response, UploadFile
from pydantic import BaseModel, StringConstraints

from api.access import CompanyDesk, Placed, SameOrigin, Shared
from geo.errors import FileRefused, NotPermitted
from geo.register.private_layers import (
    PrivateLayer,
    add_private_layer,
    delete_private_layer,
    features_of,
    private_layers,
    rename_private_layer,
)
from geo.sources.reference import read_reference

MOST_BYTES = 10 << 20
"""Bytes of one file."""

router = APIRouter(prefix="/private-layers", tags=["company"], dependencies=[Placed])
LayerId = Annotated[int, Path(ge=1, lt=1 << 63)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class Renamed(BaseModel):
    """Another name of a layer."""

    name: Name


class KeptLayer(BaseModel):
    """The number of a layer that was kept."""

    id: int
    features: int


@router.get("")
def listed(viewer: CompanyDesk, services: Shared, response: Response) -> list[PrivateLayer]:
    """Return the reference layers of the companies for which the asker acts."""
    response.headers["Cache-Control"] = "no-store"
    with services.office.at_work(viewer.actor, "") as unit:
        return private_layers(unit)


@router.get("/{layer}")
def features(
    viewer: CompanyDesk, services: Shared, response: Response, layer: LayerId
) -> dict[str, Any]:
    """Return a layer as GeoJSON."""
    response.headers["Cache-Control"] = "no-store"
    with services.office.at_work(viewer.actor, "") as unit:
        return features_of(unit, layer)


@router.post("", status_code=201, dependencies=[SameOrigin])
def keep(
    viewer: CompanyDesk,
    services: Shared,
    upload: UploadFile,
    party_id: Annotated[int, Form(ge=1, lt=1 << 63)],
    name: Annotated[Name, Form()],
    crs: Annotated[str | None, Form(max_length=200)] = None,
) -> KeptLayer:
    """Keep a file of any kind that the importer reads as a private layer."""
    if party_id not in viewer.actor.parties:
        raise NotPermitted("you do not act for that party.")
    file = File((upload.filename or "file").replace("\0", "")).name[-120:] or "file"
    if upload.size is None or upload.size > MOST_BYTES:
        raise FileRefused(file, "it is larger than 10 MiB", "Send a part of it, or simplify it.")
    with tempfile.TemporaryDirectory(prefix="mabele-") as folder:
        path = File(folder) / file
        with path.open("wb") as copy:
            shutil.copyfileobj(upload.file, copy)
        found = read_reference(path, crs=crs or None)
    with services.office.at_work(viewer.actor, "") as unit:
        pairs = [(one.name, one.geometry) for one in found]
        number = add_private_layer(unit, party_id, name, file, pairs)
        unit.commit()
    return KeptLayer(id=number, features=len(found))


@router.put("/{layer}", status_code=204, dependencies=[SameOrigin])
def rename(viewer: CompanyDesk, services: Shared, layer: LayerId, renamed: Renamed) -> None:
    """Give a layer another name."""
    with services.office.at_work(viewer.actor, "") as unit:
        rename_private_layer(unit, layer, renamed.name)
        unit.commit()


@router.delete("/{layer}", status_code=204, dependencies=[SameOrigin])
def delete(viewer: CompanyDesk, services: Shared, layer: LayerId) -> None:
    """Delete a layer; nothing is left of it."""
    with services.office.at_work(viewer.actor, "") as unit:
        delete_private_layer(unit, layer)
        unit.commit()
