"""Real servers on this machine: one that takes webhooks, one that takes letters."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Hook:
    """A program that takes webhooks: what came, and what it answers next."""

    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        """The ids of the messages that came, in their order."""
        return [headers["webhook-id"] for headers, _ in self.received]


@contextmanager
def hook_server(tls: ssl.SSLContext | None = None) -> Iterator[Hook]:
    """Serve a webhook on a free port; it answers 204 unless told otherwise."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.received.append(({k.lower(): v for k, v in self.headers.items()}, body))
            status, headers = hook.answers.pop(0) if hook.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_words: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Post:
    """A mail server: letters that came, and addresses that it refuses."""

    letters: list[tuple[str, str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    busy: bool = False
    port: int = 0


@contextmanager
def mail_post() -> Iterator[Post]:
    """Serve SMTP (RFC 5321, as much as one client needs) on a free port."""
    post = Post()
    ready, loop = threading.Event(), asyncio.new_event_loop()
    end = asyncio.Event()

    async def serve() -> None:
        server = await asyncio.start_server(lambda r, w: _session(post, r, w), "127.0.0.1", 0)
        post.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await end.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    try:
        yield post
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()


async def _session(post: Post, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    async def say(line: str) -> None:
        writer.write(line.encode() + b"\r\n")
        await writer.drain()

    to = ""
    await say("220 post.test ESMTP")
    while line := (await reader.readline()).decode().strip():
        verb = line.split()[0].upper()
        if verb == "EHLO":
            await say("250 post.test")
        elif verb == "MAIL":
            await say("451 try later" if post.busy else "250 ok")
        elif verb == "RCPT":
            to = line.partition("<")[2].partition(">")[0]
            await say("550 no such reader" if to in post.refused else "250 ok")
        elif verb == "DATA":
            await say("354 go on")
            text = (await reader.readuntil(b"\r\n.\r\n"))[:-5].decode()
            post.letters.append((to, text))
            await say("250 kept")
        elif verb == "QUIT":
            await say("221 bye")
            break
        else:
            await say("250 ok")
    writer.close()
    await writer.wait_closed()
