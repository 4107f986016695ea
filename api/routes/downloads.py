"""Downloads by province: small archives with a checksum, which a bad link may take in pieces."""

from __future__ import annotations

import base64
from datetime import UTC, date
from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as InPath
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel
from sqlalchemy import text

from api.access import Costly, Placed, Shared
from api.consulting import as_public
from api.parcels import archive_of, edition_of
from geo.register.reader import PublicReader
from maps.parcel import Edition

router = APIRouter(prefix="/downloads", tags=["downloads"], dependencies=[Placed])


_NEWEST = text(
    "select published.today() as today, coalesce(r.id, 0) as id, r.at "
    "from (values (1)) as always left join published.revision r on true"
)


class ArchiveShown(BaseModel):
    """An archive: pieces of ground in it, bytes, SHA-256, and where it is."""

    name: str
    province: str | None
    part: int
    parts: int
    grounds: int
    bytes: int
    sha256: str
    href: str


class Downloads(BaseModel):
    """What can be taken away today; a null ``licence`` is one that its owner has not stated."""

    on: date
    revision: int
    licence: str | None
    demonstration: bool
    items: list[ArchiveShown]


@router.get("", response_model=Downloads, dependencies=[Costly])
def downloads(services: Shared) -> Downloads:
    """Return the archives of today, made where nobody asked before."""
    settings = services.settings
    with as_public(services, "downloads") as unit:
        reader = PublicReader(unit.connection)
        newest = unit.connection.execute(_NEWEST).one()
        edition = Edition(
            on=newest.today,
            revision=newest.id,
            revised=newest.at.astimezone(UTC).isoformat(timespec="seconds") if newest.at else "",
            licence=settings.data_licence,
            demonstration=reader.is_demonstration(),
        )
        name, kept = edition_of(unit.connection, settings.downloads_dir, edition)
    return Downloads(
        on=edition.on,
        revision=edition.revision,
        licence=edition.licence or None,
        demonstration=edition.demonstration,
        items=[
            ArchiveShown(
                name=one.name,
                province=one.province,
                part=one.part,
                parts=one.parts,
                grounds=one.grounds,
                bytes=one.bytes,
                sha256=one.sha256,
                href=f"/api/v1/downloads/{name}/{one.name}",
            )
            for one in kept
        ],
    )


@router.get("/{edition}/{name}", response_class=Response)
def archive(
    services: Shared,
    edition: Annotated[str, InPath(pattern=r"^[0-9a-z-]{1,80}$")],
    name: Annotated[str, InPath(pattern=r"^[a-z0-9-]{1,80}\.zip$")],
) -> Response:
    """Return an archive, whole or in pieces (Range, If-Range): its tag is its SHA-256."""
    path, kept = archive_of(services.settings.downloads_dir, edition, name)
    digest = base64.b64encode(bytes.fromhex(kept.sha256)).decode()
    headers = {
        "ETag": f'"{kept.sha256}"',
        "Cache-Control": "public, max-age=86400, immutable",
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    return FileResponse(path, media_type="application/zip", filename=name, headers=headers)
