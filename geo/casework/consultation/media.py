"""What an objector may add to an objection: photographs and PDF, by their first bytes."""

from __future__ import annotations

from geo.casework.documents import media_type_of
from geo.errors import InputError

MOST_BYTES = 5 * 2**20
TAKEN = frozenset({"image/jpeg", "image/png", "application/pdf"})


def media_type_of_objection(content: bytes) -> str:
    """Return what a file is, whatever it was said to be.

    Raises
    ------
    InputError : it is empty, larger than 5 MiB, or neither JPEG, PNG nor PDF.

    Examples
    --------
    >>> media_type_of_objection(b"%PDF-1.7 ...")
    'application/pdf'
    """
    media_type = media_type_of(content)
    if media_type not in TAKEN:
        raise InputError("send a photograph (JPEG, PNG) or a PDF.")
    if len(content) > MOST_BYTES:
        raise InputError("a file of an objection may have 5 MiB. Send a smaller photograph.")
    return media_type
