"""Vector tiles for everybody, read without the session and its roles (design decision 13)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from psycopg_pool import PoolTimeout, TooManyRequests

from api.access import holds, tag_headers
from api.problems import BadRequest, Overloaded
from api.services import services_of
from geo.errors import NotFound
from geo.register.tiles import REVISION_SQL, TILE_SQL
from maps.tiles import LAYERS, MAX_ZOOM, MEDIA_TYPE, tile_exists

router = APIRouter(prefix="/tiles", tags=["map"])


@router.get(
    "/{layer}/{z}/{x}/{y}.mvt",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}, 304: {"description": "The asker holds it."}},
)
async def tile(request: Request, layer: str, z: int, x: int, y: int) -> Response:
    """Return a Mapbox vector tile of one layer, in Web Mercator."""
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
            headers = tag_headers(False, layer, *(stamp or ()))
            if holds(request, headers["ETag"]):
                return Response(status_code=304, headers=headers)
            where = {"z": z, "x": x, "y": y}
            row = await (await connection.execute(TILE_SQL[layer], where)).fetchone()
    except (PoolTimeout, TooManyRequests) as error:
        raise Overloaded("Too many tiles are asked for at once.") from error
    return Response(bytes(row[0]) if row else b"", media_type=MEDIA_TYPE, headers=headers)
