"""Two charts of expansion: activity inside and around, and what stayed, came and went.

A step that was not surveyed is a hatched band over the whole height, never a bar of 0; one that was
surveyed in part has a star. Hectares are drawn; places without a size are told below and in the
table, where a subject has nothing but places they are drawn instead.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from geo.activity.expansion import Amount, Expansion, Looked, StepFigures, ZoneCode
from maps.charts.canvas import Drawn, Format, finished, new_figure, settings
from maps.charts.words import (
    FIRST,
    GAINED,
    LOST,
    NOT_SURVEYED,
    PARTLY,
    STAYED,
    ZONES,
    Sign,
    month_label,
    number,
)
from maps.escape import csv_text
from maps.style import Label, Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RINGS_TITLE = Label("Activité vue à l’intérieur et autour", "Activity seen inside and around")
CHANGE_TITLE = Label("Persistance, gain et perte", "Persistence, gain and loss")
HECTARES, PLACES = Label("hectares", "hectares"), Label("lieux", "places")
_NEVER = Label(
    "Jamais observé sur cette période : rien n’en est dit.",
    "Never surveyed in this period: nothing is said of it.",
)

Part = tuple[Sign, Sequence[float]]


def rings_chart(found: Expansion, language: Language, format_: Format = "svg") -> Drawn:
    """Return activity seen in each step, inside and in the rings around, one upon the other."""
    unit = _unit(found)
    parts = [
        (ZONES[code], [_value(one.zones[code].seen, unit) for one in found.steps])
        for code in found.steps[0].zones
    ]
    return _chart(found, language, format_, RINGS_TITLE, unit, parts, [])


def change_chart(found: Expansion, language: Language, format_: Format = "svg") -> Drawn:
    """Return what stayed, came and went inside; what went is drawn below the line."""
    unit = _unit(found)
    inside = [one.zones[ZoneCode.INSIDE] for one in found.steps]
    up = [
        (STAYED, [_value(one.stayed, unit) for one in inside]),
        (GAINED, [_value(one.new, unit) for one in inside]),
        (FIRST, [_value(one.first, unit) for one in inside]),
    ]
    down = [(LOST, [-_value(one.gone, unit) for one in inside])]
    return _chart(found, language, format_, CHANGE_TITLE, unit, up, down)


def expansion_csv(found: Expansion) -> str:
    """Return the figures as a table: a line for each step and zone, empty where not surveyed."""
    target = io.StringIO()
    writer = csv.writer(target)
    names = ("seen", "first", "new", "stayed", "gone")
    amounts = [f"{name}_{unit}" for name in names for unit in ("ha", "stated_ha", "places")]
    writer.writerow(
        ["subject", "from", "to", "zone", "surveyed", "surveyed_share", "compared_share", *amounts]
    )
    for one in found.steps:
        for zone in one.zones.values():
            cells = [cell for name in names for cell in _cells(getattr(zone, name))]
            writer.writerow(
                [csv_text(found.subject.name), one.step.start, one.step.end, zone.zone.value,
                 zone.looked.value, round(zone.share, 6), round(zone.again, 6), *cells]
            )  # fmt: skip
    return target.getvalue()


def summary(found: Expansion, language: Language) -> str:
    """Return in a few sentences what the charts show, and what they cannot."""
    if found.never_surveyed:
        return f"{found.subject.name}. {_NEVER.text(language)}"
    inside = [one.zones[ZoneCode.INSIDE] for one in found.steps]
    silent = sum(zone.looked is Looked.NOT_SURVEYED for zone in inside)
    seen = [(one, z.seen) for one, z in zip(found.steps, inside, strict=True) if z.seen is not None]
    new, gone = (_total([getattr(zone, name) for zone in inside]) for name in ("new", "gone"))
    say = _Saying(language)
    parts = [f"{found.subject.name}.", say.steps(len(found.steps), silent)]
    if seen:
        parts.append(say.last(*seen[-1]))
    parts.append(say.changed(new, gone))
    if found.undated or found.wider:
        parts.append(say.apart(found.undated, found.wider))
    return " ".join(parts)


class _Saying:
    """The sentences of a summary in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.french = language == "fr"

    def steps(self, steps: int, silent: int) -> str:
        if self.french:
            return f"{steps} périodes, dont {silent} non observées."
        return f"{steps} periods, {silent} of them not surveyed."

    def last(self, one: StepFigures, seen: Amount) -> str:
        assert one.step.start is not None  # noqa: S101 - steps are bounded
        when = month_label(one.step.start, self.language)
        if self.french:
            return f"À l’intérieur, en {when} : {self._amount(seen)}."
        return f"Inside, in {when}: {self._amount(seen)}."

    def changed(self, new: Amount, gone: Amount) -> str:
        if self.french:
            return (
                f"Somme des périodes : apparu {self._amount(new)} ; disparu {self._amount(gone)}."
            )
        return f"Sum of the periods: newly appeared {self._amount(new)}; gone {self._amount(gone)}."

    def apart(self, undated: int, wider: int) -> str:
        if self.french:
            return (
                f"Hors du graphique : {undated} observations sans date indiquée, {wider} dont les "
                "dates dépassent une période."
            )
        return (
            f"Not in the chart: {undated} observations whose date is not stated, {wider} whose "
            "days are wider than a period."
        )

    def _amount(self, amount: Amount) -> str:
        ha = f"{number(amount.ha, self.language)} ha"
        stated = number(amount.stated_ha, self.language)
        if self.french:
            extra = f", {stated} ha selon la source" if amount.stated_ha else ""
            return f"{ha}{extra}, {amount.places} lieux sans surface"
        extra = f", {stated} ha by the source" if amount.stated_ha else ""
        return f"{ha}{extra}, {amount.places} places without a size"


