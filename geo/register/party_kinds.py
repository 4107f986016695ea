"""Names that are withheld from the public, and an official's word that they need not be.

Only names of legal persons are published (``geo.register.parties``). Who marks a party legal
publishes its name at once, in every view, and the audit keeps who it was and why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.errors import NotFound, RegisterError
from geo.register.connection import UnitOfWork
from geo.register.parties import PartyKind

MAX_WORDS = 100


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party, what kind of person it is taken for, and how many titles it holds or asks for."""

    id: int
    name: str
    kind: PartyKind
    titles: int


_FOUND = text(
    """
    select p.id, p.name, p.kind, (
      select count(distinct v.title_id) from register.holding h
      join register.title_version v on v.id = h.title_version_id and upper_inf(v.known)
        and v.valid @> published.today()
      where h.party_id = p.id)::int as titles
    from register.party p
    where published.fold(p.name) like '%' || published.fold(cast(:words as text)) || '%'
      and (p.kind <> 'legal' or not cast(:withheld as boolean))
    order by p.name, p.id limit :limit
    """
)
_NAMES = text(
    "select id, name from casework.party_name where published.fold(name) like "
    "'%' || published.fold(cast(:words as text)) || '%' order by name, id limit :limit"
)
_ONE = text("select id, name, kind, 0 as titles from register.party where id = :party for update")
_MARKED = text("update register.party set kind = :kind where id = :party")


def parties_found(
    connection: Connection, words: str, *, withheld: bool, limit: int
) -> list[PartyRow]:
    """Return parties by a part of their name; ``withheld`` leaves out those that are published.

    Needs the role of an official.
    """
    asked = {"words": _pattern(words), "withheld": withheld, "limit": limit}
    return [PartyRow(*row) for row in connection.execute(_FOUND, asked)]


def names_found(connection: Connection, words: str, limit: int) -> list[tuple[int, str]]:
    """Return number and name of parties by a part of their name, as the reader's role sees names.

    Officials see every name; a company the published ones, and those for which it acts.
    """
    asked = {"words": _pattern(words), "limit": limit}
    return [(row.id, row.name) for row in connection.execute(_NAMES, asked)]


def _pattern(words: str) -> str:
    """Return words as a pattern that means nothing but themselves."""
    plain = " ".join(words[:MAX_WORDS].replace("\x00", "").split())
    return re.sub(r"([\\%_])", r"\\\1", plain)


def mark_party(unit: UnitOfWork, party_id: int, kind: PartyKind) -> PartyRow:
    """Say what kind of person a party is; return it as it was before.

    Raises
    ------
    NotFound : there is no such party.
    RegisterError : it is marked so already.
    """
    unit.open_revision()
    row = unit.connection.execute(_ONE, {"party": party_id}).one_or_none()
    if row is None:
        raise NotFound(f"the register has no party {party_id}")
    before = PartyRow(*row)
    if before.kind == kind:
        raise RegisterError(f"{before.name} is marked {kind} already")
    unit.connection.execute(_MARKED, {"party": party_id, "kind": kind})
    return before
