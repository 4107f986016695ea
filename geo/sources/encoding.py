"""Text of files whose encoding is a matter of trust: Shapefile tables and CSV.

What is declared wins if it decodes. Otherwise text is UTF-8 if all of it decodes as such, which
other encodings hardly ever do by chance, else Windows-1252, and an issue says so.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from geo.errors import FileRefused
from geo.sources.issues import IssueLog
from geo.sources.text import key_of, shown

_NAMES = {
    "utf 8": "utf-8",
    "utf8": "utf-8",
    "65001": "utf-8",
    "88591": "iso-8859-1",
    "885915": "iso-8859-15",
    "ansi": "cp1252",
    "windows": "cp1252",
}


def codec_of(name: str) -> str | None:
    """Return Python's codec for an encoding's name (``ANSI 1252``, ``ISO-8859-1``), None if none.

    Examples
    --------
    >>> codec_of("ANSI 1252"), codec_of("88591"), codec_of("UTF-8"), codec_of("SYSTEM")
    ('cp1252', 'iso8859-1', 'utf-8', None)
    """
    key = key_of(name)
    page = re.search(r"\d{3,4}$", key)
    for candidate in (_NAMES.get(key, name.strip()), f"cp{page[0]}" if page else ""):
        try:
            found = codecs.lookup(candidate)
        except (LookupError, ValueError):
            continue
        if found._is_text_encoding:
            return found.name
    return None


def encoding_of(
    texts: Iterable[bytes], declared: str | None, forced: str | None, log: IssueLog
) -> str:
    """Return the codec in which texts are written.

    Parameters
    ----------
    texts : the non-ASCII texts of a file.
    declared : what the file says of itself.
    forced : what the importer says; it must decode.

    Raises
    ------
    FileRefused : ``forced`` is no encoding, or does not decode the texts.
    """
    texts = list(texts)
    if forced is not None:
        return _forced(texts, forced, log.file)
    codec = codec_of(declared) if declared else None
    if codec and _all_decode(texts, codec):
        _doubt(texts, codec, log)
        return codec
    guess = next(c for c in ("utf-8", "cp1252", "latin-1") if _all_decode(texts, c))
    if texts and (declared or guess != "utf-8"):
        wrong = f"it declares “{shown(declared)}”, which does not decode"
        said = wrong if declared else "it declares none"
        log.add(
            "encoding_guessed",
            f"the encoding of the text is taken to be {guess} ({said}): check accented names, "
            "or say it with --encoding",
            value=declared,
        )
    return guess


def decoded(text: bytes, codec: str) -> str:
    """Return decoded text; a letter cut in two by the width of a field is left out."""
    try:
        return text.decode(codec)
    except UnicodeDecodeError as error:
        return text[: error.start].decode(codec)


def is_cut(text: bytes, codec: str) -> bool:
    """Whether decoding fails only because the last letter is cut in two."""
    try:
        text.decode(codec)
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and error.end == len(text)
    return False


def _forced(texts: list[bytes], forced: str, file: str) -> str:
    codec = codec_of(forced)
    if codec is None:
        raise FileRefused(file, f"“{shown(forced)}” is no encoding", "Try UTF-8 or cp1252.")
    if not _all_decode(texts, codec):
        raise FileRefused(file, f"its text is not {codec}", "Try UTF-8 or cp1252.")
    return codec


def _all_decode(texts: list[bytes], codec: str) -> bool:
    return all(_decodes(text, codec) for text in texts)


def _decodes(text: bytes, codec: str) -> bool:
    try:
        text.decode(codec)
    except UnicodeDecodeError:
        return is_cut(text, codec)
    return True


def _doubt(texts: list[bytes], codec: str, log: IssueLog) -> None:
    """Note text that is declared in a one-byte encoding but reads as UTF-8 throughout."""
    if texts and codec != "utf-8" and _all_decode(texts, "utf-8"):
        log.add(
            "encoding_doubtful",
            f"the file declares {codec}, and is read so, but all its accented text is also valid "
            "UTF-8: if names look garbled, say --encoding UTF-8",
            value=codec,
        )
