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
    say = timed_steps()
    yield step
    say(name, step.outcome)


def timed_steps() -> Callable[[str, str], None]:
    """Return a function that says a step that has ended, and the seconds since the last one."""
    last = time.perf_counter()

    def say(name: str, outcome: str) -> None:
        nonlocal last
        now = time.perf_counter()
        click.echo(f"  {name:<14} {terminal_text(outcome)}  {now - last:.2f} s", err=True)
        last = now

    return say


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
