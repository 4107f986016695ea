"""What neighbours and places gave for a file: consents, renunciations, compensation, accepted.

A paper that says so is brought by somebody and accepted by somebody else of the cadastre, who
checked that it is of whom it names; before that the law is told of nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from sqlalchemy import text

from geo.casework.office import Office
from geo.casework.refusals import refused_by_name
from geo.errors import InputError, NotFound
from geo.law.case import Neighbour, Places
from geo.register.connection import UnitOfWork
from geo.register.people import Actor

FROM_A_NEIGHBOUR = frozenset({"neighbour_consent", "neighbour_renunciation", "compensation"})
FROM_A_PLACE = frozenset({"place_consent"})
"""Kinds of paper that name what they are of: ``title:<number>``, or ``place:<class>:<name>``."""

_ACCEPTED = text(
    "select kind, about from casework.case_document where file_id = :file "
    "and withdrawn_at is null and accepted_at is not null and about is not null"
)
_ACCEPT = text(
    "update casework.case_document set accepted_at = :at where id = :document "
    "and accepted_at is null and withdrawn_at is null"
)


@dataclass(frozen=True, slots=True)
class Given:
    """What was accepted in a file, by kind of paper: what each kind is of."""

    about: Mapping[str, frozenset[str]]

    def says(self, kind: str, about: str) -> bool:
        """Whether a paper of that kind, about that title or place, was accepted."""
        return about in self.about.get(kind, frozenset())

    def by(self, neighbour: Neighbour, title_id: int) -> Neighbour:
        """Return a neighbour with what its holder gave."""
        title = f"title:{title_id}"
        return replace(
            neighbour,
            consents=self.says("neighbour_consent", title),
            renounces=self.says("neighbour_renunciation", title),
            compensated=self.says("compensation", title),
        )

    def of_places(self, places: Mapping[str, Places | None]) -> Mapping[str, Places | None]:
        """Return places met with the consents that they gave."""
        return MappingProxyType({code: self._of_class(code, met) for code, met in places.items()})

    def _of_class(self, code: str, places: Places | None) -> Places | None:
        if places is None:
            return None
        met = tuple(
            replace(one, consents=self.says("place_consent", f"place:{code}:{one.name}"))
            for one in places.met
        )
        return replace(places, met=met)


def require_about(kind: str, about: str | None) -> None:
    """Refuse a paper of a neighbour or a place that does not say whose it is, or another that does.

    Raises
    ------
    InputError : naming what is missing.
    """
    named = about or ""
    of_title = named.startswith("title:") and named[6:].isdecimal()
    of_place = named.startswith("place:") and len(named.split(":", 2)) == 3
    if kind in FROM_A_NEIGHBOUR and not of_title:
        raise InputError(f"a {kind} says of which title it is: about = “title:<number>”.")
    if kind in FROM_A_PLACE and not of_place:
        raise InputError(f"a {kind} says of which place it is: about = “place:<class>:<name>”.")
    if about is not None and kind not in FROM_A_NEIGHBOUR | FROM_A_PLACE:
        raise InputError(f"a {kind} is of the file itself: leave out “about”.")


def given_in(unit: UnitOfWork, file_id: int) -> Given:
    """Return what neighbours and places gave in a file."""
    found: dict[str, set[str]] = {}
    for row in unit.connection.execute(_ACCEPTED, {"file": file_id}):
        found.setdefault(row.kind, set()).add(row.about)
    return Given(MappingProxyType({kind: frozenset(about) for kind, about in found.items()}))


def accept_document(office: Office, actor: Actor, document_id: int) -> None:
    """Accept a paper of a neighbour or a place, brought by another person.

    Raises
    ------
    NotFound : there is none that waits for it. SecondPersonNeeded : the actor brought it.
    """
    with office.at_work(actor, f"document {document_id} accepted") as unit:
        unit.open_revision()
        values = {"document": document_id, "at": office.clock()}
        with refused_by_name():
            if not unit.connection.execute(_ACCEPT, values).rowcount:
                raise NotFound(f"no document {document_id} waits to be accepted by you.")
        unit.commit()
