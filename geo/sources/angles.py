"""Angles as surveyors write them: decimal degrees, degrees and minutes, degrees-minutes-seconds.

Read exactly: a value stays a fraction until the one rounding to a coordinate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from geo.errors import CoordinateError
from geo.sources.text import shown

Axis = Literal["lon", "lat"]

MAX_LENGTH = 60

_HEMISPHERES: dict[str, tuple[Axis, int]] = {
    **dict.fromkeys(("N", "NORD", "NORTH"), ("lat", 1)),
    **dict.fromkeys(("S", "SUD", "SOUTH"), ("lat", -1)),
    **dict.fromkeys(("E", "EST", "EAST"), ("lon", 1)),
    **dict.fromkeys(("W", "O", "OUEST", "WEST"), ("lon", -1)),
}
_MARKS = str.maketrans(
    {
        **dict.fromkeys("′’ʹ‘´`", "'"),
        **dict.fromkeys("″”“ʺ«»", '"'),
        **dict.fromkeys("º˚", "°"),
        **dict.fromkeys("\u2212\u2013\u2010", "-"),
    }
)
_WORD = "|".join(sorted(_HEMISPHERES, key=len, reverse=True))
_BEFORE = re.compile(rf"({_WORD})\b[\s.:]*(?=[\d])|({_WORD})(?=\d)")
_AFTER = re.compile(rf"(?<=[\d\s°'\".])({_WORD})\.?$")
_NUMBER = r"\d+(?:\.\d+)?"
_PARTS = re.compile(
    rf"([+-]?)\s*({_NUMBER})"
    rf"(?:\s*(?:[°:]|\s)\s*({_NUMBER})(?:\s*(?:[':]|\s)\s*({_NUMBER})\s*\"?|\s*')?|\s*°)?"
)
_LETTERED = re.compile(r"(\d)([DMS])(?=\s*(?:\d|$|[NSEWO]))")


@dataclass(frozen=True, slots=True)
class Angle:
    """An angle as read: degrees, the axis that a hemisphere letter names, and its seconds.

    ``seconds`` is None where the text is in decimal degrees.
    """

    degrees: Fraction
    axis: Axis | None
    seconds: Fraction | None


def read_angle(text: str) -> Angle:
    """Return the angle that a text writes; the letter O is the French « ouest ».

    Raises
    ------
    CoordinateError : it writes none, or contradicts itself.

    Examples
    --------
    >>> read_angle("10°30'00\\" S").degrees, read_angle("O 12° 15,5'").degrees
    (Fraction(-21, 2), Fraction(-1471, 120))
    """
    words = levelled(text)
    if len(words) > MAX_LENGTH:
        raise CoordinateError(f"“{shown(text)}” is too long for an angle")
    words, letter = _without_letter(words, text)
    match = _PARTS.fullmatch(words)
    if match is None:
        raise CoordinateError(f"“{shown(text)}” is no angle. Write 25.5, 25°30' E or 25°30'00\" E.")
    sign, *numbers = match.groups()
    given = [number for number in numbers if number is not None]
    if any("." in number for number in given[:-1]):
        raise CoordinateError(f"“{shown(text)}”: only the last part of an angle has decimals")
    degrees, minutes, seconds = (Fraction(number or 0) for number in numbers)
    if minutes >= 60 or seconds >= 60:
        raise CoordinateError(f"“{shown(text)}” has 60 minutes or seconds, or more")
    if sign == "-" and letter:
        raise CoordinateError(f"“{shown(text)}” has both a sign and a letter of the compass")
    axis, direction = _HEMISPHERES[letter] if letter else (None, -1 if sign == "-" else 1)
    value = direction * (degrees + minutes / 60 + seconds / 3600)
    return Angle(value, axis, _seconds(given, minutes, seconds))


def _seconds(given: list[str], minutes: Fraction, seconds: Fraction) -> Fraction | None:
    """Return the seconds as written, counting those in decimals of a minute."""
    if len(given) == 1:
        return None
    return seconds if len(given) == 3 else (minutes % 1) * 60


def levelled(text: str) -> str:
    """Return text in capitals with plain marks for degrees, minutes, seconds and decimals."""
    words = " ".join(text.translate(_MARKS).upper().split()).replace("''", '"')
    return re.sub(r"(?<=\d),(?=\d)", ".", words)


def _without_letter(words: str, text: str) -> tuple[str, str | None]:
    """Return the words without their letter of the compass, and that letter."""
    words = _from_letters(words)
    before, after = _BEFORE.match(words), _AFTER.search(words)
    if before and after:
        raise CoordinateError(f"“{shown(text)}” has two letters of the compass")
    if before:
        return words[before.end() :].strip(), before[1] or before[2]
    if after:
        return words[: after.start()].strip(), after[1]
    return words, None


def _from_letters(words: str) -> str:
    """Return « 10d30m00s » written with marks, so that its s is not taken for south."""
    if not re.search(r"\d\s*D", words):
        return words
    marks = {"D": "°", "M": "'", "S": '"'}
    return _LETTERED.sub(lambda match: match[1] + marks[match[2]], words)
