"""French for numbers, days, instants, angles and carrés, as the papers print them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from geo.perimeter import Perimeter

KINSHASA = ZoneInfo("Africa/Kinshasa")
HUNDREDTHS_PER_DEGREE = 360_000
_THOUSANDS = "\u00a0"
SPOKEN_KINDS = {"PORTION": "portion", "WORK_AREA": "terrain de travail"}
"""Kinds whose code is no abbreviation of the law: the papers never print it."""
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)


def kind_in_words(kind: str, label: str) -> str:
    """Return the abbreviation of a kind with its label; the label alone where there is none.

    >>> kind_in_words("PE", "Permis d’exploitation"), kind_in_words("WORK_AREA", "Terrain")
    ('PE — Permis d’exploitation', 'Terrain')
    """
    return label if kind in SPOKEN_KINDS else f"{kind} — {label}"


def number(value: int | Decimal | float, decimals: int = 0) -> str:
    """Return a number with a decimal comma and a no-break space between thousands.

    >>> number(Decimal("40013.805"), 3).replace(chr(160), " ")
    '40 013,805'
    """
    return f"{value:,.{decimals}f}".replace(",", _THOUSANDS).replace(".", ",")


def hectares(value: Decimal | float, decimals: int) -> str:
    """Return an area in hectares with its unit."""
    return f"{number(value, decimals)}{_THOUSANDS}ha"


def cells(count: int) -> str:
    """Return a number of carrés with its unit.

    >>> cells(1), cells(12).replace(chr(160), " ")
    ('1\xa0carré', '12 carrés')
    """
    return f"{number(count)}{_THOUSANDS}{'carré' if count == 1 else 'carrés'}"


def day(value: date) -> str:
    """Return a day in words.

    >>> day(date(2018, 3, 1)), day(date(2025, 2, 21))
    ('1er mars 2018', '21 février 2025')
    """
    first = "1er" if value.day == 1 else str(value.day)
    return f"{first} {_MONTHS[value.month - 1]} {value.year}"


def instant(value: datetime) -> str:
    """Return an instant to the second in Kinshasa time.

    Raises
    ------
    ValueError : the instant has no offset, so that nobody can tell when it was.

    >>> from datetime import UTC
    >>> instant(datetime(2025, 3, 3, 8, 5, 7, tzinfo=UTC))
    '3 mars 2025 à 09 h 05 min 07 s (heure de Kinshasa)'
    """
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no offset: give an instant with its time zone")
    local = value.astimezone(KINSHASA)
    return f"{day(local)} à {local:%H h %M min %S s} (heure de Kinshasa)"


def dms(degrees: float, axis: str, *, spaced: bool = True) -> str:
    """Return degrees, minutes and seconds with the hemisphere; ``axis`` is ``lon`` or ``lat``.

    Seconds have two decimals unless they are whole. The angle is rounded once, in hundredths of a
    second, so that 59.999″ never stands beside the minute it belongs to.

    >>> dms(25.466666666666665, "lon"), dms(-10.716666666666667, "lat", spaced=False)
    ('25° 28′ 00″ E', '10°43′00″ S')
    """
    total = round(abs(degrees) * HUNDREDTHS_PER_DEGREE)
    whole, rest = divmod(total, HUNDREDTHS_PER_DEGREE)
    minutes, hundredths = divmod(rest, 6000)
    seconds, part = divmod(hundredths, 100)
    fraction = f",{part:02d}" if part else ""
    positive, negative = ("E", "O") if axis == "lon" else ("N", "S")
    gap = " " if spaced else ""
    hemisphere = negative if degrees < 0 and total else positive
    return f"{whole}°{gap}{minutes:02d}′{gap}{seconds:02d}{fraction}″ {hemisphere}"


def decimal_degrees(degrees: float) -> str:
    """Return signed decimal degrees, seven decimals (1 cm), with a comma.

    >>> decimal_degrees(-10.716666666666667)
    '−10,7166667'
    """
    return _signed(f"{degrees:.7f}".replace(".", ","))


def carres(perimeter: Perimeter, limit: int = 40) -> str:
    """Return the carrés as a compact list of runs, first and last column included.

    At most ``limit`` runs are listed; the others are counted, not hidden.

    >>> cells = Perimeter.from_cells([(3056, -1286), (3057, -1286), (3060, -1285)])
    >>> carres(cells).replace(chr(160), " ")
    'ligne −1286 : colonnes 3056 à 3057 ; ligne −1285 : colonne 3060'
    """
    runs = perimeter.to_lists()
    listed = " ; ".join(_rows(runs[:limit]))
    rest = sum(end - start for _, start, end in runs[limit:])
    return f"{listed} … et {rest} autres carrés en {len(runs) - limit} suites" if rest else listed


def short_digest(digest: str) -> str:
    """Return the beginning and the end of a digest, legible; the whole is in the annex.

    >>> short_digest("0123456789abcdef" * 4)
    '0123 4567 89ab … cdef'
    """
    if len(digest) <= 20:
        return digest
    groups = [digest[i : i + 4] for i in (0, 4, 8)]
    return " ".join([*groups, "…", digest[-4:]])


def size(size_bytes: int) -> str:
    """Return a size in octets, kilo-octets or mega-octets (powers of ten)."""
    if size_bytes < 1000:
        return f"{size_bytes} o"
    if size_bytes < 1_000_000:
        return f"{number(size_bytes / 1000, 1)} ko"
    return f"{number(size_bytes / 1_000_000, 1)} Mo"


def _rows(runs: list[list[int]]) -> list[str]:
    """Return one text for each row, the runs of a row together."""
    rows: dict[int, list[str]] = {}
    for row, start, end in runs:
        last = end - 1
        text = (
            _signed(str(start))
            if start == last
            else f"{_signed(str(start))} à {_signed(str(last))}"
        )
        rows.setdefault(row, []).append(text)
    return [
        f"ligne{_THOUSANDS}{_signed(str(row))} : {'colonne' if _is_one(texts) else 'colonnes'} "
        + ", ".join(texts)
        for row, texts in rows.items()
    ]


def _is_one(texts: list[str]) -> bool:
    return len(texts) == 1 and " à " not in texts[0]


def _signed(text: str) -> str:
    """Return a number with a true minus sign."""
    return text.replace("-", "−")
