"""What every chart shares: vendored letters, the same bytes each time, no date, text told beside.

matplotlib draws; letters are those of ``maps/fonts`` as outlines, so that no reader needs them.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FONTS = Path(__file__).resolve().parents[1] / "fonts"
Format = Literal["svg", "png"]
DPI = 144


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart: its picture, and what it says in words."""

    content: bytes
    format: Format
    alt: str


def settings() -> dict[str, Any]:
    """Return what makes two drawings of the same figures the same bytes."""
    return {
        "font.family": ["DejaVu Sans"],
        "font.size": 10,
        "svg.fonttype": "path",
        "svg.hashsalt": "mabele",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "#667085",
        "axes.titleweight": "bold",
        "axes.titlesize": 12,
        "hatch.linewidth": 0.8,
        "path.simplify": False,
    }


def new_figure(width: float = 9.0, height: float = 4.6) -> Figure:
    """Return an empty figure, in inches, on the canvas that needs no screen."""
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    known = {Path(font.fname) for font in font_manager.fontManager.ttflist}
    for file in sorted(FONTS.glob("DejaVuSans*.ttf")):
        if file not in known:
            font_manager.fontManager.addfont(str(file))
    return Figure(figsize=(width, height), layout="constrained")


def finished(figure: Figure, format_: Format, title: str, alt: str) -> Drawn:
    """Return a figure as a file; an SVG carries its title and description for screen readers."""
    target = io.BytesIO()
    metadata = {"Date": None, "Creator": None} if format_ == "svg" else {"Software": None}
    figure.savefig(target, format=format_, dpi=DPI, metadata=metadata)
    content = target.getvalue()
    return Drawn(_told(content, title, alt) if format_ == "svg" else content, format_, alt)


def _told(svg: bytes, title: str, alt: str) -> bytes:
    """Return an SVG that says what it is: role, title and description right after its root."""
    said = (
        f'<title id="chart-title">{escape(title)}</title>'
        f'<desc id="chart-description">{escape(alt)}</desc>'
    )
    text = re.sub(r"<!DOCTYPE.*?>\s*", "", svg.decode("utf-8"), count=1, flags=re.DOTALL)
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, count=1, flags=re.DOTALL)
    root = re.search(r"<svg\b[^>]*>", text)
    assert root is not None  # noqa: S101 - matplotlib wrote it
    opening = root.group(0)[:-1] + (
        ' role="img" aria-labelledby="chart-title" aria-describedby="chart-description">'
    )
    return (text[: root.start()] + opening + said + text[root.end() :]).encode("utf-8")
