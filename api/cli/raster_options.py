"""Options that say how a raster is read and what of it counts, shared by ``mabele raster``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from geo.errors import RasterRefused

if TYPE_CHECKING:
    from geo.sources.rasters.layers import Kind, SelectedPixels, Selection, StatedHectares
    from geo.sources.rasters.open import Ask, Raster

Command = Callable[..., Any]

KINDS = ("probability", "class", "hectares", "value")

_READING = (
    click.option("--band", default="1", show_default=True, help="Number or name of the band."),
    click.option("--over", help="A second band that divides the first: a ratio of bands."),
    click.option("--scale", type=float, help="Multiply values by this, as 0.01 for percent."),
    click.option("--crs", metavar="EPSG:N", help="Its CRS, where the file names none."),
    click.option("--nodata", type=float, help="Means nodata, where the file declares none."),
    click.option(
        "--allow-private",
        is_flag=True,
        help="Read addresses of this machine and of private networks too.",
    ),
)
_COUNTING = (
    click.option("--kind", required=True, type=click.Choice(KINDS), help="What its values are."),
    click.option("--at-least", type=float, help="Values from this one on count."),
    click.option("--at-most", type=float, help="Values up to this one count."),
    click.option(
        "--class", "classes", type=float, multiple=True, help="Class that counts; repeat."
    ),
)


@dataclass(frozen=True, slots=True)
class HowToOpen:
    """What the person says about the raster."""

    band: str
    over: str | None
    scale: float | None
    crs: str | None
    nodata: float | None
    allow_private: bool

    def ask(self) -> Ask:
        """Return it as what is asked of a raster."""
        from geo.sources.rasters.open import Ask

        return Ask(self.band, self.over, self.scale, self.crs, self.nodata, self.allow_private)


@dataclass(frozen=True, slots=True)
class HowToCount:
    """What of a raster counts."""

    kind_name: str
    at_least: float | None
    at_most: float | None
    classes: tuple[float, ...]

    @property
    def kind(self) -> Kind:
        """What the values are."""
        from geo.sources.rasters.layers import Kind

        return Kind(self.kind_name)

    def selection(self) -> Selection:
        """Return which values count.

        Raises
        ------
        InputError : none, or thresholds and classes at once.
        """
        from geo.sources.rasters.layers import Selection

        return Selection(self.at_least, self.at_most, self.classes)

    def layer(self, raster: Raster) -> SelectedPixels | StatedHectares:
        """Return a raster as what counts of it; stated hectares need no threshold."""
        from geo.sources.rasters.layers import Kind, SelectedPixels, StatedHectares

        unsaid = self.at_least is None and self.at_most is None and not self.classes
        if self.kind is Kind.HECTARES and unsaid:
            return StatedHectares(raster)
        return SelectedPixels(raster, self.kind, self.selection())

    def to_json(self) -> dict[str, object]:
        """Return it as plain values."""
        return {
            "kind": self.kind_name,
            "at_least": self.at_least,
            "at_most": self.at_most,
            "classes": list(self.classes),
        }


def opening_options(command: Command) -> Command:
    """Add the options to a command, which receives them as one ``how``: a :class:`HowToOpen`."""

    @wraps(command)
    def with_how(**given: Any) -> object:
        names = ("band", "over", "scale", "crs", "nodata", "allow_private")
        how = HowToOpen(**{name: given.pop(name) for name in names})
        with french_too():
            return command(how=how, **given)

    return _with(with_how, _READING)


def counting_options(command: Command) -> Command:
    """Add the options to a command, which receives them as one ``what``: a :class:`HowToCount`."""

    @wraps(command)
    def with_what(**given: Any) -> object:
        names = ("at_least", "at_most", "classes")
        what = HowToCount(given.pop("kind"), **{name: given.pop(name) for name in names})
        return command(what=what, **given)

    return _with(with_what, _COUNTING)


def _with(command: Command, options: tuple[Command, ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


@contextmanager
def french_too() -> Iterator[None]:
    """Say a refusal in French before the English one that ends the command."""
    from maps.escape import terminal_text

    try:
        yield
    except RasterRefused as error:
        click.echo(f"erreur : {terminal_text(error.fr)}", err=True)
        raise
