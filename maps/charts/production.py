"""A chart of what an artisanal area declared, by month and mineral.

Bars of one month stand side by side: tonnes of different minerals are not added. A month that
nobody declared is a hatched band over the whole height, never a bar of 0; a declared 0 is a line at
the foot. Months that have not come are empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from geo.casework.operation.production import MonthTotal
from maps.charts.canvas import Drawn, Format, finished, new_figure, settings
from maps.charts.words import Sign, month_label, number
from maps.style import Label, Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE = Label("Production déclarée en {year}", "Production declared in {year}")
TONNES = Label("tonnes déclarées", "tonnes declared")
NOT_DECLARED = Sign(Label("Aucune déclaration", "No declaration"), "#e4e7ec", "///")
_NOTHING = Label(
    "Aucune déclaration pour {year} : rien n’en est dit.",
    "No declaration for {year}: nothing is said of it.",
)
_LINE = Label("{substance} : {months}.", "{substance}: {months}.")
_SILENT = Label("Sans déclaration : {months}.", "Without a declaration: {months}.")
_DRAWN_AS = (("#0b5c4f", ""), ("#c2410c", "//"), ("#1f5fbf", "\\\\"), ("#8a6d00", ".."))
"""Colour and pattern of the minerals in their order; the pattern alone tells them apart."""
_STEP = 0.8


def production_chart(
    totals: Sequence[MonthTotal],
    year: int,
    today: date,
    name: str,
    language: Language,
    format_: Format = "svg",
) -> Drawn:
    """Return the chart of a calendar year.

    Parameters
    ----------
    totals : of that year, tonnes by month and mineral.
    today : months that begin after it have not come.
    name : how the area is called.
    """
    from matplotlib import rc_context

    heading = f"{TITLE.text(language).format(year=year)} – {name}"
    with rc_context(settings()):  # type: ignore[arg-type]  # its names are a list of literals
        figure = new_figure(9.0, 4.2)
        axes = figure.add_subplot()
        _bars(axes, totals)
        _silences(axes, _silent(totals, year, today), language)
        _dress(axes, totals, year, heading, language)
        return finished(figure, format_, heading, summary(totals, year, today, language))


def summary(totals: Sequence[MonthTotal], year: int, today: date, language: Language) -> str:
    """Return in sentences what the chart shows: each mineral by month, and the silent months."""
    if not totals:
        return _NOTHING.text(language).format(year=year)
    said = [
        _LINE.text(language).format(
            substance=substance,
            months=", ".join(
                f"{month_label(one.month, language)} {tonnes_text(one.tonnes, language)} t"
                for one in totals
                if one.substance == substance
            ),
        )
        for substance in _substances(totals)
    ]
    silent = _silent(totals, year, today)
    if silent:
        months = ", ".join(month_label(month, language) for month in silent)
        said.append(_SILENT.text(language).format(months=months))
    return " ".join(said)


def tonnes_text(tonnes: Decimal, language: Language) -> str:
    """Return tonnes as declared, without zeros that nobody wrote.

    >>> tonnes_text(Decimal("1200.5000"), "fr"), tonnes_text(Decimal("12.0000"), "en")
    ('1\\u202f200,5', '12')
    """
    plain = f"{tonnes:f}".rstrip("0").rstrip(".") if "." in f"{tonnes:f}" else f"{tonnes:f}"
    return number(float(tonnes), language, len(plain.partition(".")[2]))


def _substances(totals: Sequence[MonthTotal]) -> list[str]:
    return sorted({one.substance for one in totals})


def _silent(totals: Sequence[MonthTotal], year: int, today: date) -> list[date]:
    """Return the months that have begun and that nobody declared."""
    declared = {one.month for one in totals}
    months = [date(year, month, 1) for month in range(1, 13)]
    return [month for month in months if month <= today and month not in declared]


def _bars(axes: Axes, totals: Sequence[MonthTotal]) -> None:
    substances = _substances(totals)
    width = _STEP / max(1, len(substances))
    for place, substance in enumerate(substances):
        colour, hatch = _DRAWN_AS[place % len(_DRAWN_AS)]
        own = [one for one in totals if one.substance == substance]
        left = -_STEP / 2 + width * (place + 0.5)
        axes.bar(
            [one.month.month - 1 + left for one in own],
            [float(one.tonnes) for one in own],
            width=width,
            color=colour,
            edgecolor="#1d2433",
            linewidth=0.8,
            hatch=hatch,
            label=substance,
        )


def _silences(axes: Axes, months: Sequence[date], language: Language) -> None:
    label: str | None = NOT_DECLARED.label.text(language)
    for month in months:
        axes.axvspan(
            month.month - 1.5,
            month.month - 0.5,
            facecolor=NOT_DECLARED.colour,
            edgecolor="#98a2b3",
            hatch=NOT_DECLARED.hatch,
            linewidth=0,
            label=label,
            zorder=0,
        )
        label = None


def _dress(
    axes: Axes, totals: Sequence[MonthTotal], year: int, heading: str, language: Language
) -> None:
    axes.set_title(heading, loc="left")
    axes.set_ylabel(TONNES.text(language))
    axes.set_xlim(-0.5, 11.5)
    labels = [month_label(date(year, month, 1), language).split(" ")[0] for month in range(1, 13)]
    axes.set_xticks(range(12), labels)
    axes.yaxis.set_major_formatter(_formatter(language))
    axes.grid(axis="y", color="#d5d9e2", linewidth=0.6)
    axes.set_axisbelow(True)
    if any(one.tonnes for one in totals):
        axes.set_ylim(bottom=0)
    else:
        axes.set_ylim(0, 1)
        axes.set_yticks([0] if totals else [])
    if axes.get_legend_handles_labels()[0]:
        axes.legend(
            loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=9, handleheight=1.3
        )


def _formatter(language: Language) -> Any:
    def written(value: float, _: Any) -> str:
        return number(value, language, 0 if float(value).is_integer() else 1)

    return written
