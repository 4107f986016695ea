"""Rasters behind an http(s) address: which addresses are read, and how, a range of bytes at a time.

Whoever names an address makes this machine ask for it. So a name is resolved once, every address it
has must be public, the request goes to that very address (a second answer of the name server
changes nothing), and no redirection is followed. GDAL's own ``/vsicurl`` promises none of this:
it resolves again and follows redirections.
"""

from __future__ import annotations

import io
import ipaddress
import socket
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit, urlunsplit

from geo.errors import RasterRefused
from geo.sources.rasters.refusals import Why, refused

if TYPE_CHECKING:
    import httpx

CHUNK = 1 << 18
"""Bytes that are asked for and kept at once."""
MAX_CHUNKS = 128
TIMEOUT_S = 30.0
_DEFAULT_PORT = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Address:
    """An address that may be read: its parts, the IP that was vetted, and the name to show."""

    parts: SplitResult
    ip: IPAddress
    name: str


def is_address(source: str) -> bool:
    """Whether a source is written as an address (``scheme://…``) and not as a path."""
    return "://" in source


def vetted(url: str, *, allow_private: bool = False) -> Address:
    """Return the address of a raster, its name resolved, if it may be read.

    Parameters
    ----------
    allow_private : an administrator's word that addresses of this machine and of private networks
        may be read too.

    Raises
    ------
    RasterRefused : the scheme is not http(s), it holds a password, or it is not public.
    """
    name = _shown(url)
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORT.get(parts.scheme, 0)
    except ValueError as error:
        raise refused(name, Why.ADDRESS_REFUSED, detail=error) from error
    if parts.scheme not in _DEFAULT_PORT or not parts.hostname:
        raise refused(name, Why.ADDRESS_REFUSED, detail="http, https")
    if parts.username or parts.password:
        raise refused(name, Why.ADDRESS_REFUSED, detail="user:password@")
    found = _resolved(name, parts.hostname, port)
    if not allow_private:
        for ip in found:
            if not is_public(ip):
                raise refused(name, Why.ADDRESS_REFUSED, detail=ip)
    return Address(parts, found[0], name)


def is_public(ip: IPAddress) -> bool:
    """Whether an IP is one of the open internet; addresses that wrap another one are not."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(ip.ipv4_mapped)
        if ip.sixtofour is not None or ip.teredo is not None or ip in _NAT64:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _shown(url: str) -> str:
    """Return an address without password, query and fragment: those may hold secrets."""
    return url.split("?")[0].split("#")[0].rpartition("@")[2] or "?"


def _resolved(name: str, host: str, port: int) -> list[IPAddress]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise refused(name, Why.ADDRESS_FAILED, detail=f"{host}: {error}") from error
    return [ipaddress.ip_address(str(answer[4][0]).split("%")[0]) for answer in answers]


class RemoteFile(io.RawIOBase):
    """A file behind an address, as GDAL reads it: seek, tell, read; the last ranges are kept.

    What goes wrong while GDAL reads is kept in ``trouble``, and no byte is given.

    Raises
    ------
    RasterRefused : the server redirects, gives no ranges, or the file changed meanwhile.
    """

    def __init__(self, address: Address) -> None:
        import httpx

        super().__init__()
        self.address = address
        self.trouble: RasterRefused | None = None
        self._at = 0
        self._chunks: OrderedDict[int, bytes] = OrderedDict()
        self._tag: str | None = None
        self._client = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)
        self.size = -1
        self._fetch(0, 0)

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, fewer at the end of the file."""
        end = self.size if size < 0 else min(self.size, self._at + size)
        if end <= self._at:
            return b""
        first, last = self._at // CHUNK, (end - 1) // CHUNK
        try:
            pieces = b"".join(self._chunk(number, last) for number in range(first, last + 1))
        except RasterRefused as trouble:
            self.trouble = trouble  # GDAL, which called, has no way to hand it on
            return b""
        start = self._at - first * CHUNK
        found = pieces[start : start + end - self._at]
        self._at = end
        return found

    def rewind(self) -> RemoteFile:
        """Return the file at its beginning."""
        self._at = 0
        return self

    def close(self) -> None:
        """Keep the connection: GDAL opens and closes one file several times; see ``end``."""

    def end(self) -> None:
        """Close the connection and forget what was read."""
        self._client.close()
        self._chunks.clear()
        super().close()

    def _chunk(self, number: int, last: int) -> bytes:
        if number not in self._chunks:
            stop = number
            while stop < last and stop + 1 not in self._chunks and stop - number < MAX_CHUNKS // 2:
                stop += 1
            self._fetch(number, stop)
        self._chunks.move_to_end(number)
        return self._chunks[number]

    def _fetch(self, first: int, last: int) -> None:
        """Ask for the chunks from ``first`` to ``last`` and keep them."""
        start, stop = first * CHUNK, (last + 1) * CHUNK
        body = self._answer(start, stop if self.size < 0 else min(stop, self.size))
        for offset in range(0, len(body), CHUNK):
            self._chunks[first + offset // CHUNK] = body[offset : offset + CHUNK]
        while len(self._chunks) > MAX_CHUNKS:
            self._chunks.popitem(last=False)

    def _answer(self, start: int, stop: int) -> bytes:
        import httpx

        try:
            with self._client.stream(
                "GET",
                _pinned(self.address),
                headers={
                    "Host": self.address.parts.netloc,
                    "Range": f"bytes={start}-{stop - 1}",
                    "Accept-Encoding": "identity",
                },
                extensions={"sni_hostname": self.address.parts.hostname},
            ) as response:
                self._check(response, start)
                return self._body(response, stop - start)
        except httpx.HTTPError as error:
            raise self._failed(type(error).__name__) from error

    def _check(self, response: httpx.Response, start: int) -> None:
        """Require the very range that was asked for, of the very file seen before."""
        if response.is_redirect:
            detail = f"HTTP {response.status_code} → …"
            raise refused(self.address.name, Why.ADDRESS_REFUSED, detail=detail)
        if response.status_code != 206:
            raise self._failed(f"HTTP {response.status_code}")
        unit, _, said = response.headers.get("content-range", "").partition(" ")
        span, _, total = said.partition("/")
        if unit != "bytes" or not span.startswith(f"{start}-") or not total.isdecimal():
            raise self._failed("Content-Range")
        tag = response.headers.get("etag") or response.headers.get("last-modified")
        if self.size >= 0 and (int(total), tag) != (self.size, self._tag):
            raise self._failed("ETag")
        self.size, self._tag = int(total), tag

    def _body(self, response: httpx.Response, limit: int) -> bytes:
        """Return the body; a server that sends more than was asked for is cut off."""
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > limit:
                raise self._failed("Content-Length")
        expected = int(response.headers["content-range"].split("/")[0].split("-")[1]) + 1
        start = int(response.headers["content-range"].split(" ")[1].split("-")[0])
        if len(body) != expected - start:
            raise self._failed("Content-Length")
        return bytes(body)

    def _failed(self, detail: str) -> RasterRefused:
        return refused(self.address.name, Why.ADDRESS_FAILED, detail=detail)


def _pinned(address: Address) -> str:
    """Return the address with the vetted IP in place of the name."""
    host = f"[{address.ip}]" if address.ip.version == 6 else str(address.ip)
    port = address.parts.port
    netloc = host if port is None else f"{host}:{port}"
    return urlunsplit((address.parts.scheme, netloc, *address.parts[2:4], ""))
