"""Vector tiles for everybody, read without the session and its roles (design decision 13)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from psycopg import AsyncConnection
from psycopg_pool import PoolTimeout, TooManyRequests

from api.access import holds, tag_headers
from api.problems import BadRequest, Overloaded
from api.services import services_of
from api.then import Then, then
from geo.errors import NotFound
from geo.register.tiles import KNOWN_SQL, REVISION_SQL, TILE_SQL, TILE_THEN_SQL
from maps.tiles import LAYERS, MAX_ZOOM, MEDIA_TYPE, tile_exists

router = APIRouter(prefix="/tiles", tags=["map"])


@router.get(
    "/{layer}/{z}/{x}/{y}.mvt",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}, 304: {"description": "The asker holds it."}},
)
async def tile(
    request: Request,
    layer: str,
    z: int,
    x: int,
    y: int,
    asked: Annotated[Then, Depends(then)],
) -> Response:
    """Return a Mapbox vector tile of one layer, in Web Mercator.

    Of another day (``on``), or as it was known on the evening of one (``as_known_on``), titles,
    zones and restricted areas can be asked.
    """
    if asked.elsewhen and layer in LAYERS and layer not in TILE_THEN_SQL:
        raise BadRequest(f"The layer {layer} has no other days. {', '.join(TILE_THEN_SQL)} have.")
    if layer not in LAYERS:
        raise NotFound(f"There is no tile layer of that name. There are {', '.join(LAYERS)}.")
    if not tile_exists(z, x, y):
        raise BadRequest(
            f"There is no tile {z}/{x}/{y}: zoom goes from 0 to {MAX_ZOOM}, and column and row "
            "from 0 to 2 to the power of the zoom, less one."
        )
    services = await services_of(request)
    try:
        async with services.tiles.connection() as connection:
            stamp = await (await connection.execute(REVISION_SQL)).fetchone()
            headers = tag_headers(False, layer, *(stamp or ()), asked.on, asked.as_known_on)
            if holds(request, headers["ETag"]):
                return Response(status_code=304, headers=headers)
            where: dict[str, Any] = {"z": z, "x": x, "y": y}
            if asked.elsewhen:
                row = await _tile_then(connection, layer, where, asked)
            else:
                row = await (await connection.execute(TILE_SQL[layer], where)).fetchone()
    except (PoolTimeout, TooManyRequests) as error:
        raise Overloaded("Too many tiles are asked for at once.") from error
    return Response(bytes(row[0]) if row else b"", media_type=MEDIA_TYPE, headers=headers)


async def _tile_then(
    connection: AsyncConnection[Any], layer: str, where: dict[str, Any], asked: Then
) -> Any:
    known = await (await connection.execute(KNOWN_SQL, {"until": asked.until})).fetchone()
    revision, today = known or (0, None)
    where |= {"known": revision or 0, "on": asked.on or today}
    return await (await connection.execute(TILE_THEN_SQL[layer], where)).fetchone()
