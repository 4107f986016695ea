"""The web page as a process: its port, its pid file, its start and its end."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from api.settings import Settings
from geo.errors import SetupError

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

GRACE_S = 5
"""Seconds that a request may go on after the end was asked for."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process, told from a later one of the same number by the instant of its start."""

    pid: int
    started: str

    @classmethod
    def own(cls) -> Process:
        """Return the process that asks."""
        return cls(os.getpid(), _start_of(os.getpid()))

    def is_alive(self) -> bool:
        """Return whether it still runs, and is one that the asker may end."""
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return _start_of(self.pid) == self.started


def running(settings: Settings) -> Process | None:
    """Return the process that serves this project, None when there is none."""
    try:
        process = Process(**json.loads(_pid_file(settings).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return process if process.is_alive() else None


def stop(settings: Settings, patience_s: float = GRACE_S + 5) -> bool:
    """Ask the serving process to end and wait for it; return whether there was one."""
    process = running(settings)
    if process is None:
        return False
    for request in (signal.SIGTERM, signal.SIGKILL):
        os.kill(process.pid, request)
        if _ended(process, patience_s):
            return True
    raise SetupError(f"Process {process.pid} serves the page and does not end.")


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the pid file while the page is served; refuse a second process of the project.

    The lock decides, which the system gives back whatever ends the process; the pid file, written
    and removed by its holder alone, only says who it is. The lock's file stays: to remove it would
    let a second process lock another of the same name.
    """
    file = _pid_file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_suffix(".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _already_running(running(settings)) from None
        own = Process.own()
        file.write_text(json.dumps({"pid": own.pid, "started": own.started}))
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let a request to end, or a closed terminal, unwind what was opened."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def bind(settings: Settings) -> socket.socket:
    """Take the port, before any long work.

    Raises: SetupError when another program holds it.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
    except OSError as error:
        taken.close()
        raise _refused_port(settings, error) from error
    return taken


def configuration(settings: Settings, app: ASGIApp) -> uvicorn.Config:
    """Return how the web page is served; no request names its own sender but through a proxy."""
    import uvicorn

    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=30,
    )


def serve(settings: Settings, listener: socket.socket, announce: Callable[[], None]) -> None:
    """Serve the web page until the process is asked to end; ``announce`` once it answers.

    The courier of the watches runs beside it for as long.
    """
    import uvicorn

    from api.app import create_app
    from api.delivery.courier import Courier, courier_beside
    from geo.register.connection import engine_for

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                announce()

    server = Server(configuration(settings, create_app(settings)))
    courier = Courier(engine_for(settings.app_url, pool_size=1), settings)
    with courier_beside(courier):
        server.run(sockets=[listener])
    if not server.started:
        raise SetupError(f"The web page did not start; {settings.log_dir} says why.")


def _already_running(other: Process | None) -> SetupError:
    who = f" (process {other.pid})" if other else ""
    return SetupError(f"Mabele already runs for this folder{who}. Stop it first: make stop.")


def _ended(process: Process, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while process.is_alive():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _refused_port(settings: Settings, error: OSError) -> SetupError:
    if error.errno == errno.EADDRINUSE:
        free = settings.port + 1 if settings.port < 65535 else 8000
        return SetupError(
            f"Port {settings.port} is used by another program. "
            f"Choose one that is free: PORT={free} make run."
        )
    return SetupError(f"{settings.host}:{settings.port} cannot be served: {error.strerror}.")


def _pid_file(settings: Settings) -> Path:
    return settings.data_dir / "mabele.pid"


def _start_of(pid: int) -> str:
    """Return the kernel's count at the start of a process; empty where there is no /proc.

    A process that ended and was not yet buried by its parent has none either.
    """
    try:
        facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "ended" if facts[0] == "Z" else facts[19]
