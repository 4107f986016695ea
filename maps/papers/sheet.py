"""The sheet every paper is drawn on: fonts, page numbers, marks, tables that break across pages.

Lengths are millimetres, font sizes points. Text enters the page only through :meth:`Sheet.lines`
(wrapped) or :meth:`Sheet.fitted` (shortened), so that nothing received can overflow or fail.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont

from maps.papers import words
from maps.papers.text import BOX, printable, visual_order

FONTS = Path(__file__).resolve().parents[1] / "fonts"
FAMILY = "DejaVu"
MARGIN_MM = 15.0
TOP_MM = 21.0
BOTTOM_MM = 17.0
MM_PER_POINT = 25.4 / 72
LEADING = 1.28
INK, GREY, RULE, SHADE = (16, 24, 40), (71, 84, 103), (190, 196, 206), (242, 244, 247)
DEMONSTRATION = "ILLUSTRATIF — données de démonstration, sans valeur juridique"
_TOTAL_PAGES = "\ue000" * 4
"""Stands for the total, up to four digits; no received text can hold it (it would be boxes)."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on every page: title, reference, instant of issue, marks, watermark."""

    title: str
    reference: str
    printed_at: datetime
    marks: tuple[str, ...] = ()
    watermark: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` is a share of the sheet's width."""

    title: str
    width: float
    align: str = "L"


class Sheet(FPDF):
    """An A4 document in our fonts. Page breaks are made here, never by the library."""

    def __init__(self, head: Head, orientation: str = "portrait") -> None:
        super().__init__(orientation="L" if orientation == "landscape" else "P")
        self.head = head
        for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            self.add_font(FAMILY, style, FONTS / name)
        _close_font_files(self)
        self._covered = _common_code_points(self)
        self._describe()
        self.set_auto_page_break(False)
        self.set_margins(MARGIN_MM, TOP_MM, MARGIN_MM)
        self.c_margin = 0
        self.alias_nb_pages(_TOTAL_PAGES)
        self.add_page()

    def _describe(self) -> None:
        title = f"{self.head.title} — {self.head.reference}"
        self.set_title(self.clean(title)[:200])
        self.set_lang("fr-CD")
        self.set_author("Cadastre minier")
        self.set_producer("Mabele")
        self.set_creator("Mabele")
        self.set_creation_date(self.head.printed_at.astimezone(UTC))

    def to_bytes(self) -> bytes:
        """Return the finished document."""
        return bytes(self.output())

    def file_id(self) -> str:
        """Return the document's identifier: of its kind, reference and instant, nothing else."""
        named = (self.head.title, self.head.reference, self.head.printed_at.isoformat())
        content = "\0".join(named).encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(content).hexdigest()[:32]
        return f"<{digest}><{digest}>"

    @property
    def width_mm(self) -> float:
        """Width between the margins."""
        return float(self.w) - 2 * MARGIN_MM

    @property
    def bottom_mm(self) -> float:
        """Where content must end."""
        return float(self.h) - BOTTOM_MM

    # Text ------------------------------------------------------------------------------------

    def clean(self, text: str) -> str:
        """Return received text of which every character can be drawn."""
        return printable(text, self._covered)

    def use(self, size: float, *, bold: bool = False, ink: tuple[int, int, int] = INK) -> None:
        """Set the font for what follows."""
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*ink)

    def lines(self, text: str, width: float, most: int | None = None) -> list[str]:
        """Return text wrapped to ``width``; beyond ``most`` lines it ends in a visible « […] »."""
        if not text:
            return [""]
        wrapped = self.multi_cell(
            width, 5, self.clean(text), dry_run=True, output="LINES", align="L"
        )
        found = [str(line) for line in wrapped] if isinstance(wrapped, list) else []
        if most is None or len(found) <= most:
            return found
        return [*found[: most - 1], self._ended(found[most - 1], width, " […]")]

    def fitted(self, text: str, width: float) -> str:
        """Return text on one line, shortened with « … » where it is too long."""
        clean = self.clean(text)
        return clean if self.get_string_width(clean) <= width else self._ended(clean, width, "…")

    def _ended(self, text: str, width: float, ending: str) -> str:
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.get_string_width(text[:middle] + ending) <= width
            low, high = (middle, high) if fits else (low, middle - 1)
        return text[:low].rstrip() + ending

    def leading(self) -> float:
        """Return the height of one line in the font in use."""
        return float(self.font_size_pt) * MM_PER_POINT * LEADING

    def put(
        self, x: float, y: float, width: float, lines: Iterable[str], align: str = "L"
    ) -> float:
        """Draw lines from (x, y) downwards and return where they end."""
        height = self.leading()
        for line in lines:
            self.set_xy(x, y)
            self.cell(width, height, visual_order(line), align=align)
            y += height
        return y

    # Blocks ----------------------------------------------------------------------------------

    def need(self, height: float) -> None:
        """Begin a new page where fewer than ``height`` millimetres are left."""
        if self.get_y() + height > self.bottom_mm:
            self.add_page(same=True)

    def title_block(self, subtitle: str) -> None:
        """Draw the paper's title and one line below it."""
        self.use(15, bold=True)
        y = self.put(MARGIN_MM, self.get_y(), self.width_mm, [self.head.title.upper()])
        self.use(9.5, ink=GREY)
        y = self.put(MARGIN_MM, y + 0.8, self.width_mm, self.lines(subtitle, self.width_mm, 3))
        self.set_y(y + 2.5)

    def heading(self, text: str, *, keep: float = 14) -> None:
        """Draw a section's heading, with at least ``keep`` millimetres of what follows it."""
        self.need(7 + keep)
        self.set_y(self.get_y() + 2)
        self.use(10.5, bold=True)
        y = self.put(MARGIN_MM, self.get_y(), self.width_mm, [text])
        self.set_draw_color(*INK)
        self.set_line_width(0.3)
        self.line(MARGIN_MM, y + 0.4, MARGIN_MM + self.width_mm, y + 0.4)
        self.set_y(y + 1.8)

    def paragraph(
        self,
        text: str,
        *,
        size: float = 9,
        bold: bool = False,
        ink: tuple[int, int, int] = INK,
        indent: float = 0,
        after: float = 1.2,
    ) -> None:
        """Draw wrapped text, over as many pages as it takes."""
        self.use(size, bold=bold, ink=ink)
        for line in self.lines(text, self.width_mm - indent):
            self.need(self.leading())
            self.use(size, bold=bold, ink=ink)
            y = self.put(MARGIN_MM + indent, self.get_y(), self.width_mm - indent, [line])
            self.set_y(y)
        self.set_y(self.get_y() + after)

    def facts(
        self,
        rows: Sequence[tuple[str, str]],
        *,
        size: float = 9,
        label_mm: float = 48,
        width: float | None = None,
        indent: float = 0,
        most: int = 24,
    ) -> None:
        """Draw labels and what they stand for, one under the other."""
        left, whole = MARGIN_MM + indent, (width or self.width_mm) - indent
        for label, text in rows:
            self.use(size)
            lines = self.lines(text, whole - label_mm, most)
            self.use(size, ink=GREY)
            labels = self.lines(label, label_mm - 2)
            height = max(len(lines), len(labels)) * self.leading() + 0.7
            self.need(height)
            y = self.get_y()
            self.use(size, ink=GREY)
            self.put(left, y, label_mm, labels)
            self.use(size)
            self.put(left + label_mm, y, whole - label_mm, lines)
            self.set_y(y + height)

    def notice(self, text: str) -> None:
        """Draw a framed text that must not be overlooked."""
        self.use(9.5, bold=True)
        inner = self.width_mm - 6
        lines = self.lines(text, inner, 30)
        height = len(lines) * self.leading() + 4
        self.need(height + 2)
        y = self.get_y()
        self.set_draw_color(*INK)
        self.set_line_width(0.6)
        self.rect(MARGIN_MM, y, self.width_mm, height)
        self.put(MARGIN_MM + 3, y + 2, inner, lines)
        self.set_y(y + height + 2.5)

    def listing(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[str]],
        *,
        size: float = 8,
        most: int = 14,
    ) -> None:
        """Draw a table; its head stands again on each page, a row is never cut."""
        widths = [column.width * self.width_mm for column in columns]
        titles = [column.title for column in columns]
        self._row(columns, widths, titles, size, most, head=True)
        for row in rows:
            if self.get_y() + self._row_height(widths, row, size, most) > self.bottom_mm:
                self.add_page(same=True)
                self._row(columns, widths, titles, size, most, head=True)
            self._row(columns, widths, row, size, most)
        self.set_y(self.get_y() + 2)

    def _row_height(
        self, widths: Sequence[float], row: Sequence[str], size: float, most: int
    ) -> float:
        self.use(size)
        wrapped = [self.lines(t, w - 2, most) for t, w in zip(row, widths, strict=True)]
        return max(map(len, wrapped)) * self.leading() + 1.4

    def _row(
        self,
        columns: Sequence[Column],
        widths: Sequence[float],
        row: Sequence[str],
        size: float,
        most: int,
        *,
        head: bool = False,
    ) -> None:
        self.use(size, bold=head)
        wrapped = [self.lines(t, w - 2, most) for t, w in zip(row, widths, strict=True)]
        height = max(map(len, wrapped)) * self.leading() + 1.4
        x, y = MARGIN_MM, self.get_y()
        if head:
            self.set_fill_color(*SHADE)
            self.rect(x, y, self.width_mm, height, style="F")
        for column, width, lines in zip(columns, widths, wrapped, strict=True):
            self.put(x + 1, y + 0.7, width - 2, lines, column.align)
            x += width
        self.set_draw_color(*RULE)
        self.set_line_width(0.2)
        self.line(MARGIN_MM, y + height, MARGIN_MM + self.width_mm, y + height)
        self.set_y(y + height)

    # Every page ------------------------------------------------------------------------------

    def header(self) -> None:
        """Draw title, reference and marks; the library calls it at each new page."""
        if self.head.watermark:
            self._watermark()
        self.use(6.8, ink=GREY)
        left, right = 0.48 * self.width_mm, 0.5 * self.width_mm
        name = self.fitted(f"{self.head.title} — {self.head.reference}", left)
        self.put(MARGIN_MM, 9, left, [name])
        y = 8.6
        for mark in self.head.marks:
            self.use(6.8, bold=True)
            text = self.fitted(mark, right)
            y = self.put(MARGIN_MM + self.width_mm - right, y, right, [text], "R")
        self.set_draw_color(*RULE)
        self.set_line_width(0.2)
        line = max(y, 14) + 1
        self.line(MARGIN_MM, line, MARGIN_MM + self.width_mm, line)
        self.set_y(max(TOP_MM - 2, line + 2.5))

    def _watermark(self) -> None:
        x, y = self.w / 2, self.h / 2
        text = self.head.watermark
        self.use(100, bold=True)
        size = 100 * min(1.0, 0.95 * min(self.w, self.h) / self.get_string_width(text))
        self.use(size, bold=True, ink=(236, 238, 242))
        with self.rotation(50, x, y):
            self.text(x - self.get_string_width(text) / 2, y + 14, text)

    def footer(self) -> None:
        """Draw the instant of issue and the page's number."""
        y = self.h - 11
        self.use(7.5, ink=GREY)
        self.put(MARGIN_MM, y, 120, [f"Établi le {words.instant(self.head.printed_at)}"])
        number = f"page {self.page_no()} sur {_TOTAL_PAGES}"
        self.put(MARGIN_MM + self.width_mm - 40, y, 40, [number], "R")


def _close_font_files(sheet: FPDF) -> None:
    """Keep the fonts in memory: the library would hold their files open until it is collected."""
    for font in sheet.fonts.values():
        if isinstance(font, TTFFont) and font.ttfont.reader is not None:
            reader = font.ttfont.reader
            file, reader.file = reader.file, io.BytesIO(font.ttffile.read_bytes())
            file.close()


def _common_code_points(sheet: FPDF) -> frozenset[int]:
    """Return the code points that every font of the sheet has, the box among them."""
    tables = [set(font.cmap) for font in sheet.fonts.values() if isinstance(font, TTFFont)]
    common = frozenset(set.intersection(*tables))
    assert ord(BOX) in common  # noqa: S101  (our own files in maps/fonts)
    return common
