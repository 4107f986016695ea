"""The page, its files, and the base layers of the map."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import maps
from api.settings import PROJECT

WEB = Path(maps.__file__).parent / "web"
BOUNDARIES = PROJECT / "data" / "boundaries"
ASK_AGAIN = {"Cache-Control": "no-cache"}


class Files(StaticFiles):
    """Static files that a browser keeps, and asks about by their tag each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, or 304 where the browser holds it."""
        response = await super().get_response(path, scope)
        response.headers.update(ASK_AGAIN)
        return response


async def index() -> FileResponse:
    """Return the page."""
    return FileResponse(WEB / "index.html", headers=ASK_AGAIN)


def install(app: FastAPI) -> None:
    """Serve the page at /, its files under /static, base layers under /boundaries."""
    app.get("/", include_in_schema=False)(index)
    app.mount("/static", Files(directory=WEB))
    app.mount("/boundaries", Files(directory=BOUNDARIES))
