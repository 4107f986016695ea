"""Small rasters on disk, and a server that gives ranges, for the tests of rasters."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.transform import Affine

from geo.sources.rasters.grid import PixelGrid, Window
from geo.sources.rasters.layers import Amounts, Picked

CARRE = 1 / 120


def write(path: Path, values: Any, **profile: Any) -> Path:
    """Write an array (height, width) or (bands, height, width); by default 3″ pixels in degrees."""
    array = np.asarray(values)
    bands = array if array.ndim == 3 else array[None]
    settings: dict[str, Any] = {
        "driver": "GTiff",
        "crs": "EPSG:4326",
        "transform": Affine(CARRE / 10, 0, 25, 0, -CARRE / 10, -10),
        **profile,
    }
    size = {"count": bands.shape[0], "height": bands.shape[1], "width": bands.shape[2]}
    with rasterio.open(path, "w", dtype=bands.dtype, **size, **settings) as file:
        file.write(bands)
    return path


class ArrayLayer:
    """Codes and values in memory, read in blocks of any size."""

    name = "array"
    nodata = None
    quantities = ("hectares",)
    whole_pixels = True
    readers = 2

    def __init__(
        self, codes: Any, block: tuple[int, int], grid: PixelGrid | None = None, values: Any = None
    ) -> None:
        self.codes = np.asarray(codes, dtype=np.uint8)
        self.values = values
        height, width = self.codes.shape
        self.block = block
        self.grid = grid or PixelGrid("EPSG:4326", 25, -10, CARRE / 10, -CARRE / 10, width, height)

    def windows(self) -> list[Window]:
        return self.grid.windows(*self.block)

    def pick(self, window: Window) -> Picked:
        at = np.s_[window.row : window.row + window.height, window.col : window.col + window.width]
        return Picked(self.codes[at], None if self.values is None else self.values[at], None)

    def read(self, window: Window) -> Amounts:
        return Amounts(None, (self.pick(window).codes != 0,))


@contextmanager
def served(content: bytes, behaviour: str = "ranges") -> Iterator[tuple[str, list[str]]]:
    """Serve one file on the loopback interface; give its address and the ranges asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Range", ""))
            if behaviour == "redirect":
                self.send_response(302)
                self.send_header("Location", "http://169.254.169.254/latest/meta-data")
                self.end_headers()
                return
            start, end = map(int, asked[-1].removeprefix("bytes=").split("-"))
            whole = behaviour == "whole"
            body = content if whole else content[start : end + 1]
            self.send_response(200 if whole else 206)
            last = start + len(body) - 1
            tag = f'"{len(asked)}"' if behaviour == "changes" else '"one"'
            self.send_header("ETag", tag)
            self.send_header("Content-Range", f"bytes {start}-{last}/{len(content)}")
            extra = b"x" * 1000 if behaviour == "floods" else b""
            self.send_header("Content-Length", str(len(body) + len(extra)))
            self.end_headers()
            self.wfile.write(body + extra)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/data/detected.tif?signature=secret", asked
    finally:
        server.shutdown()
        server.server_close()
