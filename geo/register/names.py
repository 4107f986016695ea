"""What a title is called in a message: by kind and code, by its number where it has no code."""

from __future__ import annotations

from sqlalchemy import text

from geo.register.connection import UnitOfWork

_LATEST = text(
    "select kind, code from register.title_version "
    "where title_id = :title and upper_inf(known) order by valid desc limit 1"
)


def name_of(unit: UnitOfWork, title_id: int) -> str:
    """Return the name of a title as it is now believed to be called last."""
    found = unit.connection.execute(_LATEST, {"title": title_id}).one_or_none()
    return f"title {title_id}" if found is None else name_from(found.kind, found.code, title_id)


def name_from(kind: str, code: str | None, title_id: int) -> str:
    """Return a title's name from its kind and code.

    Examples
    --------
    >>> name_from("PE", "4960", 7), name_from("ZEA", None, 8), name_from("ZEA", "ZEA-083", 9)
    ('PE 4960', 'ZEA (title 8)', 'ZEA-083')
    """
    if not code:
        return f"{kind} (title {title_id})"
    return kind_and_code(kind, code)


def kind_and_code(kind: str | None, code: str | None) -> str:
    """Return kind and code, the kind once where the code already begins with it; or what there is.

    Examples
    --------
    >>> kind_and_code("PE", "PE 525"), kind_and_code("PE", "525"), kind_and_code("PE", "PEPM 7")
    ('PE 525', 'PE 525', 'PE PEPM 7')
    >>> kind_and_code("ZEA", None), kind_and_code("", "Upemba")
    ('ZEA', 'Upemba')
    """
    if not code or not kind:
        return code or kind or ""
    begins = code.upper().startswith(kind.upper()) and not code[len(kind) :][:1].isalpha()
    return code if begins else f"{kind} {code}"