def _chart(
    found: Expansion,
    language: Language,
    format_: Format,
    title: Label,
    unit: Label,
    up: Sequence[Part],
    down: Sequence[Part],
) -> Drawn:
    from matplotlib import rc_context

    heading = f"{title.text(language)} – {found.subject.name}"
    alt = summary(found, language)
    with rc_context(settings()):  # type: ignore[arg-type]  # its names are a list of literals
        figure = new_figure()
        axes = figure.add_subplot()
        for parts in (up, down):
            base = [0.0] * len(found.steps)
            for sign, heights in parts:
                _bars(axes, sign, heights, base, language)
                base = [b + h for b, h in zip(base, heights, strict=True)]
        _silences(axes, found.steps, language)
        _dress(axes, found, heading, unit, language)
        return finished(figure, format_, heading, alt)


def _bars(
    axes: Axes, sign: Sign, heights: Sequence[float], base: Sequence[float], language: Language
) -> None:
    axes.bar(
        range(len(heights)),
        heights,
        bottom=base,
        width=0.8,
        color=sign.colour,
        edgecolor="#1d2433",
        linewidth=0.5,
        hatch=sign.hatch,
        label=sign.label.text(language),
    )


def _silences(axes: Axes, steps: Sequence[StepFigures], language: Language) -> None:
    """Draw a hatched band over each step in which the subject itself was not surveyed."""
    label: str | None = NOT_SURVEYED.label.text(language)
    for place, one in enumerate(steps):
        if one.zones[ZoneCode.INSIDE].looked is Looked.NOT_SURVEYED:
            axes.axvspan(
                place - 0.5,
                place + 0.5,
                facecolor=NOT_SURVEYED.colour,
                edgecolor="#98a2b3",
                hatch=NOT_SURVEYED.hatch,
                linewidth=0,
                label=label,
                zorder=0,
            )
            label = None


def _dress(axes: Axes, found: Expansion, heading: str, unit: Label, language: Language) -> None:
    steps = found.steps
    axes.set_title(heading, loc="left")
    axes.set_ylabel(unit.text(language))
    axes.set_xlim(-0.5, len(steps) - 0.5)
    every = max(1, -(-len(steps) // 12))
    axes.set_xticks(
        range(0, len(steps), every),
        [_tick(one, language) for one in steps[::every]],
        rotation=45,
        ha="right",
        rotation_mode="anchor",
    )
    axes.axhline(0, color="#1d2433", linewidth=0.8)
    axes.yaxis.set_major_formatter(_formatter(language))
    axes.grid(axis="y", color="#d5d9e2", linewidth=0.6)
    axes.set_axisbelow(True)
    low, high = axes.dataLim.intervaly
    if low == high == 0 or all(height == 0 for height in _tops(axes)):
        axes.set_ylim(0, 1)
        axes.set_yticks([] if found.never_surveyed else [0])
    else:
        axes.set_ylim(min(low, 0) * 1.06, high * 1.06)
    if found.never_surveyed:
        axes.text(0.5, 0.5, _NEVER.text(language), transform=axes.transAxes, ha="center",
                  bbox={"facecolor": "white", "edgecolor": "#98a2b3"})  # fmt: skip
    if any(one.zones[ZoneCode.INSIDE].looked is Looked.PARTLY_SURVEYED for one in steps):
        axes.set_xlabel(PARTLY.text(language), loc="right", fontsize=9)
    axes.legend(
        loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=9, handleheight=1.3
    )


def _tops(axes: Axes) -> list[float]:
    return [float(bar.get_height()) for box in axes.containers for bar in box]


def _tick(one: StepFigures, language: Language) -> str:
    assert one.step.start is not None  # noqa: S101 - steps are bounded
    assert one.step.end is not None  # noqa: S101
    whole_year = (one.step.end - one.step.start).days > 31
    label = str(one.step.start.year) if whole_year else month_label(one.step.start, language)
    partly = one.zones[ZoneCode.INSIDE].looked is Looked.PARTLY_SURVEYED
    return f"{label} *" if partly else label


def _formatter(language: Language) -> Callable[[float, Any], str]:
    def written(value: float, _: Any) -> str:
        digits = 0 if float(value).is_integer() else 1
        return number(abs(value), language, digits)

    return written


def _unit(found: Expansion) -> Label:
    """Return hectares, or places where the subject has nothing else."""
    amounts = [z.seen for one in found.steps for z in one.zones.values() if z.seen is not None]
    sized = any(one.ha or one.stated_ha for one in amounts)
    return HECTARES if sized or not any(one.places for one in amounts) else PLACES


def _value(amount: Amount | None, unit: Label) -> float:
    """Return the height of a bar; without a figure there is none, and a band says why."""
    if amount is None:
        return 0.0
    return float(amount.places) if unit is PLACES else amount.ha + amount.stated_ha


def _total(amounts: Sequence[Amount | None]) -> Amount:
    return sum((one for one in amounts if one is not None), Amount())


def _cells(amount: Amount | None) -> list[float | int | None]:
    if amount is None:
        return [None, None, None]
    return [round(amount.ha, 4), round(amount.stated_ha, 4), amount.places]
