"""Progress on standard error: standard output belongs to the answer."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from maps.escape import terminal_text


@dataclass
class Stage:
    """A step of long work: what came out of it, said when it ends."""

    outcome: str = ""


@contextmanager
def stage(name: str) -> Iterator[Stage]:
    """Say that a step runs and, at its end, what came of it and how long it took."""
    step = Stage()
    started = time.perf_counter()
    yield step
    seconds = time.perf_counter() - started
    click.echo(f"  {name:<14} {terminal_text(step.outcome)}  {seconds:.2f} s", err=True)


@contextmanager
def progress_bar(name: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function ``(done, total)`` that draws a bar where a person is watching."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(terminal_text(name), total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
